//! Background work: claim what is due, run it, settle it. A panic is caught and recorded; the loop survives.
//!
//! Must not know HTTP or DingTalk. Invariant: a job leaves the store only after its work said it is done, so work
//! that a stopped server left behind is begun again at the next start.

pub mod housekeeping;
mod places;
mod registry;
pub mod schedule;

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tracing::{error, warn};

use crate::domain::error::{Error, Result};
use crate::domain::id::JobId;
use crate::domain::job::{Job, backoff_millis};
use crate::service::Context;
use crate::service::watch::Pulse;

use places::Places;
pub use registry::Registry;

/// Due jobs looked at in one go; more wait until some of these are done.
const LOOK: usize = 4096;
/// How long the runner rests when nothing wakes it; a delayed job is late by no more than this.
const REST: Duration = Duration::from_millis(250);

/// Runs jobs until told to stop.
pub struct Runner {
    context: Context,
    registry: Registry,
    pulse: Pulse,
    places: Places,
    tasks: JoinSet<JobId>,
}

impl Runner {
    /// A runner over the stored jobs; `pulse` tells others that it looks for work.
    pub fn new(context: Context, registry: Registry, pulse: Pulse) -> Self {
        Self { context, registry, pulse, places: Places::default(), tasks: JoinSet::new() }
    }

    /// Runs until `stop` becomes true; what is under way then is dropped and begun again at the next start.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            self.pulse.beat(self.context.ambient.now());
            if let Err(failure) = self.start_due().await {
                error!(error.code = failure.code.as_str(), "jobs cannot be read; looking again soon");
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                Some(ended) = self.tasks.join_next() => {
                    // The task itself never panics: it catches those of its work.
                    if let Ok(id) = ended {
                        self.places.give_back(id);
                    }
                }
                () = self.context.wake.notified() => {}
                () = tokio::time::sleep(REST) => {}
            }
        }
        self.tasks.shutdown().await;
    }

    async fn start_due(&mut self) -> Result<()> {
        let (now, mut places) = (self.context.ambient.now(), self.places.clone());
        let (due, places) = self
            .context
            .store
            .read(move |tx| {
                let due = tx.jobs().due(now, LOOK, |job| places.take(job))?;
                Ok((due, places))
            })
            .await?;
        self.places = places;
        for job in due {
            self.tasks.spawn(carry_out(self.context.clone(), self.registry.clone(), job));
        }
        Ok(())
    }
}

/// Runs one job and settles it in the store.
async fn carry_out(context: Context, registry: Registry, job: Job) -> JobId {
    let id = job.id;
    // A set of one: dropping it (the runner stops) ends the work as well.
    let mut work = JoinSet::new();
    let body = job.work;
    work.spawn(async move { registry.run(body).await });
    let outcome = match work.join_next().await {
        Some(Ok(outcome)) => outcome,
        Some(Err(panic)) => Err(panicked(&panic)),
        None => Ok(()),
    };
    if let Err(failure) = settle(&context, job, outcome).await {
        error!(job.id = %id, error.code = failure.code.as_str(), "a job's end cannot be stored; it will run again");
    }
    id
}

async fn settle(context: &Context, job: Job, outcome: Result<()>) -> Result<()> {
    let now = context.ambient.now();
    let [jitter] = context.ambient.random::<1>();
    let work = job.work;
    context
        .store
        .write(move |tx| match outcome {
            Ok(()) => tx.jobs().remove(job.id).map(|_| ()),
            Err(failure) => {
                let wait = backoff_millis(job.attempts, jitter);
                warn!(
                    job.id = %job.id, job.work = ?work, job.attempts = job.attempts + 1, wait_ms = wait,
                    error.code = failure.code.as_str(), "a job failed and will be tried again"
                );
                let due_at = now.plus_millis(wait);
                let last_error = Some(failure.detail.en);
                tx.jobs().put(&Job { due_at, attempts: job.attempts + 1, last_error, ..job })
            }
        })
        .await
}

fn panicked(panic: &JoinError) -> Error {
    error!(panicked = panic.is_panic(), "a job ended without an answer");
    Error::internal()
}
