//! The audit: entries without gaps, each of which vouches for the one before.
//!
//! Invariant: the hash of an entry is SHA-256 over the hash before, the encoded event and the sequence (big-endian).

use std::ops::ControlFlow;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::codec;
use super::error::Result;
use super::key::Key;
use super::row::{Derived, Row, decode};
use super::schema::Table;
use super::tx::{Direction, Tx, Writing};
use crate::domain::audit::{Actor, AuditEntry, AuditEvent, AuditFilter};
use crate::domain::id::TenantId;
use crate::domain::page::{Limit, Page};
use crate::domain::time::Timestamp;

/// The version whose events know from where something was done.
const WITH_ADDRESS: u8 = 2;

/// An event without an address, as version 1 keeps it.
#[derive(Deserialize)]
struct PlainEvent {
    at: Timestamp,
    actor: Actor,
    tenant: Option<TenantId>,
    action: String,
    subject: String,
    detail: String,
}

#[derive(Deserialize)]
struct PlainEntry {
    sequence: u64,
    event: PlainEvent,
    previous: [u8; 32],
    hash: [u8; 32],
}

impl From<PlainEntry> for AuditEntry {
    fn from(entry: PlainEntry) -> Self {
        let PlainEvent { at, actor, tenant, action, subject, detail } = entry.event;
        let event = AuditEvent { at, actor, tenant, action, subject, detail, address: None };
        Self { sequence: entry.sequence, event, previous: entry.previous, hash: entry.hash }
    }
}

/// The version in which an event is written, and over which it is hashed.
fn version(event: &AuditEvent) -> u8 {
    if event.address.is_some() { WITH_ADDRESS } else { codec::FIRST }
}

impl Row for AuditEntry {
    const TABLE: Table = Table::Audit;

    fn version(&self) -> u8 {
        version(&self.event)
    }

    fn read(version: u8, bytes: &[u8]) -> Result<Self> {
        codec::read_either::<PlainEntry, Self>(Self::TABLE, WITH_ADDRESS, version, bytes)
    }

    fn key(&self) -> Option<Key> {
        Some(Key::new().u64(self.sequence))
    }

    fn derive(&self, _key: &Key) -> Derived {
        let mut derived = Derived::default();
        if let Some(tenant) = self.event.tenant {
            derived.mark(Table::AuditByTenant, Key::of(tenant).u64(self.sequence));
        }
        derived
    }
}

/// The hash that an entry must have.
pub(crate) fn hash_of(previous: &[u8; 32], event: &AuditEvent, sequence: u64) -> Result<[u8; 32]> {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(codec::encode_as(Table::Audit, version(event), event)?);
    hasher.update(sequence.to_be_bytes());
    Ok(hasher.finalize().into())
}

/// How many entries one page looks at.
pub(crate) const EXAMINED: usize = 20_000;

/// The audit of this server.
#[derive(Debug)]
pub struct Audit<'a, 't, M> {
    tx: &'a Tx<'t, M>,
}

impl<'t, M> Tx<'t, M> {
    /// The audit of this server.
    pub fn audit(&self) -> Audit<'_, 't, M> {
        Audit { tx: self }
    }
}

impl<M> Audit<'_, '_, M> {
    /// A page of the entries that the filter keeps, the newest first; with `tenant`, only those of that tenant.
    /// After [`EXAMINED`] entries the page ends, however little was found; the next one goes on from there.
    pub fn list(
        &self,
        tenant: Option<TenantId>,
        filter: &AuditFilter,
        limit: Limit,
        cursor: Option<&[u8]>,
    ) -> Result<Page<AuditEntry>> {
        let (table, prefix) = match tenant {
            Some(tenant) => (Table::AuditByTenant, Key::of(tenant)),
            None => (Table::Audit, Key::new()),
        };
        let range = cursor.map_or_else(|| prefix.range(), |cursor| prefix.range_before(cursor));
        let mut page = Page { items: Vec::new(), next: None };
        let (mut examined, mut last) = (0, Vec::new());
        self.tx.scan(table, &range, Direction::Backward, |key, value| {
            let sequence = prefix.rest(key);
            let entry = match tenant {
                Some(_) => self.tx.row(&Key::from_bytes(sequence))?,
                None => Some(decode::<AuditEntry>(value)?),
            };
            let found = entry.filter(|entry| filter.keeps(&entry.event));
            if examined == EXAMINED || (found.is_some() && page.items.len() == limit.get()) {
                page.next = Some(last.clone());
                return Ok(ControlFlow::Break(()));
            }
            examined += 1;
            page.items.extend(found);
            sequence.clone_into(&mut last);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(page)
    }

    /// The newest entry.
    pub fn last(&self) -> Result<Option<AuditEntry>> {
        let mut last = None;
        self.tx.scan(Table::Audit, &Key::new().range(), Direction::Backward, |_, value| {
            last = Some(decode(value)?);
            Ok(ControlFlow::Break(()))
        })?;
        Ok(last)
    }
}

impl Audit<'_, '_, Writing> {
    /// Adds an entry to the chain.
    pub fn append(&self, event: AuditEvent) -> Result<AuditEntry> {
        let (sequence, previous) = self.last()?.map_or((1, [0; 32]), |last| (last.sequence + 1, last.hash));
        let hash = hash_of(&previous, &event, sequence)?;
        let entry = AuditEntry { sequence, event, previous, hash };
        self.tx.put_row(Key::new().u64(sequence), &entry)?;
        Ok(entry)
    }
}
