//! When a tenant synchronises by itself.
//!
//! Never on the full hour, when everybody's programs call DingTalk: each tenant has minutes of its own, always the
//! same. A daily time that does not exist (the clock jumps over it) is moved on by the length of the jump; one that
//! comes twice counts the first time. Either way there is one synchronisation a day.
//!
//! Invariant: what is due follows from the schedule and the last look alone, so missed times are caught up once.

use std::fmt;

use jiff::civil::Time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use serde::{Deserialize, Serialize};

use crate::domain::id::TenantId;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// A daily synchronisation begins within this many minutes after its time.
const DAILY_SPREAD: u32 = 14;

/// When a tenant synchronises by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Schedule {
    /// Never.
    #[default]
    Off,
    /// Every so many hours (1 to 24).
    EveryHours(u8),
    /// Once a day.
    DailyAt {
        /// The hour, 0 to 23.
        hour: i8,
        /// The minute, 0 to 59.
        minute: i8,
        /// The time zone's IANA name, such as `Asia/Shanghai`.
        time_zone: String,
    },
}

impl Schedule {
    /// Every so many hours.
    ///
    /// # Errors
    /// When the number is not 1 to 24.
    pub fn every_hours(hours: u32) -> Result<Self, Text> {
        u8::try_from(hours)
            .ok()
            .filter(|hours| (1..=24).contains(hours))
            .map(Self::EveryHours)
            .ok_or_else(|| Text::new("everyHours 须为 1 到 24", "everyHours is between 1 and 24"))
    }

    /// Once a day at a time (`HH:MM`) of a time zone.
    ///
    /// # Errors
    /// When either cannot be understood.
    pub fn daily_at(time: &str, time_zone: &str) -> Result<Self, Text> {
        let (hour, minute) = clock_time(time)
            .ok_or_else(|| Text::new("dailyAt 须为 HH:MM，例如 02:30", "dailyAt is HH:MM, such as 02:30"))?;
        TimeZone::get(time_zone).map_err(|_| {
            Text::new(
                format!("没有时区 {time_zone}，请使用 IANA 名称，例如 Asia/Shanghai"),
                format!("there is no time zone {time_zone}; use an IANA name such as Asia/Shanghai"),
            )
        })?;
        Ok(Self::DailyAt { hour, minute, time_zone: time_zone.to_owned() })
    }

    /// The first moment after `after` at which a tenant is due; `None` when it never is.
    pub fn next(&self, tenant: TenantId, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Off => None,
            Self::EveryHours(hours) => {
                let period = i64::from(*hours) * HOUR;
                let offset = i64::from(spread(tenant, 1, 59)) * MINUTE;
                let slot = (after.0.div_euclid(1000) - offset).div_euclid(period) + 1;
                Some(Timestamp((slot * period + offset) * 1000))
            }
            Self::DailyAt { hour, minute, time_zone } => {
                let zone = TimeZone::get(time_zone).ok()?;
                let time = Time::new(*hour, *minute, 0, 0).ok()?;
                let jitter = off_the_hour(*minute, spread(tenant, 1, DAILY_SPREAD));
                let after = jiff::Timestamp::from_millisecond(after.0).ok()?;
                let mut date = after.to_zoned(zone.clone()).date().checked_sub(1.day()).ok()?;
                // Yesterday's time may lie after midnight by its jitter; two days on there is always one.
                for _ in 0..4 {
                    let at = zone.to_ambiguous_zoned(date.to_datetime(time)).compatible().ok()?.timestamp();
                    let at = at.checked_add(SignedDuration::from_mins(i64::from(jitter))).ok()?;
                    if at > after {
                        return Some(Timestamp(at.as_millisecond()));
                    }
                    date = date.checked_add(1.day()).ok()?;
                }
                None
            }
        }
    }
}

/// As the audit writes it down: `off`, `everyHours 6`, `dailyAt 02:30 Asia/Shanghai`.
impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::EveryHours(hours) => write!(f, "everyHours {hours}"),
            Self::DailyAt { hour, minute, time_zone } => {
                write!(f, "dailyAt {hour:02}:{minute:02} {time_zone}")
            }
        }
    }
}

/// A time of day as `HH:MM`.
fn clock_time(text: &str) -> Option<(i8, i8)> {
    let (hour, minute) = text.split_once(':')?;
    let number = |text: &str| (text.len() == 2).then(|| text.parse::<i8>().ok()).flatten();
    let (hour, minute) = (number(hour)?, number(minute)?);
    ((0..=23).contains(&hour) && (0..=59).contains(&minute)).then_some((hour, minute))
}

/// A tenant's own number from `first` to `last`: neighbouring tenants lie far apart.
fn spread(tenant: TenantId, first: u32, last: u32) -> u32 {
    let scattered = tenant.0.wrapping_mul(0x9E37_79B1) >> 8;
    first + scattered % (last - first + 1)
}

/// One minute less or more when the jitter would lead to a full hour.
fn off_the_hour(minute: i8, jitter: u32) -> u32 {
    let lands_on_it = (u32::try_from(minute).unwrap_or_default() + jitter).is_multiple_of(60);
    if lands_on_it { jitter + 1 } else { jitter }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    fn local(moment: Timestamp, zone: &str) -> String {
        let moment = jiff::Timestamp::from_millisecond(moment.0).unwrap();
        moment.in_tz(zone).unwrap().strftime("%F %H").to_string()
    }

    #[test]
    fn a_daily_time_comes_once_a_day_in_its_zone() {
        let schedule = Schedule::daily_at("02:30", "Asia/Shanghai").unwrap();
        let first = schedule.next(TenantId(1000), at("2026-05-01T00:00:00Z")).unwrap();
        assert_eq!(local(first, "Asia/Shanghai"), "2026-05-02 02");
        let second = schedule.next(TenantId(1000), first).unwrap();
        assert_eq!(second.millis_since(first), 24 * 3600 * 1000);
    }

    #[test]
    fn a_time_that_the_clock_jumps_over_moves_on_and_one_that_comes_twice_counts_once() {
        // New York: 2026-03-08 has no 02:30; 2026-11-01 has two of 01:30.
        let spring = Schedule::daily_at("02:30", "America/New_York").unwrap();
        let gap = spring.next(TenantId(1000), at("2026-03-08T05:30:00Z")).unwrap();
        assert_eq!(local(gap, "America/New_York"), "2026-03-08 03");
        let after = spring.next(TenantId(1000), gap).unwrap();
        assert_eq!(local(after, "America/New_York"), "2026-03-09 02");
        let autumn = Schedule::daily_at("01:30", "America/New_York").unwrap();
        let first = autumn.next(TenantId(1000), at("2026-11-01T05:00:00Z")).unwrap();
        let second = autumn.next(TenantId(1000), first).unwrap();
        assert_eq!(local(second, "America/New_York"), "2026-11-02 01");
        assert_eq!(second.millis_since(first), 25 * 3600 * 1000);
    }

    #[test]
    fn nonsense_is_refused() {
        for time in ["24:00", "2:30", "02:60", "0230", "", "aa:bb", "-1:00"] {
            assert!(Schedule::daily_at(time, "Asia/Shanghai").is_err(), "{time}");
        }
        assert!(Schedule::daily_at("02:30", "Mars/Olympus").is_err());
        assert!(Schedule::every_hours(0).is_err() && Schedule::every_hours(25).is_err());
        assert_eq!(Schedule::Off.next(TenantId(1000), Timestamp(0)), None);
    }

    proptest! {
        /// Whatever the schedule and the tenant: due later than before, never on the full hour, within two periods.
        #[test]
        fn never_on_the_full_hour(
            tenant in 1000_u32..5000, hours in 1_u32..=24, hour in 0_u8..24, minute in 0_u8..60, now in 0_i64..4_000_000_000
        ) {
            let daily = Schedule::daily_at(&format!("{hour:02}:{minute:02}"), "Asia/Shanghai").unwrap();
            for (schedule, period) in [(Schedule::every_hours(hours).unwrap(), i64::from(hours)), (daily, 24)] {
                let now = Timestamp(now * 1000);
                let next = schedule.next(TenantId(tenant), now).unwrap();
                prop_assert!(next > now);
                prop_assert!(next.millis_since(now) <= period * HOUR * 1000 + 24 * HOUR * 1000);
                prop_assert!(next.0 / 60_000 % 60 != 0, "minute 0: {next:?}");
            }
        }
    }
}
