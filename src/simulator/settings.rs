//! What a simulator starts with.
//!
//! Must not know a running platform. Invariant: nothing here reads the clock; it is handed in.

use std::net::IpAddr;
use std::sync::Arc;

use super::application::{Application, Credentials};
use super::generate::{Shape, generate};
use super::organisation::Organisation;

/// Milliseconds since 1970, whenever called.
pub type Clock = Arc<dyn Fn() -> i64 + Send + Sync>;

/// How the platform behaves where the real one is slow, restrictive or undecided.
#[derive(Clone, Debug)]
pub struct Behaviour {
    /// Whether call limits, quotas and bans are enforced. The rules of work notices always are.
    pub limits: bool,
    /// Calls a month for one enterprise before 90020; exempt interfaces do not count.
    pub monthly_quota: u64,
    /// Gateway errors with their bare code instead of 88 with `sub_code`.
    pub bare_errors: bool,
    /// Whether the number of a person with `hide_mobile` is left out.
    pub hidden_mobile_absent: bool,
    /// Milliseconds from accepting a work notice to its delivery.
    pub notice_delay_ms: i64,
    /// Multiplies the waits of event delivery (acknowledgement 3 s, retries 10 s and 30 s, pings 30 s).
    pub event_pace: f64,
    /// How many times more than once each event is delivered.
    pub duplicate_events: u32,
    /// The address that white lists and error texts see instead of the socket's.
    pub caller_address: Option<IpAddr>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            limits: false,
            monthly_quota: 5_000,
            bare_errors: false,
            hidden_mobile_absent: false,
            notice_delay_ms: 0,
            event_pace: 1.0,
            duplicate_events: 0,
            caller_address: None,
        }
    }
}

/// Everything a simulator starts with.
#[derive(Clone)]
pub struct Settings {
    /// The time on the platform.
    pub clock: Clock,
    /// Its habits.
    pub behaviour: Behaviour,
    /// The enterprises.
    pub organisations: Vec<Organisation>,
    /// Their applications.
    pub applications: Vec<Application>,
    /// Where tokens, codes and choices of connections start.
    pub seed: u64,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("behaviour", &self.behaviour)
            .field("organisations", &self.organisations.len())
            .field("applications", &self.applications.len())
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// An empty platform without limits.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            behaviour: Behaviour::default(),
            organisations: Vec::new(),
            applications: Vec::new(),
            seed: 1,
        }
    }

    /// One enterprise of 120 people with all awkward cases, and one application with every permission whose
    /// secret the caller has generated. Events go over Stream.
    pub fn demo(clock: Clock, client_secret: impl Into<String>) -> Self {
        let mut settings = Self::new(clock);
        let corp_id = "dingdemocorp0001";
        settings.organisations.push(generate(&Shape::default(), corp_id, "门牌示例科技有限公司"));
        settings.applications.push(Application {
            client_id: "dingdemoapp".into(),
            client_secret: client_secret.into(),
            agent_id: 2_400_000_001,
            corp_id: corp_id.into(),
            events: super::application::EventTransport::Stream,
            ..Application::default()
        });
        settings
    }

    /// Adds a generated enterprise with one application that may do everything; answers what connects to it.
    /// The ids derive from how many there already are, so they are the same in every run.
    pub fn organisation(&mut self, shape: &Shape) -> Credentials {
        let (organisation, application) = seeded(shape, self.organisations.len() + 1);
        let credentials = application.credentials();
        self.organisations.push(organisation);
        self.applications.push(application);
        credentials
    }
}

/// The enterprise number `number` and its application.
pub(crate) fn seeded(shape: &Shape, number: usize) -> (Organisation, Application) {
    let corp_id = format!("dingcorp{number:08}");
    let organisation = generate(shape, &corp_id, &format!("模拟企业{number}号有限公司"));
    let application = Application {
        client_id: format!("dingsimapp{number:06}"),
        client_secret: format!("simulated-secret-{number:06}-{:08x}", shape.seed),
        agent_id: 3_000_000_000 + i64::try_from(number).unwrap_or(0),
        corp_id,
        ..Application::default()
    };
    (organisation, application)
}
