//! Scans that were begun and not finished yet, by the hash of their state.
//!
//! Invariants: pure (time is an argument); a state works once, for its tenant, in the browser that began it, for ten
//! minutes; bounded in memory, and whoever floods it pushes out only what came from the same address. A restart forgets
//! them all, which costs the few who are at it another scan.

use std::collections::BTreeMap;

use super::return_path::ReturnPath;
use crate::domain::access::session::TokenHash;
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

/// How long a scan may take, in seconds.
pub(super) const LIFETIME: i64 = 600;
/// How many scans of one address wait at once: an office can share one.
const MOST_OF_ONE_ADDRESS: usize = 1_000;
/// How many wait at all.
const MOST: usize = 50_000;

/// A scan that was begun.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    pub(super) tenant: TenantId,
    /// The hash of what the browser keeps in its cookie.
    pub(super) browser: TokenHash,
    pub(super) return_to: ReturnPath,
    pub(super) address: Box<str>,
    pub(super) began_at: Timestamp,
}

impl Scan {
    fn is_over(&self, now: Timestamp) -> bool {
        now.millis_since(self.began_at) >= LIFETIME * 1000
    }
}

/// The scans that were begun.
#[derive(Debug, Default)]
pub(super) struct StartedScans(BTreeMap<TokenHash, Scan>);

impl StartedScans {
    /// Remembers a scan.
    pub(super) fn begin(&mut self, state: TokenHash, scan: Scan) {
        self.0.retain(|_, other| !other.is_over(scan.began_at));
        let own = || self.0.iter().filter(|(_, other)| other.address == scan.address);
        let crowded = own().count() >= MOST_OF_ONE_ADDRESS;
        let oldest = if crowded {
            own().min_by_key(|(_, other)| other.began_at).map(|(state, _)| *state)
        } else if self.0.len() >= MOST {
            self.0.iter().min_by_key(|(_, other)| other.began_at).map(|(state, _)| *state)
        } else {
            None
        };
        if let Some(oldest) = oldest {
            self.0.remove(&oldest);
        }
        self.0.insert(state, scan);
    }

    /// Takes the scan of a state back, if this browser began it for this tenant, not too long ago.
    pub(super) fn finish(
        &mut self,
        state: &TokenHash,
        browser: &TokenHash,
        tenant: TenantId,
        now: Timestamp,
    ) -> Option<ReturnPath> {
        let scan = self.0.get(state)?;
        if scan.browser != *browser || scan.tenant != tenant {
            // Somebody else's: it stays for whoever began it.
            return None;
        }
        let scan = self.0.remove(state)?;
        (!scan.is_over(now)).then_some(scan.return_to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(address: &str, began_at: i64) -> Scan {
        Scan {
            tenant: TenantId(1000),
            browser: [7; 32],
            return_to: ReturnPath::parse("/tenantId/1000").unwrap(),
            address: address.into(),
            began_at: Timestamp(began_at),
        }
    }

    fn state(number: u32) -> TokenHash {
        let mut state = [0; 32];
        state[..4].copy_from_slice(&number.to_be_bytes());
        state
    }

    #[test]
    fn a_state_works_once_for_its_own_browser_and_tenant() {
        let mut scans = StartedScans::default();
        scans.begin(state(1), scan("a", 0));
        let tenant = TenantId(1000);
        let now = Timestamp(1);
        assert!(scans.finish(&state(2), &[7; 32], tenant, now).is_none(), "forged");
        assert!(scans.finish(&state(1), &[8; 32], tenant, now).is_none(), "another browser");
        assert!(scans.finish(&state(1), &[7; 32], TenantId(1001), now).is_none(), "another tenant");
        assert!(scans.finish(&state(1), &[7; 32], tenant, now).is_some());
        assert!(scans.finish(&state(1), &[7; 32], tenant, now).is_none(), "used");
        scans.begin(state(3), scan("a", 0));
        assert!(scans.finish(&state(3), &[7; 32], tenant, Timestamp(600_000)).is_none(), "too late");
    }

    #[test]
    fn a_flood_from_one_address_pushes_out_its_own_only() {
        let mut scans = StartedScans::default();
        scans.begin(state(0), scan("a colleague", 0));
        for number in 1..3_000 {
            scans.begin(state(number), scan("a flood", i64::from(number)));
        }
        assert_eq!(scans.0.len(), MOST_OF_ONE_ADDRESS + 1);
        assert!(scans.finish(&state(0), &[7; 32], TenantId(1000), Timestamp(1)).is_some());
        assert!(scans.finish(&state(2_999), &[7; 32], TenantId(1000), Timestamp(1)).is_some());
    }

    #[test]
    fn there_are_never_more_than_the_most_and_the_oldest_goes() {
        let most = u32::try_from(MOST).unwrap();
        let from_everywhere = |number: u32| scan(&format!("address {}", number % 100), i64::from(number));
        let full = (0..most).map(|number| (state(number), from_everywhere(number))).collect();
        let mut scans = StartedScans(full);
        scans.begin(state(most), scan("one more", i64::from(most)));
        assert_eq!(scans.0.len(), MOST);
        assert!(!scans.0.contains_key(&state(0)) && scans.0.contains_key(&state(1)));
        // Those whose time is over make room for everybody.
        scans.begin(state(0), scan("later", LIFETIME * 1000 + i64::from(most) + 1));
        assert_eq!(scans.0.len(), 1);
    }
}
