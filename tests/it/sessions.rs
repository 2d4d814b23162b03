//! Signing in and out over HTTP: tokens, cookies, the throttle, the password that must be changed.

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{ADMIN, World, answer};

async fn sign_in(world: &World, username: &str, password: &str) -> crate::support::Answer {
    let body = json!({ "username": username, "password": password });
    world.call(Method::POST, "/api/v1/sessions", None, Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_pair_gets_the_same_answer() {
    let world = World::new(Shape::plain(1, 1)).await;
    let mut stranger = sign_in(&world, "nobody", "whatever it is").await;
    let mut wrong = sign_in(&world, ADMIN.0, "whatever it is").await;
    for refusal in [&mut stranger, &mut wrong] {
        assert_eq!(refusal.status, 401);
        assert_eq!(refusal.content_type, "application/problem+json");
        assert_eq!(refusal.body["code"], "wrongCredentials");
        refusal.body["requestId"] = Value::Null;
    }
    assert_eq!(stranger.body, wrong.body);
    let compat = |name: &str| json!({ "username": name, "password": "whatever it is" });
    for name in ["nobody", ADMIN.0] {
        let refused = world.call(Method::POST, "/sys/login", None, Some(compat(name))).await;
        assert_eq!((refused.status, &refused.body["success"]), (200, &json!(false)));
        assert_eq!(refused.body["message"], "用户名或密码错误");
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guessing_is_slowed_down_for_that_account_only() {
    let world = World::new(Shape::plain(1, 1)).await;
    for _ in 0..5 {
        assert_eq!(sign_in(&world, "victim", "guess").await.status, 401);
    }
    let body = json!({ "username": "victim", "password": "guess" });
    let response = world.request(Method::POST, "/api/v1/sessions").json(&body).send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert!(response.headers().contains_key("retry-after"));
    let refused = world.call(Method::POST, "/sys/login", None, Some(body)).await;
    assert_eq!(refused.body["message"], "该用户登录失败次数过多，请于10分钟后再次登录！");
    assert_eq!(sign_in(&world, ADMIN.0, ADMIN.1).await.status, 201);
    world.advance_millis(16_000);
    assert_eq!(sign_in(&world, "victim", "guess").await.status, 401);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_shown_by_me_and_ends_with_signing_out() {
    let world = World::new(Shape::plain(1, 1)).await;
    let session = sign_in(&world, &ADMIN.0.to_uppercase(), ADMIN.1).await.body;
    assert_eq!(session["passwordChangeRequired"], false);
    assert!(session["expiresAt"].as_str().unwrap().ends_with('Z'));
    let token = session["token"].as_str().unwrap();
    let me = world.call(Method::GET, "/api/v1/me", Some(token), None).await;
    assert_eq!(me.body["account"], session["account"]);
    assert_eq!(me.body["account"]["platformAdministrator"], true);
    let gone = world.call(Method::DELETE, "/api/v1/sessions/current", Some(token), None).await;
    assert_eq!(gone.status, 204);
    assert_eq!(world.call(Method::GET, "/api/v1/me", Some(token), None).await.status, 401);
    assert_eq!(world.get("/api/v1/me").await.status, 200, "another session of the same account");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cookie_serves_browsers_and_only_our_own_pages_change_things_with_it() {
    let world = World::new(Shape::plain(1, 1)).await;
    let body = json!({ "username": ADMIN.0, "password": ADMIN.1 });
    let response = world.request(Method::POST, "/api/v1/sessions").json(&body).send().await.unwrap();
    let set = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
    let cookie = format!("theme=dark; {}", set.split(';').next().unwrap());
    let me = world.request(Method::GET, "/api/v1/me").header("Cookie", &cookie);
    assert_eq!(answer(me).await.status, 200);

    let own = world.app().base_url();
    let cases: [(&[(&str, &str)], u16); 6] = [
        (&[], 403),
        (&[("Sec-Fetch-Site", "cross-site"), ("Origin", &own)], 403),
        (&[("Sec-Fetch-Site", "same-site")], 403),
        (&[("Origin", "http://evil.example")], 403),
        (&[("Origin", &own)], 201),
        (&[("Sec-Fetch-Site", "same-origin")], 201),
    ];
    for (headers, status) in cases {
        let mut request = world.request(Method::POST, "/api/v1/tenants").header("Cookie", &cookie);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let made = answer(request.json(&json!({ "name": "甲" }))).await;
        assert_eq!(made.status, status, "{headers:?}: {made:?}");
    }
    // A wrong token is wrong, whatever cookie stands beside it; and /sys knows no cookies.
    let mixed =
        world.request(Method::GET, "/api/v1/me").header("Cookie", &cookie).header("X-Access-Token", "x");
    assert_eq!(answer(mixed).await.status, 401);
    let compat = world.request(Method::GET, "/sys/user/getUserInfo").header("Cookie", &cookie);
    assert_eq!(answer(compat).await.status, 401);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_compatible_sign_in_speaks_as_callers_expect() {
    let world = World::new(Shape::plain(1, 1)).await;
    let tenant = world.tenant("甲公司").await;
    let body =
        json!({ "username": ADMIN.0, "password": ADMIN.1, "captcha": "x", "checkKey": 1, "unknown": [] });
    let answer = world.call(Method::POST, "/sys/login", None, Some(body)).await;
    assert_eq!(
        (answer.status, &answer.body["code"], &answer.body["message"]),
        (200, &json!(200), &json!("登录成功"))
    );
    assert!(answer.body["timestamp"].is_i64() && answer.body["success"] == true);
    let result = &answer.body["result"];
    assert_eq!(result["userInfo"]["username"], ADMIN.0);
    let tenants = result["tenantList"].as_array().unwrap();
    assert!(tenants.contains(&json!({ "id": tenant, "name": "甲公司" })), "{tenants:?}");
    let token = result["token"].as_str().unwrap();
    let info = world.call(Method::GET, "/sys/user/getUserInfo", Some(token), None).await;
    assert_eq!(info.body["result"]["userInfo"], result["userInfo"]);
    let out = world.call(Method::GET, "/sys/logout", Some(token), None).await;
    assert_eq!(out.body["message"], "退出登录成功！");
    let gone = world.call(Method::POST, "/sys/logout", Some(token), None).await;
    assert_eq!((gone.status, &gone.body["code"]), (401, &json!(401)));
    assert_eq!(gone.body["message"], "Token失效，请重新登录!");
    world.finish().await;
}

/// The default password is known to every colleague (known failure 32): it opens nothing but its own change.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_member_signs_in_with_house_number_and_mobile_and_must_change() {
    let world = World::new(Shape::plain(8, 5)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    let house = world.get(&format!("/api/v1/tenants/{tenant}")).await.body["houseNumber"].clone();
    let house = house.as_str().unwrap();
    let members = world.members(tenant).await;
    let member = members.iter().find(|member| member["username"].is_string()).unwrap();
    let mobile = member["username"].as_str().unwrap();
    let default = format!("{house}{mobile}");

    let refused = world
        .call(Method::POST, "/sys/login", None, Some(json!({"username": mobile, "password": default})))
        .await;
    assert_eq!((refused.status, &refused.body["code"]), (200, &json!(412)));
    assert_eq!(refused.body["result"], json!({ "passwordChangeRequired": true }));

    let session = sign_in(&world, &format!("+86 {mobile}"), &default).await;
    assert_eq!((session.status, &session.body["passwordChangeRequired"]), (201, &json!(true)));
    let token = session.body["token"].as_str().unwrap();
    for path in ["/api/v1/tenants".to_owned(), format!("/api/v1/tenants/{tenant}/members")] {
        let refused = world.call(Method::GET, &path, Some(token), None).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (403, &json!("passwordChangeRequired")),
            "{path}"
        );
    }
    let me = world.call(Method::GET, "/api/v1/me", Some(token), None).await;
    assert_eq!(me.body["tenants"][0]["id"], tenant);
    assert_eq!(me.body["passwordChangeRequired"], true);
    let change = async |current: &str, new: &str| {
        let body = json!({ "currentPassword": current, "newPassword": new });
        world.call(Method::POST, "/api/v1/me/password", Some(token), Some(body)).await
    };
    assert_eq!(change("wrong", "correct horse battery").await.body["code"], "currentPasswordWrong");
    assert_eq!(change(&default, &format!("x{mobile}")).await.body["code"], "passwordTooWeak");
    assert_eq!(change(&default, "correct horse battery").await.status, 204);

    let refused =
        world.call(Method::GET, &format!("/api/v1/tenants/{tenant}/members"), Some(token), None).await;
    assert_eq!(refused.body["code"], "forbidden", "settled now, but no administrator");
    let login = json!({"username": mobile, "password": "correct horse battery"});
    let login = world.call(Method::POST, "/sys/login", None, Some(login)).await;
    assert_eq!(login.body["result"]["tenantList"][0]["id"], tenant);
    assert_eq!(login.body["result"]["userInfo"]["realname"], member["name"]);
    assert_eq!(sign_in(&world, mobile, &default).await.status, 401);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_may_leave_the_default_password_be() {
    let world = World::new(Shape::plain(4, 5)).await;
    let tenant = world.connected_tenant().await;
    let settings = json!({ "settings": { "requirePasswordChange": false }, "houseNumber": "a1b2c3" });
    let changed = world.send(Method::PATCH, &format!("/api/v1/tenants/{tenant}"), Some(settings)).await;
    assert_eq!(changed.body["houseNumber"], "A1B2C3");
    world.sync(tenant).await;
    let members = world.members(tenant).await;
    let mobile = members.iter().find_map(|member| member["username"].as_str()).unwrap();
    let login = json!({ "username": mobile, "password": format!("A1B2C3{mobile}") });
    let login = world.call(Method::POST, "/sys/login", None, Some(login)).await;
    assert_eq!(login.body["success"], true, "{login:?}");
    world.finish().await;
}
