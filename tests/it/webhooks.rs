//! Webhooks: what is told, signed and repeated, and where nothing may be called.

mod receiver;

use menpai::domain::webhook::signature;
use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use self::receiver::Receiver;
use crate::support::{World, until};

fn path(tenant: u64) -> String {
    format!("/api/v1/tenants/{tenant}/webhooks")
}

/// Makes a webhook; its id and its secret.
async fn made(world: &World, tenant: u64, url: &str, events: &[&str]) -> (String, String) {
    let made = world.post(&path(tenant), json!({"url": url, "events": events})).await;
    assert_eq!(made.status, 201, "{made:?}");
    let text = |key: &str| made.body[key].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

async fn deliveries(world: &World, tenant: u64, id: &str) -> Vec<Value> {
    world.all(&format!("{}/{id}/deliveries", path(tenant))).await
}

/// The newest delivery once it stands so.
async fn newest(world: &World, tenant: u64, id: &str, state: &str) -> Value {
    until(state, async || {
        let newest = deliveries(world, tenant, id).await.into_iter().next()?;
        (newest["state"] == state).then_some(newest)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_told_and_signed() {
    let world = World::new(Shape::plain(3, 5)).await;
    let tenant = world.connected_tenant().await;
    let receiver = Receiver::start().await;
    let events = ["message.settled", "sync.finished", "member.changed"];
    let (id, secret) = made(&world, tenant, &receiver.url(), &events).await;
    world.sync(tenant).await;
    let body = json!({"content": {"type": "text", "text": "保密的话"}, "audience": {"everyone": true}});
    let sent = world.post(&format!("/api/v1/tenants/{tenant}/messages"), body).await.body;
    until("DingTalk took it", async || {
        let path = format!("/api/v1/tenants/{tenant}/messages/{}", sent["id"].as_str().unwrap());
        (world.get(&path).await.body["status"] == "sent").then_some(())
    })
    .await;
    world.advance_millis(2_500);
    let calls = until("three calls", async || Some(receiver.calls()).filter(|calls| calls.len() >= 3)).await;
    let told = |kind: &str| calls.iter().map(|call| &call.body).find(|body| body["type"] == kind).unwrap();
    assert_eq!(told("sync.finished")["data"]["status"], "succeeded");
    assert_eq!(told("sync.finished")["data"]["counts"]["membersCreated"], 3);
    assert_eq!(told("member.changed")["data"]["count"], 3);
    assert_eq!(told("member.changed")["data"]["members"][0]["change"], "memberCreated");
    let settled = told("message.settled");
    assert_eq!((&settled["data"]["messageId"], &settled["tenantId"]), (&sent["id"], &json!(tenant)));
    assert_eq!(settled["data"]["counts"]["unread"], 3);
    for call in &calls {
        assert!(!call.text.contains("保密"), "no words of a message are told");
        let seconds: i64 = call.header("webhook-timestamp").parse().unwrap();
        let expected = signature(&secret, call.header("webhook-id"), seconds, &call.text).unwrap();
        assert_eq!(call.header("webhook-signature"), expected);
    }
    let listed = world.get(&path(tenant)).await.body;
    assert_eq!(listed["items"][0].get("secret"), None, "shown once");
    until("all delivered", async || {
        let all = deliveries(&world, tenant, &id).await;
        (all.len() == 3 && all.iter().all(|one| one["state"] == "delivered")).then_some(())
    })
    .await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_call_is_repeated_under_its_id_and_can_be_told_again() {
    let world = World::new(Shape::plain(1, 5)).await;
    let tenant = world.tenant("甲").await;
    let receiver = Receiver::start().await;
    receiver.answer_with(500);
    let (id, _) = made(&world, tenant, &receiver.url(), &["sync.finished"]).await;
    let ping = world.post(&format!("{}/{id}/ping", path(tenant)), json!({})).await;
    assert_eq!((ping.status, &ping.body["event"]), (202, &json!("ping")), "{ping:?}");
    let tried = until("a try", async || {
        let newest = deliveries(&world, tenant, &id).await.remove(0);
        (newest["attempts"] == 1).then_some(newest)
    })
    .await;
    assert_eq!((&tried["state"], &tried["tries"][0]["status"]), (&json!("pending"), &json!(500)));
    receiver.answer_with(204);
    world.advance_millis(6_000);
    let delivered = newest(&world, tenant, &id, "delivered").await;
    assert_eq!(delivered["attempts"], 2);
    let ids: Vec<_> = receiver.calls().iter().map(|call| call.header("webhook-id").to_owned()).collect();
    assert_eq!(ids, [ping.body["id"].as_str().unwrap(), ping.body["id"].as_str().unwrap()]);
    let again = format!("{}/{id}/deliveries/{}/replay", path(tenant), ids[0]);
    assert_eq!(world.post(&again, json!({})).await.status, 202);
    until("told again", async || (receiver.calls().len() == 3).then_some(())).await;
    newest(&world, tenant, &id, "delivered").await;
    assert_eq!(world.send(Method::DELETE, &format!("{}/{id}", path(tenant)), None).await.status, 204);
    assert_eq!(world.post(&again, json!({})).await.status, 404);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_inside_is_called() {
    let mut world = World::new(Shape::plain(1, 5)).await;
    let receiver = Receiver::start().await;
    world.config.webhook_allow_private = Vec::new();
    world.restart().await;
    let tenant = world.tenant("甲").await;
    let port = receiver.port();
    let (other, _) = made(&world, tenant, "https://example.com/", &["sync.finished"]).await;
    let other = format!("{}/{other}", path(tenant));
    let inside = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://LOCALHOST.:{port}/"),
        format!("http://hook.localhost:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://2130706433:{port}/"),
        format!("http://0x7f.1:{port}/"),
        format!("http://0.0.0.0:{port}/"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
    ];
    for url in inside {
        let new = json!({"url": url, "events": ["sync.finished"]});
        for refused in [
            world.post(&path(tenant), new).await,
            world.send(Method::PATCH, &other, Some(json!({"url": url}))).await,
        ] {
            assert_eq!(
                (refused.status, &refused.body["code"]),
                (422, &json!("webhookAddressRefused")),
                "{url}"
            );
            let detail = refused.body["detail"].as_str().unwrap();
            assert!(detail.contains("MENPAI_WEBHOOK_ALLOW_PRIVATE"), "{url}: {detail}");
        }
    }
    assert_eq!(world.get(&path(tenant)).await.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(world.get(&path(tenant)).await.body["items"][0]["url"], "https://example.com/");
    let unreadable = ["http://[zz]/", "http://1.2.3.4.5/"];
    for url in ["ftp://example.com/", "http://user:pass@example.com/", "http:///x", "example.com"]
        .iter()
        .chain(&unreadable)
    {
        let refused = world.post(&path(tenant), json!({"url": url, "events": ["sync.finished"]})).await;
        assert_eq!((refused.status, &refused.body["code"]), (400, &json!("invalidRequest")), "{url}");
    }
    let nothing = world.post(&path(tenant), json!({"url": "https://example.com", "events": ["ping"]})).await;
    assert_eq!(nothing.status, 400, "a test is no event to wait for");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_is_no_longer_allowed_is_no_longer_called() {
    let mut world = World::new(Shape::plain(1, 5)).await;
    let receiver = Receiver::start().await;
    let tenant = world.tenant("甲").await;
    let (id, _) = made(&world, tenant, &receiver.url(), &["sync.finished"]).await;
    world.config.webhook_allow_private = Vec::new();
    world.restart().await;
    world.post(&format!("{}/{id}/ping", path(tenant)), json!({})).await;
    let tried = until("a try", async || {
        let newest = deliveries(&world, tenant, &id).await.remove(0);
        (newest["attempts"] == 1).then_some(newest)
    })
    .await;
    let detail = tried["tries"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("MENPAI_WEBHOOK_ALLOW_PRIVATE"), "{detail}");
    assert_eq!(receiver.calls().len(), 0);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_lead_nowhere() {
    let world = World::new(Shape::plain(1, 5)).await;
    let tenant = world.tenant("甲").await;
    let (receiver, secret_place) = (Receiver::start().await, Receiver::start().await);
    receiver.redirect_to(&secret_place.url());
    let (id, _) = made(&world, tenant, &receiver.url(), &["sync.finished"]).await;
    world.post(&format!("{}/{id}/ping", path(tenant)), json!({})).await;
    let tried = until("a try", async || {
        let newest = deliveries(&world, tenant, &id).await.remove(0);
        (newest["attempts"] == 1).then_some(newest)
    })
    .await;
    assert_eq!((&tried["tries"][0]["status"], secret_place.calls().len()), (&json!(307), 0));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_before_a_stop_is_told_after_it() {
    let mut world = World::new(Shape::plain(1, 5)).await;
    let tenant = world.tenant("甲").await;
    let receiver = Receiver::start().await;
    receiver.answer_with(503);
    let (id, _) = made(&world, tenant, &receiver.url(), &["sync.finished"]).await;
    world.post(&format!("{}/{id}/ping", path(tenant)), json!({})).await;
    until("a call", async || (!receiver.calls().is_empty()).then_some(())).await;
    world.crash().await;
    receiver.answer_with(200);
    world.advance_millis(60_000);
    let delivered = newest(&world, tenant, &id, "delivered").await;
    let first = receiver.calls()[0].header("webhook-id").to_owned();
    assert_eq!(delivered["id"], first);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_belongs_to_its_tenant() {
    let world = World::new(Shape::plain(1, 5)).await;
    let (one, other) = (world.tenant("甲").await, world.tenant("乙").await);
    let (id, _) = made(&world, one, "https://example.com/", &["sync.finished"]).await;
    for (method, rest, body) in [
        (Method::PATCH, "", Some(json!({"enabled": false}))),
        (Method::DELETE, "", None),
        (Method::POST, "/ping", Some(json!({}))),
        (Method::GET, "/deliveries", None),
    ] {
        let answer = world.send(method.clone(), &format!("{}/{id}{rest}", path(other)), body).await;
        assert_eq!(answer.status, 404, "{method} {rest}");
    }
    let changed =
        world.send(Method::PATCH, &format!("{}/{id}", path(one)), Some(json!({"enabled": false}))).await;
    assert_eq!((changed.status, &changed.body["enabled"]), (200, &json!(false)));
    for number in 1..20 {
        made(&world, one, &format!("https://example.com/{number}"), &["sync.finished"]).await;
    }
    let more =
        world.post(&path(one), json!({"url": "https://example.com/x", "events": ["sync.finished"]})).await;
    assert_eq!((more.status, &more.body["code"]), (409, &json!("webhookLimit")));
    world.finish().await;
}
