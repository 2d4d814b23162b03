//! Conflicts: what a run will not decide alone, parked for an administrator while everybody else goes on.

use serde::{Deserialize, Serialize};

use crate::domain::audit::Actor;
use crate::domain::id::{AccountId, ConflictId, MemberId, RunId, TenantId};
use crate::domain::mobile::Mobile;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// A parked decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conflict {
    /// Its id.
    pub id: ConflictId,
    /// The tenant.
    pub tenant: TenantId,
    /// Why it cannot be decided.
    pub kind: ConflictKind,
    /// The person in DingTalk.
    pub user_id: Box<str>,
    /// That person's unionid, when given.
    pub union_id: Option<Box<str>>,
    /// That person's name.
    pub name: Box<str>,
    /// The number in question.
    pub mobile: Mobile,
    /// The person's member row, when there is one.
    pub member: Option<MemberId>,
    /// The account that holds the number now.
    pub holder: Option<AccountId>,
    /// When a run first met it.
    pub found_at: Timestamp,
    /// Where it stands.
    pub state: ConflictState,
    /// What an administrator decided.
    pub decision: Option<ConflictDecision>,
}

/// An administrator's word about a conflict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConflictDecision {
    /// What is to be done.
    pub action: ConflictAction,
    /// Who decided.
    pub by: Actor,
    /// The run as which it was carried out; undoing that run opens the conflict again.
    pub run: Option<RunId>,
    /// Why, in that person's words.
    pub reason: Option<Box<str>>,
}

/// The ways out of a conflict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConflictAction {
    /// The person joins the account that holds the number.
    LinkAccount,
    /// The person gets the number; whoever has it keeps the account without it.
    GiveNumber,
    /// The person is a member without password sign-in.
    KeepSeparate,
    /// Everything stays as it is.
    Ignore,
}

impl ConflictAction {
    /// The action's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::LinkAccount => "linkAccount",
            Self::GiveNumber => "giveNumber",
            Self::KeepSeparate => "keepSeparate",
            Self::Ignore => "ignore",
        }
    }
}

/// Why a mobile number cannot decide who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ConflictKind {
    /// The number signs in somebody else who is still here.
    NumberTaken,
    /// Several people have this number in DingTalk.
    NumberTwice,
    /// The number belonged to somebody who left; the new owner bears another name.
    NumberRecycled,
    /// The person's number changed, but other tenants share the account.
    NumberShared,
}

/// Where a conflict stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ConflictState {
    /// Waits for an administrator.
    Open,
    /// Went away by itself: a later run did not meet it.
    Vanished(Timestamp),
    /// Decided by an administrator.
    Resolved(Timestamp),
    /// To be left as it is; later runs do not open it again.
    Ignored(Timestamp),
}

impl ConflictKind {
    /// The kind's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::NumberTaken => "numberTaken",
            Self::NumberTwice => "numberTwice",
            Self::NumberRecycled => "numberRecycled",
            Self::NumberShared => "numberShared",
        }
    }

    /// What is wrong, for the person who has to decide.
    pub fn text(self) -> Text {
        match self {
            Self::NumberTaken => Text::new(
                "该手机号是另一位在职成员的登录账号",
                "this mobile number is the sign-in of another person who is still here",
            ),
            Self::NumberTwice => Text::new(
                "钉钉中有多人使用同一手机号，无法确定账号归属",
                "several people in DingTalk have this mobile number; it cannot decide whose account it is",
            ),
            Self::NumberRecycled => Text::new(
                "该手机号曾属于已离开的另一人，可能是运营商回收后重新放出的号码",
                "this mobile number belonged to somebody else who has left; it may have been recycled by the carrier",
            ),
            Self::NumberShared => Text::new(
                "此人在钉钉中的手机号已变更，但其账号同时属于其他租户",
                "this person's mobile number changed in DingTalk, but the account is shared with other tenants",
            ),
        }
    }
}

impl Conflict {
    /// Whether later runs must know of it: it waits, or was decided for good.
    pub fn stands(&self) -> bool {
        matches!(self.state, ConflictState::Open | ConflictState::Ignored(_))
            || self.was_decided(ConflictAction::KeepSeparate)
            || self.was_decided(ConflictAction::GiveNumber)
    }

    /// Whether a later finding is the same, or was decided together with this one: a person who was told apart stays
    /// so whatever the reason, and a number that two have was given to one of them.
    pub fn covers(&self, finding: &Self) -> bool {
        let same_person = self.user_id == finding.user_id;
        self.mobile == finding.mobile
            && match self.state {
                ConflictState::Open | ConflictState::Ignored(_) => same_person && self.kind == finding.kind,
                ConflictState::Resolved(_) if same_person => self.was_decided(ConflictAction::KeepSeparate),
                ConflictState::Resolved(_) => {
                    finding.kind == ConflictKind::NumberTwice && self.was_decided(ConflictAction::GiveNumber)
                }
                ConflictState::Vanished(_) => false,
            }
    }

    fn was_decided(&self, action: ConflictAction) -> bool {
        matches!(self.state, ConflictState::Resolved(_))
            && self.decision.as_ref().is_some_and(|decision| decision.action == action)
    }

    /// What makes two findings the same conflict, so that a later run does not park it twice.
    pub fn key(&self) -> ConflictKey<'_> {
        (self.kind, &self.user_id, &self.mobile)
    }
}

/// The reason, the person and the number of a conflict.
pub type ConflictKey<'a> = (ConflictKind, &'a str, &'a Mobile);
