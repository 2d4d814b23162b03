//! How a tenant hears of changes in DingTalk, and how that stands.

use std::collections::BTreeMap;

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};

use super::Tag;
use crate::domain::id::TenantId;
use crate::domain::secret::Secret;
use crate::domain::sync::event::EventTransport;
use crate::domain::text::Language;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::problem::ApiResult;
use crate::http::request::RequestInfo;
use crate::service::sync::events::{EventInput, EventStatus, Events, StreamError, StreamStatus};

pub(crate) struct EventsApi {
    pub(super) events: Events,
}

/// How events come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "EventTransport", rename_all = "camelCase")]
enum Transport {
    /// Not at all.
    Off,
    /// Over a connection that this server opens; needs no public address.
    Stream,
    /// By calling `pushPath` under this server's public address.
    Push,
}

impl From<Transport> for EventTransport {
    fn from(transport: Transport) -> Self {
        match transport {
            Transport::Off => Self::Off,
            Transport::Stream => Self::Stream,
            Transport::Push => Self::Push,
        }
    }
}

impl From<EventTransport> for Transport {
    fn from(transport: EventTransport) -> Self {
        match transport {
            EventTransport::Off => Self::Off,
            EventTransport::Stream => Self::Stream,
            EventTransport::Push => Self::Push,
        }
    }
}

/// How events are to come.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct PutEventSubscription {
    /// How they are to come.
    transport: Transport,
    /// The signing token (签名 token) of HTTP push; absent or empty keeps the stored one.
    #[oai(default)]
    push_token: Option<JsonString>,
    /// The encoding key (加密 aes_key) of HTTP push; absent or empty keeps the stored one.
    #[oai(default)]
    push_key: Option<JsonString>,
}

/// How events come and how that stands. Numbers count since the server started.
#[derive(Object)]
#[oai(rename = "EventSubscription", rename_all = "camelCase", skip_serializing_if_is_none)]
struct Subscription {
    /// How they come.
    transport: Transport,
    /// What to append to this server's public address for the request address (请求网址) of HTTP push.
    push_path: String,
    /// Whether HTTP push has its token and key.
    push_ready: bool,
    /// The stream, when there is one.
    stream: Option<Stream>,
    /// When the last event came.
    last_event_at: Option<DateTime>,
    /// How long the last event was on its way, in milliseconds.
    last_lag_milliseconds: Option<i64>,
    /// People and departments that are still to be looked at.
    waiting: usize,
    /// Callbacks that were taken.
    pushes_taken: u64,
    /// Callbacks that were refused, by reason.
    pushes_refused: BTreeMap<String, u64>,
    /// Events that could not be pushed and were read from DingTalk's list of them, hourly and after a start.
    pushes_made_up_for: u64,
}

/// How a stream stands.
#[derive(Object)]
#[oai(rename = "EventStream", rename_all = "camelCase", skip_serializing_if_is_none)]
struct Stream {
    /// Since when it is connected; absent while it is not.
    connected_since: Option<DateTime>,
    /// When it will try to connect again.
    next_attempt_at: Option<DateTime>,
    /// Why it is not connected.
    error: Option<StreamProblem>,
    /// Connections made.
    connections: u64,
    /// Events that came, repetitions included.
    events: u64,
    /// Events that were sent back because they could not be kept.
    postponed: u64,
    /// Frames that were not understood.
    strange_frames: u64,
}

/// Why a stream is not connected.
#[derive(Object)]
#[oai(rename = "EventStreamError", rename_all = "camelCase")]
struct StreamProblem {
    /// A stable code.
    code: String,
    /// What failed.
    detail: String,
    /// What to do.
    remedy: String,
}

impl StreamProblem {
    fn of(error: &StreamError, language: Language) -> Self {
        let StreamError { code, detail, remedy } = error;
        Self {
            code: code.clone(),
            detail: detail.get(language).to_owned(),
            remedy: remedy.get(language).to_owned(),
        }
    }
}

impl Stream {
    fn of(status: &StreamStatus, language: Language) -> Self {
        Self {
            connected_since: status.connected_since.map(Into::into),
            next_attempt_at: status.next_attempt_at.map(Into::into),
            error: status.error.as_ref().map(|error| StreamProblem::of(error, language)),
            connections: status.connections,
            events: status.events,
            postponed: status.postponed,
            strange_frames: status.strange_frames,
        }
    }
}

impl Subscription {
    fn of(tenant: u32, status: EventStatus, language: Language) -> Self {
        Self {
            transport: status.transport.into(),
            push_path: format!("/dingtalk/callback/{tenant}"),
            push_ready: status.push_ready,
            stream: status.stream.as_ref().map(|stream| Stream::of(stream, language)),
            last_event_at: status.last_event_at.map(Into::into),
            last_lag_milliseconds: status.last_lag_ms,
            waiting: status.waiting,
            pushes_taken: status.pushes_taken,
            pushes_made_up_for: status.pushes_made_up_for,
            pushes_refused: status
                .pushes_refused
                .into_iter()
                .map(|(reason, count)| (reason.to_owned(), count))
                .collect(),
        }
    }
}

#[OpenApi(tag = "Tag::Sync")]
impl EventsApi {
    /// How the tenant hears of changes in DingTalk, and how that stands
    #[oai(path = "/tenants/:tenantId/dingtalk/events", method = "get", operation_id = "getEventSubscription")]
    async fn get(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        info: RequestInfo,
    ) -> ApiResult<Subscription> {
        let status = self.events.status(&caller.0, TenantId(tenant.0)).await?;
        Ok(Json(Subscription::of(tenant.0, status, info.language)))
    }

    /// Choose how the tenant hears of changes in DingTalk
    ///
    /// Switching events on asks for a full run, for nobody listened before.
    #[oai(path = "/tenants/:tenantId/dingtalk/events", method = "put", operation_id = "putEventSubscription")]
    async fn put(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        info: RequestInfo,
        body: JsonBody<PutEventSubscription>,
    ) -> ApiResult<Subscription> {
        let PutEventSubscription { transport, push_token, push_key } = body.0;
        let input = EventInput {
            transport: transport.into(),
            push_token: push_token.map(|JsonString(text)| Secret::new(text)),
            push_key: push_key.map(|JsonString(text)| Secret::new(text)),
        };
        let status = self.events.configure(&caller.0, TenantId(tenant.0), input).await?;
        Ok(Json(Subscription::of(tenant.0, status, info.language)))
    }
}
