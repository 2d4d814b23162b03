//! What shakes the whole: DingTalk gone for an hour, a clock that jumps.

use std::net::SocketAddr;

use menpai::simulator::Shape;
use serde_json::{Value, json};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::support::{World, until};

const HOUR: i64 = 3_600_000;
/// The line to DingTalk, which can be cut: then nobody listens there.
struct Line {
    address: SocketAddr,
    simulator: String,
    task: Option<JoinHandle<()>>,
}

impl Line {
    async fn new(simulator: &str) -> Self {
        let simulator = simulator.strip_prefix("http://").unwrap().to_owned();
        let mut line = Self { address: "127.0.0.1:0".parse().unwrap(), simulator, task: None };
        line.mend().await;
        line
    }

    async fn mend(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        let simulator = self.simulator.clone();
        self.task = Some(tokio::spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((mut client, _)) = listener.accept().await {
                let simulator = simulator.clone();
                open.spawn(async move {
                    let mut server = TcpStream::connect(simulator).await?;
                    copy_bidirectional(&mut client, &mut server).await
                });
            }
        }));
    }

    async fn cut(&mut self) {
        let task = self.task.take().unwrap();
        task.abort();
        assert!(task.await.unwrap_err().is_cancelled());
    }
}

fn text(words: &str) -> Value {
    json!({"content": {"type": "text", "text": words}, "audience": {"everyone": true}})
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_without_dingtalk_loses_no_message_and_no_run() {
    let mut world = World::new(Shape::plain(12, 5)).await;
    let mut line = Line::new(&world.simulator.base_url()).await;
    let base = format!("http://{}", line.address);
    world.config.dingtalk.oapi_url = base.clone();
    world.config.dingtalk.api_url = base;
    world.restart().await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    world.rest().await;
    let before = world.members(tenant).await;
    line.cut().await;
    let path = format!("/api/v1/tenants/{tenant}/messages");
    let sent = world.post(&path, text("一小时之前")).await;
    assert_eq!(sent.status, 202, "{sent:?}");
    let path = format!("{path}/{}", sent.body["id"].as_str().unwrap());
    let run = world.run(tenant, "apply").await;
    assert_eq!(run["status"], "failed", "{run:#}");
    assert!(run["error"]["remedy"].as_str().is_some_and(|remedy| !remedy.is_empty()), "{run:#}");
    assert_eq!(world.members(tenant).await, before, "what is not read changes nothing");
    // Time goes by in steps; every time the server tries again, in vain.
    for _ in 0..6 {
        world.advance_millis(HOUR / 6);
        world.sign_in().await;
        let message = world.get(&path).await.body;
        assert_eq!(message["counts"]["failed"], 0, "{message:#}");
    }
    // The jobs are looked at by the true time, which the jumps left behind.
    until("the server is well without DingTalk", async || {
        (world.get("/readyz").await.status == 200).then_some(())
    })
    .await;
    line.mend().await;
    until("the message", async || {
        world.advance_millis(60_000);
        let message = world.get(&path).await.body;
        (message["counts"]["queued"] == 0).then_some(())
    })
    .await;
    assert_eq!(world.dingtalk().messages().len(), 12, "once each");
    world.sign_in().await;
    world.sync(tenant).await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_stops_nothing() {
    let mut world = World::new(Shape::plain(8, 5)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    for jump in [-2 * HOUR, 26 * HOUR, -24 * HOUR, 40 * 24 * HOUR, -30 * 24 * HOUR] {
        world.advance_millis(jump);
        world.sign_in().await;
        let run = world.sync(tenant).await;
        assert_eq!(run["counts"]["membersDisabled"], 0, "{jump}: {run:#}");
        let path = format!("/api/v1/tenants/{tenant}/messages");
        let sent = world.post(&path, text(&format!("{jump}"))).await;
        assert_eq!(sent.status, 202, "{sent:?}");
        let path = format!("{path}/{}", sent.body["id"].as_str().unwrap());
        until("the message", async || (world.get(&path).await.body["counts"]["queued"] == 0).then_some(()))
            .await;
        let audit = world.get("/api/v1/audit?limit=5").await;
        assert_eq!(audit.status, 200, "{audit:?}");
    }
    world.finish().await;
}
