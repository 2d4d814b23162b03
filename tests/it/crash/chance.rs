//! Random moments that can be had again: `MENPAI_CRASH_SEED` repeats a run, `MENPAI_CRASH_MOMENTS` sets how many
//! times the process dies during each of the five: a run, a send, a backup, a restore, a migration.

use std::time::Duration;

/// Deaths of each kind when nobody says otherwise, 200 altogether; `make soak` asks for more.
const MOMENTS: usize = 40;

/// Numbers that follow from a seed (splitmix64).
pub(super) struct Chance(u64);

impl Chance {
    /// The seed of this run, or a new one; printed, so that a failure can be had again.
    #[expect(clippy::print_stderr, reason = "shown with a test that failed")]
    pub(super) fn new(scene: &str) -> Self {
        let asked = std::env::var("MENPAI_CRASH_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = asked.unwrap_or_else(rand::random::<u32>);
        eprintln!("{scene}: MENPAI_CRASH_SEED={seed}, {} moments of each kind", moments());
        Self(u64::from(seed))
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end
    }

    /// A moment inside of a time that something takes here.
    pub(super) fn within(&mut self, time: Duration) -> Duration {
        Duration::from_micros(self.below(u64::try_from(time.as_micros()).unwrap().max(1)))
    }
}

/// How many times the process dies during each kind of work.
pub(super) fn moments() -> usize {
    std::env::var("MENPAI_CRASH_MOMENTS").ok().and_then(|count| count.parse().ok()).unwrap_or(MOMENTS)
}
