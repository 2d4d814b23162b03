//! Many tenants of one server: none of them waits for another one, and who has to wait is told of it.

use menpai::simulator::{Fault, FaultKind, Shape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{World, events, until};

const MEMBERS: &str = "/topapi/v2/user/list";
/// A call that will not be answered while the test lasts.
const FOR_EVER: FaultKind = FaultKind::Slow { ms: 600_000 };
/// Runs that go on at the same time on one server.
const AT_ONCE: usize = 16;

/// A further tenant with an enterprise of its own.
async fn tenant(world: &World, seed: u64) -> u64 {
    let credentials = world.dingtalk().add_generated(&Shape::plain(3, seed));
    let tenant = world.tenant(&format!("第 {seed} 家")).await;
    assert_eq!(world.connect(tenant, &credentials).await.status, 200);
    tenant
}

async fn start(world: &World, tenant: u64) -> String {
    let started = world.post(&format!("/api/v1/tenants/{tenant}/syncRuns"), json!({"mode": "apply"})).await;
    assert_eq!(started.status, 202, "{started:?}");
    started.body["id"].as_str().unwrap().to_owned()
}

async fn cancel(world: &World, tenant: u64, run: &str) {
    let path = format!("/api/v1/tenants/{tenant}/syncRuns/{run}/cancel");
    assert_eq!(world.send(Method::POST, &path, None).await.status, 202);
}

/// The passwords of all the others wait while it goes on; their runs do not.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_stuck_holds_up_no_other_tenant() {
    let world = World::new(Shape::plain(10, 31)).await;
    let stuck = world.connected_tenant().await;
    let client_id = Some(world.credentials.client_id.clone());
    world.dingtalk().add_fault(Fault { client_id, ..Fault::always(MEMBERS, FOR_EVER) });
    let run = start(&world, stuck).await;
    for seed in 100..100 + 2 * AT_ONCE as u64 {
        let other = tenant(&world, seed).await;
        assert_eq!(world.sync(other).await["counts"]["membersCreated"], 3);
    }
    cancel(&world, stuck, &run).await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_waits_for_its_turn_is_followed_from_the_queue_to_its_end() {
    let world = World::new(Shape::plain(10, 31)).await;
    world.dingtalk().add_fault(Fault::always(MEMBERS, FOR_EVER));
    let mut stuck = Vec::new();
    for seed in 100..100 + AT_ONCE as u64 {
        let other = tenant(&world, seed).await;
        stuck.push((other, start(&world, other).await));
    }
    for (other, run) in &stuck {
        let path = format!("/api/v1/tenants/{other}/syncRuns/{run}");
        until("every place is taken", async || {
            (world.get(&path).await.body["status"] == "running").then_some(())
        })
        .await;
    }
    world.dingtalk().clear_faults();
    let last = world.connected_tenant().await;
    let run = start(&world, last).await;
    let path = format!("/api/v1/tenants/{last}/syncRuns/{run}/events");
    let request = world.request(Method::GET, &path).header("X-Access-Token", world.token());
    let mut stream = request.send().await.unwrap();
    let mut text = String::new();
    while events(&text).is_empty() {
        text.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert_eq!(events(&text)[0]["status"], "queued");
    for (other, run) in &stuck {
        cancel(&world, *other, run).await;
    }
    while let Some(chunk) = stream.chunk().await.unwrap() {
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    let told: Vec<Value> = events(&text);
    assert!(told.iter().any(|run| run["status"] == "running"), "{told:#?}");
    let end = told.last().unwrap();
    assert_eq!(
        (&end["status"], &end["counts"]["membersCreated"]),
        (&json!("succeeded"), &json!(10)),
        "{end:#}"
    );
    world.finish().await;
}
