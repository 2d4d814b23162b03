//! Forgetting what is over in every tenant, for the services that have such rows.
//!
//! Must not know what the rows are. Invariant: no transaction covers more than one tenant, or more than some rows, so
//! that nobody waits long for the writer.

use super::Context;
use crate::domain::error::Result;
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
        let mut count = 0;
        for tenant in tenants {
            loop {
                let found = self.store.read(move |tx| find(&tx.in_tenant(tenant.id))).await?;
                if found.is_empty() {
                    break;
                }
                count += self.store.write(move |tx| forget(&tx.in_tenant(tenant.id), &found)).await?;
            }
        }
        Ok(count)
    }
}
