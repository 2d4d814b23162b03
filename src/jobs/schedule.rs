//! Looks again and again whose synchronisation is due. A panic is caught and logged; the schedule survives.
//!
//! Must not know what a schedule is. Invariant: one look at a time.

use std::time::Duration;

use tokio::sync::watch;
use tracing::error;

use crate::service::sync::Synchroniser;

/// The pause between two looks; a scheduled run is late by no more than this.
const PAUSE: Duration = Duration::from_secs(15);

/// Looks until `stop` becomes true.
pub async fn keep(sync: Synchroniser, mut stop: watch::Receiver<bool>) {
    loop {
        let look = sync.clone();
        match tokio::spawn(async move { look.start_due().await }).await {
            Ok(Ok(_)) => {}
            Ok(Err(failure)) => {
                error!(error.code = failure.code.as_str(), "schedules cannot be read; looking again soon");
            }
            Err(_) => error!("a look at the schedules ended without an answer; looking again soon"),
        }
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}
