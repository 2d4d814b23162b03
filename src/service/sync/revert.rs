//! Undoing a run that landed, as a run of its own.
//!
//! Invariant: nothing is asked of DingTalk, so that undoing also works when DingTalk is away or disconnected.

use std::sync::Arc;

use super::load::load_with;
use super::planned::Planned;
use super::progress::Progress;
use super::{Synchroniser, find, only_run, wrong_state};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::directory::account::Username;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{RunId, TenantId};
use crate::domain::sync::change::{Change, ChangedField, Value};
use crate::domain::sync::plan::Policy;
use crate::domain::sync::revert::revert;
use crate::domain::sync::run::{RunMode, RunPhase, RunStatus, RunTrigger, SyncRun};
use crate::domain::tenant::TenantSettings;
use crate::service::audit::Record;
use crate::service::tenants;

impl Synchroniser {
    /// Asks for the undoing of a run that landed; returns the new run at once. Fails with `SyncRunState` for a run
    /// that changed nothing, was undone already, or whose record is gone.
    pub async fn revert(&self, principal: &Principal, tenant: TenantId, id: RunId) -> Result<SyncRun> {
        principal.require(Permission::RunSync, tenant)?;
        let mut run = self.new_run(tenant, RunMode::Apply, RunTrigger::Manual, principal.actor());
        run.reverts = Some(id);
        let record = Record::by(principal, run.created_at, Some(tenant), "syncRun.revert").about(id);
        let record = record.detail(format!("run: {}", run.id));
        let job = self.job(&run, run.created_at);
        let run = self
            .context
            .store
            .write(move |tx| {
                let undone = find(tx, tenant, id)?;
                if undone.status != RunStatus::Succeeded {
                    return Err(wrong_state(&undone, "撤销", "revert").into());
                }
                if undone.trigger == RunTrigger::Detachment {
                    return Err(detached().into());
                }
                if undone.reverted_by.is_some() {
                    return Err(already_undone().into());
                }
                only_run(tx, tenant)?;
                let runs = tx.in_tenant(tenant).sync_runs();
                runs.put(&run)?;
                tx.jobs().push(&job)?;
                record.write(tx)?;
                Ok(run)
            })
            .await?;
        self.context.wake.notify_one();
        Ok(run)
    }

    /// Plans the undoing of a run from its record and the directory as it is now.
    pub(super) async fn plan_revert(
        &self,
        run: &SyncRun,
        undone: RunId,
        progress: &Arc<Progress>,
    ) -> Result<(Planned, TenantSettings)> {
        progress.phase(RunPhase::Planning);
        let (tenant, now) = (run.tenant, self.context.ambient.now());
        self.context
            .store
            .read(move |tx| {
                let settings = tenants::existing(tx, tenant)?.settings;
                let own = tx.in_tenant(tenant);
                let changes = own.sync_changes().all(undone)?;
                if changes.is_empty() && own.sync_runs().get(undone)?.is_some_and(|run| wrote(&run)) {
                    return Err(record_gone().into());
                }
                let stored = load_with(tx, tenant, former_usernames(&changes))?;
                let policy = Policy { require_password_change: settings.require_password_change };
                let plan = revert(&changes, &stored, policy, now);
                Ok((Planned::new(plan, None)?, settings))
            })
            .await
    }
}

/// The numbers that may go back to somebody.
fn former_usernames(changes: &[Change]) -> impl Iterator<Item = Username> + '_ {
    let fields = changes.iter().flat_map(|change| &change.fields);
    fields.filter(|field| field.field == ChangedField::Username).filter_map(|field| match &field.before {
        Some(Value::Text(text)) => Username::parse(text),
        _ => None,
    })
}

fn wrote(run: &SyncRun) -> bool {
    let counts = &run.counts;
    let departments = counts.departments_created + counts.departments_updated + counts.departments_removed;
    let people = counts.members_created + counts.members_joined + counts.members_updated;
    departments + people + counts.members_disabled + counts.members_restored > 0
}

fn detached() -> Error {
    Error::new(
        ErrorCode::SyncRunState,
        "断开钉钉连接不能撤销，请重新配置钉钉应用并同步",
        "parting from DingTalk cannot be undone; configure the DingTalk application again and synchronise",
    )
}

fn already_undone() -> Error {
    Error::new(ErrorCode::SyncRunState, "该同步已被撤销", "the run was undone already")
}

fn record_gone() -> Error {
    Error::new(
        ErrorCode::SyncRunState,
        "该同步的变更记录已按保留期限清理，无法撤销",
        "the record of this run was pruned by the retention setting, so it cannot be undone",
    )
}
