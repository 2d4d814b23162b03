//! Small values of the server as a whole, each under a name of its own.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::Result;
use super::key::Key;
use super::schema::Table;
use super::tx::{Tx, Writing};

/// The server's own small values. A name, once used, keeps its type.
#[derive(Debug)]
pub struct Settings<'a, 't, M> {
    tx: &'a Tx<'t, M>,
}

impl<'t, M> Tx<'t, M> {
    /// The server's own small values.
    pub fn settings(&self) -> Settings<'_, 't, M> {
        Settings { tx: self }
    }
}

impl<M> Settings<'_, '_, M> {
    /// A value, when it is there.
    pub fn get<T: DeserializeOwned>(&self, name: &'static str) -> Result<Option<T>> {
        self.tx.value(Table::Settings, &Key::new().text(name))
    }
}

impl Settings<'_, '_, Writing> {
    /// Sets a value.
    pub fn put<T: Serialize>(&self, name: &'static str, value: &T) -> Result<()> {
        self.tx.put_value(Table::Settings, &Key::new().text(name), value)
    }

    /// Removes a value; gives back whether it was there.
    pub fn remove(&self, name: &'static str) -> Result<bool> {
        self.tx.remove(Table::Settings, &Key::new().text(name))
    }
}
