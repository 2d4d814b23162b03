//! The compatible endpoints of signing in.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::answer;
use crate::support::company::{Company, person};

async fn company() -> Company {
    Company::synchronised(&[], vec![person("a", "王芳", "13800010000")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_application_is_told_for_an_enabled_configuration_only() {
    let company = company().await;
    let path = "/sys/thirdLogin/get/corpId/clientId?tenantId=";
    let told = company.world.call(Method::GET, &format!("{path}{}", company.tenant), None, None).await;
    assert_eq!((told.status, &told.body["success"], &told.body["code"]), (200, &json!(true), &json!(200)));
    let expected =
        json!({"corpId": company.credentials().corp_id, "clientId": company.credentials().client_id});
    assert_eq!(told.body["result"], expected);
    for tenant in ["4711", "", "x"] {
        let refused = company.world.call(Method::GET, &format!("{path}{tenant}"), None, None).await;
        assert_eq!((refused.status, &refused.body["success"]), (200, &json!(false)), "{refused:?}");
        assert_eq!(refused.body["result"], Value::Null);
    }
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f31_a_sign_in_leads_to_the_portal_whatever_state_says() {
    let company = company().await;
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let http = http.build().unwrap();
    let tenant = company.tenant;
    let login = async |state: &str| {
        let code = company.dingtalk().mint_code(&company.credentials().client_id, "a").unwrap();
        let address = format!("{}/sys/thirdLogin/oauth2/dingding/login", company.world.app().base_url());
        let query = [("authCode", code.as_str()), ("state", state), ("tenantId", &tenant.to_string())];
        let response = http.get(address).query(&query).send().await.unwrap();
        assert_eq!(response.status(), 302);
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        (header("location"), header("set-cookie"))
    };
    let home = format!("/tenantId/{tenant}");
    for state in
        ["", "an-opaque-word", "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
    {
        let (location, cookie) = login(state).await;
        assert_eq!(location, home, "{state}");
        let token = cookie.split(['=', ';']).nth(1).unwrap();
        assert!(token.len() > 40 && !location.contains(token), "the token travels in the cookie only");
    }
    assert_eq!(login(&format!("{home}/messages?page=2")).await.0, format!("{home}/messages?page=2"));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_code_gets_the_wrapper() {
    let company = company().await;
    let path = "/sys/thirdLogin/oauth2/dingding/login";
    for query in ["authCode=wrong", "authCode=wrong&tenantId=4711", "state=x", ""] {
        let tenant =
            if query.contains("tenantId") { String::new() } else { format!("&tenantId={}", company.tenant) };
        let refused = answer(company.world.request(Method::GET, &format!("{path}?{query}{tenant}"))).await;
        assert_eq!((refused.status, &refused.body["success"]), (200, &json!(false)), "{query}: {refused:?}");
        assert!(refused.body["timestamp"].is_i64() && refused.body["message"].is_string());
    }
    company.finish().await;
}
