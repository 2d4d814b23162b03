//! Forgetting what is over in every tenant, for the services that have such rows.
//!
//! Must not know what the rows are. Invariants: no transaction covers more than one tenant, or more than some rows, so
//! that nobody waits long for the writer; a tenant whose rows cannot be read keeps no other from being looked at.

use super::Context;
use crate::domain::error::Result;
use crate::domain::id::TenantId;
use crate::store::{self, Outlived, TenantRead, TenantWrite};

impl Context {
    /// Lets `forget` remove what `find` finds, until it finds nothing more; gives back how many rows went. What `forget`
    /// leaves, `find` must not find again.
    pub(crate) async fn forget_outlived(
        &self,
        find: impl Fn(&TenantRead<'_, '_>) -> store::Result<Outlived> + Copy + Send + 'static,
        forget: impl Fn(&TenantWrite<'_, '_>, &Outlived) -> store::Result<usize> + Copy + Send + 'static,
    ) -> Result<usize> {
        let tenants = self.store.read(|tx| tx.tenants().all()).await?;
        let (mut count, mut failure) = (0, None);
        for tenant in tenants {
            match self.forget_outlived_of(tenant.id, find, forget).await {
                Ok(forgotten) => count += forgotten,
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        failure.map_or(Ok(count), Err)
    }

    async fn forget_outlived_of(
        &self,
        tenant: TenantId,
        find: impl Fn(&TenantRead<'_, '_>) -> store::Result<Outlived> + Copy + Send + 'static,
        forget: impl Fn(&TenantWrite<'_, '_>, &Outlived) -> store::Result<usize> + Copy + Send + 'static,
    ) -> Result<usize> {
        let mut count = 0;
        loop {
            let found = self.store.read(move |tx| find(&tx.in_tenant(tenant))).await?;
            if found.is_empty() {
                return Ok(count);
            }
            count += self.store.write(move |tx| forget(&tx.in_tenant(tenant), &found)).await?;
        }
    }
}
