//! A run's own row over its course: begun, shown, ended. What lands is written in `apply`, with everything else.
//!
//! Must not know how a run reads or plans. Invariant: whoever stops a run before it has written what it found is obeyed,
//! also across a restart of the server; the row says "cancelled" then.

use std::sync::Arc;

use crate::domain::error::Result;
use crate::domain::id::{RunId, TenantId};
use crate::domain::sync::run::{RunError, RunPhase, RunStatus, SyncRun};
use crate::service::doctor;
use crate::service::sync::apply::may_write;
use crate::service::sync::failure::interrupted;
use crate::service::sync::planned::PlanRecord;
use crate::service::sync::progress::Progress;
use crate::service::sync::{Synchroniser, announce};

/// How often a run is begun again after the server stopped in its middle.
const MOST_ATTEMPTS: u32 = 5;

impl Synchroniser {
    /// Marks the run as begun; `None` when there is nothing to do any more.
    pub(super) async fn begin(&self, tenant: TenantId, id: RunId) -> Result<Option<SyncRun>> {
        let (ambient, now) = (self.context.ambient.clone(), self.context.ambient.now());
        self.context
            .store
            .write(move |tx| {
                let runs = tx.in_tenant(tenant).sync_runs();
                let Some(mut run) = runs.get(id)?.filter(|run| run.status.is_active()) else {
                    return Ok(None);
                };
                run.attempts += 1;
                // The server stopped before the run took note of whoever stopped it.
                let ended = if run.cancelled.is_some() {
                    Some(RunStatus::Cancelled)
                } else if run.attempts > MOST_ATTEMPTS {
                    run.error = Some(interrupted());
                    Some(RunStatus::Failed)
                } else {
                    None
                };
                match ended {
                    Some(status) => {
                        run.status = status;
                        run.phase = RunPhase::Finished;
                        run.finished_at = Some(now);
                        announce::run_ended(tx, &ambient, &run, now)?;
                    }
                    None => {
                        run.status = RunStatus::Running;
                        run.phase = RunPhase::Reading;
                        run.started_at = Some(now);
                    }
                }
                runs.put(&run)?;
                Ok(ended.is_none().then_some(run))
            })
            .await
    }

    /// Keeps the plan's records without changing anything, unless somebody stopped the run.
    pub(super) async fn show(&self, run: SyncRun, record: PlanRecord) -> Result<SyncRun> {
        let (ambient, now) = (self.context.ambient.clone(), self.context.ambient.now());
        self.context
            .store
            .write(move |tx| {
                let tenant = tx.in_tenant(run.tenant);
                if let Some(stored) = tenant.sync_runs().get(run.id)? {
                    may_write(&stored)?;
                }
                tenant.sync_changes().delete(run.id)?;
                tenant.sync_changes().append_encoded(run.id, &record.changes)?;
                tenant.sync_runs().put(&run)?;
                announce::run_ended(tx, &ambient, &run, now)?;
                Ok(run)
            })
            .await
    }

    /// Writes how a run ended, unless that stands already; one that somebody stopped was cancelled, whatever else
    /// became of it.
    pub(super) async fn end(
        &self,
        run: &SyncRun,
        progress: &Arc<Progress>,
        status: RunStatus,
        error: Option<RunError>,
    ) -> Result<SyncRun> {
        let live = progress.live().run;
        let run = SyncRun {
            status,
            error,
            counts: live.counts,
            calls: progress.calls(),
            phase: RunPhase::Finished,
            finished_at: Some(self.context.ambient.now()),
            ..run.clone()
        };
        let (examination, now) = (self.context.ambient.id().into(), self.context.ambient.now());
        let ambient = self.context.ambient.clone();
        self.context
            .store
            .write(move |tx| {
                let runs = tx.in_tenant(run.tenant).sync_runs();
                let stored = runs.get(run.id)?;
                if let Some(ended) = stored.as_ref().filter(|stored| !stored.status.is_active()) {
                    return Ok(ended.clone());
                }
                let run = match stored.and_then(|stored| stored.cancelled) {
                    Some(word) => {
                        SyncRun { cancelled: Some(word), status: RunStatus::Cancelled, error: None, ..run }
                    }
                    None => run,
                };
                runs.put(&run)?;
                announce::run_ended(tx, &ambient, &run, now)?;
                if run.status == RunStatus::Failed {
                    doctor::request(tx, run.tenant, examination, now)?;
                }
                Ok(run)
            })
            .await
    }
}

#[cfg(test)]
mod tests;
