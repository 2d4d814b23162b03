//! Messages and what became of them, as the API tells them.

use poem_openapi::{Enum, Object};

use super::content::Content;
use super::new_message::Audience;
use crate::domain::audit::Actor;
use crate::domain::messaging::delivery::BatchState;
use crate::domain::messaging::message::{self, Batch};
use crate::domain::messaging::tally::Tally;
use crate::domain::messaging::way::Target;
use crate::domain::text::Language;
use crate::http::date_time::DateTime;
use crate::service::messaging::{self, MessageView, RecipientView};

/// What was taken on.
#[derive(Object)]
#[oai(rename = "MessageAccepted", rename_all = "camelCase")]
pub(super) struct Accepted {
    /// The message's id.
    id: String,
    /// How many people it goes to.
    accepted: u32,
    /// How it goes out: `tracked` or `broadcast`.
    delivery: String,
    /// Who cannot receive it.
    unresolved: Vec<Unresolved>,
    /// DingTalk's task ids, as far as it has given any.
    tasks: Vec<String>,
}

/// Somebody of the audience who cannot receive the message.
#[derive(Object)]
#[oai(rename = "UnresolvedReceiver", rename_all = "camelCase")]
pub(super) struct Unresolved {
    /// As it was asked for; for people of a department or of everyone, the name.
    asked: String,
    /// `unknown`, `notBound`, `disabled`, `left`, `otherEnterprise`, `otherTenant` or `empty`.
    reason: String,
    /// The reason in a sentence.
    detail: String,
}

/// A message.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct Message {
    /// Its id.
    id: String,
    /// Where it stands: `sending`, `held` (the month's calls are used up), `sent`, `failed`, `recalled` or `cancelled`.
    status: String,
    // Without a description: beside one, generators of clients lose the kinds.
    content: Content,
    /// For whom it was meant.
    audience: Audience,
    /// How it goes out: `tracked`, or `broadcast`, of which nothing is known afterwards.
    delivery: String,
    /// Who sent it.
    sender: Sender,
    /// How many people it goes to.
    recipients: u32,
    /// How many deliveries are in which state.
    counts: Counts,
    /// Who of the audience could not receive it; in lists, the first hundred.
    unresolved: Vec<Unresolved>,
    /// DingTalk's task ids; absent in lists.
    tasks: Option<Vec<String>>,
    /// The calls it goes out with; absent in lists.
    calls: Option<Vec<Call>>,
    /// When it was accepted.
    created_at: DateTime,
    /// When it was recalled.
    recalled_at: Option<DateTime>,
    /// When what was still queued was cancelled.
    cancelled_at: Option<DateTime>,
    /// Until when it waits, because the month's calls are used up.
    held_until: Option<DateTime>,
    /// When each delivery was known as far as it will be, but for reading.
    settled_at: Option<DateTime>,
    /// When DingTalk was last asked what became of it.
    results_read_at: Option<DateTime>,
    /// When DingTalk will be asked next.
    results_due_at: Option<DateTime>,
}

/// Who sent a message.
#[derive(Object)]
#[oai(rename = "MessageSender", rename_all = "camelCase", skip_serializing_if_is_none)]
struct Sender {
    /// `account`, `apiToken` or `server`.
    kind: String,
    /// The account's or the token's id.
    id: Option<String>,
}

/// How many deliveries are in which state.
#[derive(Object)]
#[oai(rename = "DeliveryCounts", rename_all = "camelCase")]
struct Counts {
    /// Not yet taken by DingTalk.
    queued: u32,
    /// Taken by DingTalk, nothing more known.
    sent: u32,
    /// Delivered, not read.
    unread: u32,
    /// Delivered and read.
    read: u32,
    /// Dropped by DingTalk.
    refused: u32,
    /// Not known to DingTalk.
    invalid: u32,
    /// Could not be sent.
    failed: u32,
    /// Whether it arrived could not be learnt.
    unknown: u32,
    /// Sent with a broadcast, not tracked.
    untracked: u32,
}

/// One call to DingTalk with up to 100 people.
#[derive(Object)]
#[oai(rename = "MessageCall", rename_all = "camelCase", skip_serializing_if_is_none)]
struct Call {
    /// Its number, from 0.
    number: u32,
    /// Whom it names: `people`, `departments` or `everyone`.
    target: String,
    /// `queued`, `sending`, `sent`, `failed` or `recalled`.
    state: String,
    /// DingTalk's task id.
    task_id: Option<String>,
    /// When DingTalk took it.
    sent_at: Option<DateTime>,
    /// Not to be tried again before.
    not_before: Option<DateTime>,
    /// How often it was tried.
    attempts: u32,
    /// How often no answer came.
    lost_answers: u32,
    /// Why it failed.
    code: Option<String>,
    /// The same as a sentence.
    detail: Option<String>,
    /// The id under which DingTalk's support finds the last try.
    request_id: Option<String>,
}

/// The states of a delivery.
#[derive(Clone, Copy, Enum)]
#[oai(rename_all = "camelCase")]
pub(in crate::http::api) enum DeliveryState {
    /// Not yet taken by DingTalk.
    Queued,
    /// Taken by DingTalk, nothing more known.
    Sent,
    /// Delivered, not read.
    Unread,
    /// Delivered and read.
    Read,
    /// Dropped by DingTalk.
    Refused,
    /// Not known to DingTalk.
    Invalid,
    /// Could not be sent.
    Failed,
    /// Whether it arrived could not be learnt.
    Unknown,
    /// Sent with a broadcast, not tracked.
    Untracked,
}

/// A person a message goes to.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct Recipient {
    /// The member.
    member_id: String,
    /// The name at the time of sending.
    name: String,
    /// The userid in DingTalk.
    dingtalk_user_id: String,
    /// What is known: `queued`, `sent`, `unread`, `read`, `refused`, `invalid`, `failed`, `unknown` or `untracked`.
    state: String,
    /// DingTalk's or our code of a refusal or failure.
    code: Option<String>,
    /// The same as a sentence.
    detail: Option<String>,
    /// DingTalk's task id.
    task_id: Option<String>,
    /// Since when.
    updated_at: DateTime,
}

/// How many who could not receive a message are named in lists.
const LISTED_UNRESOLVED: usize = 100;

pub(super) fn unresolved(unresolved: Vec<message::Unresolved>, language: Language) -> Vec<Unresolved> {
    let on_wire = |one: message::Unresolved| Unresolved {
        asked: one.asked,
        reason: one.reason.name().to_owned(),
        detail: one.reason.text().get(language).to_owned(),
    };
    unresolved.into_iter().map(on_wire).collect()
}

impl Accepted {
    pub(super) fn of(accepted: messaging::Accepted, language: Language) -> Self {
        Self {
            id: accepted.id.to_string(),
            accepted: accepted.accepted,
            delivery: accepted.way.name().to_owned(),
            unresolved: unresolved(accepted.unresolved, language),
            tasks: accepted.tasks,
        }
    }
}

impl Message {
    /// As it stands in a list, whatever the size of its audience.
    pub(super) fn listed(mut message: message::Message, language: Language) -> Self {
        message.unresolved.truncate(LISTED_UNRESOLVED);
        Self::of(message, language)
    }

    /// Without its calls.
    pub(super) fn of(message: message::Message, language: Language) -> Self {
        Self {
            id: message.id.to_string(),
            status: message.status().name().to_owned(),
            content: message.content.into(),
            sender: message.sender.into(),
            recipients: message.tally.total(),
            counts: message.tally.into(),
            audience: message.audience.into(),
            delivery: message.way.name().to_owned(),
            unresolved: unresolved(message.unresolved, language),
            tasks: None,
            calls: None,
            created_at: message.created_at.into(),
            recalled_at: message.recalled_at.map(DateTime),
            cancelled_at: message.cancelled_at.map(DateTime),
            held_until: message.held_until.map(DateTime),
            settled_at: message.settled_at.map(DateTime),
            results_read_at: message.results_read_at.map(DateTime),
            results_due_at: message.results_due_at.map(DateTime),
        }
    }

    /// With its calls.
    pub(super) fn whole(view: MessageView, language: Language) -> Self {
        let tasks = Some(view.tasks());
        let calls = Some(view.batches.into_iter().map(|batch| Call::of(batch, language)).collect());
        Self { tasks, calls, ..Self::of(view.message, language) }
    }
}

impl Call {
    fn of(batch: Batch, language: Language) -> Self {
        let task_id = batch.state.task_id().map(str::to_owned);
        let state = batch.state.name().to_owned();
        let (mut sent_at, mut code, mut words) = (None, None, None);
        match batch.state {
            BatchState::Sent { at, .. } | BatchState::Recalled { at, .. } => sent_at = Some(at),
            BatchState::Failed { code: reason, detail } => {
                code = Some(reason.into());
                words = Some(detail.get(language).to_owned());
            }
            BatchState::Queued | BatchState::Sending { .. } => {}
        }
        Self {
            number: batch.number,
            target: match batch.target {
                Target::People => "people",
                Target::Departments(_) => "departments",
                Target::Everyone => "everyone",
            }
            .to_owned(),
            not_before: (state == "queued").then_some(DateTime(batch.not_before)),
            state,
            task_id,
            sent_at: sent_at.map(DateTime),
            attempts: batch.attempts,
            lost_answers: batch.lost_answers,
            code,
            detail: words,
            request_id: batch.request_id.map(Into::into),
        }
    }
}

impl Recipient {
    pub(super) fn of(view: RecipientView, language: Language) -> Self {
        let RecipientView { recipient, task_id, reason } = view;
        Self {
            member_id: recipient.member.to_string(),
            name: recipient.name.into(),
            dingtalk_user_id: recipient.user_id.into(),
            state: recipient.delivery.name().to_owned(),
            code: recipient.delivery.code().map(str::to_owned),
            detail: reason.map(|reason| reason.get(language).to_owned()),
            task_id,
            updated_at: recipient.updated_at.into(),
        }
    }
}

impl DeliveryState {
    /// Its name in the business.
    pub(in crate::http::api) fn name(self) -> String {
        let name = match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Unread => "unread",
            Self::Read => "read",
            Self::Refused => "refused",
            Self::Invalid => "invalid",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Untracked => "untracked",
        };
        name.to_owned()
    }
}

impl From<Tally> for Counts {
    fn from(tally: Tally) -> Self {
        let Tally { queued, sent, unread, read, refused, invalid, failed, unknown, untracked } = tally;
        Self { queued, sent, unread, read, refused, invalid, failed, unknown, untracked }
    }
}

impl From<Actor> for Sender {
    fn from(actor: Actor) -> Self {
        let kind = match actor {
            Actor::Account(_) => "account",
            Actor::ApiToken(_) => "apiToken",
            Actor::Server | Actor::Anonymous => "server",
        };
        Self { kind: kind.to_owned(), id: actor.id().map(|id| id.to_string()) }
    }
}
