//! A tenant connected to a simulated enterprise, with a clock that stands still until moved and jobs run by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

use tempfile::TempDir;
use tokio::sync::Notify;

use crate::dingtalk::{self, Client, Endpoints, Pace, Retry};
use crate::domain::access::principal::Principal;
use crate::domain::dingtalk_app::DingTalkApp;
use crate::domain::directory::account::{Account, Password, Username};
use crate::domain::directory::department::Department;
use crate::domain::directory::member::{Binding, Member, MemberRole, MemberStatus, Membership};
use crate::domain::directory::profile::{Profile, ProfileField};
use crate::domain::id::{DepartmentId, MemberId, MessageId, TenantId};
use crate::domain::job::Work;
use crate::domain::messaging::content::Content;
use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::message::{Audience, Recipient};
use crate::domain::messaging::way::Wish;
use crate::domain::secret::Secret;
use crate::domain::tenant::{HouseNumber, Tenant, TenantSettings, TenantStatus};
use crate::domain::time::Timestamp;
use crate::service::Context;
use crate::service::ambient::Ambient;
use crate::service::connection::secret_context;
use crate::service::messaging::{Accepted, MessageView, Messaging, NewMessage};
use crate::simulator::{self, Fault, FaultKind, Settings, Shape, Simulator};
use crate::store::{Store, StoreOptions};

pub(super) const TENANT: TenantId = TenantId(1000);
pub(super) const SEND: &str = "/topapi/message/corpconversation/asyncsend_v2";
pub(super) const RESULT: &str = "/topapi/message/corpconversation/getsendresult";
pub(super) const RECALL: &str = "/topapi/message/corpconversation/recall";

/// Noon in China on some day.
const NOON: i64 = 1_900_036_800_000;

pub(super) struct World {
    pub(super) simulator: Simulator,
    pub(super) messaging: Messaging,
    pub(super) context: Context,
    pub(super) clock: Arc<Clock>,
    pub(super) directory: TempDir,
    app: simulator::Credentials,
}

/// A clock that is moved by hand, and may go on by itself in between.
pub(super) struct Clock {
    at: AtomicI64,
    since: Option<Instant>,
}

impl Clock {
    fn gone(&self) -> i64 {
        self.since.map_or(0, |since| i64::try_from(since.elapsed().as_millis()).unwrap())
    }

    pub(super) fn now(&self) -> i64 {
        self.at.load(Ordering::SeqCst) + self.gone()
    }

    /// Moves it; never back.
    pub(super) fn set(&self, to: i64) {
        self.at.fetch_max(to - self.gone(), Ordering::SeqCst);
    }
}

impl World {
    /// A simulated enterprise with `people` people, all of them members here with usernames `user0`, `user1` …
    pub(super) async fn new(people: usize) -> Self {
        Self::with(people, Clock { at: AtomicI64::new(NOON), since: None }, 0).await
    }

    /// The same, with a clock that goes on by itself and the pace of a real client, for a platform that enforces its
    /// limits.
    pub(super) async fn paced(people: usize) -> Self {
        let clock = Clock { at: AtomicI64::new(NOON), since: Some(Instant::now()) };
        let world = Self::with(people, clock, Pace::default().per_api_per_second).await;
        world.simulator.platform().set_limits(true);
        world
    }

    async fn with(people: usize, clock: Clock, calls_per_second: u32) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = Arc::new(clock);
        let reading = Arc::clone(&clock);
        let mut settings = Settings::new(Arc::new(move || reading.now()));
        let app = settings.organisation(&Shape::plain(people, 1));
        let simulator = simulator::start("127.0.0.1:0".parse().unwrap(), settings).await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        let context = context(&directory, &clock);
        let messaging = messaging(&context, &simulator, &clock, calls_per_second);
        let world = Self { simulator, messaging, context, clock, directory, app };
        world.connect().await;
        world.populate().await;
        world
    }

    /// The same database and clock after a stop of the program.
    pub(super) fn restarted(self) -> Self {
        let Self { simulator, messaging, context, clock, directory, app } = self;
        drop((messaging, context));
        let context = self::context(&directory, &clock);
        let messaging = self::messaging(&context, &simulator, &clock, 0);
        Self { simulator, messaging, context, clock, directory, app }
    }

    async fn connect(&self) {
        let sealed_secret = self
            .context
            .store
            .seal(&Secret::new(self.app.client_secret.clone()), &secret_context(TENANT))
            .unwrap();
        let now = self.context.ambient.now();
        let tenant = Tenant {
            id: TENANT,
            name: "测试".into(),
            house_number: HouseNumber::parse("A1B2C3").unwrap(),
            status: TenantStatus::Active,
            settings: TenantSettings::default(),
            created_at: now,
            updated_at: now,
        };
        let app = DingTalkApp {
            tenant: TENANT,
            agent_id: self.app.agent_id,
            client_id: self.app.client_id.clone(),
            sealed_secret,
            corp_id: Some(self.app.corp_id.clone()),
            enabled: true,
            created_at: now,
            updated_at: now,
        };
        self.context
            .store
            .write(move |tx| {
                tx.tenants().put(&tenant)?;
                tx.in_tenant(TENANT).dingtalk_app().put(&app)
            })
            .await
            .unwrap();
    }

    /// Changes the configured application.
    pub(super) async fn configure(&self, change: impl FnOnce(&mut DingTalkApp) + Send + 'static) {
        self.context
            .store
            .write(|tx| {
                let handle = tx.in_tenant(TENANT).dingtalk_app();
                let mut app = handle.get()?.unwrap();
                change(&mut app);
                handle.put(&app)
            })
            .await
            .unwrap();
    }

    async fn populate(&self) {
        let user_ids: Vec<String> = self
            .simulator
            .platform()
            .with_organisation(&self.app.corp_id, |organisation| {
                organisation.users().map(|user| user.userid.clone()).collect()
            })
            .unwrap();
        let corp_id = self.app.corp_id.clone();
        let (department, mut new_id, now) =
            (self.department(), self.context.ambient.ids(), self.context.ambient.now());
        self.context
            .store
            .write(move |tx| {
                tx.in_tenant(TENANT).departments().put(&Department {
                    id: department,
                    tenant: TENANT,
                    parent: None,
                    name: "公司".into(),
                    order: 0,
                    dingtalk_dept_id: Some(1),
                    formerly: None,
                })?;
                for (index, user_id) in user_ids.iter().enumerate() {
                    let account = Account {
                        id: new_id().into(),
                        username: Username::parse(&format!("user{index}")),
                        password: Password::None,
                        password_change_required: false,
                        platform_administrator: false,
                        enabled: true,
                        created_at: now,
                        updated_at: now,
                    };
                    let mut profile = Profile::default();
                    profile.set(ProfileField::Name, Some(format!("员工{index}").into()));
                    let member = Member {
                        id: new_id().into(),
                        tenant: TENANT,
                        account: account.id,
                        binding: Some(Binding {
                            corp_id: Some(corp_id.as_str().into()),
                            user_id: user_id.as_str().into(),
                            union_id: None,
                        }),
                        formerly: None,
                        profile,
                        pinned: BTreeSet::new(),
                        memberships: vec![Membership { department, order: 0, leader: false }],
                        status: MemberStatus::Active,
                        role: MemberRole::Member,
                        created_at: now,
                        updated_at: now,
                    };
                    tx.accounts().put(&account)?;
                    tx.in_tenant(TENANT).members().put(&member)?;
                }
                Ok(())
            })
            .await
            .unwrap();
    }

    /// The one department, in which everybody is.
    pub(super) fn department(&self) -> DepartmentId {
        uuid::Uuid::from_u128(7).into()
    }

    pub(super) async fn members(&self) -> Vec<Member> {
        self.context.store.read(|tx| tx.in_tenant(TENANT).members().all()).await.unwrap()
    }

    pub(super) async fn change_member(
        &self,
        id: MemberId,
        change: impl FnOnce(&mut Member) + Send + 'static,
    ) {
        self.context
            .store
            .write(move |tx| {
                let members = tx.in_tenant(TENANT).members();
                let mut member = members.get(id)?.unwrap();
                change(&mut member);
                members.put(&member)
            })
            .await
            .unwrap();
    }

    /// The application loses every permission.
    pub(super) fn take_permissions(&self) {
        let platform = self.simulator.platform();
        platform.change_application(&self.app.client_id, |app| app.permissions.clear()).unwrap();
    }

    /// The enterprise.
    pub(super) fn corp_id(&self) -> &str {
        &self.app.corp_id
    }

    /// The calls of the month that the platform counted.
    pub(super) fn used_this_month(&self) -> u64 {
        self.simulator.platform().used_this_month(&self.app.corp_id)
    }

    pub(super) fn fault(&self, api: &str, times: u64, kind: FaultKind) {
        self.simulator.platform().add_fault(Fault::times(api, times, kind));
    }

    /// Accepts a text for everyone.
    pub(super) async fn send_all(&self, text: &str) -> Accepted {
        let audience = Audience { everyone: true, ..Audience::default() };
        self.messaging.send(&Principal::Server, TENANT, message(text, audience)).await.unwrap()
    }

    /// Runs what is due now, once, like the runner does; says whether there was anything.
    pub(super) async fn run_due(&self) -> bool {
        let now = self.context.ambient.now();
        let due = self.context.store.read(move |tx| tx.jobs().due(now, 100, |_| true)).await.unwrap();
        for job in &due {
            match job.work {
                Work::Send { tenant, message } => self.messaging.deliver(tenant, message).await.unwrap(),
                Work::ReadResults { tenant, message } => {
                    self.messaging.read_results(tenant, message).await.unwrap();
                }
                other => unreachable!("no such job here: {other:?}"),
            }
            let id = job.id;
            self.context.store.write(move |tx| tx.jobs().remove(id)).await.unwrap();
        }
        !due.is_empty()
    }

    /// Runs jobs, moving the clock from one to the next, for at most so many seconds.
    pub(super) async fn run_for(&self, seconds: i64) {
        let end = self.context.ambient.now().plus_seconds(seconds);
        loop {
            while self.run_due().await {}
            let next = self.context.store.read(|tx| tx.jobs().next_due()).await.unwrap();
            match next.filter(|next| *next <= end) {
                Some(next) => self.clock.set(next.0),
                None => break,
            }
        }
        self.clock.set(end.0);
    }

    pub(super) async fn view(&self, id: MessageId) -> MessageView {
        self.messaging.get(&Principal::Server, TENANT, id).await.unwrap()
    }

    pub(super) async fn recipients(&self, id: MessageId) -> Vec<Recipient> {
        self.context.store.read(move |tx| tx.in_tenant(TENANT).recipients().all(id)).await.unwrap()
    }

    /// Asserts what must hold of every message at any time: the tally is that of the rows, the database is whole.
    pub(super) async fn assert_whole(&self, id: MessageId) {
        let mut counted = BTreeMap::new();
        for person in self.recipients(id).await {
            *counted.entry(person.delivery.name()).or_insert(0) += 1;
        }
        let tally = self.view(id).await.message.tally;
        let told = [
            ("queued", tally.queued),
            ("sent", tally.sent),
            ("unread", tally.unread),
            ("read", tally.read),
            ("refused", tally.refused),
            ("invalid", tally.invalid),
            ("failed", tally.failed),
            ("unknown", tally.unknown),
            ("untracked", tally.untracked),
        ];
        assert_eq!(counted, told.into_iter().filter(|(_, count)| *count > 0).collect());
        assert_eq!(self.context.store.check().unwrap().len(), 0);
    }

    /// How often each person was really reached, by userid.
    pub(super) fn reached(&self) -> BTreeMap<String, usize> {
        let mut reached = BTreeMap::new();
        for message in self.simulator.platform().messages() {
            if matches!(message.state, "unread" | "read") {
                *reached.entry(message.userid).or_insert(0) += 1;
            }
        }
        reached
    }

    /// Asserts that everybody was reached once and is said to have been.
    pub(super) async fn assert_everybody_once(&self, id: MessageId) {
        self.assert_whole(id).await;
        let reached = self.reached();
        for person in self.recipients(id).await {
            assert_eq!(reached.get(&*person.user_id), Some(&1), "{}", person.name);
            let said = matches!(person.delivery, Delivery::Sent | Delivery::Unread | Delivery::Read);
            assert!(said, "{} is said to be {}", person.name, person.delivery.name());
        }
    }
}

pub(super) fn message(text: &str, audience: Audience) -> NewMessage {
    NewMessage { content: Content::Text(text.into()), audience, delivery: Wish::Auto, idempotency_key: None }
}

pub(super) fn to(usernames: &[&str]) -> Audience {
    Audience { usernames: usernames.iter().map(|name| (*name).to_owned()).collect(), ..Audience::default() }
}

fn context(directory: &TempDir, clock: &Arc<Clock>) -> Context {
    let clock = Arc::clone(clock);
    let counter = AtomicU64::new(clock.now().unsigned_abs());
    let fill = move |buffer: &mut [u8]| {
        for chunk in buffer.chunks_mut(8) {
            let number = counter.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst).to_le_bytes();
            chunk.copy_from_slice(&number[..chunk.len()]);
        }
    };
    let reading = Arc::clone(&clock);
    let ambient = Ambient::new(move || Timestamp(reading.now()), fill);
    let store = Store::open(directory.path(), &StoreOptions::default(), ambient.now()).unwrap();
    Context { store, ambient, wake: Arc::new(Notify::new()) }
}

fn messaging(
    context: &Context,
    simulator: &Simulator,
    clock: &Arc<Clock>,
    per_api_per_second: u32,
) -> Messaging {
    let base = simulator.base_url();
    let endpoints = Endpoints { oapi: base.clone(), api: base.clone(), login: base };
    let reading = Arc::clone(clock);
    let ambient = dingtalk::Ambient { now_ms: Arc::new(move || reading.now()), jitter: Arc::new(|| 0) };
    let pace = Pace { per_api_per_second, per_address: 0 };
    let retry = Retry { attempts: 1, base_ms: 1, elapsed_ms: 10_000, timeout_ms: 10_000 };
    Messaging::new(context.clone(), Client::new(endpoints, pace, ambient).unwrap().with_retry(retry))
}
