//! Messages and their calls as the first version of their rows held them, read as those of today.
//!
//! Must not change: these types describe files that exist.

use serde::{Deserialize, Serialize};

use crate::domain::audit::Actor;
use crate::domain::id::{DepartmentId, MemberId, MessageId, TenantId};
use crate::domain::messaging::content::Content;
use crate::domain::messaging::delivery::BatchState;
use crate::domain::messaging::message::{Audience, Batch, Exclusion, Message, Unresolved, UnresolvedReason};
use crate::domain::messaging::tally::Tally;
use crate::domain::messaging::way::{Target, Way};
use crate::domain::time::Timestamp;

#[derive(Serialize, Deserialize)]
pub(super) struct EarlierMessage {
    id: MessageId,
    tenant: TenantId,
    content: Content,
    audience: EarlierAudience,
    sender: Actor,
    created_at: Timestamp,
    tally: EarlierTally,
    unresolved: Vec<EarlierUnresolved>,
    recalled_at: Option<Timestamp>,
    results_read_at: Option<Timestamp>,
    results_due_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct EarlierAudience {
    usernames: Vec<String>,
    members: Vec<MemberId>,
    departments: Vec<DepartmentId>,
    everyone: bool,
}

#[derive(Serialize, Deserialize)]
struct EarlierTally {
    queued: u32,
    sent: u32,
    unread: u32,
    read: u32,
    refused: u32,
    invalid: u32,
    failed: u32,
    unknown: u32,
}

#[derive(Serialize, Deserialize)]
struct EarlierUnresolved {
    asked: String,
    reason: EarlierReason,
}

#[derive(Serialize, Deserialize)]
enum EarlierReason {
    Unknown,
    NotBound,
    NotActive,
    Empty,
}

#[derive(Serialize, Deserialize)]
pub(super) struct EarlierBatch {
    number: u32,
    state: BatchState,
    queued_at: Timestamp,
    not_before: Timestamp,
    attempts: u32,
    lost_answers: u32,
    lost_at: Option<Timestamp>,
    request_id: Option<Box<str>>,
    results_due_at: Option<Timestamp>,
    results_read_at: Option<Timestamp>,
}

impl From<EarlierReason> for UnresolvedReason {
    fn from(reason: EarlierReason) -> Self {
        match reason {
            EarlierReason::Unknown => Self::Unknown,
            EarlierReason::NotBound => Self::NotBound,
            // Which of the two it was is not known any more.
            EarlierReason::NotActive => Self::Disabled,
            EarlierReason::Empty => Self::Empty,
        }
    }
}

impl From<EarlierMessage> for Message {
    fn from(earlier: EarlierMessage) -> Self {
        let EarlierAudience { usernames, members, departments, everyone } = earlier.audience;
        let EarlierTally { queued, sent, unread, read, refused, invalid, failed, unknown } = earlier.tally;
        let unresolved = earlier.unresolved.into_iter();
        let mut message = Self {
            id: earlier.id,
            tenant: earlier.tenant,
            content: earlier.content,
            audience: Audience { usernames, members, departments, everyone, exclude: Exclusion::default() },
            way: Way::Tracked,
            sender: earlier.sender,
            created_at: earlier.created_at,
            tally: Tally { queued, sent, unread, read, refused, invalid, failed, unknown, untracked: 0 },
            unresolved: unresolved
                .map(|one| Unresolved { asked: one.asked, reason: one.reason.into() })
                .collect(),
            recalled_at: earlier.recalled_at,
            cancelled_at: None,
            held_until: None,
            settled_at: None,
            results_read_at: earlier.results_read_at,
            results_due_at: earlier.results_due_at,
        };
        // What was settled long ago is no news.
        message.settled_at = message.is_settled().then_some(message.created_at);
        message
    }
}

impl From<EarlierBatch> for Batch {
    fn from(earlier: EarlierBatch) -> Self {
        Self {
            number: earlier.number,
            target: Target::People,
            state: earlier.state,
            queued_at: earlier.queued_at,
            not_before: earlier.not_before,
            attempts: earlier.attempts,
            lost_answers: earlier.lost_answers,
            lost_at: earlier.lost_at,
            request_id: earlier.request_id,
            results_due_at: earlier.results_due_at,
            results_read_at: earlier.results_read_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::store::codec;
    use crate::store::row::Row;

    #[test]
    fn a_message_of_the_first_version_is_read_as_one_of_today() {
        let earlier = EarlierMessage {
            id: Uuid::from_u128(7).into(),
            tenant: TenantId(1000),
            content: Content::Text("你好".into()),
            audience: EarlierAudience {
                usernames: vec!["a".into()],
                members: Vec::new(),
                departments: Vec::new(),
                everyone: false,
            },
            sender: Actor::Server,
            created_at: Timestamp(5),
            tally: EarlierTally {
                queued: 0,
                sent: 0,
                unread: 1,
                read: 2,
                refused: 0,
                invalid: 0,
                failed: 0,
                unknown: 0,
            },
            unresolved: vec![EarlierUnresolved { asked: "b".into(), reason: EarlierReason::Empty }],
            recalled_at: None,
            results_read_at: Some(Timestamp(6)),
            results_due_at: Some(Timestamp(7)),
        };
        let bytes = postcard::to_stdvec(&earlier).unwrap();
        let message = Message::read(codec::FIRST, &bytes).unwrap();
        assert_eq!(
            (message.way, message.tally.total(), message.settled_at),
            (Way::Tracked, 3, Some(Timestamp(5)))
        );
        assert_eq!(message.unresolved[0].reason, UnresolvedReason::Empty);
        assert_eq!(
            Message::read(message.version(), &postcard::to_stdvec(&message).unwrap()).unwrap(),
            message
        );
        assert!(Message::read(9, &bytes).is_err());
    }
}
