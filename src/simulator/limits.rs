//! How often one may call: per application and interface, per enterprise and month, per address.
//!
//! Must not know answers or HTTP. Invariant: a refused call uses up nothing.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;

use super::text::{china_month, china_time};

/// Calls one application may make to one interface within a second.
pub(crate) const PER_SECOND: usize = 20;
/// Calls one address may make within [`ADDRESS_WINDOW`].
const PER_ADDRESS: usize = 10_000;
const ADDRESS_WINDOW: i64 = 20_000;
/// How long an address is banned, in milliseconds.
const BAN: i64 = 300_000;

#[derive(Debug, Default)]
pub(crate) struct Limits {
    recent: HashMap<(String, &'static str), VecDeque<i64>>,
    month: HashMap<(String, String), u64>,
    addresses: HashMap<IpAddr, Address>,
}

#[derive(Debug, Default)]
struct Address {
    recent: VecDeque<i64>,
    banned_until: i64,
}

/// Drops what lies outside the window and says whether one more fits.
fn fits(recent: &mut VecDeque<i64>, now: i64, window: i64, most: usize) -> bool {
    while recent.front().is_some_and(|time| now - time >= window) {
        recent.pop_front();
    }
    let fits = recent.len() < most;
    if fits {
        recent.push_back(now);
    }
    fits
}

impl Limits {
    /// Whether the address is banned, or becomes so with this call.
    pub(crate) fn address_banned(&mut self, address: IpAddr, now: i64) -> bool {
        let state = self.addresses.entry(address).or_default();
        if now < state.banned_until {
            return true;
        }
        if fits(&mut state.recent, now, ADDRESS_WINDOW, PER_ADDRESS) {
            return false;
        }
        state.banned_until = now + BAN;
        true
    }

    /// # Errors
    /// The text of 90018 when the application has used up its second.
    pub(crate) fn take_second(
        &mut self,
        client_id: &str,
        api: &'static str,
        name: &str,
        now: i64,
    ) -> Result<(), String> {
        let recent = self.recent.entry((client_id.to_owned(), api)).or_default();
        if fits(recent, now, 1_000, PER_SECOND) {
            return Ok(());
        }
        let start = recent.front().copied().unwrap_or(now);
        Err(format!(
            "调用频率过高：appKey({client_id})调用apiPath({name}), 从 {} 到 {} 请求总次数超过 {PER_SECOND} 次, 限制将在 {} 结束.",
            china_time(start),
            china_time(now),
            china_time(start + 1_000),
        ))
    }

    /// Whether the enterprise's month still holds a call; takes it if so.
    pub(crate) fn take_of_month(&mut self, corp_id: &str, quota: u64, now: i64) -> bool {
        let used = self.month.entry((corp_id.to_owned(), china_month(now))).or_default();
        let fits = *used < quota;
        *used += u64::from(fits);
        fits
    }

    pub(crate) fn used_this_month(&self, corp_id: &str, now: i64) -> u64 {
        self.month.get(&(corp_id.to_owned(), china_month(now))).copied().unwrap_or(0)
    }

    /// Lifts bans and forgets the recent calls; the month stays.
    pub(crate) fn forgive(&mut self) {
        self.recent.clear();
        self.addresses.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_a_second_and_not_one_more() {
        let mut limits = Limits::default();
        let taken = (0..25).filter(|n| limits.take_second("app", "/x", "x", n * 10).is_ok()).count();
        assert_eq!(taken, PER_SECOND);
        assert!(limits.take_second("app", "/y", "y", 250).is_ok(), "another interface has its own second");
        assert!(limits.take_second("other", "/x", "x", 250).is_ok(), "another application too");
        let text = limits.take_second("app", "/x", "x", 999).unwrap_err();
        assert!(text.contains("限制将在 1970-01-01 08:00:01 结束"), "{text}");
        assert!(limits.take_second("app", "/x", "x", 1_000).is_ok(), "the first call has left the window");
    }

    #[test]
    fn the_month_and_the_address_run_out() {
        let mut limits = Limits::default();
        assert!(limits.take_of_month("corp", 1, 0));
        assert!(!limits.take_of_month("corp", 1, 1));
        assert!(limits.take_of_month("corp", 1, 40 * 86_400_000), "a new month");
        let address = IpAddr::from([127, 0, 0, 1]);
        assert_eq!((0..10_001).filter(|_| limits.address_banned(address, 5)).count(), 1);
        assert!(limits.address_banned(address, 5 + BAN - 1));
        assert!(!limits.address_banned(address, 5 + BAN));
    }
}
