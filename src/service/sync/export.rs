//! A run's lines as a whole, page by page, for a file.
//!
//! Invariant: an export is written down before its first line is read; each page has a read of its own.

use futures_util::stream::{self, BoxStream, StreamExt};

use super::{ChangeFilter, Synchroniser};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::id::{RunId, TenantId};
use crate::domain::page::Limit;
use crate::domain::sync::change::Change;
use crate::service::audit::Record;

impl Synchroniser {
    /// The lines of a run that the filter keeps, page by page in the run's order. Fails with `NotFound` for an
    /// unknown run.
    pub async fn export_changes(
        &self,
        principal: &Principal,
        tenant: TenantId,
        run: RunId,
        filter: ChangeFilter,
    ) -> Result<BoxStream<'static, Result<Vec<Change>>>> {
        principal.require(Permission::RunSync, tenant)?;
        self.stored(tenant, run).await?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(tenant), "syncRun.export").about(run);
        self.context.store.write(move |tx| record.write(tx)).await?;
        let reader = (self.clone(), principal.clone(), filter);
        let pages = stream::try_unfold(Some((reader, None)), move |state| async move {
            let Some((reader, cursor)) = state else { return Ok(None) };
            let (sync, principal, filter) = &reader;
            let limit = Limit::new(Some(Limit::MAX));
            let page = sync.changes(principal, tenant, run, filter.clone(), limit, cursor).await?;
            Ok(Some((page.items, page.next.map(|next| (reader, Some(next))))))
        });
        Ok(pages.boxed())
    }
}
