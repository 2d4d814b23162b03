//! Slows down whoever guesses, by three limits that stand beside each other: an account from one address, an account
//! from all addresses that are not known to it, and an address over all accounts to which it is not known.
//!
//! Whoever comes from an address from which the account signed in before meets the first limit only, so that strangers
//! cannot keep anybody out. Invariants: pure (time is an argument), and bounded in memory: what was quiet longest goes
//! first.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::domain::time::Timestamp;

/// Failures of one account from one address that cost nothing: people mistype.
const FREE: u32 = 5;
/// The first wait, in seconds; it doubles with each further failure.
const FIRST_WAIT: i64 = 15;
/// The longest wait, in seconds; also how long such failures are remembered.
const LONGEST_WAIT: i64 = 600;
/// Of one account from unknown addresses: 50 at once, then one a minute.
const STRANGERS: Pace = Pace { burst: 50, period: 60_000 };
/// Of one address for accounts to which it is not known: 200 at once (a whole office may be behind it), then one a second.
const ADDRESS: Pace = Pace { burst: 200, period: 1_000 };
/// How many entries each of the memories holds.
const REMEMBERED: usize = 10_000;

type Pair = (String, String);

/// The recent failures, and where accounts came in.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    pairs: BTreeMap<Pair, Failures>,
    accounts: BTreeMap<String, Level>,
    addresses: BTreeMap<String, Level>,
    known: BTreeMap<Pair, Timestamp>,
}

#[derive(Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// So many at once, then one in each period (milliseconds).
struct Pace {
    burst: i64,
    period: i64,
}

/// What was counted and has not run off yet: when all of it will have, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, Default)]
struct Level(i64);

impl Level {
    fn wait(self, pace: &Pace, now: Timestamp) -> i64 {
        self.0 - now.0 - (pace.burst - 1) * pace.period
    }

    fn rise(&mut self, pace: &Pace, now: Timestamp) {
        self.0 = self.0.max(now.0) + pace.period;
    }

    fn sink(&mut self, pace: &Pace) {
        self.0 -= pace.period;
    }
}

impl Throttle {
    /// Admits an attempt, which counts as a failure until [`Throttle::succeeded`]; or tells the seconds to wait.
    /// `known`: the account has a session that was opened at this address.
    pub(super) fn admit(
        &mut self,
        account: &str,
        address: &str,
        known: bool,
        now: Timestamp,
    ) -> Result<(), u32> {
        let network = network(address);
        let pair = (account.to_owned(), network.clone());
        let known = known || self.known.contains_key(&pair);
        let mut wait = self.pairs.get(&pair).map_or(0, |failures| failures.wait(now));
        if !known {
            let of_account = self.accounts.get(account).copied().unwrap_or_default();
            let of_address = self.addresses.get(&network).copied().unwrap_or_default();
            wait = wait.max(of_account.wait(&STRANGERS, now)).max(of_address.wait(&ADDRESS, now));
        }
        if wait > 0 {
            return Err(u32::try_from((wait + 999) / 1000).unwrap_or(u32::MAX));
        }
        self.pairs.entry(pair).or_insert(Failures { count: 0, last: now }).count_one(now);
        forget_the_quietest(&mut self.pairs, |failures| failures.last.0);
        if !known {
            self.accounts.entry(account.to_owned()).or_default().rise(&STRANGERS, now);
            self.addresses.entry(network).or_default().rise(&ADDRESS, now);
            forget_the_quietest(&mut self.accounts, |level| level.0);
            forget_the_quietest(&mut self.addresses, |level| level.0);
        }
        Ok(())
    }

    /// The attempt was the right one: it does not count, and the account is known at this address from now on.
    pub(super) fn succeeded(&mut self, account: &str, address: &str, now: Timestamp) {
        let network = network(address);
        let pair = (account.to_owned(), network.clone());
        self.pairs.remove(&pair);
        if self.known.insert(pair, now).is_none() {
            if let Some(level) = self.accounts.get_mut(account) {
                level.sink(&STRANGERS);
            }
            if let Some(level) = self.addresses.get_mut(&network) {
                level.sink(&ADDRESS);
            }
        }
        forget_the_quietest(&mut self.known, |last| last.0);
    }
}

impl Failures {
    /// Milliseconds to wait after the last of them.
    fn wait(&self, now: Timestamp) -> i64 {
        let quiet = now.millis_since(self.last);
        match self.count.checked_sub(FREE) {
            Some(more) if quiet <= LONGEST_WAIT * 1000 => {
                (FIRST_WAIT << more.min(8)).min(LONGEST_WAIT) * 1000 - quiet
            }
            _ => 0,
        }
    }

    fn count_one(&mut self, now: Timestamp) {
        if now.millis_since(self.last) > LONGEST_WAIT * 1000 {
            self.count = 0;
        }
        self.count += 1;
        self.last = now;
    }
}

/// What counts as one address: of IPv6 the first 64 bits, because one connection owns all the rest.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(six)) => {
            let [first, second, third, fourth, ..] = six.segments();
            format!("{first:x}:{second:x}:{third:x}:{fourth:x}::/64")
        }
        Ok(IpAddr::V4(four)) => four.to_string(),
        Err(_) => address.to_owned(),
    }
}

fn forget_the_quietest<K: Ord, V>(memory: &mut BTreeMap<K, V>, age: impl Fn(&V) -> i64) {
    if memory.len() <= REMEMBERED {
        return;
    }
    let mut ages: Vec<_> = memory.values().map(&age).collect();
    // A tenth at once, so that the sorting is rarely paid for.
    let (_, &mut until, _) = ages.select_nth_unstable(REMEMBERED / 10);
    memory.retain(|_, value| age(value) > until);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admit(throttle: &mut Throttle, account: &str, address: &str, now: Timestamp) -> Result<(), u32> {
        throttle.admit(account, address, false, now)
    }

    #[test]
    fn guessing_gets_slower_for_the_guesser_only() {
        let mut throttle = Throttle::default();
        let mut now = Timestamp(1_000_000);
        for _ in 0..5 {
            assert_eq!(admit(&mut throttle, "zhang", "10.0.0.1", now), Ok(()));
        }
        assert_eq!(admit(&mut throttle, "zhang", "10.0.0.1", now), Err(15));
        assert_eq!(admit(&mut throttle, "zhang", "10.0.0.2", now), Ok(()), "a colleague's address");
        assert_eq!(admit(&mut throttle, "li", "10.0.0.1", now), Ok(()), "another account");
        now = now.plus_seconds(15);
        assert_eq!(admit(&mut throttle, "zhang", "10.0.0.1", now), Ok(()));
        assert_eq!(admit(&mut throttle, "zhang", "10.0.0.1", now), Err(30));
        for _ in 0..10 {
            now = now.plus_seconds(600);
            assert_eq!(admit(&mut throttle, "zhang", "10.0.0.1", now), Ok(()));
        }
        assert_eq!(admit(&mut throttle, "zhang", "10.0.0.1", now), Err(600), "never longer than that");
        throttle.succeeded("zhang", "10.0.0.1", now);
        assert_eq!(admit(&mut throttle, "zhang", "10.0.0.1", now), Ok(()));
        let later = now.plus_seconds(601);
        assert_eq!(admit(&mut throttle, "zhang", "10.0.0.1", later), Ok(()), "forgotten");
    }

    #[test]
    fn ten_thousand_guesses_from_as_many_addresses_keep_nobody_out_who_was_there_before() {
        let mut throttle = Throttle::default();
        let mut now = Timestamp(1_000_000);
        assert_eq!(admit(&mut throttle, "zhang", "192.168.1.7", now), Ok(()));
        throttle.succeeded("zhang", "192.168.1.7", now);
        let mut admitted = 0;
        for guess in 0..10_000_u32 {
            let address = format!("10.{}.{}.1", guess / 250, guess % 250);
            admitted += u32::from(admit(&mut throttle, "zhang", &address, now).is_ok());
            now = Timestamp(now.0 + 100);
        }
        // A burst, and one a minute of the seventeen that this took.
        assert!((50..70).contains(&admitted), "{admitted} guesses were tried");
        assert_eq!(admit(&mut throttle, "zhang", "192.168.1.7", now), Ok(()), "known at this address");
        assert_eq!(throttle.admit("zhang", "172.16.0.1", true, now), Ok(()), "has a session from there");
        assert!(
            admit(&mut throttle, "zhang", "172.16.0.2", now).unwrap_err() <= 60,
            "a stranger waits a little"
        );
        assert_eq!(admit(&mut throttle, "li", "172.16.0.2", now), Ok(()), "other accounts feel nothing");
    }

    #[test]
    fn one_address_does_not_try_everybody() {
        let mut throttle = Throttle::default();
        let now = Timestamp(1_000_000);
        throttle.succeeded("zhang", "10.0.0.1", now);
        let tried = (0..1000).filter(|number| {
            let account = format!("account{number}");
            admit(&mut throttle, &account, "10.0.0.1", now).is_ok()
        });
        assert_eq!(tried.count(), 200);
        assert_eq!(
            admit(&mut throttle, "zhang", "10.0.0.1", now),
            Ok(()),
            "a colleague behind the same address"
        );
        assert_eq!(admit(&mut throttle, "li", "10.0.0.2", now), Ok(()));
        assert_eq!(admit(&mut throttle, "li", "10.0.0.1", now.plus_seconds(1)), Ok(()), "one a second");
    }

    #[test]
    fn of_ipv6_the_connection_counts() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:10.0.0.1"), "10.0.0.1");
        assert_eq!(network("unix"), "unix");
    }

    #[test]
    fn memory_is_bounded() {
        let mut throttle = Throttle::default();
        for guess in 0..25_000_i64 {
            let address = format!("10.{}.{}.{}", guess / 65_536, guess / 256 % 256, guess % 256);
            let _ = admit(&mut throttle, &format!("account{guess}"), &address, Timestamp(guess));
            throttle.succeeded(&format!("account{guess}"), &address, Timestamp(guess));
            let _ = admit(&mut throttle, &format!("account{guess}"), &address, Timestamp(guess));
        }
        for size in
            [throttle.pairs.len(), throttle.accounts.len(), throttle.addresses.len(), throttle.known.len()]
        {
            assert!(size <= REMEMBERED + 1);
        }
        assert!(throttle.pairs.keys().any(|(account, _)| account == "account24999"));
    }
}
