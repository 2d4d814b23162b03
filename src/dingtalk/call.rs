//! A call in an application's name: the token, the turn, the tries, the log line.
//!
//! Must not know what the call is about. Invariants: a dead token is renewed once and the call repeated once;
//! during a ban nothing is sent; every try that is sent is counted.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use tokio::time::Instant;

use super::Application;
use super::answer::{Family, Question};
use super::error::{Error, ErrorKind};
use super::retry::Repeat;
use super::token::TokenSlot;
use super::transport::{Body, Reply, Request};
use super::wire::{Object, Unexpected};
use crate::domain::secret::Secret;

/// What is called.
pub(super) struct Call {
    pub(super) api: &'static str,
    /// The path, when it is not that of the API's name: one with a variable part.
    pub(super) path: Option<String>,
    pub(super) family: Family,
    pub(super) method: Method,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Body,
    pub(super) token: TokenOf,
    pub(super) repeat: Repeat,
    /// Whether a refused parameter is the answer that is hoped for, because what is asked about does not exist.
    pub(super) hopes_for_refusal: bool,
}

/// Whose token goes with a call.
pub(super) enum TokenOf {
    Application,
    User(Arc<Secret>),
    Nobody,
}

impl Call {
    /// POST to the old API, JSON body.
    pub(super) fn old(api: &'static str, body: &Value) -> Self {
        Self { method: Method::POST, body: json(body), ..Self::old_get(api) }
    }

    /// GET from the old API.
    pub(super) fn old_get(api: &'static str) -> Self {
        Self {
            api,
            path: None,
            family: Family::Old,
            method: Method::GET,
            query: Vec::new(),
            body: Body::None,
            token: TokenOf::Application,
            repeat: Repeat::Harmless,
            hopes_for_refusal: false,
        }
    }

    /// POST to the new API, JSON body, without a token.
    pub(super) fn new_without_token(api: &'static str, body: &Value) -> Self {
        let body = json(body);
        Self { family: Family::New, method: Method::POST, body, token: TokenOf::Nobody, ..Self::old_get(api) }
    }

    /// The same call, not to be repeated unless it was definitely refused.
    pub(super) fn once(self) -> Self {
        Self { repeat: Repeat::Harmful, ..self }
    }

    /// What an answer counts as: `ok` when it is one that the call was made for, else what went wrong.
    fn outcome(&self, result: &Result<Value, Error>) -> &'static str {
        match result {
            Ok(_) => "ok",
            Err(error) if self.hopes_for_refusal && error.kind == ErrorKind::BadParameter => "ok",
            Err(error) => error.explain().code,
        }
    }
}

fn json(body: &Value) -> Body {
    Body::Json(body.to_string().into_bytes())
}

/// The tries of one call so far.
#[derive(Default)]
pub(super) struct Tries {
    count: u32,
    spent: Duration,
}

impl Application {
    /// Makes the call and hands its JSON to `read`.
    pub(super) async fn call<T>(
        &self,
        call: Call,
        read: impl FnOnce(Object<'_>) -> Result<T, Unexpected>,
    ) -> Result<T, Error> {
        let api = call.api;
        let value = self.answer(call).await?;
        Object::of("answer", &value).and_then(read).map_err(|Unexpected(what)| Error::malformed(api, what))
    }

    async fn answer(&self, call: Call) -> Result<Value, Error> {
        let mut tries = Tries::default();
        let slot = match &call.token {
            TokenOf::Application => self.slot(call.family),
            TokenOf::User(token) => {
                return self.tries(&call, None, &mut Some(Arc::clone(token)), &mut tries).await;
            }
            TokenOf::Nobody => return self.tries(&call, None, &mut None, &mut tries).await,
        };
        let mut token = Some(self.token(call.family).await?);
        let first = self.tries(&call, Some(slot), &mut token, &mut tries).await;
        match (&first, &token) {
            (Err(Error { kind: ErrorKind::TokenRejected, .. }), Some(rejected)) => slot.forget(rejected),
            _ => return first,
        }
        let mut token = Some(self.token(call.family).await?);
        let second = self.tries(&call, Some(slot), &mut token, &mut tries).await;
        if let (Err(Error { kind: ErrorKind::TokenRejected, .. }), Some(rejected)) = (&second, &token) {
            slot.forget(rejected);
        }
        second
    }

    /// Tries `call` until it succeeds or is not worth another try. `token` ends as the one last used:
    /// while a call waits for its turn, the one it came with may have been renewed in `slot`.
    pub(super) async fn tries(
        &self,
        call: &Call,
        slot: Option<&Arc<TokenSlot>>,
        token: &mut Option<Arc<Secret>>,
        tries: &mut Tries,
    ) -> Result<Value, Error> {
        let client = &self.client;
        loop {
            self.refuse_when_banned(call.api)?;
            client.shared.limiter.turn(&self.credentials.client_id, call.api).await;
            self.refuse_when_banned(call.api)?;
            if let Some(newer) = slot.and_then(|slot| slot.current(client.now_ms())) {
                *token = Some(newer);
            }
            let begun = Instant::now();
            let result = self.once(call, token.as_deref()).await;
            let outcome = call.outcome(&result);
            log(call.api, begun.elapsed(), outcome, result.as_ref().err());
            client.shared.tally.count(call.api, outcome, begun.elapsed());
            tries.count += 1;
            tries.spent += begun.elapsed();
            let error = match result {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            match error.kind {
                ErrorKind::Banned { until_ms } => client.set_ban(until_ms),
                ErrorKind::Throttled { until_ms } => {
                    // The callers behind this one would be refused as well.
                    let silence = client.retry.silence(until_ms, client.now_ms());
                    client.shared.limiter.pause(&self.credentials.client_id, call.api, silence);
                }
                _ => {}
            }
            let jitter = (client.shared.ambient.jitter)();
            let (count, spent, now_ms) = (tries.count, tries.spent, client.now_ms());
            let Some(pause) = client.retry.pause(&error, call.repeat, count, spent, now_ms, jitter) else {
                return Err(error);
            };
            tokio::time::sleep(pause).await;
            tries.spent += pause;
        }
    }

    /// One try: sent, counted, judged.
    async fn once(&self, call: &Call, token: Option<&Secret>) -> Result<Value, Error> {
        if let Some(meter) = &self.meter {
            meter.count(call.api);
        }
        let endpoints = &self.client.shared.endpoints;
        let (base, query_token, header_token) = match call.family {
            Family::Old => (&endpoints.oapi, token, None),
            Family::New => (&endpoints.api, None, token),
        };
        let request = Request {
            api: call.api,
            method: call.method.clone(),
            address: format!("{base}{}", call.path.as_deref().unwrap_or(call.api)),
            query: &call.query,
            header_token,
            query_token,
            body: &call.body,
            timeout: Duration::from_millis(self.client.retry.timeout_ms.into()),
            fresh: call.repeat == Repeat::Harmful,
        };
        let sent_ms = self.client.now_ms();
        let Reply { status, date_ms, body } = self.client.shared.transport.exchange(request).await?;
        if let (Some(clock), Some(date_ms)) = (&self.clock, date_ms) {
            clock.told(date_ms, sent_ms, self.client.now_ms());
        }
        let secret = self.credentials.client_secret.reveal();
        let question = Question {
            api: call.api,
            family: call.family,
            client_id: &self.credentials.client_id,
            hidden: &[secret, token.map_or("", Secret::reveal)],
            now_ms: self.client.now_ms(),
        };
        let answer = question.read(status, &body);
        let counts = match &answer {
            Ok(_) => true,
            // Without a valid token it is nobody's call.
            Err(error) => {
                let nobodys = matches!(error.kind, ErrorKind::QuotaExhausted | ErrorKind::TokenRejected);
                !error.is_retryable() && !nobodys
            }
        };
        if counts {
            self.client.shared.month.count(&self.credentials.client_id, call.api);
        }
        answer
    }

    fn refuse_when_banned(&self, api: &'static str) -> Result<(), Error> {
        match self.client.ban() {
            Some(until_ms) => Err(Error::new(api, ErrorKind::Banned { until_ms })),
            None => Ok(()),
        }
    }
}

fn log(api: &str, duration: Duration, outcome: &str, error: Option<&Error>) {
    let duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    match error.filter(|_| outcome != "ok") {
        None => tracing::debug!(dingtalk.api = api, duration_ms, "DingTalk answered"),
        Some(error) => tracing::warn!(
            dingtalk.api = api,
            dingtalk.failure = outcome,
            dingtalk.errcode = error.code.as_deref(),
            dingtalk.request_id = error.request_id.as_deref(),
            duration_ms,
            "DingTalk call failed"
        ),
    }
}
