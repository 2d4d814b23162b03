//! Backups over the API and by the command line, against the real thing.

use std::process::Command;

use menpai::domain::secret::Secret;
use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{World, until};

const BACKUPS: &str = "/api/v1/backups";

/// Asks for a backup and waits for its end.
async fn made(world: &World) -> Value {
    let asked = world.post(BACKUPS, json!({})).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    ended(world, asked.body["id"].as_str().unwrap()).await
}

async fn ended(world: &World, id: &str) -> Value {
    let path = format!("{BACKUPS}/{id}");
    until("the backup's end", async || {
        let backup = world.get(&path).await;
        assert_eq!(backup.status, 200, "{backup:?}");
        (!matches!(backup.body["status"].as_str().unwrap(), "queued" | "running")).then_some(backup.body)
    })
    .await
}

/// `menpai` with these words on the world's data.
async fn menpai(world: &World, words: &[&str], passphrase: Option<&str>) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_menpai"));
    command.args(words).env_clear().env("MENPAI_DATA_DIR", &world.config.data_dir).env("MENPAI_LOG", "off");
    if let Some(passphrase) = passphrase {
        command.env("MENPAI_BACKUP_PASSPHRASE", passphrase);
    }
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_made_read_taken_and_restored() {
    let mut world = World::new(Shape::plain(30, 5)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    world.rest().await;
    let backup = made(&world).await;
    assert_eq!((backup["status"].as_str(), backup["encrypted"].as_bool()), (Some("succeeded"), Some(false)));
    let id = backup["id"].as_str().unwrap();
    let path = format!("{BACKUPS}/{id}");
    let verified = world.post(&format!("{path}/verify"), json!({})).await;
    assert_eq!(verified.body, json!({"sound": true, "findings": []}));

    let request = world.request(Method::GET, &format!("{path}/content"));
    let file = request.header("X-Access-Token", world.token()).send().await.unwrap();
    assert_eq!(file.status(), 200);
    assert!(file.headers()["content-disposition"].to_str().unwrap().contains(id));
    let bytes = file.bytes().await.unwrap();
    assert_eq!(bytes.len().to_string(), backup["bytes"].as_str().unwrap());
    let taken = world.config.data_dir.join("taken.tar");
    std::fs::write(&taken, &bytes).unwrap();

    let later = world.tenant("later").await;
    let audit = world.get("/api/v1/audit?limit=10").await.body.to_string();
    assert!(audit.contains("backup.create") && audit.contains("backup.download"), "{audit}");
    assert!(!menpai(&world, &["backup", "restore", id], None).await.0, "a running server is not replaced");
    world.park().await;
    let (listed, text) = menpai(&world, &["backup", "list"], None).await;
    assert!(listed && text.contains(id), "{text}");
    let (sound, text) = menpai(&world, &["backup", "verify", id], None).await;
    assert!(sound && text.contains("sound"), "{text}");
    let (sound, text) = menpai(&world, &["upgrade-check"], None).await;
    assert!(sound, "{text}");
    let (restored, text) = menpai(&world, &["backup", "restore", taken.to_str().unwrap()], None).await;
    assert!(restored && text.contains("replaced-"), "{text}");
    world.restart().await;
    assert_eq!(world.get(&format!("/api/v1/tenants/{later}")).await.status, 404, "it was made afterwards");
    let run = world.sync(tenant).await;
    assert_eq!(run["counts"]["membersCreated"], 0, "the directory and its secret came back: {run:#}");

    assert_eq!(world.send(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(world.get(&path).await.status, 404);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_backup_opens_elsewhere_with_its_passphrase_alone() {
    let mut world = World::new(Shape::plain(3, 5)).await;
    world.config.backup.passphrase = Some(Secret::new("correct horse battery staple"));
    world.restart().await;
    let tenant = world.connected_tenant().await;
    let backup = made(&world).await;
    assert_eq!(backup["encrypted"], true);
    let id = backup["id"].as_str().unwrap();
    world.park().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let shelf = elsewhere.path().join("backups");
    std::fs::rename(world.config.data_dir.join("backups"), &shelf).unwrap();
    std::fs::remove_dir_all(&world.config.data_dir).unwrap();
    std::fs::create_dir(&world.config.data_dir).unwrap();
    std::fs::rename(&shelf, world.config.data_dir.join("backups")).unwrap();
    let (opened, text) = menpai(&world, &["backup", "restore", id], Some("wrong")).await;
    assert!(!opened && text.contains("passphrase"), "{text}");
    let passphrase = Some("correct horse battery staple");
    let (opened, text) = menpai(&world, &["backup", "restore", id], passphrase).await;
    assert!(opened, "{text}");
    world.restart().await;
    world.sync(tenant).await;
    world.finish().await;
}

#[tokio::test]
async fn the_plan_makes_backups_and_keeps_as_many_as_it_says() {
    const DAY: i64 = 24 * 3_600_000;
    let mut world = World::new(Shape::plain(3, 5)).await;
    let plan = json!({"schedule": {"mode": "everyHours", "everyHours": 12}, "keep": 2});
    let set = world.send(Method::PUT, "/api/v1/backups/plan", Some(plan.clone())).await;
    assert_eq!((set.status, &set.body), (200, &plan));
    for keep in [0, 366] {
        let plan = json!({"schedule": {"mode": "off"}, "keep": keep});
        assert_eq!(world.send(Method::PUT, "/api/v1/backups/plan", Some(plan)).await.status, 400);
    }
    let asked = made(&world).await;
    let backups = world.app().services().backups.clone();
    for _ in 0..4 {
        world.advance_millis(DAY);
        backups.start_due().await.unwrap();
        world.rest().await;
    }
    world.sign_in().await;
    let listed = world.get(BACKUPS).await;
    let reasons: Vec<_> = listed.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["schedule", "schedule", "asked"], "{asked:#}");
    let page = world.get(&format!("{BACKUPS}?limit=2")).await;
    let next = page.body["nextCursor"].as_str().unwrap();
    let rest = world.get(&format!("{BACKUPS}?cursor={next}")).await;
    assert_eq!(rest.body["items"].as_array().unwrap().len(), 1);
    world.finish().await;
}

#[tokio::test]
async fn a_backup_that_cannot_be_made_says_why_and_leaves_the_server_alone() {
    let mut world = World::new(Shape::plain(3, 5)).await;
    let in_the_way = world.config.data_dir.join("a-file");
    std::fs::write(&in_the_way, b"").unwrap();
    world.config.backup.directory = in_the_way.join("backups");
    let moved = world.config.clone();
    world.park().await;
    world.config = moved;
    world.restart().await;
    let backup = made(&world).await;
    assert_eq!(backup["status"], "failed");
    assert!(backup["error"].as_str().unwrap().contains("备份"), "{backup:#}");
    assert!(!backup.to_string().contains("a-file"), "no path reaches a client");
    world.tenant("still writing").await;
    world.finish().await;
}

#[tokio::test]
async fn backups_are_for_platform_administrators() {
    let world = World::new(Shape::plain(3, 5)).await;
    let nobody = uuid::Uuid::nil();
    for (method, path) in [
        (Method::GET, BACKUPS.to_owned()),
        (Method::POST, BACKUPS.to_owned()),
        (Method::GET, format!("{BACKUPS}/{nobody}/content")),
        (Method::DELETE, format!("{BACKUPS}/{nobody}")),
    ] {
        assert_eq!(world.call(method, &path, None, None).await.status, 401);
    }
    assert_eq!(world.get(&format!("{BACKUPS}/{nobody}")).await.status, 404);
    assert_eq!(world.get(&format!("{BACKUPS}/{nobody}/content")).await.status, 404);
    world.finish().await;
}
