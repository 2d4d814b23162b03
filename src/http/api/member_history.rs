//! A person's history: what happened, when, and why.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::audit::{ActorKind, named};
use super::mobile_form::MobileForm;
use super::sync_changes::ChangeDocument;
use super::{Tag, id};
use crate::domain::id::{MemberId, TenantId};
use crate::domain::sync::change::Change;
use crate::domain::sync::run::SyncRun;
use crate::domain::text::Language;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::ApiResult;
use crate::http::request::RequestInfo;
use crate::service::sync::Synchroniser;

/// The operation on a person's history.
pub(crate) struct MemberHistoryApi {
    pub(super) sync: Synchroniser,
}

/// Something that happened to a person.
#[derive(Object)]
#[oai(rename = "MemberHistoryEntry", rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct HistoryEntry {
    /// When the run ended that did it.
    at: DateTime,
    /// The run that did it.
    run_id: String,
    /// What started the run: `manual`, `schedule`, `event`, `decision` (about a conflict) or `detachment`
    /// (from DingTalk).
    trigger: String,
    /// The run that was undone by it.
    reverts: Option<String>,
    /// What kind of actor asked for the run, or approved it.
    actor_kind: ActorKind,
    /// The account or API token.
    actor_id: Option<String>,
    /// What happened.
    change: ChangeDocument,
}

impl HistoryEntry {
    /// A line with its run, in a language.
    pub(super) fn of((run, change): (SyncRun, Change), language: Language, form: MobileForm) -> Self {
        let actor = run.approved.as_ref().map_or(run.requested_by, |approval| approval.by);
        let (actor_kind, actor_id) = named(actor);
        Self {
            at: run.finished_at.unwrap_or(run.created_at).into(),
            run_id: run.id.to_string(),
            trigger: run.trigger.name().to_owned(),
            reverts: run.reverts.map(|id| id.to_string()),
            actor_kind,
            actor_id,
            change: ChangeDocument::of(change, language).shown(form),
        }
    }
}

#[OpenApi(tag = "Tag::Directory")]
impl MemberHistoryApi {
    /// What happened to a person, newest first
    ///
    /// Over all synchronisations that landed, as long as the tenant keeps history.
    #[oai(
        path = "/tenants/:tenantId/members/:memberId/history",
        method = "get",
        operation_id = "listMemberHistory"
    )]
    #[expect(clippy::too_many_arguments, reason = "one argument a query parameter")]
    async fn list(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "memberId")] member: Path<String>,
        /// Whole numbers, or masked ones for a page.
        #[oai(default)]
        mobile: Query<MobileForm>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<HistoryEntry>> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        let (limit, from) = (limit(asked.0), cursor(from.0.as_deref())?);
        let page = self.sync.member_history(&caller.0, TenantId(tenant.0), member, limit, from).await?;
        Ok(Json(Page::of(page, |line| HistoryEntry::of(line, info.language, mobile.0))))
    }
}
