//! Looks again and again what is due: synchronisations and backups. A panic is caught and logged; the schedule survives.
//!
//! Must not know what a schedule is. Invariant: one look at a time.

use std::time::Duration;

use tokio::sync::watch;
use tracing::error;

use crate::domain::error::Result;
use crate::service::backups::Backups;
use crate::service::sync::Synchroniser;

/// The pause between two looks; what is scheduled is late by no more than this.
const PAUSE: Duration = Duration::from_secs(15);

/// The services with something that comes due.
#[derive(Clone)]
pub struct Schedules {
    /// Synchronisations.
    pub sync: Synchroniser,
    /// Backups.
    pub backups: Backups,
}

impl Schedules {
    /// Looks until `stop` becomes true.
    pub async fn keep(self, mut stop: watch::Receiver<bool>) {
        loop {
            let look = self.clone();
            match tokio::spawn(async move { look.start_due().await }).await {
                Ok(Ok(())) => {}
                Ok(Err(failure)) => {
                    error!(
                        error.code = failure.code.as_str(),
                        "schedules cannot be read; looking again soon"
                    );
                }
                Err(_) => error!("a look at the schedules ended without an answer; looking again soon"),
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    async fn start_due(&self) -> Result<()> {
        let synchronised = self.sync.start_due().await;
        self.backups.start_due().await?;
        synchronised.map(drop)
    }
}
