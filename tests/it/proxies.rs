//! Behind a reverse proxy: whose word about the client is taken, and what follows from it.

use menpai::domain::access::proxy::TrustedProxies;
use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::json;

use crate::support::{ADMIN, World, answer};

/// The address under which a sign-in with these headers is written down, and its cookie.
async fn seen(world: &World, headers: &[(&str, &str)]) -> (String, String) {
    let body = json!({ "username": ADMIN.0, "password": ADMIN.1 });
    let mut request = world.request(Method::POST, "/api/v1/sessions").json(&body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 201);
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    let session: serde_json::Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    let mine = world.request(Method::GET, "/api/v1/me/sessions");
    let mine = answer(mine.header("X-Access-Token", session["token"].as_str().unwrap())).await;
    let current = mine.body["items"].as_array().unwrap().iter().find(|session| session["current"] == true);
    (current.unwrap()["address"].as_str().unwrap().to_owned(), cookie)
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_headers_are_ignored_and_a_trusted_proxy_is_believed() {
    let mut world = World::new(Shape::plain(1, 1)).await;
    let forged =
        [("X-Forwarded-For", "203.0.113.9"), ("X-Forwarded-Proto", "https"), ("X-Real-IP", "203.0.113.9")];
    let (address, cookie) = seen(&world, &forged).await;
    assert_eq!(address, "127.0.0.1", "nobody is trusted unless it is set");
    assert!(!cookie.contains("Secure"), "{cookie}");

    world.config.trusted_proxies = TrustedProxies::new(vec!["127.0.0.0/8".parse().unwrap()]);
    world.restart().await;
    let through = [("X-Forwarded-For", "198.51.100.1, 203.0.113.9"), ("X-Forwarded-Proto", "https")];
    let (address, cookie) = seen(&world, &through).await;
    assert_eq!(address, "203.0.113.9", "what stands to the left is the client's own claim");
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    let (address, cookie) =
        seen(&world, &[("X-Forwarded-For", "nonsense"), ("X-Forwarded-Proto", "http")]).await;
    assert_eq!(address, "127.0.0.1");
    assert!(!cookie.contains("Secure"), "{cookie}");
    let entry = world.get("/api/v1/audit?action=session.create&q=203.0.113.9").await;
    assert_eq!(entry.body["items"].as_array().unwrap().len(), 1);
    world.finish().await;
}
