//! Synchronisation as a use case: asking for runs, watching them, deciding about them, carrying them out.
//!
//! Invariant: one run at a time per tenant; a run lands whole or leaves the directory as it was.

mod absent;
pub(super) mod announce;
mod apply;
mod baseline;
mod carry_out;
pub mod chosen;
pub mod conflicts;
mod course;
mod decide;
pub mod detach;
pub mod events;
mod export;
mod failure;
mod fetch;
mod first_look;
mod load;
mod member_history;
mod person;
mod planned;
mod progress;
mod retention;
mod revert;
mod run_row;
mod schedule;
mod vouched;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::dingtalk::Client;
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::audit::Actor;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{JobId, RunId, TenantId};
use crate::domain::job::{Job, Work};
use crate::domain::page::{Limit, Page};
use crate::domain::sync::change::Change;
use crate::domain::sync::run::{RunCounts, RunMode, RunPhase, RunStatus, RunTrigger, SyncRun};
use crate::domain::time::Timestamp;
use crate::service::Context;
use crate::service::audit::Record;
use crate::store::{self, WriteTx};

pub use crate::domain::sync::change_filter::ChangeFilter;
use baseline::Baselines;
use events::{EventPace, Following};
pub use progress::LiveRun;
use progress::LiveRuns;
use vouched::Arrivals;
pub use vouched::{NotBroughtIn, Standing};

/// The synchronisation service.
#[derive(Clone)]
pub struct Synchroniser {
    context: Context,
    client: Client,
    live: LiveRuns,
    /// Counts runs that began or ended, so that somebody can wait for one.
    moved: watch::Sender<u64>,
    /// Runs that ended since the start, by status.
    ended_by: Arc<Mutex<BTreeMap<&'static str, u64>>>,
    following: Following,
    baselines: Baselines,
    event_pace: EventPace,
    arrivals: Arrivals,
}

impl Synchroniser {
    /// The service over the store and the DingTalk client.
    pub fn new(context: Context, client: Client) -> Self {
        Self {
            context,
            client,
            live: LiveRuns::default(),
            moved: watch::Sender::new(0),
            ended_by: Arc::default(),
            following: Following::default(),
            baselines: Baselines::default(),
            event_pace: EventPace::default(),
            arrivals: Arrivals::default(),
        }
    }

    /// Runs that ended since the start, by status.
    pub fn ended_runs(&self) -> BTreeMap<&'static str, u64> {
        self.ended_by.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, status: RunStatus) {
        let mut ended = self.ended_by.lock().unwrap_or_else(PoisonError::into_inner);
        *ended.entry(status.name()).or_default() += 1;
    }

    /// Asks for a run: stores it and the job that carries it out, and returns at once.
    pub async fn request(
        &self,
        principal: &Principal,
        tenant: TenantId,
        mode: RunMode,
        trigger: RunTrigger,
    ) -> Result<SyncRun> {
        principal.require(Permission::RunSync, tenant)?;
        self.context.require_connected(tenant).await?;
        let now = self.context.ambient.now();
        let run = self.new_run(tenant, mode, trigger, principal.actor());
        let job = self.job(&run, now);
        let stored = run.clone();
        let action = match mode {
            RunMode::Apply => "syncRun.start",
            RunMode::Preview => "syncRun.preview",
        };
        let record = Record::by(principal, now, Some(tenant), action).about(run.id);
        self.context
            .store
            .write(move |tx| {
                only_run(tx, tenant)?;
                tx.in_tenant(tenant).sync_runs().put(&stored)?;
                tx.jobs().push(&job)?;
                record.write(tx)
            })
            .await?;
        self.context.wake.notify_one();
        Ok(run)
    }

    /// A run as it stands this moment.
    pub async fn get(&self, principal: &Principal, tenant: TenantId, id: RunId) -> Result<LiveRun> {
        principal.require(Permission::RunSync, tenant)?;
        self.stands(tenant, id).await
    }

    /// The tenant's runs, newest first.
    pub async fn list(
        &self,
        principal: &Principal,
        tenant: TenantId,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<LiveRun>> {
        principal.require(Permission::RunSync, tenant)?;
        let page = self
            .context
            .store
            .read(move |tx| tx.in_tenant(tenant).sync_runs().list(limit, cursor.as_deref()))
            .await?;
        Ok(page.map(|run| self.live.get(run.id).map_or_else(|| at_rest(run), |progress| progress.live())))
    }

    /// What a run did, or would do, line by line.
    pub async fn changes(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: RunId,
        filter: ChangeFilter,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<Change>> {
        principal.require(Permission::RunSync, tenant)?;
        self.context
            .store
            .read(move |tx| {
                let tenant = tx.in_tenant(tenant);
                if tenant.sync_runs().get(id)?.is_none() {
                    return Err(no_run().into());
                }
                tenant.sync_changes().list(id, &filter, limit, cursor.as_deref())
            })
            .await
    }

    /// Waits until a run is no longer on its way, and returns it.
    pub async fn wait(&self, tenant: TenantId, id: RunId) -> Result<SyncRun> {
        let mut moved = self.moved.subscribe();
        loop {
            let run = self.stored(tenant, id).await?;
            if !run.status.is_active() || moved.changed().await.is_err() {
                return Ok(run);
            }
        }
    }

    async fn stands(&self, tenant: TenantId, id: RunId) -> Result<LiveRun> {
        let stored = self.stored(tenant, id).await?;
        let live = self.live.get(id).filter(|_| stored.status.is_active());
        Ok(live.map_or_else(|| at_rest(stored), |progress| progress.live()))
    }

    async fn stored(&self, tenant: TenantId, id: RunId) -> Result<SyncRun> {
        let found = self.context.store.read(move |tx| tx.in_tenant(tenant).sync_runs().get(id)).await?;
        found.ok_or_else(no_run)
    }

    /// A run that was just asked for.
    fn new_run(&self, tenant: TenantId, mode: RunMode, trigger: RunTrigger, requested_by: Actor) -> SyncRun {
        SyncRun {
            id: self.context.ambient.id().into(),
            tenant,
            mode,
            trigger,
            reverts: None,
            reverted_by: None,
            requested_by,
            status: RunStatus::Queued,
            phase: RunPhase::Queued,
            counts: RunCounts::default(),
            calls: Default::default(),
            error: None,
            guard: Vec::new(),
            warnings: Vec::new(),
            plan_digest: None,
            approved: None,
            cancelled: None,
            attempts: 0,
            created_at: self.context.ambient.now(),
            started_at: None,
            finished_at: None,
        }
    }

    fn job(&self, run: &SyncRun, now: Timestamp) -> Job {
        job(run, self.context.ambient.id().into(), now)
    }
}

fn at_rest(run: SyncRun) -> LiveRun {
    LiveRun { departments_found: run.counts.departments_read, run, eta_seconds: None }
}

fn job(run: &SyncRun, id: JobId, now: Timestamp) -> Job {
    let work = Work::Sync { tenant: run.tenant, run: run.id };
    Job { id, work, due_at: now, attempts: 0, last_error: None }
}

fn find(tx: &WriteTx<'_>, tenant: TenantId, id: RunId) -> store::Result<SyncRun> {
    tx.in_tenant(tenant).sync_runs().get(id)?.ok_or_else(|| no_run().into())
}

fn only_run<M>(tx: &store::Tx<'_, M>, tenant: TenantId) -> store::Result<()> {
    match tx.in_tenant(tenant).sync_runs().active()? {
        Some(_) => Err(Error::new(
            ErrorCode::SyncAlreadyRunning,
            "本租户正在同步，请等待其完成或先取消",
            "a synchronisation of this tenant is going on; wait for it or cancel it first",
        )
        .into()),
        None => Ok(()),
    }
}

fn wrong_state(run: &SyncRun, zh: &str, en: &str) -> Error {
    let status = run.status.name();
    Error::new(
        ErrorCode::SyncRunState,
        format!("该同步当前状态为 {status}，不能{zh}"),
        format!("the run is {status}; in that state one cannot {en} it"),
    )
}

fn no_run() -> Error {
    Error::not_found("同步记录", "sync run")
}
