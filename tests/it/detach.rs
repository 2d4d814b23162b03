//! Parting from DingTalk, with both ways out, and connecting again.

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::World;

async fn in_step() -> (World, u64) {
    let world = World::new(Shape::plain(30, 7)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    (world, tenant)
}

fn application(tenant: u64) -> String {
    format!("/api/v1/tenants/{tenant}/dingtalk")
}

async fn detach(world: &World, tenant: u64, members: &str) {
    let path = format!("{}?members={members}", application(tenant));
    let done = world.send(Method::DELETE, &path, None).await;
    assert_eq!(done.status, 204, "{done:?}");
}

async fn preview(world: &World, tenant: u64, members: &str) -> Value {
    let path = format!("{}/detachment?members={members}", application(tenant));
    let shown = world.get(&path).await;
    assert_eq!(shown.status, 200, "{shown:?}");
    shown.body
}

async fn last_run(world: &World, tenant: u64) -> Value {
    world.get(&format!("/api/v1/tenants/{tenant}/syncRuns?limit=1")).await.body["items"][0].clone()
}

/// Everybody's id, in order.
fn ids(members: &[Value]) -> Vec<&str> {
    let mut ids: Vec<&str> = members.iter().map(|member| member["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

fn dingtalk_id(member: &Value) -> Value {
    member["dingtalkUserId"].clone()
}

/// The tree as it is shown: ids, parents, names, numbers in DingTalk.
async fn departments(world: &World, tenant: u64) -> Vec<Value> {
    let shown = world.get(&format!("/api/v1/tenants/{tenant}/departments")).await;
    shown.body["items"].as_array().unwrap().clone()
}

fn all_are(members: &[Value], status: &str) -> bool {
    members.iter().all(|member| member["status"] == status)
}

#[tokio::test]
async fn kept_people_and_departments_stay_and_are_found_again() {
    let (world, tenant) = in_step().await;
    let before = world.members(tenant).await;
    let departments = departments(&world, tenant).await;
    let shown = preview(&world, tenant, "keep").await;
    assert_eq!(shown["counts"]["membersUpdated"], before.len(), "{shown:#}");
    assert_eq!(shown["counts"]["membersDisabled"], 0);
    assert_eq!(shown["sample"].as_array().unwrap().len(), 20);
    assert_eq!(world.members(tenant).await, before, "a preview changes nothing");

    detach(&world, tenant, "keep").await;
    let kept = world.members(tenant).await;
    assert!(ids(&kept) == ids(&before) && all_are(&kept, "active"), "{kept:#?}");
    assert_eq!(world.get(&application(tenant)).await.status, 404);
    let run = last_run(&world, tenant).await;
    assert_eq!((&run["trigger"], &run["status"]), (&json!("detachment"), &json!("succeeded")));
    assert_eq!(run["counts"], shown["counts"], "the run did what was shown");
    let undo = format!("/api/v1/tenants/{tenant}/syncRuns/{}/revert", run["id"].as_str().unwrap());
    assert_eq!(world.send(Method::POST, &undo, None).await.status, 409);
    let again = world.send(Method::DELETE, &application(tenant), None).await;
    assert_eq!(again.status, 404, "{again:?}");

    assert_eq!(world.connect(tenant, &world.credentials).await.status, 200);
    let back = world.sync(tenant).await;
    assert_eq!(back["counts"]["membersCreated"], 0, "{back:#}");
    assert_eq!(back["counts"]["membersUpdated"], before.len(), "{back:#}");
    assert_eq!(ids(&world.members(tenant).await), ids(&before), "nobody is there twice");
    assert_eq!(
        (&back["counts"]["departmentsCreated"], &back["counts"]["departmentsRemoved"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(self::departments(&world, tenant).await, departments, "every department is what it was");
    assert_eq!(
        world.members(tenant).await.iter().map(dingtalk_id).collect::<Vec<_>>(),
        before.iter().map(dingtalk_id).collect::<Vec<_>>()
    );
    world.finish().await;
}

#[tokio::test]
async fn disabled_people_leave_and_come_back_with_the_connection() {
    let (world, tenant) = in_step().await;
    let before = world.members(tenant).await;
    let shown = preview(&world, tenant, "disable").await;
    assert_eq!(shown["counts"]["membersDisabled"], before.len(), "{shown:#}");

    detach(&world, tenant, "disable").await;
    let gone = world.members(tenant).await;
    assert!(ids(&gone) == ids(&before) && all_are(&gone, "left"), "{gone:#?}");
    assert_eq!(last_run(&world, tenant).await["counts"], shown["counts"]);

    assert_eq!(world.connect(tenant, &world.credentials).await.status, 200);
    let back = world.sync(tenant).await;
    assert_eq!(back["counts"]["membersRestored"], before.len(), "{back:#}");
    let restored = world.members(tenant).await;
    assert!(ids(&restored) == ids(&before) && all_are(&restored, "active"), "{restored:#?}");
    world.finish().await;
}

#[tokio::test]
async fn the_documents_own_removal_keeps_people() {
    let (world, tenant) = in_step().await;
    let before = world.members(tenant).await;
    let path = format!("/sys/thirdApp/deleteThirdAppConfig?id=dingtalk-{tenant}");
    let removed = world.compat(Method::DELETE, &path, tenant, None).await;
    assert_eq!(removed.body["success"], true, "{removed:?}");
    let kept = world.members(tenant).await;
    assert!(ids(&kept) == ids(&before) && all_are(&kept, "active"), "{kept:#?}");
    assert_eq!(last_run(&world, tenant).await["trigger"], "detachment");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schedule_ends_with_the_connection() {
    let (world, tenant) = in_step().await;
    let settings = json!({"schedule": {"mode": "everyHours", "everyHours": 1}});
    let path = format!("/api/v1/tenants/{tenant}");
    let set = world.send(Method::PATCH, &path, Some(json!({ "settings": settings }))).await;
    assert_eq!(set.status, 200, "{set:?}");
    let sync = world.app().services().sync.clone();
    sync.start_due().await.unwrap();
    detach(&world, tenant, "keep").await;
    world.advance_millis(3 * 3_600_000);
    assert_eq!(sync.start_due().await.unwrap(), 0);
    assert_eq!(last_run(&world, tenant).await["trigger"], "detachment");
    world.finish().await;
}

/// Whoever leaves with the connection is signed out at once.
#[tokio::test(flavor = "multi_thread")]
async fn sessions_end_when_people_leave_with_the_connection() {
    let (world, tenant) = in_step().await;
    let member = world.members(tenant).await.remove(0);
    let house = world.get(&format!("/api/v1/tenants/{tenant}")).await.body["houseNumber"].clone();
    let username = member["username"].as_str().unwrap();
    let password = format!("{}{username}", house.as_str().unwrap());
    let body = json!({"username": username, "password": password});
    let session = world.call(Method::POST, "/api/v1/sessions", None, Some(body)).await;
    assert_eq!(session.status, 201, "{session:?}");
    let token = session.body["token"].as_str().unwrap();
    assert_eq!(world.call(Method::GET, "/api/v1/me", Some(token), None).await.status, 200);
    detach(&world, tenant, "disable").await;
    assert_eq!(world.call(Method::GET, "/api/v1/me", Some(token), None).await.status, 401);
    world.finish().await;
}
