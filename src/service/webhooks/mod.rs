//! Webhooks as a use case: who is told, what was told, and telling it again.
//!
//! Invariant: a secret is shown once, when it is made; afterwards only the calls themselves use it.

mod announce;
mod deliver;

use std::collections::BTreeSet;

use serde_json::json;

use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{TenantId, WebhookDeliveryId, WebhookId};
use crate::domain::job::{Job, Work};
use crate::domain::page::{Limit, Page};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::webhook::{
    EventKind, MOST_WEBHOOKS, SECRET_BYTES, Webhook, WebhookDelivery, checked_description, checked_url,
    shown_secret,
};
use crate::service::Context;
use crate::service::audit::Record;
use crate::webhook::{Courier, Unfit};

pub(in crate::service) use announce::announce;

/// The service of webhooks.
#[derive(Clone)]
pub struct Webhooks {
    context: Context,
    courier: Courier,
}

/// A webhook to be.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Where to call.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// What it is told.
    pub events: BTreeSet<EventKind>,
}

/// What changes of a webhook; `None` stays.
#[derive(Clone, Debug, Default)]
pub struct WebhookPatch {
    /// Where to call.
    pub url: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// What it is told.
    pub events: Option<BTreeSet<EventKind>>,
    /// Whether it is told anything.
    pub enabled: Option<bool>,
}

/// What a sealed secret is bound to.
fn secret_context(tenant: TenantId, webhook: WebhookId) -> String {
    format!("tenant/{tenant}/webhook/{webhook}")
}

impl Webhooks {
    /// The service over the store; `courier` makes the calls.
    pub fn new(context: Context, courier: Courier) -> Self {
        Self { context, courier }
    }

    /// An address that may be called as far as its text tells.
    fn checked_address(&self, url: &str) -> Result<String> {
        let url = checked_url(url)?;
        match self.courier.check(&url) {
            Ok(_) => Ok(url),
            Err(unfit) => {
                let code = match unfit {
                    Unfit::NoAddress => ErrorCode::InvalidRequest,
                    Unfit::Inside => ErrorCode::WebhookAddressRefused,
                };
                let Text { zh, en } = unfit.words();
                Err(Error::new(code, zh, en))
            }
        }
    }

    /// The tenant's webhooks.
    pub async fn list(&self, principal: &Principal, tenant: TenantId) -> Result<Vec<Webhook>> {
        principal.require(Permission::AdministerTenant, tenant)?;
        self.context.store.read(move |tx| tx.in_tenant(tenant).webhooks().all()).await
    }

    /// Makes one; gives it back with its secret, which is never shown again.
    pub async fn create(
        &self,
        principal: &Principal,
        tenant: TenantId,
        new: NewWebhook,
    ) -> Result<(Webhook, Secret)> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let now = self.context.ambient.now();
        let id: WebhookId = self.context.ambient.id().into();
        let secret = Secret::new(shown_secret(&self.context.ambient.random::<SECRET_BYTES>()));
        let webhook = Webhook {
            id,
            tenant,
            url: self.checked_address(&new.url)?,
            description: checked_description(&new.description)?,
            events: checked_events(new.events)?,
            sealed_secret: self.context.store.seal(&secret, &secret_context(tenant, id))?,
            enabled: true,
            created_at: now,
            updated_at: now,
        };
        let record = Record::by(principal, now, Some(tenant), "webhook.create").about(id);
        let record = record.detail(format!("url: {}", webhook.url));
        let stored = webhook.clone();
        self.context
            .store
            .write(move |tx| {
                tx.tenants().get(tenant)?.ok_or_else(|| Error::not_found("租户", "tenant"))?;
                let webhooks = tx.in_tenant(tenant).webhooks();
                if webhooks.all()?.len() >= MOST_WEBHOOKS {
                    return Err(too_many().into());
                }
                webhooks.put(&stored)?;
                record.write(tx)
            })
            .await?;
        Ok((webhook, secret))
    }

    /// Changes one.
    pub async fn change(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: WebhookId,
        patch: WebhookPatch,
    ) -> Result<Webhook> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let url = patch.url.map(|url| self.checked_address(&url)).transpose()?;
        let description = patch.description.map(|text| checked_description(&text)).transpose()?;
        let events = patch.events.map(checked_events).transpose()?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(tenant), "webhook.change").about(id);
        self.context
            .store
            .write(move |tx| {
                let webhooks = tx.in_tenant(tenant).webhooks();
                let before = webhooks.get(id)?.ok_or_else(no_webhook)?;
                let after = Webhook {
                    url: url.unwrap_or(before.url),
                    description: description.unwrap_or(before.description),
                    events: events.unwrap_or(before.events),
                    enabled: patch.enabled.unwrap_or(before.enabled),
                    updated_at: now,
                    ..before
                };
                webhooks.put(&after)?;
                record.detail(format!("url: {}\nenabled: {}", after.url, after.enabled)).write(tx)?;
                Ok(after)
            })
            .await
    }

    /// Removes one, with what it was told.
    pub async fn remove(&self, principal: &Principal, tenant: TenantId, id: WebhookId) -> Result<()> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(tenant), "webhook.delete").about(id);
        self.context
            .store
            .write(move |tx| {
                tx.in_tenant(tenant).webhooks().remove(id)?.ok_or_else(no_webhook)?;
                record.write(tx)
            })
            .await
    }

    /// What a webhook was told, the newest first.
    pub async fn deliveries(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: WebhookId,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<WebhookDelivery>> {
        principal.require(Permission::AdministerTenant, tenant)?;
        self.context
            .store
            .read(move |tx| {
                let webhooks = tx.in_tenant(tenant).webhooks();
                webhooks.get(id)?.ok_or_else(no_webhook)?;
                webhooks.deliveries(id, limit, cursor.as_deref())
            })
            .await
    }

    /// Tells a webhook something that means nothing, so that an administrator sees whether it arrives.
    pub async fn ping(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: WebhookId,
    ) -> Result<WebhookDelivery> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let (ambient, now) = (self.context.ambient.clone(), self.context.ambient.now());
        let delivery = self
            .context
            .store
            .write(move |tx| {
                let webhook = tx.in_tenant(tenant).webhooks().get(id)?.ok_or_else(no_webhook)?;
                announce::tell(tx, &ambient, &webhook, EventKind::Ping, &json!({}), now)
            })
            .await?;
        self.context.wake.notify_one();
        Ok(delivery)
    }

    /// Tells something again, under its old id.
    pub async fn replay(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: WebhookId,
        delivery: WebhookDeliveryId,
    ) -> Result<WebhookDelivery> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let (job, now) = (self.context.ambient.id().into(), self.context.ambient.now());
        let record = Record::by(principal, now, Some(tenant), "webhook.replay").about(delivery);
        let again = self
            .context
            .store
            .write(move |tx| {
                let webhooks = tx.in_tenant(tenant).webhooks();
                let mut again = webhooks.delivery(id, delivery)?.ok_or_else(no_delivery)?;
                again.replay(now);
                webhooks.put_delivery(&again)?;
                let work = Work::CallWebhook { tenant, webhook: id, delivery };
                tx.jobs().push(&Job { id: job, work, due_at: now, attempts: 0, last_error: None })?;
                record.write(tx)?;
                Ok(again)
            })
            .await?;
        self.context.wake.notify_one();
        Ok(again)
    }
}

fn checked_events(events: BTreeSet<EventKind>) -> Result<BTreeSet<EventKind>> {
    if events.is_empty() {
        return Err(Error::invalid("请至少选择一种事件", "choose one event at least"));
    }
    Ok(events)
}

fn too_many() -> Error {
    Error::new(
        ErrorCode::WebhookLimit,
        format!("每个租户最多 {MOST_WEBHOOKS} 个网络回调，请先删除不用的"),
        format!("a tenant has at most {MOST_WEBHOOKS} webhooks; delete one that is not used"),
    )
}

fn no_webhook() -> Error {
    Error::not_found("网络回调", "webhook")
}

fn no_delivery() -> Error {
    Error::not_found("投递记录", "delivery")
}
