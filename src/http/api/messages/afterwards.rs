//! What can be done about a message afterwards, and what came of it, as the API tells it.

use poem_openapi::Object;

use crate::domain::text::Language;
use crate::service::messaging::{self, RecalledTask};

/// What became of a recall.
#[derive(Object)]
#[oai(rename = "MessageRecall", rename_all = "camelCase")]
pub(super) struct Recall {
    /// The calls that DingTalk took back.
    recalled: Vec<String>,
    /// The calls that it did not take back.
    refused: Vec<RefusedRecall>,
}

/// A call that was not taken back.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct RefusedRecall {
    /// DingTalk's task id.
    task_id: String,
    /// DingTalk's or our code.
    code: String,
    /// The same as a sentence.
    detail: String,
}

/// What cancelling came to, in people.
#[derive(Object)]
#[oai(rename = "MessageCancelled", rename_all = "camelCase")]
pub(super) struct Cancelled {
    /// Who gets nothing now.
    cancelled: u32,
    /// Whose call was under way at that moment: they may get it.
    under_way: u32,
    /// Who was sent to before; a recall is for them.
    sent: u32,
}

/// What is sent again.
#[derive(Object)]
#[oai(rename = "MessageResent", rename_all = "camelCase")]
pub(super) struct Resent {
    /// How many people are queued again.
    queued: u32,
    /// How many were not reached and would not be now either.
    left: u32,
}

impl Recall {
    pub(super) fn of(tasks: Vec<RecalledTask>, language: Language) -> Self {
        let mut recall = Self { recalled: Vec::new(), refused: Vec::new() };
        for RecalledTask { task_id, refusal } in tasks {
            match refusal {
                None => recall.recalled.push(task_id),
                Some(refusal) => recall.refused.push(RefusedRecall {
                    task_id,
                    code: refusal.code,
                    detail: refusal.detail.get(language).to_owned(),
                }),
            }
        }
        recall
    }
}

impl From<messaging::Cancelled> for Cancelled {
    fn from(outcome: messaging::Cancelled) -> Self {
        Self { cancelled: outcome.cancelled, under_way: outcome.under_way, sent: outcome.sent }
    }
}

impl From<messaging::Resent> for Resent {
    fn from(resent: messaging::Resent) -> Self {
        Self { queued: resent.queued, left: resent.left }
    }
}
