//! What the probes brought back: the doctor's input, as plain values.
//!
//! Must not know DingTalk's client. Invariant: a probe that was not answered says why in words for a person.

use std::collections::BTreeSet;

use crate::domain::id::TenantId;
use crate::domain::text::Text;

use super::enterprise::OtherTenant;
use super::events::EventFacts;

/// Everything that an examination looked at.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The application as it is configured here.
    pub application: ApplicationFacts,
    /// The address that people use, without a slash at the end, when the operator has told it.
    pub public_url: Option<String>,
    /// The other tenants that are connected to the same enterprise.
    pub same_enterprise: Vec<OtherTenant>,
    /// A new token was asked for.
    pub token: Probe<()>,
    /// What the application may see.
    pub scope: Probe<ScopeFacts>,
    /// The departments below the first one in the scope were listed.
    pub departments: Probe<()>,
    /// The people directly in that department were listed.
    pub members: Probe<()>,
    /// Some people were read, and which of their fields came.
    pub sample: Probe<Sample>,
    /// The people of the enterprise were counted.
    pub count: Probe<i64>,
    /// Departments outside a scope that is not the whole enterprise.
    pub outside: Probe<Outside>,
    /// A work notification that does not exist was asked about under the AgentId.
    pub agent: Probe<()>,
    /// A token was asked for in the name of the CorpId's enterprise.
    pub enterprise: Probe<()>,
    /// A Stream connection was asked for; where it would be opened.
    pub stream: Probe<String>,
    /// How the tenant's events stand.
    pub events: EventFacts,
    /// Milliseconds by which DingTalk's clock is ahead of ours.
    pub clock_ahead_ms: Option<i64>,
    /// The permissions of the setup document, in its order.
    pub permissions: Vec<Permission>,
}

/// The application as it is configured here.
#[derive(Clone, Debug)]
pub struct ApplicationFacts {
    /// Whose.
    pub tenant: TenantId,
    /// The CorpId, when it was entered.
    pub corp_id: Option<String>,
    /// Whether it is switched on here.
    pub enabled: bool,
    /// Whether DingTalk took a message under the AgentId since it was configured.
    pub has_sent: bool,
}

/// What became of one question to DingTalk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe<T> {
    /// DingTalk answered.
    Answered(T),
    /// DingTalk refused, or no answer came.
    Failed(Failure),
    /// The question was not asked; why.
    NotAsked(Text),
}

/// Why an answer did not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What stood in the way.
    pub obstacle: Obstacle,
    /// In a few words.
    pub title: Text,
    /// What exactly DingTalk said.
    pub detail: Text,
    /// What to do.
    pub remedy: Text,
    /// The page of DingTalk's console where it is done.
    pub link: Option<String>,
}

/// What stood in the way of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Client ID and Client Secret do not belong together.
    WrongSecret,
    /// Our address is not in the application's white list.
    AddressRefused {
        /// The address that DingTalk saw.
        ip: Option<String>,
    },
    /// A permission is missing.
    PermissionMissing {
        /// The codes of those that would help, as far as DingTalk said.
        codes: Vec<String>,
    },
    /// The application is switched off at DingTalk.
    ApplicationDisabled,
    /// The enterprise is not available, or not the application's.
    EnterpriseUnavailable,
    /// The AgentId is not the application's.
    AgentInvalid,
    /// A parameter was refused.
    ParameterRefused,
    /// No answer came from DingTalk at all.
    NoAnswer,
    /// DingTalk answered that it cannot now: busy, throttled, blocked.
    NotNow,
    /// DingTalk refused for another reason.
    Other,
}

/// What the application may see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScopeFacts {
    /// Whether the whole enterprise is in it.
    pub whole: bool,
    /// How many departments stand in it, each with all below it.
    pub departments: usize,
    /// How many single people.
    pub people: usize,
    /// The fields of people that DingTalk says it gives, in its older words; a hint, not a proof.
    pub fields: BTreeSet<String>,
}

/// Some people, and how many of them came with which fields. A field without a value counts: its key came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// How many people were read.
    pub people: usize,
    /// How many came with a mobile number.
    pub with_mobile: usize,
    /// How many came with an address, a place of work, a remark or fields of the enterprise's own.
    pub with_personal: usize,
}

/// The departments that lie outside the scope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outside {
    /// How many were found.
    pub departments: usize,
    /// Whether all were looked for.
    pub complete: bool,
}

/// A permission of DingTalk's console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The code that DingTalk names.
    pub code: &'static str,
    /// The console's name.
    pub zh: &'static str,
    /// The name in English.
    pub en: &'static str,
    /// The page on which it is requested.
    pub request_link: String,
    /// What would prove it.
    pub proof: Proof,
}

/// What proves that a permission is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Mobile numbers come with people.
    MobileNumbers,
    /// Personal fields come with people.
    PersonalFields,
    /// Departments can be listed.
    Departments,
    /// A single person, or the number of all, can be asked for.
    Persons,
    /// The people of a department can be listed.
    Members,
    /// Only a person's own sign-in in a browser shows it.
    OwnSignIn,
    /// Only writing to DingTalk would show it, and we never write.
    Writing,
}

impl<T> Probe<T> {
    /// Why no answer came, if DingTalk was asked.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Answered(_) | Self::NotAsked(_) => None,
        }
    }

    /// The answer.
    pub fn answer(&self) -> Option<&T> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::Failed(_) | Self::NotAsked(_) => None,
        }
    }

    /// Why there is nothing to judge by; `None` when there is an answer.
    pub(super) fn silence(&self) -> Option<Text> {
        match self {
            Self::Answered(_) => None,
            Self::Failed(failure) => Some(failure.words()),
            Self::NotAsked(why) => Some(why.clone()),
        }
    }
}

impl Failure {
    /// Title and detail in one sentence.
    pub(super) fn words(&self) -> Text {
        Text::new(
            format!("{}（{}）", self.title.zh, self.detail.zh),
            format!("{} ({})", self.title.en, self.detail.en),
        )
    }
}

impl Facts {
    /// Every question that failed, the most fundamental first.
    pub(super) fn failures(&self) -> impl Iterator<Item = &Failure> {
        [
            self.token.failure(),
            self.scope.failure(),
            self.departments.failure(),
            self.members.failure(),
            self.sample.failure(),
            self.count.failure(),
            self.agent.failure(),
            self.stream.failure(),
            self.outside.failure(),
        ]
        .into_iter()
        .flatten()
    }

    /// The first failure of this kind.
    pub(super) fn failed_by(&self, wanted: impl Fn(&Obstacle) -> bool) -> Option<&Failure> {
        self.failures().find(|failure| wanted(&failure.obstacle))
    }
}
