//! Many rows at once, each table's in the order of their keys.
//!
//! A cursor that stays where it is writes a row about three times as fast as a search from the root for each; it pays where runs of
//! new keys find a gap, as those of a new tenant or a new run do. Invariant: what stands in the table afterwards is
//! what writing one row after the other leaves.

use std::cmp::Reverse;
use std::ops::Bound;

use rayon::prelude::*;
use redb::CursorError;

use super::error::{Error, Result};
use super::schema::Table;
use super::tx::{WritableTable, WriteTx};

/// A cursor that got no further than this was not worth its opening …
const SHORT_RUN: usize = 4;
/// … and so many rows are written one by one before the next one is opened.
const ONE_BY_ONE: usize = 64;

/// Below so many rows, handing them to other threads costs more than it saves.
const WORTH_A_THREAD: usize = 5_000;

/// What a row costs beside its bytes, as many more of them.
const ROW: usize = 100;

/// Keys with their values.
pub(crate) type Pairs<'e> = Vec<(&'e [u8], &'e [u8])>;

/// Keys with their values, one behind the other in one piece of memory: there are many, and they are small.
#[derive(Debug, Default)]
pub(crate) struct Packed {
    bytes: Vec<u8>,
    /// Where each key and its value end.
    ends: Vec<(usize, usize)>,
}

impl Packed {
    pub(crate) fn push(&mut self, key: &[u8], value: &[u8]) {
        self.bytes.extend_from_slice(key);
        let key_end = self.bytes.len();
        self.bytes.extend_from_slice(value);
        self.ends.push((key_end, self.bytes.len()));
    }

    fn pairs(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let part = |from, to| self.bytes.get(from..to).unwrap_or_default();
        self.ends.iter().scan(0, move |start, (key_end, end)| {
            let from = std::mem::replace(start, *end);
            Some((part(from, *key_end), part(*key_end, *end)))
        })
    }
}

/// Rows as they came together.
pub(crate) enum Part<'e> {
    Pairs(&'e Pairs<'e>),
    Packed(&'e Packed),
}

impl<'e> Part<'e> {
    fn len(&self) -> usize {
        match self {
            Self::Pairs(pairs) => pairs.len(),
            Self::Packed(packed) => packed.ends.len(),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Pairs(pairs) => pairs.iter().map(|(key, value)| key.len() + value.len()).sum(),
            Self::Packed(packed) => packed.bytes.len(),
        }
    }

    fn add_to(&self, rows: &mut Pairs<'e>) {
        match self {
            Self::Pairs(pairs) => rows.extend(*pairs),
            Self::Packed(packed) => rows.extend(packed.pairs()),
        }
    }
}

/// Rows of one table, each key once.
pub(crate) struct Rows<'e> {
    pub(crate) table: Table,
    pub(crate) parts: Vec<Part<'e>>,
}

impl<'e> Rows<'e> {
    fn len(&self) -> usize {
        self.parts.iter().map(Part::len).sum()
    }

    /// How long writing them takes, in bytes: most of it depends on the pages that are filled.
    fn effort(&self) -> usize {
        self.parts.iter().map(|part| part.bytes() + ROW * part.len()).sum()
    }

    /// All of them, in the order of their keys.
    fn sorted(&self) -> Pairs<'e> {
        let mut rows = Vec::with_capacity(self.len());
        self.parts.iter().for_each(|part| part.add_to(&mut rows));
        rows.sort_unstable_by_key(|(key, _)| *key);
        rows
    }
}

impl WriteTx<'_> {
    /// Writes rows of several tables, each table once; gives back those where something else stood under one of the
    /// keys. Many rows are sorted and written on all cores, a table at a time.
    pub(crate) fn insert_many(&self, tables: Vec<Rows<'_>>) -> Result<Vec<Table>> {
        let mut opened = Vec::with_capacity(tables.len());
        for Rows { table, .. } in &tables {
            self.note_write(*table);
            let one = self.writable(*table)?.try_borrow_mut();
            opened.push(one.map_err(|_| Error::corrupt(table.name(), "the table is in use"))?);
        }
        let many = tables.iter().map(Rows::len).sum::<usize>() >= WORTH_A_THREAD;
        let mut work: Vec<_> = opened.iter_mut().map(|table| &mut **table).zip(tables).collect();
        let replaced: Vec<Option<Table>> = if many {
            // The longest first, each taken by the next free core, so that none is left alone with it at the end.
            work.sort_by_cached_key(|(_, one)| Reverse(one.effort()));
            let work = work.into_iter().par_bridge();
            work.map(|(table, rows)| insert(table, &rows)).collect::<Result<_>>()?
        } else {
            work.into_iter().map(|(table, rows)| insert(table, &rows)).collect::<Result<_>>()?
        };
        Ok(replaced.into_iter().flatten().collect())
    }
}

/// Writes the rows of one table; gives back the table when something else stood under one of the keys.
fn insert(table: &mut WritableTable<'_>, rows: &Rows<'_>) -> Result<Option<Table>> {
    let mut entries = rows.sorted().into_iter().peekable();
    let (mut replaced, mut one_by_one) = (false, 0_usize);
    while let Some((key, value)) = entries.next() {
        replaced |= table.insert(key, value)?.is_some_and(|old| old.value() != value);
        if one_by_one > 0 || entries.peek().is_none() {
            one_by_one = one_by_one.saturating_sub(1);
            continue;
        }
        let mut run = 0;
        let mut cursor = table.upper_bound_mut(Bound::Included(key))?;
        while let Some((key, value)) = entries.peek() {
            match cursor.insert_before(*key, *value) {
                Ok(()) => drop(entries.next()),
                // Something stands in between, or under this very key.
                Err(CursorError::UnorderedKey) => break,
                Err(CursorError::Storage(error)) => return Err(error.into()),
                Err(other) => return Err(redb::Error::from(other).into()),
            }
            run += 1;
        }
        cursor.close()?;
        one_by_one = if run < SHORT_RUN { ONE_BY_ONE } else { 0 };
    }
    Ok(replaced.then_some(rows.table))
}
