//! A message, its batches and its recipients, as they are stored.
//!
//! Invariant: every recipient is in exactly one batch at a time, a batch holds at most 100 people, so that each
//! person's result can be read back [S-0773], and a message's tally counts its recipients as they are stored.

use serde::{Deserialize, Serialize};

use crate::domain::audit::Actor;
use crate::domain::id::{DepartmentId, MemberId, MessageId, TenantId};
use crate::domain::messaging::content::Content;
use crate::domain::messaging::delivery::{BatchState, Delivery};
use crate::domain::messaging::tally::Tally;
use crate::domain::messaging::way::{Target, Way};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// The most people in one call whose results can be read back. [S-0769, S-0773]
pub const BATCH: usize = 100;

/// Something sent to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The tenant in whose name it goes out.
    pub tenant: TenantId,
    /// What it says.
    pub content: Content,
    /// For whom it was meant.
    pub audience: Audience,
    /// How it goes out.
    pub way: Way,
    /// Who sent it.
    pub sender: Actor,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// How many people it goes to, and how many deliveries are in which state.
    pub tally: Tally,
    /// Those of the audience who cannot receive it.
    pub unresolved: Vec<Unresolved>,
    /// When it was recalled.
    pub recalled_at: Option<Timestamp>,
    /// When what was still queued was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// Until when its queued calls wait because the month's calls are used up.
    pub held_until: Option<Timestamp>,
    /// When each delivery was first known as far as it will be, but for reading.
    pub settled_at: Option<Timestamp>,
    /// When DingTalk was last asked for results.
    pub results_read_at: Option<Timestamp>,
    /// When DingTalk is to be asked next; a job waits for that moment.
    pub results_due_at: Option<Timestamp>,
}

/// Where a message stands as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageStatus {
    /// Some of it is still to be sent.
    Sending,
    /// Some of it waits, because DingTalk says that the month's calls are used up.
    Held,
    /// DingTalk answered for all of it, and took at least some.
    Sent,
    /// DingTalk took none of it, as far as is known.
    Failed,
    /// Taken back, wholly or in part.
    Recalled,
    /// Cancelled before anything was sent.
    Cancelled,
}

impl MessageStatus {
    /// The status's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Held => "held",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Recalled => "recalled",
            Self::Cancelled => "cancelled",
        }
    }
}

impl Message {
    /// Where it stands as a whole.
    pub fn status(&self) -> MessageStatus {
        if self.recalled_at.is_some() {
            MessageStatus::Recalled
        } else if self.tally.queued > 0 && self.held_until.is_some() {
            MessageStatus::Held
        } else if self.tally.queued > 0 {
            MessageStatus::Sending
        } else if self.tally.failed + self.tally.unknown == self.tally.total() {
            if self.cancelled_at.is_some() { MessageStatus::Cancelled } else { MessageStatus::Failed }
        } else {
            MessageStatus::Sent
        }
    }

    /// Whether each delivery is known as far as it will be, but for reading.
    pub fn is_settled(&self) -> bool {
        let waits = self.tally.sent > 0 && self.results_due_at.is_some();
        self.tally.queued == 0 && !waits
    }
}

/// For whom a message is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// Accounts by name.
    pub usernames: Vec<String>,
    /// Members by id.
    pub members: Vec<MemberId>,
    /// Departments with everything below them.
    pub departments: Vec<DepartmentId>,
    /// Every active member.
    pub everyone: bool,
    /// But not these.
    pub exclude: Exclusion,
}

/// Whom a message must not reach, whoever else is meant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    /// Accounts by name.
    pub usernames: Vec<String>,
    /// Members by id.
    pub members: Vec<MemberId>,
    /// Departments with everything below them.
    pub departments: Vec<DepartmentId>,
}

impl Exclusion {
    /// Whether nobody is excluded.
    pub fn is_empty(&self) -> bool {
        self.usernames.is_empty() && self.members.is_empty() && self.departments.is_empty()
    }
}

/// Somebody of the audience who cannot receive the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unresolved {
    /// The name, id or department as it was asked for.
    pub asked: String,
    /// Why.
    pub reason: UnresolvedReason,
}

/// Why somebody cannot receive a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum UnresolvedReason {
    /// Nobody in this tenant goes by that name or id.
    Unknown,
    /// The member is not bound to a DingTalk user.
    NotBound,
    /// The member is switched off here.
    Disabled,
    /// The member has left.
    Left,
    /// The member is bound to a DingTalk user of another enterprise.
    OtherEnterprise,
    /// The account exists, but belongs to other tenants only. Told to platform administrators; to others it is unknown.
    OtherTenant,
    /// Nobody in the department can receive anything.
    Empty,
}

impl UnresolvedReason {
    /// The reason's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::NotBound => "notBound",
            Self::Disabled => "disabled",
            Self::Left => "left",
            Self::OtherEnterprise => "otherEnterprise",
            Self::OtherTenant => "otherTenant",
            Self::Empty => "empty",
        }
    }

    /// The reason in words.
    pub fn text(self) -> Text {
        match self {
            Self::Unknown => {
                Text::new("本租户中没有此账号、成员或部门", "nobody and nothing of that name in this tenant")
            }
            Self::NotBound => {
                Text::new("该成员尚未与钉钉同步", "this member is not synchronised with DingTalk")
            }
            Self::Disabled => Text::new("该成员已停用", "this member is disabled"),
            Self::Left => Text::new("该成员已离职", "this member has left"),
            Self::OtherEnterprise => Text::new(
                "该成员绑定的是另一家企业的钉钉账号，请重新同步",
                "this member is bound to another enterprise of DingTalk; synchronise again",
            ),
            Self::OtherTenant => Text::new("该账号属于其他租户", "this account belongs to another tenant"),
            Self::Empty => Text::new("该部门没有可接收的成员", "nobody in this department can receive it"),
        }
    }
}

/// A person a message goes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The member.
    pub member: MemberId,
    /// The userid in DingTalk.
    pub user_id: Box<str>,
    /// The member's name at that time.
    pub name: Box<str>,
    /// The batch it is sent with.
    pub batch: u32,
    /// What is known of the delivery.
    pub delivery: Delivery,
    /// Since when.
    pub updated_at: Timestamp,
}

/// One call to DingTalk with up to 100 people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Its number inside the message, from 0.
    pub number: u32,
    /// Whom the call names.
    pub target: Target,
    /// Where it stands.
    pub state: BatchState,
    /// When it was queued: with the message, or when it was sent again.
    pub queued_at: Timestamp,
    /// Not to be called before this moment.
    pub not_before: Timestamp,
    /// How often sending was begun.
    pub attempts: u32,
    /// How often a call was made whose answer never came: DingTalk may have taken it.
    pub lost_answers: u32,
    /// When the first of those calls was begun.
    pub lost_at: Option<Timestamp>,
    /// The id under which DingTalk's support finds the last call.
    pub request_id: Option<Box<str>>,
    /// When DingTalk is to be asked next what became of it.
    pub results_due_at: Option<Timestamp>,
    /// When DingTalk last told what became of it.
    pub results_read_at: Option<Timestamp>,
}

impl Batch {
    /// A batch of people that waits to be called.
    pub fn queued(number: u32, now: Timestamp) -> Self {
        Self {
            number,
            target: Target::People,
            state: BatchState::Queued,
            queued_at: now,
            not_before: now,
            attempts: 0,
            lost_answers: 0,
            lost_at: None,
            request_id: None,
            results_due_at: None,
            results_read_at: None,
        }
    }
}
