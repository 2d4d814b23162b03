//! How many of a message's deliveries are in which state.
//!
//! Invariant: the numbers add up to the message's recipients.

use serde::{Deserialize, Serialize};

use crate::domain::messaging::delivery::Delivery;

/// How many deliveries are in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// On disk here, not yet taken by DingTalk.
    pub queued: u32,
    /// Taken by DingTalk, nothing more known.
    pub sent: u32,
    /// Delivered, not read.
    pub unread: u32,
    /// Delivered and read.
    pub read: u32,
    /// Dropped by DingTalk.
    pub refused: u32,
    /// Not known to DingTalk.
    pub invalid: u32,
    /// Could not be sent.
    pub failed: u32,
    /// Whether it arrived could not be learnt.
    pub unknown: u32,
    /// Sent with a broadcast, of which nothing more is told.
    pub untracked: u32,
}

impl Tally {
    /// The tally of a message that nobody has been sent yet.
    pub fn all_queued(recipients: u32) -> Self {
        Self { queued: recipients, ..Self::default() }
    }

    /// Counts one delivery's step from one state to another.
    pub fn step(&mut self, before: &Delivery, after: &Delivery) {
        let left = self.slot(before);
        *left = left.saturating_sub(1);
        *self.slot(after) += 1;
    }

    /// How many recipients there are.
    pub fn total(&self) -> u32 {
        self.queued
            + self.sent
            + self.unread
            + self.read
            + self.refused
            + self.invalid
            + self.failed
            + self.unknown
            + self.untracked
    }

    fn slot(&mut self, delivery: &Delivery) -> &mut u32 {
        match delivery {
            Delivery::Queued => &mut self.queued,
            Delivery::Sent => &mut self.sent,
            Delivery::Unread => &mut self.unread,
            Delivery::Read => &mut self.read,
            Delivery::Refused(_) => &mut self.refused,
            Delivery::Invalid => &mut self.invalid,
            Delivery::Failed(_) => &mut self.failed,
            Delivery::Unknown => &mut self.unknown,
            Delivery::Untracked => &mut self.untracked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_moves_one_delivery_and_keeps_the_total() {
        let mut tally = Tally::all_queued(3);
        tally.step(&Delivery::Queued, &Delivery::Sent);
        tally.step(&Delivery::Sent, &Delivery::Refused("143106".into()));
        tally.step(&Delivery::Queued, &Delivery::Queued);
        assert_eq!(tally, Tally { queued: 2, refused: 1, ..Tally::default() });
        assert_eq!(tally.total(), 3);
    }
}
