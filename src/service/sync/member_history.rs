//! What happened to one person, and why.

use super::Synchroniser;
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, Result};
use crate::domain::id::{MemberId, TenantId};
use crate::domain::page::{Limit, Page};
use crate::domain::sync::change::Change;
use crate::domain::sync::change_filter::ChangeFilter;
use crate::domain::sync::run::SyncRun;
use crate::service::tenants::existing;

impl Synchroniser {
    /// What synchronisation did to a member, the newest first, each line with the run that did it. Fails with
    /// `NotFound` for an unknown member.
    pub async fn member_history(
        &self,
        principal: &Principal,
        tenant: TenantId,
        member: MemberId,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<(SyncRun, Change)>> {
        principal.require(Permission::ReadDirectory, tenant)?;
        self.context
            .store
            .read(move |tx| {
                let own = tx.in_tenant(tenant);
                if own.members().get(member)?.is_none() {
                    return Err(Error::not_found("成员", "member").into());
                }
                own.sync_changes().of_member(member, limit, cursor.as_deref())
            })
            .await
    }

    /// What synchronisation did to anybody and anything, the newest first, each line with the run that did it.
    pub async fn history(
        &self,
        principal: &Principal,
        tenant: TenantId,
        filter: ChangeFilter,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<(SyncRun, Change)>> {
        principal.require(Permission::RunSync, tenant)?;
        self.context
            .store
            .read(move |tx| {
                existing(tx, tenant)?;
                tx.in_tenant(tenant).sync_changes().over_runs(&filter, limit, cursor.as_deref())
            })
            .await
    }
}
