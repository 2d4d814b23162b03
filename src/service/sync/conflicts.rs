//! Conflicts: an administrator's decision, carried out at once for that one person.
//!
//! Invariant: the decision, what it changes and its audit entry land in one transaction; what it changes is a run of
//! its own in the history, and can be undone like any other.

use super::apply::{Landing, land};
use super::chosen::told;
use super::decide::checked;
use super::load::load;
use super::planned::PlanRecord;
use super::{Synchroniser, only_run, person};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{ConflictId, TenantId};
use crate::domain::sync::conflict::{Conflict, ConflictAction, ConflictDecision, ConflictState};
use crate::domain::sync::plan::{Plan, Policy};
use crate::domain::sync::resolution::{Case, resolve};
use crate::domain::sync::run::{RunMode, RunPhase, RunStatus, RunTrigger, SyncRun};
use crate::domain::sync::snapshot::Snapshot;
use crate::service::audit::Record;
use crate::store;

/// How often a decision is planned again because the directory moved under it.
const MOST_TRIES: usize = 3;

/// What was decided.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What is to be done.
    pub action: ConflictAction,
    /// Why, in the administrator's words.
    pub reason: Option<String>,
}

impl Synchroniser {
    /// Decides a conflict that waits. Fails with `ConflictState` when it does not wait any more or this way out does
    /// not fit, with `SyncAlreadyRunning` while a run goes on, and when DingTalk does not tell of the person.
    pub async fn resolve(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: ConflictId,
        decision: Decision,
    ) -> Result<Conflict> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let reason = checked(decision.reason)?;
        let decision = ConflictDecision { action: decision.action, by: principal.actor(), run: None, reason };
        let conflict = self.context.store.read(move |tx| waiting(tx, tenant, id)).await?;
        if decision.action == ConflictAction::Ignore {
            return self.ignore(principal, conflict, decision).await;
        }
        let (snapshot, require_password_change) = self.ask(&conflict).await?;
        let policy = Policy { require_password_change };
        for _ in 1..MOST_TRIES {
            match self.settle(principal, &conflict, &decision, snapshot.clone(), policy).await {
                Err(error) if error.code == ErrorCode::SyncPlanOutdated => {}
                outcome => return outcome,
            }
        }
        self.settle(principal, &conflict, &decision, snapshot, policy).await
    }

    /// What DingTalk says of the person now, and whether the tenant wants default passwords changed.
    async fn ask(&self, conflict: &Conflict) -> Result<(Snapshot, bool)> {
        let connection = self.context.connection(conflict.tenant).await?;
        let application = self.client.application(connection.credentials);
        let user = application.user(&conflict.user_id).await.map_err(|error| told(&error))?;
        let corp_id = connection.app.corp_id.map(Into::into);
        let snapshot = Snapshot::of_some(corp_id, Vec::new(), vec![person::alone(user)], Default::default());
        Ok((snapshot, connection.settings.require_password_change))
    }

    async fn settle(
        &self,
        principal: &Principal,
        conflict: &Conflict,
        decision: &ConflictDecision,
        snapshot: Snapshot,
        policy: Policy,
    ) -> Result<Conflict> {
        let at = self.context.ambient.now();
        let mut new_id = self.context.ambient.ids();
        let (case, action) = (conflict.clone(), decision.action);
        let decides_for_server = principal.is_platform_administrator();
        let mut plan = self
            .context
            .store
            .read(move |tx| {
                waiting(tx, case.tenant, case.id)?;
                let stored = load(tx, case.tenant, &snapshot)?;
                let case = Case { conflict: &case, action, stored: &stored, policy, decides_for_server, at };
                Ok(resolve(case, snapshot, &mut new_id)?)
            })
            .await?;
        let run = self.decided_run(conflict.tenant, &plan, decision);
        let decided = Conflict {
            state: ConflictState::Resolved(at),
            decision: Some(ConflictDecision { run: Some(run.id), ..decision.clone() }),
            ..conflict.clone()
        };
        plan.conflicts.push(decided.clone());
        let audit = Record::by(principal, at, Some(conflict.tenant), "conflict.resolve").about(conflict.id);
        let audit = audit.detail(format!("{}\nrun: {}", detail(&decided, decision), run.id));
        let record = PlanRecord::of(&plan)?;
        let landing = Landing {
            plan,
            record,
            run,
            at,
            audit,
            choice: None,
            disconnects: false,
            hash_job: self.context.ambient.id().into(),
            ambient: self.context.ambient.clone(),
        };
        let (store, ambient) = (self.context.store.clone(), self.context.ambient.clone());
        let landed = tokio::task::spawn_blocking(move || land(&store, landing, || ambient.now())).await;
        landed.map_err(|_| Error::internal())??;
        self.context.wake.notify_one();
        Ok(decided)
    }

    /// The run as which the decision stands in the history.
    fn decided_run(&self, tenant: TenantId, plan: &Plan, decision: &ConflictDecision) -> SyncRun {
        let run = self.new_run(tenant, RunMode::Apply, RunTrigger::Decision, decision.by);
        SyncRun {
            status: RunStatus::Succeeded,
            phase: RunPhase::Finished,
            counts: plan.counts(),
            started_at: Some(run.created_at),
            finished_at: Some(run.created_at),
            ..run
        }
    }

    async fn ignore(
        &self,
        principal: &Principal,
        conflict: Conflict,
        decision: ConflictDecision,
    ) -> Result<Conflict> {
        let now = self.context.ambient.now();
        let tenant = conflict.tenant;
        let record = Record::by(principal, now, Some(tenant), "conflict.resolve").about(conflict.id);
        self.context
            .store
            .write(move |tx| {
                let before = waiting(tx, tenant, conflict.id)?;
                only_run(tx, tenant)?;
                let record = record.detail(detail(&before, &decision));
                let state = ConflictState::Ignored(now);
                let after = Conflict { state, decision: Some(decision), ..before };
                tx.in_tenant(tenant).conflicts().put(&after)?;
                record.write(tx)?;
                Ok(after)
            })
            .await
    }
}

fn waiting<M>(tx: &store::Tx<'_, M>, tenant: TenantId, id: ConflictId) -> store::Result<Conflict> {
    let conflict = tx.in_tenant(tenant).conflicts().get(id)?;
    let conflict = conflict.ok_or_else(|| Error::not_found("冲突", "conflict"))?;
    if conflict.state == ConflictState::Open {
        return Ok(conflict);
    }
    Err(Error::new(
        ErrorCode::ConflictState,
        "该冲突已处理或已自行消失",
        "this conflict was decided already, or went away by itself",
    )
    .into())
}

fn detail(conflict: &Conflict, decision: &ConflictDecision) -> String {
    let reason = decision.reason.as_deref().unwrap_or_default();
    format!(
        "conflict: {} {}\naction: {}\nreason: {reason}",
        conflict.kind.name(),
        conflict.id,
        decision.action.name()
    )
}
