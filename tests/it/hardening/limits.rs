//! Limits of head, body, time and places, as somebody meets them who means no good.

use std::time::Duration;

use menpai::app::{App, Surroundings};
use menpai::http::patience::Patience;
use menpai::simulator::Shape;
use tempfile::TempDir;

use super::{Wire, ask, read};
use crate::support::{World, until};

/// How many requests are worked on at once.
const PLACES: usize = 512;
/// A wait that is over soon, and one that no test lives to see the end of.
const SHORT: Duration = Duration::from_millis(150);
const LONG: Duration = Duration::from_secs(3600);

async fn world() -> World {
    World::new(Shape::plain(1, 1)).await
}

/// One whose server waits for bodies as long as a slow machine needs to send all that a test wants to be under way.
async fn patient_world() -> World {
    let mut world = world().await;
    world.patience.body = LONG;
    world.restart().await;
    world
}

/// The head of a request that announces a body and does not bring it.
fn promise(path: &str, headers: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: menpai\r\nContent-Type: application/json\r\nContent-Length: 20\r\n{headers}\r\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_is_bounded_in_bytes_and_in_lines() {
    let world = world().await;
    let line = |length: usize| format!("X-Long: {}\r\n", "a".repeat(length));
    assert_eq!(ask(&world, "GET", "/healthz", &line(32 * 1024)).await.status, 200);
    let many = |count: usize| (0..count).map(|number| format!("X-{number}: a\r\n")).collect::<String>();
    assert_eq!(ask(&world, "GET", "/healthz", &many(90)).await.status, 200);
    assert_eq!(ask(&world, "GET", "/healthz", &many(120)).await.status, 431);

    // One that never ends is refused while it is still being sent.
    let mut wire = Wire::to(&world).await;
    wire.write("GET /healthz HTTP/1.1\r\nHost: menpai\r\n").await;
    for _ in 0..5 {
        wire.write(&line(16 * 1024)).await;
    }
    assert_eq!(read(&wire.rest().await).status, 431);
    // And a long address is a long head.
    let address = format!("/healthz?{}", "a".repeat(70 * 1024));
    assert_eq!(ask(&world, "GET", &address, "").await.status, 414);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_is_bounded_and_read_of_those_who_may_bring_it() {
    let world = world().await;
    let kind = "Content-Type: application/json\r\n";
    let announced = |length: usize| format!("{kind}Content-Length: {length}\r\n");
    // None of these waits for the body, which never comes.
    for path in ["/api/v1/sessions", "/sys/login", "/dingtalk/callback/1000"] {
        let refused = ask(&world, "POST", path, &announced(1024 * 1024 + 1)).await;
        assert_eq!(refused.status, 413, "{path}: {refused:?}");
    }
    let upload = "/api/v1/tenants/1000/media";
    let stranger = ask(&world, "POST", upload, &announced(1024 * 1024)).await;
    assert_eq!(stranger.status, 401, "{stranger:?}");
    assert!(stranger.body.contains("unauthenticated"), "{stranger:?}");
    let token = format!("X-Access-Token: {}\r\n", world.token());
    let too_large = ask(&world, "POST", upload, &format!("{token}{}", announced(64 * 1024 * 1024))).await;
    assert_eq!(too_large.status, 413, "{too_large:?}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_was_asked_for_is_taken() {
    let world = world().await;
    // Larger than a head may be, so that it is not mistaken for one.
    let body = format!("{{\"username\":\"nobody\",\"password\":\"{}\"}}", "x".repeat(100 * 1024));
    let mut wire = Wire::to(&world).await;
    let head = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: menpai\r\nConnection: close\r\nExpect: 100-continue\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    wire.write(&head).await;
    let asked = wire.line().await;
    assert!(asked.starts_with("HTTP/1.1 100 "), "{asked}");
    wire.write(&body).await;
    let answer = read(wire.rest().await.trim_start());
    assert_eq!(answer.status, 400, "{answer:?}");
    world.finish().await;
}

/// A client that sends all it has before it reads, as nginx does, gets the refusal, not a broken connection.
#[tokio::test(flavor = "multi_thread")]
async fn the_refusal_of_a_body_that_is_far_too_large_arrives() {
    const PART: usize = 64 * 1024;
    const PARTS: usize = 128;
    let world = world().await;
    let whole = "x".repeat(PART);
    let chunk = format!("{PART:x}\r\n{whole}\r\n");
    let announced = format!("Content-Length: {}", PART * PARTS);
    for (length, part, end) in
        [(announced.as_str(), &whole, ""), ("Transfer-Encoding: chunked", &chunk, "0\r\n\r\n")]
    {
        let mut wire = Wire::to(&world).await;
        wire.write(&format!(
            "POST /api/v1/sessions HTTP/1.1\r\nHost: menpai\r\nContent-Type: application/json\r\n{length}\r\n\r\n"
        ))
        .await;
        for _ in 0..PARTS {
            wire.write(part).await;
            tokio::task::yield_now().await;
        }
        wire.write(end).await;
        let refused = read(&wire.rest().await);
        assert_eq!(refused.status, 413, "{length}: {refused:?}");
        assert!(refused.body.contains("bodyTooLarge"), "{refused:?}");
    }
    world.finish().await;
}

/// A server that is impatient in one way only, so that it is this way that ends a connection.
struct Impatient {
    app: App,
    _directory: TempDir,
}

impl Impatient {
    async fn start(world: &World, patience: Patience) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut config = world.config.clone();
        config.data_dir = directory.path().join("data");
        let surroundings = Surroundings { patience, examines_unasked: false, ..Surroundings::real() };
        Self { app: App::start(&config, surroundings).await.unwrap(), _directory: directory }
    }

    /// All that is answered to this, until the server hangs up.
    async fn answer(&self, request: &str) -> String {
        let mut wire = Wire::at(self.app.address()).await;
        wire.write(request).await;
        wire.rest().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_does_not_go_on_is_not_waited_for() {
    let world = world().await;
    let patient = Patience { head: LONG, idle: LONG, body: LONG };
    let server = Impatient::start(&world, Patience { head: SHORT, ..patient }).await;
    for begun in ["", "GET /healthz HT", "GET /healthz HTTP/1.1\r\nHost: menpai\r\n"] {
        assert_eq!(server.answer(begun).await, "", "{begun:?}");
    }
    server.app.stop().await;
    let server = Impatient::start(&world, Patience { idle: SHORT, ..patient }).await;
    let answer = server.answer("GET /healthz HTTP/1.1\r\nHost: menpai\r\n\r\n").await;
    assert_eq!(read(&answer).status, 200, "answered, and then hung up");
    server.app.stop().await;
    let server = Impatient::start(&world, Patience { body: SHORT, ..patient }).await;
    for path in ["/api/v1/sessions", "/sys/login", "/dingtalk/callback/1000"] {
        let answer = read(&server.answer(&promise(path, "Connection: close\r\n")).await);
        assert!(answer.body.contains("请求体未能"), "{path}: {answer:?}");
    }
    server.app.stop().await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_are_bounded_and_come_back() {
    let world = patient_world().await;
    let hold = async || {
        let mut wire = Wire::to(&world).await;
        wire.write(&promise("/api/v1/sessions", "")).await;
        wire
    };
    let me = async || {
        let token = format!("X-Access-Token: {}\r\n", world.token());
        ask(&world, "GET", "/api/v1/me", &token).await
    };
    let mut held = Vec::new();
    for _ in 1..PLACES {
        held.push(hold().await);
    }
    assert_eq!(me().await.status, 200, "there is one place left");
    // Each is seen a moment after it was sent, and a busy machine loses connections that nobody accepts in time.
    let full = until("all places are taken", async || {
        held.push(hold().await);
        Some(me().await).filter(|answer| answer.status != 200)
    })
    .await;
    assert_eq!((full.status, full.header("retry-after")), (503, "1"), "{full:?}");
    assert_eq!(ask(&world, "GET", "/sys/user/getUserInfo", "").await.status, 503, "they are shared");
    for path in ["/healthz", "/", "/tenantId/1000"] {
        assert_eq!(ask(&world, "GET", path, "").await.status, 200, "{path} needs none");
    }
    drop(held);
    until("a place is free", async || (me().await.status == 200).then_some(())).await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_cannot_take_the_places_of_uploads() {
    let world = patient_world().await;
    let upload = "/api/v1/tenants/1000/media";
    let token = format!("X-Access-Token: {}\r\n", world.token());
    let mut held = Vec::new();
    for _ in 0..8 {
        let mut wire = Wire::to(&world).await;
        wire.write(&promise(upload, "X-Access-Token: made-up\r\n")).await;
        held.push(wire);
    }
    for wire in held {
        assert!(wire.0.peek(&mut [0; 12]).await.unwrap() > 0, "turned away at once");
    }
    let mut held = Vec::new();
    for _ in 0..5 {
        let mut wire = Wire::to(&world).await;
        wire.write(&promise(upload, &token)).await;
        held.push(wire);
    }
    // Four find a place and wait for their bodies.
    let fifth = until("one is too many", async || {
        let mut part = [0; 4096];
        let count = held.iter().find_map(|wire| wire.0.try_read(&mut part).ok())?;
        Some(read(std::str::from_utf8(&part[..count]).unwrap()))
    })
    .await;
    assert_eq!(fifth.status, 503, "{fifth:?}");
    drop(held);
    world.finish().await;
}
