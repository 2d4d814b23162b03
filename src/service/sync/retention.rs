//! How long the lines of a run's history are kept. The run itself stays, with its counts.
//!
//! Invariant: a run whose lines are gone can no longer be undone, and says so.

use super::Synchroniser;
use crate::domain::error::Result;
use crate::domain::id::{RunId, TenantId};
use crate::domain::page::Limit;
use crate::domain::sync::change_filter::ChangeFilter;
use crate::domain::time::DAY_MILLIS;
use crate::store;

impl Synchroniser {
    /// Removes the lines of runs that ended longer ago than their tenant keeps history; gives back how many runs lost
    /// theirs. One transaction a run, so that nobody waits long for the writer.
    pub async fn prune_history(&self) -> Result<usize> {
        let now = self.context.ambient.now();
        let old = self
            .context
            .store
            .read(move |tx| {
                let mut old = Vec::new();
                for tenant in tx.tenants().all()? {
                    let kept_millis = i64::from(tenant.settings.history_days) * DAY_MILLIS;
                    old.extend(outlived(tx, tenant.id, now.plus_millis(-kept_millis).0)?);
                }
                Ok(old)
            })
            .await?;
        let count = old.len();
        for (tenant, run) in old {
            self.context.store.write(move |tx| tx.in_tenant(tenant).sync_changes().delete(run)).await?;
        }
        Ok(count)
    }
}

/// The runs of a tenant that ended before a moment and still have lines.
fn outlived(
    tx: &store::ReadTx<'_>,
    tenant: TenantId,
    before_millis: i64,
) -> store::Result<Vec<(TenantId, RunId)>> {
    let own = tx.in_tenant(tenant);
    let (page, one) = (Limit::new(Some(Limit::MAX)), Limit::new(Some(1)));
    let mut found = Vec::new();
    let mut cursor: Option<Vec<u8>> = None;
    loop {
        let runs = own.sync_runs().list(page, cursor.as_deref())?;
        for run in runs.items {
            let ended = run.finished_at.is_some_and(|at| at.0 < before_millis) && !run.status.is_active();
            if ended
                && !own.sync_changes().list(run.id, &ChangeFilter::default(), one, None)?.items.is_empty()
            {
                found.push((tenant, run.id));
            }
        }
        match runs.next {
            Some(next) => cursor = Some(next),
            None => return Ok(found),
        }
    }
}
