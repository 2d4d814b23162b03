//! API tokens: what each scope opens, how a token ends, where it never stands; and what housekeeping clears away.

use std::collections::BTreeMap;
use std::fs;

use menpai::jobs::housekeeping::{Cleared, Housekeeping};
use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::binary::Installation;
use crate::support::{Answer, World, answer, until};

const HOUR: i64 = 3_600_000;
const SCOPES: [&str; 3] = ["directory:read", "sync:run", "messages:send"];
const NOBODY: &str = "018f0000-0000-7000-8000-000000000000";

fn path(tenant: u64) -> String {
    format!("/api/v1/tenants/{tenant}/apiTokens")
}

/// Makes a token; gives back its id and the token itself.
async fn issued(world: &World, tenant: u64, scopes: &[&str], expires_at: Option<&str>) -> (String, String) {
    let mut body = json!({"name": "考勤系统", "scopes": scopes});
    if let Some(end) = expires_at {
        body["expiresAt"] = json!(end);
    }
    let made = world.post(&path(tenant), body).await;
    assert_eq!(made.status, 201, "{made:?}");
    let text = |name: &str| made.body[name].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

async fn members_with(world: &World, tenant: u64, token: &str) -> u16 {
    let path = format!("/api/v1/tenants/{tenant}/members");
    world.call(Method::GET, &path, Some(token), None).await.status
}

/// A compatible call with a token of the test's own.
async fn compat(world: &World, token: &str, path: &str, tenant: u64, body: Option<Value>) -> Value {
    let method = if body.is_some() { Method::POST } else { Method::GET };
    let request = world.request(method, &format!("/sys/thirdApp/{path}"));
    let request = request.header("X-Access-Token", token).header("X-Tenant-Id", tenant.to_string());
    answer(body.iter().fold(request, reqwest::RequestBuilder::json)).await.body
}

/// A moment so many hours from the world's now.
fn in_hours(hours: i64) -> String {
    let moment = menpai::app::now_millis() + hours * HOUR;
    jiff::Timestamp::from_millisecond(moment).unwrap().to_string()
}

/// The scope that opens an operation; `None` where no token gets in.
fn opened_by(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "listDepartments"
        | "listDepartmentPlaces"
        | "listMembers"
        | "getMember"
        | "listMemberHistory"
        | "exportMembers"
        | "listConflicts" => "directory:read",
        "createSyncRun"
        | "listSyncRuns"
        | "getSyncRun"
        | "listSyncRunChanges"
        | "exportSyncRunChanges"
        | "followSyncRun"
        | "listChanges"
        | "applySyncRun"
        | "cancelSyncRun"
        | "revertSyncRun"
        | "examineDingTalkApplication"
        | "getDingTalkExamination" => "sync:run",
        "sendMessage" | "listMessages" | "getMessage" | "listRecipients" | "recallMessage"
        | "resendMessage" | "uploadMedia" | "previewMessage" | "followMessage" | "cancelMessage"
        | "exportRecipients" | "getDingTalkUsage" | "getMessageSettings" => "messages:send",
        _ => return None,
    })
}

fn body_of(operation: &str) -> Option<Value> {
    Some(match operation {
        "createSyncRun" => json!({"mode": "apply"}),
        "sendMessage" | "previewMessage" => {
            json!({"content": {"type": "text", "text": "x"}, "audience": {"everyone": true}})
        }
        "createWebhook" => json!({"url": "https://example.com", "events": ["sync.finished"]}),
        "changeWebhook" => json!({"enabled": false}),
        "changeMessageSettings" => json!({"keptDays": 30}),
        "createApiToken" => json!({"name": "x", "scopes": ["sync:run"]}),
        "changeTenant" => json!({"name": "x"}),
        "putDingTalkApplication" => json!({"agentId": 1, "clientId": "x", "enabled": true}),
        "createTenant" => json!({"name": "x"}),
        _ => return None,
    })
}

/// Every operation of the specification that is about one tenant, with its address.
fn operations(tenant: u64) -> Vec<(String, Method, String)> {
    let specification: Value = serde_json::from_str(&menpai::http::specification()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in specification["paths"].as_object().unwrap() {
        let Some(rest) = path.strip_prefix("/tenants/{tenantId}") else { continue };
        let parts: Vec<_> =
            rest.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part }).collect();
        for (method, operation) in methods.as_object().unwrap() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let address = format!("/api/v1/tenants/{tenant}{}", parts.join("/"));
            operations.push((operation["operationId"].as_str().unwrap().to_owned(), method, address));
        }
    }
    assert!(operations.len() > 30, "{}", operations.len());
    operations
}

/// Refused before anything is looked up: by right, or because the body cannot even be read.
fn refused(answer: &Answer, code: &str, status: u16) -> bool {
    let unread = answer.body["code"] == "invalidRequest" || answer.body["code"] == "unsupportedMediaType";
    (answer.status == status && answer.body["code"] == code) || unread
}

#[tokio::test(flavor = "multi_thread")]
async fn each_scope_opens_its_routes_in_its_tenant_and_nothing_else() {
    let world = World::new(Shape::plain(2, 5)).await;
    let (tenant, other) = (world.tenant("甲").await, world.tenant("乙").await);
    let mut tokens = BTreeMap::new();
    for scope in SCOPES {
        tokens.insert(scope, issued(&world, tenant, &[scope], None).await.1);
    }
    for (scope, token) in &tokens {
        for (operation, method, address) in operations(tenant) {
            let answer = world.call(method, &address, Some(token), body_of(&operation)).await;
            if opened_by(&operation) == Some(*scope) {
                let shut = [400, 401, 403].contains(&answer.status);
                assert!(!shut && answer.status < 500, "{scope} opens {operation}: {answer:?}");
            } else {
                assert!(refused(&answer, "forbidden", 403), "{scope} must not open {operation}: {answer:?}");
            }
        }
        for (operation, method, address) in operations(other) {
            let answer = world.call(method, &address, Some(token), body_of(&operation)).await;
            assert!(refused(&answer, "notFound", 404), "{operation} of another tenant: {answer:?}");
        }
        for (method, address) in [
            (Method::GET, "/api/v1/tenants"),
            (Method::POST, "/api/v1/tenants"),
            (Method::GET, "/api/v1/audit"),
            (Method::GET, "/api/v1/system"),
        ] {
            let body = (method == Method::POST).then(|| json!({"name": "x"}));
            let answer = world.call(method, address, Some(token), body).await;
            assert_eq!((answer.status, &answer.body["code"]), (403, &json!("forbidden")), "{address}");
        }
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_shown_once_and_ends_by_time_by_revocation_and_with_its_tenant() {
    let world = World::new(Shape::plain(2, 5)).await;
    let (tenant, other) = (world.tenant("甲").await, world.tenant("乙").await);
    let end = in_hours(2);
    let (id, token) = issued(&world, tenant, &["directory:read", "directory:read"], Some(&end)).await;
    assert!(token.starts_with("menpai_") && token.len() == 7 + 43, "256 bits behind a known beginning");

    let listed = world.get(&path(tenant)).await;
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
    let shown = &listed.body["items"][0];
    assert_eq!((&shown["id"], &shown["name"]), (&json!(id), &json!("考勤系统")));
    assert_eq!(shown["scopes"], json!(["directory:read"]));
    assert!(shown["lastUsedAt"].is_null() && shown["expiresAt"].is_string() && shown["token"].is_null());
    assert!(!listed.body.to_string().contains(&token));

    assert_eq!(members_with(&world, tenant, &token).await, 200);
    let used = async || world.get(&path(tenant)).await.body["items"][0]["lastUsedAt"].clone();
    let first = used().await;
    assert!(first.is_string());
    members_with(&world, tenant, &token).await;
    assert_eq!(used().await, first, "kept to the minute");
    world.advance_millis(61_000);
    members_with(&world, tenant, &token).await;
    assert_ne!(used().await, first);

    let (second, lasting) = issued(&world, tenant, &["directory:read"], None).await;
    world.advance_millis(2 * HOUR);
    assert_eq!(members_with(&world, tenant, &token).await, 401, "its time is over");
    assert_eq!(members_with(&world, tenant, &lasting).await, 200);

    let status = async |status: &str| {
        let address = format!("/api/v1/tenants/{tenant}");
        world.send(Method::PATCH, &address, Some(json!({"status": status}))).await.status
    };
    assert_eq!(status("disabled").await, 200);
    assert_eq!(members_with(&world, tenant, &lasting).await, 401, "the tenant is switched off");
    assert_eq!(status("active").await, 200);
    assert_eq!(members_with(&world, tenant, &lasting).await, 200);

    let revoke = async |tenant: u64, id: &str| {
        world.send(Method::DELETE, &format!("{}/{id}", path(tenant)), None).await.status
    };
    assert_eq!(revoke(other, &second).await, 404, "another tenant's");
    assert_eq!(revoke(tenant, "nonsense").await, 404);
    assert_eq!(members_with(&world, tenant, &lasting).await, 200);
    assert_eq!(revoke(tenant, &second).await, 204);
    assert_eq!(members_with(&world, tenant, &lasting).await, 401, "revoked");
    assert_eq!(revoke(tenant, &second).await, 404);
    let audit = world.get(&format!("/api/v1/audit?tenantId={tenant}")).await.body;
    let done: Vec<_> =
        audit["items"].as_array().unwrap().iter().map(|entry| entry["action"].clone()).collect();
    assert_eq!(done.iter().filter(|action| **action == "apiToken.create").count(), 2, "{done:?}");
    assert_eq!(done.iter().filter(|action| **action == "apiToken.revoke").count(), 1, "{done:?}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_a_token_is_refused_and_there_is_a_limit() {
    let world = World::new(Shape::plain(2, 5)).await;
    let tenant = world.tenant("甲").await;
    let long = "长".repeat(101);
    let (past, far) = (in_hours(-1), in_hours(3 * 366 * 24));
    for body in [
        json!({"name": "  ", "scopes": ["sync:run"]}),
        json!({"name": long, "scopes": ["sync:run"]}),
        json!({"name": 7, "scopes": ["sync:run"]}),
        json!({"name": "x", "scopes": []}),
        json!({"name": "x", "scopes": ["everything"]}),
        json!({"name": "x"}),
        json!({"name": "x", "scopes": ["sync:run"], "expiresAt": past}),
        json!({"name": "x", "scopes": ["sync:run"], "expiresAt": far}),
        json!({"name": "x", "scopes": ["sync:run"], "expiresAt": "tomorrow"}),
        json!({"name": "x", "scopes": ["sync:run"], "tenant": 1000}),
    ] {
        let refused = world.post(&path(tenant), body.clone()).await;
        assert_eq!((refused.status, &refused.body["code"]), (400, &json!("invalidRequest")), "{body}");
    }
    let unknown = world.post(&path(4_000_000), json!({"name": "x", "scopes": ["sync:run"]})).await;
    assert_eq!(unknown.status, 404, "{unknown:?}");

    let end = in_hours(1);
    issued(&world, tenant, &["sync:run"], Some(&end)).await;
    for _ in 1..100 {
        issued(&world, tenant, &["sync:run"], None).await;
    }
    let more = json!({"name": "x", "scopes": ["sync:run"]});
    let refused = world.post(&path(tenant), more.clone()).await;
    assert_eq!((refused.status, &refused.body["code"]), (409, &json!("apiTokenLimit")), "{refused:?}");
    world.advance_millis(2 * HOUR);
    assert_eq!(world.post(&path(tenant), more).await.status, 201, "one of them is over");
    assert_eq!(world.all(&path(tenant)).await.len(), 101);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_synchronise_and_send_through_both_apis() {
    let world = World::new(Shape::plain(5, 7)).await;
    let (tenant, other) = (world.connected_tenant().await, world.tenant("乙").await);
    let sync = issued(&world, tenant, &["sync:run"], None).await.1;
    let send = issued(&world, tenant, &["messages:send"], None).await.1;
    let read = issued(&world, tenant, &["directory:read"], None).await.1;

    let runs = format!("/api/v1/tenants/{tenant}/syncRuns");
    let started = world.call(Method::POST, &runs, Some(&sync), Some(json!({"mode": "apply"}))).await;
    assert_eq!(started.status, 202, "{started:?}");
    let run = world.ended(tenant, started.body["id"].as_str().unwrap()).await;
    assert_eq!((&run["status"], &run["counts"]["membersCreated"]), (&json!("succeeded"), &json!(5)));
    let button = "sync/dingtalk/departAndUser/toLocal";
    let again = compat(&world, &sync, button, tenant, None).await;
    assert_eq!((&again["success"], &again["message"]), (&json!(true), &json!("同步成功")), "{again:#}");
    for (token, tenant) in [(&send, tenant), (&read, tenant), (&sync, other)] {
        let refused = compat(&world, token, button, tenant, None).await;
        assert_eq!(refused["success"], false, "{refused:#}");
    }

    let members = format!("/api/v1/tenants/{tenant}/members");
    let people = world.call(Method::GET, &members, Some(&read), None).await;
    let name = people.body["items"][0]["username"].as_str().unwrap().to_owned();
    let message = json!({"content": {"type": "text", "text": "你好"}, "audience": {"usernames": [name]}});
    let messages = format!("/api/v1/tenants/{tenant}/messages");
    let sent = world.call(Method::POST, &messages, Some(&send), Some(message)).await;
    assert_eq!(sent.status, 202, "{sent:?}");
    until("the message", async || (world.dingtalk().messages().len() == 1).then_some(())).await;
    let body = json!({"app": "DINGTALK", "receiver": name, "content": "再一次"});
    let sent = compat(&world, &send, "sendMessageTest", tenant, Some(body.clone())).await;
    assert_eq!((&sent["success"], &sent["result"]["accepted"]), (&json!(true), &json!(1)), "{sent:#}");
    let recall = json!({"app": "DINGTALK", "msg_task_id": sent["result"]["result"]});
    let recalled = compat(&world, &send, "recallMessageTest", tenant, Some(recall)).await;
    assert_eq!(recalled["success"], true, "{recalled:#}");
    for (token, tenant) in [(&sync, tenant), (&read, tenant), (&send, other)] {
        let refused = compat(&world, token, "sendMessageTest", tenant, Some(body.clone())).await;
        assert_eq!(refused["success"], false, "{refused:#}");
    }
    assert_eq!(world.dingtalk().messages().len(), 2);

    let kind = compat(&world, &read, "getEnabledType", tenant, None).await;
    assert_eq!(kind["result"]["dingtalk"], true, "{kind:#}");
    for token in [&sync, &send, &read] {
        let config = format!("getThirdConfigByTenantId?tenantId={tenant}&thirdType=dingtalk");
        let refused = compat(&world, token, &config, tenant, None).await;
        assert_eq!(refused["success"], false, "an application is for administrators: {refused:#}");
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_stands_nowhere_but_in_its_first_answer() {
    let mut world = World::new(Shape::plain(2, 5)).await;
    let tenant = world.tenant("甲").await;
    let token = issued(&world, tenant, &["directory:read"], None).await.1;
    let audit = world.get("/api/v1/audit").await.body.to_string();
    assert!(audit.contains("apiToken.create"), "{audit}");
    world.rest().await;
    let dingtalk = world.simulator.base_url();
    let installation = Installation::copy(world.park().await, &dingtalk, &token);
    let served = installation.serve().await;
    let members = format!("/api/v1/tenants/{tenant}/members");
    let read = installation.call(&served, Method::GET, &members, None).await;
    assert_eq!(read.status, 200, "{read:?}");
    served.kill().await;
    let log = installation.log();
    assert!(log.contains("members"), "the log is the server's: {log}");
    let mut places =
        vec![("the audit".to_owned(), audit.into_bytes()), ("the log".to_owned(), log.into_bytes())];
    for entry in fs::read_dir(installation.data()).unwrap().map(Result::unwrap) {
        places.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()));
    }
    let hidden = token.trim_start_matches("menpai_").as_bytes();
    for (place, bytes) in &places {
        assert!(!bytes.windows(hidden.len()).any(|window| window == hidden), "the token stands in {place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn housekeeping_clears_away_what_is_over_and_nothing_else() {
    let world = World::new(Shape::plain(2, 5)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    let lasting = issued(&world, tenant, &["messages:send"], None).await.1;
    let send = async |key: &str| {
        let body = json!({"content": {"type": "text", "text": key}, "audience": {"everyone": true}});
        let request = world.request(Method::POST, &format!("/api/v1/tenants/{tenant}/messages")).json(&body);
        answer(request.header("X-Access-Token", &lasting).header("Idempotency-Key", key)).await
    };
    assert_eq!(send("old").await.status, 202);
    let services = world.app().services();
    let house = Housekeeping {
        access: services.access.clone(),
        messaging: services.messaging.clone(),
        webhooks: services.webhooks.clone(),
        sync: services.sync.clone(),
    };
    assert_eq!(house.clear().await.unwrap(), Cleared::default(), "nothing is over yet");

    world.advance_millis(23 * HOUR);
    let fresh = send("fresh").await;
    assert_eq!(fresh.status, 202);
    world.advance_millis(HOUR);
    let cleared = house.clear().await.unwrap();
    assert_eq!(
        cleared,
        Cleared { idempotency_keys: 1, sessions: 1, ..Cleared::default() },
        "and a session that nobody used for a day"
    );
    assert_eq!(send("fresh").await.body["id"], fresh.body["id"], "a key within its day is kept");

    world.advance_millis(7 * 24 * HOUR);
    let cleared = house.clear().await.unwrap();
    assert_eq!((cleared.sessions, cleared.idempotency_keys), (0, 1));
    assert_eq!(house.clear().await.unwrap(), Cleared::default());
    world.finish().await;
}
