//! Deciding about synchronisation: undoing runs, conflicts, pinned fields.

use std::collections::BTreeMap;

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::World;

fn count(run: &Value, name: &str) -> u64 {
    run["counts"][name].as_u64().unwrap_or_else(|| panic!("no count {name} in {run:#}"))
}

/// What the directory says, without the times at which rows were written.
async fn export(world: &World, tenant: u64) -> (Vec<Value>, Vec<Value>) {
    let mut members = world.all(&format!("/api/v1/tenants/{tenant}/members?status=active")).await;
    for member in &mut members {
        member.as_object_mut().unwrap().remove("updatedAt");
    }
    let departments = world.get(&format!("/api/v1/tenants/{tenant}/departments")).await.body;
    (members, departments["items"].as_array().unwrap().clone())
}

/// A person of the simulated enterprise with this number.
fn set_mobile(world: &World, userid: &str, mobile: &str) {
    let corp_id = &world.credentials.corp_id;
    world.dingtalk().change_user(corp_id, userid, |user| user.mobile = Some(mobile.into())).unwrap();
}

fn userids(world: &World) -> Vec<String> {
    let corp_id = &world.credentials.corp_id;
    world
        .dingtalk()
        .with_organisation(corp_id, |it| it.users().map(|user| user.userid.to_string()).collect())
        .unwrap()
}

async fn undo(world: &World, tenant: u64, run: &Value) -> Value {
    let id = run["id"].as_str().unwrap();
    let started = world.post(&format!("/api/v1/tenants/{tenant}/syncRuns/{id}/revert"), json!({})).await;
    assert_eq!(started.status, 202, "{started:?}");
    let ended = world.ended(tenant, started.body["id"].as_str().unwrap()).await;
    assert_eq!(ended["status"], "succeeded", "{ended:#}");
    assert_eq!(ended["reverts"], id);
    ended
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_what_lands_and_a_revert_puts_the_directory_back() {
    let world = World::new(Shape::plain(200, 11)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    let before = export(&world, tenant).await;

    let corp_id = world.credentials.corp_id.clone();
    let people = userids(&world);
    let dingtalk = world.dingtalk();
    for userid in &people[..2] {
        dingtalk.change_user(&corp_id, userid, |user| user.name = format!("{}改", user.name)).unwrap();
    }
    for userid in &people[2..4] {
        dingtalk.move_user(&corp_id, userid, &[1]).unwrap();
    }
    for userid in &people[4..8] {
        dingtalk.remove_user(&corp_id, userid).unwrap();
    }
    for number in 0..2 {
        let template =
            dingtalk.with_organisation(&corp_id, |it| it.user(&people[9]).cloned()).flatten().unwrap();
        let mut user = (*template).clone();
        user.userid = format!("fresh{number}");
        user.unionid = Some(format!("fresh-union-{number}"));
        user.mobile = Some(format!("1390000000{number}"));
        user.name = format!("新人{number}");
        dingtalk.put_user(&corp_id, user).unwrap();
    }
    let preview = world.run(tenant, "preview").await;
    let expected = [("membersUpdated", 4), ("membersDisabled", 4), ("membersCreated", 2)];
    for (name, number) in expected {
        assert_eq!(count(&preview, name), number, "{name} in {preview:#}");
    }
    assert_eq!(export(&world, tenant).await, before, "a preview changes nothing");
    let path = format!("/api/v1/tenants/{tenant}/syncRuns");
    let shown = world.all(&format!("{path}/{}/changes", preview["id"].as_str().unwrap())).await;
    let names: Vec<&str> = shown.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 10, "{names:?}");

    let applied = world.post(&format!("{path}/{}/apply", preview["id"].as_str().unwrap()), json!({})).await;
    assert_eq!(applied.status, 202, "{applied:?}");
    let applied = world.ended(tenant, preview["id"].as_str().unwrap()).await;
    assert_eq!(applied["status"], "succeeded", "{applied:#}");
    assert_eq!(applied["counts"], preview["counts"]);

    let undone = undo(&world, tenant, &applied).await;
    assert_eq!(export(&world, tenant).await, before, "the directory is as it was");
    assert_eq!((count(&undone, "membersRestored"), count(&undone, "membersDisabled")), (4, 2));
    assert_eq!(undone["calls"], json!({}), "DingTalk is not asked");
    let original = world.get(&format!("{path}/{}", applied["id"].as_str().unwrap())).await.body;
    assert_eq!(original["revertedBy"], undone["id"]);
    let again = world.post(&format!("{path}/{}/revert", applied["id"].as_str().unwrap()), json!({})).await;
    assert_eq!((again.status, again.body["code"].as_str().unwrap()), (409, "syncRunState"), "{again:?}");

    let next = world.run(tenant, "preview").await;
    assert_eq!((count(&next, "membersUpdated"), count(&next, "membersDisabled")), (4, 4), "{next:#}");
    assert_eq!(count(&next, "membersRestored"), 2, "who was undone comes back as the same member");
    undo(&world, tenant, &undone).await;
    let settled = world.sync(tenant).await;
    assert_eq!(count(&settled, "membersUpdated") + count(&settled, "membersDisabled"), 0, "{settled:#}");
    world.finish().await;
}

async fn conflicts(world: &World, tenant: u64) -> BTreeMap<String, Value> {
    let open = world.all(&format!("/api/v1/tenants/{tenant}/conflicts")).await;
    open.into_iter().map(|one| (one["dingtalkUserId"].as_str().unwrap().to_owned(), one)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_are_decided_at_once_and_stay_decided() {
    let world = World::new(Shape::plain(30, 4)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    let people = userids(&world);
    let number_of = |userid: &str| {
        let corp_id = &world.credentials.corp_id;
        let user = world.dingtalk().with_organisation(corp_id, |it| it.user(userid).cloned());
        user.flatten().unwrap().mobile.clone().unwrap()
    };
    // Three people claim the numbers of three others: each pair has one number.
    for pair in people[..6].chunks(2) {
        let number = number_of(&pair[0]);
        set_mobile(&world, &pair[1], &number);
    }
    let met = world.sync(tenant).await;
    assert_eq!(count(&met, "conflicts"), 3, "{met:#}");
    let open = conflicts(&world, tenant).await;
    let decide = async |userid: &str, action: &str| {
        let id = open[userid]["id"].as_str().unwrap();
        let body = json!({"action": action, "reason": "已与本人核实"});
        world.post(&format!("/api/v1/tenants/{tenant}/conflicts/{id}/resolve"), body).await
    };
    let claimants: Vec<&String> = open.keys().collect();
    let given = decide(claimants[0], "giveNumber").await;
    assert_eq!((given.status, &given.body["state"]), (200, &json!("resolved")), "{given:?}");
    let kept = decide(claimants[1], "keepSeparate").await;
    assert_eq!((kept.status, &kept.body["action"]), (200, &json!("keepSeparate")), "{kept:?}");
    let ignored = decide(claimants[2], "ignore").await;
    assert_eq!((ignored.status, &ignored.body["state"]), (200, &json!("ignored")), "{ignored:?}");
    let twice = decide(claimants[0], "ignore").await;
    assert_eq!((twice.status, twice.body["code"].as_str().unwrap()), (409, "conflictState"));

    let after = world.sync(tenant).await;
    assert_eq!((count(&after, "conflicts"), count(&after, "membersUpdated")), (0, 0), "{after:#}");
    assert!(conflicts(&world, tenant).await.is_empty());
    let members = world.members(tenant).await;
    let of = |userid: &str| members.iter().find(|one| one["dingtalkUserId"] == userid).unwrap();
    assert!(
        of(claimants[0])["username"].as_str().is_some_and(|name| number_of(claimants[0]).ends_with(name))
    );
    assert_eq!(of(claimants[1])["username"], Value::Null);
    let runs = world.all(&format!("/api/v1/tenants/{tenant}/syncRuns")).await;
    let decided: Vec<&Value> = runs.iter().filter(|run| run["trigger"] == "decision").collect();
    assert_eq!(decided.len(), 2, "what was changed stands in the history");
    undo(&world, tenant, decided[0]).await;
    assert!(conflicts(&world, tenant).await.contains_key(claimants[1]), "an undone decision waits again");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_was_edited_here_stays_until_it_is_handed_back() {
    let world = World::new(Shape::plain(12, 2)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    let member = world.members(tenant).await.remove(0);
    let (id, userid) = (member["id"].as_str().unwrap(), member["dingtalkUserId"].as_str().unwrap());
    let path = format!("/api/v1/tenants/{tenant}/members/{id}");
    let edited = world.send(Method::PATCH, &path, Some(json!({"title": "首席门牌官"}))).await;
    assert_eq!((edited.status, &edited.body["pinned"]), (200, &json!(["title"])), "{edited:?}");
    let corp_id = world.credentials.corp_id.clone();
    world.dingtalk().change_user(&corp_id, userid, |user| user.title = Some("顾问".into())).unwrap();
    assert_eq!(count(&world.sync(tenant).await, "membersUpdated"), 0);
    assert_eq!(world.get(&path).await.body["title"], "首席门牌官");
    let unknown = world.post(&format!("{path}/handBack"), json!({"fields": ["nickname"]})).await;
    assert_eq!(unknown.status, 400, "{unknown:?}");
    let back = world.post(&format!("{path}/handBack"), json!({"fields": ["title"]})).await;
    assert_eq!((back.status, &back.body["pinned"]), (200, &json!([])), "{back:?}");
    assert_eq!(count(&world.sync(tenant).await, "membersUpdated"), 1);
    assert_eq!(world.get(&path).await.body["title"], "顾问");
    world.finish().await;
}

/// DingTalk's numbers may be larger than what JavaScript counts to, so they are strings; a number is understood, too.
#[tokio::test(flavor = "multi_thread")]
async fn the_number_of_a_department_keeps_every_digit() {
    const LARGE: i64 = 9_007_199_254_740_993;
    let world = World::new(Shape::plain(6, 2)).await;
    let tenant = world.connected_tenant().await;
    let set =
        settings(&world, tenant, json!({"rootDepartments": [LARGE], "excludedDepartments": ["-7", "12"]}))
            .await;
    assert_eq!(set.status, 200, "{set:?}");
    assert_eq!(set.body["settings"]["rootDepartments"], json!(["9007199254740993"]));
    assert_eq!(set.body["settings"]["excludedDepartments"], json!(["-7", "12"]));
    let read = world.get(&format!("/api/v1/tenants/{tenant}")).await;
    assert_eq!(read.body["settings"], set.body["settings"]);
    let as_read = json!({"rootDepartments": read.body["settings"]["rootDepartments"]});
    assert_eq!(settings(&world, tenant, as_read).await.body["settings"], read.body["settings"]);
    for wrong in [json!(["twelve"]), json!([1.5]), json!(["99999999999999999999"]), json!("12")] {
        let refused = settings(&world, tenant, json!({"rootDepartments": wrong})).await;
        assert_eq!(refused.status, 400, "{refused:?}");
    }
    world.finish().await;
}

async fn settings(world: &World, tenant: u64, settings: Value) -> crate::support::Answer {
    let path = format!("/api/v1/tenants/{tenant}");
    world.send(Method::PATCH, &path, Some(json!({"settings": settings}))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_synchronises_by_itself_and_catches_up_once() {
    let mut world = World::new(Shape::plain(12, 2)).await;
    let tenant = world.connected_tenant().await;
    for wrong in [
        json!({"mode": "everyHours", "everyHours": 0}),
        json!({"mode": "dailyAt", "dailyAt": "25:00"}),
        json!({"mode": "dailyAt", "dailyAt": "02:30", "timeZone": "Nowhere/Else"}),
    ] {
        let refused = settings(&world, tenant, json!({"schedule": wrong})).await;
        assert_eq!(refused.status, 400, "{refused:?}");
    }
    let set = settings(&world, tenant, json!({"schedule": {"mode": "everyHours", "everyHours": 2}})).await;
    assert_eq!(set.body["settings"]["schedule"]["everyHours"], 2, "{set:?}");
    let runs = async |world: &World| world.all(&format!("/api/v1/tenants/{tenant}/syncRuns")).await;
    let look = async |world: &World| world.app().services().sync.start_due().await.unwrap();
    look(&world).await;
    assert!(runs(&world).await.is_empty(), "a new schedule waits for its time");
    world.advance_millis(11 * 3_600_000);
    world.restart().await;
    look(&world).await;
    let found = runs(&world).await;
    assert_eq!(found.len(), 1, "missed times are caught up once: {found:#?}");
    assert_eq!(found[0]["trigger"], "schedule");
    let ended = world.ended(tenant, found[0]["id"].as_str().unwrap()).await;
    assert_eq!(ended["status"], "succeeded", "{ended:#}");
    look(&world).await;
    assert_eq!(runs(&world).await.len(), 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_choice_brings_less_and_never_removes_anybody_unasked() {
    let world = World::new(Shape::plain(60, 9)).await;
    let tenant = world.connected_tenant().await;
    let all = count(&world.sync(tenant).await, "membersRead");
    let tree = format!("/api/v1/tenants/{tenant}/dingtalk/departments");
    let top = world.get(&tree).await.body["items"][0]["deptId"].as_str().unwrap().to_owned();
    let below = world.get(&format!("{tree}?parent={top}")).await;
    let chosen = below.body["items"][0]["deptId"].as_str().unwrap();
    assert_eq!(world.get(&format!("{tree}/{chosen}")).await.body, below.body["items"][0]);
    assert_eq!(world.get(&format!("{tree}/987654321")).await.status, 404);
    let both = json!({"rootDepartments": [chosen], "excludedDepartments": [chosen]});
    assert_eq!(settings(&world, tenant, both).await.status, 400);
    assert_eq!(settings(&world, tenant, json!({"rootDepartments": [987_654_321]})).await.status, 200);
    let vanished = world.run(tenant, "apply").await;
    assert_eq!(vanished["status"], "failed", "{vanished:#}");
    assert!(vanished["error"]["detail"].as_str().unwrap().contains("987654321"), "{vanished:#}");
    let choice = json!({"rootDepartments": [chosen], "guardPercent": 100});
    assert_eq!(settings(&world, tenant, choice).await.status, 200);
    let stopped = world.run(tenant, "apply").await;
    assert_eq!(stopped["status"], "awaitingApproval", "{stopped:#}");
    assert!(count(&stopped, "membersRead") < all);
    let path = format!("/api/v1/tenants/{tenant}/syncRuns/{}/apply", stopped["id"].as_str().unwrap());
    assert_eq!(world.post(&path, json!({})).await.status, 202);
    let ended = world.ended(tenant, stopped["id"].as_str().unwrap()).await;
    assert_eq!(ended["status"], "succeeded", "{ended:#}");
    let again = world.sync(tenant).await;
    assert_eq!(count(&again, "membersDisabled"), 0);
    assert_eq!(
        world.get(&format!("/api/v1/tenants/{tenant}/departments")).await.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|one| one["parentId"].is_null())
            .count(),
        1
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn history_that_outlived_its_time_goes_and_its_run_cannot_be_undone() {
    let world = World::new(Shape::plain(10, 3)).await;
    let tenant = world.connected_tenant().await;
    let run = world.sync(tenant).await;
    assert_eq!(settings(&world, tenant, json!({"historyDays": 0})).await.status, 400);
    assert_eq!(settings(&world, tenant, json!({"historyDays": 30})).await.status, 200);
    let sync = &world.app().services().sync;
    assert_eq!(sync.prune_history().await.unwrap(), 0);
    world.advance_millis(31 * 24 * 3_600_000);
    sync.prune_history().await.unwrap();
    let tenant_id = menpai::domain::id::TenantId(u32::try_from(tenant).unwrap());
    let run_id = run["id"].as_str().unwrap().parse().unwrap();
    let lines = world.app().store().read(move |tx| tx.in_tenant(tenant_id).sync_changes().all(run_id)).await;
    assert!(lines.unwrap().is_empty());
    let principal = menpai::domain::access::principal::Principal::Server;
    let undoing = sync.revert(&principal, tenant_id, run_id).await.unwrap();
    let ended = sync.wait(tenant_id, undoing.id).await.unwrap();
    assert_eq!(ended.error.unwrap().code, "syncRunState");
    world.finish().await;
}
