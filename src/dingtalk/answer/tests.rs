//! Every way in which DingTalk, or something that stands in its place, words a success or a refusal.

use super::*;
use crate::dingtalk::{MediaFault, ScopeItem};

const NOW: i64 = 1_900_000_000_000;

fn question(family: Family) -> Question<'static> {
    Question {
        api: "/topapi/v2/department/listsub",
        family,
        client_id: "dingapp1",
        hidden: &["s3cr3t", "t0ken", ""],
        now_ms: NOW,
    }
}

fn old(body: &str) -> Result<Value, Error> {
    question(Family::Old).read(200, body.as_bytes())
}

fn new(status: u16, body: &str) -> Result<Value, Error> {
    question(Family::New).read(status, body.as_bytes())
}

fn kind(answer: Result<Value, Error>) -> ErrorKind {
    answer.expect_err("a refusal").kind
}

#[test]
fn success_needs_neither_errmsg_nor_request_id_and_its_code_may_be_a_string() {
    for body in [r#"{"errcode":0}"#, r#"{"errcode":"0","x":{"new":1}}"#, "\u{feff} {\"errcode\":0.0}\n"] {
        assert!(old(body).is_ok(), "{body}");
    }
    assert!(new(200, r#"{"accessToken":"t","expireIn":7200}"#).is_ok());
}

#[test]
fn a_wrapped_code_is_found_wherever_it_stands() {
    for body in [
        r#"{"errcode":88,"sub_code":"40014","sub_msg":"x","errmsg":"ding talk error[subcode=40014,submsg=x]"}"#,
        r#"{"errcode":88,"sub_code":40014}"#,
        r#"{"errcode":"88","sub_code":"","errmsg":"ding talk error[subcode=40014,submsg=x]"}"#,
        r#"{"errcode":88,"errmsg":"ding talk error[subcode=40014,submsg=x]"}"#,
        r#"{"errcode":40014,"errmsg":"bare"}"#,
    ] {
        let error = old(body).expect_err("a refusal");
        assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::TokenRejected, Some("40014")), "{body}");
    }
}

#[test]
fn a_remote_error_is_busy_whatever_its_sub_code() {
    for body in
        [r#"{"errcode":15,"sub_code":"isp.-1"}"#, r#"{"errcode":15,"sub_code":"x"}"#, r#"{"errcode":-1}"#]
    {
        assert_eq!(kind(old(body)), ErrorKind::Busy, "{body}");
    }
}

#[test]
fn codes_of_the_old_api_have_their_meaning() {
    let expected = [
        (40096, ErrorKind::WrongSecret),
        (50003, ErrorKind::ApplicationDisabled),
        (50005, ErrorKind::CorpDisabled),
        (50002, ErrorKind::OutsideScope(ScopeItem::User)),
        (50004, ErrorKind::OutsideScope(ScopeItem::Department)),
        (60003, ErrorKind::DepartmentNotFound),
        (60121, ErrorKind::UserNotFound),
        (400_002, ErrorKind::BadParameter),
        (40056, ErrorKind::AgentInvalid),
        (40078, ErrorKind::CodeInvalid),
        (42008, ErrorKind::CodeExpired),
        (90020, ErrorKind::QuotaExhausted),
        (34016, ErrorKind::MessageRejected),
        (40006, ErrorKind::MediaRejected(MediaFault::Size)),
        (22, ErrorKind::Unknown),
    ];
    for (code, meaning) in expected {
        assert_eq!(kind(old(&format!(r#"{{"errcode":{code}}}"#))), meaning, "{code}");
    }
}

#[test]
fn a_missing_permission_is_named_with_its_link() {
    let link = "https://open-dev.dingtalk.com/appscope/apply?content=dingapp1%23qyapi_get_department_list";
    let told = format!(
        "ding talk error[subcode=60011,submsg=应用尚未开通所需的权限：[qyapi_get_department_list]，点击链接申请并开通即可：{link}, {{requiredScopes=[qyapi_get_department_list]}}]"
    );
    let bodies = [
        serde_json::json!({"errcode": 88, "errmsg": told}),
        serde_json::json!({"errcode": 88, "sub_code": "60011", "sub_msg": "没有调用该接口的权限"}),
        serde_json::json!({"errcode": 60011, "errmsg": "go to https://evil.example/appscope {requiredScopes=[ qyapi_get_department_list ]}"}),
    ];
    for body in bodies {
        let error = old(&body.to_string()).expect_err("a refusal");
        let ErrorKind::PermissionMissing { scopes, link: found } = &error.kind else { panic!("{error:?}") };
        assert_eq!(
            (scopes.as_slice(), found.as_deref()),
            (&["qyapi_get_department_list".to_owned()][..], Some(link))
        );
        let explanation = error.explain();
        assert_eq!(explanation.link.as_deref(), Some(link));
        assert!(explanation.title.zh.contains("通讯录部门信息读权限"));
        assert!(explanation.title.en.contains("Address book department information read permission"));
    }
}

#[test]
fn a_refused_address_is_shown() {
    let told = [
        ("访问ip不在白名单之中,request ip=203.0.113.9 appKey(dingapp1)", Some("203.0.113.9")),
        ("request ip=2001:db8::7, 访问ip不在白名单之中", Some("2001:db8::7")),
        ("访问ip不在白名单之中", None),
        ("request ip=::::::", None),
    ];
    for (message, ip) in told {
        let body = serde_json::json!({"errcode": 60020, "errmsg": message});
        let error = old(&body.to_string()).expect_err("a refusal");
        assert_eq!(error.kind, ErrorKind::IpNotAllowed { ip: ip.map(Into::into) });
        assert!(ip.is_none_or(|ip| error.explain().remedy.zh.contains(ip)));
    }
}

#[test]
fn a_throttle_tells_its_end_in_china_time() {
    let message = "apiPath(x), 从 2030-03-17 17:46:39 到 2030-03-17 17:46:40 请求总次数超过 1200 次, 限制将在 2030-03-18 01:46:45 结束.";
    let body = serde_json::json!({"errcode": 88, "sub_code": "90018", "sub_msg": message});
    assert_eq!(kind(old(&body.to_string())), ErrorKind::Throttled { until_ms: Some(NOW + 5000) });
    assert_eq!(
        kind(old(r#"{"errcode":90002,"errmsg":"限制将在 soon 结束"}"#)),
        ErrorKind::Throttled { until_ms: None }
    );
}

#[test]
fn the_ban_is_recognised_in_both_dresses() {
    let until = ErrorKind::Banned { until_ms: NOW + 300_000 };
    let banned = r#"{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}"#;
    assert_eq!(kind(old(banned)), until);
    assert_eq!(kind(new(200, banned)), until);
    assert_eq!(kind(old("\n <!DOCTYPE html><html>…")), until);
}

#[test]
fn what_is_neither_success_nor_refusal_is_malformed_and_says_how() {
    let deep = "[".repeat(100_000);
    for body in
        ["", "ok", r#"{"errcode":0,"result":[{"dept_"#, "null", "[]", "{}", r#"{"errcode":null}"#, &deep]
    {
        let error = old(body).expect_err("no success");
        assert!(matches!(error.kind, ErrorKind::Malformed { .. }), "{error:?}");
        assert_eq!(error.api, "/topapi/v2/department/listsub");
    }
    assert!(matches!(kind(new(302, "<a href=…>")), ErrorKind::Malformed { .. }));
}

#[test]
fn without_a_code_the_http_status_decides() {
    assert_eq!(kind(new(502, "<html>bad gateway</html>")), ErrorKind::Busy);
    assert_eq!(kind(new(500, "{}")), ErrorKind::Busy);
    assert_eq!(kind(new(429, "slow down")), ErrorKind::Throttled { until_ms: None });
    assert_eq!(kind(new(503, r#"{"errcode":0}"#)), ErrorKind::Busy, "a gateway's failure is no success");
}

#[test]
fn codes_of_the_new_api_are_read_in_any_case() {
    let body = r#"{"Code":"Forbidden.AccessDenied.AccessTokenPermissionDenied","RequestId":"1A-33","Message":"没有",
        "AccessDeniedDetail":{"requiredscopes":["Contact.User.Read"]}}"#;
    let error = new(403, body).expect_err("a refusal");
    assert_eq!(error.request_id.as_deref(), Some("1A-33"));
    assert!(
        matches!(&error.kind, ErrorKind::PermissionMissing { scopes, .. } if scopes == &["Contact.User.Read"])
    );
    let refused = |status, code: &str| kind(new(status, &format!(r#"{{"code":"{code}","message":"m"}}"#)));
    assert_eq!(refused(400, "invalidClientIdOrSecret"), ErrorKind::WrongSecret);
    assert_eq!(refused(400, "InvalidAuthentication"), ErrorKind::TokenRejected);
    assert_eq!(refused(403, "Forbidden.AccessDenied.IpNotInWhiteList"), ErrorKind::IpNotAllowed { ip: None });
    assert_eq!(refused(403, "x.QpsLimitForAppkeyAndApi"), ErrorKind::Throttled { until_ms: None });
    assert_eq!(refused(403, "x.ApiCountLimitForOrg"), ErrorKind::QuotaExhausted);
    assert_eq!(refused(500, "whatever"), ErrorKind::Busy);
    assert_eq!(refused(404, "invalidParameter.user.notFound"), ErrorKind::UserNotFound);
    assert_eq!(refused(400, "something.else"), ErrorKind::Unknown);
    assert_eq!(refused(200, "invalidClientIdOrSecret"), ErrorKind::WrongSecret, "even with HTTP 200");
}

#[test]
fn words_of_dingtalk_are_shortened_and_hold_no_secret() {
    let body =
        serde_json::json!({"errcode": 40035, "errmsg": format!("bad t0ken s3cr3t\n{}", "长".repeat(1000))});
    let error = old(&body.to_string()).expect_err("a refusal");
    let message = error.message.expect("a message");
    assert!(message.starts_with("bad … …长") && message.chars().count() == 300, "{message}");
}
