//! Looks again and again whose synchronisation is due, and now and then which history has outlived its time. A panic is caught and logged; the schedule survives.
//!
//! Must not know what a schedule is. Invariant: one look at a time.

use std::time::Duration;

use tokio::sync::watch;
use tracing::error;

use crate::service::sync::Synchroniser;

/// The pause between two looks; a scheduled run is late by no more than this.
const PAUSE: Duration = Duration::from_secs(15);

/// How many looks lie between two prunings of history: an hour.
const LOOKS_PER_PRUNING: u32 = 240;

/// Looks until `stop` becomes true.
pub async fn keep(sync: Synchroniser, mut stop: watch::Receiver<bool>) {
    let mut looks: u32 = 0;
    loop {
        let look = sync.clone();
        let prunes = looks.is_multiple_of(LOOKS_PER_PRUNING);
        looks = looks.wrapping_add(1);
        let work = async move {
            look.start_due().await?;
            if prunes { look.prune_history().await.map(drop) } else { Ok(()) }
        };
        match tokio::spawn(work).await {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => {
                error!(
                    error.code = failure.code.as_str(),
                    "schedules or history cannot be read; looking again soon"
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
