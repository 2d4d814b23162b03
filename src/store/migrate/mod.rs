//! Schema versions: which one a file has, and the steps that bring an older one up to date.
//!
//! Invariant: each step is one transaction together with its version, so a file is never between two versions.

mod v1;
mod v2;
mod v3;

use redb::{Database, ReadableDatabase, WriteTransaction};

use super::error::Result;
use super::key::Key;
use super::open::OpenError;
use super::schema::Table;
use super::tx::WriteTx;
use super::{codec, error};
use crate::domain::time::Timestamp;

/// The steps in order; the first one makes version 1 of an empty file.
const STEPS: [fn(&WriteTransaction, Timestamp) -> Result<()>; 3] =
    [v1::create, v2::index_administrators, v3::add_tables];

/// The newest schema version that this program knows.
pub(crate) const NEWEST: u32 = STEPS.len() as u32;

pub(crate) fn version_key() -> Key {
    Key::new().text("schema_version")
}

/// Brings a database to the newest version, or refuses it.
pub(crate) fn run(database: &Database, now: Timestamp) -> std::result::Result<(), OpenError> {
    let found = version(database)?;
    if found > NEWEST {
        return Err(OpenError::NewerSchema { found, known: NEWEST });
    }
    for (step, version) in STEPS.iter().zip(1..).skip_while(|(_, version)| *version <= found) {
        let transaction = database.begin_write()?;
        step(&transaction, now)?;
        let tx = WriteTx::writing(&transaction);
        tx.put_value(Table::Meta, &version_key(), &version)?;
        tx.put_value(Table::Meta, &Key::new().text("app_version"), &env!("CARGO_PKG_VERSION"))?;
        tx.settle()?;
        transaction.commit()?;
        tracing::info!(store.schema = version, "the database was brought to a schema version");
    }
    Ok(())
}

/// A file's schema version; 0 when nothing was ever written to it.
pub(super) fn version(database: &Database) -> Result<u32> {
    let transaction = database.begin_read()?;
    let table = match transaction.open_table(Table::Meta.definition()) {
        Ok(table) => table,
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    let bytes = table.get(version_key().as_bytes())?;
    let bytes =
        bytes.ok_or_else(|| error::Error::corrupt(Table::Meta.name(), "the schema version is missing"))?;
    codec::decode(Table::Meta, bytes.value())
}
