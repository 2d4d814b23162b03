//! Many rows at once leave what one after the other leaves.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::fixture::TestStore;
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
fn sorted_rows_are_written_as_single_ones_are() {
    let store = TestStore::new();
    let mut runner = TestRunner::new(Config::with_cases(120));
    let outcome = runner.run(&(rows(300), rows(500)), |(before, new)| {
        let compared = store.write_blocking(|tx| {
            for (key, value) in &before {
                tx.insert(BULK, &Key::from_bytes(key), value)?;
                tx.insert(ONE_BY_ONE, &Key::from_bytes(key), value)?;
            }
            let bulk = tx.insert_sorted(BULK, new.iter().map(|(key, value)| (&**key, &**value)))?;
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
