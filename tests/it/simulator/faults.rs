//! Faults on the wire: each kind does what its name says, and only as often as asked.

use super::{Stage, code};
use menpai::simulator::{Fault, FaultKind, Shape};
use serde_json::{Value, json};

const LIST: &str = "/topapi/v2/user/list";

/// What a plain HTTP client makes of an answer.
enum Seen {
    Nothing,
    Answer { status: u16, kind: String, body: String },
}

async fn seen(stage: &Stage, token: &str) -> Seen {
    let body = json!({ "dept_id": 1, "cursor": 0, "size": 100 });
    let request = stage.http.post(stage.url(&format!("{LIST}?access_token={token}"))).json(&body);
    let Ok(answer) = request.send().await else { return Seen::Nothing };
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    Seen::Answer { status: answer.status().as_u16(), kind, body: answer.text().await.unwrap() }
}

#[tokio::test]
async fn every_kind_of_fault_happens_once_and_is_over() {
    let stage = Stage::new(Shape::awkward(60, 1)).await;
    let platform = stage.simulator.platform();
    for fault in FaultKind::all() {
        let token = stage.token().await;
        platform.add_fault(Fault::times(LIST, 1, fault.clone()));
        let hit = seen(&stage, &token).await;
        let json = |body: &str| serde_json::from_str::<Value>(body).unwrap();
        match (&fault, hit) {
            (FaultKind::CloseConnection | FaultKind::LoseAnswer, hit) => {
                assert!(matches!(hit, Seen::Nothing))
            }
            (_, Seen::Nothing) => panic!("{fault:?} cut the connection"),
            (fault, Seen::Answer { status, kind, body }) => match fault {
                FaultKind::Errcode { code: expected, .. } => assert_eq!(code(&json(&body)), *expected),
                FaultKind::ApiError { code, .. } => {
                    assert_eq!((status, &json(&body)["code"]), (403, &json!(code)))
                }
                FaultKind::Http { .. } => assert_eq!(status, 502),
                FaultKind::Slow { .. } => assert_eq!(json(&body)["errcode"], 0),
                FaultKind::Truncate => assert!(serde_json::from_str::<Value>(&body).is_err()),
                FaultKind::BanPage { html: true } => assert!(status == 200 && body.starts_with("<!DOCTYPE")),
                FaultKind::BanPage { html: false } => assert_eq!(json(&body)["status"], 1111),
                FaultKind::RepeatCursor => assert_eq!(json(&body)["result"]["next_cursor"], 0),
                FaultKind::NullResult => assert_eq!(json(&body)["result"], Value::Null),
                FaultKind::MissingResult => assert!(json(&body).get("result").is_none()),
                FaultKind::WrongShape => assert!(json(&body)["result"].is_string()),
                FaultKind::EmptyList => assert_eq!(json(&body)["result"]["list"], json!([])),
                FaultKind::AncestorAsChild => assert_eq!(json(&body)["errcode"], 0),
                FaultKind::ExpireToken => assert_eq!(code(&json(&body)), 42_001),
                FaultKind::Stringly => assert_eq!(json(&body)["errcode"], "0"),
                FaultKind::UnknownFields => assert!(json(&body)["result"]["list"][0].get("ext").is_some()),
                FaultKind::WrongContentType => {
                    assert!(kind.starts_with("text/html") && json(&body).is_object())
                }
                FaultKind::EmptyBody => assert_eq!((status, body.as_str()), (200, "")),
                FaultKind::CloseConnection | FaultKind::LoseAnswer => {}
            },
        }
        let after = stage.call(LIST, json!({ "dept_id": 1, "cursor": 0, "size": 100 })).await;
        assert_eq!(code(&after), 0, "{fault:?} must be over");
        assert!(platform.calls().iter().any(|call| call.fault.is_some()), "{fault:?} is in the journal");
        platform.clear_journal();
    }
    assert!(platform.faults().is_empty());
}

#[tokio::test]
async fn a_lost_answer_was_carried_out_and_a_closed_connection_was_not() {
    let stage = Stage::new(Shape::plain(5, 1)).await;
    let platform = stage.simulator.platform();
    let path = "/topapi/message/corpconversation/asyncsend_v2";
    let token = stage.token().await;
    let userid = platform
        .with_organisation(&stage.app.corp_id, |organisation| {
            organisation.users().next().unwrap().userid.clone()
        })
        .unwrap();
    for (kind, messages) in [(FaultKind::CloseConnection, 0), (FaultKind::LoseAnswer, 1)] {
        platform.add_fault(Fault::times(path, 1, kind));
        let msg = json!({ "msgtype": "text", "text": { "content": "x" } });
        let body = json!({ "agent_id": stage.app.agent_id, "userid_list": userid, "msg": msg });
        let request = stage.http.post(stage.url(&format!("{path}?access_token={token}"))).json(&body);
        assert!(request.send().await.is_err());
        assert_eq!(platform.messages().len(), messages);
    }
}

#[tokio::test]
async fn a_cycle_can_be_shown_for_one_department_only() {
    let stage = Stage::new(Shape::plain(60, 1)).await;
    let path = "/topapi/v2/department/listsub";
    let fault = Fault { dept_id: Some(1), ..Fault::always(path, FaultKind::AncestorAsChild) };
    stage.simulator.platform().add_fault(fault);
    let children = stage.call(path, json!({ "dept_id": 1 })).await["result"].clone();
    let children = children.as_array().unwrap();
    assert!(children.iter().any(|child| child["dept_id"] == 1));
    let other = children[0]["dept_id"].clone();
    let below = stage.call(path, json!({ "dept_id": other })).await["result"].clone();
    assert!(below.as_array().unwrap().iter().all(|child| child["dept_id"] != other));
}
