//! The audit: searched, paged, taken as a file, and seen by tenants only as far as it is theirs.

mod acts;

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::json;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_searched_and_paged() {
    let world = World::new(Shape::plain(2, 5)).await;
    let (one, other) = (world.tenant("甲").await, world.tenant("乙").await);
    for name in ["甲一", "甲二", "甲三"] {
        let path = format!("/api/v1/tenants/{one}");
        assert_eq!(world.send(Method::PATCH, &path, Some(json!({ "name": name }))).await.status, 200);
    }
    let me = world.get("/api/v1/me").await.body["account"]["id"].as_str().unwrap().to_owned();
    let count = async |query: &str| world.all(&format!("/api/v1/audit?{query}")).await.len();
    assert_eq!(count("action=tenant").await, 5);
    assert_eq!(count("action=tenant.change").await, 3);
    assert_eq!(count("action=ten").await, 0);
    assert_eq!(count(&format!("action=tenant.change&tenantId={other}")).await, 0);
    assert_eq!(count(&format!("actorId={me}&action=tenant.change&subject={one}")).await, 3);
    assert_eq!(count("actorId=018f0000-0000-7000-8000-000000000000").await, 0);
    assert_eq!(count("q=%E7%94%B2%E4%BA%8C").await, 2, "before and after");
    assert_eq!(count("q=127.0.0.1&action=tenant").await, 5, "from where");
    assert_eq!(count("until=2020-01-01T00:00:00Z").await, 0);
    assert_eq!(count("since=2020-01-01T00:00:00Z&action=tenant").await, 5);
    let first = world.get("/api/v1/audit?action=tenant.change&limit=2").await.body;
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    let next = first["nextCursor"].as_str().unwrap();
    let second = world.get(&format!("/api/v1/audit?action=tenant.change&limit=2&cursor={next}")).await.body;
    assert_eq!(second["items"].as_array().unwrap().len(), 1);
    assert!(second["nextCursor"].is_null());
    assert!(second["items"][0]["detail"].as_str().unwrap().contains("甲 → 甲一"), "{second:#}");
    for bad in ["since=yesterday", "actorId=me"] {
        let refused = world.get(&format!("/api/v1/audit?{bad}")).await;
        assert_eq!((refused.status, &refused.body["code"]), (400, &json!("invalidRequest")), "{bad}");
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_administrator_reads_that_tenants_part_and_takes_it_as_a_file() {
    let world = World::new(Shape::plain(8, 5)).await;
    let (tenant, other) = (world.connected_tenant().await, world.tenant("乙").await);
    world.sync(tenant).await;
    let chief = &world.people(tenant, 1).await[0];
    let right = format!("/api/v1/tenants/{tenant}/administrators/{}", chief.account);
    assert_eq!(world.status(Method::PUT, &right, world.token()).await, 200);
    let rename = json!({ "name": "=HYPERLINK(\"http://evil.example\")" });
    let renamed = world.send(Method::PATCH, &format!("/api/v1/tenants/{tenant}"), Some(rename)).await;
    assert_eq!(renamed.status, 200, "{renamed:?}");

    let own = format!("/api/v1/tenants/{tenant}/audit");
    let seen = world.call(Method::GET, &own, Some(&chief.token), None).await;
    let entries = seen.body["items"].as_array().unwrap();
    assert!(entries.len() > 3 && entries.iter().all(|entry| entry["tenantId"] == tenant), "{entries:#?}");
    for (path, status) in [
        ("/api/v1/audit".to_owned(), 403),
        (format!("/api/v1/audit?tenantId={tenant}"), 403),
        ("/api/v1/audit.csv".to_owned(), 403),
        (format!("/api/v1/tenants/{other}/audit"), 404),
        (format!("/api/v1/tenants/{other}/audit.csv"), 404),
    ] {
        assert_eq!(world.status(Method::GET, &path, &chief.token).await, status, "{path}");
    }
    let named = |action: &str, field: &str| {
        let entry = entries.iter().find(|entry| entry["action"] == action);
        entry.unwrap_or_else(|| panic!("{action}: {entries:#?}"))[field].clone()
    };
    let member = world.get(&format!("/api/v1/tenants/{tenant}/members/{}", chief.member)).await.body;
    assert_eq!(named("administrator.give", "subjectName"), member["name"]);
    assert!(named("administrator.give", "actorName").is_null(), "the platform's people have no names here");
    let all = world.get("/api/v1/audit?action=administrator.give").await.body;
    assert_eq!(all["items"][0]["subjectName"], member["name"], "{all:#}");
    assert_eq!(all["items"][0]["actorName"], "admin", "{all:#}");
    let file = world.request(Method::GET, &format!("{own}.csv")).header("X-Access-Token", &chief.token);
    let file = file.send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers()["content-disposition"].to_str().unwrap().contains("audit-"));
    let text = file.text().await.unwrap();
    assert!(text.starts_with("\u{feff}\"sequence\",\"at\","), "{text}");
    assert!(!text.contains(",\"="), "no cell begins a formula");
    assert_eq!(world.audited(&format!("?tenantId={tenant}&action=audit.export")).await.len(), 1);
    world.finish().await;
}
