//! The directory as a whole, page by page, for a file.
//!
//! Invariant: an export is written down before its first person is read; each page has a read of its own.

use std::collections::BTreeMap;

use futures_util::stream::{self, BoxStream, StreamExt};

use super::{Directory, MemberQuery, Person, filter};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::id::{DepartmentId, TenantId};
use crate::domain::page::Limit;
use crate::service::audit::Record;

/// Members on their way into a file.
pub struct MemberExport {
    /// The departments' names at the beginning.
    pub departments: BTreeMap<DepartmentId, Box<str>>,
    /// The members, page by page in the order of the list.
    pub pages: BoxStream<'static, Result<Vec<Person>>>,
}

impl Directory {
    /// Everybody whom the query finds. Fails with `NotFound` for an unknown department.
    pub async fn export_members(
        &self,
        principal: &Principal,
        tenant: TenantId,
        query: MemberQuery,
    ) -> Result<MemberExport> {
        principal.require(Permission::ReadDirectory, tenant)?;
        let asked = query.clone();
        let departments = self
            .context
            .store
            .read(move |tx| {
                filter(tx, tenant, asked)?;
                let all = tx.in_tenant(tenant).departments().all()?;
                Ok(all.into_iter().map(|department| (department.id, department.name.into())).collect())
            })
            .await?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(tenant), "member.export").about(tenant.0);
        self.context.store.write(move |tx| record.write(tx)).await?;
        let reader = (self.clone(), principal.clone(), query);
        let pages = stream::try_unfold(Some((reader, None)), move |state| async move {
            let Some((reader, cursor)) = state else { return Ok(None) };
            let (directory, principal, query) = &reader;
            let limit = Limit::new(Some(Limit::MAX));
            let page = directory.members(principal, tenant, query.clone(), limit, cursor).await?;
            Ok(Some((page.items, page.next.map(|next| (reader, Some(next))))))
        });
        Ok(MemberExport { departments, pages: pages.boxed() })
    }
}
