//! Messages, the people they go to, the calls they go out with, and the keys that keep a request from being sent twice.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::codec;
use super::earlier_messages::{EarlierBatch, EarlierMessage};
use super::error::Result;
use super::key::{Key, last_id};
use super::outlived::Outlived;
use super::row::{self, Derived, Row, prepare};
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::{Direction, Writing};
use crate::domain::id::{MemberId, MessageId};
use crate::domain::messaging::message::{Batch, Message, Recipient};
use crate::domain::page::{Limit, Page};
use crate::domain::time::Timestamp;

/// How much of a recipient's key names the message: tenant and message id.
const MESSAGE_PART: usize = 4 + 16;

/// Since messages can be broadcast.
const WITH_WAYS: u8 = 2;

impl Row for Message {
    const TABLE: Table = Table::Messages;

    fn version(&self) -> u8 {
        WITH_WAYS
    }

    fn read(version: u8, bytes: &[u8]) -> Result<Self> {
        codec::read_either::<EarlierMessage, Self>(Self::TABLE, WITH_WAYS, version, bytes)
    }

    fn key(&self) -> Option<Key> {
        Some(Key::of(self.tenant).id(self.id.bytes()))
    }
}

impl Row for Batch {
    const TABLE: Table = Table::Batches;

    fn version(&self) -> u8 {
        WITH_WAYS
    }

    fn read(version: u8, bytes: &[u8]) -> Result<Self> {
        codec::read_either::<EarlierBatch, Self>(Self::TABLE, WITH_WAYS, version, bytes)
    }
}

impl Row for Recipient {
    const TABLE: Table = Table::Recipients;

    fn derive(&self, key: &Key) -> Derived {
        let mut derived = Derived::default();
        let message = Key::from_bytes(key.as_bytes().get(..MESSAGE_PART).unwrap_or_default());
        derived.mark(Table::RecipientsByBatch, message.u32(self.batch).id(self.member.bytes()));
        derived
    }
}

/// A request that was accepted under an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotentRequest {
    /// SHA-256 of the request, so that another request under the same key is noticed.
    pub request_hash: [u8; 32],
    /// The message that came of it.
    pub message: MessageId,
    /// When.
    pub at: Timestamp,
}

impl Row for IdempotentRequest {
    const TABLE: Table = Table::IdempotencyKeys;
}

/// The messages of one tenant.
#[derive(Debug)]
pub struct Messages<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

/// The recipients of one tenant's messages.
#[derive(Debug)]
pub struct Recipients<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

/// The calls that one tenant's messages go out with.
#[derive(Debug)]
pub struct Batches<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

/// The idempotency keys of one tenant.
#[derive(Debug)]
pub struct Idempotency<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

impl<'a, 't, M> InTenant<'a, 't, M> {
    /// The messages of this tenant.
    pub fn messages(&self) -> Messages<'a, 't, M> {
        Messages { tenant: *self }
    }

    /// The recipients of this tenant's messages.
    pub fn recipients(&self) -> Recipients<'a, 't, M> {
        Recipients { tenant: *self }
    }

    /// The calls that this tenant's messages go out with.
    pub fn batches(&self) -> Batches<'a, 't, M> {
        Batches { tenant: *self }
    }

    /// The idempotency keys of this tenant.
    pub fn idempotency(&self) -> Idempotency<'a, 't, M> {
        Idempotency { tenant: *self }
    }

    fn of_message(&self, message: MessageId) -> Key {
        self.key().id(message.bytes())
    }
}

impl<M> Messages<'_, '_, M> {
    /// One message.
    pub fn get(&self, id: MessageId) -> Result<Option<Message>> {
        self.tenant.tx.row(&self.tenant.of_message(id))
    }

    /// A page of messages, the newest first.
    pub fn list(&self, limit: Limit, cursor: Option<&[u8]>) -> Result<Page<Message>> {
        self.find(limit, cursor, |_| true)
    }

    /// A page of the messages that are wanted, the newest first.
    pub fn find(
        &self,
        limit: Limit,
        cursor: Option<&[u8]>,
        wanted: impl Fn(&Message) -> bool,
    ) -> Result<Page<Message>> {
        self.tenant.tx.page(&self.tenant.key(), Direction::Backward, limit, cursor, wanted)
    }

    /// The messages that were accepted at `since` or later, the newest first, at most so many.
    pub fn since(&self, since: Timestamp, most: usize) -> Result<Vec<Message>> {
        let mut found = Vec::new();
        self.tenant.tx.scan(
            Table::Messages,
            &self.tenant.key().range(),
            Direction::Backward,
            |_, value| {
                let message: Message = row::decode(value)?;
                if message.created_at < since || found.len() >= most {
                    return Ok(ControlFlow::Break(()));
                }
                found.push(message);
                Ok(ControlFlow::Continue(()))
            },
        )?;
        Ok(found)
    }

    /// The messages that were accepted before a moment, the oldest first, at most so many; with `after`, only those
    /// behind that one.
    pub fn before(&self, moment: Timestamp, after: Option<MessageId>, most: usize) -> Result<Vec<Message>> {
        let prefix = self.tenant.key();
        let range = after.map_or_else(|| prefix.range(), |id| prefix.range_after(id.bytes()));
        let mut found = Vec::new();
        self.tenant.tx.scan(Table::Messages, &range, Direction::Forward, |_, value| {
            let message: Message = row::decode(value)?;
            if message.created_at >= moment || found.len() >= most {
                return Ok(ControlFlow::Break(()));
            }
            found.push(message);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }
}

impl Messages<'_, '_, Writing> {
    /// Makes or replaces a message.
    pub fn put(&self, message: &Message) -> Result<()> {
        self.tenant.own(Table::Messages, message.tenant)?;
        self.tenant.tx.put_row(self.tenant.of_message(message.id), message)
    }

    /// Removes a message with its recipients and calls.
    pub fn remove(&self, id: MessageId) -> Result<Option<Message>> {
        let (tx, prefix) = (self.tenant.tx, self.tenant.of_message(id));
        tx.remove_rows::<Recipient>(&prefix)?;
        tx.remove_rows::<Batch>(&prefix)?;
        tx.remove_row(&prefix)
    }
}

impl<M> Recipients<'_, '_, M> {
    fn key(&self, message: MessageId, member: MemberId) -> Key {
        self.tenant.of_message(message).id(member.bytes())
    }

    /// One recipient.
    pub fn get(&self, message: MessageId, member: MemberId) -> Result<Option<Recipient>> {
        self.tenant.tx.row(&self.key(message, member))
    }

    /// A page of a message's recipients by member id; with `state`, only those whose delivery has that name.
    pub fn list(
        &self,
        message: MessageId,
        state: Option<&str>,
        limit: Limit,
        cursor: Option<&[u8]>,
    ) -> Result<Page<Recipient>> {
        let prefix = self.tenant.of_message(message);
        self.tenant.tx.page(&prefix, Direction::Forward, limit, cursor, |recipient: &Recipient| {
            state.is_none_or(|state| recipient.delivery.name() == state)
        })
    }

    /// Every recipient of a message, by member id.
    pub fn all(&self, message: MessageId) -> Result<Vec<Recipient>> {
        self.tenant.tx.rows(&self.tenant.of_message(message))
    }

    /// The recipients of one call, by member id.
    pub fn of_batch(&self, message: MessageId, batch: u32) -> Result<Vec<Recipient>> {
        let mut recipients = Vec::new();
        let range = self.tenant.of_message(message).u32(batch).range();
        self.tenant.tx.each(Table::RecipientsByBatch, &range, |key, _| {
            if let Some(member) = last_id(key) {
                recipients.extend(self.get(message, member)?);
            }
            Ok(())
        })?;
        Ok(recipients)
    }
}

impl Recipients<'_, '_, Writing> {
    /// Makes or replaces a recipient.
    pub fn put(&self, message: MessageId, recipient: &Recipient) -> Result<()> {
        self.tenant.tx.put_row(self.key(message, recipient.member), recipient)
    }

    /// Makes or replaces recipients of one message.
    pub fn put_many(&self, message: MessageId, recipients: &[Recipient]) -> Result<()> {
        let before: Vec<_> =
            recipients.iter().map(|recipient| self.get(message, recipient.member)).collect::<Result<_>>()?;
        let writes: Vec<_> = recipients
            .iter()
            .zip(&before)
            .map(|(after, before)| prepare(self.key(message, after.member), before.as_ref(), after))
            .collect::<Result<_>>()?;
        self.tenant.tx.write_rows(&writes)
    }
}

impl<M> Batches<'_, '_, M> {
    /// One call of a message.
    pub fn get(&self, message: MessageId, number: u32) -> Result<Option<Batch>> {
        self.tenant.tx.row(&self.tenant.of_message(message).u32(number))
    }

    /// Every call of a message, by number.
    pub fn all(&self, message: MessageId) -> Result<Vec<Batch>> {
        self.tenant.tx.rows(&self.tenant.of_message(message))
    }
}

impl Batches<'_, '_, Writing> {
    /// Makes or replaces a call of a message.
    pub fn put(&self, message: MessageId, batch: &Batch) -> Result<()> {
        self.tenant.tx.put_row(self.tenant.of_message(message).u32(batch.number), batch)
    }
}

impl<M> Idempotency<'_, '_, M> {
    /// What was accepted under a key.
    pub fn get(&self, key: &str) -> Result<Option<IdempotentRequest>> {
        self.tenant.tx.row(&self.tenant.key().text(key))
    }

    /// Some of the keys that were used at `until` or before.
    pub fn outlived(&self, until: Timestamp) -> Result<Outlived> {
        self.tenant.tx.outlived(&self.tenant.key(), |request: &IdempotentRequest| request.at <= until)
    }
}

impl Idempotency<'_, '_, Writing> {
    /// Notes what was accepted under a key.
    pub fn put(&self, key: &str, request_hash: [u8; 32], message: MessageId, at: Timestamp) -> Result<()> {
        let request = IdempotentRequest { request_hash, message, at };
        self.tenant.tx.put_row(self.tenant.key().text(key), &request)
    }

    /// Forgets those of these keys that were used at `until` or before; gives back how many.
    pub fn forget(&self, found: &Outlived, until: Timestamp) -> Result<usize> {
        self.tenant.tx.forget(found, |request: &IdempotentRequest| request.at <= until)
    }
}
