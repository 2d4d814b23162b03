//! Telling webhooks: what happened becomes a stored delivery with its job, in the transaction of what it tells.
//!
//! Invariant: whoever changes something that webhooks are told of calls [`announce`] before the commit.

use serde_json::{Value, json};

use crate::domain::id::TenantId;
use crate::domain::job::{Job, Work};
use crate::domain::time::Timestamp;
use crate::domain::webhook::{EventKind, Webhook, WebhookDelivery};
use crate::service::ambient::Ambient;
use crate::store::{Result, WriteTx};

/// Stores a delivery for each webhook that wants to know. `data` is what is told.
pub(in crate::service) fn announce(
    tx: &WriteTx<'_>,
    ambient: &Ambient,
    tenant: TenantId,
    event: EventKind,
    data: impl FnOnce() -> Value,
    now: Timestamp,
) -> Result<()> {
    let webhooks = tx.in_tenant(tenant).webhooks().all()?;
    let wanting: Vec<_> =
        webhooks.into_iter().filter(|webhook| webhook.enabled && webhook.events.contains(&event)).collect();
    if wanting.is_empty() {
        return Ok(());
    }
    let data = data();
    for webhook in wanting {
        tell(tx, ambient, &webhook, event, &data, now)?;
    }
    Ok(())
}

/// Stores one delivery with its job.
pub(super) fn tell(
    tx: &WriteTx<'_>,
    ambient: &Ambient,
    webhook: &Webhook,
    event: EventKind,
    data: &Value,
    now: Timestamp,
) -> Result<WebhookDelivery> {
    let id = ambient.id().into();
    let body = json!({
        "type": event.name(),
        "timestamp": text_of(now),
        "tenantId": webhook.tenant.0,
        "data": data,
    });
    let delivery = WebhookDelivery::queued(id, webhook.id, event, body.to_string(), now);
    tx.in_tenant(webhook.tenant).webhooks().put_delivery(&delivery)?;
    let work = Work::CallWebhook { tenant: webhook.tenant, webhook: webhook.id, delivery: id };
    tx.jobs().push(&Job { id: ambient.id().into(), work, due_at: now, attempts: 0, last_error: None })?;
    Ok(delivery)
}

/// A moment as ISO 8601 has it.
fn text_of(now: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(now.0).unwrap_or_default().to_string()
}
