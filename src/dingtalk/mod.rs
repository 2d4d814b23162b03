//! The client of DingTalk: contacts, sign-in, work notifications and media of enterprise-internal applications.
//!
//! The only module that names the HTTP client and the websocket; knows DingTalk and nothing of ours. DingTalk's answers are
//! hostile input: whatever comes, a call ends as typed data or as an [`Error`] that explains itself.
//! Invariant: no token and no client secret leaves this module, in errors, logs or `Debug`.
//!
//! A call passes, from the outside in: `contacts`, `notices`, `login`, `media` (what is asked) → `call`
//! (token, turn, tries) → `transport` (one HTTP exchange) → `answer` (which of the two families, success or
//! which error) → `wire` (patient reading of fields). Events come the other way: `stream` (a connection of ours) or
//! `callback` (HTTP push, the envelope only) → `event`.

mod answer;
mod call;
mod callback;
mod clock;
mod codes;
mod contacts;
mod error;
mod event;
mod explain;
mod gateway;
mod grant;
mod limiter;
mod login;
mod media;
pub mod message;
mod meter;
mod missed;
mod notices;
mod percent;
pub mod permissions;
mod proof;
mod retry;
mod stream;
mod tally;
mod token;
mod transport;
mod user;
mod wire;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use crate::domain::secret::Secret;

pub use callback::{
    CallbackError, CallbackQuery, CallbackSeal, LONGEST_CALLBACK, OpenedCallback, SealedAnswer,
};
pub use clock::ServerClock;
pub use contacts::{ContactScope, Department, UserPage};
pub use error::{Error, ErrorKind, MediaFault, ScopeItem};
pub use event::{Event, EventSubject, NotAnEvent};
pub use explain::Explanation;
pub use gateway::GatewayTicket;
pub use limiter::Pace;
pub use login::{LoginUser, Profile, UserToken};
pub use media::{MediaKind, UploadedMedia};
pub use meter::{CallMeter, CountedCalls, counts_toward_month};
pub use missed::MissedEvents;
pub use notices::{Forbidden, NoticeProgress, NoticeResult, Receivers, SEND_NOTICE, SentNotice};
pub use retry::Retry;
pub use stream::{Delivery, Frame, StreamPace, StreamSignal, StreamState, stream_channel};
pub use user::User;
pub use wire::Field;

use limiter::Limiter;
use meter::MonthMeter;
use token::TokenSlot;
use transport::Transport;

/// Where DingTalk is reached: base addresses, a trailing slash is ignored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// The old API.
    pub oapi: String,
    /// The new API.
    pub api: String,
    /// The sign-in pages, opened by browsers only.
    pub login: String,
}

impl Default for Endpoints {
    fn default() -> Self {
        Self {
            oapi: "https://oapi.dingtalk.com".to_owned(),
            api: "https://api.dingtalk.com".to_owned(),
            login: "https://login.dingtalk.com".to_owned(),
        }
    }
}

/// The way out, where it is not the direct one.
#[derive(Clone, Debug, Default)]
pub struct WayOut {
    /// An HTTP proxy for every call and, by CONNECT, for event streams; may hold a password.
    pub proxy: Option<Secret>,
    /// PEM certificates that are trusted beside the system's.
    pub extra_ca: Option<String>,
}

/// What the client takes from its surroundings.
#[derive(Clone)]
pub struct Ambient {
    /// The time in epoch milliseconds.
    pub now_ms: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// A random number, so that pauses of several callers differ.
    pub jitter: Arc<dyn Fn() -> u32 + Send + Sync>,
}

/// One for the whole process: it holds the connections, the limits of our address, the tokens and the ban.
/// Cheap to clone.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    retry: Retry,
}

struct Shared {
    transport: Transport,
    route: stream::Route,
    endpoints: Endpoints,
    limiter: Limiter,
    tally: tally::Tally,
    tokens: Mutex<BTreeMap<String, Tokens>>,
    /// Epoch milliseconds; no call is made before.
    banned_until_ms: AtomicI64,
    ambient: Ambient,
    month: MonthMeter,
}

/// The tokens of one application under one secret.
#[derive(Clone)]
struct Tokens {
    secret_hash: [u8; 32],
    old: Arc<TokenSlot>,
    new: Arc<TokenSlot>,
}

impl Client {
    /// A client with the default [`Retry`]. Fails when the system has no certificates to trust.
    pub fn new(endpoints: Endpoints, pace: Pace, ambient: Ambient) -> Result<Self, Error> {
        Self::by_way_of(endpoints, pace, ambient, &WayOut::default())
    }

    /// A client that does not reach DingTalk directly. Fails when the proxy or a certificate cannot be used, too.
    pub fn by_way_of(
        endpoints: Endpoints,
        pace: Pace,
        ambient: Ambient,
        way_out: &WayOut,
    ) -> Result<Self, Error> {
        let trimmed = |address: String| address.strip_suffix('/').map(str::to_owned).unwrap_or(address);
        let endpoints = Endpoints {
            oapi: trimmed(endpoints.oapi),
            api: trimmed(endpoints.api),
            login: trimmed(endpoints.login),
        };
        let shared = Shared {
            transport: Transport::new(&endpoints, way_out)?,
            route: stream::Route::new(way_out)?,
            endpoints,
            limiter: Limiter::new(pace),
            tally: tally::Tally::default(),
            tokens: Mutex::default(),
            banned_until_ms: AtomicI64::new(i64::MIN),
            ambient,
            month: MonthMeter::default(),
        };
        Ok(Self { shared: Arc::new(shared), retry: Retry::default() })
    }

    /// The same client with another patience.
    pub fn with_retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    /// The application with these credentials. Applications with equal credentials share their tokens.
    pub fn application(&self, credentials: Credentials) -> Application {
        let tokens = self.tokens(&credentials);
        Application {
            client: self.clone(),
            credentials: Arc::new(credentials),
            tokens,
            meter: None,
            clock: None,
        }
    }

    /// Calls made since the start and their milliseconds together, by API and outcome.
    pub fn calls(&self) -> BTreeMap<(&'static str, &'static str), (u64, u64)> {
        self.shared.tally.snapshot()
    }

    /// The calls that count toward the month since this was last asked, by Client ID.
    pub fn take_counted(&self) -> BTreeMap<String, CountedCalls> {
        self.shared.month.take()
    }

    /// Gives back what was taken and could not be written down.
    pub fn put_counted_back(&self, taken: BTreeMap<String, CountedCalls>) {
        self.shared.month.put_back(taken);
    }

    fn tokens(&self, credentials: &Credentials) -> Tokens {
        let secret_hash: [u8; 32] = Sha256::digest(credentials.client_secret.reveal()).into();
        let mut all = self.shared.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Tokens { secret_hash, old: Arc::default(), new: Arc::default() };
        let tokens = all.entry(credentials.client_id.clone()).or_insert_with(new);
        if tokens.secret_hash != secret_hash {
            *tokens = new();
        }
        tokens.clone()
    }

    fn now_ms(&self) -> i64 {
        (self.shared.ambient.now_ms)()
    }

    /// The end of the ban in force, if there is one.
    fn ban(&self) -> Option<i64> {
        let until_ms = self.shared.banned_until_ms.load(Ordering::Relaxed);
        (until_ms > self.now_ms()).then_some(until_ms)
    }

    fn set_ban(&self, until_ms: i64) {
        self.shared.banned_until_ms.fetch_max(until_ms, Ordering::Relaxed);
    }
}

/// How an application shows who it is: Client ID and Client Secret (AppKey and AppSecret in older consoles).
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Client ID, or AppKey.
    pub client_id: String,
    /// Client Secret, or AppSecret.
    pub client_secret: Secret,
}

/// One DingTalk application: every call is made in its name. Cheap to clone.
#[derive(Clone)]
pub struct Application {
    client: Client,
    credentials: Arc<Credentials>,
    tokens: Tokens,
    meter: Option<Arc<CallMeter>>,
    clock: Option<Arc<ServerClock>>,
}

impl Application {
    /// The same application, its calls counted by `meter`.
    pub fn metered(self, meter: Arc<CallMeter>) -> Self {
        Self { meter: Some(meter), ..self }
    }

    /// The same application, its answers telling `clock` the time at DingTalk's.
    pub fn timed(self, clock: Arc<ServerClock>) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// The Client ID.
    pub fn client_id(&self) -> &str {
        &self.credentials.client_id
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Client").field("endpoints", &self.shared.endpoints).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Application {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Application").field("client_id", &self.client_id()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
