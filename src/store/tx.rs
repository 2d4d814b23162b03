//! Transactions: how rows are reached. One type for reading and writing, so that no reader is written twice.
//!
//! Must not know what a row means; the nouns do. Invariant: a writer opens every table at most once, at its first use, and
//! what is derived from rows (indexes, counters) is written here together with them.

use std::cell::{Cell, OnceCell, Ref, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::ops::ControlFlow;

use redb::{ReadOnlyTable, ReadableTable, ReadableTableMetadata, WriteTransaction};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::access_revision::is_seen_by_access;
use super::codec;
use super::directory_revision::is_seen_by_plans;
use super::error::{Error, Result};
use super::key::{Key, KeyRange};
use super::schema::Table;
use super::search::{REBUILD_ABOVE, Search};
use super::snapshot::Snapshot;
use crate::domain::id::{MemberId, TenantId};

/// Marks a transaction that only reads.
#[derive(Debug)]
pub struct Reading;

/// Marks a transaction that writes.
#[derive(Debug)]
pub struct Writing;

/// A transaction. What both kinds can do is written for every `M`; what only writers can, for [`Writing`].
pub struct Tx<'t, M> {
    source: Source<'t>,
    counted: RefCell<BTreeMap<Key, i64>>,
    touched: RefCell<BTreeMap<TenantId, BTreeSet<MemberId>>>,
    search: Option<&'t Search>,
    commits_before: u64,
    spoilt: Cell<bool>,
    moves_directory: Cell<bool>,
    moves_access: Cell<bool>,
    mode: PhantomData<M>,
}

/// A snapshot of the whole database.
pub type ReadTx<'t> = Tx<'t, Reading>;

/// The one writer of the moment; sees its own writes.
pub type WriteTx<'t> = Tx<'t, Writing>;

pub(super) type Bytes = &'static [u8];
/// A table that is written.
pub(super) type WritableTable<'t> = redb::Table<'t, Bytes, Bytes>;

enum Source<'t> {
    Read(&'t Snapshot),
    Write {
        transaction: &'t WriteTransaction,
        /// One place a table; boxed, because most of them stay empty in most transactions.
        tables: Vec<OnceCell<Box<RefCell<WritableTable<'t>>>>>,
    },
}

/// A table for as long as it is read.
enum View<'a, 't> {
    Read(&'a ReadOnlyTable<Bytes, Bytes>),
    Write(Ref<'a, WritableTable<'t>>),
}

impl View<'_, '_> {
    fn get(&self, key: &[u8]) -> Result<Option<redb::AccessGuard<'_, Bytes>>> {
        Ok(match self {
            Self::Read(table) => ReadableTable::get(*table, key)?,
            Self::Write(table) => table.get(key)?,
        })
    }

    fn range(&self, range: &KeyRange) -> Result<redb::Range<'_, Bytes, Bytes>> {
        Ok(match self {
            Self::Read(table) => ReadableTable::range::<&[u8]>(*table, range.bounds())?,
            Self::Write(table) => table.range::<&[u8]>(range.bounds())?,
        })
    }

    fn len(&self) -> Result<u64> {
        Ok(match self {
            Self::Read(table) => table.len()?,
            Self::Write(table) => table.len()?,
        })
    }
}

/// Which way a scan runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Forward,
    Backward,
}

impl<'t> ReadTx<'t> {
    /// `commits_before`: [`Search::commits`], asked before the snapshot was taken.
    pub(crate) fn reading(snapshot: &'t Snapshot, search: &'t Search, commits_before: u64) -> Self {
        Self { commits_before, ..Self::over(Source::Read(snapshot), Some(search)) }
    }
}

impl<'t> WriteTx<'t> {
    pub(crate) fn writing(transaction: &'t WriteTransaction) -> Self {
        let tables = Table::ALL.iter().map(|_| OnceCell::new()).collect();
        Self::over(Source::Write { transaction, tables }, None)
    }
}

impl<'t, M> Tx<'t, M> {
    fn over(source: Source<'t>, search: Option<&'t Search>) -> Self {
        Self {
            source,
            counted: RefCell::default(),
            touched: RefCell::default(),
            search,
            commits_before: 0,
            spoilt: Cell::new(false),
            moves_directory: Cell::new(false),
            moves_access: Cell::new(false),
            mode: PhantomData,
        }
    }

    /// The search index, for readers only: a writer's own changes are not in it.
    pub(crate) fn search(&self) -> Option<&'t Search> {
        self.search
    }

    /// The number of commits that this snapshot holds for sure.
    pub(crate) fn commits_before(&self) -> u64 {
        self.commits_before
    }

    /// Whether this transaction wrote something that plans are made from.
    pub(crate) fn moves_directory(&self) -> bool {
        self.moves_directory.get()
    }

    fn view(&self, table: Table) -> Result<View<'_, 't>> {
        Ok(match &self.source {
            Source::Read(snapshot) => View::Read(snapshot.table(table)?),
            Source::Write { transaction, tables } => {
                View::Write(opened(transaction, tables, table)?.borrow())
            }
        })
    }

    /// A value's bytes.
    pub(crate) fn get(&self, table: Table, key: &Key) -> Result<Option<Vec<u8>>> {
        let view = self.view(table)?;
        Ok(view.get(key.as_bytes())?.map(|guard| guard.value().to_vec()))
    }

    /// What `read` makes of a value's bytes.
    pub(crate) fn get_with<T>(
        &self,
        table: Table,
        key: &Key,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        let view = self.view(table)?;
        view.get(key.as_bytes())?.map(|guard| read(guard.value())).transpose()
    }

    /// A value, decoded.
    pub(crate) fn value<T: DeserializeOwned>(&self, table: Table, key: &Key) -> Result<Option<T>> {
        self.get_with(table, key, |bytes| codec::decode(table, bytes))
    }

    /// Whether there is a key in the range.
    pub(crate) fn any(&self, table: Table, range: &KeyRange) -> Result<bool> {
        Ok(self.view(table)?.range(range)?.next().transpose()?.is_some())
    }

    /// The number of rows, without a scan.
    pub(crate) fn len(&self, table: Table) -> Result<u64> {
        self.view(table)?.len()
    }

    /// Visits keys and values in order until told to stop. The visitor may read, but not write this table.
    pub(crate) fn scan(
        &self,
        table: Table,
        range: &KeyRange,
        direction: Direction,
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let view = self.view(table)?;
        let mut rows = view.range(range)?;
        loop {
            let row = match direction {
                Direction::Forward => rows.next(),
                Direction::Backward => rows.next_back(),
            };
            let Some(row) = row else { return Ok(()) };
            let (key, value) = row?;
            if visit(key.value(), value.value())?.is_break() {
                return Ok(());
            }
        }
    }

    /// Visits every key and value of a range.
    pub(crate) fn each(
        &self,
        table: Table,
        range: &KeyRange,
        mut visit: impl FnMut(&[u8], &[u8]) -> Result<()>,
    ) -> Result<()> {
        self.scan(table, range, Direction::Forward, |key, value| {
            visit(key, value).map(|()| ControlFlow::Continue(()))
        })
    }

    /// A stored counter.
    pub(crate) fn count(&self, counter: &Key) -> Result<u64> {
        let stored: i64 = self.value(Table::Counters, counter)?.unwrap_or(0);
        let moved = self.counted.borrow().get(counter).copied().unwrap_or(0);
        Ok(u64::try_from(stored + moved).unwrap_or(0))
    }
}

impl<'t> WriteTx<'t> {
    /// A table to be written.
    pub(super) fn writable(&self, table: Table) -> Result<&RefCell<WritableTable<'t>>> {
        match &self.source {
            Source::Write { transaction, tables } => opened(transaction, tables, table),
            Source::Read(_) => Err(Error::corrupt(table.name(), "a reader cannot write")),
        }
    }

    /// Writes bytes; gives back whether something else stood there.
    pub(crate) fn insert(&self, table: Table, key: &Key, value: &[u8]) -> Result<bool> {
        self.note_write(table);
        let mut table = self.writable(table)?.borrow_mut();
        let old = table.insert(key.as_bytes(), value)?;
        Ok(old.is_some_and(|old| old.value() != value))
    }

    /// Removes a key; gives back whether it was there.
    pub(crate) fn remove(&self, table: Table, key: &Key) -> Result<bool> {
        self.note_write(table);
        Ok(self.writable(table)?.borrow_mut().remove(key.as_bytes())?.is_some())
    }

    /// Whether this transaction wrote something that the worth of a token is made from.
    pub(crate) fn moves_access(&self) -> bool {
        self.moves_access.get()
    }

    pub(super) fn note_write(&self, table: Table) {
        if is_seen_by_access(table) {
            self.moves_access.set(true);
        }
        if is_seen_by_plans(table) {
            self.moves_directory.set(true);
        }
    }

    /// Encodes and writes a value.
    pub(crate) fn put_value<T: Serialize>(&self, table: Table, key: &Key, value: &T) -> Result<()> {
        self.insert(table, key, &codec::encode(table, value)?).map(drop)
    }

    /// Moves a counter; it is written with the commit.
    pub(crate) fn move_counter(&self, counter: &Key, by: i64) {
        let mut counted = self.counted.borrow_mut();
        match counted.get_mut(counter) {
            Some(moved) => *moved += by,
            None => drop(counted.insert(counter.clone(), by)),
        }
    }

    /// Notes that the search index must read a member again after the commit. Beyond a number it reads everybody
    /// again, and nobody need be told apart.
    pub(crate) fn touch_member(&self, tenant: TenantId, member: MemberId) {
        let mut touched = self.touched.borrow_mut();
        let members = touched.entry(tenant).or_default();
        if members.len() <= REBUILD_ABOVE {
            members.insert(member);
        }
    }

    /// Notes that a write stopped half-way: whatever the caller makes of its error, this must not be committed.
    pub(crate) fn spoil(&self) {
        self.spoilt.set(true);
    }

    /// Writes the counters and the directory's revision; gives back the members that were touched. The last thing before a commit.
    pub(crate) fn settle(self) -> Result<BTreeMap<TenantId, BTreeSet<MemberId>>> {
        if self.spoilt.get() {
            return Err(Error::corrupt("(transaction)", "a failed write was about to be committed"));
        }
        let counted = self.counted.take();
        for (counter, by) in counted.into_iter().filter(|(_, by)| *by != 0) {
            let stored: i64 = self.value(Table::Counters, &counter)?.unwrap_or(0);
            match stored + by {
                0 => self.remove(Table::Counters, &counter).map(drop)?,
                sum => self.put_value(Table::Counters, &counter, &sum)?,
            }
        }
        self.settle_directory_revision()?;
        Ok(self.touched.take())
    }
}

/// A table of a writer, opened at its first use.
fn opened<'a, 't>(
    transaction: &'t WriteTransaction,
    tables: &'a [OnceCell<Box<RefCell<WritableTable<'t>>>>],
    table: Table,
) -> Result<&'a RefCell<WritableTable<'t>>> {
    let place = tables.get(table as usize).ok_or_else(|| Error::unknown(table))?;
    if let Some(opened) = place.get() {
        return Ok(opened);
    }
    let opened = transaction.open_table(table.definition())?;
    Ok(place.get_or_init(|| Box::new(RefCell::new(opened))))
}

impl<M> std::fmt::Debug for Tx<'_, M> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tx")
    }
}
