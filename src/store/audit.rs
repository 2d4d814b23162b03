//! The audit: entries without gaps, each of which vouches for the one before.
//!
//! Invariant: the hash of an entry is SHA-256 over the hash before, the encoded event and the sequence (big-endian).

use std::ops::ControlFlow;

use sha2::{Digest, Sha256};

use super::codec;
use super::error::Result;
use super::key::Key;
use super::row::{Derived, Row, decode};
use super::schema::Table;
use super::tx::{Direction, Tx, Writing};
use crate::domain::audit::{AuditEntry, AuditEvent};
use crate::domain::id::TenantId;
use crate::domain::page::{Limit, Page};

impl Row for AuditEntry {
    const TABLE: Table = Table::Audit;

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
    hasher.update(codec::encode(Table::Audit, event)?);
    hasher.update(sequence.to_be_bytes());
    Ok(hasher.finalize().into())
}

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
    /// A page of entries, the newest first; with `tenant`, only those of that tenant.
    pub fn list(
        &self,
        tenant: Option<TenantId>,
        limit: Limit,
        cursor: Option<&[u8]>,
    ) -> Result<Page<AuditEntry>> {
        let Some(tenant) = tenant else {
            return self.tx.page(&Key::new(), Direction::Backward, limit, cursor, |_| true);
        };
        let prefix = Key::of(tenant);
        self.tx.page_of(Table::AuditByTenant, &prefix, Direction::Backward, limit, cursor, |sequence, _| {
            self.tx.row(&Key::from_bytes(sequence))
        })
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
