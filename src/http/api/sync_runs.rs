//! Sync runs: ask for one, watch it, decide about it.

mod course;
mod wire;

use futures_util::stream::BoxStream;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{EventStream, Json};
use poem_openapi::{ApiResponse, OpenApi};

use self::course::paced;
pub(super) use self::wire::CountsDocument;
use self::wire::{Mode, NewSyncRun, ReasonDocument, SyncRunDocument};
use super::mobile_form::MobileForm;
use super::sync_changes::{ChangeDocument, ChangeKindName, change_filter};
use super::{Tag, id};
use crate::domain::id::{RunId, TenantId};
use crate::domain::sync::run::{RunMode, RunTrigger, SyncRun};
use crate::domain::text::Language;
use crate::http::auth::Caller;
use crate::http::json_body::{JsonBody, OptionalBody};
use crate::http::live::Live;
use crate::http::paging::{self, Page};
use crate::http::problem::{ApiResult, Problem};
use crate::http::request::RequestInfo;
use crate::service::sync::{LiveRun, Synchroniser};

/// The operations on sync runs.
pub(crate) struct SyncRunsApi {
    /// The service behind them.
    pub(super) sync: Synchroniser,
    /// What makes answers that go on.
    pub(super) live: Live,
}

/// The answer to what starts or stops something.
#[derive(ApiResponse)]
enum Accepted {
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
        body: JsonBody<NewSyncRun>,
    ) -> Result<Accepted, Problem> {
        let mode = match body.0.mode {
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
    ///
    /// A page can hold fewer lines than asked for while `nextCursor` says that there is more to search.
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
        let filter = change_filter(kind, [q, field, department])?;
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
        let course = self.sync.follow(&caller.0, tenant, id).await?;
        Ok(self.live.tell(paced(course, language)))
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
