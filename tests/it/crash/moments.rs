//! The server dies again and again at random moments, whatever it is at: reading, sending, backing up, writing, or
//! taking up what the last death left. Every start is the next one's victim.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use menpai::domain::directory::profile::ProfileField;
use menpai::domain::id::{MessageId, RunId, TenantId};
use menpai::domain::sync::run::RunStatus;
use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use super::chance::{Chance, moments};
use super::remains::Remains;
use crate::support::binary::{Installation, Served};
use crate::support::{World, until};

const PEOPLE: usize = 60;
const BACKUPS: &str = "/api/v1/backups";
/// Begins the title that everybody has in DingTalk during one life; the life's number follows.
const TITLE: &str = "第";

/// What is asked for in a life.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Sync,
    Send,
    Backup,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Sync, Self::Send, Self::Backup];

    fn request(self, tenant: TenantId, number: usize) -> (String, Value) {
        let own = format!("/api/v1/tenants/{tenant}");
        match self {
            Self::Sync => (format!("{own}/syncRuns"), json!({"mode": "apply"})),
            Self::Send => {
                let content = json!({"type": "text", "text": format!("消息 {number}")});
                (format!("{own}/messages"), json!({"content": content, "audience": {"everyone": true}}))
            }
            Self::Backup => (BACKUPS.to_owned(), json!({})),
        }
    }

    /// What is at this place once it has come to its end.
    async fn ended(self, installation: &Installation, served: &Served, path: &str) -> Value {
        until(path, async || {
            let found = installation.ask(served, path).await?;
            assert_eq!(found.status, 200, "{path} was confirmed: {found:?}");
            let going_on = match self {
                Self::Send => found.body["counts"]["queued"] != 0,
                Self::Sync | Self::Backup => {
                    ["queued", "running"].contains(&found.body["status"].as_str().unwrap())
                }
            };
            (!going_on).then_some(found.body)
        })
        .await
    }
}

/// What the server confirmed, and in which life.
#[derive(Default)]
struct Promises {
    kept: Vec<(Kind, String, usize)>,
    /// How often the second tenant was given another name: its name is that number.
    renamed: u64,
}

struct Scene {
    installation: Installation,
    /// Follows DingTalk.
    tenant: TenantId,
    /// Is written to in every life, from its beginning to its end.
    written: TenantId,
    promises: Promises,
    /// The life whose DingTalk the directory is known to show.
    shown: usize,
}

impl Scene {
    /// Asks for something and waits for its end; how long that takes here.
    async fn undisturbed(&mut self, kind: Kind) -> Duration {
        let served = self.installation.serve().await;
        let (path, body) = kind.request(self.tenant, 0);
        let began = Instant::now();
        let asked = self.installation.call(&served, Method::POST, &path, Some(body)).await;
        assert_eq!(asked.status, 202, "{asked:?}");
        kind.ended(&self.installation, &served, &place(&path, &asked.body)).await;
        let span = began.elapsed();
        served.kill().await;
        span
    }

    /// One life: something is asked for while changes are written, and the process ends a moment after that began.
    async fn life(&mut self, kind: Kind, number: usize, moment: Duration) {
        let (path, body) = kind.request(self.tenant, number);
        let served = self.installation.serve().await;
        // An answer counts when it came before the end.
        let mut answer = None;
        let (installation, renamed) = (&self.installation, &mut self.promises.renamed);
        let asking = async {
            answer = installation.attempt(&served, Method::POST, &path, Some(&body)).await;
        };
        let writing = keep_renaming(installation, &served, self.written, renamed);
        drop(tokio::time::timeout(moment, async { tokio::join!(asking, writing) }).await);
        served.kill().await;
        let Some(answer) = answer else { return };
        if ["syncAlreadyRunning", "backupBusy"].contains(&answer.body["code"].as_str().unwrap_or_default()) {
            return;
        }
        assert_eq!(answer.status, 202, "{path}: {answer:?}");
        self.promises.kept.push((kind, place(&path, &answer.body), number));
    }

    /// Looks at what the death left: everything confirmed is there, and the directory is DingTalk's of one life.
    fn look(&mut self, number: usize) {
        let remains = Remains::of(&self.installation);
        let (tenant, written) = (self.tenant, self.written);
        let (runs, messages) = (self.confirmed(Kind::Sync), self.confirmed(Kind::Send));
        let (name, titles, done) = remains
            .store
            .read_blocking(|tx| {
                let own = tx.in_tenant(tenant);
                let mut done = 0;
                for (run, life) in runs {
                    let run: RunId = run.parse().unwrap();
                    let stored = own.sync_runs().get(run)?.unwrap_or_else(|| panic!("{run} was confirmed"));
                    if stored.status == RunStatus::Succeeded {
                        done = done.max(life);
                    }
                }
                for (message, _) in messages {
                    let message: MessageId = message.parse().unwrap();
                    assert!(own.messages().get(message)?.is_some(), "{message} was confirmed");
                    assert_eq!(own.recipients().all(message)?.len(), PEOPLE, "{message} lost somebody");
                }
                let title = |member: menpai::domain::directory::member::Member| {
                    member.profile.get(ProfileField::Title).unwrap_or_default().to_owned()
                };
                let titles: Vec<String> = own.members().all()?.into_iter().map(title).collect();
                Ok((tx.tenants().get(written)?.unwrap().name, titles, done))
            })
            .unwrap();
        let name: u64 = name.parse().unwrap();
        let confirmed = self.promises.renamed;
        assert!((confirmed..=confirmed + 1).contains(&name), "{name}, although {confirmed} was confirmed");
        self.promises.renamed = name;
        assert_eq!(titles.len(), PEOPLE);
        let different: BTreeSet<&String> = titles.iter().collect();
        assert_eq!(different.len(), 1, "a run is half: {different:?}");
        let shown: usize = titles[0].strip_prefix(TITLE).unwrap().parse().unwrap();
        assert!(
            shown >= self.shown.max(done) && shown <= number,
            "{shown} is shown after {}, {done}",
            self.shown
        );
        self.shown = shown;
    }

    /// The ids of what was confirmed of a kind, each with its life.
    fn confirmed(&self, kind: Kind) -> Vec<(String, usize)> {
        let of_kind =
            |one: &&(Kind, String, usize)| std::mem::discriminant(&one.0) == std::mem::discriminant(&kind);
        let kept = self.promises.kept.iter().filter(of_kind);
        kept.map(|(_, path, life)| (path.rsplit('/').next().unwrap().to_owned(), *life)).collect()
    }
}

/// Gives a tenant one name after the other, and counts the confirmed ones; waits for ever once the server is gone. A
/// change that is under way when this is dropped may have landed.
async fn keep_renaming(installation: &Installation, served: &Served, tenant: TenantId, renamed: &mut u64) {
    let path = format!("/api/v1/tenants/{tenant}");
    loop {
        let body = json!({"name": (*renamed + 1).to_string()});
        match installation.attempt(served, Method::PATCH, &path, Some(&body)).await {
            Some(changed) => assert_eq!(changed.status, 200, "{changed:?}"),
            None => std::future::pending().await,
        }
        *renamed += 1;
    }
}

fn place(path: &str, answer: &Value) -> String {
    format!("{path}/{}", answer["id"].as_str().unwrap())
}

/// Everybody gets another title in DingTalk, so that a run that landed in part shows two.
fn retitle(world: &World, people: &[String], number: usize) {
    for userid in people {
        let title = Some(format!("{TITLE}{number}"));
        world.dingtalk().change_user(&world.credentials.corp_id, userid, |user| user.title = title).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_confirmed_is_lost_whenever_the_server_dies() {
    let mut chance = Chance::new("crash::moments");
    let mut world = World::new(Shape::plain(PEOPLE, 17)).await;
    let people: Vec<String> = world
        .dingtalk()
        .with_organisation(&world.credentials.corp_id, |it| {
            it.users().map(|user| user.userid.clone()).collect()
        })
        .unwrap();
    retitle(&world, &people, 0);
    let [tenant, written] = [world.connected_tenant().await, world.tenant("0").await];
    let [tenant, written] = [tenant, written].map(|number| TenantId(u32::try_from(number).unwrap()));
    world.sync(u64::from(tenant.0)).await;
    world.rest().await;
    let (token, dingtalk) = (world.token().to_owned(), world.simulator.base_url());
    let installation = Installation::copy(world.park().await, &dingtalk, &token);
    let mut scene = Scene { installation, tenant, written, promises: Promises::default(), shown: 0 };
    let mut spans = Vec::new();
    for kind in Kind::ALL {
        spans.push((kind, scene.undisturbed(kind).await));
    }
    for round in 0..moments() {
        for (place, (kind, span)) in spans.iter_mut().enumerate() {
            let number = 1 + round * Kind::ALL.len() + place;
            retitle(&world, &people, number);
            scene.life(*kind, number, chance.within(*span)).await;
            scene.look(number);
            // With changes beside it and a death behind it, everything takes longer; and a message is confirmed when
            // DingTalk has taken it, which is nearly its end. Fewer than a quarter after the confirmation are too few.
            if scene.confirmed(*kind).len() * 4 <= round {
                *span = *span * 9 / 8;
            }
        }
    }
    let confirmed = Kind::ALL.map(|kind| scene.confirmed(kind).len());
    eprintln!(
        "crash::moments: {spans:?} in the end; confirmed before the end: {confirmed:?} of {}, and {} names",
        moments(),
        scene.promises.renamed
    );

    let served = scene.installation.serve().await;
    for (kind, path, _) in &scene.promises.kept {
        let found = kind.ended(&scene.installation, &served, path).await;
        match kind {
            Kind::Sync => {
                let interrupted = found["error"]["code"] == "syncInterrupted";
                assert!(found["status"] == "succeeded" || interrupted, "{found:#}");
            }
            Kind::Send => {
                let counts = &found["counts"];
                let told = ["sent", "unread", "unknown"].map(|state| counts[state].as_u64().unwrap());
                assert_eq!(told.iter().sum::<u64>(), PEOPLE as u64, "{found:#}");
            }
            Kind::Backup => {
                let verify = format!("{path}/verify");
                let verified = scene.installation.call(&served, Method::POST, &verify, None).await;
                assert_eq!(verified.body["sound"], true, "{path}: {verified:?}");
            }
        }
    }
    // A last run brings the directory to what DingTalk has.
    let (path, body) = Kind::Sync.request(tenant, 0);
    let run = scene.installation.call(&served, Method::POST, &path, Some(body)).await;
    let run = Kind::Sync.ended(&scene.installation, &served, &place(&path, &run.body)).await;
    assert_eq!(run["status"], "succeeded", "{run:#}");
    served.kill().await;
    scene.shown = moments() * Kind::ALL.len();
    scene.look(scene.shown);
    scene.installation.check().await;
    let mut arrived: BTreeMap<(String, String), usize> = BTreeMap::new();
    for notice in world.dingtalk().messages().into_iter().filter(|notice| notice.state == "unread") {
        *arrived.entry((notice.userid, notice.msg.to_string())).or_default() += 1;
    }
    assert!(arrived.values().all(|times| *times == 1), "somebody has a message twice");
    world.simulator.stop().await;
}
