//! Forgetting rows that are over, some at a time: they are looked for in a snapshot, so that nobody waits for the writer
//! meanwhile.
//!
//! Must not know when a row is over. Invariant: what has changed since it was found is asked again before it goes.

use std::ops::ControlFlow;

use super::error::Result;
use super::key::Key;
use super::row::{Row, decode};
use super::tx::{Direction, Tx, WriteTx};

/// The most rows that are removed in one transaction.
const AT_ONCE: usize = 1000;

/// Rows that were found to be over.
#[derive(Debug)]
pub struct Outlived(Vec<Key>);

impl Outlived {
    /// Whether there is nothing to forget.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<M> Tx<'_, M> {
    /// The first rows under `prefix` that are `over`.
    pub(super) fn outlived<R: Row>(&self, prefix: &Key, over: impl Fn(&R) -> bool) -> Result<Outlived> {
        let mut found = Vec::new();
        self.scan(R::TABLE, &prefix.range(), Direction::Forward, |key, value| {
            if over(&decode(value)?) {
                found.push(Key::from_bytes(key));
            }
            Ok(if found.len() < AT_ONCE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        Ok(Outlived(found))
    }
}

impl WriteTx<'_> {
    /// Removes the rows of those that are still there and `over`; gives back how many.
    pub(super) fn forget<R: Row>(&self, found: &Outlived, over: impl Fn(&R) -> bool) -> Result<usize> {
        let mut count = 0;
        for key in &found.0 {
            if let Some(row) = self.row::<R>(key)?.filter(&over) {
                self.take_away(R::TABLE, key, &row.derive(key))?;
                count += 1;
            }
        }
        Ok(count)
    }
}
