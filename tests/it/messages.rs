//! Messages through the API, against the simulator: what it delivered and what is told here must agree.

mod content;
mod looking_back;

use std::time::Duration;

use menpai::domain::id::{MessageId, TenantId};
use menpai::service::messaging::MessageView;
use menpai::simulator::{Fault, FaultKind, Shape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, World, answer};

const SEND: &str = "/topapi/message/corpconversation/asyncsend_v2";
const SEND_TEST: &str = "/sys/thirdApp/sendMessageTest";
const RECALL_TEST: &str = "/sys/thirdApp/recallMessageTest";

/// A world with one tenant whose directory is in step with a simulated enterprise.
async fn synchronised(people: usize) -> (World, u64) {
    let world = World::new(Shape::plain(people, 9)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    (world, tenant)
}

fn path(tenant: u64) -> String {
    format!("/api/v1/tenants/{tenant}/messages")
}

async fn accepted(world: &World, tenant: u64, text: &str, audience: Value) -> Value {
    let body = json!({"content": {"type": "text", "text": text}, "audience": audience});
    let sent = world.post(&path(tenant), body).await;
    assert_eq!(sent.status, 202, "{sent:?}");
    sent.body
}

/// Waits until the message stands as wanted, and reads it over the API.
async fn once(world: &World, tenant: u64, id: &str, wanted: impl Fn(&MessageView) -> bool) -> Value {
    let number = TenantId(u32::try_from(tenant).unwrap());
    let message: MessageId = id.parse().unwrap();
    let messaging = &world.app().services().messaging;
    let view = messaging.wait_until(number, message, Duration::from_secs(60), &wanted).await.unwrap();
    assert!(wanted(&view), "not reached: {view:#?}");
    world.get(&format!("{}/{id}", path(tenant))).await.body
}

async fn results(world: &World, tenant: u64, id: &str) -> Value {
    world.advance_millis(2_000);
    let all_read = |view: &MessageView| {
        let mut sent = view.batches.iter().filter(|batch| batch.state.task_id().is_some());
        sent.all(|batch| batch.results_read_at.is_some())
    };
    once(world, tenant, id, all_read).await
}

async fn usernames(world: &World, tenant: u64) -> Vec<String> {
    let members = world.members(tenant).await;
    members.iter().filter_map(|one| one["username"].as_str()).map(str::to_owned).collect()
}

async fn send_test(world: &World, tenant: u64, body: Value) -> Answer {
    let answer = world.compat(Method::POST, SEND_TEST, tenant, Some(body)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_is_reached_in_calls_of_a_hundred_and_told_one_by_one() {
    let (world, tenant) = synchronised(250).await;
    let sent = accepted(&world, tenant, "全员大会", json!({"everyone": true})).await;
    assert_eq!((&sent["accepted"], &sent["unresolved"]), (&json!(250), &json!([])));
    let id = sent["id"].as_str().unwrap();
    let message = once(&world, tenant, id, MessageView::is_settled).await;
    assert_eq!(message["tasks"].as_array().unwrap().len(), 3);
    assert_eq!(world.dingtalk().count_of(SEND).calls, 3);
    let read = results(&world, tenant, id).await;
    assert_eq!((&read["status"], &read["counts"]["unread"]), (&json!("sent"), &json!(250)), "{read:#}");
    let people = world.all(&format!("{}/{id}/recipients?state=unread", path(tenant))).await;
    assert_eq!(people.len(), 250);
    for person in &people {
        let delivered = world.dingtalk().messages_of(person["dingtalkUserId"].as_str().unwrap());
        assert_eq!(delivered.len(), 1, "{person}");
        assert_eq!(delivered[0].msg["text"]["content"], "全员大会");
        assert_eq!(person["taskId"], delivered[0].task_id.to_string());
    }
    let listed = world.get(&path(tenant)).await.body;
    assert_eq!(listed["items"][0]["id"], id);
    assert_eq!(listed["items"][0].get("calls"), None);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_reach_below_and_the_unresolved_are_named() {
    let (world, tenant) = synchronised(60).await;
    let departments = world.get(&format!("/api/v1/tenants/{tenant}/departments")).await.body;
    let root = departments["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one.get("parentId").is_none_or(Value::is_null));
    let root = root.unwrap_or_else(|| panic!("no root in {departments:#}"))["id"].clone();
    let nowhere = "01234567-89ab-7def-8123-456789abcdef";
    let audience = json!({
        "departmentIds": [root, nowhere], "memberIds": [nowhere], "usernames": ["13999999999"],
    });
    let sent = accepted(&world, tenant, "部门通知", audience).await;
    assert_eq!(sent["accepted"], 60);
    let named = sent["unresolved"].as_array().unwrap();
    assert_eq!(named.len(), 2, "{named:?}");
    assert!(named.iter().all(|one| one["reason"] == "unknown"));
    let refused = world
        .post(
            &path(tenant),
            json!({
                "content": {"type": "text", "text": "无人"}, "audience": {"usernames": ["13999999999"]},
            }),
        )
        .await;
    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("noRecipients")), "{refused:?}");
    assert!(refused.body["detail"].as_str().unwrap().contains("13999999999"));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_requests_are_refused_and_nothing_is_sent() {
    let (world, tenant) = synchronised(3).await;
    let text = json!({"type": "text", "text": "x"});
    let all = json!({"everyone": true});
    let cases = [
        (json!({"content": text, "audience": {}}), 400, "invalidRequest"),
        (json!({"content": text, "audience": {"memberIds": ["?"]}}), 400, "invalidRequest"),
        (json!({"content": text}), 400, "invalidRequest"),
        (json!({"content": text, "audience": all, "sendAll": 1}), 400, "invalidRequest"),
        (json!({"content": {"type": "fax", "text": "x"}, "audience": all}), 400, "invalidRequest"),
        (json!({"content": {"type": "text", "text": " "}, "audience": all}), 422, "messageInvalid"),
        (
            json!({"content": {"type": "text", "text": "长".repeat(700)}, "audience": all}),
            422,
            "messageInvalid",
        ),
    ];
    for (body, status, code) in cases {
        let refused = world.post(&path(tenant), body.clone()).await;
        assert_eq!((refused.status, &refused.body["code"]), (status, &json!(code)), "{body}: {refused:?}");
    }
    let good = json!({"content": text, "audience": all});
    let stranger = world.call(Method::POST, &path(tenant), None, Some(good.clone())).await;
    assert_eq!(stranger.status, 401);
    let other = world.tenant("别家").await;
    let unconnected = world.post(&path(other), good).await;
    assert_eq!((unconnected.status, &unconnected.body["code"]), (422, &json!("dingtalkNotConfigured")));
    let id = accepted(&world, tenant, "一", json!({"everyone": true})).await["id"].clone();
    let id = id.as_str().unwrap();
    for path in [format!("{}/{id}", path(other)), format!("{}/{id}/recipients", path(other))] {
        assert_eq!(world.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(world.get(&format!("{}/nonsense", path(tenant))).await.status, 404);
    once(&world, tenant, id, MessageView::is_settled).await;
    assert_eq!(world.dingtalk().count_of(SEND).calls, 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn members_may_not_send() {
    let (world, tenant) = synchronised(3).await;
    let house = world.get(&format!("/api/v1/tenants/{tenant}")).await.body["houseNumber"].clone();
    let username = usernames(&world, tenant).await.remove(0);
    let password = format!("{}{username}", house.as_str().unwrap());
    let login = json!({"username": username, "password": password});
    let session = world.call(Method::POST, "/api/v1/sessions", None, Some(login)).await.body;
    let token = session["token"].as_str();
    let change = json!({"currentPassword": password, "newPassword": "another long password 7"});
    let changed = world.call(Method::POST, "/api/v1/me/password", token, Some(change)).await;
    assert_eq!(changed.status, 204, "{changed:?}");
    let good = json!({"content": {"type": "text", "text": "x"}, "audience": {"everyone": true}});
    let refused = world.call(Method::POST, &path(tenant), token, Some(good)).await;
    assert_eq!(refused.status, 403, "{refused:?}");
    let test = world
        .request(Method::POST, SEND_TEST)
        .header("X-Access-Token", token.unwrap())
        .header("X-Tenant-Id", tenant)
        .json(&json!({"app": "DINGTALK", "sendAll": true, "content": "x"}));
    assert_eq!(answer(test).await.body["code"], 510);
    assert_eq!(world.dingtalk().count_of(SEND).calls, 0);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_sends_once() {
    let (world, tenant) = synchronised(3).await;
    let send = |text: &str| {
        let body = json!({"content": {"type": "text", "text": text}, "audience": {"everyone": true}});
        let request = world.request(Method::POST, &path(tenant)).header("X-Access-Token", world.token());
        answer(request.header("Idempotency-Key", "k-1").json(&body))
    };
    let (first, second) = tokio::join!(send("一次"), send("一次"));
    assert_eq!((first.status, second.status), (202, 202), "{first:?} {second:?}");
    assert_eq!(first.body["id"], second.body["id"]);
    let other = send("两次").await;
    assert_eq!((other.status, &other.body["code"]), (422, &json!("idempotencyKeyReused")));
    once(&world, tenant, first.body["id"].as_str().unwrap(), MessageView::is_settled).await;
    assert_eq!(world.dingtalk().messages().len(), 3);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_and_a_stop_in_the_middle_reach_nobody_twice() {
    let (mut world, tenant) = synchronised(120).await;
    world.dingtalk().add_fault(Fault::times(SEND, 1, FaultKind::LoseAnswer));
    world.dingtalk().add_fault(Fault::times(SEND, 1, FaultKind::Slow { ms: 600_000 }).after(2));
    let id = accepted(&world, tenant, "中断", json!({"everyone": true})).await["id"].clone();
    let id = id.as_str().unwrap().to_owned();
    while !world.dingtalk().faults().is_empty() {
        tokio::task::yield_now().await;
    }
    world.restart().await;
    let message = once(&world, tenant, &id, MessageView::is_settled).await;
    let lost: Vec<_> = message["calls"].as_array().unwrap().iter().map(|call| &call["lostAnswers"]).collect();
    assert_eq!(lost, [1, 1], "{message:#}");
    let message = results(&world, tenant, &id).await;
    assert_eq!(message["counts"]["refused"], 0, "{message:#}");
    let reached: Vec<_> =
        world.dingtalk().messages().into_iter().filter(|message| message.state == "unread").collect();
    let people: std::collections::BTreeSet<_> = reached.iter().map(|message| &message.userid).collect();
    assert_eq!((reached.len(), people.len()), (120, 120));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_agent_is_told_and_mended_by_resending() {
    let (world, tenant) = synchronised(3).await;
    let right = world.credentials.clone();
    let wrong = menpai::simulator::Credentials { agent_id: right.agent_id + 1, ..right.clone() };
    assert_eq!(world.connect(tenant, &wrong).await.status, 200);
    let id = accepted(&world, tenant, "错误", json!({"everyone": true})).await["id"].clone();
    let id = id.as_str().unwrap();
    let message = once(&world, tenant, id, MessageView::is_settled).await;
    assert_eq!((&message["status"], &message["calls"][0]["code"]), (&json!("failed"), &json!("40056")));
    let people = world.all(&format!("{}/{id}/recipients", path(tenant))).await;
    assert!(people[0]["detail"].as_str().unwrap().contains("AgentId"), "{people:?}");
    let told = send_test(&world, tenant, json!({"app": "DINGTALK", "sendAll": "true", "content": "又错"}))
        .await
        .body;
    assert_eq!((&told["success"], &told["result"]["errcode"]), (&json!(false), &json!(40056)), "{told:#}");
    assert_eq!(world.connect(tenant, &right).await.status, 200);
    let again = world.post(&format!("{}/{id}/resend", path(tenant)), json!({})).await;
    assert_eq!((again.status, &again.body["queued"]), (202, &json!(3)), "{again:?}");
    once(&world, tenant, id, MessageView::is_settled).await;
    assert_eq!(results(&world, tenant, id).await["counts"]["unread"], 3);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_recalled_and_says_so() {
    let (world, tenant) = synchronised(3).await;
    let id = accepted(&world, tenant, "撤回我", json!({"everyone": true})).await["id"].clone();
    let id = id.as_str().unwrap();
    let tasks = once(&world, tenant, id, MessageView::is_settled).await["tasks"].clone();
    let recalled = world.post(&format!("{}/{id}/recall", path(tenant)), json!({})).await;
    assert_eq!(recalled.status, 200, "{recalled:?}");
    assert_eq!(recalled.body, json!({"recalled": tasks, "refused": []}));
    assert!(world.dingtalk().messages().iter().all(|message| message.state == "recalled"));
    let again = world.post(&format!("{}/{id}/recall", path(tenant)), json!({})).await;
    assert_eq!((again.status, &again.body["code"]), (409, &json!("messageState")), "{again:?}");
    let message = world.get(&format!("{}/{id}", path(tenant))).await.body;
    assert_eq!(message["status"], "recalled");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_names_some_of_those_who_cannot_receive_a_message_and_the_message_all() {
    let (world, tenant) = synchronised(1).await;
    let names: Vec<String> = (0..150).map(|number| format!("nobody{number}")).collect();
    let names = [names, usernames(&world, tenant).await].concat();
    let id = accepted(&world, tenant, "通知", json!({"usernames": names})).await["id"].clone();
    let named = |message: &Value| message["unresolved"].as_array().unwrap().len();
    assert_eq!(named(&world.all(&path(tenant)).await[0]), 100);
    let message = once(&world, tenant, id.as_str().unwrap(), MessageView::is_settled).await;
    assert_eq!(named(&message), 150);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn send_message_test_tells_the_truth() {
    let (world, tenant) = synchronised(3).await;
    let names = usernames(&world, tenant).await;
    let sent =
        send_test(&world, tenant, json!({"app": "DINGTALK", "receiver": names[0], "content": "你好"})).await;
    let result = &sent.body["result"];
    assert_eq!((&sent.body["success"], &result["errcode"]), (&json!(true), &json!(0)), "{sent:?}");
    let delivered = world.dingtalk().messages();
    assert_eq!(delivered.len(), 1);
    assert_eq!(result["result"], delivered[0].task_id.to_string());
    assert_eq!((&result["success"], &result["accepted"]), (&json!(true), &json!(1)));
    assert!(result["messageId"].is_string() && result["request_id"].is_string(), "{result}");

    let receivers = format!("{},nobody, {}", names[1], names[0]);
    let partly =
        send_test(&world, tenant, json!({"app": "DINGTALK", "receiver": receivers, "content": "部分"})).await;
    assert_eq!(partly.body["success"], true);
    assert_eq!(partly.body["result"]["unresolved"], json!(["nobody"]));
    assert!(partly.body["message"].as_str().unwrap().contains("nobody"));

    let nobody = json!({"app": "DINGTALK", "receiver": "nobody", "content": "无人"});
    let unsent = send_test(&world, tenant, nobody).await.body;
    assert_eq!((&unsent["success"], &unsent["result"]["errcode"]), (&json!(false), &json!(-1)), "{unsent:#}");
    assert_eq!(unsent["result"]["errorCode"], "noRecipients");
    let fields = |result: &Value| result.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(fields(&unsent["result"]), fields(result), "the same fields, whatever became of it");

    let both = json!({"app": "DINGTALK", "receiver": names[0], "sendAll": "true", "content": "全员"});
    assert_eq!(send_test(&world, tenant, both).await.body["result"]["accepted"], 3, "sendAll wins");

    let task = result["result"].clone();
    let recall = |task: Value| {
        world.compat(Method::POST, RECALL_TEST, tenant, Some(json!({"app": "DINGTALK", "msg_task_id": task})))
    };
    let recalled = recall(task).await;
    assert_eq!((&recalled.body["success"], &recalled.body["message"]), (&json!(true), &json!("撤回成功")));
    let unknown = recall(json!(424_242)).await;
    assert_eq!(unknown.body["success"], false);
    assert!(unknown.body["message"].as_str().unwrap().starts_with("撤回失败："), "{unknown:?}");
    assert!(unknown.body["message"].as_str().unwrap().contains("——"));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn send_message_test_refuses_in_the_known_words() {
    let (world, tenant) = synchronised(2).await;
    let unconnected = world.tenant("未配置").await;
    let name = usernames(&world, tenant).await.remove(0);
    let cases = [
        (tenant, json!({"app": "WECHAT", "receiver": name, "content": "x"}), "不识别的第三方APP"),
        (tenant, json!({"receiver": name, "content": "x"}), "不识别的第三方APP"),
        (tenant, json!({"app": "DINGTALK", "receiver": name}), "content"),
        (tenant, json!({"app": "DINGTALK", "receiver": name, "content": "  "}), "content"),
        (tenant, json!({"app": "DINGTALK", "content": "x"}), "receiver"),
        (tenant, json!({"app": "DINGTALK", "receiver": " ,", "sendAll": false, "content": "x"}), "sendAll"),
        (tenant, json!({"app": "DINGTALK", "receiver": "a1b,c2d", "content": "x"}), "c2d"),
        (tenant, json!({"app": "DINGTALK", "receiver": name, "content": {"a": 1}}), "content"),
        (tenant, json!([1]), "JSON"),
        (
            unconnected,
            json!({"app": "DINGTALK", "receiver": name, "content": "x"}),
            "钉钉尚未配置,请配置钉钉",
        ),
        (0, json!({"app": "DINGTALK", "receiver": name, "content": "x"}), "钉钉尚未配置,请配置钉钉"),
    ];
    for (tenant, body, words) in cases {
        let refused = send_test(&world, tenant, body.clone()).await;
        assert_eq!((&refused.body["success"], &refused.body["code"]), (&json!(false), &json!(500)), "{body}");
        let message = refused.body["message"].as_str().unwrap();
        assert!(message.contains(words), "{body}: {message}");
    }
    assert_eq!(world.dingtalk().count_of(SEND).calls, 0);
    world.finish().await;
}
