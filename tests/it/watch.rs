//! What an operator's monitor sees: health, metrics, the last errors, the support bundle.

use std::io::Read;

use menpai::config::MetricsReaders;
use menpai::domain::secret::Secret;
use menpai::domain::setting::{Origin, ShownSetting};
use menpai::simulator::{Fault, FaultKind, Shape};
use menpai::telemetry::RecentErrors;
use reqwest::Method;
use serde_json::json;
use tracing_subscriber::layer::SubscriberExt;

use crate::support::World;

async fn metrics(world: &World, header: Option<(&str, &str)>) -> (u16, String) {
    let mut request = world.request(Method::GET, "/metrics");
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn readiness_names_each_part() {
    let world = World::new(Shape::plain(2, 5)).await;
    assert_eq!(world.call(Method::GET, "/healthz", None, None).await.status, 200);
    let ready = world.call(Method::GET, "/readyz", None, None).await;
    assert_eq!((ready.status, ready.body["parts"]["store"]["status"].as_str()), (200, Some("ok")));
    assert_eq!(ready.body["status"], "ok", "without a backup it serves all the same: {ready:?}");
    assert_eq!(
        ready.body["parts"]["backup"],
        json!({"status": "warning", "ageSeconds": null, "lastAttemptFailed": false})
    );
    world.post("/api/v1/backups", json!({})).await;
    world.rest().await;
    let ready = world.call(Method::GET, "/readyz", None, None).await;
    assert_eq!(ready.body["parts"]["backup"]["status"], "ok", "{ready:?}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_tell_routes_runs_and_calls_and_nobodys_name() {
    let world = World::new(Shape::plain(8, 5)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    world.rest().await;
    assert_eq!(world.get("/api/v1/tenants/99999").await.status, 404);
    assert_eq!(world.get("/api/nowhere/13800138000").await.status, 404);
    assert_eq!(world.get("/api/v1/nowhere/13800138000").await.status, 404);
    world.get("/sys/nowhere/13800138000").await;
    let (status, text) = metrics(&world, None).await;
    assert_eq!(status, 200, "{text}");
    for line in [
        "menpai_http_requests_total{method=\"GET\",route=\"/api/v1/tenants/:tenantId\",status=\"404\"} 1",
        "menpai_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"}",
        "menpai_sync_runs_total{status=\"succeeded\"} 1",
        "menpai_dingtalk_calls_total{api=\"/gettoken\",code=\"ok\"}",
        "menpai_store_rows{table=\"members\"} 8",
        "menpai_outbox_messages 0",
        "menpai_hashing_queue 0",
        "menpai_part_up{part=\"store\"} 1",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line} is missing in\n{text}");
    }
    assert!(!text.contains("13800138000") && !text.contains("nowhere") && !text.contains(":param"), "{text}");
    assert!(!text.contains("route=\"/api/v1\"") && !text.contains("route=\"/sys\""), "{text}");
    world.finish().await;
}

#[tokio::test]
async fn metrics_are_for_this_machine_or_the_token() {
    let mut world = World::new(Shape::plain(2, 5)).await;
    let forwarded = Some(("X-Forwarded-For", "203.0.113.9"));
    assert_eq!(metrics(&world, forwarded).await.0, 403, "somebody behind a proxy");
    world.config.metrics.token = Some(Secret::new("let-me-read"));
    world.restart().await;
    assert_eq!(metrics(&world, Some(("Authorization", "Bearer let-me-read"))).await.0, 200);
    assert_eq!(metrics(&world, Some(("Authorization", "Bearer wrong"))).await.0, 403);
    world.config.metrics.readers = MetricsReaders::Anybody;
    world.restart().await;
    assert_eq!(metrics(&world, forwarded).await.0, 200);
    world.finish().await;
}

#[tokio::test]
async fn a_support_bundle_names_nobody_and_opens_nothing() {
    let recent = RecentErrors::default();
    let subscriber = tracing_subscriber::registry().with(recent.clone());
    let _logging = tracing::subscriber::set_default(subscriber);
    let mut world = World::new(Shape::plain(12, 5)).await;
    world.recent_errors = recent;
    let password =
        ShownSetting { name: "MENPAI_ADMIN_PASSWORD", value: Some(("(hidden)".into(), Origin::Environment)) };
    world.config.settings_shown = [password, ShownSetting { name: "MENPAI_LOG", value: None }].into();
    world.restart().await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    world
        .dingtalk()
        .add_fault(Fault::always("/topapi/v2/user/list", FaultKind::Errcode { code: 60011, wrapped: false }));
    world.run(tenant, "apply").await;
    world.rest().await;

    let errors = world.get("/api/v1/system/errors").await;
    assert_eq!(errors.status, 200);
    assert!(errors.body.to_string().contains("DingTalk call failed"), "{errors:?}");
    let system = world.get("/api/v1/system").await;
    let shown = json!([
        {"name": "MENPAI_ADMIN_PASSWORD", "value": "(hidden)", "origin": "environment"},
        {"name": "MENPAI_LOG"},
    ]);
    assert_eq!(system.body["settings"], shown);
    let request = world.request(Method::GET, "/api/v1/system/supportBundle");
    let answer = request.header("X-Access-Token", world.token()).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let bytes = answer.bytes().await.unwrap();
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(bytes.as_ref()));
    let (mut names, mut all) = (Vec::new(), String::new());
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        names.push(entry.path().unwrap().file_name().unwrap().to_str().unwrap().to_owned());
        entry.read_to_string(&mut all).unwrap();
    }
    for name in [
        "README.txt",
        "version.txt",
        "settings.txt",
        "health.json",
        "errors.json",
        "runs.json",
        "metrics.txt",
    ] {
        assert!(names.iter().any(|known| known == name), "{name} is missing in {names:?}");
    }
    assert!(all.contains("DingTalk call failed") && all.contains("\"status\": \"failed\""), "{all}");

    let people = world.get(&format!("/api/v1/tenants/{tenant}/members?limit=50")).await.body;
    let mut secrets = vec![world.token().to_owned(), world.credentials.client_secret.clone()];
    for person in people["items"].as_array().unwrap() {
        for field in ["name", "mobile", "username", "email", "dingtalkUserId"] {
            secrets.extend(person[field].as_str().map(ToOwned::to_owned));
        }
    }
    let tenant = world.get(&format!("/api/v1/tenants/{tenant}")).await.body;
    secrets.extend(["name", "houseNumber"].map(|field| tenant[field].as_str().unwrap().to_owned()));
    assert!(secrets.len() > 30);
    for secret in secrets.iter().filter(|secret| secret.len() > 3) {
        assert!(!all.contains(secret.as_str()), "{secret} is in the bundle");
    }
    assert!(world.get("/api/v1/audit").await.body.to_string().contains("support.bundle"));
    world.finish().await;
}
