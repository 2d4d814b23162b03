//! HTTP push against the real server: followed when it is DingTalk, refused and counted when it is not.

use menpai::dingtalk::{CallbackQuery, CallbackSeal};
use menpai::domain::id::TenantId;
use menpai::domain::secret::Secret;
use menpai::simulator::{Application, EventState, EventTransport, Fault, FaultKind};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Stage, until};
use crate::support::{Answer, answer};

const TOKEN: &str = "SimToken2030";
const KEY: &str = "abcdefghijABCDEFGHIJ0123456789klmnopqrstuvw";
/// A callback that was sealed elsewhere: `{"EventType":"check_url"}`, at this time, for this application.
const CLIENT_ID: &str = "dingexampleappkey01";
const SENT_AT: i64 = 1_900_000_000_000;
const NONCE: &str = "n0nceABC";
const ENCRYPT: &str = "ZQKDXfArKVnzNR5w0109Tch2duvYRmUvEsoUxyQa1D1qqv80yvTLw0KuMGmzSb2EOvQ4m3icNr3xqPdEpC9er2lmkXquRY0OKaHsnlq40yDtHOs559Q/6PbV5+hRDrQN";
const SIGNATURE: &str = "ebbc10560af7b2c31be257b0822fbcf66440c0d3";

impl Stage {
    /// Lets the simulated application push its events to the server.
    pub(super) fn push_to_the_server(&self, token: &str, key: &str) {
        let url = format!("{}/dingtalk/callback/{}", self.world.app().base_url(), self.tenant);
        let push = EventTransport::Push { url, token: token.into(), aes_key: key.into() };
        self.world.dingtalk().change_application(self.client_id(), |app| app.events = push).unwrap();
    }

    /// Whether a reading of the events that could not be pushed has begun and not come to its end.
    pub(super) async fn is_reading_missed(&self) -> bool {
        let tenant = TenantId(u32::try_from(self.tenant).unwrap());
        let read = self.world.app().store().read(move |tx| tx.in_tenant(tenant).events().subscription());
        read.await.unwrap().is_some_and(|subscription| subscription.reading_missed)
    }

    async fn call_back(&self, tenant: u64, query: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let path = format!("/dingtalk/callback/{tenant}");
        answer(self.world.request(Method::POST, &path).query(query).body(body)).await
    }
}

fn body(encrypt: &str) -> Vec<u8> {
    json!({ "encrypt": encrypt }).to_string().into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_follows_what_is_pushed() {
    let stage = Stage::new(40, EventTransport::None).await;
    stage.subscribe(json!({ "transport": "push", "pushToken": TOKEN, "pushKey": KEY })).await;
    stage.push_to_the_server(TOKEN, KEY);
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    let ids = stage.userids();
    platform.change_user(&corp, &ids[0], |user| user.name = "推送来的".into()).unwrap();
    platform.remove_user(&corp, &ids[1]).unwrap();
    stage.assert_followed().await;
    assert_eq!(stage.member(&ids[0]).await["name"], "推送来的");
    assert_eq!(stage.member(&ids[1]).await["status"], "left");
    let status = stage.status().await;
    assert_eq!((&status["pushesTaken"], &status["pushesRefused"]), (&json!(2), &json!({})));
    assert!(status["lastEventAt"].is_string() && status["lastLagMilliseconds"].is_number(), "{status:#}");
    let shown = status.to_string();
    assert!(!shown.contains(TOKEN) && !shown.contains(KEY));
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_replayed_oversized_and_unreadable_calls_are_refused_and_counted() {
    let mut stage = Stage::new(5, EventTransport::None).await;
    let app = Application {
        client_id: CLIENT_ID.into(),
        corp_id: stage.corp_id().into(),
        client_secret: "s".into(),
        agent_id: 7,
        ..Application::default()
    };
    stage.world.dingtalk().put_application(app.clone()).unwrap();
    stage.world.credentials = app.credentials();
    assert_eq!(stage.world.connect(stage.tenant, &app.credentials()).await.status, 200);
    let query = |signature: &'static str, time: &'static str| {
        [("msg_signature", signature), ("timestamp", time), ("nonce", NONCE)]
    };
    let good = query(SIGNATURE, "1900000000000");
    let unsubscribed = stage.call_back(stage.tenant, &good, body(ENCRYPT)).await;
    assert_eq!(unsubscribed.status, 404);
    stage.subscribe(json!({ "transport": "push", "pushToken": TOKEN, "pushKey": KEY })).await;

    assert_eq!(stage.call_back(stage.tenant, &good, body(ENCRYPT)).await.status, 403, "from another time");
    let now = menpai::app::now_millis();
    stage.world.advance_millis(SENT_AT + 3_500_000 - now);
    stage.world.sign_in().await;
    let confirmed = stage.call_back(stage.tenant, &good, body(ENCRYPT)).await;
    assert_eq!(confirmed.status, 200, "{confirmed:?}");
    opens(&confirmed.body);

    type Case<'a> = (u16, &'a [(&'a str, &'a str)], Vec<u8>);
    let cases: [Case<'_>; 7] = [
        (403, &good, body(ENCRYPT)),
        (403, &query("ebbc10560af7b2c31be257b0822fbcf66440c0d4", "1900000000000"), body(ENCRYPT)),
        (403, &query(SIGNATURE, "1900000000001"), body(ENCRYPT)),
        (403, &[], body(ENCRYPT)),
        (400, &good, b"not json".to_vec()),
        (400, &good, Vec::new()),
        (413, &good, vec![b'x'; 300 * 1024]),
    ];
    for (status, query, body) in cases {
        let refused = stage.call_back(stage.tenant, query, body).await;
        assert_eq!(refused.status, status, "{refused:?}");
        assert!(!refused.body.to_string().contains("ignature"), "a forger learns nothing: {refused:?}");
    }
    assert_eq!(stage.call_back(99_999, &good, body(ENCRYPT)).await.status, 404);
    assert_eq!(stage.world.get(&format!("/dingtalk/callback/{}", stage.tenant)).await.status, 405);
    let status = stage.status().await;
    assert_eq!(status["pushesTaken"], 1);
    assert_eq!(status["pushesRefused"], json!({ "forged": 3, "replayed": 2, "unreadable": 2 }), "{status:#}");
    assert_eq!(status["waiting"], 0);
    stage.finish().await;
}

/// The answer opens with the same secrets, to `success`.
fn opens(answer: &Value) {
    let owners = vec![CLIENT_ID.to_owned()];
    let seal = CallbackSeal::new(&Secret::new(TOKEN), &Secret::new(KEY), owners).unwrap();
    let text = |key: &str| answer[key].as_str().unwrap().to_owned();
    let query = CallbackQuery {
        signature: text("msg_signature"),
        timestamp: text("timeStamp"),
        nonce: text("nonce"),
    };
    assert_eq!(seal.open(&query, &body(&text("encrypt"))).unwrap().message, "success");
}

#[tokio::test(flavor = "multi_thread")]
async fn push_needs_its_token_and_key_and_checks_them() {
    let stage = Stage::new(3, EventTransport::None).await;
    let put = async |body: Value| stage.world.send(Method::PUT, &stage.path(), Some(body)).await;
    assert_eq!(put(json!({ "transport": "push" })).await.status, 400);
    assert_eq!(put(json!({ "transport": "push", "pushToken": TOKEN })).await.status, 400);
    let short = json!({ "transport": "push", "pushToken": TOKEN, "pushKey": "short" });
    assert_eq!(put(short).await.status, 400);
    let spaced = json!({ "transport": "push", "pushToken": "a b c", "pushKey": KEY });
    assert_eq!(put(spaced).await.status, 400);
    assert_eq!(put(json!({ "transport": "pigeon" })).await.status, 400);
    let whole = put(json!({ "transport": "push", "pushToken": TOKEN, "pushKey": KEY })).await;
    assert_eq!((whole.status, &whole.body["pushReady"]), (200, &json!(true)));
    let off = put(json!({ "transport": "off" })).await;
    assert_eq!((off.status, &off.body["pushReady"]), (200, &json!(true)), "the secrets are kept");
    assert_eq!(put(json!({ "transport": "push" })).await.status, 200);
    let other = stage.world.tenant("别的租户").await;
    let unconfigured = stage.world.get(&format!("/api/v1/tenants/{other}/dingtalk/events")).await;
    assert_eq!((unconfigured.status, &unconfigured.body["pushReady"]), (200, &json!(false)));
    stage.finish().await;
}

/// While the server is away DingTalk gives up pushing and keeps a list; three readings of it tell everything.
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_pushed_is_made_up_for_after_a_start() {
    const STRANGERS: u64 = 450;
    let mut stage = Stage::new(40, EventTransport::None).await;
    stage.subscribe(json!({ "transport": "push", "pushToken": TOKEN, "pushKey": KEY })).await;
    stage.push_to_the_server(TOKEN, KEY);
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    let id = stage.userids()[0].clone();
    let read = "/call_back/get_call_back_failed_result";

    stage.world.park().await;
    platform.change_user(&corp, &id, |user| user.name = "推送不到的".into()).unwrap();
    for number in 0..STRANGERS {
        let data = json!({ "userId": [format!("stranger-{number}")] }).as_object().unwrap().clone();
        platform.emit_to(stage.client_id(), "org_admin_add", data, 1).unwrap();
    }
    until("DingTalk to give up", async || {
        platform.events().iter().all(|event| event.state == EventState::Failed)
    })
    .await;
    let before = platform.count_of(read).calls;
    stage.world.restart().await;
    until("the name", async || stage.member(&id).await["name"] == "推送不到的").await;
    stage.until_quiet().await;
    assert_eq!(platform.count_of(read).calls - before, 3, "200, 200 and the rest");
    let status = stage.status().await;
    assert_eq!(status["pushesMadeUpFor"], STRANGERS + 1, "{status:#}");
    assert_eq!(status["pushesTaken"], 0, "{status:#}");
    stage.finish().await;
}

/// Reading the list empties it at DingTalk: an answer that never became a note, for its connection broke and then the
/// process ended, is made up for by a look at everything, once. A refusal empties nothing, and costs no look.
#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_was_broken_off_loses_nothing() {
    const READ: &str = "/call_back/get_call_back_failed_result";
    let mut stage = Stage::new(10, EventTransport::None).await;
    stage.subscribe(json!({ "transport": "push", "pushToken": TOKEN, "pushKey": KEY })).await;
    stage.push_to_the_server(TOKEN, KEY);
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    let id = stage.userids()[0].clone();
    let readings = || platform.count_of(READ).calls;
    until("the first reading", async || readings() == 1 && !stage.is_reading_missed().await).await;

    stage.world.park().await;
    platform.change_user(&corp, &id, |user| user.name = "读了却没记下".into()).unwrap();
    until("DingTalk to give up", async || {
        platform.events().iter().all(|event| event.state == EventState::Failed)
    })
    .await;
    platform.add_fault(Fault::times(READ, 1, FaultKind::LoseAnswer));
    stage.world.restart().await;
    until("the reading whose answer is lost", async || readings() == 2).await;
    stage.world.crash().await;
    until("the name", async || stage.member(&id).await["name"] == "读了却没记下").await;
    stage.until_quiet().await;
    assert_eq!((readings(), stage.event_runs().await.len()), (3, 1), "nothing in the list, so everything");
    assert!(!stage.is_reading_missed().await);

    platform.add_fault(Fault::times(READ, 1, FaultKind::Errcode { code: 60_011, wrapped: true }));
    stage.world.restart().await;
    until("the refusal", async || readings() == 4 && !stage.is_reading_missed().await).await;
    stage.world.restart().await;
    until("the next reading", async || readings() == 5 && !stage.is_reading_missed().await).await;
    stage.until_quiet().await;
    assert_eq!(stage.event_runs().await.len(), 1, "a refusal is no reason to look");
    stage.finish().await;
}
