//! The composition root: store, client, services, jobs and server, put together and taken apart in order.
//!
//! Owns the real clock, ids and randomness, and hands them to everybody else. Invariant: no state outside [`App`];
//! a process can have two of them.

mod serving;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::RngExt;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tracing::{error, info};

use self::serving::Serving;
use crate::config::{Config, DingTalkConfig};
use crate::dingtalk::{self, Client, Endpoints, Pace, Retry, StreamPace, WayOut};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::http::patience::Patience;
use crate::http::{self, Services};
use crate::jobs::housekeeping::Housekeeping;
use crate::jobs::schedule::Schedules;
use crate::jobs::{Registry, Runner};
use crate::service::Context;
use crate::service::access::Access;
use crate::service::ambient::Ambient;
use crate::service::applications::Applications;
use crate::service::audit_log::AuditLog;
use crate::service::backups::Backups;
use crate::service::colleagues::Colleagues;
use crate::service::dingtalk_sign_in::DingTalkSignIn;
use crate::service::directory::Directory;
use crate::service::doctor::Doctor;
use crate::service::messaging::Messaging;
use crate::service::sync::Synchroniser;
use crate::service::sync::events::{EventPace, Events};
use crate::service::system::System;
use crate::service::tenants::Tenants;
use crate::service::watch::{Pulse, Watch};
use crate::service::webhooks::Webhooks;
use crate::store::backup::Shelf;
use crate::store::{Store, StoreOptions};
use crate::telemetry::RecentErrors;
use crate::webhook::Courier;

/// How long a stopped application may take until nothing holds its data.
const LETTING_GO: Duration = Duration::from_secs(30);

/// What an application takes from the world around it. A test chooses its own.
#[derive(Clone)]
pub struct Surroundings {
    /// Time, ids and randomness.
    pub ambient: Ambient,
    /// How patient the DingTalk client is.
    pub retry: Retry,
    /// Whether DingTalk applications are examined by themselves, too; a test that counts calls does without.
    pub examines_unasked: bool,
    /// The waits between an event and what is done about it.
    pub event_pace: EventPace,
    /// The waits of event streams.
    pub stream_pace: StreamPace,
    /// How long clients may keep the server waiting.
    pub patience: Patience,
    /// Where the process keeps its last warnings and errors.
    pub recent_errors: RecentErrors,
}

impl Surroundings {
    /// The real ones.
    pub fn real() -> Self {
        let fill = |bytes: &mut [u8]| rand::rng().fill(bytes);
        let ambient = Ambient::new(|| Timestamp(now_millis()), fill);
        Self::with(ambient, Retry::default())
    }

    /// The usual waits and habits, with another clock and another patience.
    pub fn with(ambient: Ambient, retry: Retry) -> Self {
        Self {
            ambient,
            retry,
            examines_unasked: true,
            event_pace: EventPace::default(),
            stream_pace: StreamPace::default(),
            patience: Patience::default(),
            recent_errors: RecentErrors::default(),
        }
    }
}

/// Milliseconds since 1970 by this machine's clock.
pub fn now_millis() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

/// Why the application cannot start, for the operator.
#[derive(Debug)]
pub struct StartError(pub Text);

impl std::fmt::Display for StartError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}\n{}", self.0.en, self.0.zh)
    }
}

impl std::error::Error for StartError {}

/// The running appliance.
pub struct App {
    serving: Serving,
    services: Services,
    store: Store,
    stop: watch::Sender<bool>,
    runner: JoinHandle<()>,
    schedule: JoinHandle<()>,
    housekeeping: JoinHandle<()>,
    events: JoinHandle<((), ())>,
}

impl App {
    /// Opens the data directory, starts the jobs and the server.
    ///
    /// # Errors
    /// With a sentence for the operator: the directory is in use, newer, unreadable; the address is taken.
    pub async fn start(config: &Config, surroundings: Surroundings) -> Result<Self, StartError> {
        let Surroundings {
            ambient,
            retry,
            examines_unasked,
            event_pace,
            stream_pace,
            patience,
            recent_errors,
        } = surroundings;
        let store = Store::open(&config.data_dir, &store_options(config), ambient.now())
            .map_err(|error| StartError(error.text()))?;
        let context =
            Context { store: store.clone(), ambient: ambient.clone(), wake: Arc::new(Notify::new()) };
        let client = client(&config.dingtalk, &ambient, retry)?;
        let events = Events::new(context.clone(), client.clone()).with_pace(event_pace, stream_pace);
        let doctor = Doctor::new(context.clone(), client.clone(), events.clone(), config.public_url.clone());
        let doctor = if examines_unasked { doctor } else { doctor.only_when_asked() };
        let services = services(&context, &client, doctor, events, event_pace, config, recent_errors);
        services.backups.settle_restore().await.map_err(|error| StartError(error.detail))?;
        first_administrator(&services, config).await?;

        let door = serving::open(config).await?;

        let stop = watch::Sender::new(false);
        let registry = Registry {
            sync: services.sync.clone(),
            messaging: services.messaging.clone(),
            webhooks: services.webhooks.clone(),
            access: services.access.clone(),
            doctor: services.doctor.clone(),
            backups: services.backups.clone(),
        };
        let schedule = Schedules { sync: services.sync.clone(), backups: services.backups.clone() };
        let schedule = tokio::spawn(schedule.keep(stop.subscribe()));
        let housekeeping = Housekeeping {
            access: services.access.clone(),
            messaging: services.messaging.clone(),
            webhooks: services.webhooks.clone(),
            sync: services.sync.clone(),
        };
        let housekeeping = tokio::spawn(housekeeping.keep(stop.subscribe()));
        let runner =
            tokio::spawn(Runner::new(context, registry, services.watch.pulse.clone()).run(stop.subscribe()));
        let (listened, pushed) = (services.events.clone(), services.events.clone());
        let (listen, make_up) = (listened.listen(stop.subscribe()), pushed.make_up(stop.subscribe()));
        let events = tokio::spawn(async { tokio::join!(listen, make_up) });
        let routes = http::routes(&services, config, patience.body, stop.subscribe());
        let serving = door.serve(routes, config, patience, &stop)?;
        Ok(Self { serving, services, store, stop, runner, schedule, housekeeping, events })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.serving.address
    }

    /// The address to open on this machine.
    pub fn base_url(&self) -> String {
        let mut reachable = self.serving.address;
        if reachable.ip().is_unspecified() {
            reachable.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        format!("{}://{reachable}", self.serving.scheme)
    }

    /// The services, for whoever runs inside the same process.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The database, for checks.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The token of a new setup link; `None` when there is an administrator.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub async fn setup_token(&self) -> Result<Option<Secret>, StartError> {
        self.services.access.create_setup_token().await.map_err(|error| StartError(error.detail))
    }

    /// Ends when a backup was laid ready that takes the data's place; then [`App::start_anew`].
    pub async fn restored(&self) {
        self.services.backups.restored().await;
    }

    /// Stops in order, and starts at the same address with whatever the data directory then holds.
    ///
    /// # Errors
    /// As [`App::start`]; or when something does not let go of the data.
    pub async fn start_anew(self, config: &Config, surroundings: Surroundings) -> Result<Self, StartError> {
        let (address, released) = (self.address(), self.store.released());
        self.stop().await;
        if !released.within(LETTING_GO).await {
            return Err(StartError(Text::new(
                "仍有任务占用数据目录，未能在进程内重新启动；请重启服务，恢复将在启动时完成",
                "something still holds the data directory, so the server cannot start anew by itself; start it again: the restore is finished then",
            )));
        }
        Self::start(&Config { listen: address, ..config.clone() }, surroundings).await
    }

    /// Stops in order: no new requests, those under way finish, jobs are parked, the database is closed.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        self.services.backups.stop_restoring().await;
        self.serving.ended().await;
        if self.events.await.is_err() {
            error!("the task that listens to events was lost");
        }
        if self.runner.await.is_err() {
            error!("the job runner's task was lost");
        }
        if self.schedule.await.is_err() {
            error!("the schedule's task was lost");
        }
        if self.housekeeping.await.is_err() {
            error!("the housekeeping's task was lost");
        }
        drop(self.services);
        self.store.close();
        info!("stopped");
    }

    /// Ends at once, as a crash would: nothing is parked or closed in order.
    pub fn abort(self) {
        self.serving.abort();
        self.runner.abort();
        self.schedule.abort();
        self.housekeeping.abort();
        self.events.abort();
    }
}

/// How the settings say that the store is opened.
pub fn store_options(config: &Config) -> StoreOptions {
    StoreOptions {
        backup_directory: Some(config.backup.directory.clone()),
        backup_passphrase: config.backup.passphrase.clone(),
        ..StoreOptions::default()
    }
}

fn client(config: &DingTalkConfig, ambient: &Ambient, retry: Retry) -> Result<Client, StartError> {
    let (clock, chance) = (ambient.clone(), ambient.clone());
    let surroundings = dingtalk::Ambient {
        now_ms: Arc::new(move || clock.now().0),
        jitter: Arc::new(move || u32::from_le_bytes(chance.random())),
    };
    let endpoints = Endpoints {
        oapi: config.oapi_url.clone(),
        api: config.api_url.clone(),
        login: config.login_url.clone(),
    };
    let way_out = WayOut { proxy: config.proxy.clone(), extra_ca: config.extra_ca.clone() };
    // Without a limit per API there is none per address either: both are for tests only.
    let pace = match config.qps {
        Some(per_api_per_second) => Pace { per_api_per_second, ..Pace::default() },
        None => Pace { per_api_per_second: 0, per_address: 0 },
    };
    let client = Client::by_way_of(endpoints, pace, surroundings, &way_out)
        .map_err(|error| StartError(error.explain().detail))?;
    Ok(client.with_retry(retry))
}

fn services(
    context: &Context,
    client: &Client,
    doctor: Doctor,
    events: Events,
    event_pace: EventPace,
    config: &Config,
    recent_errors: RecentErrors,
) -> Services {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let access = Access::new(context.clone(), cores);
    let shelf = Shelf::new(&config.backup.directory);
    let backups = Backups::new(context.clone(), shelf, config.backup.passphrase.clone());
    let sync = Synchroniser::new(context.clone(), client.clone()).with_event_pace(event_pace);
    let watch = Watch {
        context: context.clone(),
        backups: backups.clone(),
        sync: sync.clone(),
        events: events.clone(),
        client: client.clone(),
        pulse: Pulse::new(context.ambient.now()),
        recent: Arc::new(move || recent_errors.list()),
        settings: Arc::clone(&config.settings_shown),
    };
    Services {
        dingtalk_sign_in: DingTalkSignIn::new(context.clone(), client.clone(), access.clone(), sync.clone()),
        access,
        colleagues: Colleagues::new(context.clone()),
        tenants: Tenants::new(context.clone()),
        applications: Applications::new(context.clone()),
        directory: Directory::new(context.clone()),
        doctor,
        sync,
        events,
        messaging: Messaging::new(context.clone(), client.clone()),
        backups,
        audit_log: AuditLog::new(context.clone()),
        webhooks: Webhooks::new(context.clone(), Courier::new(config.webhook_allow_private.clone())),
        system: System::new(context.clone()),
        watch,
        ambient: context.ambient.clone(),
    }
}

async fn first_administrator(services: &Services, config: &Config) -> Result<(), StartError> {
    let Some(first) = &config.first_administrator else { return Ok(()) };
    let made = services.access.ensure_first_administrator(&first.username, first.password.clone()).await;
    if made.map_err(|error| StartError(error.detail))? {
        info!("the first platform administrator was created as the settings say");
    }
    Ok(())
}
