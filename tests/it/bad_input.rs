//! Bad input of every kind: always a clear refusal in the right shape, never a 500.

use std::time::Duration;

use menpai::simulator::Shape;
use reqwest::{Body, Method};
use serde_json::{Value, json};

use crate::support::{World, answer};

/// Method, path, media type and body, and the status and code that they get.
type Case = (Method, &'static str, Option<(&'static str, &'static str)>, u16, &'static str);

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_of_the_native_api_is_a_problem_document() {
    let world = World::new(Shape::plain(1, 1)).await;
    let token = world.token();
    let json_body = |text: &'static str| ("application/json", text);
    let cases: [Case; 16] = [
        (Method::GET, "/api/v1/nothing", None, 404, "notFound"),
        (Method::GET, "/api/nothing", None, 404, "notFound"),
        (Method::PUT, "/api/v1/tenants", Some(json_body("{}")), 405, "methodNotAllowed"),
        (Method::POST, "/api/v1/tenants", Some(("text/plain", "{}")), 415, "unsupportedMediaType"),
        (Method::POST, "/api/v1/tenants", Some(json_body("{\"name\":")), 400, "invalidRequest"),
        (Method::POST, "/api/v1/tenants", Some(json_body("")), 400, "invalidRequest"),
        (Method::POST, "/api/v1/tenants", Some(json_body("{\"name\":5}")), 400, "invalidRequest"),
        (
            Method::POST,
            "/api/v1/tenants",
            Some(json_body("{\"name\":\"a\",\"color\":1}")),
            400,
            "invalidRequest",
        ),
        (Method::POST, "/api/v1/tenants", Some(json_body("[]")), 400, "invalidRequest"),
        (Method::GET, "/api/v1/tenants/abc", None, 400, "invalidRequest"),
        (Method::GET, "/api/v1/tenants/-1", None, 400, "invalidRequest"),
        (Method::GET, "/api/v1/tenants/99999999999", None, 400, "invalidRequest"),
        (Method::GET, "/api/v1/tenants/4242", None, 404, "notFound"),
        (Method::GET, "/api/v1/tenants?limit=many", None, 400, "invalidRequest"),
        (Method::GET, "/api/v1/tenants?cursor=%21%21", None, 400, "invalidCursor"),
        (Method::GET, "/api/v1/tenants/0/members/not-an-id", None, 404, "notFound"),
    ];
    for (method, path, body, status, code) in cases {
        let mut request = world.request(method.clone(), path).header("X-Access-Token", token);
        if let Some((kind, text)) = body {
            request = request.header("Content-Type", kind).body(text);
        }
        let refused = answer(request).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (status, &json!(code)),
            "{method} {path} {body:?}: {refused:?}"
        );
        assert_eq!(refused.content_type, "application/problem+json", "{method} {path}");
        assert_eq!(refused.body["status"], status);
        assert_eq!(refused.body["requestId"].as_str().unwrap().len(), 32);
        assert!(!refused.body["detail"].as_str().unwrap().is_empty());
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_field_is_named_in_both_languages() {
    let world = World::new(Shape::plain(1, 1)).await;
    let tenant = world.tenant("甲").await;
    let in_tenant = |rest: &str| format!("/api/v1/tenants/{tenant}/{rest}");
    let cases = [
        (Method::POST, "/api/v1/tenants".to_owned(), json!({}), "name"),
        (Method::POST, "/api/v1/tenants".to_owned(), json!({"name": null}), "name"),
        (Method::PUT, "/api/v1/backups/plan".to_owned(), json!({"schedule": {"mode": "off"}}), "keep"),
        (Method::POST, in_tenant("webhooks"), json!({"url": "https://example.com/"}), "events"),
        (Method::POST, in_tenant("messages"), json!({"content": {"type": "text", "text": "hi"}}), "audience"),
        (
            Method::POST,
            in_tenant("messages"),
            json!({"content": {"text": "hi"}, "audience": {}}),
            "content.type",
        ),
        (
            Method::POST,
            in_tenant("messages"),
            json!({"content": {"type": "text"}, "audience": {}}),
            "content.text",
        ),
    ];
    for (method, path, body, field) in cases {
        for (language, words) in
            [("zh", format!("缺少必填字段 {field}，")), ("en", format!("lacks the required field {field};"))]
        {
            let request = world.request(method.clone(), &path).header("X-Access-Token", world.token());
            let refused = answer(request.header("Accept-Language", language).json(&body)).await;
            assert_eq!((refused.status, &refused.body["code"]), (400, &json!("invalidRequest")), "{path}");
            let detail = refused.body["detail"].as_str().unwrap();
            assert!(detail.contains(&words), "{path} {body}: {detail}");
        }
    }
    let wrong = world.post("/api/v1/tenants", json!({"name": 5})).await;
    assert!(!wrong.body["detail"].as_str().unwrap().contains("缺少"), "{wrong:?}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_method_is_told_which_ones_are_taken() {
    let world = World::new(Shape::plain(1, 1)).await;
    for (path, allowed) in [
        ("/api/v1/tenants", "GET, HEAD, POST"),
        ("/api/v1/tenants/1000/dingtalk", "GET, HEAD, PUT, DELETE"),
        ("/api/v1/sessions", "POST"),
    ] {
        let refused = world.request(Method::TRACE, path).send().await.unwrap();
        assert_eq!(refused.status(), 405, "{path}");
        assert_eq!(refused.headers()["allow"], allowed, "{path}");
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_turned_away_before_anything_is_looked_at() {
    let world = World::new(Shape::plain(1, 1)).await;
    let specification: Value = world.call(Method::GET, "/api/v1/openapi.json", None, None).await.body;
    let mut open = Vec::new();
    for (path, operations) in specification["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let concrete = path.replace("{tenantId}", "1000");
            let concrete = concrete.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
            let concrete = format!("/api/v1{}", concrete.collect::<Vec<_>>().join("/"));
            for token in [None, Some("made-up")] {
                let refused =
                    world.call(method.clone(), &concrete, token, Some(json!({ "nonsense": true }))).await;
                match refused.status {
                    401 => assert_eq!(refused.body["code"], "unauthenticated", "{method} {path}"),
                    _ => open.push(format!("{method} {path}")),
                }
            }
        }
    }
    open.sort();
    open.dedup();
    let known = [
        "GET /dingtalkSignIn/{tenantId}",
        "GET /setup",
        "POST /dingtalkScans",
        "POST /passwordLinks/use",
        "POST /sessions",
        "POST /sessions/dingtalk",
        "POST /sessions/dingtalkScan",
        "POST /setup",
    ];
    assert_eq!(open, known, "open to everybody");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_above_the_limit_is_refused_announced_or_not() {
    let world = World::new(Shape::plain(1, 1)).await;
    let large = "x".repeat(1024 * 1024 + 1);
    for path in ["/api/v1/sessions", "/sys/login"] {
        let announced =
            world.request(Method::POST, path).header("Content-Type", "application/json").body(large.clone());
        let chunks: Vec<Result<String, std::io::Error>> = vec![Ok(large.clone()), Ok(large.clone())];
        let chunked = Body::wrap_stream(futures_util::stream::iter(chunks));
        let chunked =
            world.request(Method::POST, path).header("Content-Type", "application/json").body(chunked);
        for request in [announced, chunked] {
            // The server may hang up while the rest is still being sent; that is a refusal as well.
            let Ok(response) = request.timeout(Duration::from_secs(20)).send().await else { continue };
            assert_eq!(response.status(), 413, "{path}");
            let body: Value = response.json().await.unwrap();
            let code = if path.starts_with("/sys") { json!(413) } else { json!("bodyTooLarge") };
            assert_eq!(body["code"], code);
        }
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_compatible_api_refuses_in_its_own_shape() {
    let world = World::new(Shape::plain(1, 1)).await;
    let token = world.token();
    let cases: [(Method, &str, &str, u16, i64); 10] = [
        (Method::POST, "/sys/login", "{", 200, 500),
        (Method::POST, "/sys/login", "[]", 200, 500),
        (Method::POST, "/sys/login", "{\"username\":{},\"password\":[]}", 200, 500),
        (Method::POST, "/sys/login", "", 200, 500),
        (Method::GET, "/sys/nothing", "", 404, 404),
        (Method::DELETE, "/sys/login", "", 405, 405),
        (Method::POST, "/sys/thirdApp/addThirdAppConfig", "{\"tenantId\":\"x\"}", 200, 500),
        (Method::POST, "/sys/thirdApp/addThirdAppConfig", "{\"tenantId\":99999999999}", 200, 500),
        (
            Method::POST,
            "/sys/thirdApp/addThirdAppConfig",
            "{\"tenantId\":4242,\"agentId\":1,\"clientId\":\"a\",\"clientSecret\":\"b\"}",
            200,
            500,
        ),
        (Method::DELETE, "/sys/thirdApp/deleteThirdAppConfig", "", 200, 500),
    ];
    for (method, path, body, status, code) in cases {
        let request = world.request(method.clone(), path).header("X-Access-Token", token).body(body);
        let refused = answer(request).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (status, &json!(code)),
            "{method} {path} {body}: {refused:?}"
        );
        assert_eq!(refused.body["success"], false);
        for field in ["message", "result", "timestamp"] {
            assert!(refused.body.get(field).is_some(), "{path} has no {field}");
        }
    }
    for path in ["/sys/tenant/list", "/sys/user/getUserInfo", "/sys/thirdApp/getEnabledType"] {
        for token in [None, Some("made-up")] {
            let refused = world.call(Method::GET, path, token, None).await;
            assert_eq!(
                (refused.status, &refused.body["message"]),
                (401, &json!("Token失效，请重新登录!")),
                "{path}"
            );
        }
        let in_address = world.call(Method::GET, &format!("{path}?token={token}"), None, None).await;
        assert_eq!(in_address.status, 401, "a token in an address counts for nothing");
    }
    let tenant = world
        .request(Method::GET, "/sys/thirdApp/getEnabledType")
        .header("X-Access-Token", token)
        .header("X-Tenant-Id", "abc");
    assert_eq!(answer(tenant).await.body["code"], 500);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_has_an_id_and_the_headers_that_keep_browsers_out() {
    let world = World::new(Shape::plain(1, 1)).await;
    for path in [
        "/healthz",
        "/readyz",
        "/api/v1/setup",
        "/api/docs",
        "/api/v1/openapi.json",
        "/api/nothing",
        "/sys/nothing",
    ] {
        let response = world.request(Method::GET, path).send().await.unwrap();
        let headers = response.headers();
        assert_eq!(headers["x-request-id"].len(), 32, "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
    }
    for path in ["/healthz", "/readyz"] {
        assert_eq!(world.call(Method::GET, path, None, None).await.body["status"], "ok");
    }
    let english = world.request(Method::GET, "/api/v1/me").header("Accept-Language", "en-GB, zh;q=0.5");
    assert!(answer(english).await.body["detail"].as_str().unwrap().starts_with("sign in first"));
    let chinese = world.call(Method::GET, "/api/v1/me", None, None).await;
    assert!(chinese.body["detail"].as_str().unwrap().starts_with("请先登录"));
    world.finish().await;
}

/// The framework's own words are English, and would stand in the middle of a Chinese sentence.
#[tokio::test(flavor = "multi_thread")]
async fn input_that_cannot_be_read_is_told_in_the_language_that_was_asked_for() {
    let world = World::new(Shape::plain(1, 1)).await;
    let token = world.token();
    let cases = [
        (
            Method::GET,
            "/api/v1/tenants?limit=many",
            "",
            "参数 limit 无效：应为整数",
            "the parameter limit is not valid: it must be a whole number",
        ),
        (
            Method::GET,
            "/api/v1/tenants/abc",
            "",
            "网址中的参数无效：应为整数",
            "a parameter in the path is not valid: it must be a whole number",
        ),
        (
            Method::POST,
            "/api/v1/tenants",
            r#"{"name":"a","color":"secret"}"#,
            "请求体无效：不认识字段 color，请删去",
            "the body is not valid: there is no field color; leave it out",
        ),
        (
            Method::POST,
            "/api/v1/tenants",
            r#"{"name":"a""#,
            "请求体无效：不是合法的 JSON，见第 1 行第 11 列",
            "the body is not valid: it is not JSON: see line 1, column 11",
        ),
    ];
    for (method, path, body, zh, en) in cases {
        for (language, wanted) in [("zh-CN", zh), ("en", en)] {
            let request = world.request(method.clone(), path).header("X-Access-Token", token);
            let request =
                request.header("Accept-Language", language).header("Content-Type", "application/json");
            let refused = answer(request.body(body)).await;
            assert_eq!(
                (refused.status, &refused.body["detail"]),
                (400, &json!(wanted)),
                "{path} in {language}"
            );
        }
    }
    world.finish().await;
}
