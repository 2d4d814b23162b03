//! Calling webhooks, try by try, and forgetting what was told long ago.
//!
//! Invariant: no call is made inside a transaction, and the end of each is written down before the next is planned.

use super::{Webhooks, secret_context};
use crate::domain::error::Result;
use crate::domain::id::{TenantId, WebhookDeliveryId, WebhookId};
use crate::domain::job::{Job, Work};
use crate::domain::text::Text;
use crate::domain::webhook::{DeliveryState, Webhook, WebhookDelivery, signature};
use crate::webhook::Call;

/// For how long deliveries are remembered, in milliseconds.
const KEPT_MILLIS: i64 = 30 * 24 * 3_600_000;

impl Webhooks {
    /// Makes one try of a delivery; run by its job. The next try has a job of its own when this returns.
    pub async fn deliver(&self, tenant: TenantId, id: WebhookId, delivery: WebhookDeliveryId) -> Result<()> {
        let now = self.context.ambient.now();
        let found = self
            .context
            .store
            .read(move |tx| {
                let webhooks = tx.in_tenant(tenant).webhooks();
                Ok(webhooks.get(id)?.zip(webhooks.delivery(id, delivery)?))
            })
            .await?;
        // A late double of a job, or a webhook that was removed in the meantime.
        let due =
            |delivery: &WebhookDelivery| matches!(delivery.state, DeliveryState::Pending(at) if at <= now);
        let Some((webhook, delivery)) = found.filter(|(_, delivery)| due(delivery)) else { return Ok(()) };
        let answer = match webhook.enabled {
            true => self.courier.make(self.call(&webhook, &delivery)?).await,
            false => Err(switched_off()),
        };
        let (status, failure) = match answer {
            Ok(status) => (Some(status), None),
            Err(reason) => (None, Some(reason)),
        };
        let (job, now) = (self.context.ambient.id().into(), self.context.ambient.now());
        self.context
            .store
            .write(move |tx| {
                let webhooks = tx.in_tenant(tenant).webhooks();
                let Some(mut stored) = webhooks.delivery(id, delivery.id)? else { return Ok(()) };
                if let Some(next) = stored.tried(status, failure, now) {
                    let work = Work::CallWebhook { tenant, webhook: id, delivery: stored.id };
                    tx.jobs().push(&Job { id: job, work, due_at: next, attempts: 0, last_error: None })?;
                }
                webhooks.put_delivery(&stored)
            })
            .await
    }

    fn call(&self, webhook: &Webhook, delivery: &WebhookDelivery) -> Result<Call> {
        let context = secret_context(webhook.tenant, webhook.id);
        let secret = self.context.store.unseal(&webhook.sealed_secret, &context)?;
        let (id, seconds) = (delivery.id.to_string(), self.context.ambient.now().0.div_euclid(1000));
        let signature = signature(secret.reveal(), &id, seconds, &delivery.body)?;
        Ok(Call { url: webhook.url.clone(), id, seconds, signature, body: delivery.body.clone() })
    }

    /// Forgets what was told a month ago; gives back how many deliveries.
    pub async fn prune_deliveries(&self) -> Result<usize> {
        let before = self.context.ambient.now().plus_millis(-KEPT_MILLIS);
        self.context
            .forget_outlived(
                move |tenant| tenant.webhooks().outlived_deliveries(before),
                move |tenant, found| tenant.webhooks().forget_deliveries(found, before),
            )
            .await
    }
}

fn switched_off() -> Text {
    Text::new(
        "该网络回调已停用，启用后会继续",
        "this webhook is switched off; it goes on when it is switched on",
    )
}
