//! An administrator's word about a run: it may land, or it is not to.
//!
//! Invariant: who decided, when and why stays with the run and in the audit.

use super::{Synchroniser, announce, find, job, only_run, wrong_state};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, Result};
use crate::domain::id::{RunId, TenantId};
use crate::domain::sync::run::{Approval, Cancellation, RunPhase, RunStatus, SyncRun};
use crate::service::audit::Record;

/// The longest reason, in characters.
const LONGEST: usize = 500;

impl Synchroniser {
    /// Lets a shown plan land: applies a preview, or approves a run that the guard stopped. The plan must still
    /// be the same when it is made again, or the run fails and says so. What the guard stopped, or would stop, needs
    /// an administrator.
    pub async fn approve(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: RunId,
        reason: Option<String>,
    ) -> Result<SyncRun> {
        principal.require(Permission::RunSync, tenant)?;
        let administers = principal.require(Permission::AdministerTenant, tenant);
        let reason = checked(reason)?;
        let now = self.context.ambient.now();
        let by = principal.actor();
        let record = Record::by(principal, now, Some(tenant), "syncRun.approve").about(id);
        let job_id = self.context.ambient.id().into();
        let run = self
            .context
            .store
            .write(move |tx| {
                let mut run = find(tx, tenant, id)?;
                let digest = match (run.status, run.plan_digest) {
                    (RunStatus::Previewed | RunStatus::AwaitingApproval, Some(digest)) => digest,
                    _ => return Err(wrong_state(&run, "批准", "approve").into()),
                };
                if !run.guard.is_empty() {
                    administers?;
                }
                only_run(tx, tenant)?;
                let why = said(reason.as_deref());
                run.approved = Some(Approval { by, at: now, plan_digest: digest, reason });
                run.status = RunStatus::Queued;
                run.phase = RunPhase::Queued;
                run.cancelled = None;
                run.attempts = 0;
                run.finished_at = None;
                tx.in_tenant(tenant).sync_runs().put(&run)?;
                tx.jobs().push(&job(&run, job_id, now))?;
                record.detail(why).write(tx)?;
                Ok(run)
            })
            .await?;
        self.context.wake.notify_one();
        Ok(run)
    }

    /// Stops a run that is queued or going on, or dismisses one that waits. Once this is written down, the run writes
    /// nothing any more, however far it is; one that was quicker refuses with `SyncRunState`.
    pub async fn cancel(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: RunId,
        reason: Option<String>,
    ) -> Result<SyncRun> {
        principal.require(Permission::RunSync, tenant)?;
        let reason = checked(reason)?;
        let now = self.context.ambient.now();
        let by = principal.actor();
        let record = Record::by(principal, now, Some(tenant), "syncRun.cancel").about(id);
        let going_on = self.live.get(id).is_some();
        let ambient = self.context.ambient.clone();
        let run = self
            .context
            .store
            .write(move |tx| {
                let mut run = find(tx, tenant, id)?;
                if !run.status.is_active() && !is_waiting(run.status) {
                    return Err(wrong_state(&run, "取消", "cancel").into());
                }
                let why = said(reason.as_deref());
                // One that goes on ends by itself; one that waits has nobody left to end it, however recently it did.
                let ends = !going_on || is_waiting(run.status);
                run.cancelled = Some(Cancellation { by, at: now, reason });
                if ends {
                    run.status = RunStatus::Cancelled;
                    run.phase = RunPhase::Finished;
                    run.finished_at = Some(now);
                }
                tx.in_tenant(tenant).sync_runs().put(&run)?;
                if ends {
                    announce::run_ended(tx, &ambient, &run, now)?;
                }
                record.detail(why).write(tx)?;
                Ok(run)
            })
            .await?;
        self.live.stop(id);
        self.moved.send_modify(|count| *count += 1);
        Ok(run)
    }
}

fn is_waiting(status: RunStatus) -> bool {
    matches!(status, RunStatus::Previewed | RunStatus::AwaitingApproval)
}

fn said(reason: Option<&str>) -> String {
    reason.map(|reason| format!("reason: {reason}")).unwrap_or_default()
}

/// A reason as it is kept: without blanks around it; an empty one is none.
pub(super) fn checked(reason: Option<String>) -> Result<Option<Box<str>>> {
    let reason = reason.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if reason.as_ref().is_some_and(|text| text.chars().count() > LONGEST) {
        return Err(Error::invalid(
            format!("reason 最多 {LONGEST} 个字符"),
            format!("reason has at most {LONGEST} characters"),
        ));
    }
    Ok(reason.map(Into::into))
}
