//! What happens to a batch when a call to DingTalk ends: with an answer, with a refusal, or without either.
//!
//! Invariant: a batch is called again only when DingTalk certainly did not take it, or when its rule that the same
//! content reaches a person once a day absorbs the repetition.

use crate::domain::job::backoff_millis;
use crate::domain::messaging::delivery::{BatchState, Delivery};
use crate::domain::messaging::forecast::day_begins;
use crate::domain::messaging::message::Batch;
use crate::domain::messaging::way::Target;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// How often a call whose answer was lost is repeated before the truth is given up.
const MOST_LOST_ANSWERS: u32 = 5;
/// How long DingTalk's "not now" is heeded before a batch is given up, in seconds.
const PATIENCE_SECONDS: i64 = 2 * 3_600;
/// A repetition this close to midnight might be counted for the next day.
const MIDNIGHT_MARGIN_MILLIS: i64 = 120_000;

/// The code of a batch, or a delivery, whose call was never answered.
pub const ANSWER_LOST: &str = "answerLost";
/// The code of what was recalled before it was sent.
pub const RECALLED: &str = "recalled";
/// The code of what was cancelled before it was sent.
pub const CANCELLED: &str = "cancelled";
/// DingTalk's code for a month whose calls are used up.
pub const QUOTA_EXHAUSTED: &str = "90020";

/// How a call ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// DingTalk took it.
    Sent {
        /// Under which it knows the batch.
        task_id: Box<str>,
    },
    /// No answer: it may have taken it or not.
    Lost,
    /// It did not take it now and may do so later.
    Later {
        /// Not before this moment, when DingTalk said so.
        not_before: Option<Timestamp>,
        /// Its code.
        code: Box<str>,
        /// Its reason in words.
        detail: Text,
    },
    /// It takes nothing more this month.
    Exhausted {
        /// When the next month begins.
        until: Timestamp,
    },
    /// It refused for good.
    Refused {
        /// Whether it would refuse every other batch alike.
        all: bool,
        /// Its code.
        code: Box<str>,
        /// Its reason in words.
        detail: Text,
    },
}

impl Batch {
    /// Begins a call.
    pub fn begin(&mut self, now: Timestamp) {
        self.state = BatchState::Sending { since: now };
        self.attempts += 1;
    }

    /// Takes the end of a call down. `jitter` spreads the repetitions of several batches.
    pub fn end(&mut self, outcome: Outcome, now: Timestamp, jitter: u8) {
        let begun = match self.state {
            BatchState::Sending { since } => since,
            _ => now,
        };
        let wait = backoff_millis(self.attempts.saturating_sub(1), jitter);
        match outcome {
            Outcome::Sent { task_id } => self.state = BatchState::Sent { task_id, at: now },
            Outcome::Refused { code, detail, .. } => self.state = BatchState::Failed { code, detail },
            Outcome::Later { not_before, code, detail } => {
                let retry_at = not_before.unwrap_or(now).max(now.plus_millis(wait));
                if retry_at > self.queued_at.plus_seconds(PATIENCE_SECONDS) {
                    self.state = BatchState::Failed { code, detail };
                } else {
                    self.requeue(retry_at);
                }
            }
            Outcome::Exhausted { until } => {
                // The wait is not DingTalk's hesitation, so its patience begins anew.
                self.queued_at = until;
                self.requeue(until);
            }
            Outcome::Lost => {
                self.lost_answers += 1;
                let first = *self.lost_at.get_or_insert(begun);
                self.requeue(now.plus_millis(wait));
                if self.lost_answers >= MOST_LOST_ANSWERS || !repetition_is_absorbed(first, self.not_before) {
                    self.give_up();
                }
            }
        }
    }

    /// Whether the batch may be called now; one that may not be repeated any more is given up instead.
    pub fn may_begin(&mut self, now: Timestamp) -> bool {
        if self.state != BatchState::Queued || now < self.not_before {
            return false;
        }
        let absorbed = self.lost_at.is_none_or(|first| repetition_is_absorbed(first, now));
        if !absorbed {
            self.give_up();
        }
        absorbed
    }

    /// Takes down that the batch, as it stood at `snapshot_at`, may have been called since: a backup was restored. Gives
    /// back whether that changes anything; one that was not to be called before `now` certainly was not.
    pub fn doubt(&mut self, snapshot_at: Timestamp, now: Timestamp, jitter: u8) -> bool {
        let may_have_been = self.state == BatchState::Queued && self.not_before <= now;
        if may_have_been {
            self.begin(snapshot_at);
            self.end(Outcome::Lost, now, jitter);
        }
        may_have_been
    }

    /// What follows for the people of the batch who are still queued. Where an answer was lost, a later failure
    /// does not prove that nothing arrived.
    pub fn delivery(&self) -> Delivery {
        match &self.state {
            BatchState::Queued | BatchState::Sending { .. } => Delivery::Queued,
            BatchState::Sent { .. } | BatchState::Recalled { .. } if self.target != Target::People => {
                Delivery::Untracked
            }
            BatchState::Sent { .. } | BatchState::Recalled { .. } => Delivery::Sent,
            BatchState::Failed { .. } if self.lost_answers > 0 => Delivery::Unknown,
            BatchState::Failed { code, .. } => Delivery::Failed(code.clone()),
        }
    }

    /// Lets a batch that waits be called from this moment on.
    pub fn hasten(&mut self, now: Timestamp) {
        if self.state == BatchState::Queued && self.not_before > now {
            self.not_before = now;
            self.queued_at = self.queued_at.min(now);
        }
    }

    /// Takes a batch back that was not sent yet; `code` and `detail` say why.
    pub fn cancel(&mut self, code: &str, detail: Text, now: Timestamp) {
        if matches!(self.state, BatchState::Sending { .. }) {
            self.end(Outcome::Lost, now, 0);
        }
        if self.state == BatchState::Queued {
            self.state = BatchState::Failed { code: code.into(), detail };
        }
    }

    fn requeue(&mut self, at: Timestamp) {
        self.state = BatchState::Queued;
        self.not_before = at;
    }

    fn give_up(&mut self) {
        self.state = BatchState::Failed { code: ANSWER_LOST.into(), detail: answer_lost() };
    }
}

/// Whether a call begun at `first` and repeated at `again` falls under one day of the duplicate rule.
fn repetition_is_absorbed(first: Timestamp, again: Timestamp) -> bool {
    day_begins(first) == day_begins(again.plus_millis(MIDNIGHT_MARGIN_MILLIS))
}

/// Whether it makes sense to send again what ended with this code at `at`.
pub fn may_send_again(code: &str, at: Timestamp, now: Timestamp) -> bool {
    match code {
        // The same person has the same content already, is out of reach, or may not be sent this at all.
        "143106" | "1430002" | "1430004" => false,
        // Somebody decided that they should not have it.
        CANCELLED | RECALLED => false,
        "143105" => !repetition_is_absorbed(at, now),
        _ => true,
    }
}

/// The words for [`ANSWER_LOST`].
pub fn answer_lost() -> Text {
    Text::new(
        "钉钉始终没有应答，无法确认是否已送达；为避免重复，不再自动发送",
        "DingTalk never answered, so it is not known whether this arrived; it is not repeated, lest it arrive twice",
    )
}

/// The words for [`CANCELLED`].
pub fn cancelled() -> Text {
    Text::new("发送前已取消", "cancelled before it was sent")
}

/// The words for [`RECALLED`].
pub fn recalled() -> Text {
    Text::new("发送前已撤回", "recalled before it was sent")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-22 12:00 in China.
    const NOON: Timestamp = Timestamp(1_795_320_000_000);

    fn sending(at: Timestamp) -> Batch {
        let mut batch = Batch::queued(0, at);
        assert!(batch.may_begin(at));
        batch.begin(at);
        batch
    }

    fn later(not_before: Option<Timestamp>) -> Outcome {
        Outcome::Later { not_before, code: "90018".into(), detail: recalled() }
    }

    #[test]
    fn noon_is_noon() {
        assert_eq!(NOON.millis_since(day_begins(NOON)), 12 * 3_600_000);
    }

    #[test]
    fn a_lost_answer_is_repeated_a_few_times_and_then_admitted() {
        let mut batch = sending(NOON);
        let mut now = NOON;
        for lost in 1..MOST_LOST_ANSWERS {
            batch.end(Outcome::Lost, now, 0);
            assert_eq!((batch.state.clone(), batch.lost_answers), (BatchState::Queued, lost));
            assert!(batch.not_before > now && !batch.may_begin(now));
            now = batch.not_before;
            assert!(batch.may_begin(now));
            batch.begin(now);
        }
        batch.end(Outcome::Lost, now, 0);
        assert!(matches!(&batch.state, BatchState::Failed { code, .. } if &**code == ANSWER_LOST));
        assert_eq!(batch.delivery(), Delivery::Unknown);
    }

    #[test]
    fn what_a_restored_backup_had_queued_may_have_gone_out() {
        let (soon, tomorrow) = (NOON.plus_seconds(600), NOON.plus_seconds(86_400));
        let mut repeated = Batch::queued(0, NOON);
        assert!(repeated.doubt(NOON, soon, 0));
        assert_eq!((repeated.state.clone(), repeated.lost_at), (BatchState::Queued, Some(NOON)));
        assert!(repeated.may_begin(repeated.not_before), "DingTalk drops the repetition on the same day");

        let mut given_up = Batch::queued(0, NOON);
        assert!(given_up.doubt(NOON, tomorrow, 0));
        assert_eq!(given_up.delivery(), Delivery::Unknown);

        let mut held = Batch { not_before: tomorrow, ..Batch::queued(0, NOON) };
        assert!(!held.doubt(NOON, soon, 0) && held.lost_answers == 0, "its time had not come");
        let mut under_way = sending(NOON);
        assert!(!under_way.doubt(NOON, soon, 0), "whoever holds its turn knows that its answer was lost");
    }

    #[test]
    fn a_batch_is_taken_back_before_it_is_sent() {
        let mut waiting = Batch::queued(0, NOON);
        waiting.cancel(RECALLED, recalled(), NOON);
        assert_eq!(waiting.delivery(), Delivery::Failed(RECALLED.into()));
        let mut uncertain = sending(NOON);
        uncertain.cancel(RECALLED, recalled(), NOON);
        assert_eq!(uncertain.delivery(), Delivery::Unknown);
        let mut sent = sending(NOON);
        sent.end(Outcome::Sent { task_id: "7".into() }, NOON, 0);
        sent.cancel(RECALLED, recalled(), NOON);
        assert_eq!(sent.delivery(), Delivery::Sent);
    }

    #[test]
    fn a_month_that_is_used_up_is_waited_for_and_can_be_hastened() {
        let next_month = NOON.plus_seconds(9 * 86_400);
        let mut batch = sending(NOON);
        batch.end(Outcome::Exhausted { until: next_month }, NOON, 0);
        assert_eq!((batch.state.clone(), batch.not_before), (BatchState::Queued, next_month));
        assert!(!batch.may_begin(NOON.plus_seconds(86_400)));
        let mut hastened = batch.clone();
        hastened.hasten(NOON);
        assert!(hastened.may_begin(NOON));
        batch.begin(next_month);
        batch.end(later(None), next_month, 0);
        assert_eq!(batch.state, BatchState::Queued, "the patience with DingTalk begins with the new month");
    }

    #[test]
    fn nothing_uncertain_is_repeated_across_midnight() {
        let evening = NOON.plus_seconds(11 * 3_600 + 3_500);
        let mut batch = sending(evening);
        batch.end(Outcome::Lost, evening, 0);
        assert!(matches!(batch.state, BatchState::Failed { .. }), "the rule forgets at midnight");

        let mut batch = sending(NOON);
        batch.end(Outcome::Lost, NOON, 0);
        assert!(!batch.may_begin(NOON.plus_seconds(13 * 3_600)), "the server was down over midnight");
        assert!(matches!(batch.state, BatchState::Failed { .. }));
    }

    #[test]
    fn not_now_is_heeded_for_two_hours() {
        let mut batch = sending(NOON);
        batch.end(later(Some(NOON.plus_seconds(300))), NOON, 0);
        assert_eq!(batch.not_before, NOON.plus_seconds(300));
        assert_eq!(batch.lost_answers, 0);
        let late = NOON.plus_seconds(PATIENCE_SECONDS);
        batch.begin(late);
        batch.end(later(None), late, 0);
        assert!(matches!(&batch.state, BatchState::Failed { code, .. } if &**code == "90018"));
    }

    #[test]
    fn an_answer_and_a_refusal_are_final() {
        let mut batch = sending(NOON);
        batch.end(Outcome::Sent { task_id: "7".into() }, NOON, 0);
        assert_eq!(batch.state.task_id(), Some("7"));
        let mut batch = sending(NOON);
        batch.end(Outcome::Refused { all: true, code: "40056".into(), detail: recalled() }, NOON, 0);
        assert!(matches!(batch.state, BatchState::Failed { .. }) && !batch.may_begin(NOON));
    }

    #[test]
    fn sending_again_follows_the_reason() {
        assert!(may_send_again("143103", NOON, NOON));
        assert!(!may_send_again("143105", NOON, NOON.plus_seconds(60)));
        assert!(may_send_again("143105", NOON, NOON.plus_seconds(24 * 3_600)));
        assert!(!may_send_again("143106", NOON, NOON.plus_seconds(24 * 3_600)));
    }
}
