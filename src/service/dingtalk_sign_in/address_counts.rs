//! Counts what one address did for a tenant within a window of time, and says how long it waits after too much.
//!
//! Invariants: pure (time is an argument); bounded in memory. What is worth counting, the caller decides: codes that
//! DingTalk took are not, so that a whole office behind one address signs in at once.

use std::collections::BTreeMap;

use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

/// How many pairs of tenant and address are remembered.
const REMEMBERED: usize = 10_000;

/// The counts of the last minutes.
#[derive(Debug)]
pub(super) struct AddressCounts {
    /// How often something may happen within a window.
    free: u32,
    /// The window, in seconds; also the longest wait.
    window: i64,
    counts: BTreeMap<(TenantId, Box<str>), Window>,
}

#[derive(Debug)]
struct Window {
    since: Timestamp,
    count: u32,
}

impl AddressCounts {
    /// So many for free within so many seconds.
    pub(super) fn new(free: u32, window: i64) -> Self {
        Self { free, window, counts: BTreeMap::new() }
    }

    fn is_over(&self, window: &Window, now: Timestamp) -> bool {
        now.millis_since(window.since) >= self.window * 1000
    }

    /// Seconds to wait, when the address has to.
    pub(super) fn wait(&self, tenant: TenantId, address: &str, now: Timestamp) -> Option<u32> {
        let window = self.counts.get(&(tenant, address.into()))?;
        if self.is_over(window, now) || window.count < self.free {
            return None;
        }
        let left = self.window - now.millis_since(window.since) / 1000;
        Some(u32::try_from(left).unwrap_or(0).max(1))
    }

    /// Counts one more.
    pub(super) fn note(&mut self, tenant: TenantId, address: &str, now: Timestamp) {
        let length = self.window * 1000;
        if self.counts.len() >= REMEMBERED {
            self.counts.retain(|_, window| now.millis_since(window.since) < length);
        }
        if self.counts.len() >= REMEMBERED {
            self.counts.clear();
        }
        let fresh = || Window { since: now, count: 0 };
        let window = self.counts.entry((tenant, address.into())).or_insert_with(fresh);
        if now.millis_since(window.since) >= length {
            *window = fresh();
        }
        window.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_does_too_much_waits_and_nobody_else_does() {
        let (tenant, mut codes) = (TenantId(1000), AddressCounts::new(30, 600));
        for second in 0..30 {
            assert_eq!(codes.wait(tenant, "10.0.0.1", Timestamp(second * 1000)), None);
            codes.note(tenant, "10.0.0.1", Timestamp(second * 1000));
        }
        assert_eq!(codes.wait(tenant, "10.0.0.1", Timestamp(100_000)), Some(500));
        assert_eq!(codes.wait(tenant, "10.0.0.2", Timestamp(100_000)), None);
        assert_eq!(codes.wait(TenantId(1001), "10.0.0.1", Timestamp(100_000)), None);
        assert_eq!(codes.wait(tenant, "10.0.0.1", Timestamp(600_000)), None, "over");
    }

    #[test]
    fn memory_is_bounded() {
        let mut codes = AddressCounts::new(30, 600);
        for number in 0..25_000 {
            codes.note(TenantId(1000), &format!("address {number}"), Timestamp(0));
        }
        assert!(codes.counts.len() <= REMEMBERED);
    }
}
