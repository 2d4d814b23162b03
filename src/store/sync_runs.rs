//! Sync runs, and which of them are on their way.

use super::error::Result;
use super::key::{Key, id_at, tenant_at};
use super::row::{Derived, Row};
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::{Direction, Tx, Writing};
use crate::domain::id::{RunId, TenantId};
use crate::domain::page::{Limit, Page};
use crate::domain::sync::run::SyncRun;

impl Row for SyncRun {
    const TABLE: Table = Table::SyncRuns;

    fn key(&self) -> Option<Key> {
        Some(key(self.tenant, self.id))
    }

    fn derive(&self, key: &Key) -> Derived {
        let mut derived = Derived::default();
        if self.status.is_active() {
            derived.mark(Table::ActiveSyncRuns, key.clone());
        }
        derived
    }
}

fn key(tenant: TenantId, run: RunId) -> Key {
    Key::of(tenant).id(run.bytes())
}

/// The sync runs of one tenant.
#[derive(Debug)]
pub struct SyncRuns<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

impl<'a, 't, M> InTenant<'a, 't, M> {
    /// The sync runs of this tenant.
    pub fn sync_runs(&self) -> SyncRuns<'a, 't, M> {
        SyncRuns { tenant: *self }
    }
}

impl<M> Tx<'_, M> {
    /// The runs of all tenants that are on their way: what a restart has to look after.
    pub fn active_sync_runs(&self) -> Result<Vec<SyncRun>> {
        active(self, &Key::new())
    }
}

fn active<M>(tx: &Tx<'_, M>, prefix: &Key) -> Result<Vec<SyncRun>> {
    let mut runs = Vec::new();
    tx.each(Table::ActiveSyncRuns, &prefix.range(), |found, _| {
        if let Some((tenant, run)) = tenant_at(found, 0).zip(id_at(found, 4)) {
            runs.extend(tx.row::<SyncRun>(&key(tenant, run))?);
        }
        Ok(())
    })?;
    Ok(runs)
}

impl<M> SyncRuns<'_, '_, M> {
    /// One run.
    pub fn get(&self, id: RunId) -> Result<Option<SyncRun>> {
        self.tenant.tx.row(&key(self.tenant.id, id))
    }

    /// A page of runs, the newest first.
    pub fn list(&self, limit: Limit, cursor: Option<&[u8]>) -> Result<Page<SyncRun>> {
        self.tenant.tx.page(&self.tenant.key(), Direction::Backward, limit, cursor, |_| true)
    }

    /// The run that is on its way.
    pub fn active(&self) -> Result<Option<SyncRun>> {
        Ok(active(self.tenant.tx, &self.tenant.key())?.into_iter().next())
    }

    /// The newest run.
    pub fn latest(&self) -> Result<Option<SyncRun>> {
        Ok(self.list(Limit::new(Some(1)), None)?.items.into_iter().next())
    }
}

impl SyncRuns<'_, '_, Writing> {
    /// Makes or replaces a run. Whether another one is on its way is the caller's question, see [`SyncRuns::active`].
    pub fn put(&self, run: &SyncRun) -> Result<()> {
        self.tenant.own(Table::SyncRuns, run.tenant)?;
        self.tenant.tx.put_row(key(self.tenant.id, run.id), run)
    }
}
