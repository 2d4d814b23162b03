//! How far DingTalk's clock is from ours, as the `Date` of its answers tells.
//!
//! Must not know who asks or why. Invariant: an answer without a readable `Date` changes nothing.

use std::sync::{Mutex, PoisonError};

use jiff::fmt::rfc2822::DateTimeParser;

/// `Date` has whole seconds, rounded down: on average half of one is missing.
const HALF_A_SECOND_MS: i64 = 500;

/// The distance between the two clocks; shared between the calls whose answers tell it.
#[derive(Debug, Default)]
pub struct ServerClock(Mutex<Option<i64>>);

impl ServerClock {
    /// Milliseconds by which DingTalk's clock is ahead of ours (negative: behind), as the latest answer told;
    /// good to about a second. `None` while no answer told it.
    pub fn ahead_ms(&self) -> Option<i64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the `Date` of an answer to a request sent and answered at these times of ours, in epoch milliseconds.
    pub(super) fn told(&self, date_ms: i64, sent_ms: i64, answered_ms: i64) {
        let ours_ms = sent_ms.midpoint(answered_ms);
        let ahead_ms = date_ms.saturating_add(HALF_A_SECOND_MS).saturating_sub(ours_ms);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(ahead_ms);
    }
}

/// The time in a `Date` header, in epoch milliseconds.
pub(super) fn parse_date(header: &str) -> Option<i64> {
    DateTimeParser::new().parse_timestamp(header).ok().map(|time| time.as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_is_measured_from_the_middle_of_the_exchange() {
        let clock = ServerClock::default();
        assert_eq!(clock.ahead_ms(), None);
        let date_ms = parse_date("Wed, 21 Oct 2026 07:28:00 GMT").unwrap();
        clock.told(date_ms, date_ms - 3_600_000, date_ms - 3_599_000);
        assert_eq!(clock.ahead_ms(), Some(3_600_000));
        clock.told(date_ms, date_ms + 500, date_ms + 500);
        assert_eq!(clock.ahead_ms(), Some(0));
    }

    #[test]
    fn what_is_no_date_tells_nothing() {
        for header in ["", "yesterday", "2026-10-21T07:28:00Z", "Wed, 99 Oct 2026 07:28:00 GMT"] {
            assert_eq!(parse_date(header), None, "{header}");
        }
    }
}
