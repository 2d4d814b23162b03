//! Inside DingTalk's client: codes, what a session opens, and what a refusal says.

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::json;

use super::{come_in, problem, token, with_code};
use crate::support::World;
use crate::support::company::{Company, person, staff};

#[tokio::test(flavor = "multi_thread")]
async fn a_code_opens_one_session_for_the_person_behind_it() {
    let company = Company::synchronised(&[], vec![person("a", "王芳", "13800010000")]).await;
    let code = company.dingtalk().mint_code(&company.credentials().client_id, "a").unwrap();
    let body = json!({"tenantId": company.tenant, "code": code});
    let response = company.world.request(Method::POST, "/api/v1/sessions/dingtalk").json(&body).send().await;
    let response = response.unwrap();
    assert_eq!(response.status(), 201);
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let opened: serde_json::Value = response.json().await.unwrap();
    assert_eq!(opened["account"]["name"], "王芳");
    assert_eq!(opened["passwordChangeRequired"], false, "nobody used the password");
    let again = with_code(&company.world, company.tenant, &code).await;
    assert_eq!(problem(&again), (401, "dingtalkCodeRefused"));
    let late = company.dingtalk().mint_code(&company.credentials().client_id, "a").unwrap();
    company.world.advance_millis(300_001);
    let late = with_code(&company.world, company.tenant, &late).await;
    assert_eq!(problem(&late), (401, "dingtalkCodeRefused"));
    let web = company.dingtalk().mint_web_code(&company.credentials().client_id, "a").unwrap();
    let web = with_code(&company.world, company.tenant, &web).await;
    assert_eq!(problem(&web), (401, "dingtalkCodeRefused"), "a scan's code is of another kind");
    company.finish().await;
}

/// Two companies share an account by its mobile number; each company's DingTalk vouches for its own tenant only.
#[tokio::test(flavor = "multi_thread")]
async fn f35_a_session_opens_the_tenant_whose_dingtalk_vouched() {
    let world = World::new(Shape::plain(3, 1)).await;
    let first = world.connected_tenant().await;
    let other = world.dingtalk().add_generated(&Shape::plain(3, 2));
    let second = world.tenant("另一家").await;
    assert_eq!(world.connect(second, &other).await.status, 200);
    world
        .dingtalk()
        .change_user(&other.corp_id, &userid(&world, &other.corp_id), |user| {
            user.mobile = Some("13911112222".into());
            user.state_code = Some("86".into());
        })
        .unwrap();
    let here = world.credentials.clone();
    world
        .dingtalk()
        .change_user(&here.corp_id, &userid(&world, &here.corp_id), |user| {
            user.mobile = Some("13911112222".into());
            user.state_code = Some("86".into());
        })
        .unwrap();
    world.sync(first).await;
    world.sync(second).await;

    let code = world.dingtalk().mint_code(&other.client_id, &userid(&world, &other.corp_id)).unwrap();
    let opened = with_code(&world, second, &code).await;
    let session = token(&opened);
    let me = world.call(Method::GET, "/api/v1/me", Some(session), None).await.body;
    let tenants: Vec<_> = me["tenants"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(tenants, [json!(second)], "the account is a member of both");
    // Nor does a code of one company open the other's tenant.
    let code = world.dingtalk().mint_code(&other.client_id, &userid(&world, &other.corp_id)).unwrap();
    assert_eq!(problem(&with_code(&world, first, &code).await), (401, "dingtalkCodeRefused"));
    world.finish().await;
}

fn userid(world: &World, corp_id: &str) -> String {
    let first = |organisation: &menpai::simulator::Organisation| {
        organisation.users().find(|user| user.is_employee()).unwrap().userid.clone()
    };
    world.dingtalk().with_organisation(corp_id, first).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_tenant_that_nobody_can_enter_looks_the_same() {
    let company = Company::synchronised(&[], staff(1)).await;
    let unconnected = company.world.tenant("未连接").await;
    let shown = async |tenant: u64| {
        let path = format!("/api/v1/dingtalkSignIn/{tenant}");
        let mut answer = company.world.call(Method::GET, &path, None, None).await;
        answer.body["requestId"] = json!(null);
        answer
    };
    let known = shown(company.tenant).await;
    assert_eq!(known.status, 200);
    let expected = json!({
        "corpId": company.credentials().corp_id, "clientId": company.credentials().client_id, "requestId": null,
    });
    assert_eq!(known.body, expected, "and nothing else");
    let (none, unknown) = (shown(unconnected).await, shown(4711).await);
    assert_eq!(problem(&none), (404, "dingtalkSignInUnavailable"));
    assert_eq!(none.body, unknown.body);
    for tenant in [unconnected, 4711] {
        let refused = with_code(&company.world, tenant, "whatever").await;
        assert_eq!(problem(&refused), (404, "dingtalkSignInUnavailable"));
    }
    let off = json!({
        "agentId": company.credentials().agent_id, "clientId": company.credentials().client_id, "enabled": false,
    });
    assert_eq!(company.world.send(Method::PUT, &company.path("/dingtalk"), Some(off)).await.status, 200);
    assert_eq!(shown(company.tenant).await.body, none.body, "switched off");
    assert_eq!(problem(&come_in(&company, "u000").await), (404, "dingtalkSignInUnavailable"));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_tells_the_employee_and_the_administrator_what_to_do() {
    let company = Company::synchronised(&[], staff(1)).await;
    let code = || company.dingtalk().mint_code(&company.credentials().client_id, "u000").unwrap();
    let (first, second) = (code(), code());
    let english = async |code: &str| {
        let body = json!({"tenantId": company.tenant, "code": code});
        let request = company.world.request(Method::POST, "/api/v1/sessions/dingtalk").json(&body);
        crate::support::answer(request.header("Accept-Language", "en")).await
    };
    company.dingtalk().expire_tokens(None);
    company.configure(|application| application.client_secret = "another one".into());
    let refused = english(&first).await;
    assert_eq!(problem(&refused), (422, "dingtalkRefused"));
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(
        detail.contains("Tell an administrator") && detail.contains("Client Secret (AppSecret)"),
        "{detail}"
    );
    let secret = company.credentials().client_secret.clone();
    company.configure(|application| application.client_secret = secret);
    company.configure(|application| application.enabled = false);
    let refused = english(&second).await;
    assert_eq!(problem(&refused), (422, "dingtalkRefused"));
    assert!(refused.body["detail"].as_str().unwrap().contains("disabled"), "{refused:?}");
    company.configure(|application| application.enabled = true);
    assert_eq!(come_in(&company, "u000").await.status, 201);
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_brings_bad_codes_waits_before_dingtalk_is_asked_again() {
    let company = Company::synchronised(&[], staff(1)).await;
    for _ in 0..30 {
        let refused = with_code(&company.world, company.tenant, "a guess").await;
        assert_eq!(problem(&refused), (401, "dingtalkCodeRefused"));
    }
    let asked = company.dingtalk().count_of("/topapi/v2/user/getuserinfo").calls;
    let refused = with_code(&company.world, company.tenant, "a guess").await;
    assert_eq!(problem(&refused), (429, "tooManyAttempts"));
    assert_eq!(company.dingtalk().count_of("/topapi/v2/user/getuserinfo").calls, asked);
    company.world.advance_millis(600_000);
    assert_eq!(come_in(&company, "u000").await.status, 201);
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_sign_ins_are_refused_before_anything_happens() {
    let company = Company::synchronised(&[], staff(1)).await;
    for body in [
        json!({"tenantId": company.tenant}),
        json!({"tenantId": company.tenant, "code": ""}),
        json!({"tenantId": company.tenant, "code": 12}),
        json!({"tenantId": "x", "code": "y"}),
        json!({"tenantId": company.tenant, "code": "x".repeat(501)}),
        json!({"tenantId": company.tenant, "code": "y", "password": "z"}),
    ] {
        let refused =
            company.world.call(Method::POST, "/api/v1/sessions/dingtalk", None, Some(body.clone())).await;
        assert_eq!(problem(&refused), (400, "invalidRequest"), "{body}");
    }
    assert_eq!(company.dingtalk().count_of("/topapi/v2/user/getuserinfo").calls, 0);
    company.finish().await;
}
