//! The rows of a message that change together: a batch, its people's deliveries, the tally, the jobs that follow.
//!
//! Invariant: whoever changes a delivery does it here, so that the tally stays true; and a batch that waits to be
//! called, or to be asked about, has a job that comes at that moment.

use serde_json::{Value, json};

use crate::domain::id::{MessageId, TenantId};
use crate::domain::job::{Job, Work};
use crate::domain::messaging::delivery::{BatchState, Delivery};
use crate::domain::messaging::message::{Batch, Message, Recipient};
use crate::domain::messaging::quota::{ApiUsage, Month};
use crate::domain::time::Timestamp;
use crate::domain::webhook::EventKind;
use crate::service::ambient::Ambient;
use crate::service::audit::Record;
use crate::service::webhooks::announce;
use crate::store::{Result, WriteTx};

/// What webhooks are told of a message: no words of it, no people.
fn settled(message: &Message) -> Value {
    let tally = message.tally;
    json!({
        "messageId": message.id.to_string(),
        "status": message.status().name(),
        "delivery": message.way.name(),
        "recipients": tally.total(),
        "counts": {
            "queued": tally.queued, "sent": tally.sent, "unread": tally.unread, "read": tally.read,
            "refused": tally.refused, "invalid": tally.invalid, "failed": tally.failed,
            "unknown": tally.unknown, "untracked": tally.untracked,
        },
    })
}

/// A message's rows inside a transaction.
pub(super) struct Rows<'a, 't> {
    tx: &'a WriteTx<'t>,
    tenant: TenantId,
    ambient: &'a Ambient,
    now: Timestamp,
    /// The message; written back by [`Rows::finish`].
    pub(super) message: Message,
}

impl<'a, 't> Rows<'a, 't> {
    /// The rows of a message, if there is such a one.
    pub(super) fn open(
        tx: &'a WriteTx<'t>,
        tenant: TenantId,
        id: MessageId,
        ambient: &'a Ambient,
        now: Timestamp,
    ) -> Result<Option<Self>> {
        let message = tx.in_tenant(tenant).messages().get(id)?;
        Ok(message.map(|message| Self { tx, tenant, ambient, now, message }))
    }

    /// One of its batches.
    pub(super) fn batch(&self, number: u32) -> Result<Option<Batch>> {
        self.tx.in_tenant(self.tenant).batches().get(self.message.id, number)
    }

    /// All of its batches.
    pub(super) fn batches(&self) -> Result<Vec<Batch>> {
        self.tx.in_tenant(self.tenant).batches().all(self.message.id)
    }

    /// The people of a batch.
    pub(super) fn people(&self, batch: u32) -> Result<Vec<Recipient>> {
        self.tx.in_tenant(self.tenant).recipients().of_batch(self.message.id, batch)
    }

    /// Everybody.
    pub(super) fn everybody(&self) -> Result<Vec<Recipient>> {
        self.tx.in_tenant(self.tenant).recipients().all(self.message.id)
    }

    /// The tenant's calls of the month.
    pub(super) fn usage(&self) -> Result<ApiUsage> {
        self.tx.in_tenant(self.tenant).api_usage(Month::of(self.now))
    }

    /// Writes down that DingTalk takes nothing more this month.
    pub(super) fn exhaust(&self) -> Result<()> {
        let mut usage = self.usage()?;
        usage.exhausted_at.get_or_insert(self.now);
        self.tx.in_tenant(self.tenant).put_api_usage(&usage)
    }

    /// Lets everything that is queued wait until the month is over.
    pub(super) fn hold(&mut self, until: Timestamp) -> Result<()> {
        if self.message.held_until != Some(until) {
            self.message.held_until = Some(until);
            self.send_at(until)?;
        }
        Ok(())
    }

    /// Writes a batch whose sending moved on, with what follows for its people and for the work ahead.
    pub(super) fn moved(&mut self, batch: &Batch) -> Result<()> {
        self.put_batch(batch)?;
        if matches!(batch.state, BatchState::Sending { .. }) {
            self.message.held_until = None;
        }
        let delivery = batch.delivery();
        if delivery != Delivery::Queued {
            let people = self.people(batch.number)?;
            let queued = people.into_iter().filter(|person| person.delivery == Delivery::Queued);
            self.deliver(queued.map(|person| (person, delivery.clone())))?;
        }
        if batch.state == BatchState::Queued {
            self.send_at(batch.not_before)?;
        }
        if let Some(due_at) = batch.results_due_at {
            self.read_at(due_at)?;
        }
        Ok(())
    }

    /// Writes a batch about which nothing else changes.
    pub(super) fn put_batch(&self, batch: &Batch) -> Result<()> {
        self.tx.in_tenant(self.tenant).batches().put(self.message.id, batch)
    }

    /// Writes down who did what.
    pub(super) fn audit(&self, record: Record) -> Result<()> {
        record.write(self.tx)
    }

    /// Writes deliveries that changed; leaves those that did not.
    pub(super) fn deliver(&mut self, changes: impl IntoIterator<Item = (Recipient, Delivery)>) -> Result<()> {
        let mut changed = Vec::new();
        for (mut person, delivery) in changes {
            if person.delivery != delivery {
                self.message.tally.step(&person.delivery, &delivery);
                person.delivery = delivery;
                person.updated_at = self.now;
                changed.push(person);
            }
        }
        self.tx.in_tenant(self.tenant).recipients().put_many(self.message.id, &changed)
    }

    /// Lets the queued batches be called at that moment.
    pub(super) fn send_at(&self, due_at: Timestamp) -> Result<()> {
        self.push(Work::Send { tenant: self.tenant, message: self.message.id }, due_at)
    }

    /// Lets results be read at that moment, unless that happens earlier anyway.
    pub(super) fn read_at(&mut self, due_at: Timestamp) -> Result<()> {
        if self.message.results_due_at.is_some_and(|earlier| earlier <= due_at) {
            return Ok(());
        }
        self.message.results_due_at = Some(due_at);
        self.push(Work::ReadResults { tenant: self.tenant, message: self.message.id }, due_at)
    }

    /// Writes the message itself, and tells webhooks when it is settled; the last thing done.
    pub(super) fn finish(mut self) -> Result<()> {
        match (self.message.is_settled(), self.message.settled_at) {
            (true, None) => {
                self.message.settled_at = Some(self.now);
                let told = || settled(&self.message);
                announce(self.tx, self.ambient, self.tenant, EventKind::MessageSettled, told, self.now)?;
            }
            // Sent again to some.
            (false, Some(_)) if self.message.tally.queued > 0 => self.message.settled_at = None,
            _ => {}
        }
        self.tx.in_tenant(self.tenant).messages().put(&self.message)
    }

    fn push(&self, work: Work, due_at: Timestamp) -> Result<()> {
        let id = self.ambient.id().into();
        self.tx.jobs().push(&Job { id, work, due_at, attempts: 0, last_error: None })
    }
}
