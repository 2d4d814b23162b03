//! The last committed state, opened once for everybody who reads it: finding a row takes less time than opening its table.
//!
//! Must not know what rows mean. Invariant: whoever asks after a write returned gets a snapshot that holds it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use redb::{Database, ReadOnlyTable, ReadTransaction, ReadableDatabase};

use super::error::{Error, Result};
use super::schema::Table;
use super::tx::Bytes;

/// One committed state of the whole database, its tables open from their first use on.
pub(crate) struct Snapshot {
    transaction: ReadTransaction,
    /// One place a table; boxed, because most of them stay empty.
    tables: Vec<OnceLock<Box<ReadOnlyTable<Bytes, Bytes>>>>,
}

impl Snapshot {
    /// What was committed last.
    pub(crate) fn of(database: &Database) -> Result<Self> {
        let tables = Table::ALL.iter().map(|_| OnceLock::new()).collect();
        Ok(Self { transaction: database.begin_read()?, tables })
    }

    /// A table as it was.
    pub(super) fn table(&self, table: Table) -> Result<&ReadOnlyTable<Bytes, Bytes>> {
        let place = self.tables.get(table as usize).ok_or_else(|| Error::unknown(table))?;
        if let Some(opened) = place.get() {
            return Ok(opened);
        }
        let opened = self.transaction.open_table(table.definition())?;
        Ok(place.get_or_init(|| Box::new(opened)))
    }
}

/// The snapshot that readers share, until a commit makes it an old one.
#[derive(Default)]
pub(crate) struct Latest(Mutex<Option<Arc<Snapshot>>>);

impl Latest {
    /// The newest snapshot of `database`.
    pub(crate) fn get(&self, database: &Database) -> Result<Arc<Snapshot>> {
        // Taken while the place is held: what is put there cannot be older than a commit that emptied it.
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(snapshot) = &*place {
            return Ok(Arc::clone(snapshot));
        }
        let snapshot = Arc::new(Snapshot::of(database)?);
        *place = Some(Arc::clone(&snapshot));
        Ok(snapshot)
    }

    /// Lets go of it; to be called behind a commit, whatever became of it, and before anybody is told of it.
    pub(crate) fn forget(&self) {
        let old = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(old);
    }
}
