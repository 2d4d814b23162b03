//! One-time links: they end the old password, work once and in time, and stand nowhere.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::World;
use crate::support::people::CHOSEN;

async fn redeem(world: &World, token: &str, password: &str) -> (u16, Value) {
    let body = json!({ "token": token, "newPassword": password });
    let answer = world.call(Method::POST, "/api/v1/passwordLinks/use", None, Some(body)).await;
    (answer.status, answer.body["code"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_replaces_the_password_and_works_once() {
    let (mut world, tenant) = World::synchronised(8).await;
    let one = &world.people(tenant, 1).await[0];
    let path = format!("/api/v1/tenants/{tenant}/members/{}/passwordLink", one.member);
    let made = async || {
        let made = world.send(Method::POST, &path, None).await;
        assert_eq!(made.status, 201, "{made:?}");
        let token = made.body["token"].as_str().unwrap().to_owned();
        assert_eq!(made.body["path"], format!("/reset#{token}"));
        token
    };
    let first = made().await;
    assert_eq!(world.status(Method::GET, "/api/v1/me", &one.token).await, 401, "every session ended");
    assert_eq!(world.try_sign_in(&one.username, CHOSEN).await.status, 401, "the old password is gone");
    let token = made().await;
    let invalid = (403, json!("passwordLinkInvalid"));
    assert_eq!(redeem(&world, &first, "a better password").await, invalid, "replaced by the newer one");
    for wrong in
        ["", "x", &token[..60], &format!("{token}A"), &token.replace(|c: char| c.is_lowercase(), "A")]
    {
        assert_eq!(redeem(&world, wrong, "a better password").await, invalid, "{wrong}");
    }
    assert_eq!(
        redeem(&world, &token, "12345678").await,
        (422, json!("passwordTooWeak")),
        "and the link still works"
    );
    assert_eq!(redeem(&world, &token, "a better password").await.0, 204);
    assert_eq!(redeem(&world, &token, "yet another one").await, invalid, "used");
    let session = world.try_sign_in(&one.username, "a better password").await;
    assert_eq!((session.status, &session.body["passwordChangeRequired"]), (201, &json!(false)));

    let late = made().await;
    world.advance_millis(25 * 3_600_000);
    assert_eq!(redeem(&world, &late, "a better password").await, invalid, "a day is over");

    world.sign_in().await;
    let audit = world.get("/api/v1/audit?limit=200").await.body.to_string();
    assert!(audit.contains("account.createPasswordLink") && audit.contains("account.usePasswordLink"));
    for secret in [&first, &token, &late] {
        assert!(!audit.contains(secret.as_str()));
    }
    world.finish().await;
}

/// Whoever could make a link to somebody else's account would walk into all that it opens.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_made_by_whoever_governs_all_that_it_opens() {
    let (world, tenant) = World::synchronised(8).await;
    let people = world.people(tenant, 2).await;
    let (chief, one) = (&people[0], &people[1]);
    world.raise(tenant, chief).await;
    let path = format!("/api/v1/tenants/{tenant}/members/{}/passwordLink", one.member);
    assert_eq!(world.status(Method::POST, &path, &one.token).await, 403);
    assert_eq!(world.status(Method::POST, &path, &chief.token).await, 201);
    let account = format!("/api/v1/administrators/{}", one.account);
    let for_chief = format!("{account}/passwordLink");
    assert_eq!(world.status(Method::POST, &for_chief, world.token()).await, 404, "no administrator");
    assert_eq!(world.status(Method::PUT, &account, world.token()).await, 409, "has no password yet");

    // Once the person administers the platform, its tenant's administrators cannot reach for the password.
    let link = world.send(Method::POST, &path, None).await.body["token"].as_str().unwrap().to_owned();
    assert_eq!(redeem(&world, &link, CHOSEN).await.0, 204);
    assert_eq!(world.status(Method::PUT, &account, world.token()).await, 200);
    assert_eq!(world.status(Method::POST, &path, &chief.token).await, 403);
    assert_eq!(world.status(Method::POST, &for_chief, &chief.token).await, 403);
    assert_eq!(world.status(Method::POST, &for_chief, world.token()).await, 201);
    world.finish().await;
}
