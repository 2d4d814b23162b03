//! Parting from DingTalk: the connection goes, and those who came from it stay or leave, as a run of its own.
//!
//! Invariant: the application, the people, the history and the audit entry change in one transaction, or nothing
//! does; DingTalk is not asked, so that one can part from an enterprise that is out of reach.

use super::apply::{Landing, land};
use super::load::load_with;
use super::planned::PlanRecord;
use super::{Synchroniser, only_run};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::dingtalk_app::DingTalkApp;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::domain::sync::change::Change;
use crate::domain::sync::detach::{DetachedMembers, detach};
use crate::domain::sync::plan::{Plan, Policy};
use crate::domain::sync::run::{RunCounts, RunMode, RunPhase, RunStatus, RunTrigger, SyncRun};
use crate::service::applications::none_configured;
use crate::service::audit::Record;
use crate::service::tenants;

/// How often the parting is planned again because the directory moved under it.
const MOST_TRIES: usize = 3;
/// How many people a preview names.
const SAMPLE: usize = 20;

/// What parting would do.
#[derive(Clone, Debug)]
pub struct Detachment {
    /// How many it concerns.
    pub counts: RunCounts,
    /// The first people, each with what would change.
    pub sample: Vec<Change>,
}

impl Synchroniser {
    /// Shows what parting would do. Fails with `NotFound` when nothing is connected.
    pub async fn detachment(
        &self,
        principal: &Principal,
        tenant: TenantId,
        members: DetachedMembers,
    ) -> Result<Detachment> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let (_, plan) = self.plan_detachment(tenant, members).await?;
        let sample = plan.members.iter().take(SAMPLE).map(|step| step.change(&plan.names)).collect();
        Ok(Detachment { counts: plan.counts(), sample })
    }

    /// Removes the connection; gives the run that tells of it. Fails with `NotFound` when nothing is connected and
    /// with `SyncAlreadyRunning` while a run goes on.
    pub async fn detach(
        &self,
        principal: &Principal,
        tenant: TenantId,
        members: DetachedMembers,
    ) -> Result<SyncRun> {
        principal.require(Permission::AdministerTenant, tenant)?;
        for _ in 1..MOST_TRIES {
            match self.try_detach(principal, tenant, members).await {
                Err(error) if error.code == ErrorCode::SyncPlanOutdated => {}
                outcome => return outcome,
            }
        }
        self.try_detach(principal, tenant, members).await
    }

    async fn try_detach(
        &self,
        principal: &Principal,
        tenant: TenantId,
        members: DetachedMembers,
    ) -> Result<SyncRun> {
        self.context.store.read(move |tx| only_run(tx, tenant)).await?;
        let (app, plan) = self.plan_detachment(tenant, members).await?;
        let run = self.new_run(tenant, RunMode::Apply, RunTrigger::Detachment, principal.actor());
        let run = SyncRun {
            status: RunStatus::Succeeded,
            phase: RunPhase::Finished,
            counts: plan.counts(),
            started_at: Some(run.created_at),
            finished_at: Some(run.created_at),
            ..run
        };
        let at = run.created_at;
        let detail = format!("clientId: {}\nmembers: {}\nrun: {}", app.client_id, members.name(), run.id);
        let audit = Record::by(principal, at, Some(tenant), "dingtalk.remove").about(tenant).detail(detail);
        let hash_job = self.context.ambient.id().into();
        let record = PlanRecord::of(&plan)?;
        let (store, ambient) = (self.context.store.clone(), self.context.ambient.clone());
        let clock = ambient.clone();
        let landing =
            Landing { plan, record, run, at, audit, choice: None, disconnects: true, hash_job, ambient };
        let landed = tokio::task::spawn_blocking(move || land(&store, landing, || clock.now())).await;
        Ok(landed.map_err(|_| Error::internal())??.run)
    }

    async fn plan_detachment(
        &self,
        tenant: TenantId,
        members: DetachedMembers,
    ) -> Result<(DingTalkApp, Plan)> {
        let now = self.context.ambient.now();
        let mut new_id = self.context.ambient.ids();
        self.context
            .store
            .read(move |tx| {
                let settings = tenants::existing(tx, tenant)?.settings;
                let app = tx.in_tenant(tenant).dingtalk_app().get()?.ok_or_else(none_configured)?;
                let stored = load_with(tx, tenant, [])?;
                let policy = Policy { require_password_change: settings.require_password_change };
                let plan = detach(&stored, app.corp_id.as_deref(), members, policy, now, &mut new_id);
                Ok((app, plan))
            })
            .await
    }
}
