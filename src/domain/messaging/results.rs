//! When DingTalk is asked what became of a batch, and what is left unknown when it can no longer be asked. [S-0773]
//!
//! Invariant: nobody is asked about after 24 hours, and nothing is asked that cannot change any more. Of a month that
//! nears its end, less is spent.

use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::quota::Level;
use crate::domain::time::Timestamp;

/// Seconds after a send at which results are read: soon, then rarer, a last time before DingTalk's 24 hours are over.
const SCHEDULE: [i64; 8] = [2, 10, 60, 600, 3_600, 4 * 3_600, 12 * 3_600, 23 * 3_600];
/// From this step on, unread messages alone are worth a call, which counts against the month's quota.
const FOR_READERS: usize = 4;
/// From this step on, results are asked for when few of the month's calls are left.
const WHEN_LOW: usize = 2;
/// The last step.
const LAST: usize = SCHEDULE.len() - 1;
/// How long DingTalk keeps a result, in seconds.
const KEPT_SECONDS: i64 = 24 * 3_600;

/// What can still change about a batch's people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Openness {
    /// Everything is settled.
    Nothing,
    /// Somebody may still read it.
    Reading,
    /// Somebody's delivery is not known.
    Delivery,
}

impl Openness {
    /// What can still change about these people.
    pub fn of<'a>(deliveries: impl IntoIterator<Item = &'a Delivery>) -> Self {
        let of_one = |delivery: &Delivery| match delivery {
            Delivery::Sent => Self::Delivery,
            Delivery::Unread => Self::Reading,
            _ => Self::Nothing,
        };
        deliveries.into_iter().map(of_one).max().unwrap_or(Self::Nothing)
    }
}

/// The first reading after a send.
pub fn first_reading(sent_at: Timestamp) -> Timestamp {
    sent_at.plus_seconds(SCHEDULE[0])
}

/// The reading after one at `now`. Readings that were missed are not made up for. When DingTalk was never heard
/// (`ever_read` is false) the last step is the closing, at which [`is_over`] holds.
pub fn next_reading(
    sent_at: Timestamp,
    now: Timestamp,
    open: Openness,
    ever_read: bool,
    level: Level,
) -> Option<Timestamp> {
    let skipped = match (open, level) {
        (Openness::Nothing, _) => return None,
        (_, Level::UsedUp | Level::Exhausted) | (Openness::Reading, Level::Low) => LAST,
        (Openness::Reading, Level::Normal) => FOR_READERS,
        (Openness::Delivery, Level::Low) => WHEN_LOW,
        (Openness::Delivery, Level::Normal) => 0,
    };
    let mut steps = SCHEDULE.iter().skip(skipped).map(|seconds| sent_at.plus_seconds(*seconds));
    let closing = (!ever_read && !is_over(sent_at, now)).then(|| sent_at.plus_seconds(KEPT_SECONDS));
    steps.find(|step| *step > now).or(closing)
}

/// Whether a reading at `now` is worth its call. A month that DingTalk calls used up has none left.
pub fn is_worth_a_call(sent_at: Timestamp, now: Timestamp, level: Level) -> bool {
    let since = |step: usize| SCHEDULE.get(step).map(|seconds| sent_at.plus_seconds(*seconds));
    match level {
        Level::Normal => true,
        Level::Low => since(WHEN_LOW).is_none_or(|step| now >= step),
        Level::UsedUp => since(LAST).is_none_or(|step| now >= step),
        Level::Exhausted => false,
    }
}

/// Whether DingTalk no longer keeps the result.
pub fn is_over(sent_at: Timestamp, now: Timestamp) -> bool {
    now >= sent_at.plus_seconds(KEPT_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Timestamp = Timestamp(1_000_000);

    fn seconds(next: Option<Timestamp>) -> Option<i64> {
        next.map(|at| at.millis_since(SENT) / 1000)
    }

    #[test]
    fn readings_become_rarer_and_end_within_the_day() {
        let mut now = SENT;
        let mut steps = Vec::new();
        while let Some(next) = next_reading(SENT, now, Openness::Delivery, true, Level::Normal) {
            steps.push(next.millis_since(SENT) / 1000);
            now = next;
        }
        assert_eq!(steps, SCHEDULE);
        assert!(!is_over(SENT, now));
    }

    #[test]
    fn readers_alone_are_asked_for_rarely_and_the_settled_never() {
        let now = SENT.plus_seconds(2);
        assert_eq!(seconds(next_reading(SENT, now, Openness::Reading, true, Level::Normal)), Some(3_600));
        assert_eq!(next_reading(SENT, now, Openness::Nothing, true, Level::Normal), None);
    }

    #[test]
    fn missed_readings_are_not_made_up_for() {
        let now = SENT.plus_seconds(5 * 3_600);
        assert_eq!(
            seconds(next_reading(SENT, now, Openness::Delivery, true, Level::Normal)),
            Some(12 * 3_600)
        );
    }

    #[test]
    fn little_is_spent_of_a_month_that_nears_its_end() {
        let next = |open, level| seconds(next_reading(SENT, SENT, open, true, level));
        assert_eq!(next(Openness::Delivery, Level::Low), Some(60));
        assert_eq!(next(Openness::Reading, Level::Low), Some(23 * 3_600));
        assert_eq!(next(Openness::Delivery, Level::UsedUp), Some(23 * 3_600));
        let worth = |after, level| is_worth_a_call(SENT, SENT.plus_seconds(after), level);
        assert!(worth(2, Level::Normal) && !worth(2, Level::Low) && worth(60, Level::Low));
        assert!(!worth(3_600, Level::UsedUp) && worth(23 * 3_600, Level::UsedUp));
        assert!(!worth(23 * 3_600, Level::Exhausted));
    }

    #[test]
    fn what_was_never_heard_is_closed_after_a_day() {
        let last = SENT.plus_seconds(23 * 3_600);
        assert_eq!(
            seconds(next_reading(SENT, last, Openness::Delivery, false, Level::Normal)),
            Some(KEPT_SECONDS)
        );
        let end = SENT.plus_seconds(KEPT_SECONDS);
        assert_eq!(next_reading(SENT, end, Openness::Delivery, false, Level::Normal), None);
        assert!(is_over(SENT, end));
    }

    #[test]
    fn the_most_open_person_decides() {
        let people = [Delivery::Read, Delivery::Unread, Delivery::Invalid];
        assert_eq!(Openness::of(&people), Openness::Reading);
        assert_eq!(Openness::of(people.iter().chain([&Delivery::Sent])), Openness::Delivery);
        assert_eq!(Openness::of([]), Openness::Nothing);
    }
}
