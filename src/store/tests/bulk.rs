//! Many rows at once leave what one after the other leaves.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::fixture::TestStore;
use crate::store::bulk::{Packed, Pairs, Part, Rows as Bulk};
use crate::store::key::Key;
use crate::store::schema::Table;
use crate::store::{Result, WriteTx};

type Rows = BTreeMap<Vec<u8>, Vec<u8>>;

const BULK: Table = Table::EventsSeen;
const ONE_BY_ONE: Table = Table::EventHints;

/// Rows whose keys stand close together, alone and in runs.
fn rows(most: usize) -> impl Strategy<Value = Rows> {
    let row =
        (0..600_u16, any::<u8>()).prop_map(|(key, value)| (key.to_be_bytes().to_vec(), vec![value % 3]));
    prop::collection::vec(row, 0..most).prop_map(|rows| rows.into_iter().collect())
}

fn content(tx: &WriteTx<'_>, table: Table) -> Result<Rows> {
    let mut rows = Rows::new();
    tx.each(table, &Key::new().range(), |key, value| {
        rows.insert(key.to_vec(), value.to_vec());
        Ok(())
    })?;
    Ok(rows)
}

#[test]
fn many_rows_are_written_as_single_ones_are() {
    let store = TestStore::new();
    let mut runner = TestRunner::new(Config::with_cases(120));
    let outcome = runner.run(&(rows(300), rows(500)), |(before, new)| {
        let compared = store.write_blocking(|tx| {
            for (key, value) in &before {
                tx.insert(BULK, &Key::from_bytes(key), value)?;
                tx.insert(ONE_BY_ONE, &Key::from_bytes(key), value)?;
            }
            // The order in which they are handed over does not matter.
            let (mut packed, mut pairs) = (Packed::default(), Pairs::new());
            for (place, (key, value)) in new.iter().rev().enumerate() {
                match place % 2 {
                    0 => packed.push(key, value),
                    _ => pairs.push((key, value)),
                }
            }
            let parts = vec![Part::Packed(&packed), Part::Pairs(&pairs)];
            let bulk = tx.insert_many(vec![Bulk { table: BULK, parts }])? == [BULK];
            let mut single = false;
            for (key, value) in &new {
                single |= tx.insert(ONE_BY_ONE, &Key::from_bytes(key), value)?;
            }
            let equal = content(tx, BULK)? == content(tx, ONE_BY_ONE)? && bulk == single;
            for key in before.keys().chain(new.keys()) {
                tx.remove(BULK, &Key::from_bytes(key))?;
                tx.remove(ONE_BY_ONE, &Key::from_bytes(key))?;
            }
            Ok(equal)
        });
        prop_assert!(compared.unwrap());
        Ok(())
    });
    outcome.unwrap();
}

#[test]
fn many_rows_of_several_tables_are_written_side_by_side() {
    const TABLES: [Table; 3] = [BULK, ONE_BY_ONE, Table::EventsSeenByTime];
    let store = TestStore::new();
    let rows = |table: u32, many: u32| -> Rows {
        (0..many).map(|row| (row.to_be_bytes().to_vec(), vec![table as u8; (row % 90) as usize])).collect()
    };
    let content = store.write_blocking(|tx| {
        tx.insert(ONE_BY_ONE, &Key::from_bytes(&7_u32.to_be_bytes()), b"something else")?;
        let tables = [rows(0, 9_000), rows(1, 3_000), rows(2, 1)];
        let pairs = tables
            .each_ref()
            .map(|rows| -> Pairs<'_> { rows.iter().map(|(key, value)| (&**key, &**value)).collect() });
        let bulk = TABLES.into_iter().zip(&pairs);
        let bulk = bulk.map(|(table, pairs)| Bulk { table, parts: vec![Part::Pairs(pairs)] });
        assert_eq!(tx.insert_many(bulk.collect())?, [ONE_BY_ONE], "and says where something else stood");
        let found = TABLES.map(|table| content(tx, table));
        for table in TABLES {
            for key in (0..9_000_u32).map(u32::to_be_bytes) {
                tx.remove(table, &Key::from_bytes(&key))?;
            }
        }
        Ok((tables, found))
    });
    let (written, found) = content.unwrap();
    assert_eq!(found.map(Result::unwrap), written);
}
