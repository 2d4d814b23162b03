//! Bundles: rows with everything that follows from them, made ready to be written together with others.
//!
//! A transaction that writes much writes it in one go, so that all its tables share the cores. Invariant: what the old
//! rows led to goes before anything new is written, so that rows may exchange unique values.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::bulk::{Packed, Pairs, Part, Rows};
use super::error::{Error, Result};
use super::key::Key;
use super::row::{Derived, Entry, Prepared, Row};
use super::schema::Table;
use super::tx::WriteTx;
use crate::domain::error::{Error as BusinessError, ErrorCode};

/// So many rows are worth another core.
const CHUNK: usize = 2_500;

/// Rows of one kind, with what follows from them.
#[derive(Debug)]
pub struct Bundle<'e> {
    table: Table,
    rows: Pairs<'e>,
    effects: Vec<Effects>,
}

impl<'e> Bundle<'e> {
    /// Rows that stand where rows stood, or are new.
    pub(crate) fn of<R: Row>(writes: &'e [Prepared<'_, R>]) -> Self {
        let derived = |write: &Prepared<'_, R>| {
            let old = write.before.map(|before| before.derive(&write.key)).unwrap_or_default();
            (old, write.after.derive(&write.key))
        };
        Self::new(R::TABLE, writes, |write| (write.key.as_bytes(), write.bytes()), derived)
    }

    /// Rows as their table holds them; `derived` gives what followed from the old row and what follows from the new one.
    pub(crate) fn new<T: Sync>(
        table: Table,
        items: &'e [T],
        row: impl Fn(&'e T) -> (&'e [u8], &'e [u8]),
        derived: impl Fn(&T) -> (Derived, Derived) + Sync,
    ) -> Self {
        let of = |items: &[T]| {
            let mut effects = Effects::default();
            for (old, new) in items.iter().map(&derived) {
                effects.replace(old, new);
            }
            effects
        };
        let effects = match items.len() {
            ..=CHUNK => vec![of(items)],
            // Few of them, for each counts the same departments anew.
            many => items.par_chunks(CHUNK.max(many / (4 * rayon::current_num_threads()))).map(of).collect(),
        };
        Self { table, rows: items.iter().map(row).collect(), effects }
    }
}

/// How what follows from rows changes when they are written.
#[derive(Debug, Default)]
struct Effects {
    /// What the old rows led to, and the new ones do not.
    gone: Vec<Entry>,
    /// What the new rows lead to, and the old ones did not, table by table.
    fresh: BTreeMap<Table, Packed>,
    counted: HashMap<Key, i64>,
}

impl Effects {
    fn replace(&mut self, mut old: Derived, mut new: Derived) {
        self.count(old.counters, -1);
        self.count(new.counters, 1);
        old.entries.retain(|entry| match new.entries.iter().position(|other| other == entry) {
            Some(same) => {
                new.entries.swap_remove(same);
                false
            }
            None => true,
        });
        self.gone.append(&mut old.entries);
        for Entry { table, key, value } in &new.entries {
            self.fresh.entry(*table).or_default().push(key.as_bytes(), value);
        }
    }

    fn count(&mut self, counters: Vec<Key>, by: i64) {
        for counter in counters {
            *self.counted.entry(counter).or_default() += by;
        }
    }
}

impl WriteTx<'_> {
    /// Writes rows of different tables together, with what follows from them. Fails with what a unique value that is
    /// taken means; nothing of the transaction can be committed then.
    pub fn write_together(&self, bundles: &[Bundle<'_>]) -> Result<()> {
        let effects = || bundles.iter().flat_map(|bundle| &bundle.effects);
        for (counter, by) in effects().flat_map(|effects| &effects.counted) {
            self.move_counter(counter, *by);
        }
        let mut gone: Vec<&Entry> = effects().flat_map(|effects| &effects.gone).collect();
        gone.sort_unstable();
        for entry in gone {
            self.remove(entry.table, &entry.key)?;
        }
        let mut tables: BTreeMap<Table, Vec<Part<'_>>> = BTreeMap::new();
        for (table, entries) in effects().flat_map(|effects| &effects.fresh) {
            tables.entry(*table).or_default().push(Part::Packed(entries));
        }
        for bundle in bundles {
            tables.entry(bundle.table).or_default().push(Part::Pairs(&bundle.rows));
        }
        let tables = tables.into_iter().map(|(table, parts)| Rows { table, parts }).collect();
        // A row may stand over another; what leads to rows may not.
        let is_of_rows = |table: &Table| bundles.iter().any(|bundle| bundle.table == *table);
        match self.insert_many(tables)?.into_iter().find(|table| !is_of_rows(table)) {
            None => Ok(()),
            Some(table) => {
                self.spoil();
                Err(taken(table))
            }
        }
    }
}

/// What it means that a unique value leads elsewhere already.
fn taken(table: Table) -> Error {
    let error = match table {
        Table::HouseNumbers => BusinessError::new(
            ErrorCode::HouseNumberTaken,
            "该门牌号已被其他租户使用，请换一个",
            "this house number belongs to another tenant; choose another",
        ),
        Table::AccountByUsername => BusinessError::new(
            ErrorCode::UsernameTaken,
            "该登录账号已被他人使用，请换一个",
            "this username belongs to another account; choose another",
        ),
        Table::AppByClientId => BusinessError::new(
            ErrorCode::ClientIdTaken,
            "AppKey重复：该 Client ID（AppKey）已用于其他租户，请为本租户新建一个钉钉应用",
            "AppKey重复: this Client ID (AppKey) is used by another tenant; create an application of its own for this one",
        ),
        _ => return Error::corrupt(table.name(), "two rows lead to one unique entry"),
    };
    error.into()
}
