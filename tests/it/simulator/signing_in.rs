//! Signing in: codes from inside the client, the page for browsers, user tokens and profiles, tickets.

use super::{Stage, code};
use menpai::simulator::{Shape, User};
use serde_json::{Value, json};

fn somebody(stage: &Stage) -> User {
    let read = |organisation: &menpai::simulator::Organisation| {
        organisation
            .users()
            .find(|user| user.unionid.is_some() && user.mobile.is_some())
            .unwrap()
            .as_ref()
            .clone()
    };
    stage.simulator.platform().with_organisation(&stage.app.corp_id, read).unwrap()
}

#[tokio::test]
async fn a_code_from_the_client_works_once_within_five_minutes() {
    let stage = Stage::new(Shape::plain(10, 1)).await;
    let platform = stage.simulator.platform();
    let user = somebody(&stage);
    let who = async |text: &str| stage.call("/topapi/v2/user/getuserinfo", json!({ "code": text })).await;
    let text = platform.mint_code(&stage.app.client_id, &user.userid).unwrap();
    assert_eq!(who(&text).await["result"]["userid"], json!(user.userid));
    assert_eq!(code(&who(&text).await), 40_078, "used");
    assert_eq!(code(&who("").await), 41_026);
    let late = platform.mint_code(&stage.app.client_id, &user.userid).unwrap();
    stage.pass(300_000);
    assert_eq!(code(&who(&late).await), 40_102);
    let web = platform.mint_web_code(&stage.app.client_id, &user.userid).unwrap();
    assert_eq!(code(&who(&web).await), 40_078, "the kinds are not interchangeable");
    let logged = serde_json::to_string(&platform.calls()).unwrap();
    assert!(
        !logged.contains(&text) && !logged.contains(&stage.app.client_secret),
        "no secrets in the journal"
    );
}

#[tokio::test]
async fn the_page_leads_through_user_token_to_the_profile() {
    let stage = Stage::new(Shape::plain(10, 1)).await;
    let user = somebody(&stage);
    let query = format!(
        "/oauth2/auth?client_id={}&redirect_uri=http%3A%2F%2F192.0.2.1%2Fback&response_type=code\
         &scope=openid%20corpid&prompt=consent&state=a%2Fb",
        stage.app.client_id
    );
    let page = stage.http.get(stage.url(&query)).send().await.unwrap().text().await.unwrap();
    assert!(page.contains(&format!("sim_user={}", user.userid)), "the page offers people");
    let direct =
        stage.http.get(stage.url(&format!("{query}&sim_user={}", user.userid))).send().await.unwrap();
    assert_eq!(direct.status(), 302);
    let target = direct.headers()["location"].to_str().unwrap().to_owned();
    let text = target.strip_prefix("http://192.0.2.1/back?authCode=").unwrap().split('&').next().unwrap();
    assert!(target.ends_with("&state=a%2Fb"), "{target}");
    let denied = stage.http.get(stage.url(&format!("{query}&sim_error=access_denied"))).send().await.unwrap();
    assert!(denied.headers()["location"].to_str().unwrap().contains("?error=access_denied&state="));

    let body = json!({ "clientId": stage.app.client_id, "clientSecret": stage.app.client_secret,
                       "grantType": "authorization_code", "code": text });
    let (status, granted) = stage.modern("/v1.0/oauth2/userAccessToken", body.clone()).await;
    assert_eq!((status, &granted["corpId"]), (200, &json!(stage.app.corp_id)));
    assert_eq!(stage.modern("/v1.0/oauth2/userAccessToken", body).await.0, 400, "used");
    let profile = async |token: &str| {
        let request = stage.http.get(stage.url("/v1.0/contact/users/me"));
        let answer = request.header("x-acs-dingtalk-access-token", token).send().await.unwrap();
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let token = granted["accessToken"].as_str().unwrap();
    let (_, me) = profile(token).await;
    assert_eq!((&me["unionId"], &me["mobile"]), (&json!(user.unionid), &json!(user.mobile)));
    let (status, body) = profile(&stage.token().await).await;
    assert_eq!(status, 403, "the application's token is the wrong one");
    assert_eq!(body["accessdenieddetail"]["requiredScopes"], json!(["Contact.User.Read"]));
    let id = &stage.app.client_id;
    stage.simulator.platform().set_permission(id, "Contact.User.mobile", false).unwrap();
    assert!(profile(token).await.1.get("mobile").is_none());
    assert_eq!(profile("nonsense").await.0, 400);
}

#[tokio::test]
async fn the_page_refuses_what_is_not_registered() {
    let stage = Stage::new(Shape::plain(10, 1)).await;
    let id = stage.app.client_id.clone();
    let registered = vec!["http://192.0.2.1/back".to_owned()];
    stage.simulator.platform().change_application(&id, |app| app.redirect_urls = registered).unwrap();
    let open = async |client_id: &str, redirect: &str| {
        let query = format!(
            "/oauth2/auth?client_id={client_id}&redirect_uri={redirect}&response_type=code&scope=openid&prompt=consent"
        );
        stage.http.get(stage.url(&query)).send().await.unwrap().status().as_u16()
    };
    assert_eq!(open(&id, "http://192.0.2.1/back").await, 200);
    assert_eq!(open(&id, "http://192.0.2.66/steal").await, 400);
    assert_eq!(open("%3Cscript%3E", "http://192.0.2.1/back").await, 400);
}

#[tokio::test]
async fn both_ticket_calls_give_the_same_ticket() {
    let stage = Stage::new(Shape::plain(5, 1)).await;
    let token = stage.token().await;
    let old = stage.get(&format!("/get_jsapi_ticket?access_token={token}")).await;
    let request = stage.http.post(stage.url("/v1.0/oauth2/jsapiTickets")).json(&json!({}));
    let new = request.header("x-acs-dingtalk-access-token", token).send().await.unwrap();
    let new: Value = new.json().await.unwrap();
    assert_eq!(old["ticket"], new["jsapiTicket"]);
    assert_eq!(stage.modern("/v1.0/oauth2/jsapiTickets", json!({})).await.0, 400);
}
