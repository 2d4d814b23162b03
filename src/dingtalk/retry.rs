//! Whether a failed call is tried again, and after how long.
//!
//! Must not know how calls are made. Invariant: a call that may already have taken effect is repeated only
//! when repeating it is harmless.

use std::time::Duration;

use super::error::{Error, ErrorKind};

/// How patient a call is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// Tries of one call, the first included.
    pub attempts: u32,
    /// The first pause in milliseconds; the next ones double.
    pub base_ms: u32,
    /// No new try begins when the tries and pauses so far, and the next pause, exceed this many milliseconds.
    pub elapsed_ms: u32,
    /// How long one try waits for its whole answer, in milliseconds.
    pub timeout_ms: u32,
}

impl Default for Retry {
    fn default() -> Self {
        Self { attempts: 4, base_ms: 1000, elapsed_ms: 65_000, timeout_ms: 30_000 }
    }
}

/// What a repetition would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Reading, or setting what is already set.
    Harmless,
    /// Acting twice, such as sending a message: only after a definite refusal.
    Harmful,
}

/// DingTalk names the end of a throttle; up to this far away it is waited for.
const LONGEST_THROTTLE_MS: i64 = 60_000;
/// Reading the members of a department failed inside DingTalk: worth one more try, not three.
const MEMBERS_UNREADABLE: &str = "60019";

impl Retry {
    /// The pause before try number `tried + 1`, or `None` when this failure is final.
    /// `jitter` is any random number; `spent` is the time of the tries and pauses so far.
    pub(super) fn pause(
        &self,
        error: &Error,
        repeat: Repeat,
        tried: u32,
        spent: Duration,
        now_ms: i64,
        jitter: u32,
    ) -> Option<Duration> {
        let once_more = error.code.as_deref() == Some(MEMBERS_UNREADABLE);
        let attempts = if once_more { self.attempts.min(2) } else { self.attempts };
        if tried >= attempts || (repeat == Repeat::Harmful && error.ambiguous()) {
            return None;
        }
        let pause = match error.kind {
            ErrorKind::Throttled { until_ms: Some(until_ms) }
                if until_ms.saturating_sub(now_ms) > LONGEST_THROTTLE_MS =>
            {
                return None;
            }
            ErrorKind::Throttled { until_ms: Some(until_ms) } if until_ms > now_ms => {
                self.silence(Some(until_ms), now_ms) + self.back_off(1, jitter) / 4
            }
            ErrorKind::Throttled { .. }
            | ErrorKind::Busy
            | ErrorKind::Timeout
            | ErrorKind::Unreachable { .. } => self.back_off(tried, jitter),
            _ if once_more => self.back_off(tried, jitter),
            _ => return None,
        };
        let limit = Duration::from_millis(self.elapsed_ms.into());
        (spent + pause <= limit).then_some(pause)
    }

    /// How long nobody calls an API that refused a call as one too many: until DingTalk listens again, if it
    /// said when and that is near; otherwise a quarter of the base, which makes room in DingTalk's window of a
    /// second [S-0012] without giving a whole second away.
    pub(super) fn silence(&self, until_ms: Option<i64>, now_ms: i64) -> Duration {
        let told_ms = until_ms.map(|until_ms| until_ms.saturating_sub(now_ms));
        let told_ms = told_ms.filter(|told_ms| (1..=LONGEST_THROTTLE_MS).contains(told_ms));
        Duration::from_millis(told_ms.map_or(u64::from(self.base_ms / 4), i64::unsigned_abs))
    }

    /// 1, 2, 4 … times the base, give or take a quarter.
    fn back_off(&self, tried: u32, jitter: u32) -> Duration {
        let doubled = f64::from(self.base_ms) * f64::from(1_u32 << tried.saturating_sub(1).min(16));
        let spread = 0.75 + 0.5 * f64::from(jitter) / f64::from(u32::MAX);
        Duration::from_secs_f64(doubled * spread / 1000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIDDLE: u32 = u32::MAX / 2;

    fn failure(kind: ErrorKind) -> Error {
        Error::new("/x", kind)
    }

    fn pause(error: &Error, repeat: Repeat, tried: u32) -> Option<u128> {
        let pause = Retry::default().pause(error, repeat, tried, Duration::ZERO, 0, MIDDLE);
        pause.map(|pause| (pause.as_secs_f64().round() as u128) * 1000)
    }

    #[test]
    fn pauses_double_and_end_with_the_attempts() {
        let busy = failure(ErrorKind::Busy);
        let pauses: Vec<_> = (1..=4).map(|tried| pause(&busy, Repeat::Harmless, tried)).collect();
        assert_eq!(pauses, [Some(1000), Some(2000), Some(4000), None]);
    }

    #[test]
    fn what_may_have_happened_is_not_repeated_when_that_would_harm() {
        let lost = failure(ErrorKind::Unreachable { sent: true, reason: "reset".into() });
        let refused = failure(ErrorKind::Unreachable { sent: false, reason: "refused".into() });
        for error in [lost, failure(ErrorKind::Busy), failure(ErrorKind::Timeout)] {
            assert_eq!(pause(&error, Repeat::Harmful, 1), None, "{error}");
            assert!(pause(&error, Repeat::Harmless, 1).is_some(), "{error}");
        }
        assert!(pause(&refused, Repeat::Harmful, 1).is_some());
        assert!(pause(&failure(ErrorKind::Throttled { until_ms: None }), Repeat::Harmful, 1).is_some());
    }

    #[test]
    fn a_throttle_is_waited_for_when_its_end_is_near() {
        let until = |until_ms| failure(ErrorKind::Throttled { until_ms: Some(until_ms) });
        assert_eq!(pause(&until(20_000), Repeat::Harmless, 1), Some(20_000));
        assert_eq!(pause(&until(61_000), Repeat::Harmless, 1), None);
        assert_eq!(pause(&until(-5), Repeat::Harmless, 1), Some(1000), "an end in the past says nothing");
    }

    #[test]
    fn refusals_are_final_and_60019_gets_one_more_try() {
        assert_eq!(pause(&failure(ErrorKind::WrongSecret), Repeat::Harmless, 1), None);
        let unreadable = Error { code: Some("60019".into()), ..failure(ErrorKind::Unknown) };
        assert!(pause(&unreadable, Repeat::Harmless, 1).is_some());
        assert_eq!(pause(&unreadable, Repeat::Harmless, 2), None);
    }

    #[test]
    fn the_budget_of_time_ends_the_tries() {
        let busy = failure(ErrorKind::Busy);
        let spent = Duration::from_millis(64_500);
        assert_eq!(Retry::default().pause(&busy, Repeat::Harmless, 1, spent, 0, MIDDLE), None);
    }
}
