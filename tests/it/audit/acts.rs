//! Everything that is written down, done once over HTTP: each entry says from where.
//!
//! What is done is compared with what the source writes down, so that a new act cannot be forgotten here; that an address
//! is never missing is looked at for every entry of every test, by `World::finish`.

use std::collections::BTreeSet;
use std::path::Path;

use menpai::app::{App, Surroundings};
use menpai::service::messaging::MessageView;
use menpai::simulator::{Fault, FaultKind};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::support::people::CHOSEN;
use crate::support::{Answer, World, answer, until};

const SEND: &str = "/topapi/message/corpconversation/asyncsend_v2";
/// Written by the machine's owner on the command line, or by the job that carries a run out.
const NOT_BY_REQUEST: [&str; 3] = ["administrator.create", "administrator.resetPassword", "syncRun.apply"];
/// Ends with a server that starts anew; `restore.rs` does it.
const ELSEWHERE: &str = "backup.restore";
/// Names of settings and of files, which look like acts.
const NOT_ACTS: [&str; 5] =
    ["backup.history", "backup.restored", "backup.since", "sync.choices", "sync.schedule"];

/// The acts that the source writes down: every `noun.verb` in a file that writes the audit.
fn in_source() -> BTreeSet<String> {
    fn collect(folder: &Path, acts: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, acts);
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            acts.extend(source.split('"').skip(1).step_by(2).filter(|text| is_act(text)).map(str::to_owned));
        }
    }
    let mut acts = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/service"), &mut acts);
    for other in NOT_ACTS.into_iter().chain(NOT_BY_REQUEST).chain([ELSEWHERE]) {
        assert!(acts.remove(other), "{other} is not in the source any more");
    }
    acts
}

fn is_act(text: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.chars().all(|letter| letter.is_ascii_alphanumeric())
    };
    let file = ["json", "txt", "csv", "example"];
    text.split_once('.').is_some_and(|(noun, verb)| is_word(noun) && is_word(verb) && !file.contains(&verb))
}

/// An act that must succeed.
async fn act(world: &World, method: Method, path: &str, body: Option<Value>) -> Value {
    let answer = world.send(method.clone(), path, body).await;
    assert!((200..300).contains(&answer.status), "{method} {path}: {answer:?}");
    answer.body
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

async fn people(world: &World, tenant: u64) {
    let base = format!("/api/v1/tenants/{tenant}");
    let people = world.people(tenant, 2).await;
    let (one, two) = (&people[0], &people[1]);
    world.raise(tenant, one).await;
    act(world, Method::DELETE, &format!("{base}/administrators/{}", one.account), None).await;
    let member = format!("{base}/members/{}", two.member);
    act(world, Method::PATCH, &member, Some(json!({"title": "门牌官"}))).await;
    act(world, Method::POST, &format!("{member}/revealMobile"), None).await;
    act(world, Method::GET, &format!("{base}/members.csv"), None).await;
    let mine = "/api/v1/me/sessions";
    for path in [mine, "/api/v1/sessions/current"] {
        let token = world.session(&two.username, CHOSEN).await;
        assert_eq!(world.status(Method::DELETE, path, &token).await, 204, "{path}");
    }
    let token = world.session(&two.username, CHOSEN).await;
    let other = world.session(&two.username, CHOSEN).await;
    let open = world.call(Method::GET, mine, Some(&token), None).await.body;
    let open = open["items"].as_array().unwrap().iter().find(|one| one["current"] == false);
    let single = format!("{mine}/{}", text(&open.unwrap()["id"]));
    assert_eq!(world.status(Method::DELETE, &single, &token).await, 204);
    assert_eq!(world.status(Method::GET, mine, &other).await, 401);
    act(world, Method::DELETE, &format!("{member}/sessions"), None).await;
    let link = act(world, Method::POST, &format!("{member}/passwordLink"), None).await;
    let used = json!({"token": link["token"], "newPassword": "a better password"});
    assert_eq!(world.call(Method::POST, "/api/v1/passwordLinks/use", None, Some(used)).await.status, 204);
    act(world, Method::POST, &format!("{member}/resetPassword"), None).await;
}

async fn runs(world: &World, tenant: u64) {
    let base = format!("/api/v1/tenants/{tenant}");
    let corp_id = &world.credentials.corp_id;
    let members = world.members(tenant).await;
    let userids: Vec<String> = members.iter().map(|one| text(&one["dingtalkUserId"])).collect();
    // Two people claim the numbers of two others.
    for pair in userids[2..6].chunks(2) {
        let holder = members.iter().find(|one| one["dingtalkUserId"] == pair[0].as_str()).unwrap();
        let number =
            Some(text(&holder["mobile"]).trim_start_matches("+86").trim_start_matches('-').to_owned());
        world.dingtalk().change_user(corp_id, &pair[1], |user| user.mobile = number.clone()).unwrap();
    }
    let preview = world.run(tenant, "preview").await;
    let shown = format!("{base}/syncRuns/{}", text(&preview["id"]));
    act(world, Method::POST, &format!("{shown}/apply"), Some(json!({}))).await;
    let applied = world.ended(tenant, &text(&preview["id"])).await;
    assert_eq!(
        (&applied["status"], &applied["counts"]["conflicts"]),
        (&json!("succeeded"), &json!(2)),
        "{applied:#}"
    );
    act(world, Method::GET, &format!("{shown}/changes.csv"), None).await;
    for (conflict, action) in
        world.all(&format!("{base}/conflicts")).await.iter().zip(["ignore", "keepSeparate"])
    {
        let resolve = format!("{base}/conflicts/{}/resolve", text(&conflict["id"]));
        act(world, Method::POST, &resolve, Some(json!({"action": action}))).await;
    }
    let dismissed = world.run(tenant, "preview").await;
    let dismiss = format!("{base}/syncRuns/{}/cancel", text(&dismissed["id"]));
    act(world, Method::POST, &dismiss, Some(json!({}))).await;
    let run = world.sync(tenant).await;
    let undone =
        act(world, Method::POST, &format!("{base}/syncRuns/{}/revert", text(&run["id"])), None).await;
    world.ended(tenant, &text(&undone["id"])).await;
}

async fn messages(world: &World, tenant: u64) {
    let base = format!("/api/v1/tenants/{tenant}");
    let send = async |words: &str| {
        let body = json!({"content": {"type": "text", "text": words}, "audience": {"everyone": true}});
        text(&act(world, Method::POST, &format!("{base}/messages"), Some(body)).await["id"])
    };
    let settled = async |id: &str, wanted: fn(&MessageView) -> bool| {
        let tenant = menpai::domain::id::TenantId(u32::try_from(tenant).unwrap());
        let patience = std::time::Duration::from_secs(60);
        let messaging = &world.app().services().messaging;
        let view = messaging.wait_until(tenant, id.parse().unwrap(), patience, wanted).await.unwrap();
        assert!(wanted(&view), "{view:#?}");
    };
    let exhausted = FaultKind::Errcode { code: 90020, wrapped: true };
    world.dingtalk().add_fault(Fault::times(SEND, 1, exhausted));
    let held = send("取消我").await;
    settled(&held, |view| view.message.held_until.is_some()).await;
    act(world, Method::POST, &format!("{base}/messages/{held}/cancel"), None).await;
    act(world, Method::POST, &format!("{base}/dingtalk/usage/resume"), None).await;
    let wrong_agent = FaultKind::Errcode { code: 40056, wrapped: true };
    world.dingtalk().add_fault(Fault::times(SEND, 1, wrong_agent));
    let sent = send("撤回我").await;
    settled(&sent, MessageView::is_settled).await;
    act(world, Method::POST, &format!("{base}/messages/{sent}/resend"), None).await;
    settled(&sent, MessageView::is_settled).await;
    act(world, Method::POST, &format!("{base}/messages/{sent}/recall"), None).await;
    act(world, Method::GET, &format!("{base}/messages/{sent}/recipients.csv"), None).await;
    act(world, Method::PATCH, &format!("{base}/messageSettings"), Some(json!({"keptDays": 30}))).await;
    let part = Part::bytes(b"\x89PNG\r\n\x1A\n and some more".to_vec()).file_name("a.png");
    let form = Form::new().text("type", "image").part("file", part);
    let upload =
        world.request(Method::POST, &format!("{base}/media")).header("X-Access-Token", world.token());
    let uploaded: Answer = answer(upload.multipart(form)).await;
    assert_eq!(uploaded.status, 201, "{uploaded:?}");
}

async fn settings(world: &World, tenant: u64) {
    let base = format!("/api/v1/tenants/{tenant}");
    act(world, Method::PATCH, &base, Some(json!({"name": "新名"}))).await;
    act(world, Method::POST, &format!("{base}/rotateHouseNumber"), None).await;
    act(world, Method::POST, &format!("{base}/dingtalk/doctor"), None).await;
    let token = json!({"name": "报表", "scopes": ["directory:read"]});
    let token = act(world, Method::POST, &format!("{base}/apiTokens"), Some(token)).await;
    act(world, Method::DELETE, &format!("{base}/apiTokens/{}", text(&token["id"])), None).await;
    let hook = json!({"url": "http://127.0.0.1:9/", "events": ["sync.finished"]});
    let hook = act(world, Method::POST, &format!("{base}/webhooks"), Some(hook)).await;
    let hook = format!("{base}/webhooks/{}", text(&hook["id"]));
    let ping = act(world, Method::POST, &format!("{hook}/ping"), None).await;
    act(world, Method::POST, &format!("{hook}/deliveries/{}/replay", text(&ping["id"])), None).await;
    act(world, Method::PATCH, &hook, Some(json!({"enabled": false}))).await;
    act(world, Method::DELETE, &hook, None).await;
}

async fn platform(world: &World) {
    act(world, Method::GET, "/api/v1/audit.csv", None).await;
    act(world, Method::GET, "/api/v1/system/supportBundle", None).await;
    let plan = json!({"schedule": {"mode": "off"}, "keep": 2});
    act(world, Method::PUT, "/api/v1/backups/plan", Some(plan)).await;
    let backup = act(world, Method::POST, "/api/v1/backups", None).await;
    let backup = format!("/api/v1/backups/{}", text(&backup["id"]));
    until("the backup's end", async || {
        (world.get(&backup).await.body["status"] == "succeeded").then_some(())
    })
    .await;
    let content = world.request(Method::GET, &format!("{backup}/content"));
    let content =
        content.header("X-Access-Token", world.token()).send().await.unwrap().bytes().await.unwrap();
    let upload =
        world.request(Method::POST, "/api/v1/backups/uploads").header("X-Access-Token", world.token());
    let taken_in = answer(upload.header("Content-Type", "application/octet-stream").body(content)).await;
    assert_eq!(taken_in.status, 201, "{taken_in:?}");
    act(world, Method::DELETE, &backup, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_comes_by_a_request_says_from_where() {
    let (world, tenant) = World::synchronised(12).await;
    people(&world, tenant).await;
    runs(&world, tenant).await;
    messages(&world, tenant).await;
    settings(&world, tenant).await;
    platform(&world).await;
    act(&world, Method::DELETE, &format!("/api/v1/tenants/{tenant}/dingtalk?members=keep"), None).await;
    // Last, as switching them on asks for a run.
    let events = format!("/api/v1/tenants/{tenant}/dingtalk/events");
    act(&world, Method::PUT, &events, Some(json!({"transport": "stream"}))).await;
    let entries = world.all("/api/v1/audit").await;
    let by_request = entries.iter().filter(|entry| entry["address"] == "127.0.0.1");
    let done: BTreeSet<String> = by_request.map(|entry| text(&entry["action"])).collect();
    let mut known = in_source();
    assert!(known.remove("platform.setUp"), "its own test is below");
    assert_eq!(done, known);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sets_the_server_up_is_written_down_with_an_address() {
    let (mut world, _) = World::synchronised(1).await;
    let other = tempfile::tempdir().unwrap();
    world.config.first_administrator = None;
    let mut config = world.config.clone();
    config.data_dir = other.path().join("data");
    let app = App::start(&config, Surroundings::real()).await.unwrap();
    let token = app.setup_token().await.unwrap().unwrap();
    let body = json!({"token": token.reveal(), "username": "first", "password": CHOSEN});
    let setup = format!("{}/api/v1/setup", app.base_url());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let made = client.post(setup).json(&body).send().await.unwrap();
    assert_eq!(made.status(), 201);
    let entries = app.store().read(|tx| {
        let limit = menpai::domain::page::Limit::new(None);
        tx.audit().list(None, &menpai::domain::audit::AuditFilter::default(), limit, None)
    });
    let entries = entries.await.unwrap().items;
    let acts: Vec<_> =
        entries.iter().map(|entry| (&*entry.event.action, entry.event.address.as_deref())).collect();
    let here = Some("127.0.0.1");
    assert_eq!(acts, [("session.create", here), ("platform.setUp", here)]);
    app.stop().await;
    world.finish().await;
}
