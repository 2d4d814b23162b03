//! The server dies again and again at random moments, whatever it is at: reading, sending, backing up, writing, or
//! taking up what the last death left.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use super::chance::{Chance, moments};
use crate::support::binary::{Installation, Served};
use crate::support::{World, until};

const PEOPLE: usize = 60;
/// Longer than most of what is asked for takes.
const SPAN: Duration = Duration::from_millis(400);

/// What the server confirmed.
#[derive(Default)]
struct Promises {
    tenants: BTreeSet<String>,
    runs: Vec<String>,
    messages: Vec<String>,
    backups: Vec<String>,
}

/// One life: something is asked for, and the process ends a random moment after asking began.
async fn life(
    installation: &Installation,
    tenant: u64,
    number: usize,
    chance: &mut Chance,
    promises: &mut Promises,
) {
    let own = format!("/api/v1/tenants/{tenant}");
    let (path, body) = match chance.below(5) {
        0 | 1 => (format!("{own}/syncRuns"), json!({"mode": "apply"})),
        2 => {
            let content = json!({"type": "text", "text": format!("消息 {number}")});
            (format!("{own}/messages"), json!({"content": content, "audience": {"everyone": true}}))
        }
        3 => ("/api/v1/backups".to_owned(), json!({})),
        _ => ("/api/v1/tenants".to_owned(), json!({"name": format!("tenant {number}")})),
    };
    let pause = chance.within(SPAN);
    let served = installation.serve().await;
    // The answer counts when it came before the end.
    let mut answer = None;
    let asking = async {
        answer = installation.attempt(&served, Method::POST, &path, Some(&body)).await;
        std::future::pending::<()>().await;
    };
    drop(tokio::time::timeout(pause, asking).await);
    served.kill().await;
    let Some(answer) = answer else { return };
    let refused =
        ["syncAlreadyRunning", "backupBusy"].contains(&answer.body["code"].as_str().unwrap_or_default());
    assert!([201, 202].contains(&answer.status) || refused, "{path}: {answer:?}");
    if refused {
        return;
    }
    let id = answer.body["id"].to_string().trim_matches('"').to_owned();
    match path.rsplit('/').next().unwrap() {
        "syncRuns" => promises.runs.push(format!("{path}/{id}")),
        "messages" => promises.messages.push(format!("{path}/{id}")),
        "backups" => promises.backups.push(format!("{path}/{id}")),
        _ => drop(promises.tenants.insert(format!("{path}/{id}"))),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_confirmed_is_lost_whenever_the_server_dies() {
    let mut chance = Chance::new("crash::moments");
    let mut world = World::new(Shape::plain(PEOPLE, 17)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    world.rest().await;
    let (token, dingtalk) = (world.token().to_owned(), world.simulator.base_url());
    let installation = Installation::copy(world.park().await, &dingtalk, &token);
    let people: Vec<String> = world
        .dingtalk()
        .with_organisation(&world.credentials.corp_id, |it| {
            it.users().map(|user| user.userid.clone()).collect()
        })
        .unwrap();
    let mut promises = Promises::default();
    for number in 0..moments() {
        let userid = &people[number % people.len()];
        let title = Some(format!("第 {number} 次"));
        let corp_id = &world.credentials.corp_id;
        world.dingtalk().change_user(corp_id, userid, |user| user.title = title).unwrap();
        life(&installation, tenant, number, &mut chance, &mut promises).await;
        installation.check().await;
    }

    let served = installation.serve().await;
    let get = async |path: &str| installation.call(&served, Method::GET, path, None).await;
    for path in &promises.tenants {
        assert_eq!(get(path).await.status, 200, "{path} was confirmed");
    }
    for path in &promises.runs {
        let run = until_not(&installation, &served, path, &["queued", "running"]).await;
        let interrupted = run["error"]["code"] == "syncInterrupted";
        assert!(run["status"] == "succeeded" || interrupted, "{run:#}");
    }
    for path in &promises.backups {
        until_not(&installation, &served, path, &["queued", "running"]).await;
        let verified = installation.call(&served, Method::POST, &format!("{path}/verify"), None).await;
        assert_eq!(verified.body["sound"], true, "{path}: {verified:?}");
    }
    for path in &promises.messages {
        let message = until("the message's end", async || {
            let message = installation.ask(&served, path).await?.body;
            (message["counts"]["queued"] == 0).then_some(message)
        })
        .await;
        let counts = &message["counts"];
        let told =
            ["sent", "unread", "unknown"].map(|state| counts[state].as_u64().unwrap()).iter().sum::<u64>();
        assert_eq!(told, PEOPLE as u64, "{message:#}");
    }
    // A last run brings the directory to what DingTalk has, so none before was half.
    let run = installation
        .call(
            &served,
            Method::POST,
            &format!("/api/v1/tenants/{tenant}/syncRuns"),
            Some(json!({"mode": "apply"})),
        )
        .await;
    let path = format!("/api/v1/tenants/{tenant}/syncRuns/{}", run.body["id"].as_str().unwrap());
    let run = until_not(&installation, &served, &path, &["queued", "running"]).await;
    assert_eq!(run["status"], "succeeded", "{run:#}");
    served.kill().await;
    installation.check().await;
    let mut arrived: BTreeMap<(String, String), usize> = BTreeMap::new();
    for notice in world.dingtalk().messages().into_iter().filter(|notice| notice.state == "unread") {
        *arrived.entry((notice.userid, notice.msg.to_string())).or_default() += 1;
    }
    assert!(arrived.values().all(|times| *times == 1), "somebody has a message twice");
    world.simulator.stop().await;
}

/// What is at this place once its status is none of these.
async fn until_not(installation: &Installation, served: &Served, path: &str, states: &[&str]) -> Value {
    until(path, async || {
        let found = installation.ask(served, path).await?;
        assert_eq!(found.status, 200, "{path} was confirmed: {found:?}");
        (!states.contains(&found.body["status"].as_str().unwrap())).then_some(found.body)
    })
    .await
}
