//! The logical copy: every table of one snapshot into a new file, which is then read back.
//!
//! Must not know what rows mean. Invariant: the tables are those that the file has, not those that this program knows,
//! so that a file of another version is copied whole.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use redb::{
    ReadTransaction, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition, TableHandle,
};

use super::{BackupError, disk};
use crate::store::check::{self, Finding};
use crate::store::migrate;
use crate::store::search::Search;
use crate::store::snapshot::Snapshot;
use crate::store::tx::ReadTx;

/// After how many rows the copy looks whether it is still wanted.
const LOOK: u64 = 4096;

/// Rows by table.
pub(super) type Counts = BTreeMap<String, u64>;

/// How far a backup is, and whether it is still wanted. Shared between the one who works and the one who looks.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    of: AtomicU64,
    stopped: AtomicBool,
}

impl Progress {
    /// How much is done, and of how much: rows while a backup is made, bytes while one is read. Both 0 before it begins.
    pub fn reached(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.of.load(Ordering::Relaxed))
    }

    pub(super) fn reach(&self, done: u64) {
        self.done.store(done, Ordering::Relaxed);
    }

    pub(super) fn expect(&self, of: u64) {
        self.of.store(of, Ordering::Relaxed);
    }

    /// Asks the work to end at the next opportunity.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(super) fn look(&self) -> Result<(), BackupError> {
        if self.stopped.load(Ordering::Relaxed) { Err(BackupError::Stopped) } else { Ok(()) }
    }
}

fn definition(name: &str) -> TableDefinition<'_, &'static [u8], &'static [u8]> {
    TableDefinition::new(name)
}

/// Copies everything that the snapshot shows into a new file.
pub(super) fn copy(
    snapshot: &ReadTransaction,
    target: &Path,
    progress: &Progress,
) -> Result<Counts, BackupError> {
    let names: Vec<String> =
        snapshot.list_tables().map_err(storage)?.map(|table| table.name().to_owned()).collect();
    let mut counts = Counts::new();
    for name in &names {
        let rows = snapshot.open_table(definition(name)).map_err(storage)?.len().map_err(storage)?;
        counts.insert(name.clone(), rows);
    }
    progress.expect(counts.values().sum());
    let database = disk::create_database(target).map_err(storage)?;
    let writing = database.begin_write().map_err(storage)?;
    let mut copied = 0;
    for name in &names {
        let source = snapshot.open_table(definition(name)).map_err(storage)?;
        let mut copy = writing.open_table(definition(name)).map_err(storage)?;
        for row in source.iter().map_err(storage)? {
            let (key, value) = row.map_err(storage)?;
            copy.insert(key.value(), value.value()).map_err(storage)?;
            copied += 1;
            if copied % LOOK == 0 {
                progress.reach(copied);
                progress.look()?;
            }
        }
    }
    progress.reach(copied);
    writing.commit().map_err(storage)?;
    database.close().map_err(storage)?;
    Ok(counts)
}

/// What was found in a file that was opened again.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) schema_version: u32,
    pub(super) counts: Counts,
    pub(super) findings: Vec<Finding>,
}

/// Opens a copy and reads it through: the file itself, the number of rows, and (when its schema is ours) whether
/// every index agrees with its rows.
pub(super) fn examine(path: &Path) -> Result<Examined, BackupError> {
    let mut database = disk::open_database(path).map_err(storage)?;
    if !database.check_integrity().map_err(storage)? {
        return Err(BackupError::damaged("the database file fails its own check"));
    }
    let schema_version = migrate::version(&database)?;
    let snapshot = database.begin_read().map_err(storage)?;
    let mut counts = Counts::new();
    for table in snapshot.list_tables().map_err(storage)? {
        let rows = snapshot.open_table(definition(table.name())).map_err(storage)?.len().map_err(storage)?;
        counts.insert(table.name().to_owned(), rows);
    }
    let findings = if schema_version == migrate::NEWEST {
        let search = Search::default();
        check::check(&ReadTx::reading(&Snapshot::of(&database)?, &search, 0))?
    } else {
        Vec::new()
    };
    Ok(Examined { schema_version, counts, findings })
}

fn storage(error: impl Into<redb::Error>) -> BackupError {
    error.into().into()
}
