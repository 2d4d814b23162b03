//! What synchronisation did, over all runs: the history, searched.

use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;

use super::Tag;
use super::member_history::HistoryEntry;
use super::mobile_form::MobileForm;
use super::sync_changes::{ChangeKindName, change_filter};
use crate::domain::id::TenantId;
use crate::http::auth::Caller;
use crate::http::paging::{self, Page};
use crate::http::problem::ApiResult;
use crate::http::request::RequestInfo;
use crate::service::sync::Synchroniser;

/// The operation on the history of all runs.
pub(crate) struct ChangesApi {
    pub(super) sync: Synchroniser,
}

#[OpenApi(tag = "Tag::Sync")]
impl ChangesApi {
    /// What synchronisation did, over all runs, newest first
    ///
    /// Only what landed, as long as the tenant keeps history. For one person, see that member's history. A page can hold
    /// fewer lines than asked for while `nextCursor` says that there is more to search.
    #[oai(path = "/tenants/:tenantId/changes", method = "get", operation_id = "listChanges")]
    #[expect(clippy::too_many_arguments, reason = "one argument a query parameter")]
    async fn list(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
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
    ) -> ApiResult<Page<HistoryEntry>> {
        let filter = change_filter(kind, [q, field, department])?;
        let (limit, cursor) = (paging::limit(limit.0), paging::cursor(cursor.as_deref())?);
        let page = self.sync.history(&caller.0, TenantId(tenant.0), filter, limit, cursor).await?;
        Ok(Json(Page::of(page, |entry| HistoryEntry::of(entry, info.language, mobile.0))))
    }
}
