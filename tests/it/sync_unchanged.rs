//! A run that reads what the last one read, of a directory that did not move, takes that run's word. It must never be
//! told from one that compares everybody, as the first run after a start does.

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::World;

/// What a run says and what it left behind, without what differs between any two runs.
async fn told(world: &World, tenant: u64, run: &Value) -> Value {
    let id = run["id"].as_str().unwrap();
    let changes = world.all(&format!("/api/v1/tenants/{tenant}/syncRuns/{id}/changes")).await;
    let conflicts = world.all(&format!("/api/v1/tenants/{tenant}/conflicts")).await;
    json!({
        "status": run["status"], "counts": run["counts"], "warnings": run["warnings"], "guard": run["guard"],
        "changes": changes, "conflicts": conflicts, "members": world.members(tenant).await,
    })
}

/// One run that may take the last one's word, and one that cannot: the same is told and nothing is changed.
async fn both_ways(world: &mut World, tenant: u64, what: &str) {
    world.rest().await;
    let mut quick = world.sync(tenant).await;
    let mut said = told(world, tenant, &quick).await;
    if said["changes"]
        .as_array()
        .unwrap()
        .iter()
        .any(|line| line["kind"] != "conflict" && line["kind"] != "skipped")
    {
        // It had something to do; what it leaves is what counts.
        quick = world.sync(tenant).await;
        said = told(world, tenant, &quick).await;
    }
    world.restart().await;
    let compared = world.sync(tenant).await;
    assert_eq!(said, told(world, tenant, &compared).await, "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_takes_the_last_one_s_word_says_what_comparing_everybody_says() {
    let mut world = World::new(Shape::awkward(200, 11)).await;
    let tenant = world.connected_tenant().await;
    both_ways(&mut world, tenant, "right after the first run").await;

    let corp_id = world.credentials.corp_id.clone();
    let member = world.members(tenant).await[0].clone();
    let userid = member["dingtalkUserId"].as_str().unwrap();
    world.dingtalk().change_user(&corp_id, userid, |user| user.title = Some("新职位".into())).unwrap();
    both_ways(&mut world, tenant, "somebody changed in DingTalk").await;

    let path = format!("/api/v1/tenants/{tenant}/members/{}", member["id"].as_str().unwrap());
    for (what, patch) in [
        ("a field edited here stays", json!({"title": "本地职位"})),
        ("a field handed back follows again", json!({"followDingTalk": ["title"]})),
        ("somebody switched off here stays so", json!({"status": "disabled"})),
    ] {
        let edited = world.send(Method::PATCH, &path, Some(patch)).await;
        assert_eq!(edited.status, 200, "{edited:?}");
        both_ways(&mut world, tenant, what).await;
    }
    assert_eq!(world.get(&path).await.body["title"], "新职位");

    let conflict = world.all(&format!("/api/v1/tenants/{tenant}/conflicts")).await[0].clone();
    let path = format!("/api/v1/tenants/{tenant}/conflicts/{}/resolve", conflict["id"].as_str().unwrap());
    let resolved = world.post(&path, json!({"action": "ignore"})).await;
    assert!(resolved.status < 300, "{resolved:?}");
    both_ways(&mut world, tenant, "a conflict is left as it is").await;

    let other = world.tenant("另一租户").await;
    let credentials = world.dingtalk().add_generated(&Shape::awkward(200, 11));
    assert_eq!(world.connect(other, &credentials).await.status, 200);
    world.sync(other).await;
    both_ways(&mut world, tenant, "another tenant has the same numbers").await;
    world.finish().await;
}
