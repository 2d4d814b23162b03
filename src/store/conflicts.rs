//! Conflicts of a tenant, and which of them wait for an administrator.

use super::error::Result;
use super::key::{Key, last_id};
use super::row::{Derived, Row};
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::{Direction, Writing};
use crate::domain::id::ConflictId;
use crate::domain::page::{Limit, Page};
use crate::domain::sync::conflict::{Conflict, ConflictState};

impl Row for Conflict {
    const TABLE: Table = Table::Conflicts;

    fn key(&self) -> Option<Key> {
        Some(Key::of(self.tenant).id(self.id.bytes()))
    }

    fn derive(&self, key: &Key) -> Derived {
        let mut derived = Derived::default();
        if self.state == ConflictState::Open {
            derived.mark(Table::OpenConflicts, key.clone());
        }
        derived
    }
}

/// The conflicts of one tenant.
#[derive(Debug)]
pub struct Conflicts<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

impl<'a, 't, M> InTenant<'a, 't, M> {
    /// The conflicts of this tenant.
    pub fn conflicts(&self) -> Conflicts<'a, 't, M> {
        Conflicts { tenant: *self }
    }
}

impl<M> Conflicts<'_, '_, M> {
    /// One conflict.
    pub fn get(&self, id: ConflictId) -> Result<Option<Conflict>> {
        self.tenant.tx.row(&self.tenant.key().id(id.bytes()))
    }

    /// A page of conflicts, the newest first; those that wait, or all.
    pub fn list(&self, open_only: bool, limit: Limit, cursor: Option<&[u8]>) -> Result<Page<Conflict>> {
        let (tx, prefix) = (self.tenant.tx, self.tenant.key());
        if !open_only {
            return tx.page(&prefix, Direction::Backward, limit, cursor, |_| true);
        }
        tx.page_of(Table::OpenConflicts, &prefix, Direction::Backward, limit, cursor, |rest, _| {
            last_id(rest).map_or(Ok(None), |id| self.get(id))
        })
    }

    /// Every conflict that waits, the oldest first.
    pub fn open(&self) -> Result<Vec<Conflict>> {
        let mut open = Vec::new();
        self.tenant.tx.each(Table::OpenConflicts, &self.tenant.key().range(), |key, _| {
            if let Some(id) = last_id(key) {
                open.extend(self.get(id)?);
            }
            Ok(())
        })?;
        Ok(open)
    }

    /// Every conflict of any state, the oldest first.
    pub fn all(&self) -> Result<Vec<Conflict>> {
        self.tenant.tx.rows(&self.tenant.key())
    }
}

impl Conflicts<'_, '_, Writing> {
    /// Makes or replaces a conflict.
    pub fn put(&self, conflict: &Conflict) -> Result<()> {
        self.tenant.own(Table::Conflicts, conflict.tenant)?;
        self.tenant.tx.put_row(self.tenant.key().id(conflict.id.bytes()), conflict)
    }
}
