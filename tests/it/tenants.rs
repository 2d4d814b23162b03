//! Tenants over HTTP: making, finding, changing them, and who may.

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::json;

use crate::support::World;

#[tokio::test(flavor = "multi_thread")]
async fn tenants_are_made_found_and_changed() {
    let world = World::new(Shape::plain(1, 1)).await;
    let made = world.post("/api/v1/tenants", json!({ "name": " 甲公司 ", "houseNumber": "abc123" })).await;
    assert_eq!(made.status, 201);
    assert_eq!((&made.body["id"], &made.body["name"]), (&json!(1000), &json!("甲公司")));
    assert_eq!((&made.body["houseNumber"], &made.body["status"]), (&json!("ABC123"), &json!("active")));
    let other = world.post("/api/v1/tenants", json!({ "name": "乙公司" })).await.body;
    assert_eq!(other["id"], 1001);
    assert_eq!(other["houseNumber"].as_str().unwrap().len(), 6);
    let taken = world.post("/api/v1/tenants", json!({ "name": "丙", "houseNumber": "ABC123" })).await;
    assert_eq!((taken.status, &taken.body["code"]), (409, &json!("houseNumberTaken")));
    for bad in [
        json!({ "name": "  " }),
        json!({ "name": "丙", "houseNumber": "12345" }),
        json!({ "name": "长".repeat(101) }),
    ] {
        assert_eq!(world.post("/api/v1/tenants", bad).await.status, 400);
    }

    let patch = json!({ "name": "甲集团", "settings": { "guardPercent": 20 } });
    let changed = world.send(Method::PATCH, "/api/v1/tenants/1000", Some(patch)).await.body;
    assert_eq!((&changed["name"], &changed["settings"]["guardPercent"]), (&json!("甲集团"), &json!(20)));
    assert_eq!(changed["settings"]["guardMinimum"], made.body["settings"]["guardMinimum"], "left as it was");
    let rotated = world.send(Method::POST, "/api/v1/tenants/1000/rotateHouseNumber", None).await.body;
    assert_ne!(rotated["houseNumber"], "ABC123");
    assert_eq!(world.get("/api/v1/tenants/1000").await.body, rotated);
    let bad = world.send(Method::PATCH, "/api/v1/tenants/0", Some(json!({ "status": "disabled" }))).await;
    assert_eq!(bad.status, 400, "the platform's own tenant stays");

    let names: Vec<_> = world.all("/api/v1/tenants?name=%E5%85%AC%E5%8F%B8").await;
    assert_eq!(names.iter().map(|tenant| &tenant["id"]).collect::<Vec<_>>(), [1001]);
    let page = world.get("/api/v1/tenants?limit=1").await.body;
    assert!(page["nextCursor"].is_string());
    assert_eq!(world.all("/api/v1/tenants").await.len(), 3);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_addresses_for_dingtalk_are_told_when_the_server_knows_its_own() {
    let mut world = World::new(Shape::plain(1, 1)).await;
    let tenant = world.tenant("甲").await;
    assert!(world.get(&format!("/api/v1/tenants/{tenant}")).await.body.get("addresses").is_none());
    world.config.public_url = Some("https://menpai.example/".into());
    world.restart().await;
    let shown = world.get(&format!("/api/v1/tenants/{tenant}")).await.body;
    let expected = json!({
        "homepage": format!("https://menpai.example/tenantId/{tenant}"),
        "redirect": format!("https://menpai.example/tenantId/{tenant}"),
        "push": format!("https://menpai.example/dingtalk/callback/{tenant}"),
    });
    assert_eq!(shown["addresses"], expected);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_stands_in_the_audit() {
    let world = World::new(Shape::plain(1, 1)).await;
    let tenant = world.tenant("甲").await;
    world.send(Method::PATCH, &format!("/api/v1/tenants/{tenant}"), Some(json!({ "name": "乙" }))).await;
    let entries = world.all("/api/v1/audit").await;
    let actions: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["tenant.change", "tenant.create", "session.create", "platform.setUp"]);
    assert_eq!(entries[0]["detail"], "name: 甲 → 乙");
    assert_eq!(entries[0]["actorKind"], "account");
    let own = world.all(&format!("/api/v1/audit?tenantId={tenant}")).await;
    assert_eq!(own.len(), 1, "what concerns the tenant");
    // Nothing changed: nothing to tell.
    world.send(Method::PATCH, &format!("/api/v1/tenants/{tenant}"), Some(json!({ "name": "乙" }))).await;
    assert_eq!(world.all("/api/v1/audit").await.len(), entries.len());
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_compatible_calls_make_and_list_tenants() {
    let world = World::new(Shape::plain(1, 1)).await;
    for name in ["甲", "乙", "丙"] {
        let added = world.compat(Method::POST, "/sys/tenant/add", 0, Some(json!({ "name": name }))).await;
        assert_eq!(added.body["message"], "添加成功！");
        assert!(added.body["result"]["id"].as_u64().unwrap() >= 1000);
        assert_eq!(added.body["result"]["houseNumber"].as_str().unwrap().len(), 6);
    }
    let page = world.compat(Method::GET, "/sys/tenant/list?pageNo=2&pageSize=3", 0, None).await;
    let result = &page.body["result"];
    assert_eq!((&result["total"], &result["pages"], &result["current"]), (&json!(4), &json!(2), &json!(2)));
    assert_eq!(result["records"][0]["name"], "丙");
    let named = world.compat(Method::GET, "/sys/tenant/list?name=%E4%B9%99&pageNo=x", 0, None).await;
    assert_eq!(named.body["result"]["records"].as_array().unwrap().len(), 1);
    let unnamed = world.compat(Method::POST, "/sys/tenant/add", 0, Some(json!({}))).await;
    assert_eq!((unnamed.status, &unnamed.body["success"]), (200, &json!(false)));
    world.finish().await;
}
