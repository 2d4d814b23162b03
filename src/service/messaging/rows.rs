//! The rows of a message that change together: a batch, its people's deliveries, the tally, the jobs that follow.
//!
//! Invariant: whoever changes a delivery does it here, so that the tally stays true; and a batch that waits to be
//! called, or to be asked about, has a job that comes at that moment.

use crate::domain::audit::AuditEvent;
use crate::domain::id::{MessageId, TenantId};
use crate::domain::job::{Job, Work};
use crate::domain::messaging::delivery::{BatchState, Delivery};
use crate::domain::messaging::message::{Batch, Message, Recipient};
use crate::domain::time::Timestamp;
use crate::service::ambient::Ambient;
use crate::store::{Result, WriteTx};

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

    /// Writes a batch whose sending moved on, with what follows for its people and for the work ahead.
    pub(super) fn moved(&mut self, batch: &Batch) -> Result<()> {
        self.put_batch(batch)?;
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
    pub(super) fn audit(&self, event: AuditEvent) -> Result<()> {
        self.tx.audit().append(event).map(|_| ())
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

    /// Writes the message itself; the last thing done.
    pub(super) fn finish(self) -> Result<()> {
        self.tx.in_tenant(self.tenant).messages().put(&self.message)
    }

    fn push(&self, work: Work, due_at: Timestamp) -> Result<()> {
        let id = self.ambient.id().into();
        self.tx.jobs().push(&Job { id, work, due_at, attempts: 0, last_error: None })
    }
}
