//! The directory's revision: a number that moves with every write to what plans are made from.
//!
//! Kept where tables are written, below all nouns, so that no caller can forget it. Must not know what moved. Invariant: two
//! snapshots of one revision hold the same members, departments, conflicts and usernames, of all tenants: a plan looks
//! at other tenants too, where an account is shared.

use super::error::Result;
use super::key::Key;
use super::schema::Table;
use super::tx::{Tx, WriteTx};

/// What plans are made from. Of an account a plan needs only whom a username belongs to; its password and sign-ins
/// change nothing.
const SEEN_BY_PLANS: [Table; 4] =
    [Table::Members, Table::Departments, Table::Conflicts, Table::AccountByUsername];

/// Whether a write to this table moves the directory.
pub(crate) fn is_seen_by_plans(table: Table) -> bool {
    SEEN_BY_PLANS.contains(&table)
}

fn key() -> Key {
    Key::new().text("directory_revision")
}

impl<M> Tx<'_, M> {
    /// The directory's revision, this transaction's own writes included.
    pub fn directory_revision(&self) -> Result<u64> {
        let stored: u64 = self.value(Table::Meta, &key())?.unwrap_or(0);
        Ok(stored.wrapping_add(u64::from(self.moves_directory())))
    }
}

impl WriteTx<'_> {
    /// Stores the revision; part of settling a transaction.
    pub(crate) fn settle_directory_revision(&self) -> Result<()> {
        if self.moves_directory() {
            self.put_value(Table::Meta, &key(), &self.directory_revision()?)?;
        }
        Ok(())
    }
}
