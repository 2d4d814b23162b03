//! `menpai sync` as the operator runs it: the real program beside a running server.

use std::process::{Command, Output};

use menpai::simulator::Shape;
use serde_json::Value;

use crate::support::World;

#[tokio::test]
async fn a_preview_shows_a_run_lands_and_the_status_tells_of_both() {
    let world = World::new(Shape::plain(30, 3)).await;
    let tenant = world.connected_tenant().await;
    let none = command(&world, tenant, &["status", "--json"]).await;
    assert_eq!(out(&none).trim(), "[]");

    let preview = command(&world, tenant, &["preview"]).await;
    assert!(preview.status.success(), "{preview:?}");
    let text = out(&preview);
    assert!(text.starts_with("previewed  [") && text.contains("membersCreated 30"), "{text}");
    assert!(world.members(tenant).await.is_empty(), "a preview brings nobody in");

    let run = command(&world, tenant, &["run", "--json"]).await;
    assert!(run.status.success(), "{run:?}");
    let run: Value = serde_json::from_slice(&run.stdout).unwrap();
    assert_eq!((&run["status"], &run["counts"]["membersCreated"]), (&"succeeded".into(), &30.into()));

    let status = out(&command(&world, tenant, &["status"]).await);
    let lines: Vec<&str> = status.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].contains(" succeeded ") && lines[1].contains(" previewed "),
        "{status}"
    );
    world.finish().await;
}

#[tokio::test]
async fn the_exit_code_tells_of_approval_and_of_failure() {
    let world = World::new(Shape::plain(40, 3)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    let corp_id = &world.credentials.corp_id;
    let people: Vec<String> = world
        .dingtalk()
        .with_organisation(corp_id, |it| it.users().map(|user| user.userid.clone()).collect())
        .unwrap();
    for userid in &people[..20] {
        world.dingtalk().remove_user(corp_id, userid).unwrap();
    }
    let stopped = command(&world, tenant, &["run"]).await;
    assert_eq!(stopped.status.code(), Some(2), "{stopped:?}");
    let text = out(&stopped);
    assert!(text.starts_with("awaitingApproval") && text.contains('✋'), "{text}");

    let id = &world.credentials.client_id;
    world.dingtalk().change_application(id, |app| app.client_secret = "rotated".into()).unwrap();
    world.dingtalk().expire_tokens(Some(id));
    let failed = command(&world, tenant, &["run"]).await;
    assert_eq!(failed.status.code(), Some(1), "{failed:?}");
    let text = out(&failed);
    assert!(text.starts_with("failed") && text.contains("→ "), "{text}");

    let nowhere = command(&world, 4711, &["preview"]).await;
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(nowhere.stdout.is_empty() && !nowhere.stderr.is_empty(), "{nowhere:?}");
    world.finish().await;
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

async fn command(world: &World, tenant: u64, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_menpai"));
    command
        .arg("sync")
        .args(words)
        .args(["--language", "en", "--tenant", &tenant.to_string()])
        .env_clear()
        .env("MENPAI_SERVER", world.app().base_url())
        .env("MENPAI_API_TOKEN", world.token());
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}
