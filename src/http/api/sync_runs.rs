//! Sync runs: ask for one, watch it, decide about it.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{EventStream, Json};
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};
use tokio::sync::watch;

use super::audit::{ActorKind, named};
use super::mobile_form::MobileForm;
use super::sync_changes::{ChangeDocument, ChangeKindName, ChangeQuery};
use super::{Tag, id};
use crate::domain::id::{RunId, TenantId};
use crate::domain::sync::run::{RunCounts, RunMode, RunStatus, RunTrigger, SyncRun};
use crate::domain::text::Language;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_string::JsonString;
use crate::http::optional_body::OptionalBody;
use crate::http::paging::{self, Page};
use crate::http::problem::{ApiResult, Problem};
use crate::http::request::RequestInfo;
use crate::service::sync::{LiveRun, Synchroniser};

/// How often a silent event stream says that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The operations on sync runs.
pub(crate) struct SyncRunsApi {
    /// The service behind them.
    pub(super) sync: Synchroniser,
}

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
    mode: Mode,
}

/// Why somebody decides so; kept with the run and in the audit.
#[derive(Debug, Object)]
#[oai(rename = "SyncRunReason", rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct ReasonDocument {
    /// At most 500 characters.
    reason: Option<JsonString>,
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
pub(super) struct CountsDocument {
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
    calls: std::collections::BTreeMap<String, u64>,
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
    fn of(live: LiveRun, language: Language) -> Self {
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

/// The answer to what starts or stops something.
#[derive(ApiResponse)]
pub(super) enum Accepted {
    /// It goes on in the background.
    #[oai(status = 202)]
    Accepted(Json<SyncRunDocument>),
}

fn accepted(run: SyncRun, language: Language) -> Accepted {
    let live = LiveRun { departments_found: run.counts.departments_read, run, eta_seconds: None };
    Accepted::Accepted(Json(SyncRunDocument::of(live, language)))
}

#[OpenApi(tag = "Tag::Sync")]
impl SyncRunsApi {
    /// Start a synchronisation or a preview
    ///
    /// Answers at once; the run goes on in the background. A second run while one is going on is 409.
    #[oai(path = "/tenants/:tenantId/syncRuns", method = "post", operation_id = "createSyncRun")]
    async fn create(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant_id: Path<u32>,
        body: Json<NewSyncRun>,
    ) -> Result<Accepted, Problem> {
        let mode = match body.mode {
            Mode::Apply => RunMode::Apply,
            Mode::Preview => RunMode::Preview,
        };
        let run = self.sync.request(&caller.0, TenantId(tenant_id.0), mode, RunTrigger::Manual).await?;
        Ok(accepted(run, info.language))
    }

    /// List sync runs, newest first
    #[oai(path = "/tenants/:tenantId/syncRuns", method = "get", operation_id = "listSyncRuns")]
    async fn list(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant_id: Path<u32>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> ApiResult<Page<SyncRunDocument>> {
        let cursor = paging::cursor(cursor.as_deref())?;
        let page = self.sync.list(&caller.0, TenantId(tenant_id.0), paging::limit(limit.0), cursor).await?;
        Ok(Json(Page::of(page, |live| SyncRunDocument::of(live, info.language))))
    }

    /// Read a sync run as it stands
    #[oai(path = "/tenants/:tenantId/syncRuns/:runId", method = "get", operation_id = "getSyncRun")]
    async fn get(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant_id: Path<u32>,
        #[oai(name = "runId")] run_id: Path<String>,
    ) -> ApiResult<SyncRunDocument> {
        let live = self.sync.get(&caller.0, TenantId(tenant_id.0), run(&run_id)?).await?;
        Ok(Json(SyncRunDocument::of(live, info.language)))
    }

    /// List what a run did, or would do
    #[oai(
        path = "/tenants/:tenantId/syncRuns/:runId/changes",
        method = "get",
        operation_id = "listSyncRunChanges"
    )]
    #[expect(clippy::too_many_arguments, reason = "one argument a query parameter")]
    async fn changes(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant_id: Path<u32>,
        #[oai(name = "runId")] run_id: Path<String>,
        /// Only this kind.
        kind: Query<Option<ChangeKindName>>,
        /// Only subjects whose name contains this.
        q: Query<Option<String>>,
        /// Only changes that name this field.
        field: Query<Option<String>>,
        /// Only this department, and members who came into it, were moved in it, or left it.
        #[oai(name = "departmentId")]
        department: Query<Option<String>>,
        /// Whole numbers, or masked ones for a page.
        #[oai(default)]
        mobile: Query<MobileForm>,
        limit: Query<Option<u32>>,
        cursor: Query<Option<String>>,
    ) -> ApiResult<Page<ChangeDocument>> {
        let query = ChangeQuery { kind: kind.0, q: q.0, field: field.0, department: department.0 };
        let filter = query.try_into()?;
        let (limit, cursor) = (paging::limit(limit.0), paging::cursor(cursor.as_deref())?);
        let run = run(&run_id)?;
        let page = self.sync.changes(&caller.0, TenantId(tenant_id.0), run, filter, limit, cursor).await?;
        Ok(Json(Page::of(page, |change| ChangeDocument::of(change, info.language).shown(mobile.0))))
    }

    /// Follow a run
    ///
    /// Server-sent events: the run as it stands, then again whenever it moves (at most a few times a second), until
    /// it ends. Each event's data is the run.
    #[oai(path = "/tenants/:tenantId/syncRuns/:runId/events", method = "get", operation_id = "followSyncRun")]
    async fn events(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant_id: Path<u32>,
        #[oai(name = "runId")] run_id: Path<String>,
    ) -> Result<EventStream<BoxStream<'static, SyncRunDocument>>, Problem> {
        let (tenant, id, language) = (TenantId(tenant_id.0), run(&run_id)?, info.language);
        let (live, course) = self.sync.follow(&caller.0, tenant, id).await?;
        let first = stream::iter([SyncRunDocument::of(live, language)]);
        let rest = course.map_or_else(|| stream::empty().boxed(), |course| moves(course, language));
        Ok(EventStream::new(first.chain(rest).boxed()).keep_alive(KEEP_ALIVE))
    }

    /// Apply a preview, or approve a run that the guard stopped
    ///
    /// The plan is made again from what DingTalk says now and must be exactly the one that was shown; else the run
    /// fails with `syncPlanOutdated` and nothing is changed. What the guard stopped, or would stop, is approved by an
    /// administrator; an API token may apply other previews.
    #[oai(path = "/tenants/:tenantId/syncRuns/:runId/apply", method = "post", operation_id = "applySyncRun")]
    async fn apply(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant_id: Path<u32>,
        #[oai(name = "runId")] run_id: Path<String>,
        body: OptionalBody<ReasonDocument>,
    ) -> Result<Accepted, Problem> {
        let (tenant, id) = (TenantId(tenant_id.0), run(&run_id)?);
        let run = self.sync.approve(&caller.0, tenant, id, reason(body)).await?;
        Ok(accepted(run, info.language))
    }

    /// Stop a run, or dismiss one that waits
    #[oai(
        path = "/tenants/:tenantId/syncRuns/:runId/cancel",
        method = "post",
        operation_id = "cancelSyncRun"
    )]
    async fn cancel(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant_id: Path<u32>,
        #[oai(name = "runId")] run_id: Path<String>,
        body: OptionalBody<ReasonDocument>,
    ) -> Result<Accepted, Problem> {
        let (tenant, id) = (TenantId(tenant_id.0), run(&run_id)?);
        let run = self.sync.cancel(&caller.0, tenant, id, reason(body)).await?;
        Ok(accepted(run, info.language))
    }

    /// Undo a run that landed
    ///
    /// As a new run, without asking DingTalk: whom the run brought in leaves, whom it disabled comes back, what it
    /// changed is put back. What was changed again since stays, and is listed among the new run's changes as
    /// `skipped`, with the reason. Nothing is deleted but empty departments that the run made. The next
    /// synchronisation plans the undone changes again, because DingTalk still says so.
    #[oai(
        path = "/tenants/:tenantId/syncRuns/:runId/revert",
        method = "post",
        operation_id = "revertSyncRun"
    )]
    async fn revert(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant_id: Path<u32>,
        #[oai(name = "runId")] run_id: Path<String>,
    ) -> Result<Accepted, Problem> {
        let run = self.sync.revert(&caller.0, TenantId(tenant_id.0), run(&run_id)?).await?;
        Ok(accepted(run, info.language))
    }
}

fn reason(body: OptionalBody<ReasonDocument>) -> Option<String> {
    Some(body.0?.reason?.0)
}

fn run(text: &str) -> crate::domain::error::Result<RunId> {
    id(text, "同步记录", "sync run")
}

/// The pause between two events, so that a fast run does not flood a browser.
const BREATH: Duration = Duration::from_millis(200);

/// The course of a run, one item whenever it moved, at most one a [`BREATH`], until it ends.
fn moves(course: watch::Receiver<LiveRun>, language: Language) -> BoxStream<'static, SyncRunDocument> {
    stream::unfold(Some(course), move |course| async move {
        let mut course = course?;
        let ended = course.changed().await.is_err();
        let live = course.borrow_and_update().clone();
        if ended {
            return None;
        }
        let last = !live.run.status.is_active();
        if !last {
            tokio::time::sleep(BREATH).await;
        }
        Some((SyncRunDocument::of(live, language), (!last).then_some(course)))
    })
    .boxed()
}
