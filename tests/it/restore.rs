//! A backup takes the data's place under the real, running server; another is brought from elsewhere.

use std::fs;
use std::path::Path;

use menpai::simulator::{Fault, FaultKind, Shape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::binary::{Installation, Served};
use crate::support::{Answer, World, answer, until};

const BACKUPS: &str = "/api/v1/backups";
/// Nobody listens there; nothing that uses it calls DingTalk.
const NOWHERE: &str = "http://127.0.0.1:9";
const PEOPLE: usize = 120;

/// The data of a server with a synchronised tenant, which is parked.
async fn parked() -> (World, u64, Installation) {
    let mut world = World::new(Shape::plain(PEOPLE, 13)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    world.rest().await;
    let token = world.token().to_owned();
    let data = world.park().await.to_owned();
    let installation = Installation::copy(&data, NOWHERE, &token);
    (world, tenant, installation)
}

/// Makes a backup while nobody serves; gives its id.
async fn backed_up(installation: &Installation) -> String {
    let made = installation.run(&["backup", "create"]).await;
    assert!(made.status.success(), "{made:?}");
    String::from_utf8(made.stdout).unwrap().split_whitespace().next().unwrap().to_owned()
}

async fn restore(installation: &Installation, served: &Served, id: &str, terms: Value) -> Answer {
    installation.call(served, Method::POST, &format!("{BACKUPS}/{id}/restore"), Some(terms)).await
}

/// Waits until the restore has failed, or the server is back with other data.
async fn restored(installation: &Installation, served: &Served) -> Value {
    until("the restore's end", async || {
        let state = installation.ask(served, "/api/v1/backups/restore").await?;
        assert_eq!(state.status, 200, "{state:?}");
        matches!(state.body["status"].as_str().unwrap(), "none" | "failed").then_some(state.body)
    })
    .await
}

fn replaced(data: &Path) -> Vec<String> {
    let names = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("replaced-") || name.starts_with("restore")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_takes_the_datas_place_and_the_server_comes_back_at_its_address() {
    let (world, tenant, installation) = parked().await;
    let id = backed_up(&installation).await;
    let served = installation.serve().await;
    let later =
        installation.call(&served, Method::POST, "/api/v1/tenants", Some(json!({"name": "later"}))).await;
    let later = format!("/api/v1/tenants/{}", later.body["id"]);

    let unconfirmed = restore(&installation, &served, &id, json!({"replaceData": false})).await;
    assert_eq!((unconfirmed.status, &unconfirmed.body["code"]), (400, &json!("invalidRequest")));
    let nowhere =
        restore(&installation, &served, &uuid::Uuid::nil().to_string(), json!({"replaceData": true})).await;
    assert_eq!(nowhere.status, 404);

    let begun = restore(&installation, &served, &id, json!({"replaceData": true})).await;
    assert_eq!((begun.status, &begun.body["backupId"]), (202, &json!(id)), "{begun:?}");
    let state = restored(&installation, &served).await;
    assert_eq!(state["last"]["backupId"], json!(id), "{state:#}");
    assert_eq!(installation.ask(&served, &later).await.unwrap().status, 404, "it was made afterwards");
    let members =
        installation.ask(&served, &format!("/api/v1/tenants/{tenant}/members?limit=500")).await.unwrap();
    assert_eq!(members.body["items"].as_array().unwrap().len(), PEOPLE);
    let audit = installation.ask(&served, "/api/v1/audit?limit=1").await.unwrap().body;
    let newest = &audit["items"][0];
    assert_eq!((&newest["action"], &newest["subject"]), (&json!("backup.restore"), &json!(id)), "{audit:#}");
    let ready = installation.ask(&served, "/readyz").await.unwrap();
    assert_eq!(ready.status, 200, "{ready:?}");

    // It goes on: writes are taken, and once more.
    let another =
        installation.call(&served, Method::POST, "/api/v1/tenants", Some(json!({"name": "another"}))).await;
    assert_eq!(another.status, 201);
    assert_eq!(restore(&installation, &served, &id, json!({"replaceData": true})).await.status, 202);
    let again = restored(&installation, &served).await;
    assert!(again["last"]["restoredAt"] != state["last"]["restoredAt"], "{again:#}");
    served.kill().await;
    installation.check().await;
    assert_eq!(
        replaced(&installation.data()).len(),
        2,
        "both are kept: {:?}",
        replaced(&installation.data())
    );
    assert!(!installation.data().join("restored.json").exists());
    world.simulator.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_note_does_not_keep_the_server_from_starting() {
    let (world, _, installation) = parked().await;
    fs::write(installation.data().join("restored.json"), b"").unwrap();
    let served = installation.serve().await;
    let audit = installation.ask(&served, "/api/v1/audit?limit=1").await.unwrap().body;
    let newest = &audit["items"][0];
    assert_eq!((&newest["action"], &newest["actorKind"]), (&json!("backup.restore"), &json!("server")));
    assert!(newest["detail"].as_str().unwrap().contains("cannot be read"), "{audit:#}");
    assert!(!installation.data().join("restored.json").exists());
    served.kill().await;
    installation.check().await;
    world.simulator.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_restored_changes_nothing() {
    let (world, tenant, installation) = parked().await;
    let id = backed_up(&installation).await;
    let shelf = installation.data().join("backups");
    let file =
        fs::read_dir(&shelf).unwrap().map(|entry| entry.unwrap().path()).find(|path| path.is_file()).unwrap();
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    fs::write(&file, &bytes).unwrap();
    let served = installation.serve().await;
    let begun = restore(&installation, &served, &id, json!({"replaceData": true})).await;
    assert_eq!(begun.status, 202, "only reading it to its end tells: {begun:?}");
    let state = restored(&installation, &served).await;
    assert_eq!((&state["status"], &state["backupId"]), (&json!("failed"), &json!(id)), "{state:#}");
    let members =
        installation.ask(&served, &format!("/api/v1/tenants/{tenant}/members?limit=500")).await.unwrap();
    assert_eq!(members.body["items"].as_array().unwrap().len(), PEOPLE);

    // Without the key of its secrets it is refused at once, unless that is wanted.
    bytes[middle] ^= 0x40;
    fs::write(&file, &bytes).unwrap();
    served.kill().await;
    let key = installation.data().join("sealing.key");
    fs::write(&key, [7; 32]).unwrap();
    let served = installation.serve().await;
    let refused = restore(&installation, &served, &id, json!({"replaceData": true})).await;
    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("backupUnusable")), "{refused:?}");
    let terms = json!({"replaceData": true, "withoutKey": true});
    assert_eq!(restore(&installation, &served, &id, terms).await.status, 202);
    assert_eq!(restored(&installation, &served).await["last"]["backupId"], json!(id));
    served.kill().await;
    installation.check().await;
    assert_eq!(replaced(&installation.data()).len(), 1);
    world.simulator.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_went_out_since_the_backup_does_not_arrive_twice() {
    let (world, tenant, _) = parked().await;
    let dingtalk = world.dingtalk();
    let installation = Installation::copy(&world.config.data_dir, &world.simulator.base_url(), world.token());
    let send = "/topapi/message/corpconversation/asyncsend_v2";
    dingtalk.add_fault(Fault::times(send, 1, FaultKind::Slow { ms: 600_000 }));
    let served = installation.serve().await;
    let body = json!({"content": {"type": "text", "text": "只此一次"}, "audience": {"everyone": true}});
    let path = format!("/api/v1/tenants/{tenant}/messages");
    let sent = installation.call(&served, Method::POST, &path, Some(body)).await;
    assert_eq!(sent.status, 202, "{sent:?}");
    let path = format!("{path}/{}", sent.body["id"].as_str().unwrap());
    until("the call", async || dingtalk.faults().is_empty().then_some(())).await;
    served.kill().await;
    // In the backup, the first call is under way and the second one waits.
    let id = backed_up(&installation).await;

    let ended = async |served: &Served| {
        until("the message's end", async || {
            let message = installation.ask(served, &path).await?.body;
            (message["counts"]["queued"] == 0).then_some(message)
        })
        .await
    };
    let served = installation.serve().await;
    ended(&served).await;
    assert_eq!(arrived(&world), PEOPLE);
    assert_eq!(restore(&installation, &served, &id, json!({"replaceData": true})).await.status, 202);
    restored(&installation, &served).await;
    let message = ended(&served).await;
    assert_eq!(arrived(&world), PEOPLE, "somebody has it twice: {message:#}");
    let calls = message["calls"].as_array().unwrap();
    assert!(calls.iter().all(|call| call["lostAnswers"] != 0), "{message:#}");
    served.kill().await;
    installation.check().await;
    world.simulator.stop().await;
}

/// How many notices DingTalk delivered.
fn arrived(world: &World) -> usize {
    world.dingtalk().messages().into_iter().filter(|notice| notice.state == "unread").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_brought_from_elsewhere() {
    let (world, _, installation) = parked().await;
    let id = backed_up(&installation).await;
    let served = installation.serve().await;
    let path = format!("{BACKUPS}/{id}");
    let taken = installation.request(&served, Method::GET, &format!("{path}/content")).send().await.unwrap();
    let archive = taken.bytes().await.unwrap();
    assert_eq!(installation.call(&served, Method::DELETE, &path, None).await.status, 204);

    let upload = async |bytes: Vec<u8>| {
        let request = installation.request(&served, Method::POST, &format!("{BACKUPS}/uploads"));
        answer(request.header("Content-Type", "application/octet-stream").body(bytes)).await
    };
    let strange = upload(vec![7; 3 << 20]).await;
    assert_eq!((strange.status, &strange.body["code"]), (422, &json!("backupUnusable")), "{strange:?}");
    for _ in 0..2 {
        let uploaded = upload(archive.to_vec()).await;
        assert_eq!((uploaded.status, &uploaded.body["id"]), (201, &json!(id)), "{uploaded:?}");
    }
    let listed = installation.call(&served, Method::GET, BACKUPS, None).await;
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 1, "{listed:?}");
    let verified = installation.call(&served, Method::POST, &format!("{path}/verify"), None).await;
    assert_eq!(verified.body["sound"], true, "{verified:?}");
    assert_eq!(restore(&installation, &served, &id, json!({"replaceData": true})).await.status, 202);
    assert_eq!(restored(&installation, &served).await["last"]["backupId"], json!(id));
    served.kill().await;
    installation.check().await;
    world.simulator.stop().await;
}
