//! Times as the platform writes them: in China, to the second.
//!
//! Must not know who asks. Invariant: the machine's own time zone plays no part.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

/// Milliseconds between UTC and China.
const CHINA: i64 = 8 * 3_600_000;

fn china(now: i64) -> jiff::Zoned {
    Timestamp::from_millisecond(now).unwrap_or_default().to_zoned(TimeZone::fixed(Offset::constant(8)))
}

/// `2026-11-22 12:00:00`.
pub(crate) fn china_time(now: i64) -> String {
    china(now).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// `2026-11`.
pub(crate) fn china_month(now: i64) -> String {
    china(now).strftime("%Y-%m").to_string()
}

/// A number that changes at midnight in China.
pub(crate) fn china_day(now: i64) -> i64 {
    (now + CHINA).div_euclid(86_400_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_china() {
        let midnight = 1_900_000_000_000_i64 / 86_400_000 * 86_400_000 - CHINA;
        assert_eq!(china_day(midnight), china_day(midnight - 1) + 1);
        assert!(china_time(midnight).ends_with("00:00:00"));
        assert_eq!(china_month(0), "1970-01");
    }
}
