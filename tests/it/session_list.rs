//! Open sessions: seen and ended by whose they are and by administrators, within the bounds of tenants.

use menpai::domain::access::session::SignInMethod;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::people::CHOSEN;
use crate::support::{World, answer};

const MINE: &str = "/api/v1/me/sessions";

async fn list(world: &World, path: &str, token: &str) -> Vec<Value> {
    let answer = world.call(Method::GET, path, Some(token), None).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(!answer.body.to_string().contains(token), "a token is never shown again");
    answer.body["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_and_ends_the_own_sessions() {
    let (world, tenant) = World::synchronised(8).await;
    let people = world.people(tenant, 2).await;
    let (one, two) = (&people[0], &people[1]);
    let body = json!({ "username": one.username, "password": CHOSEN });
    let second =
        world.request(Method::POST, "/api/v1/sessions").header("User-Agent", "Browser/1").json(&body);
    let second = answer(second).await.body["token"].as_str().unwrap().to_owned();

    let shown = list(&world, MINE, &one.token).await;
    assert_eq!(shown.len(), 2, "{shown:#?}");
    assert_eq!((&shown[0]["current"], &shown[1]["current"]), (&json!(false), &json!(true)));
    assert_eq!((&shown[0]["method"], &shown[0]["userAgent"]), (&json!("password"), &json!("Browser/1")));
    assert_eq!(shown[0]["address"], "127.0.0.1");
    assert!(shown[0]["tenantId"].is_null());
    let end = |session: &Value| format!("{MINE}/{}", session["id"].as_str().unwrap());
    assert_eq!(world.status(Method::DELETE, &end(&shown[0]), &two.token).await, 404, "somebody else's");
    assert_eq!(world.status(Method::DELETE, &end(&shown[0]), &one.token).await, 204);
    assert_eq!(world.status(Method::GET, "/api/v1/me", &second).await, 401);
    assert_eq!(world.status(Method::DELETE, &end(&shown[0]), &one.token).await, 404);

    let (third, fourth) =
        (world.session(&one.username, CHOSEN).await, world.session(&one.username, CHOSEN).await);
    assert_eq!(world.status(Method::DELETE, MINE, &one.token).await, 204);
    for gone in [&third, &fourth] {
        assert_eq!(world.status(Method::GET, "/api/v1/me", gone).await, 401);
    }
    assert_eq!(list(&world, MINE, &one.token).await.len(), 1);
    assert_eq!(world.status(Method::GET, "/api/v1/me", &two.token).await, 200);

    // What nobody used for twelve hours is over, and not shown any more.
    let idle = world.session(&one.username, CHOSEN).await;
    world.advance_millis(11 * 3_600_000);
    assert_eq!(world.status(Method::GET, "/api/v1/me", &one.token).await, 200);
    world.advance_millis(2 * 3_600_000);
    assert_eq!(list(&world, MINE, &one.token).await.len(), 1);
    assert_eq!(world.status(Method::GET, "/api/v1/me", &idle).await, 401);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_through_dingtalk_stays_in_its_tenant() {
    let (world, tenant) = World::synchronised(8).await;
    let other = world.tenant("乙").await;
    let one = &world.people(tenant, 1).await[0];
    let through = world.session_by(&one.account, SignInMethod::DingTalkClient, tenant).await;
    let shown = list(&world, MINE, &through).await;
    assert_eq!(shown.len(), 1, "not the session that was opened with the password");
    assert_eq!((&shown[0]["method"], &shown[0]["tenantId"]), (&json!("dingtalkClient"), &json!(tenant)));
    assert_eq!(world.status(Method::DELETE, MINE, &through).await, 204);
    assert_eq!(world.status(Method::GET, "/api/v1/me", &one.token).await, 200, "out of its reach");
    let elsewhere = world.session_by(&one.account, SignInMethod::DingTalkClient, other).await;
    assert_eq!(world.status(Method::GET, "/api/v1/me", &elsewhere).await, 401, "no member there");
    assert_eq!(list(&world, MINE, &one.token).await.len(), 3);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_end_their_members_sessions() {
    let (world, tenant) = World::synchronised(8).await;
    let people = world.people(tenant, 2).await;
    let (chief, one) = (&people[0], &people[1]);
    world.raise(tenant, chief).await;
    let path = format!("/api/v1/tenants/{tenant}/members/{}/sessions", one.member);
    assert_eq!(world.status(Method::GET, &path, &one.token).await, 403, "for administrators");
    let shown = list(&world, &path, &chief.token).await;
    assert_eq!(shown.len(), 1);
    let single = format!("{path}/{}", shown[0]["id"].as_str().unwrap());
    assert_eq!(world.status(Method::DELETE, &single, &chief.token).await, 204);
    assert_eq!(world.status(Method::DELETE, &single, &chief.token).await, 404);
    assert_eq!(world.status(Method::GET, "/api/v1/me", &one.token).await, 401);
    let (second, third) =
        (world.session(&one.username, CHOSEN).await, world.session(&one.username, CHOSEN).await);
    assert_eq!(world.status(Method::DELETE, &path, &chief.token).await, 204);
    for gone in [&second, &third] {
        assert_eq!(world.status(Method::GET, "/api/v1/me", gone).await, 401);
    }
    let tenants_audit = format!("/api/v1/tenants/{tenant}/audit?action=member.endSessions");
    let audited = list(&world, &tenants_audit, &chief.token).await;
    assert_eq!(audited.len(), 2);
    assert_eq!(
        (&audited[0]["detail"], &audited[0]["address"]),
        (&json!("sessionsEnded: 2"), &json!("127.0.0.1"))
    );

    // A platform administrator is signed out by another one only.
    let rise = format!("/api/v1/administrators/{}", one.account);
    assert_eq!(world.status(Method::PUT, &rise, world.token()).await, 200);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(world.status(method, &path, &chief.token).await, 403);
    }
    assert_eq!(world.status(Method::DELETE, &path, world.token()).await, 204);
    world.finish().await;
}
