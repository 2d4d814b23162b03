//! DingTalk's cap on the people reached in a minute: what goes beyond it is taken and then dropped. [S-0769]
//!
//! Invariant: within any sixty seconds no more than [`PEOPLE_A_MINUTE`] people are let through.

use std::collections::VecDeque;

use crate::domain::time::Timestamp;

/// The most people one application reaches in a minute (DingTalk: 5,000), with room for its clock being another.
pub const PEOPLE_A_MINUTE: u32 = 4_900;

const MINUTE_MILLIS: i64 = 60_000;

/// The people reached lately by one application.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    reached: VecDeque<(Timestamp, u32)>,
    sum: u32,
}

impl Pace {
    /// Lets `people` through now, or says when they may be tried again.
    pub fn admit(&mut self, people: u32, now: Timestamp) -> Result<(), Timestamp> {
        // Of what lies ahead since the clock was set back, only the order is known.
        self.reached.iter_mut().for_each(|(at, _)| *at = (*at).min(now));
        while let Some((at, passed)) = self.reached.front().copied() {
            if now.millis_since(at) < MINUTE_MILLIS {
                break;
            }
            self.sum = self.sum.saturating_sub(passed);
            self.reached.pop_front();
        }
        if self.sum + people > PEOPLE_A_MINUTE
            && let Some((oldest, _)) = self.reached.front()
        {
            return Err(oldest.plus_millis(MINUTE_MILLIS));
        }
        self.reached.push_back((now, people));
        self.sum += people;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cap_of_a_minute_is_kept() {
        let mut pace = Pace::default();
        for batch in 0..49 {
            assert_eq!(pace.admit(100, Timestamp(batch * 100)), Ok(()));
        }
        assert_eq!(pace.admit(100, Timestamp(5_000)), Err(Timestamp(60_000)));
        assert_eq!(pace.admit(100, Timestamp(60_000)), Ok(()), "the first hundred are a minute ago");
        assert_eq!(pace.admit(100, Timestamp(60_000)), Err(Timestamp(60_100)));
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_waiting_for_longer_than_a_minute() {
        let mut pace = Pace::default();
        assert_eq!(pace.admit(PEOPLE_A_MINUTE, Timestamp(10_000_000)), Ok(()));
        assert_eq!(pace.admit(1, Timestamp(1_000)), Err(Timestamp(61_000)));
        assert_eq!(pace.admit(1, Timestamp(61_000)), Ok(()));
    }
}
