//! Counts the calls that were made, for one run or one message.
//!
//! Invariant: a call that was tried again counts again, for DingTalk counts it too.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Calls by API path.
#[derive(Debug, Default)]
pub struct CallMeter(Mutex<BTreeMap<&'static str, u64>>);

impl CallMeter {
    /// The numbers so far.
    pub fn snapshot(&self) -> BTreeMap<String, u64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(api, count)| ((*api).to_owned(), *count)).collect()
    }

    pub(super) fn count(&self, api: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(api).or_default() += 1;
    }
}
