//! Version 2: the index of the active members who administer their tenant.

use redb::WriteTransaction;

use crate::domain::directory::member::Member;
use crate::domain::time::Timestamp;
use crate::store::error::Result;
use crate::store::key::Key;
use crate::store::row::Row;
use crate::store::schema::Table;
use crate::store::tx::WriteTx;

pub(super) fn index_administrators(transaction: &WriteTransaction, _now: Timestamp) -> Result<()> {
    // Also creates the tables that an older file lacks: a reader fails on one that was never opened by a writer.
    for table in Table::ALL {
        transaction.open_table(table.definition())?;
    }
    let tx = WriteTx::writing(transaction);
    for member in tx.rows::<Member>(&Key::new())? {
        let entries = member.derive(&Key::new()).entries;
        for entry in entries.iter().filter(|entry| entry.table == Table::TenantAdministrators) {
            tx.insert(entry.table, &entry.key, &entry.value)?;
        }
    }
    tx.settle().map(drop)
}
