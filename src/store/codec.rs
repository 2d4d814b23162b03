//! Values: one byte of version, then postcard. Decoding hostile bytes gives an error that names the table.
//!
//! Invariant: whatever was released can be read: a changed type gets a new version here and an upgrade on reading.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{Error, Result};
use super::schema::Table;

/// The version that is written.
const VERSION: u8 = 1;

/// A value as its table holds it.
pub(crate) fn encode<T: Serialize>(table: Table, value: &T) -> Result<Vec<u8>> {
    postcard::to_extend(value, vec![VERSION]).map_err(|error| Error::corrupt(table.name(), error.to_string()))
}

/// Reads a value back.
pub(crate) fn decode<T: DeserializeOwned>(table: Table, bytes: &[u8]) -> Result<T> {
    match bytes.split_first() {
        Some((&VERSION, rest)) => match postcard::take_from_bytes(rest) {
            Ok((value, [])) => Ok(value),
            Ok((_, more)) => {
                Err(Error::corrupt(table.name(), format!("{} bytes too many in a row", more.len())))
            }
            Err(error) => Err(Error::corrupt(table.name(), format!("a row cannot be read: {error}"))),
        },
        Some((version, _)) => {
            Err(Error::corrupt(table.name(), format!("a row has the unknown version {version}")))
        }
        None => Err(Error::corrupt(table.name(), "a row is empty")),
    }
}
