//! The server dies at random moments while a backup takes its data's place under it.

use std::collections::BTreeSet;
use std::fs;
use std::time::Instant;

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::json;

use super::chance::{Chance, moments};
use super::remains::Remains;
use crate::support::binary::{Installation, Served};
use crate::support::{World, until};

const BACKUPS: &str = "/api/v1/backups";

/// The names of the tenants, which tell the states of the data apart.
async fn tenants(installation: &Installation, served: &Served) -> BTreeSet<String> {
    let listed = installation.call(served, Method::GET, "/api/v1/tenants?limit=100", None).await;
    let items = listed.body["items"].as_array().unwrap().clone();
    items.iter().map(|tenant| tenant["name"].as_str().unwrap().to_owned()).collect()
}

async fn backed_up(installation: &Installation, served: &Served) -> String {
    let asked = installation.call(served, Method::POST, BACKUPS, Some(json!({}))).await;
    let path = format!("{BACKUPS}/{}", asked.body["id"].as_str().unwrap());
    until("the backup", async || {
        let backup = installation.ask(served, &path).await?.body;
        (backup["status"] == "succeeded").then_some(())
    })
    .await;
    path
}

async fn restore(installation: &Installation, served: &Served, backup: &str) {
    let body = json!({"replaceData": true});
    let begun = installation.call(served, Method::POST, &format!("{backup}/restore"), Some(body)).await;
    assert_eq!(begun.status, 202, "{begun:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_is_the_old_or_the_backups_whenever_the_server_dies() {
    let mut chance = Chance::new("crash::restore");
    let mut world = World::new(Shape::plain(40, 19)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    world.rest().await;
    let (token, dingtalk) = (world.token().to_owned(), world.simulator.base_url());
    let installation = Installation::copy(world.park().await, &dingtalk, &token);
    let mut served = installation.serve().await;
    let mut backups = Vec::new();
    for name in ["one", "two"] {
        let made =
            installation.call(&served, Method::POST, "/api/v1/tenants", Some(json!({"name": name}))).await;
        assert_eq!(made.status, 201, "{made:?}");
        backups.push((backed_up(&installation, &served).await, tenants(&installation, &served).await));
    }
    // How long one takes here, undisturbed.
    let began = Instant::now();
    restore(&installation, &served, &backups[0].0).await;
    until("the restored server", async || {
        let state = installation.ask(&served, "/api/v1/backups/restore").await?;
        (state.body["status"] == "none").then_some(())
    })
    .await;
    let span = began.elapsed();
    let mut before = tenants(&installation, &served).await;
    assert_eq!(before, backups[0].1);

    let mut landed = 0;
    for _ in 0..moments() {
        let (backup, target) = &backups[usize::try_from(chance.below(2)).unwrap()];
        restore(&installation, &served, backup).await;
        tokio::time::sleep(chance.within(span)).await;
        served.kill().await;
        drop(Remains::of(&installation));
        served = installation.serve().await;
        let now = tenants(&installation, &served).await;
        assert!(now == before || now == *target, "{now:?} is neither {before:?} nor {target:?}");
        landed += usize::from(now == *target && now != before);
        for left in ["restore.unfinished", "restore.ready", "restored.json"] {
            assert!(!installation.data().join(left).exists(), "{left} is left behind");
        }
        clear_replaced(&installation);
        before = now;
    }
    let all = moments();
    eprintln!(
        "crash::restore: span {span:?}, {landed} of {all} restores landed, before the end or at the next start"
    );
    served.kill().await;
    installation.check().await;
    world.simulator.stop().await;
}

/// Each is a whole database; the disk should not fill with them.
fn clear_replaced(installation: &Installation) {
    for entry in fs::read_dir(installation.data()).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("replaced-") {
            assert!(entry.path().join("menpai.redb").exists(), "what was replaced is kept whole");
            fs::remove_dir_all(entry.path()).unwrap();
        }
    }
}
