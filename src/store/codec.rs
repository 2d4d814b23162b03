//! Values: one byte of version, then postcard. Decoding hostile bytes gives an error that names the table.
//!
//! Invariant: whatever was released can be read: a changed type gets a new version and an upgrade on reading
//! ([`Row::read`](super::row::Row::read)).

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{Error, Result};
use super::schema::Table;

/// The first version of every type.
pub(crate) const FIRST: u8 = 1;

/// A value of the first version as its table holds it.
pub(crate) fn encode<T: Serialize>(table: Table, value: &T) -> Result<Vec<u8>> {
    encode_as(table, FIRST, value)
}

/// A value of a version as its table holds it.
pub(crate) fn encode_as<T: Serialize>(table: Table, version: u8, value: &T) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(USUAL_LENGTH);
    bytes.push(version);
    postcard::serialize_with_flavor(value, Bytes(bytes))
        .map_err(|error| Error::corrupt(table.name(), error.to_string()))
}

/// What most rows fit into.
const USUAL_LENGTH: usize = 128;

/// Where a value is written: whole pieces at a time, which the library's own way for growing buffers does not do.
struct Bytes(Vec<u8>);

impl Flavor for Bytes {
    type Output = Vec<u8>;

    fn try_extend(&mut self, data: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(data);
        Ok(())
    }

    fn try_push(&mut self, data: u8) -> postcard::Result<()> {
        self.0.push(data);
        Ok(())
    }

    fn finalize(mut self) -> postcard::Result<Vec<u8>> {
        // Many are held at once before they are written.
        self.0.shrink_to_fit();
        Ok(self.0)
    }
}

/// Reads a value of the first version back.
pub(crate) fn decode<T: DeserializeOwned>(table: Table, bytes: &[u8]) -> Result<T> {
    match split(table, bytes)? {
        (FIRST, rest) => read(table, rest),
        (version, _) => Err(unknown(table, version)),
    }
}

/// The version of a stored value, and the value's bytes.
pub(crate) fn split(table: Table, bytes: &[u8]) -> Result<(u8, &[u8])> {
    match bytes.split_first() {
        Some((version, rest)) => Ok((*version, rest)),
        None => Err(Error::corrupt(table.name(), "a row is empty")),
    }
}

/// Reads the bytes behind the version.
pub(crate) fn read<T: DeserializeOwned>(table: Table, bytes: &[u8]) -> Result<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        Ok((_, more)) => Err(Error::corrupt(table.name(), format!("{} bytes too many in a row", more.len()))),
        Err(error) => Err(Error::corrupt(table.name(), format!("a row cannot be read: {error}"))),
    }
}

/// Reads the bytes behind the `version` of a row that was of type `First` in the first one, and is `Now` in the `newest`.
pub(crate) fn read_either<First, Now>(table: Table, newest: u8, version: u8, bytes: &[u8]) -> Result<Now>
where
    First: DeserializeOwned,
    Now: DeserializeOwned + From<First>,
{
    match version {
        FIRST => read::<First>(table, bytes).map(Now::from),
        _ if version == newest => read(table, bytes),
        _ => Err(unknown(table, version)),
    }
}

/// A version that this program does not know.
pub(crate) fn unknown(table: Table, version: u8) -> Error {
    Error::corrupt(table.name(), format!("a row has the unknown version {version}"))
}
