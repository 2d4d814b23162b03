//! Work notifications: one send is one send.

use serde_json::json;

use super::script::{Answer, Script, credentials};
use crate::dingtalk::{ErrorKind, Forbidden, MediaKind, NoticeResult, Receivers};

const SEND: &str = "/topapi/message/corpconversation/asyncsend_v2";

fn text() -> serde_json::Value {
    json!({"msgtype": "text", "text": {"content": "班车改到 8:10"}})
}

fn queued() -> Answer {
    json!({"errcode": 0, "task_id": 25_627_001, "request_id": "r3"}).into()
}

#[tokio::test]
async fn a_refusal_that_is_hoped_for_counts_as_an_answer_and_any_other_does_not() {
    for (code, kind, outcome) in
        [(40035, ErrorKind::BadParameter, "ok"), (40056, ErrorKind::AgentInvalid, "dingtalkAgentInvalid")]
    {
        let script = Script::play(move |_, _| json!({"errcode": code, "errmsg": "x"}).into()).await;
        let client = script.client();
        let refused = client.application(credentials()).probe_agent(1).await.expect_err("refused");
        assert_eq!(refused.kind, kind);
        let calls = client.calls();
        let counted = calls.keys().filter(|(api, _)| api.ends_with("getsendprogress"));
        assert_eq!(counted.map(|(_, outcome)| *outcome).collect::<Vec<_>>(), [outcome]);
    }
}

#[tokio::test]
async fn a_notice_goes_to_people_departments_or_everyone() {
    let script = Script::play(|_, _| queued()).await;
    let application = script.application();
    let users = ["u-1".to_owned(), "u-2".to_owned()];
    for receivers in [Receivers::Users(&users), Receivers::Departments(&[7, 8]), Receivers::Everyone] {
        let sent = application.send_notice(11, receivers, &text()).await.expect("queued");
        assert_eq!((sent.task_id.as_str(), sent.request_id.as_deref()), ("25627001", Some("r3")));
    }
    let bodies: Vec<_> = script.asked(SEND).iter().map(super::script::Asked::json).collect();
    assert_eq!(
        bodies,
        [
            json!({"agent_id": 11, "userid_list": "u-1,u-2", "msg": text()}),
            json!({"agent_id": 11, "dept_id_list": "7,8", "msg": text()}),
            json!({"agent_id": 11, "to_all_user": true, "msg": text()}),
        ]
    );
}

#[tokio::test]
async fn a_send_whose_answer_is_lost_is_not_repeated_and_says_so() {
    let faults: [fn() -> Answer; 6] = [
        || Answer::HangUp,
        || Answer::Break,
        || Answer::Say(502, Vec::new()),
        || json!({"errcode": -1}).into(),
        || json!({"errcode": 15}).into(),
        || json!({"errcode": 0}).into(),
    ];
    for fault in faults {
        let script = Script::play(move |_, _| fault()).await;
        let error =
            script.application().send_notice(11, Receivers::Everyone, &text()).await.expect_err("lost");
        assert!(error.ambiguous(), "{error:?}");
        assert_eq!(script.asked(SEND).len(), 1);
    }
}

#[tokio::test]
async fn a_send_that_was_definitely_refused_is_repeated_where_that_helps() {
    for code in [90018, 90002, 40014] {
        let refusal = move || json!({"errcode": 88, "sub_code": code.to_string()}).into();
        let script = Script::play(move |_, count| if count == 0 { refusal() } else { queued() }).await;
        assert!(script.application().send_notice(11, Receivers::Everyone, &text()).await.is_ok());
        assert_eq!(script.asked(SEND).len(), 2);
    }
}

#[tokio::test]
async fn a_wrong_agent_is_refused_for_certain() {
    let script = Script::play(|_, _| json!({"errcode": 40056, "errmsg": "x"}).into()).await;
    let error =
        script.application().send_notice(11, Receivers::Everyone, &text()).await.expect_err("refused");
    assert_eq!(error.kind, ErrorKind::AgentInvalid);
    assert!(!error.ambiguous() && error.is_configuration());
}

#[tokio::test]
async fn impossible_receivers_are_refused_before_anything_is_sent() {
    let script = Script::play(|_, _| queued()).await;
    let application = script.application();
    let many: Vec<_> = (0..101).map(|number| format!("u-{number}")).collect();
    let comma = ["u-1,u-2".to_owned()];
    let departments: Vec<_> = (1..=21).collect();
    for receivers in [
        Receivers::Users(&[]),
        Receivers::Users(&many),
        Receivers::Users(&comma),
        Receivers::Departments(&[]),
        Receivers::Departments(&departments),
    ] {
        let error = application.send_notice(11, receivers, &text()).await.expect_err("refused");
        assert!(error.kind == ErrorKind::BadParameter && !error.ambiguous());
    }
    assert!(script.asked(SEND).is_empty());
}

#[tokio::test]
async fn a_result_names_everybody_whatever_lists_are_left_out() {
    let script = Script::play(|_, count| {
        let result = match count {
            0 => json!({"read_user_id_list": ["u-1"], "unread_user_id_list": "[\"u-2\"]",
                "forbidden_user_id_list": ["u-8", "u-9"], "invalid_dept_id_list": ["7"],
                "forbidden_list": [{"code": 143_106, "count": 1, "userid": "u-9"}]}),
            _ => json!({}),
        };
        json!({"errcode": 0, "send_result": result}).into()
    })
    .await;
    let application = script.application();
    let result = application.notice_result(11, "25627001").await.expect("a result");
    let forbidden =
        |userid: &str, code: Option<&str>| Forbidden { userid: userid.into(), code: code.map(Into::into) };
    let expected = NoticeResult {
        read: vec!["u-1".into()],
        unread: vec!["u-2".into()],
        forbidden: vec![forbidden("u-8", None), forbidden("u-9", Some("143106"))],
        invalid_departments: vec![7],
        ..NoticeResult::default()
    };
    assert_eq!(result, expected);
    assert_eq!(application.notice_result(11, "25627001").await, Ok(NoticeResult::default()));
    let asked = script.asked("/topapi/message/corpconversation/getsendresult");
    assert_eq!(asked[0].json(), json!({"agent_id": 11, "task_id": 25_627_001}));
}

#[tokio::test]
async fn progress_and_recall_name_the_task() {
    let script = Script::play(|asked, _| match asked.path.as_str() {
        "/topapi/message/corpconversation/recall" => json!({"errcode": "0"}).into(),
        _ => json!({"errcode": 0, "progress": {"progress_in_percent": "100", "status": 2}}).into(),
    })
    .await;
    let application = script.application();
    let progress = application.notice_progress(11, "5").await.expect("progress");
    assert!(progress.done && progress.percent == 100);
    assert_eq!(application.recall_notice(11, "5").await, Ok(()));
    let asked = script.asked("/topapi/message/corpconversation/recall");
    assert_eq!(asked[0].json(), json!({"agent_id": 11, "msg_task_id": 5}));
}

#[tokio::test]
async fn an_upload_carries_its_kind_and_its_bytes() {
    let script = Script::play(|_, count| match count {
        0 => Answer::HangUp,
        _ => json!({"errcode": 0, "type": "image", "media_id": "@lAbc"}).into(),
    })
    .await;
    let uploaded = script.application().upload(MediaKind::Image, "门.png", b"bytes".to_vec()).await;
    assert_eq!(uploaded.expect("uploaded").media_id, "@lAbc");
    let asked = script.asked("/media/upload");
    let body = String::from_utf8_lossy(&asked[1].body).into_owned();
    assert!(asked[1].headers["content-type"].starts_with("multipart/form-data"));
    assert!(body.contains("name=\"type\"\r\n\r\nimage") && body.contains("image/png\r\n\r\nbytes"), "{body}");
}
