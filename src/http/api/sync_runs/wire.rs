//! A sync run on the wire: what is asked for, how it stands, what was found and who decided.
//!
//! Must not know how a run is carried out. Invariant: numbers count rows; times are absolute; what is absent did not happen.

use std::collections::BTreeMap;

use poem_openapi::{Enum, Object};

use crate::domain::sync::run::{RunCounts, RunMode, RunStatus, SyncRun};
use crate::domain::text::Language;
use crate::http::api::audit::{ActorKind, named};
use crate::http::date_time::DateTime;
use crate::http::json_string::JsonString;
use crate::service::sync::LiveRun;

/// What a run is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "SyncRunMode", rename_all = "camelCase")]
pub(super) enum Mode {
    /// Land the plan (unless the guard stops it).
    Apply,
    /// Show the plan and change nothing.
    Preview,
}

/// A run that is asked for.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct NewSyncRun {
    /// Whether to land or only to show.
    pub(super) mode: Mode,
}

/// Why somebody decides so; kept with the run and in the audit.
#[derive(Debug, Object)]
#[oai(rename = "SyncRunReason", rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ReasonDocument {
    /// At most 500 characters.
    pub(super) reason: Option<JsonString>,
}

/// An administrator's word about a run.
#[derive(Debug, Object)]
#[oai(rename = "SyncRunDecision", rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct DecisionDocument {
    /// `approved` (the plan may land) or `cancelled` (it is not to).
    action: String,
    /// When.
    at: DateTime,
    /// What kind of actor decided.
    actor_kind: ActorKind,
    /// The account or API token.
    actor_id: Option<String>,
    /// Why, in that person's words.
    reason: Option<String>,
}

impl DecisionDocument {
    /// The last word about a run.
    fn of(run: &SyncRun) -> Option<Self> {
        let approved = run.approved.as_ref().map(|one| ("approved", one.by, one.at, &one.reason));
        let cancelled = run.cancelled.as_ref().map(|one| ("cancelled", one.by, one.at, &one.reason));
        let (action, by, at, reason) = cancelled.or(approved)?;
        let (actor_kind, actor_id) = named(by);
        let reason = reason.as_deref().map(ToOwned::to_owned);
        Some(Self { action: action.to_owned(), at: at.into(), actor_kind, actor_id, reason })
    }
}

/// What a run found and did; every number counts rows.
#[derive(Debug, Object)]
#[oai(rename = "SyncRunCounts", rename_all = "camelCase")]
pub(in crate::http::api) struct CountsDocument {
    departments_read: u64,
    members_read: u64,
    departments_created: u64,
    departments_updated: u64,
    departments_removed: u64,
    members_created: u64,
    /// People with an account elsewhere who became members here.
    members_joined: u64,
    members_updated: u64,
    /// Members who left.
    members_disabled: u64,
    /// Members who came back.
    members_restored: u64,
    /// Decisions that wait for an administrator.
    conflicts: u64,
    /// Departments left out by rule.
    skipped: u64,
}

impl From<RunCounts> for CountsDocument {
    fn from(counts: RunCounts) -> Self {
        Self {
            departments_read: counts.departments_read,
            members_read: counts.members_read,
            departments_created: counts.departments_created,
            departments_updated: counts.departments_updated,
            departments_removed: counts.departments_removed,
            members_created: counts.members_created,
            members_joined: counts.members_joined,
            members_updated: counts.members_updated,
            members_disabled: counts.members_disabled,
            members_restored: counts.members_restored,
            conflicts: counts.conflicts,
            skipped: counts.skipped,
        }
    }
}

/// Why a run failed, and what to do.
#[derive(Debug, Object)]
#[oai(rename = "SyncRunError", rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct RunErrorDocument {
    /// A stable name, for programs.
    code: String,
    /// What failed.
    detail: String,
    /// What to do next.
    remedy: String,
    /// A page of DingTalk's console that helps.
    link: Option<String>,
}

/// A sync run.
#[derive(Debug, Object)]
#[oai(rename = "SyncRun", rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct SyncRunDocument {
    /// Its id.
    id: String,
    /// The tenant.
    tenant_id: u32,
    /// `apply` or `preview`.
    mode: Mode,
    /// `manual`, `schedule`, `event`, `decision` (about a conflict) or `detachment` (from DingTalk).
    trigger: String,
    /// The run that this one undoes.
    reverts: Option<String>,
    /// The run that undid this one.
    reverted_by: Option<String>,
    /// `queued`, `running`, `awaitingApproval`, `previewed`, `succeeded`, `failed` or `cancelled`.
    status: String,
    /// `queued`, `reading`, `planning`, `applying` or `finished`.
    phase: String,
    /// What it found and did.
    counts: CountsDocument,
    /// Departments found so far; `counts.departmentsRead` of them have been read.
    departments_found: u64,
    /// Seconds that reading will probably still take.
    eta_seconds: Option<u64>,
    /// Calls made to DingTalk, by API path.
    calls: BTreeMap<String, u64>,
    /// Why it failed.
    error: Option<RunErrorDocument>,
    /// Why it waits for approval.
    guard: Vec<String>,
    /// What to know although it succeeded.
    warnings: Vec<String>,
    /// Whether the changes that are listed were made. `false` for every run that did not succeed: its list tells what
    /// had been planned, and nothing was changed.
    applied: bool,
    /// An administrator's last word about it.
    decision: Option<DecisionDocument>,
    /// When it was asked for.
    created_at: DateTime,
    /// When it began.
    started_at: Option<DateTime>,
    /// When it ended.
    finished_at: Option<DateTime>,
}

impl SyncRunDocument {
    /// A run as it stands, in a language.
    pub(super) fn of(live: LiveRun, language: Language) -> Self {
        let LiveRun { run, departments_found, eta_seconds } = live;
        Self {
            id: run.id.to_string(),
            tenant_id: run.tenant.0,
            mode: match run.mode {
                RunMode::Apply => Mode::Apply,
                RunMode::Preview => Mode::Preview,
            },
            trigger: run.trigger.name().to_owned(),
            applied: run.status == RunStatus::Succeeded,
            decision: DecisionDocument::of(&run),
            reverts: run.reverts.map(|id| id.to_string()),
            reverted_by: run.reverted_by.map(|id| id.to_string()),
            status: run.status.name().to_owned(),
            phase: run.phase.name().to_owned(),
            counts: run.counts.into(),
            departments_found,
            eta_seconds,
            calls: run.calls,
            error: run.error.map(|error| RunErrorDocument {
                code: error.code,
                detail: error.detail.get(language).to_owned(),
                remedy: error.remedy.get(language).to_owned(),
                link: error.link,
            }),
            guard: run.guard.iter().map(|finding| finding.text().get(language).to_owned()).collect(),
            warnings: run.warnings.iter().map(|warning| warning.get(language).to_owned()).collect(),
            created_at: run.created_at.into(),
            started_at: run.started_at.map(Into::into),
            finished_at: run.finished_at.map(Into::into),
        }
    }
}
