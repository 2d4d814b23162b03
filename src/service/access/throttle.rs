//! Slows down whoever guesses: after a few failures of one account from one address, that address waits for that
//! account, longer each time. Colleagues at other addresses notice nothing.
//!
//! Invariants: pure (time is an argument), and bounded in memory: the entries that were quiet longest go first.

use std::collections::BTreeMap;

use crate::domain::time::Timestamp;

/// Failures that cost nothing: people mistype.
const FREE: u32 = 5;
/// The first wait, in seconds; it doubles with each further failure.
const FIRST_WAIT: i64 = 15;
/// The longest wait, in seconds; also how long failures are remembered.
const LONGEST_WAIT: i64 = 600;
/// How many pairs of account and address are remembered.
const REMEMBERED: usize = 10_000;

type Pair = (String, String);

/// The recent failures.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    failures: BTreeMap<Pair, Failures>,
}

#[derive(Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

impl Throttle {
    /// Admits an attempt, which counts as a failure until [`Throttle::succeeded`]; or tells the seconds to wait.
    pub(super) fn admit(&mut self, account: &str, address: &str, now: Timestamp) -> Result<(), u32> {
        let pair = (account.to_owned(), address.to_owned());
        let failures = self.failures.entry(pair).or_insert(Failures { count: 0, last: now });
        if now.millis_since(failures.last) > LONGEST_WAIT * 1000 {
            failures.count = 0;
        }
        let wait = wait_millis(failures.count) - now.millis_since(failures.last);
        if wait > 0 {
            return Err(u32::try_from((wait + 999) / 1000).unwrap_or(u32::MAX));
        }
        failures.count += 1;
        failures.last = now;
        self.forget_the_quietest();
        Ok(())
    }

    /// The attempt was the right one: its account is trusted from its address again.
    pub(super) fn succeeded(&mut self, account: &str, address: &str) {
        self.failures.remove(&(account.to_owned(), address.to_owned()));
    }

    fn forget_the_quietest(&mut self) {
        if self.failures.len() <= REMEMBERED {
            return;
        }
        let mut times: Vec<_> = self.failures.values().map(|failures| failures.last).collect();
        // A tenth at once, so that the sorting is rarely paid for.
        let (_, &mut until, _) = times.select_nth_unstable(REMEMBERED / 10);
        self.failures.retain(|_, failures| failures.last > until);
    }
}

/// Milliseconds to wait after the last of so many failures.
fn wait_millis(failures: u32) -> i64 {
    match failures.checked_sub(FREE) {
        None => 0,
        Some(more) => (FIRST_WAIT << more.min(8)).min(LONGEST_WAIT) * 1000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guessing_gets_slower_for_the_guesser_only() {
        let mut throttle = Throttle::default();
        let mut now = Timestamp(1_000_000);
        for _ in 0..5 {
            assert_eq!(throttle.admit("zhang", "10.0.0.1", now), Ok(()));
        }
        assert_eq!(throttle.admit("zhang", "10.0.0.1", now), Err(15));
        assert_eq!(throttle.admit("zhang", "10.0.0.2", now), Ok(()), "a colleague's address");
        assert_eq!(throttle.admit("li", "10.0.0.1", now), Ok(()), "another account");
        now = now.plus_seconds(15);
        assert_eq!(throttle.admit("zhang", "10.0.0.1", now), Ok(()));
        assert_eq!(throttle.admit("zhang", "10.0.0.1", now), Err(30));
        for _ in 0..10 {
            now = now.plus_seconds(600);
            assert_eq!(throttle.admit("zhang", "10.0.0.1", now), Ok(()));
        }
        assert_eq!(throttle.admit("zhang", "10.0.0.1", now), Err(600), "never longer than that");
        throttle.succeeded("zhang", "10.0.0.1");
        assert_eq!(throttle.admit("zhang", "10.0.0.1", now), Ok(()));
        let later = now.plus_seconds(601);
        assert_eq!(throttle.admit("zhang", "10.0.0.1", later), Ok(()), "forgotten");
    }

    #[test]
    fn memory_is_bounded() {
        let mut throttle = Throttle::default();
        for guess in 0..25_000 {
            let _ = throttle.admit(&format!("account{guess}"), "10.0.0.1", Timestamp(guess));
        }
        assert!(throttle.failures.len() <= REMEMBERED + 1);
        assert!(throttle.failures.keys().any(|(account, _)| account == "account24999"));
    }
}
