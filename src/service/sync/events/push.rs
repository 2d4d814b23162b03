//! HTTP push: DingTalk calls, the envelope is opened, the event noted, and the answer sealed.
//!
//! Invariant: nothing is noted or answered that was not signed with this tenant's token within the last hour, and no
//! envelope is taken twice.

use std::collections::{BTreeMap, BTreeSet};

use tracing::warn;

use super::note::Noted;
use super::{Events, lock, push_context};
use crate::dingtalk::{
    CallbackError, CallbackQuery, CallbackSeal, Event, LONGEST_CALLBACK, NotAnEvent, SealedAnswer,
};
use crate::domain::error::Error;
use crate::domain::id::TenantId;
use crate::domain::repetition::Repetition;
use crate::domain::sync::event::{EventSubscription, EventTransport};
use crate::domain::tenant::TenantStatus;

/// How far the time of an envelope may be from ours, in milliseconds.
const WINDOW_MS: i64 = 3600 * 1000;
/// Envelopes remembered a tenant. At more than these within two hours, the oldest are forgotten first.
const MOST_ENVELOPES: usize = 20_000;
/// The longest nonce that is looked at, in bytes.
const LONGEST_NONCE: usize = 128;
/// The largest body that is looked at, in bytes.
pub(super) const LONGEST_BODY: usize = LONGEST_CALLBACK;

/// A call of DingTalk's as it came.
#[derive(Clone, Debug, Default)]
pub struct PushRequest {
    /// `msg_signature`, or `signature`.
    pub signature: String,
    /// `timestamp`.
    pub timestamp: String,
    /// `nonce`.
    pub nonce: String,
    /// The body.
    pub body: Vec<u8>,
}

/// The answer, to be sent as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushAnswer {
    /// `msg_signature`.
    pub signature: String,
    /// `timeStamp`.
    pub timestamp: String,
    /// `nonce`.
    pub nonce: String,
    /// `encrypt`.
    pub encrypt: String,
}

/// Why a call was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushRefused {
    /// This tenant does not take events by HTTP push, or there is no such tenant.
    NotSubscribed,
    /// The body is larger than 256 KiB.
    TooLarge,
    /// Not an envelope, or not one that opens to an event.
    Unreadable,
    /// Signed by somebody else, or meant for another application.
    Forged,
    /// Too old, too new, or taken already.
    Replayed,
    /// It could not be noted; DingTalk shall call again.
    Failed(Error),
}

impl PushRefused {
    /// The reason's name in counters and answers.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NotSubscribed => "notSubscribed",
            Self::TooLarge => "tooLarge",
            Self::Unreadable => "unreadable",
            Self::Forged => "forged",
            Self::Replayed => "replayed",
            Self::Failed(_) => "failed",
        }
    }
}

impl From<CallbackError> for PushRefused {
    fn from(error: CallbackError) -> Self {
        match error {
            CallbackError::TooLarge => Self::TooLarge,
            CallbackError::WrongSignature | CallbackError::WrongOwner => Self::Forged,
            CallbackError::NoEnvelope | CallbackError::Undecryptable => Self::Unreadable,
            CallbackError::TokenInvalid | CallbackError::KeyInvalid => Self::NotSubscribed,
        }
    }
}

impl From<NotAnEvent> for PushRefused {
    fn from(_: NotAnEvent) -> Self {
        Self::Unreadable
    }
}

/// What came to one tenant since the server started.
#[derive(Debug, Default)]
pub(super) struct Pushes {
    tally: Tally,
    /// Envelopes that were taken: time and nonce.
    envelopes: BTreeSet<(i64, String)>,
    /// What is said of refused calls: anybody can make them.
    refusals: Repetition,
}

/// The numbers of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) taken: u64,
    pub(super) refused: BTreeMap<&'static str, u64>,
    /// Events that were read from DingTalk's list instead.
    pub(super) made_up_for: u64,
    /// When the last event came and how long it was on its way, in milliseconds.
    pub(super) last: Option<(i64, Option<i64>)>,
}

impl Pushes {
    pub(super) fn tally(&self) -> Tally {
        self.tally.clone()
    }

    pub(super) fn make_up_for(&mut self, events: u64) {
        self.tally.made_up_for += events;
    }

    fn remember(&mut self, envelope: (i64, String), now_ms: i64) {
        self.envelopes.insert(envelope);
        let outdated = |oldest: &(i64, String)| oldest.0 < now_ms.saturating_sub(2 * WINDOW_MS);
        while self.envelopes.len() > MOST_ENVELOPES || self.envelopes.first().is_some_and(outdated) {
            self.envelopes.pop_first();
        }
    }
}

/// What a tenant's envelopes are opened with.
struct Letterbox {
    seal: CallbackSeal,
    corp_id: Option<String>,
}

impl Events {
    /// Takes a call of DingTalk's: opens it, notes the event, and seals the answer.
    pub async fn take_push(&self, tenant: TenantId, request: PushRequest) -> Result<PushAnswer, PushRefused> {
        let taken = self.take(tenant, request).await;
        // Who calls a tenant that takes nothing leaves no trace, or strangers could fill the memory.
        if let Err(refused) = &taken
            && *refused != PushRefused::NotSubscribed
        {
            let mut pushes = lock(&self.shared.pushes);
            let own = pushes.entry(tenant).or_default();
            *own.tally.refused.entry(refused.name()).or_default() += 1;
            if let Some(left_out) = own.refusals.note(self.context.ambient.now()) {
                let reason = refused.name();
                warn!(
                    tenant.id = tenant.0,
                    events.refused = reason,
                    events.left_out = left_out,
                    "a callback was refused; more of them within a minute are only counted"
                );
            }
        }
        taken
    }

    async fn take(&self, tenant: TenantId, request: PushRequest) -> Result<PushAnswer, PushRefused> {
        let letterbox = self.letterbox(tenant).await?;
        if request.body.len() > LONGEST_BODY {
            return Err(PushRefused::TooLarge);
        }
        let PushRequest { signature, timestamp, nonce, body } = request;
        let query = CallbackQuery { signature, timestamp, nonce };
        let opened = letterbox.seal.open(&query, &body)?;
        let now = self.context.ambient.now();
        let envelope = self.fresh(tenant, &query, now.0)?;
        let event = Event::pushed(&opened.message)?;
        let (born_ms, noted) = (event.born_ms, Noted::event(event, letterbox.corp_id.as_deref()));
        let is_event = noted.is_some();
        if is_event {
            let noted = noted.into_iter().collect();
            let noting = self.context.note_events(tenant, noted, self.pace.delay_ms);
            noting.await.map_err(PushRefused::Failed)?;
        }
        let answer = letterbox.seal.confirm(&opened.owner, now.0, self.context.ambient.random())?;
        let mut pushes = lock(&self.shared.pushes);
        let pushes = pushes.entry(tenant).or_default();
        pushes.remember(envelope, now.0);
        pushes.tally.taken += 1;
        if is_event {
            pushes.tally.last = Some((now.0, born_ms.map(|born_ms| now.0.saturating_sub(born_ms))));
        }
        let SealedAnswer { signature, timestamp, nonce, encrypt } = answer;
        Ok(PushAnswer { signature, timestamp, nonce, encrypt })
    }

    /// Refuses an envelope from another time, and one that was taken already.
    fn fresh(
        &self,
        tenant: TenantId,
        query: &CallbackQuery,
        now_ms: i64,
    ) -> Result<(i64, String), PushRefused> {
        let stamp: i64 = query.timestamp.trim().parse().map_err(|_| PushRefused::Replayed)?;
        // The documents say milliseconds; their own example has seconds.
        let sent_ms = if stamp.abs() < 100_000_000_000 { stamp.saturating_mul(1000) } else { stamp };
        let far = now_ms.abs_diff(sent_ms) > WINDOW_MS.unsigned_abs();
        let envelope = (sent_ms, query.nonce.clone());
        let known =
            lock(&self.shared.pushes).get(&tenant).is_some_and(|one| one.envelopes.contains(&envelope));
        if far || known || query.nonce.len() > LONGEST_NONCE {
            return Err(PushRefused::Replayed);
        }
        Ok(envelope)
    }

    async fn letterbox(&self, tenant: TenantId) -> Result<Letterbox, PushRefused> {
        let found = self
            .context
            .store
            .read(move |tx| {
                let active = tx.tenants().get(tenant)?.is_some_and(|row| row.status == TenantStatus::Active);
                let own = tx.in_tenant(tenant);
                let app = own.dingtalk_app().get()?.filter(|app| app.enabled && active);
                Ok(app.zip(own.events().subscription()?))
            })
            .await
            .map_err(PushRefused::Failed)?;
        let (app, subscription) = found.ok_or(PushRefused::NotSubscribed)?;
        if subscription.transport != EventTransport::Push {
            return Err(PushRefused::NotSubscribed);
        }
        let EventSubscription { sealed_token, sealed_key, .. } = subscription;
        let (token, key) = sealed_token.zip(sealed_key).ok_or(PushRefused::NotSubscribed)?;
        let unseal = |sealed: &[u8], what| {
            self.context.store.unseal(sealed, &push_context(tenant, what)).map_err(PushRefused::Failed)
        };
        let owners = std::iter::once(app.client_id).chain(app.corp_id.clone()).collect();
        let seal = CallbackSeal::new(&unseal(&token, "token")?, &unseal(&key, "key")?, owners)?;
        Ok(Letterbox { seal, corp_id: app.corp_id })
    }
}
