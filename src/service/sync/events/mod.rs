//! Events as a use case: how they come, who keeps them, what is looked at because of them.
//!
//! The way of an event: `listen` (a stream), `push` (HTTP) or `missed` (what could not be pushed) → `note` (on disk, then confirmed) → a job → `follow`
//! (the named people and departments are read again and land as a run of their own, or everything is).
//! Invariant: an event is confirmed to DingTalk only after it is on disk.

mod follow;
mod known;
mod listen;
mod missed;
mod note;
mod push;
mod reread;
mod status;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use crate::dingtalk::{CallbackError, CallbackSeal, Client, StreamPace, StreamState};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::domain::secret::Secret;
use crate::domain::sync::event::{EventSubscription, EventTransport};
use crate::domain::time::Timestamp;
use crate::service::Context;
use crate::service::audit::{Differences, Record};
use crate::service::tenants::existing;

pub(super) use follow::Following;
pub(super) use note::note_vouched;
use push::Pushes;
pub use push::{PushAnswer, PushRefused, PushRequest};
pub use status::{EventStatus, StreamError, StreamStatus};

/// The waits of event processing.
#[derive(Clone, Copy, Debug)]
pub struct EventPace {
    /// From an event to looking: DingTalk's own answers may lag behind its events, in milliseconds.
    pub delay_ms: i64,
    /// Between two looks at everything, in milliseconds.
    pub spacing_ms: i64,
    /// The same after one that did not succeed.
    pub failed_spacing_ms: i64,
    /// From one reading of the events that could not be pushed to the next, in milliseconds: each counts toward the
    /// enterprise's monthly calls.
    pub missed_spacing_ms: i64,
}

impl Default for EventPace {
    fn default() -> Self {
        Self { delay_ms: 2_000, spacing_ms: 30_000, failed_spacing_ms: 300_000, missed_spacing_ms: 3_600_000 }
    }
}

/// The events service.
#[derive(Clone)]
pub struct Events {
    context: Context,
    client: Client,
    pace: EventPace,
    stream_pace: StreamPace,
    shared: Arc<Shared>,
}

/// What is in memory only.
#[derive(Default)]
struct Shared {
    /// The streams by tenant.
    streams: Mutex<BTreeMap<TenantId, watch::Receiver<StreamState>>>,
    /// What came by HTTP push, by tenant.
    pushes: Mutex<BTreeMap<TenantId, Pushes>>,
    /// Rings when a subscription changed.
    changed: Notify,
}

/// How a tenant's events are to come.
#[derive(Clone, Debug)]
pub struct EventInput {
    /// The transport.
    pub transport: EventTransport,
    /// The signing token of HTTP push; absent or empty keeps the stored one.
    pub push_token: Option<Secret>,
    /// The encoding key (aes_key) of HTTP push; absent or empty keeps the stored one.
    pub push_key: Option<Secret>,
}

impl Events {
    /// The service over the store and the DingTalk client.
    pub fn new(context: Context, client: Client) -> Self {
        Self {
            context,
            client,
            pace: EventPace::default(),
            stream_pace: StreamPace::default(),
            shared: Arc::default(),
        }
    }

    /// The same service with other waits.
    #[must_use]
    pub fn with_pace(self, pace: EventPace, stream_pace: StreamPace) -> Self {
        Self { pace, stream_pace, ..self }
    }

    /// Chooses how a tenant's events come.
    pub async fn configure(
        &self,
        principal: &Principal,
        tenant: TenantId,
        input: EventInput,
    ) -> Result<EventStatus> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let typed = |secret: Option<Secret>| secret.filter(|secret| !secret.is_empty());
        let (token, key) = (typed(input.push_token), typed(input.push_key));
        check(token.as_ref(), key.as_ref())?;
        let seal = |secret: Option<&Secret>, what: &str| {
            secret.map(|secret| self.context.store.seal(secret, &push_context(tenant, what))).transpose()
        };
        let (sealed_token, sealed_key) = (seal(token.as_ref(), "token")?, seal(key.as_ref(), "key")?);
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(tenant), "events.configure").about(tenant);
        let transport = input.transport;
        self.context
            .store
            .write(move |tx| {
                existing(tx, tenant)?;
                let events = tx.in_tenant(tenant).events();
                let before = events.subscription()?;
                let mut differences = Differences::default();
                let was = before.as_ref().map_or(EventTransport::Off, |before| before.transport);
                differences.note("transport", &was.name(), &transport.name());
                for (name, sealed) in [("pushToken", &sealed_token), ("pushKey", &sealed_key)] {
                    if sealed.is_some() {
                        differences.note(name, &"(old)", &"(new)");
                    }
                }
                if differences.is_empty() {
                    return Ok(());
                }
                let after = EventSubscription {
                    tenant,
                    transport,
                    sealed_token: sealed_token.or_else(|| before.as_ref()?.sealed_token.clone()),
                    sealed_key: sealed_key.or_else(|| before.as_ref()?.sealed_key.clone()),
                    updated_at: now,
                    reading_missed: before.is_some_and(|before| before.reading_missed),
                };
                if transport == EventTransport::Push
                    && (after.sealed_token.is_none() || after.sealed_key.is_none())
                {
                    return Err(push_incomplete().into());
                }
                events.put_subscription(&after)?;
                record.detail(differences.text()).write(tx)
            })
            .await?;
        self.shared.changed.notify_one();
        self.status(principal, tenant).await
    }

    /// How a tenant's events stand.
    pub async fn status(&self, principal: &Principal, tenant: TenantId) -> Result<EventStatus> {
        principal.require(Permission::AdministerTenant, tenant)?;
        self.standing(tenant).await
    }

    /// The same for the server itself.
    pub(in crate::service) async fn standing(&self, tenant: TenantId) -> Result<EventStatus> {
        let (subscription, hints) = self
            .context
            .store
            .read(move |tx| {
                existing(tx, tenant)?;
                let events = tx.in_tenant(tenant).events();
                Ok((events.subscription()?, events.hints()?))
            })
            .await?;
        let stream = self.stream_state(tenant);
        let pushes = lock(&self.shared.pushes).get(&tenant).map(Pushes::tally).unwrap_or_default();
        let streamed = stream.as_ref().and_then(|stream| Some((stream.last_event_ms?, stream.last_lag_ms)));
        let last = streamed.into_iter().chain(pushes.last).max();
        Ok(EventStatus {
            transport: subscription.as_ref().map_or(EventTransport::Off, |one| one.transport),
            push_ready: subscription
                .as_ref()
                .is_some_and(|one| one.sealed_token.is_some() && one.sealed_key.is_some()),
            stream: stream.map(Into::into),
            last_event_at: last.map(|(at, _)| Timestamp(at)),
            last_lag_ms: last.and_then(|(_, lag)| lag),
            waiting: hints.map_or(0, |hints| hints.len()),
            pushes_taken: pushes.taken,
            pushes_refused: pushes.refused,
            pushes_made_up_for: pushes.made_up_for,
        })
    }

    /// The states of all streams.
    pub fn stream_states(&self) -> BTreeMap<TenantId, StreamState> {
        let streams = lock(&self.shared.streams);
        streams.iter().map(|(tenant, state)| (*tenant, state.borrow().clone())).collect()
    }

    /// The state of a tenant's stream, when there is one.
    fn stream_state(&self, tenant: TenantId) -> Option<StreamState> {
        lock(&self.shared.streams).get(&tenant).map(|state| state.borrow().clone())
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a sealed secret of HTTP push is bound to.
fn push_context(tenant: TenantId, what: &str) -> String {
    format!("tenant/{tenant}/push/{what}")
}

/// Refuses a token or key that can never work, whichever of the two was typed.
fn check(token: Option<&Secret>, key: Option<&Secret>) -> Result<()> {
    let (any_token, any_key) = (Secret::new("token"), Secret::new("a".repeat(43)));
    match CallbackSeal::new(token.unwrap_or(&any_token), key.unwrap_or(&any_key), Vec::new()) {
        Ok(_) => Ok(()),
        Err(CallbackError::TokenInvalid) => Err(Error::invalid(
            "pushToken 须为 3 到 64 个字母或数字，请从钉钉开发者后台“事件订阅”页复制“签名 token”",
            "pushToken is 3 to 64 letters and digits; copy 签名 token from the page 事件订阅 of the DingTalk console",
        )),
        Err(_) => Err(Error::invalid(
            "pushKey 须为 43 个字母或数字，请从钉钉开发者后台“事件订阅”页复制“加密 aes_key”",
            "pushKey is 43 letters and digits; copy 加密 aes_key from the page 事件订阅 of the DingTalk console",
        )),
    }
}

fn push_incomplete() -> Error {
    Error::new(
        ErrorCode::InvalidRequest,
        "HTTP 推送需要 pushToken 和 pushKey，请从钉钉开发者后台“事件订阅”页复制",
        "HTTP push needs pushToken and pushKey; copy both from the page 事件订阅 of the DingTalk console",
    )
}
