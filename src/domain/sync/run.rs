//! A sync run from request to result, as it is stored and shown.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::audit::Actor;
use crate::domain::id::{RunId, TenantId};
use crate::domain::sync::guard::GuardFinding;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// One synchronisation of one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRun {
    /// Its id.
    pub id: RunId,
    /// The tenant.
    pub tenant: TenantId,
    /// Whether it lands or only shows.
    pub mode: RunMode,
    /// What started it.
    pub trigger: RunTrigger,
    /// The run that this one undoes.
    pub reverts: Option<RunId>,
    /// The run that undid this one.
    pub reverted_by: Option<RunId>,
    /// Who asked for it.
    pub requested_by: Actor,
    /// Where it stands.
    pub status: RunStatus,
    /// What it is doing.
    pub phase: RunPhase,
    /// What it found and did.
    pub counts: RunCounts,
    /// Calls made to DingTalk, by API path.
    pub calls: BTreeMap<String, u64>,
    /// Why it failed.
    pub error: Option<RunError>,
    /// Why it waits for approval.
    pub guard: Vec<GuardFinding>,
    /// What an administrator should know although it succeeded.
    pub warnings: Vec<Text>,
    /// SHA-256 over the plan, to apply exactly what was shown.
    pub plan_digest: Option<[u8; 32]>,
    /// Set when a shown plan is to be applied: the digest it must still have.
    pub approved: Option<Approval>,
    /// Set when somebody stopped or dismissed it.
    pub cancelled: Option<Cancellation>,
    /// How often it was begun (a restart of the server begins it again).
    pub attempts: u32,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
}

impl SyncRun {
    /// Whether it is on its way and nobody has stopped it: only then may what it found be written.
    pub fn goes_on(&self) -> bool {
        self.status.is_active() && self.cancelled.is_none()
    }
}

/// Somebody's word that a shown plan may land.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// The plan that was shown.
    pub plan_digest: [u8; 32],
    /// Why, in that person's words.
    pub reason: Option<Box<str>>,
}

/// Somebody's word that a run is not to land.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Why, in that person's words.
    pub reason: Option<Box<str>>,
}

/// Whether a run lands or only shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunMode {
    /// Lands its plan.
    Apply,
    /// Shows its plan.
    Preview,
}

/// What started a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RunTrigger {
    /// A person or a program asked.
    Manual,
    /// The schedule.
    Schedule,
    /// An event from DingTalk.
    Event,
    /// An administrator's decision about a conflict.
    Decision,
    /// The removal of the connection.
    Detachment,
    /// A sign-in of somebody whom DingTalk vouches for and the last read has not seen.
    SignIn,
}

impl RunTrigger {
    /// The trigger's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Schedule => "schedule",
            Self::Event => "event",
            Self::Decision => "decision",
            Self::Detachment => "detachment",
            Self::SignIn => "signIn",
        }
    }
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RunStatus {
    /// Waits for its turn.
    Queued,
    /// Is going on.
    Running,
    /// The guard stopped it; nothing was changed.
    AwaitingApproval,
    /// Showed its plan; nothing was changed.
    Previewed,
    /// Landed whole.
    Succeeded,
    /// Failed; nothing was changed.
    Failed,
    /// Was stopped; nothing was changed.
    Cancelled,
}

impl RunStatus {
    /// Every status.
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Running,
        Self::AwaitingApproval,
        Self::Previewed,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The status's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::AwaitingApproval => "awaitingApproval",
            Self::Previewed => "previewed",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the run is on its way, so that another one has to wait.
    pub fn is_active(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum RunPhase {
    /// Waits for its turn.
    Queued,
    /// Reads departments and people from DingTalk.
    Reading,
    /// Compares them with the directory.
    Planning,
    /// Writes the plan.
    Applying,
    /// Ended.
    Finished,
}

impl RunPhase {
    /// The phase's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Reading => "reading",
            Self::Planning => "planning",
            Self::Applying => "applying",
            Self::Finished => "finished",
        }
    }
}

/// What a run found and did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunCounts {
    /// Departments read.
    pub departments_read: u64,
    /// People read, each once.
    pub members_read: u64,
    /// Departments made.
    pub departments_created: u64,
    /// Departments renamed, moved or reordered.
    pub departments_updated: u64,
    /// Departments removed.
    pub departments_removed: u64,
    /// People who got an account.
    pub members_created: u64,
    /// People with an account who became members here.
    pub members_joined: u64,
    /// Members changed.
    pub members_updated: u64,
    /// Members who left.
    pub members_disabled: u64,
    /// Members who came back.
    pub members_restored: u64,
    /// Decisions parked.
    pub conflicts: u64,
    /// Departments and people left out by rule.
    pub skipped: u64,
}

/// Why a run failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunError {
    /// A stable code.
    pub code: String,
    /// What failed.
    pub detail: Text,
    /// What to do.
    pub remedy: Text,
    /// Where to do it.
    pub link: Option<String>,
}
