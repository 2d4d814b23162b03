//! The revision of access: a number in memory that moves with every commit to what the worth of a token is made from.
//!
//! Noted where tables are written, below all nouns, so that no caller can forget it. Must not know what moved.
//! Invariant: what a snapshot said of a token holds for as long as the number is the one that was asked before the
//! snapshot was taken; a write has moved it before it returns.

use std::sync::atomic::{AtomicU64, Ordering};

use super::schema::Table;

/// Whose token it is, what that one may do, and where.
const SEEN_BY_ACCESS: [Table; 5] =
    [Table::Sessions, Table::ApiTokens, Table::Accounts, Table::Members, Table::Tenants];

/// Whether a write to this table may change what a token is worth.
pub(crate) fn is_seen_by_access(table: Table) -> bool {
    SEEN_BY_ACCESS.contains(&table)
}

/// The number of this process; it begins anew with each.
#[derive(Debug, Default)]
pub(crate) struct AccessRevision(AtomicU64);

impl AccessRevision {
    /// The number; to be asked before a snapshot is taken.
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }

    /// Moves on; to be called behind a commit, whatever became of it.
    pub(crate) fn advance(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }
}
