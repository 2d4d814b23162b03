//! Something that strangers can make happen as often as they like, and that is told once a minute.
//!
//! Must not know what it is or where it is told. Invariant: what is left out is counted, and told with the next one.

use super::time::Timestamp;

/// The pause between two tellings, in milliseconds.
const PAUSE_MS: i64 = 60_000;

/// One kind of thing that happens again and again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repetition {
    told_at: Option<Timestamp>,
    left_out: u64,
}

impl Repetition {
    /// Notes that it happened. When it is to be told: how many times it was not, since it was told last.
    pub fn note(&mut self, now: Timestamp) -> Option<u64> {
        // A clock that was set back must not silence it for as long.
        let is_soon = |told_at: Timestamp| (0..PAUSE_MS).contains(&now.millis_since(told_at));
        if self.told_at.is_some_and(is_soon) {
            self.left_out = self.left_out.saturating_add(1);
            return None;
        }
        self.told_at = Some(now);
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_told_once_a_minute_with_what_was_left_out() {
        let start = Timestamp(1_700_000_000_000);
        let mut repetition = Repetition::default();
        let told: Vec<(i64, u64)> = (0..180_000)
            .step_by(10)
            .filter_map(|millis| Some((millis, repetition.note(start.plus_millis(millis))?)))
            .collect();
        assert_eq!(told, [(0, 0), (60_000, 5_999), (120_000, 5_999)]);
        assert_eq!(repetition.note(start), Some(5_999), "the clock was set back");
        assert_eq!(repetition.note(start.plus_millis(1)), None);
        assert_eq!(repetition.note(start.plus_millis(86_400_000)), Some(1));
    }
}
