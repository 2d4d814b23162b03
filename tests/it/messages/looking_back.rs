//! After sending: following a message live, finding it again, its people as a file, the month's meter, the settings.

use std::time::Duration;

use menpai::service::messaging::MessageView;
use menpai::simulator::{Fault, FaultKind};
use reqwest::Method;
use serde_json::{Value, json};

use super::{SEND, accepted, once, path, results, synchronised};
use crate::support::World;

async fn found(world: &World, tenant: u64, query: &str) -> Vec<String> {
    let items = world.all(&format!("{}?{query}", path(tenant))).await;
    let text = |item: &Value| item["content"]["text"].as_str().unwrap().to_owned();
    items.iter().map(text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_followed_until_it_is_sent_and_beyond() {
    let (world, tenant) = synchronised(3).await;
    world.dingtalk().add_fault(Fault::times(SEND, 1, FaultKind::Slow { ms: 300 }));
    let id = accepted(&world, tenant, "跟踪", json!({"everyone": true})).await["id"].clone();
    let address = format!("{}/{}/events", path(tenant), id.as_str().unwrap());
    let request = world.request(Method::GET, &address).header("X-Access-Token", world.token());
    let mut stream = request.send().await.unwrap();
    let mut told = String::new();
    while !told.contains(r#""status":"sent""#) {
        told.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
    }
    world.advance_millis(2_500);
    while !told.contains(r#""unread":3"#) {
        told.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
    }
    drop(stream);
    let nobody = format!("{}/018f0000-0000-7000-8000-000000000000/events", path(tenant));
    assert_eq!(world.get(&nobody).await.status, 404);
    world.finish().await;
}

/// Somebody watched a message, and every restart took ten seconds: an open stream was a request to be waited for.
#[tokio::test(flavor = "multi_thread")]
async fn who_follows_a_message_does_not_hold_a_stopping_server() {
    let (mut world, tenant) = synchronised(3).await;
    let id = accepted(&world, tenant, "停机", json!({"everyone": true})).await["id"].clone();
    let address = format!("{}/{}/events", path(tenant), id.as_str().unwrap());
    let request = world.request(Method::GET, &address).header("X-Access-Token", world.token());
    let mut stream = request.send().await.unwrap();
    assert!(stream.chunk().await.unwrap().is_some());
    world.park().await;
    // The answer came to its end; one that the server no longer waits for is broken off instead.
    while stream.chunk().await.unwrap().is_some() {}
    world.simulator.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_found_by_what_they_say_who_sent_them_when_and_how_they_stand() {
    let (world, tenant) = synchronised(3).await;
    for text in ["Lunch 食堂", "下班", "lunch again"] {
        let sent = accepted(&world, tenant, text, json!({"everyone": true})).await;
        once(&world, tenant, sent["id"].as_str().unwrap(), MessageView::is_settled).await;
        world.advance_millis(60_000);
    }
    assert_eq!(found(&world, tenant, "q=LUNCH").await, ["lunch again", "Lunch 食堂"]);
    assert_eq!(found(&world, tenant, "q=nothing").await, [""; 0]);
    assert_eq!(found(&world, tenant, "status=sent").await.len(), 3);
    assert_eq!(found(&world, tenant, "status=held").await.len(), 0);
    let sender = world.get(&path(tenant)).await.body["items"][0]["sender"]["id"].clone();
    assert_eq!(found(&world, tenant, &format!("sender={}", sender.as_str().unwrap())).await.len(), 3);
    assert_eq!(found(&world, tenant, "sender=nobody").await.len(), 0);
    let middle = world.get(&path(tenant)).await.body["items"][1]["createdAt"].clone();
    let middle = middle.as_str().unwrap();
    assert_eq!(found(&world, tenant, &format!("since={middle}")).await, ["lunch again", "下班"]);
    assert_eq!(found(&world, tenant, &format!("until={middle}")).await, ["Lunch 食堂"]);
    let wrong = world.get(&format!("{}?since=yesterday", path(tenant))).await;
    assert_eq!((wrong.status, &wrong.body["code"]), (400, &json!("invalidRequest")));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_people_of_a_message_are_a_file_and_the_taking_is_noted() {
    let (world, tenant) = synchronised(3).await;
    let someone = world.members(tenant).await[0]["dingtalkUserId"].as_str().unwrap().to_owned();
    world.dingtalk().forbid(&someone, Some("1430004")).unwrap();
    let id = accepted(&world, tenant, "导出", json!({"everyone": true})).await["id"].clone();
    let id = id.as_str().unwrap();
    once(&world, tenant, id, MessageView::is_settled).await;
    results(&world, tenant, id).await;
    let file = world.get(&format!("{}/{id}/recipients.csv", path(tenant))).await;
    let text = file.body.as_str().unwrap();
    assert!(file.content_type.starts_with("text/csv") && text.lines().count() == 4, "{text}");
    assert!(text.contains("\"refused\",\"1430004\"") && text.contains("\"unread\""), "{text}");
    let refused = world.get(&format!("{}/{id}/recipients.csv?state=refused", path(tenant))).await;
    assert_eq!(refused.body.as_str().unwrap().lines().count(), 2);
    let audit = world.get(&format!("/api/v1/audit?tenantId={tenant}")).await.body;
    let noted = audit["items"].as_array().unwrap().iter().any(|entry| entry["action"] == "message.export");
    assert!(noted, "{audit:#}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_month_is_metered_held_and_resumed() {
    let (world, tenant) = synchronised(3).await;
    let usage = format!("/api/v1/tenants/{tenant}/dingtalk/usage");
    world.dingtalk().add_fault(Fault::times(SEND, 1, FaultKind::Errcode { code: 90020, wrapped: true }));
    let id = accepted(&world, tenant, "用尽", json!({"everyone": true})).await["id"].clone();
    let id = id.as_str().unwrap();
    let held = once(&world, tenant, id, |view| view.message.held_until.is_some()).await;
    let told = world.get(&usage).await.body;
    assert_eq!((&held["status"], &held["heldUntil"]), (&json!("held"), &told["resetsAt"]), "{held:#}");
    assert_eq!(
        (&told["level"], &told["exhaustedUntil"]),
        (&json!("exhausted"), &told["resetsAt"]),
        "{told:#}"
    );
    let body = json!({"content": {"type": "text", "text": "x"}, "audience": {"everyone": true}});
    let preview = world.post(&format!("{}/preview", path(tenant)), body).await.body;
    assert_eq!(preview["warnings"][0]["kind"], "quotaExhausted", "{preview:#}");
    assert_eq!(world.post(&format!("{usage}/resume"), json!({})).await.body["level"], "normal");
    once(&world, tenant, id, MessageView::is_settled).await;
    // A call is counted a moment after its answer is kept.
    let mut told = world.get(&usage).await.body;
    for _ in 0..500 {
        if told["calls"].as_array().unwrap().iter().any(|one| one["api"] == SEND) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        told = world.get(&usage).await.body;
    }
    assert_eq!(told["limit"], 5_000, "{told:#}");
    let sent = told["calls"].as_array().unwrap().iter().find(|one| one["api"] == SEND);
    assert_eq!(sent.unwrap()["count"], 1, "what was refused for the month's end did not count");

    let settings = format!("/api/v1/tenants/{tenant}/messageSettings");
    assert_eq!(world.get(&settings).await.body, json!({"monthlyCalls": 5_000, "keptDays": 365}));
    let changed = world.send(Method::PATCH, &settings, Some(json!({"monthlyCalls": 200_000}))).await;
    assert_eq!(changed.body, json!({"monthlyCalls": 200_000, "keptDays": 365}));
    for wrong in [json!({"keptDays": 1}), json!({"monthlyCalls": 5}), json!({"days": 3})] {
        let refused = world.send(Method::PATCH, &settings, Some(wrong.clone())).await;
        assert_eq!(refused.status, 400, "{wrong}");
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_both_ways_and_a_broadcast_is_told_as_such() {
    let (world, tenant) = synchronised(150).await;
    let body = |delivery: &str| {
        json!({
            "content": {"type": "text", "text": "广播"}, "audience": {"everyone": true}, "delivery": delivery,
        })
    };
    let preview = world.post(&format!("{}/preview", path(tenant)), body("auto")).await.body;
    assert_eq!(
        (&preview["delivery"], &preview["recipients"]),
        (&json!("tracked"), &json!(150)),
        "{preview:#}"
    );
    assert_eq!(preview["tracked"], json!({"sending": 2, "readingLeast": 2, "readingMost": 16}));
    assert_eq!(preview["broadcast"], json!({"sending": 1, "readingLeast": 0, "readingMost": 0}));
    let used = |key: &str| preview["quota"][key].as_u64().unwrap();
    assert_eq!(used("usedAfterAtMost") - used("used"), 18);
    assert_eq!(world.dingtalk().count_of(SEND).calls, 0);
    let sent = world.post(&path(tenant), body("broadcast")).await.body;
    assert_eq!((&sent["delivery"], &sent["accepted"]), (&json!("broadcast"), &json!(150)), "{sent:#}");
    let message = once(&world, tenant, sent["id"].as_str().unwrap(), MessageView::is_settled).await;
    assert_eq!(
        (&message["counts"]["untracked"], &message["calls"][0]["target"]),
        (&json!(150), &json!("everyone"))
    );
    let cancel =
        world.post(&format!("{}/{}/cancel", path(tenant), sent["id"].as_str().unwrap()), json!({})).await;
    assert_eq!((cancel.status, &cancel.body["code"]), (409, &json!("messageState")));
    let one = world.members(tenant).await[0]["id"].clone();
    let named = json!({
        "content": {"type": "text", "text": "广播"}, "audience": {"memberIds": [one]}, "delivery": "broadcast",
    });
    let refused = world.post(&path(tenant), named).await;
    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("broadcastImpossible")), "{refused:?}");
    world.finish().await;
}
