//! The stream itself: repetitions, floods, announced ends, changes of the configuration.

use std::collections::BTreeSet;

use menpai::domain::id::TenantId;
use menpai::simulator::{EventState, Fault, FaultKind};
use reqwest::Method;
use serde_json::json;

use super::{Stage, until};
use crate::support::answer;

fn about(userid: &str) -> serde_json::Map<String, serde_json::Value> {
    json!({ "timeStamp": "1", "userId": [userid] }).as_object().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_event_is_looked_at_once() {
    let stage = Stage::listening(20).await;
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    let id = stage.userids()[0].clone();
    platform.change_user(&corp, &id, |user| user.title = Some("主任".into())).unwrap();
    stage.until_followed().await;
    let (looks, came) =
        (platform.count_of("/topapi/v2/user/get").calls, stage.status().await["stream"]["events"].clone());
    let first = platform.emit_to(stage.client_id(), "org_admin_add", about(&id), 1).unwrap();
    stage.until_followed().await;
    assert_eq!(platform.count_of("/topapi/v2/user/get").calls, looks + 1);
    platform.set_behaviour(|behaviour| behaviour.duplicate_events = 20);
    let again = platform.emit_to(stage.client_id(), "org_admin_add", about(&id), 3).unwrap();
    assert_ne!(first, again);
    stage.until_followed().await;
    until("all copies", async || {
        let now = stage.status().await["stream"]["events"].as_u64().unwrap();
        now >= came.as_u64().unwrap() + 1 + 3 * 21
    })
    .await;
    stage.until_quiet().await;
    assert_eq!(platform.count_of("/topapi/v2/user/get").calls, looks + 2, "63 copies, one look");
    stage.finish().await;
}

/// A job that found its tenant's turn taken ended without a trace, and the hints it was to look at waited for ever:
/// the next job was stored before the turn was given back. A flood with somebody watching met that every time.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_events_are_kept_in_bounds_and_followed() {
    const FLOOD: usize = 10_000;
    let stage = Stage::listening(20).await;
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    let ids = stage.userids();
    // More than DingTalk's own patience of three seconds, which an unoptimised server on a busy machine needs: what is
    // shown here is that nothing confirmed is lost, not how fast it goes.
    platform.set_behaviour(|behaviour| behaviour.event_pace = 5.0);
    let calls = platform.total_calls();
    platform.change_user(&corp, &ids[1], |user| user.name = "最后的名字".into()).unwrap();
    for number in 0..FLOOD {
        let id = format!("stranger-{number}");
        platform.emit_to(stage.client_id(), "user_modify_org", about(&id), 1).unwrap();
    }
    // Asking the platform for all its records at every look would starve it.
    until("the last event", async || {
        stage.status().await["stream"]["events"].as_u64().unwrap() > FLOOD as u64
    })
    .await;
    let ended = async || platform.events().iter().all(|event| event.state != EventState::Pending);
    until("the end of every delivery", ended).await;
    stage.until_quiet().await;
    let confirmed: Vec<String> = platform
        .events()
        .into_iter()
        .filter(|event| event.state == EventState::Acknowledged)
        .map(|event| event.event_id)
        .collect();
    assert!(confirmed.len() > FLOOD / 2, "the flood was taken: {}", confirmed.len());
    let tenant = TenantId(u32::try_from(stage.tenant).unwrap());
    let lost = stage.world.app().store().read(move |tx| {
        let events = tx.in_tenant(tenant);
        let mut lost = Vec::new();
        for id in confirmed {
            if !events.events().seen(&id)? {
                lost.push(id);
            }
        }
        Ok(lost)
    });
    assert_eq!(lost.await.unwrap(), Vec::<String>::new(), "confirmed, and not on disk");
    let status = stage.status().await;
    assert!(status["stream"]["events"].as_u64().unwrap() >= FLOOD as u64, "{status:#}");
    assert_eq!(status["waiting"], 0);
    let calls = platform.total_calls() - calls;
    assert!(calls < 2_000, "bursts become one: {calls} calls for {FLOOD} events");
    // A flood of more than is looked at one by one is a look at everything, so no event is needed for the name.
    assert_eq!(stage.member(&ids[1]).await["name"], "最后的名字");
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announced_end_is_bridged_and_a_broken_line_is_made_up_for() {
    let stage = Stage::listening(20).await;
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    let id = stage.userids()[0].clone();
    let runs = stage.event_runs().await.len();
    let opened = platform.connections_opened();
    assert_eq!(platform.disconnect(stage.client_id(), "维护"), 1);
    until("the next connection", async || platform.connections_opened() > opened).await;
    stage.until_connected().await;
    platform.change_user(&corp, &id, |user| user.name = "换线以后".into()).unwrap();
    stage.assert_followed().await;
    assert_eq!(stage.member(&id).await["name"], "换线以后");
    let now = stage.event_runs().await;
    assert_eq!(now.len(), runs + 1, "no full run, for there was no gap: {now:#?}");
    assert_eq!(stage.status().await["stream"]["connections"], 2);
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_come_and_go_with_the_configuration() {
    let stage = Stage::listening(10).await;
    let platform = stage.world.dingtalk().clone();
    let client_id = stage.client_id().to_owned();
    assert_eq!(platform.connection_count(&client_id), 1);
    assert!(stage.status().await["stream"]["connectedSince"].is_string());
    stage.subscribe(json!({ "transport": "off" })).await;
    until("the end of the connection", async || platform.connection_count(&client_id) == 0).await;
    assert!(stage.status().await.get("stream").is_none());

    platform.change_application(&client_id, |app| app.client_secret = "rotated".into()).unwrap();
    stage.subscribe(json!({ "transport": "stream" })).await;
    until("a complaint", async || stage.status().await["stream"]["error"]["code"].is_string()).await;
    let error = stage.status().await["stream"]["error"].clone();
    let shown = error.to_string();
    assert!(!shown.contains("simulated-secret") && !shown.contains("rotated"), "{shown}");

    let mut credentials = stage.world.credentials.clone();
    credentials.client_secret = "rotated".into();
    assert_eq!(stage.world.connect(stage.tenant, &credentials).await.status, 200);
    stage.until_connected().await;
    assert!(stage.status().await["stream"].get("error").is_none());

    // A second tenant with another application of its own listens beside the first.
    let other = platform.add_generated(&menpai::simulator::Shape::plain(5, 3));
    let second = stage.world.tenant("第二个").await;
    assert_eq!(stage.world.connect(second, &other).await.status, 200);
    let path = format!("/api/v1/tenants/{second}/dingtalk/events");
    let body = json!({ "transport": "stream" });
    assert_eq!(stage.world.send(Method::PUT, &path, Some(body)).await.status, 200);
    until("the other connection", async || platform.connection_count(&other.client_id) == 1).await;
    assert_eq!(platform.connection_count(&client_id), 1);
    let states: BTreeSet<_> =
        platform.events().iter().map(|event| event.state == EventState::Failed).collect();
    assert!(!states.contains(&true));
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_tells_how_the_stream_stands() {
    let stage = Stage::listening(20).await;
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    let stream = async || {
        let path = format!("/api/v1/tenants/{}/dingtalk/doctor", stage.tenant);
        let request = stage.world.request(Method::POST, &path).header("X-Access-Token", stage.world.token());
        let report = answer(request.header("Accept-Language", "en")).await;
        let checks = report.body["checks"].as_array().unwrap().clone();
        let check = checks.into_iter().find(|check| check["id"] == "stream").unwrap();
        (check["status"].as_str().unwrap().to_owned(), check["evidence"].as_str().unwrap().to_owned())
    };
    let (status, evidence) = stream().await;
    assert_eq!(status, "ok", "{evidence}");
    assert!(evidence.starts_with("connected since ") && evidence.contains("no event"), "{evidence}");

    let id = stage.userids()[0].clone();
    platform.change_user(&corp, &id, |user| user.title = Some("主任".into())).unwrap();
    stage.until_followed().await;
    let (_, evidence) = stream().await;
    assert!(evidence.contains("the last event came at ") && evidence.contains(" ms after"), "{evidence}");

    let refusal = FaultKind::ApiError { status: 401, code: "authFailed".into() };
    platform.add_fault(Fault::always("/v1.0/gateway/connections/open", refusal));
    platform.drop_connections(stage.client_id());
    until("a complaint", async || stage.status().await["stream"]["error"]["code"].is_string()).await;
    let (status, evidence) = stream().await;
    assert_eq!(status, "error", "{evidence}");
    assert!(evidence.starts_with("not connected: "), "{evidence}");

    stage.subscribe(json!({ "transport": "off" })).await;
    platform.clear_faults();
    until("the end of listening", async || stage.status().await.get("stream").is_none()).await;
    let (status, evidence) = stream().await;
    assert_eq!(status, "ok", "{evidence}");
    assert!(evidence.starts_with("events are off"), "{evidence}");
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_ends_with_the_connection_and_comes_back_with_the_next() {
    let stage = Stage::listening(10).await;
    let platform = stage.world.dingtalk().clone();
    let client_id = stage.client_id().to_owned();
    let runs = stage.event_runs().await.len();
    let application = format!("/api/v1/tenants/{}/dingtalk", stage.tenant);
    assert_eq!(stage.world.send(Method::DELETE, &application, None).await.status, 204);
    until("the end of the stream", async || platform.connection_count(&client_id) == 0).await;
    assert!(stage.status().await.get("stream").is_none());
    assert_eq!(stage.world.connect(stage.tenant, &stage.world.credentials).await.status, 200);
    stage.until_event_runs(runs + 1).await;
    stage.assert_followed().await;
    stage.finish().await;
}
