//! Rows: a value with everything that is derived from it. Writers and the check use the same derivation.
//!
//! Invariant: an index entry or counter exists exactly when a row says so in [`Row::derive`]; nobody else writes one.

use std::ops::ControlFlow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use smallvec::SmallVec;

use super::bundle::Bundle;
use super::codec;
use super::error::Result;
use super::key::Key;
use super::schema::Table;
use super::tx::{Direction, Tx, WriteTx};
use crate::domain::page::{Limit, Page};

/// A value that has a table of its own.
pub(crate) trait Row: Serialize + DeserializeOwned + Sync {
    /// Where it lives.
    const TABLE: Table;

    /// The version in which this row is written.
    fn version(&self) -> u8 {
        codec::FIRST
    }

    /// Reads a row of any version that was ever written.
    fn read(version: u8, bytes: &[u8]) -> Result<Self> {
        match version {
            codec::FIRST => codec::read(Self::TABLE, bytes),
            _ => Err(codec::unknown(Self::TABLE, version)),
        }
    }

    /// The key it must stand under, when it knows that itself.
    fn key(&self) -> Option<Key> {
        None
    }

    /// What follows from it, standing under `key`.
    fn derive(&self, _key: &Key) -> Derived {
        Derived::default()
    }
}

/// What follows from a row.
#[derive(Debug, Default)]
pub(crate) struct Derived {
    /// Entries of index tables.
    pub(crate) entries: Vec<Entry>,
    /// Counters that count this row, each once.
    pub(crate) counters: Vec<Key>,
}

/// An entry of an index table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) table: Table,
    pub(crate) key: Key,
    pub(crate) value: SmallVec<[u8; 16]>,
}

impl Derived {
    /// Adds an entry without a value.
    pub(crate) fn mark(&mut self, table: Table, key: Key) {
        self.point(table, key, &[]);
    }

    /// Adds an entry that leads to something.
    pub(crate) fn point(&mut self, table: Table, key: Key, value: &[u8]) {
        self.entries.push(Entry { table, key, value: SmallVec::from_slice(value) });
    }
}

/// A row ready to be written: encoded before the transaction, so that the writer is held for less time.
#[derive(Debug)]
pub struct Prepared<'a, R> {
    pub(crate) key: Key,
    pub(crate) before: Option<&'a R>,
    pub(crate) after: &'a R,
    bytes: Vec<u8>,
}

impl<R> Prepared<'_, R> {
    /// The row that will stand there.
    pub fn after(&self) -> &R {
        self.after
    }

    /// The row as its table holds it.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Encodes a row; `before` must be the stored row, or `None` when there is none.
pub(crate) fn prepare<'a, R: Row>(key: Key, before: Option<&'a R>, after: &'a R) -> Result<Prepared<'a, R>> {
    Ok(Prepared { key, before, after, bytes: codec::encode_as(R::TABLE, after.version(), after)? })
}

/// Reads a row of any version.
pub(crate) fn decode<R: Row>(bytes: &[u8]) -> Result<R> {
    let (version, rest) = codec::split(R::TABLE, bytes)?;
    R::read(version, rest)
}

impl<M> Tx<'_, M> {
    /// One row.
    pub(crate) fn row<R: Row>(&self, key: &Key) -> Result<Option<R>> {
        self.get_with(R::TABLE, key, decode)
    }

    /// Every row whose key begins with `prefix`, in order.
    pub(crate) fn rows<R: Row>(&self, prefix: &Key) -> Result<Vec<R>> {
        let mut rows = Vec::new();
        self.each(R::TABLE, &prefix.range(), |_, value| {
            rows.push(decode(value)?);
            Ok(())
        })?;
        Ok(rows)
    }

    /// One page of the rows whose key begins with `prefix`.
    pub(crate) fn page<R: Row>(
        &self,
        prefix: &Key,
        direction: Direction,
        limit: Limit,
        cursor: Option<&[u8]>,
        keep: impl Fn(&R) -> bool,
    ) -> Result<Page<R>> {
        self.page_of(R::TABLE, prefix, direction, limit, cursor, |_, value| {
            let row = decode(value)?;
            Ok(keep(&row).then_some(row))
        })
    }

    /// One page of what `item` makes of the keys (what follows `prefix` in them) and values; `None` is passed over.
    /// There is a next page only when there is something to show on it.
    pub(crate) fn page_of<T>(
        &self,
        table: Table,
        prefix: &Key,
        direction: Direction,
        limit: Limit,
        cursor: Option<&[u8]>,
        item: impl FnMut(&[u8], &[u8]) -> Result<Option<T>>,
    ) -> Result<Page<T>> {
        self.page_within(usize::MAX, table, prefix, direction, limit, cursor, item)
    }

    /// The same for lists in which something rare may be looked for: the page ends once `most` keys were looked at,
    /// however little was found, and the next one goes on from there.
    #[expect(clippy::too_many_arguments, reason = "those of `page_of`, and the budget")]
    pub(crate) fn page_within<T>(
        &self,
        most: usize,
        table: Table,
        prefix: &Key,
        direction: Direction,
        limit: Limit,
        cursor: Option<&[u8]>,
        mut item: impl FnMut(&[u8], &[u8]) -> Result<Option<T>>,
    ) -> Result<Page<T>> {
        let range = match (cursor, direction) {
            (None, _) => prefix.range(),
            (Some(cursor), Direction::Forward) => prefix.range_after(cursor),
            (Some(cursor), Direction::Backward) => prefix.range_before(cursor),
        };
        let mut page = Page { items: Vec::new(), next: None };
        let (mut examined, mut last) = (0, Vec::new());
        self.scan(table, &range, direction, |key, value| {
            let rest = prefix.rest(key);
            let found = if examined == most { None } else { item(rest, value)? };
            if examined == most || (found.is_some() && page.items.len() == limit.get()) {
                page.next = Some(last.clone());
                return Ok(ControlFlow::Break(()));
            }
            examined += 1;
            page.items.extend(found);
            rest.clone_into(&mut last);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(page)
    }
}

impl WriteTx<'_> {
    /// Writes one row over whatever stands there.
    pub(crate) fn put_row<R: Row>(&self, key: Key, row: &R) -> Result<()> {
        let before = self.row(&key)?;
        self.write_rows(&[prepare(key, before.as_ref(), row)?])
    }

    /// Removes a row with everything derived from it; gives it back.
    pub(crate) fn remove_row<R: Row>(&self, key: &Key) -> Result<Option<R>> {
        let Some(row) = self.row::<R>(key)? else { return Ok(None) };
        self.take_away(R::TABLE, key, &row.derive(key))?;
        Ok(Some(row))
    }

    /// Removes the rows under `prefix` with everything derived from them; gives back how many.
    pub(crate) fn remove_rows<R: Row>(&self, prefix: &Key) -> Result<usize> {
        let mut gone = Vec::new();
        self.each(R::TABLE, &prefix.range(), |key, value| {
            let key = Key::from_bytes(key);
            let derived = decode::<R>(value)?.derive(&key);
            gone.push((key, derived));
            Ok(())
        })?;
        for (key, derived) in &gone {
            self.take_away(R::TABLE, key, derived)?;
        }
        Ok(gone.len())
    }

    /// Removes what stands under a key, and what was derived from it.
    pub(super) fn take_away(&self, table: Table, key: &Key, derived: &Derived) -> Result<()> {
        for entry in &derived.entries {
            self.remove(entry.table, &entry.key)?;
        }
        for counter in &derived.counters {
            self.move_counter(counter, -1);
        }
        self.remove(table, key)?;
        Ok(())
    }

    /// Writes many rows with what follows from them.
    pub(crate) fn write_rows<R: Row>(&self, writes: &[Prepared<'_, R>]) -> Result<()> {
        self.write_together(&[Bundle::of(writes)])
    }
}
