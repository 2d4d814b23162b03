//! Tokens, repetitions, the ban, and what is counted.

use std::sync::Arc;

use serde_json::json;

use super::script::{Answer, NOW, SECRET, Script, TOKEN, credentials};
use crate::dingtalk::{CallMeter, Client, Credentials, Endpoints, ErrorKind, Pace, Retry};
use crate::domain::secret::Secret;

const COUNT: &str = "/topapi/user/count";

fn good() -> Answer {
    json!({"errcode": 0, "result": {"count": 7}}).into()
}

fn refused(code: i64) -> Answer {
    json!({"errcode": 88, "sub_code": code.to_string(), "sub_msg": "x"}).into()
}

#[tokio::test]
async fn fifty_callers_fetch_one_token_and_put_it_into_the_query() {
    let script = Script::play(|_, _| good()).await;
    let application = script.application();
    let calls = (0..50).map(|_| application.user_count(false));
    let counts = futures_util::future::join_all(calls).await;
    assert!(counts.iter().all(|count| *count == Ok(7)));
    let tokens = script.asked("/gettoken");
    assert_eq!(tokens.len(), 1);
    assert_eq!(tokens[0].query, format!("appkey=dingapp1&appsecret={SECRET}"));
    assert!(script.asked(COUNT).iter().all(|asked| asked.query == format!("access_token={TOKEN}")));
}

#[tokio::test]
async fn applications_with_equal_credentials_share_a_token_and_a_new_secret_gets_its_own() {
    let script = Script::play(|_, _| good()).await;
    let client = script.client();
    for _ in 0..2 {
        assert_eq!(client.application(credentials()).user_count(false).await, Ok(7));
    }
    assert_eq!(script.asked("/gettoken").len(), 1);
    let changed = Credentials { client_secret: Secret::new("other"), ..credentials() };
    assert_eq!(client.application(changed).user_count(false).await, Ok(7));
    assert_eq!(script.asked("/gettoken").len(), 2);
}

#[tokio::test]
async fn a_dead_token_is_renewed_once_and_the_call_repeated_once() {
    for code in [40014, 42001, 40001] {
        let script = Script::play(move |_, count| if count == 0 { refused(code) } else { good() }).await;
        assert_eq!(script.application().user_count(false).await, Ok(7));
        assert_eq!((script.asked("/gettoken").len(), script.asked(COUNT).len()), (2, 2));
    }
}

#[tokio::test]
async fn a_token_refused_again_is_given_up() {
    let script = Script::play(|_, _| refused(40014)).await;
    let error = script.application().user_count(false).await.expect_err("refused");
    assert_eq!(error.kind, ErrorKind::TokenRejected);
    assert_eq!((script.asked("/gettoken").len(), script.asked(COUNT).len()), (2, 2));
}

#[tokio::test]
async fn a_wrong_secret_ends_after_one_request() {
    for code in [40096, 40089, 40001] {
        let script = Script::play_all(move |_, _| json!({"errcode": code, "errmsg": "x"}).into()).await;
        let error = script.application().contact_scope().await.expect_err("refused");
        assert_eq!((error.kind, error.api), (ErrorKind::WrongSecret, "/gettoken"));
        assert_eq!((script.asked("/gettoken").len(), script.asked("/auth/scopes").len()), (1, 0));
    }
}

#[tokio::test]
async fn a_token_may_come_in_either_spelling_and_not_be_missing() {
    let script = Script::play_all(|asked, count| match (asked.path.as_str(), count) {
        ("/gettoken", 0) => json!({"errcode": "0", "accessToken": "t", "expireIn": "7200"}).into(),
        ("/gettoken", _) => json!({"errcode": 0}).into(),
        _ => good(),
    })
    .await;
    assert_eq!(script.application().user_count(false).await, Ok(7));
    let error = script.application().user_count(false).await.expect_err("no token");
    assert!(matches!(error.kind, ErrorKind::Malformed { .. }), "{error}");
}

#[tokio::test]
async fn where_one_kind_of_token_is_not_offered_the_other_serves() {
    let script = Script::play_all(|asked, _| match asked.path.as_str() {
        "/gettoken" => Answer::Say(404, b"not found".to_vec()),
        "/v1.0/oauth2/accessToken" => json!({"accessToken": TOKEN, "expireIn": 7200}).into(),
        _ => good(),
    })
    .await;
    assert_eq!(script.application().user_count(false).await, Ok(7));
    let granted = script.asked("/v1.0/oauth2/accessToken")[0].json();
    assert_eq!(granted, json!({"appKey": "dingapp1", "appSecret": SECRET}));
    let script = Script::play_all(|_, _| json!({"errcode": 22, "errmsg": "x"}).into()).await;
    let error = script.application().user_count(false).await.expect_err("neither");
    assert_eq!((error.api, error.code.as_deref()), ("/gettoken", Some("22")));
}

#[tokio::test]
async fn what_passes_is_tried_again_and_every_try_counts() {
    let faults: [fn() -> Answer; 8] = [
        || json!({"errcode": -1, "errmsg": "系统繁忙"}).into(),
        || json!({"errcode": 15, "sub_code": "isp.-1"}).into(),
        || refused(90018),
        || refused(90002),
        || Answer::Say(502, b"<html>bad gateway</html>".to_vec()),
        || Answer::HangUp,
        || Answer::Break,
        || json!({"errcode": 60019}).into(),
    ];
    for fault in faults {
        let script = Script::play(move |_, count| if count == 0 { fault() } else { good() }).await;
        let meter = Arc::new(CallMeter::default());
        let application = script.application().metered(Arc::clone(&meter));
        assert_eq!(application.user_count(false).await, Ok(7));
        let expected = [(COUNT.to_owned(), 2), ("/gettoken".to_owned(), 1)];
        assert_eq!(meter.snapshot(), expected.into_iter().collect());
    }
}

#[tokio::test]
async fn tries_end_and_name_the_last_failure() {
    let script =
        Script::play(|_, _| json!({"errcode": -1, "errmsg": "系统繁忙", "request_id": "r7"}).into()).await;
    let error = script.application().user_count(false).await.expect_err("busy");
    assert_eq!((error.kind.clone(), error.api), (ErrorKind::Busy, COUNT));
    assert_eq!((error.code.as_deref(), error.request_id.as_deref()), (Some("-1"), Some("r7")));
    assert_eq!(script.asked(COUNT).len(), 4);
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    for code in [60011, 60020, 50004, 60003, 90020, 40035, 12345] {
        let script = Script::play(move |_, _| refused(code)).await;
        assert!(script.application().user_count(false).await.is_err());
        assert_eq!(script.asked(COUNT).len(), 1, "{code}");
    }
}

#[tokio::test]
async fn no_answer_in_time_is_a_time_out() {
    let script = Script::play(|_, _| Answer::Silence).await;
    let retry = Retry { attempts: 2, base_ms: 1, timeout_ms: 50, ..Retry::default() };
    let error = script.client().with_retry(retry).application(credentials()).user_count(false).await;
    assert_eq!(error.expect_err("silence").kind, ErrorKind::Timeout);
    assert_eq!(script.asked(COUNT).len(), 2);
}

#[tokio::test]
async fn a_closed_port_is_unreachable_and_certainly_not_sent() {
    let script = Script::play(|_, _| good()).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let endpoints = Endpoints { oapi: address.clone(), api: address.clone(), login: address };
    let ambient = script.client().shared.ambient.clone();
    let retry = Retry { base_ms: 1, attempts: 2, ..Retry::default() };
    let client = Client::new(endpoints, Pace::default(), ambient).expect("a client").with_retry(retry);
    let error = client.application(credentials()).user_count(false).await.expect_err("nobody there");
    assert!(
        matches!(error.kind, ErrorKind::Unreachable { sent: false, .. }) && !error.ambiguous(),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_ban_stops_every_call_of_every_application() {
    for page in [
        &b"<!DOCTYPE html><html><title>x5</title></html>"[..],
        br#"{"status":1111,"wait":5,"punish":"deny"}"#,
    ] {
        let script = Script::play(move |_, _| Answer::Say(200, page.to_vec())).await;
        let client = script.client();
        let banned = ErrorKind::Banned { until_ms: NOW + 300_000 };
        let error = client.application(credentials()).user_count(false).await.expect_err("banned");
        assert_eq!(error.kind, banned);
        let other = Credentials { client_id: "dingapp2".to_owned(), ..credentials() };
        let error = client.application(other).contact_scope().await.expect_err("banned");
        assert_eq!((error.kind, error.api), (banned, "/gettoken"));
        assert_eq!((script.asked(COUNT).len(), script.asked("/gettoken").len()), (1, 1));
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let script = Script::play(|_, _| Answer::Say(302, Vec::new())).await;
    let error = script.application().user_count(false).await.expect_err("a redirect");
    assert!(matches!(error.kind, ErrorKind::Malformed { .. }), "{error}");
    assert_eq!(script.asked("/elsewhere").len(), 0);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let script = Script::play(|_, _| Answer::Say(200, vec![b' '; 17 * 1024 * 1024])).await;
    let error = script.application().user_count(false).await.expect_err("too long");
    assert!(matches!(error.kind, ErrorKind::Malformed { .. }), "{error}");
}
