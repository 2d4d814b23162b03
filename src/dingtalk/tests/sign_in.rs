//! Codes, user tokens and the address of the sign-in page.

use serde_json::json;

use super::script::{Answer, SECRET, Script};
use crate::dingtalk::{ErrorKind, Field};

#[tokio::test]
async fn a_code_names_a_person_once() {
    let script = Script::play(|_, count| match count {
        0 => json!({"errcode": 0, "result": {"userid": "u-1", "name": "王芳", "sys": "true"}}).into(),
        1 => json!({"errcode": 88, "sub_code": "40078", "sub_msg": "不存在的临时授权码"}).into(),
        _ => Answer::HangUp,
    })
    .await;
    let application = script.application();
    let user = application.user_by_code("c0de").await.expect("a person");
    assert_eq!((user.userid.as_str(), user.unionid, user.administrator), ("u-1", None, true));
    assert_eq!(application.user_by_code("c0de").await.expect_err("used").kind, ErrorKind::CodeInvalid);
    assert!(application.user_by_code("c0de").await.expect_err("lost").ambiguous());
    assert_eq!(script.asked("/topapi/v2/user/getuserinfo").len(), 3, "a code is never sent twice by itself");
}

#[tokio::test]
async fn the_web_page_leads_to_a_person_in_three_steps() {
    let script = Script::play(|asked, count| match (asked.path.as_str(), count) {
        ("/v1.0/oauth2/userAccessToken", 0) => {
            json!({"accessToken": "user-token", "refreshToken": "r", "expireIn": 7200, "corpId": "ding1"})
                .into()
        }
        ("/v1.0/oauth2/userAccessToken", _) => {
            Answer::Say(400, json!({"code": "what.ever", "message": "m"}).to_string().into_bytes())
        }
        ("/v1.0/contact/users/me", _) => json!({"nick": "芳", "unionId": "uN1", "mobile": ""}).into(),
        (_, 0) => json!({"errcode": 0, "result": {"contact_type": 0, "userid": "u-1"}}).into(),
        _ => json!({"errcode": 0, "result": {"contact_type": 1, "userid": "u-1"}}).into(),
    })
    .await;
    let application = script.application();
    let token = application.user_token("c0de").await.expect("a token");
    assert_eq!(token.corp_id.as_deref(), Some("ding1"));
    let profile = application.me(&token).await.expect("a profile");
    assert_eq!((profile.unionid.as_str(), profile.mobile), ("uN1", Field::Blank));
    assert_eq!(application.userid_by_unionid("uN1").await, Ok("u-1".to_owned()));
    let external = application.userid_by_unionid("uN1").await.expect_err("not an employee");
    assert_eq!(external.kind, ErrorKind::UserNotFound);
    let asked = &script.asked("/v1.0/contact/users/me")[0];
    assert_eq!(asked.method, "GET");
    assert_eq!(asked.headers["x-acs-dingtalk-access-token"], "user-token");
    let exchanged = script.asked("/v1.0/oauth2/userAccessToken")[0].json();
    assert_eq!(exchanged["clientSecret"], SECRET);
    let error = application.user_token("c0de").await.expect_err("a bad code");
    assert_eq!(error.kind, ErrorKind::CodeInvalid);
}

#[tokio::test]
async fn the_sign_in_page_gets_encoded_parameters() {
    let script = Script::play(|_, _| Answer::HangUp).await;
    let application = script.application();
    let address = application.authorize_url("http://192.0.2.10/back?a=1", "s&t", Some("ding1"));
    let (_, query) = address.split_once("/oauth2/auth?").expect("the page");
    assert!(!address.trim_start_matches("http://").contains("//"), "{address}");
    assert_eq!(
        query,
        "redirect_uri=http%3A%2F%2F192.0.2.10%2Fback%3Fa%3D1&response_type=code&client_id=dingapp1\
         &scope=openid%20corpid&prompt=consent&state=s%26t&corpId=ding1"
    );
    assert!(application.authorize_url("x", "s", None).contains("&scope=openid&"));
}
