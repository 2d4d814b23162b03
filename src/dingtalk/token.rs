//! The access tokens of one application: fetched when first needed, shared, renewed before they expire.
//!
//! Must not know how a token is fetched. Invariants: at most one fetch is under way for a slot, however many
//! callers wait; a failed fetch is told to those who waited for it and then forgotten.

use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use super::error::Error;
use crate::domain::secret::Secret;

/// DingTalk advises to renew about ten minutes before the end [S-0001].
const RENEW_BEFORE_MS: i64 = 10 * 60 * 1000;
/// When a renewal failed, the token still in force is used that long before the next try.
const RENEW_AGAIN_MS: i64 = 30 * 1000;

/// A token as DingTalk gave it.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) value: Arc<Secret>,
    /// Epoch milliseconds.
    expires_at_ms: i64,
    renew_at_ms: i64,
}

impl Token {
    /// A token fetched at `now_ms`, good for `lifetime_s` seconds.
    pub(super) fn new(value: Secret, now_ms: i64, lifetime_s: i64) -> Self {
        let lifetime_ms = lifetime_s.clamp(0, 24 * 3600) * 1000;
        let margin_ms = RENEW_BEFORE_MS.min(lifetime_ms / 4);
        let expires_at_ms = now_ms.saturating_add(lifetime_ms);
        Self { value: Arc::new(value), expires_at_ms, renew_at_ms: expires_at_ms.saturating_sub(margin_ms) }
    }
}

type Fetch = Shared<BoxFuture<'static, Result<Token, Error>>>;

/// The place of one token.
#[derive(Default)]
pub(super) struct TokenSlot(Mutex<State>);

#[derive(Default)]
struct State {
    token: Option<Token>,
    under_way: Option<WeakShared<BoxFuture<'static, Result<Token, Error>>>>,
}

impl TokenSlot {
    /// The token, from the slot or through `fetch`; whoever comes while a fetch is under way waits for it.
    pub(super) async fn get<F>(
        self: &Arc<Self>,
        now_ms: i64,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<Secret>, Error>
    where
        F: Future<Output = Result<Token, Error>> + Send + 'static,
    {
        if let Some(token) = self.current(now_ms) {
            return Ok(token);
        }
        let fetched = self.join(fetch).await;
        match fetched {
            Ok(token) => Ok(token.value),
            Err(error) => self.still_in_force(now_ms).ok_or(error),
        }
    }

    /// A token through `fetch`, whatever is in the slot. When it fails, what is in the slot stays.
    pub(super) async fn renew<F>(self: &Arc<Self>, fetch: impl FnOnce() -> F) -> Result<(), Error>
    where
        F: Future<Output = Result<Token, Error>> + Send + 'static,
    {
        self.join(fetch).await.map(drop)
    }

    /// The token that needs no renewal yet.
    pub(super) fn current(&self, now_ms: i64) -> Option<Arc<Secret>> {
        let state = self.state();
        state.token.as_ref().filter(|token| now_ms < token.renew_at_ms).map(|token| Arc::clone(&token.value))
    }

    /// DingTalk refused `rejected`: forget it, unless somebody has fetched again since. DingTalk may give the
    /// same value again, so what counts is the fetch, not the value.
    pub(super) fn forget(&self, rejected: &Arc<Secret>) {
        let mut state = self.state();
        if state.token.as_ref().is_some_and(|token| Arc::ptr_eq(&token.value, rejected)) {
            state.token = None;
        }
    }

    fn join<F>(self: &Arc<Self>, fetch: impl FnOnce() -> F) -> Fetch
    where
        F: Future<Output = Result<Token, Error>> + Send + 'static,
    {
        let mut state = self.state();
        let under_way = state.under_way.as_ref().and_then(WeakShared::upgrade);
        if let Some(fetch) = under_way.filter(|fetch| fetch.peek().is_none()) {
            return fetch;
        }
        let slot = Arc::clone(self);
        let fetch = fetch();
        let fetch = async move {
            let token = fetch.await?;
            slot.state().token = Some(token.clone());
            Ok(token)
        };
        let fetch = fetch.boxed().shared();
        state.under_way = fetch.downgrade();
        fetch
    }

    /// A renewal failed: the old token, if it lives, is good until the next try.
    fn still_in_force(&self, now_ms: i64) -> Option<Arc<Secret>> {
        let mut state = self.state();
        let token = state.token.as_mut().filter(|token| now_ms < token.expires_at_ms)?;
        token.renew_at_ms = token.expires_at_ms.min(now_ms.saturating_add(RENEW_AGAIN_MS));
        Some(Arc::clone(&token.value))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
