//! Webhooks, and what they are told.

use super::error::Result;
use super::key::Key;
use super::outlived::Outlived;
use super::row::Row;
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::{Direction, Writing};
use crate::domain::id::{WebhookDeliveryId, WebhookId};
use crate::domain::page::{Limit, Page};
use crate::domain::time::Timestamp;
use crate::domain::webhook::{DeliveryState, Webhook, WebhookDelivery};

impl Row for Webhook {
    const TABLE: Table = Table::Webhooks;

    fn key(&self) -> Option<Key> {
        Some(Key::of(self.tenant).id(self.id.bytes()))
    }
}

impl Row for WebhookDelivery {
    const TABLE: Table = Table::WebhookDeliveries;
}

/// The webhooks of one tenant.
#[derive(Debug)]
pub struct Webhooks<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

impl<'a, 't, M> InTenant<'a, 't, M> {
    /// The webhooks of this tenant.
    pub fn webhooks(&self) -> Webhooks<'a, 't, M> {
        Webhooks { tenant: *self }
    }
}

impl<M> Webhooks<'_, '_, M> {
    fn of_webhook(&self, webhook: WebhookId) -> Key {
        self.tenant.key().id(webhook.bytes())
    }

    /// One webhook.
    pub fn get(&self, id: WebhookId) -> Result<Option<Webhook>> {
        self.tenant.tx.row(&self.of_webhook(id))
    }

    /// Every webhook, the oldest first; there are few.
    pub fn all(&self) -> Result<Vec<Webhook>> {
        self.tenant.tx.rows(&self.tenant.key())
    }

    /// One delivery.
    pub fn delivery(&self, webhook: WebhookId, id: WebhookDeliveryId) -> Result<Option<WebhookDelivery>> {
        self.tenant.tx.row(&self.of_webhook(webhook).id(id.bytes()))
    }

    /// A page of what a webhook was told, the newest first.
    pub fn deliveries(
        &self,
        webhook: WebhookId,
        limit: Limit,
        cursor: Option<&[u8]>,
    ) -> Result<Page<WebhookDelivery>> {
        self.tenant.tx.page(&self.of_webhook(webhook), Direction::Backward, limit, cursor, |_| true)
    }

    /// Some of the deliveries that ended before a moment.
    pub fn outlived_deliveries(&self, before: Timestamp) -> Result<Outlived> {
        self.tenant.tx.outlived(&self.tenant.key(), |delivery| ended_before(delivery, before))
    }
}

impl Webhooks<'_, '_, Writing> {
    /// Makes or replaces a webhook.
    pub fn put(&self, webhook: &Webhook) -> Result<()> {
        self.tenant.own(Table::Webhooks, webhook.tenant)?;
        self.tenant.tx.put_row(self.of_webhook(webhook.id), webhook)
    }

    /// Removes a webhook with everything it was told.
    pub fn remove(&self, id: WebhookId) -> Result<Option<Webhook>> {
        self.tenant.tx.remove_rows::<WebhookDelivery>(&self.of_webhook(id))?;
        self.tenant.tx.remove_row(&self.of_webhook(id))
    }

    /// Makes or replaces a delivery.
    pub fn put_delivery(&self, delivery: &WebhookDelivery) -> Result<()> {
        self.tenant.tx.put_row(self.of_webhook(delivery.webhook).id(delivery.id.bytes()), delivery)
    }

    /// Forgets those of these deliveries that ended before a moment; gives back how many.
    pub fn forget_deliveries(&self, found: &Outlived, before: Timestamp) -> Result<usize> {
        self.tenant.tx.forget(found, |delivery| ended_before(delivery, before))
    }
}

/// Whether something was told, or given up, before a moment.
fn ended_before(delivery: &WebhookDelivery, moment: Timestamp) -> bool {
    match delivery.state {
        DeliveryState::Pending(_) => false,
        DeliveryState::Delivered(at) | DeliveryState::Failed(at) => at < moment,
    }
}
