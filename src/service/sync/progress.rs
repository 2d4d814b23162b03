//! What a run that is going on shows of itself, and how it is told to stop. In memory only: what must survive a
//! restart is in the run's row.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::dingtalk::CallMeter;
use crate::domain::id::RunId;
use crate::domain::sync::run::{RunPhase, SyncRun};

/// A run as it stands this moment.
#[derive(Clone, Debug)]
pub struct LiveRun {
    /// The run's row, with the counts and calls of this moment.
    pub run: SyncRun,
    /// Departments found so far; reading has come to `run.counts.departments_read` of them.
    pub departments_found: u64,
    /// Seconds that reading will probably still take.
    pub eta_seconds: Option<u64>,
}

/// The live side of one run.
pub(super) struct Progress {
    meter: Arc<CallMeter>,
    live: watch::Sender<LiveRun>,
    stop: watch::Sender<bool>,
    now: Arc<dyn Fn() -> i64 + Send + Sync>,
}

impl Progress {
    /// Begins to show a run. `now` tells the time in milliseconds, for the estimate.
    pub(super) fn new(run: SyncRun, now: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self {
            meter: Arc::default(),
            live: watch::Sender::new(LiveRun { run, departments_found: 0, eta_seconds: None }),
            stop: watch::Sender::new(false),
            now: Arc::new(now),
        }
    }

    /// What counts the run's calls.
    pub(super) fn meter(&self) -> Arc<CallMeter> {
        self.meter.clone()
    }

    /// Notes how far reading has come.
    pub(super) fn reading(&self, departments_found: usize, departments_read: u64, people: usize) {
        let now = (self.now)();
        let calls = self.meter.snapshot();
        self.live.send_modify(|live| {
            live.departments_found = departments_found as u64;
            live.run.counts.departments_read = departments_read;
            live.run.counts.members_read = people as u64;
            live.run.calls = calls;
            let elapsed = live.run.started_at.map_or(0, |started| now.saturating_sub(started.0));
            let left = live.departments_found.saturating_sub(departments_read);
            live.eta_seconds = u64::try_from(elapsed)
                .ok()
                .and_then(|elapsed| (elapsed * left).checked_div(departments_read))
                .map(|millis| millis.div_ceil(1000));
        });
    }

    /// Notes what the run is doing.
    pub(super) fn phase(&self, phase: RunPhase) {
        self.live.send_modify(|live| {
            live.run.phase = phase;
            live.eta_seconds = None;
        });
    }

    /// Shows the row as it was stored.
    pub(super) fn stored(&self, run: &SyncRun) {
        self.live.send_modify(|live| live.run = run.clone());
    }

    /// The run as it stands.
    pub(super) fn live(&self) -> LiveRun {
        self.live.borrow().clone()
    }

    /// Calls made so far.
    pub(super) fn calls(&self) -> BTreeMap<String, u64> {
        self.meter.snapshot()
    }

    /// Whether somebody asked to stop.
    pub(super) fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }

    /// Ends when somebody asks to stop.
    pub(super) async fn stopped(&self) {
        let mut stop = self.stop.subscribe();
        if stop.wait_for(|stop| *stop).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// The runs that are going on.
#[derive(Clone, Default)]
pub(super) struct LiveRuns(Arc<Mutex<BTreeMap<RunId, Arc<Progress>>>>);

impl LiveRuns {
    /// A run's live side, if it is going on.
    pub(super) fn get(&self, run: RunId) -> Option<Arc<Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&run).cloned()
    }

    /// Begins to show a run; it disappears when the guard is dropped, whatever happened, unless it was begun again.
    pub(super) fn enter(&self, run: RunId, progress: Arc<Progress>) -> Shown {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(run, Arc::clone(&progress));
        Shown { runs: self.clone(), run, progress }
    }

    /// Follows a run that is going on.
    pub(super) fn follow(&self, run: RunId) -> Option<watch::Receiver<LiveRun>> {
        self.get(run).map(|progress| progress.live.subscribe())
    }

    /// Asks a run to stop; whether it was going on.
    pub(super) fn stop(&self, run: RunId) -> bool {
        self.get(run).map(|progress| progress.stop.send_replace(true)).is_some()
    }
}

/// Keeps a run shown.
pub(super) struct Shown {
    runs: LiveRuns,
    run: RunId,
    progress: Arc<Progress>,
}

impl Drop for Shown {
    fn drop(&mut self) {
        let mut runs = self.runs.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A plan may be approved, and the run begin again, before its first look is over.
        if runs.get(&self.run).is_some_and(|shown| Arc::ptr_eq(shown, &self.progress)) {
            runs.remove(&self.run);
        }
    }
}
