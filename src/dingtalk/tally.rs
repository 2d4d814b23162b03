//! Counts every call of the whole process by API and outcome, for whoever watches the server.
//!
//! Invariant: the names are ours and few: APIs are paths that we call, outcomes are `ok` (which a
//! refusal is that was hoped for) and the codes of [`super::explain`]; nothing that DingTalk sends becomes one.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Calls and their milliseconds together, by API and outcome.
pub(super) type Counts = BTreeMap<(&'static str, &'static str), (u64, u64)>;

/// The count.
#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<Counts>);

impl Tally {
    pub(super) fn count(&self, api: &'static str, outcome: &'static str, took: Duration) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (calls, millis) = counts.entry((api, outcome)).or_default();
        *calls += 1;
        *millis += u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    }

    pub(super) fn snapshot(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
