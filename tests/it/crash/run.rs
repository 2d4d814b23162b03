//! The server dies during a run.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use menpai::domain::directory::department::Department;
use menpai::domain::directory::member::{Member, MemberStatus};
use menpai::domain::directory::profile::ProfileField;
use menpai::domain::id::{RunId, TenantId};
use menpai::domain::sync::run::RunStatus;
use menpai::simulator::{Fault, FaultKind, Platform, Shape, User};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::binary::{Installation, Served};
use crate::support::{World, until};

const PEOPLE: usize = 160;
const CHILDREN: &str = "/topapi/v2/department/listsub";
const MEMBERS: &str = "/topapi/v2/user/list";
/// A call that will not be answered while the test lasts.
const FOR_EVER: FaultKind = FaultKind::Slow { ms: 600_000 };

/// What a directory holds, in words that do not depend on the ids made for it.
#[derive(Debug, PartialEq, Eq)]
struct Holding {
    people: BTreeMap<String, (String, MemberStatus, BTreeSet<String>)>,
    departments: BTreeSet<String>,
}

impl Holding {
    fn of(members: &[Member], departments: &[Department]) -> Self {
        let names: BTreeMap<_, _> = departments.iter().map(|one| (one.id, one.name.clone())).collect();
        let people = members.iter().map(|member| {
            let userid = member.binding.as_ref().unwrap().user_id.to_string();
            let title = member.profile.get(ProfileField::Title).unwrap_or_default().to_owned();
            let places = member.memberships.iter().map(|place| names[&place.department].clone());
            (userid, (title, member.status, places.collect()))
        });
        Self { people: people.collect(), departments: names.values().cloned().collect() }
    }
}

/// When the process is ended.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// As soon as the run was asked for.
    Asked,
    /// While the call that follows so many others of one interface is not answered.
    During(&'static str, u64),
    /// A moment after the last page was asked for: while it is read, planned, landed or hashed.
    After(Duration),
}

impl Moment {
    fn prepare(self, dingtalk: &Platform) {
        dingtalk.clear_journal();
        if let Self::During(api, after) = self {
            dingtalk.add_fault(Fault::times(api, 1, FOR_EVER).after(after));
        }
    }

    async fn come(self, dingtalk: &Platform, pages: u64) {
        match self {
            Self::Asked => {}
            Self::During(..) => until("the call", async || dingtalk.faults().is_empty().then_some(())).await,
            Self::After(pause) => {
                while dingtalk.count_of(MEMBERS).calls < pages {
                    tokio::task::yield_now().await;
                }
                let from = Instant::now();
                while from.elapsed() < pause {
                    tokio::task::yield_now().await;
                }
            }
        }
    }
}

/// A parked server with a tenant, the enterprise it is connected to, and what a whole run makes of it.
struct Scene {
    world: World,
    tenant: u64,
    before: Holding,
    after: Holding,
    pages: u64,
    /// From the last page to the end of a run that nobody disturbs.
    landing: Duration,
}

impl Scene {
    /// Lets a copy of the tenant be synchronised undisturbed, to learn what is to be expected.
    async fn new(mut world: World, tenant: u64) -> Self {
        world.park().await;
        let mut scene = Self {
            before: Holding { people: BTreeMap::new(), departments: BTreeSet::new() },
            after: Holding { people: BTreeMap::new(), departments: BTreeSet::new() },
            pages: 0,
            landing: Duration::ZERO,
            world,
            tenant,
        };
        let copy = scene.copy().await;
        scene.before = scene.look(&copy, None).0;
        scene.world.dingtalk().clear_journal();
        let served = copy.serve().await;
        let run = scene.ask(&copy, &served).await;
        scene.pages = scene
            .world
            .dingtalk()
            .with_organisation(&scene.world.credentials.corp_id, |it| {
                it.departments().map(|one| it.members(one.dept_id).len().div_ceil(100).max(1) as u64).sum()
            })
            .unwrap();
        Moment::After(Duration::ZERO).come(scene.world.dingtalk(), scene.pages).await;
        let read = Instant::now();
        let ended = scene.ended(&copy, &served, &run).await;
        scene.landing = read.elapsed();
        assert_eq!(ended["status"], "succeeded", "{ended:#}");
        served.kill().await;
        scene.after = scene.look(&copy, None).0;
        assert_ne!(scene.before, scene.after);
        scene
    }

    async fn copy(&mut self) -> Installation {
        let (dingtalk, token) = (self.world.simulator.base_url(), self.world.token().to_owned());
        Installation::copy(self.world.park().await, &dingtalk, &token)
    }

    fn runs(&self) -> String {
        format!("/api/v1/tenants/{}/syncRuns", self.tenant)
    }

    async fn ask(&self, installation: &Installation, served: &Served) -> String {
        let body = json!({"mode": "apply"});
        let asked = installation.call(served, Method::POST, &self.runs(), Some(body)).await;
        assert_eq!(asked.status, 202, "{asked:?}");
        asked.body["id"].as_str().unwrap().to_owned()
    }

    async fn ended(&self, installation: &Installation, served: &Served, run: &str) -> Value {
        let path = format!("{}/{run}", self.runs());
        until("the run's end", async || {
            let run = installation.call(served, Method::GET, &path, None).await.body;
            let going_on = ["queued", "running"].contains(&run["status"].as_str().unwrap());
            (!going_on).then_some(run)
        })
        .await
    }

    /// What is stored while no server runs: the directory, and the run's status with the length of its record.
    fn look(&self, installation: &Installation, run: Option<&str>) -> (Holding, Option<(RunStatus, usize)>) {
        let store = installation.store();
        assert!(store.check().unwrap().is_empty(), "{:?}", store.check());
        let number = TenantId(u32::try_from(self.tenant).unwrap());
        let run: Option<RunId> = run.map(|run| run.parse().unwrap());
        let seen = store
            .read_blocking(|tx| {
                let tenant = tx.in_tenant(number);
                let holding = Holding::of(&tenant.members().all()?, &tenant.departments().all()?);
                let Some(run) = run else { return Ok((holding, None)) };
                let status = tenant.sync_runs().get(run)?.unwrap().status;
                Ok((holding, Some((status, tenant.sync_changes().all(run)?.len()))))
            })
            .unwrap();
        store.close();
        seen
    }

    /// The process dies at the moment; what it left is whole, and the next start finishes the run.
    async fn dies(&mut self, moment: Moment) {
        let installation = self.copy().await;
        moment.prepare(self.world.dingtalk());
        let served = installation.serve().await;
        let run = self.ask(&installation, &served).await;
        moment.come(self.world.dingtalk(), self.pages).await;
        served.kill().await;
        self.world.dingtalk().clear_faults();

        let (held, left) = self.look(&installation, Some(&run));
        let (status, records) = left.unwrap();
        if status == RunStatus::Succeeded {
            assert!(held == self.after && records > 0, "{moment:?}: landed, but not whole");
        } else {
            assert!(status.is_active(), "{moment:?}: {status:?}");
            assert!(held == self.before && records == 0, "{moment:?}: {status:?}, but something was written");
        }

        let served = installation.serve().await;
        let ended = self.ended(&installation, &served, &run).await;
        assert_eq!(ended["status"], "succeeded", "{moment:?}: {ended:#}");
        served.kill().await;
        let (held, _) = self.look(&installation, Some(&run));
        assert_eq!(held, self.after, "{moment:?}");
        installation.check().await;
    }

    /// Some moments of landing, spread over the time it takes here, and a little beyond.
    fn landings(&self) -> impl Iterator<Item = Moment> + use<> {
        let landing = self.landing;
        (0..6).map(move |part| Moment::After(landing * part / 5))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_run_is_before_or_after() {
    let world = World::new(Shape::plain(PEOPLE, 11)).await;
    let tenant = world.connected_tenant().await;
    world.rest().await;
    let mut scene = Scene::new(world, tenant).await;
    assert!(scene.before.people.is_empty() && scene.after.people.len() == PEOPLE);
    let reading = [Moment::Asked, Moment::During("/gettoken", 0), Moment::During(CHILDREN, 3)];
    for moment in reading.into_iter().chain(scene.landings()) {
        scene.dies(moment).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_run_with_every_kind_of_change_is_before_or_after() {
    let (world, tenant) = synchronised().await;
    let mut scene = Scene::new(world, tenant).await;
    let last = scene.pages - 1;
    let reading =
        [Moment::During(MEMBERS, 0), Moment::During(MEMBERS, last / 2), Moment::During(MEMBERS, last)];
    for moment in reading.into_iter().chain(scene.landings()) {
        scene.dies(moment).await;
    }
}

/// A run that the server never survives is given up and says so, and the next one is free to begin.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_interrupted_again_and_again_is_reported() {
    let (world, tenant) = synchronised().await;
    let mut scene = Scene::new(world, tenant).await;
    let installation = scene.copy().await;
    let mut served = installation.serve().await;
    scene.world.dingtalk().add_fault(Fault::times(MEMBERS, 1, FOR_EVER));
    let run = scene.ask(&installation, &served).await;
    for start in 1..=5 {
        Moment::During(MEMBERS, 0).come(scene.world.dingtalk(), scene.pages).await;
        served.kill().await;
        if start < 5 {
            scene.world.dingtalk().add_fault(Fault::times(MEMBERS, 1, FOR_EVER));
        }
        served = installation.serve().await;
    }
    let ended = scene.ended(&installation, &served, &run).await;
    assert_eq!(
        (&ended["status"], &ended["error"]["code"]),
        (&json!("failed"), &json!("syncInterrupted")),
        "{ended:#}"
    );
    let next = scene.ask(&installation, &served).await;
    assert_eq!(scene.ended(&installation, &served, &next).await["status"], "succeeded");
    served.kill().await;
    assert_eq!(scene.look(&installation, None).0, scene.after);
}

/// A tenant in step with its enterprise, which then moves on: people come, go and change, a department is renamed
/// and another one removed.
async fn synchronised() -> (World, u64) {
    let world = World::new(Shape::plain(PEOPLE, 12)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    world.rest().await;
    let (dingtalk, corp) = (world.dingtalk(), &world.credentials.corp_id);
    let (people, departments) = dingtalk
        .with_organisation(corp, |it| {
            let people: Vec<User> = it.users().map(|user| User::clone(user)).collect();
            (people, it.departments().map(|one| one.dept_id).collect::<Vec<_>>())
        })
        .unwrap();
    for user in people.iter().take(6) {
        dingtalk.remove_user(corp, &user.userid).unwrap();
    }
    for user in people.iter().skip(6).step_by(2) {
        dingtalk.change_user(corp, &user.userid, |user| user.title = Some("新职位".into())).unwrap();
    }
    for (index, user) in people.iter().enumerate().take(20) {
        let mobile = Some(format!("1370000{index:04}"));
        let userid = format!("newcomer{index}");
        let newcomer = User { userid, mobile, unionid: None, name: format!("新人{index}"), ..user.clone() };
        dingtalk.put_user(corp, newcomer).unwrap();
    }
    let renamed = departments[1];
    dingtalk.change_department(corp, renamed, |department| department.name = "改名部".into()).unwrap();
    (world, tenant)
}
