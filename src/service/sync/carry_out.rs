//! Carries a run out: read → plan → stop or land. What the job runner calls.
//!
//! Invariant: whatever goes wrong, the run's row ends in a state that tells the truth, and the directory is as it
//! was unless the run says "succeeded".

use std::sync::Arc;

use tracing::{info, warn};

use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{RunId, TenantId};
use crate::domain::sync::choice::Choice;
use crate::domain::sync::guard::{Guard, GuardFinding};
use crate::domain::sync::plan::{Plan, Policy, plan};
use crate::domain::sync::run::{RunCounts, RunError, RunMode, RunPhase, RunStatus, SyncRun};
use crate::domain::sync::snapshot::{Snapshot, WholeRead};
use crate::domain::tenant::TenantSettings;
use crate::service::audit::Record;
use crate::service::sync::Synchroniser;
use crate::service::sync::apply::{Landed, Landing, land, outdated};
use crate::service::sync::baseline::Basis;
use crate::service::sync::chosen::choice_in_force;
use crate::service::sync::failure::{explain, failure};
use crate::service::sync::fetch::{Request, fetch};
use crate::service::sync::first_look::probable_top;
use crate::service::sync::load::load;
use crate::service::sync::planned::Planned;
use crate::service::sync::progress::Progress;

/// How often a run reads again because the directory moved under its plan.
const MOST_READS: usize = 3;

/// How a run ended, when it did not fail.
enum Outcome {
    Landed(SyncRun),
    Shown(SyncRun),
    Stopped,
}

/// Whether a read needs to be planned.
enum Known {
    Planned(Box<Planned>),
    Not(Snapshot),
}

impl Synchroniser {
    /// Carries out a run. An error is one of this server and worth another try; a failure of the run itself is
    /// written into the run and is no error.
    pub async fn carry_out(&self, tenant: TenantId, id: RunId) -> Result<()> {
        let Some(run) = self.begin(tenant, id).await? else {
            self.moved.send_modify(|count| *count += 1);
            return Ok(());
        };
        let ambient = self.context.ambient.clone();
        let progress = Arc::new(Progress::new(run.clone(), move || ambient.now().0));
        let shown = self.live.enter(id, progress.clone());
        // Whoever stopped it between its beginning and this moment found nothing to tell.
        if !self.stored(tenant, id).await?.goes_on() {
            self.live.stop(id);
        }
        self.moved.send_modify(|count| *count += 1);
        let outcome = tokio::select! {
            outcome = self.attempt(&run, &progress) => outcome,
            () = progress.stopped() => Ok(Outcome::Stopped),
        };
        let ended = match outcome {
            Ok(Outcome::Landed(run) | Outcome::Shown(run)) => run,
            Ok(Outcome::Stopped) => self.end(&run, &progress, RunStatus::Cancelled, None).await?,
            Err(error) => self.end(&run, &progress, RunStatus::Failed, Some(error)).await?,
        };
        progress.stored(&ended);
        drop(shown);
        self.moved.send_modify(|count| *count += 1);
        self.count(ended.status);
        let code = ended.error.as_ref().map(|error| error.code.as_str());
        info!(
            tenant.id = tenant.0, sync.run = %id, sync.status = ended.status.name(), error.code = code,
            sync.members_read = ended.counts.members_read, "synchronisation ended"
        );
        Ok(())
    }

    async fn attempt(
        &self,
        run: &SyncRun,
        progress: &Arc<Progress>,
    ) -> std::result::Result<Outcome, RunError> {
        for _ in 0..MOST_READS {
            let (planned, settings) = match run.reverts {
                Some(undone) => self.plan_revert(run, undone, progress).await.map_err(failure)?,
                None => self.read(run, progress).await?,
            };
            match self.decide(run, planned, &settings, progress).await {
                Err(error) if error.code == ErrorCode::SyncPlanOutdated && run.approved.is_none() => {
                    warn!(tenant.id = run.tenant.0, sync.run = %run.id, "the directory moved under the plan; reading again");
                }
                outcome => return outcome.map_err(failure),
            }
        }
        Err(failure(outdated()))
    }

    /// Reads DingTalk and plans what that changes.
    async fn read(
        &self,
        run: &SyncRun,
        progress: &Arc<Progress>,
    ) -> std::result::Result<(Planned, TenantSettings), RunError> {
        let (request, settings) = self.prepare(run, progress).await.map_err(failure)?;
        progress.phase(RunPhase::Reading);
        let (tenant, choice) = (run.tenant, request.choice.clone());
        let top = self.context.store.read(move |tx| probable_top(tx, tenant, &choice)).await;
        let read = fetch(&request, top.map_err(failure)?, progress).await.map_err(explain)?;
        progress.phase(RunPhase::Planning);
        let digest = read.digest();
        let snapshot = match self.known_plan(run, read).await.map_err(failure)? {
            Known::Planned(planned) => return Ok((*planned, settings)),
            Known::Not(snapshot) => snapshot,
        };
        let shown = snapshot.people.len();
        let snapshot = self.with_the_overlooked(run, &request, &settings, snapshot).await?;
        // Whoever was asked for by name may be gone the next time, which the same read would not show.
        let digest = (snapshot.people.len() == shown).then_some(digest);
        let planned = self.plan(run, snapshot, digest, &settings).await.map_err(failure)?;
        Ok((planned, settings))
    }

    async fn prepare(&self, run: &SyncRun, progress: &Arc<Progress>) -> Result<(Request, TenantSettings)> {
        let connection = self.context.connection(run.tenant).await?;
        let request = Request {
            application: self.client.application(connection.credentials).metered(progress.meter()),
            corp_id: connection.app.corp_id.map(Into::into),
            include_school_contacts: connection.settings.include_school_contacts,
            choice: connection.settings.choice.clone(),
        };
        Ok((request, connection.settings))
    }

    /// What was decided before on the same read and the same directory would be decided again.
    async fn known_plan(&self, run: &SyncRun, read: WholeRead) -> Result<Known> {
        let (tenant, baselines) = (run.tenant, self.baselines.clone());
        self.context
            .store
            .read(move |tx| {
                let basis = Basis { read: read.digest(), directory: tx.directory_revision()? };
                Ok(match baselines.plan(tenant, basis) {
                    Some(plan) => {
                        // Giving back the memory of many people takes a while; nobody need wait for it.
                        drop(tokio::task::spawn_blocking(move || drop(read)));
                        Known::Planned(Box::new(Planned::new(plan, Some(basis))?))
                    }
                    None => Known::Not(read.into_snapshot()),
                })
            })
            .await
    }

    /// Loads the directory and decides; off the async threads, for it takes a while with many members. `read` is the
    /// digest of the read, when nothing but that went into the snapshot.
    pub(super) async fn plan(
        &self,
        run: &SyncRun,
        snapshot: Snapshot,
        read: Option<[u8; 32]>,
        settings: &TenantSettings,
    ) -> Result<Planned> {
        let (tenant, now) = (run.tenant, self.context.ambient.now());
        let policy = Policy { require_password_change: settings.require_password_change };
        let mut new_id = self.context.ambient.ids();
        self.context
            .store
            .read(move |tx| {
                let directory = tx.directory_revision()?;
                let basis = read.map(|read| Basis { read, directory });
                let stored = load(tx, tenant, &snapshot)?;
                Ok(Planned::new(plan(snapshot, &stored, policy, now, &mut new_id), basis)?)
            })
            .await
    }

    async fn decide(
        &self,
        run: &SyncRun,
        planned: Planned,
        settings: &TenantSettings,
        progress: &Arc<Progress>,
    ) -> Result<Outcome> {
        let (plan, digest) = (&planned.plan, planned.record.digest);
        let mut run = SyncRun {
            counts: plan.counts(),
            calls: progress.calls(),
            warnings: plan.warnings.clone(),
            plan_digest: Some(digest),
            guard: self.findings(run, plan, settings).await?,
            phase: RunPhase::Finished,
            finished_at: Some(self.context.ambient.now()),
            ..run.clone()
        };
        run.status = match &run.approved {
            Some(approval) if approval.plan_digest != digest => return Err(outdated()),
            Some(_) => RunStatus::Succeeded,
            None if run.mode == RunMode::Preview => RunStatus::Previewed,
            None if !run.guard.is_empty() => RunStatus::AwaitingApproval,
            None => RunStatus::Succeeded,
        };
        if run.status != RunStatus::Succeeded {
            return self.show(run, planned.record).await.map(Outcome::Shown);
        }
        progress.phase(RunPhase::Applying);
        if progress.is_stopped() {
            return Ok(Outcome::Stopped);
        }
        let choice = run.reverts.is_none().then(|| settings.choice.clone());
        self.land(run, planned, choice).await.map(Outcome::Landed)
    }

    /// Why the plan must not land without an administrator's word.
    async fn findings(
        &self,
        run: &SyncRun,
        plan: &Plan,
        settings: &TenantSettings,
    ) -> Result<Vec<GuardFinding>> {
        let guard = Guard { minimum: settings.guard_minimum, percent: settings.guard_percent };
        let mut findings = plan.guard(guard);
        let RunCounts { members_disabled: members, departments_removed: departments, .. } = plan.counts();
        if run.reverts.is_none() && members + departments > 0 {
            let tenant = run.tenant;
            let in_force = self.context.store.read(move |tx| choice_in_force(tx, tenant)).await?;
            if in_force.is_some_and(|choice| choice != settings.choice) {
                findings.push(GuardFinding::Choice { members, departments });
            }
        }
        Ok(findings)
    }

    pub(super) async fn land(
        &self,
        run: SyncRun,
        planned: Planned,
        choice: Option<Choice>,
    ) -> Result<SyncRun> {
        let Planned { plan, record, basis } = planned;
        let actor = run.approved.as_ref().map_or(run.requested_by, |approval| approval.by);
        let at = self.context.ambient.now();
        let audit = Record::on_behalf_of(actor, at, run.tenant, "syncRun.apply").about(run.id);
        let audit = audit.detail(summary(&run));
        let landing = Landing {
            plan,
            record,
            run,
            at,
            audit,
            choice,
            disconnects: false,
            hash_job: self.context.ambient.id().into(),
            ambient: self.context.ambient.clone(),
        };
        let (store, ambient) = (self.context.store.clone(), self.context.ambient.clone());
        let landed = tokio::task::spawn_blocking(move || land(&store, landing, || ambient.now()));
        let Landed { run, plan, before, after } = landed.await.map_err(|_| Error::internal())??;
        // Whatever else moved the directory since the plan was made is not in its basis.
        if let Some(basis) = basis.filter(|basis| basis.directory == before) {
            self.baselines.keep(run.tenant, Basis { directory: after, ..basis }, plan.settled());
        }
        // Giving back the memory of many members takes a while; nobody need wait for it.
        drop(tokio::task::spawn_blocking(move || drop(plan)));
        self.context.wake.notify_one();
        Ok(run)
    }
}

fn summary(run: &SyncRun) -> String {
    let counts = &run.counts;
    format!(
        "membersCreated: {}\nmembersJoined: {}\nmembersUpdated: {}\nmembersDisabled: {}\nmembersRestored: {}\nconflicts: {}",
        counts.members_created,
        counts.members_joined,
        counts.members_updated,
        counts.members_disabled,
        counts.members_restored,
        counts.conflicts
    )
}
