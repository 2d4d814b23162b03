//! The server dies during a backup, the command line during a restore.

use std::path::Path;

use futures_util::future::join_all;
use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::json;

use crate::support::binary::Installation;
use crate::support::{World, until};

const BACKUPS: &str = "/api/v1/backups";
/// Nobody listens there; nothing here calls DingTalk.
const NOWHERE: &str = "http://127.0.0.1:9";
const PEOPLE: usize = 200;

/// Whether something that only lives for a moment is there.
fn appears(folder: &Path, ending: &str) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.filter_map(Result::ok).any(|entry| {
        let path = entry.path();
        path.to_string_lossy().ends_with(ending) || path.is_dir() && appears(&path, ending)
    })
}

/// Whether an archive has its name.
fn finished(shelf: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(shelf) else { return false };
    entries.filter_map(Result::ok).any(|entry| entry.path().extension().is_some_and(|ending| ending == "tar"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_whole_or_not_there_and_a_restore_is_done_or_undone() {
    let mut world = World::new(Shape::plain(PEOPLE, 13)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    world.rest().await;
    let token = world.token().to_owned();
    let data = world.park().await.to_owned();
    let moments = ["copy.redb", "archive.content", "archive.tar", ".tar"];
    join_all(moments.into_iter().map(|moment| dies_while_backing_up(moment, &data, &token))).await;
    let moments = ["restore.unfinished", "menpai.redb", "restore.ready", "replaced"];
    join_all(moments.into_iter().map(|moment| dies_while_restoring(moment, &data, &token, tenant))).await;
    world.simulator.stop().await;
}

async fn dies_while_backing_up(moment: &str, data: &Path, token: &str) {
    let installation = Installation::copy(data, NOWHERE, token);
    let served = installation.serve().await;
    let asked = installation.call(&served, Method::POST, BACKUPS, Some(json!({}))).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let path = format!("{BACKUPS}/{}", asked.body["id"].as_str().unwrap());
    let shelf = installation.data().join("backups");
    // What lives for a moment may never be seen; the finished archive stays.
    until("the moment", async || (appears(&shelf, moment) || finished(&shelf)).then_some(())).await;
    served.kill().await;
    installation.check().await;

    // What was asked for is made after all, once.
    let served = installation.serve().await;
    let backup = until("the backup", async || {
        let backup = installation.call(&served, Method::GET, &path, None).await.body;
        (backup["status"] == "succeeded").then_some(backup)
    })
    .await;
    let verified = installation.call(&served, Method::POST, &format!("{path}/verify"), None).await;
    assert_eq!(verified.body["sound"], true, "{moment}: {backup:#} {verified:?}");
    let listed = installation.call(&served, Method::GET, BACKUPS, None).await;
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 1, "{moment}: {listed:?}");
    served.kill().await;
}

async fn dies_while_restoring(moment: &str, data: &Path, token: &str, tenant: u64) {
    let installation = Installation::copy(data, NOWHERE, token);
    let made = installation.run(&["backup", "create"]).await;
    assert!(made.status.success(), "{made:?}");
    let id = String::from_utf8(made.stdout).unwrap().split_whitespace().next().unwrap().to_owned();
    let folder = installation.data();
    let mut restoring = installation.start(&["backup", "restore", &id]);
    // Dead at the moment, or done before anybody saw it: both must leave everything well.
    while !appears(&folder, moment) && restoring.try_wait().unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    drop(restoring.kill());
    restoring.wait().unwrap();

    let served = installation.serve().await;
    let members = format!("/api/v1/tenants/{tenant}/members?limit=500");
    let members = installation.call(&served, Method::GET, &members, None).await;
    assert_eq!(members.body["items"].as_array().unwrap().len(), PEOPLE, "{moment}");
    served.kill().await;
    installation.check().await;
    for left in ["restore.unfinished", "restore.ready"] {
        assert!(!folder.join(left).exists(), "{moment}: {left} is left behind");
    }
}
