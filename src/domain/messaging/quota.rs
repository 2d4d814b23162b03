//! The month's API calls: what was counted, how near the end is, and what that means for asking after results.
//!
//! DingTalk counts by enterprise and by month in China; we count by application what we call. Other applications of the
//! enterprise use up the same month, so the truth may be nearer to its end than our number. [S-1431, S-1432]
//! Invariant: a month that DingTalk called used up stays so until it ends or an administrator says otherwise.

use std::collections::BTreeMap;
use std::fmt;

use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};

use crate::domain::error::{Error, Result};
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

/// The calls of a month in DingTalk's standard edition. [S-1431]
pub const STANDARD_CALLS: u32 = 5_000;
/// The share of the month's calls from which on we are sparing, in percent.
const SPARING_PERCENT: u64 = 80;

/// A month in China: year × 100 + month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Month(pub u32);

impl Month {
    /// The month of a moment.
    pub fn of(now: Timestamp) -> Self {
        let date = jiff::Timestamp::from_millisecond(now.0).unwrap_or_default().to_zoned(china()).date();
        let year = u32::try_from(date.year()).unwrap_or_default();
        Self(year * 100 + u32::from(date.month().unsigned_abs()))
    }

    /// The first moment after it.
    pub fn end(self) -> Timestamp {
        let (year, month) = (self.0 / 100, self.0 % 100);
        let (year, month) = if month >= 12 { (year + 1, 1) } else { (year, month + 1) };
        let first = i16::try_from(year)
            .ok()
            .zip(i8::try_from(month).ok())
            .and_then(|(year, month)| jiff::civil::Date::new(year, month, 1).ok())
            .and_then(|date| date.to_zoned(china()).ok());
        first.map_or(Timestamp(i64::MAX), |moment| Timestamp(moment.timestamp().as_millisecond()))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}-{:02}", self.0 / 100, self.0 % 100)
    }
}

fn china() -> TimeZone {
    TimeZone::fixed(Offset::constant(8))
}

/// What one tenant's application called in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiUsage {
    /// Whose.
    pub tenant: TenantId,
    /// When.
    pub month: Month,
    /// The calls that count, by API path.
    pub calls: BTreeMap<String, u64>,
    /// When DingTalk said that the month's calls are used up (90020).
    pub exhausted_at: Option<Timestamp>,
}

impl ApiUsage {
    /// A month in which nothing was called yet.
    pub fn none(tenant: TenantId, month: Month) -> Self {
        Self { tenant, month, calls: BTreeMap::new(), exhausted_at: None }
    }

    /// All calls that count.
    pub fn total(&self) -> u64 {
        self.calls.values().sum()
    }

    /// Until when nothing is sent, because DingTalk refuses it.
    pub fn exhausted_until(&self) -> Option<Timestamp> {
        self.exhausted_at.map(|_| self.month.end())
    }

    /// How near the month's end is, of so many calls.
    pub fn level(&self, monthly_calls: u32) -> Level {
        let (used, most) = (self.total(), u64::from(monthly_calls));
        if self.exhausted_at.is_some() {
            Level::Exhausted
        } else if used >= most {
            Level::UsedUp
        } else if used * 100 >= most * SPARING_PERCENT {
            Level::Low
        } else {
            Level::Normal
        }
    }
}

/// How near the end of the month's calls is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Far.
    Normal,
    /// Four fifths are used: results are asked for less often.
    Low,
    /// All are used by our count, although DingTalk did not say so yet.
    UsedUp,
    /// DingTalk said so: nothing is sent until the month is over.
    Exhausted,
}

impl Level {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Low => "low",
            Self::UsedUp => "usedUp",
            Self::Exhausted => "exhausted",
        }
    }
}

/// What a tenant's administrators chose about messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageSettings {
    /// Whose.
    pub tenant: TenantId,
    /// The enterprise's calls a month.
    pub monthly_calls: u32,
    /// For how many days messages are kept.
    pub kept_days: u32,
}

impl MessageSettings {
    /// The settings of somebody who chose nothing.
    pub fn standard(tenant: TenantId) -> Self {
        Self { tenant, monthly_calls: STANDARD_CALLS, kept_days: 365 }
    }

    /// The settings, when they are within bounds.
    pub fn checked(self) -> Result<Self> {
        if !(100..=100_000_000).contains(&self.monthly_calls) {
            return Err(Error::invalid(
                "monthlyCalls 须为 100 到 100000000",
                "monthlyCalls is 100 to 100000000",
            ));
        }
        // A message younger than two days may still be sent, recalled, or asked about.
        if !(2..=3_650).contains(&self.kept_days) {
            return Err(Error::invalid("keptDays 须为 2 到 3650 天", "keptDays is 2 to 3650 days"));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn a_month_begins_and_ends_at_midnight_in_china() {
        assert_eq!(Month::of(moment("2026-11-30T15:59:59Z")), Month(202_611));
        assert_eq!(Month::of(moment("2026-11-30T16:00:00Z")), Month(202_612));
        assert_eq!(Month(202_611).end(), moment("2026-11-30T16:00:00Z"));
        assert_eq!(Month(202_612).end(), moment("2026-12-31T16:00:00Z"));
        assert_eq!(Month(202_601).to_string(), "2026-01");
    }

    #[test]
    fn the_level_follows_the_calls_and_what_dingtalk_said() {
        let mut usage = ApiUsage::none(TenantId(1000), Month(202_611));
        let mut level = |calls, exhausted| {
            usage.calls.insert("/x".into(), calls);
            usage.exhausted_at = exhausted;
            usage.level(5_000)
        };
        assert_eq!(level(3_999, None), Level::Normal);
        assert_eq!(level(4_000, None), Level::Low);
        assert_eq!(level(5_000, None), Level::UsedUp);
        assert_eq!(level(1, Some(Timestamp(0))), Level::Exhausted);
    }

    #[test]
    fn settings_have_bounds() {
        let standard = MessageSettings::standard(TenantId(1000));
        assert!(standard.checked().is_ok());
        assert!(MessageSettings { kept_days: 1, ..standard }.checked().is_err());
        assert!(MessageSettings { monthly_calls: 0, ..standard }.checked().is_err());
    }
}
