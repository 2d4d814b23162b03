//! Webhooks: addresses of other programs that are told what happens.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};

use super::{Done, Tag, id};
use crate::domain::error;
use crate::domain::id::{TenantId, WebhookId};
use crate::domain::secret::Secret;
use crate::domain::text::Language;
use crate::domain::webhook::{self, DeliveryState, EventKind};
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::{ApiResult, Problem};
use crate::http::request::RequestInfo;
use crate::service::webhooks::{self, Webhooks};

pub(crate) struct WebhooksApi {
    pub(super) webhooks: Webhooks,
}

/// What a webhook can be told.
#[derive(Clone, Copy, Enum)]
enum WebhookEvent {
    /// Nothing of a message will be sent any more, and each delivery is known as far as it will be, but for reading.
    #[oai(rename = "message.settled")]
    MessageSettled,
    /// A sync run ended.
    #[oai(rename = "sync.finished")]
    SyncFinished,
    /// Members came, changed, left or came back.
    #[oai(rename = "member.changed")]
    MemberChanged,
    /// A test.
    #[oai(rename = "ping")]
    Ping,
}

/// An address that is told what happens.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct Webhook {
    /// Its id.
    id: String,
    /// Where to call.
    url: String,
    /// What it is for.
    description: String,
    /// What it is told.
    events: Vec<WebhookEvent>,
    /// Whether it is told anything.
    enabled: bool,
    /// The secret that signs, `whsec_…`; only in the answer that made it.
    secret: Option<String>,
    /// When it was made.
    created_at: DateTime,
    /// When it was last changed.
    updated_at: DateTime,
}

/// A webhook to be.
#[derive(Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields)]
struct NewWebhook {
    /// Where to call: http or https. Private addresses are called only where the platform allows them.
    url: JsonString,
    /// What it is for, up to 200 characters.
    description: Option<JsonString>,
    /// What it is told; `ping` cannot be chosen, it is the test.
    events: Vec<WebhookEvent>,
}

/// What changes of a webhook.
#[derive(Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields)]
struct WebhookChange {
    /// Where to call.
    url: Option<JsonString>,
    /// What it is for.
    description: Option<JsonString>,
    /// What it is told.
    events: Option<Vec<WebhookEvent>>,
    /// Whether it is told anything.
    enabled: Option<bool>,
}

/// Something that a webhook is told.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct WebhookDelivery {
    /// Its id, the same on every try; it stands in the header `webhook-id`.
    id: String,
    /// What happened.
    event: WebhookEvent,
    /// `pending`, `delivered` or `failed`.
    state: String,
    /// The body as it is sent, JSON.
    body: String,
    /// When it happened.
    created_at: DateTime,
    /// When it is tried next.
    next_try_at: Option<DateTime>,
    /// How often it was tried.
    attempts: u32,
    /// The last ten tries, the newest last.
    tries: Vec<WebhookTry>,
}

/// One try of a delivery.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct WebhookTry {
    /// When.
    at: DateTime,
    /// The status that was answered.
    status: Option<u16>,
    /// Why there was none.
    detail: Option<String>,
}

/// A webhook that was made.
#[derive(ApiResponse)]
enum WebhookCreated {
    /// With its secret, shown this once.
    #[oai(status = 201)]
    Created(Json<Webhook>),
}

/// A delivery that is under way.
#[derive(ApiResponse)]
enum WebhookQueued {
    /// It is tried at once.
    #[oai(status = 202)]
    Accepted(Json<WebhookDelivery>),
}

impl From<EventKind> for WebhookEvent {
    fn from(kind: EventKind) -> Self {
        match kind {
            EventKind::MessageSettled => Self::MessageSettled,
            EventKind::SyncFinished => Self::SyncFinished,
            EventKind::MemberChanged => Self::MemberChanged,
            EventKind::Ping => Self::Ping,
        }
    }
}

/// The events that were chosen; the test is none of them.
fn events<C: FromIterator<EventKind>>(chosen: Vec<WebhookEvent>) -> C {
    let kind = |event| match event {
        WebhookEvent::MessageSettled => Some(EventKind::MessageSettled),
        WebhookEvent::SyncFinished => Some(EventKind::SyncFinished),
        WebhookEvent::MemberChanged => Some(EventKind::MemberChanged),
        WebhookEvent::Ping => None,
    };
    chosen.into_iter().filter_map(kind).collect()
}

impl Webhook {
    fn of(webhook: webhook::Webhook, secret: Option<&Secret>) -> Self {
        Self {
            id: webhook.id.to_string(),
            url: webhook.url,
            description: webhook.description,
            events: webhook.events.into_iter().map(WebhookEvent::from).collect(),
            enabled: webhook.enabled,
            secret: secret.map(|secret| secret.reveal().to_owned()),
            created_at: webhook.created_at.into(),
            updated_at: webhook.updated_at.into(),
        }
    }
}

impl WebhookDelivery {
    fn of(delivery: webhook::WebhookDelivery, language: Language) -> Self {
        let on_wire = |one: webhook::Try| WebhookTry {
            at: one.at.into(),
            status: one.status,
            detail: one.failure.map(|failure| failure.get(language).to_owned()),
        };
        Self {
            id: delivery.id.to_string(),
            event: delivery.event.into(),
            state: delivery.state.name().to_owned(),
            body: delivery.body,
            created_at: delivery.created_at.into(),
            next_try_at: match delivery.state {
                DeliveryState::Pending(at) => Some(at.into()),
                DeliveryState::Delivered(_) | DeliveryState::Failed(_) => None,
            },
            attempts: delivery.attempts,
            tries: delivery.tries.into_iter().map(on_wire).collect(),
        }
    }
}

fn webhook_id(text: &str) -> error::Result<WebhookId> {
    id(text, "网络回调", "webhook")
}

#[OpenApi(tag = "Tag::Webhooks")]
impl WebhooksApi {
    /// The tenant's webhooks
    #[oai(path = "/tenants/:tenantId/webhooks", method = "get", operation_id = "listWebhooks")]
    async fn list(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
    ) -> ApiResult<Page<Webhook>> {
        let items = self.webhooks.list(&caller.0, TenantId(tenant.0)).await?;
        let items = items.into_iter().map(|webhook| Webhook::of(webhook, None)).collect();
        Ok(Json(Page { items, next_cursor: None }))
    }

    /// Make a webhook
    ///
    /// Calls are signed as Standard Webhooks has it: `webhook-id`, `webhook-timestamp` and `webhook-signature`, which is
    /// `v1,` and the base64 of HMAC-SHA256 over id, timestamp and body with points between. A status of 200 to 299 takes
    /// a call; anything else is tried again for a day. The same event may come twice; its id is the same then.
    #[oai(path = "/tenants/:tenantId/webhooks", method = "post", operation_id = "createWebhook")]
    async fn create(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        body: JsonBody<NewWebhook>,
    ) -> Result<WebhookCreated, Problem> {
        let new = webhooks::NewWebhook {
            url: body.0.url.0,
            description: body.0.description.map(|text| text.0).unwrap_or_default(),
            events: events(body.0.events),
        };
        let (webhook, secret) = self.webhooks.create(&caller.0, TenantId(tenant.0), new).await?;
        Ok(WebhookCreated::Created(Json(Webhook::of(webhook, Some(&secret)))))
    }

    /// Change a webhook
    #[oai(path = "/tenants/:tenantId/webhooks/:webhookId", method = "patch", operation_id = "changeWebhook")]
    async fn change(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "webhookId")] webhook: Path<String>,
        body: JsonBody<WebhookChange>,
    ) -> ApiResult<Webhook> {
        let patch = webhooks::WebhookPatch {
            url: body.0.url.map(|text| text.0),
            description: body.0.description.map(|text| text.0),
            events: body.0.events.map(events),
            enabled: body.0.enabled,
        };
        let changed =
            self.webhooks.change(&caller.0, TenantId(tenant.0), webhook_id(&webhook)?, patch).await?;
        Ok(Json(Webhook::of(changed, None)))
    }

    /// Delete a webhook
    ///
    /// With everything it was told; what it was still to be told is told nobody.
    #[oai(path = "/tenants/:tenantId/webhooks/:webhookId", method = "delete", operation_id = "deleteWebhook")]
    async fn delete(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "webhookId")] webhook: Path<String>,
    ) -> Result<Done, Problem> {
        self.webhooks.remove(&caller.0, TenantId(tenant.0), webhook_id(&webhook)?).await?;
        Ok(Done::Done)
    }

    /// Test a webhook
    ///
    /// Tells it a `ping` at once; the list of deliveries shows what came of it.
    #[oai(
        path = "/tenants/:tenantId/webhooks/:webhookId/ping",
        method = "post",
        operation_id = "pingWebhook"
    )]
    async fn ping(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "webhookId")] webhook: Path<String>,
    ) -> Result<WebhookQueued, Problem> {
        let told = self.webhooks.ping(&caller.0, TenantId(tenant.0), webhook_id(&webhook)?).await?;
        Ok(WebhookQueued::Accepted(Json(WebhookDelivery::of(told, info.language))))
    }

    /// What a webhook was told
    ///
    /// The newest first; deliveries are kept for 30 days.
    #[oai(
        path = "/tenants/:tenantId/webhooks/:webhookId/deliveries",
        method = "get",
        operation_id = "listWebhookDeliveries"
    )]
    async fn deliveries(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "webhookId")] webhook: Path<String>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<WebhookDelivery>> {
        let (tenant, webhook, from) = (TenantId(tenant.0), webhook_id(&webhook)?, cursor(from.0.as_deref())?);
        let page = self.webhooks.deliveries(&caller.0, tenant, webhook, limit(asked.0), from).await?;
        Ok(Json(Page::of(page, |delivery| WebhookDelivery::of(delivery, info.language))))
    }

    /// Tell a webhook something again
    ///
    /// Under its old id, and for a day again.
    #[oai(
        path = "/tenants/:tenantId/webhooks/:webhookId/deliveries/:deliveryId/replay",
        method = "post",
        operation_id = "replayWebhookDelivery"
    )]
    async fn replay(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "webhookId")] webhook: Path<String>,
        #[oai(name = "deliveryId")] delivery: Path<String>,
    ) -> Result<WebhookQueued, Problem> {
        let delivery = id(&delivery, "投递记录", "delivery")?;
        let (tenant, webhook) = (TenantId(tenant.0), webhook_id(&webhook)?);
        let again = self.webhooks.replay(&caller.0, tenant, webhook, delivery).await?;
        Ok(WebhookQueued::Accepted(Json(WebhookDelivery::of(again, info.language))))
    }
}
