//! A disk that is full at some write of the real binary while messages are sent. Played by the system's limit of a file's length, which refuses a write as a full disk does.

use std::fs;

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::json;

use crate::support::binary::Installation;
use crate::support::{World, until};

const PEOPLE: usize = 150;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_that_was_confirmed_and_the_server_goes_on_when_there_is_room() {
    let mut world = World::new(Shape::plain(PEOPLE, 29)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    world.rest().await;
    let (token, dingtalk) = (world.token().to_owned(), world.simulator.base_url());
    let data = world.park().await.to_owned();
    let length = fs::metadata(data.join("menpai.redb")).unwrap().len();
    let mut failures = 0;
    // Full at any place of the file, for free pages may be anywhere, and at some of its growth.
    let places =
        (1..=8).map(|eighth| length * eighth / 8).chain([1, 2, 3].map(|more| length + more * 96 * 1024));
    for (step, limit) in places.enumerate() {
        let installation = Installation::copy(&data, &dingtalk, &token);
        let Some(served) = installation.serve_limited(limit).await else {
            // It cannot even open its data, and says so.
            failures += 1;
            installation.check().await;
            continue;
        };
        let mut confirmed = Vec::new();
        for number in 0..12 {
            let content = json!({"type": "text", "text": format!("第 {step}.{number} 条")});
            let body = json!({"content": content, "audience": {"everyone": true}});
            let path = format!("/api/v1/tenants/{tenant}/messages");
            let Some(answer) = installation.attempt(&served, Method::POST, &path, Some(&body)).await else {
                break;
            };
            match answer.status {
                202 => confirmed.push(format!("{path}/{}", answer.body["id"].as_str().unwrap())),
                status => {
                    failures += 1;
                    assert!(matches!(status, 500 | 503), "{answer:?}");
                    assert!(
                        answer.body["code"].is_string() && answer.body["requestId"].is_string(),
                        "{answer:?}"
                    );
                    // Reading goes on.
                    let members =
                        installation.ask(&served, &format!("/api/v1/tenants/{tenant}/departments")).await;
                    assert!(members.is_none_or(|members| [200, 500, 503].contains(&members.status)));
                    break;
                }
            }
        }
        served.kill().await;
        installation.check().await;
        // There is room again.
        let served = installation.serve().await;
        for path in confirmed {
            until("the message's end", async || {
                let message = installation.ask(&served, &path).await?;
                assert_eq!(message.status, 200, "{path} was confirmed");
                (message.body["counts"]["queued"] == 0).then_some(())
            })
            .await;
        }
        served.kill().await;
        installation.check().await;
    }
    assert!(failures > 0, "the disk was never full");
    world.simulator.stop().await;
}
