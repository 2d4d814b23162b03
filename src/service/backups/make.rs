//! Making a backup, as the job that does it.

use std::sync::{Arc, PoisonError};

use tracing::{error, info};

use super::{Backups, HISTORY, on_a_thread_with};
use crate::domain::backup::{BackupHistory, Reason};
use crate::domain::error::Result;
use crate::domain::id::BackupId;
use crate::store::backup::{BackupError, BackupRequest, Progress};

impl Backups {
    /// Makes a backup; a failure is stored and told, and not tried again by itself before the hour is over.
    ///
    /// # Errors
    /// When the outcome cannot be stored; the job then runs again, which does no harm.
    pub async fn make(&self, id: BackupId, scheduled: bool) -> Result<()> {
        let began = self.context.ambient.now();
        let progress = Arc::new(Progress::default());
        self.set_current(Some((id, Arc::clone(&progress))));
        let request = BackupRequest {
            id,
            reason: if scheduled { Reason::Schedule } else { Reason::Asked },
            now: began,
            passphrase: self.passphrase.clone(),
        };
        let (store, shelf) = (self.context.store.clone(), self.shelf.clone());
        let made = on_a_thread_with(progress, move |progress| {
            if let Some(made) = shelf.find(request.id)? {
                // The server stopped between the last step and noting it.
                return Ok(made.manifest);
            }
            store.back_up(&shelf, &request, progress)
        })
        .await;
        self.set_current(None);
        let now = self.context.ambient.now();
        match made {
            Ok(manifest) => {
                info!(
                    backup.id = %id, duration_ms = now.millis_since(began), database_bytes = manifest.database_bytes,
                    "a backup was made and checked"
                );
                let history = BackupHistory { succeeded: Some((id, manifest.created_at)), failed: None };
                self.context.store.write(move |tx| tx.settings().put(HISTORY, &history)).await?;
                if scheduled {
                    self.clear_outlived().await?;
                }
                Ok(())
            }
            Err(BackupError::Stopped) => Err(BackupError::Stopped.into_business()),
            Err(failure) => {
                let failure = failure.into_business();
                error!(backup.id = %id, error.code = failure.code.as_str(), "a backup could not be made");
                let failed = Some((id, now, failure.detail));
                self.context
                    .store
                    .write(move |tx| {
                        let history: BackupHistory = tx.settings().get(HISTORY)?.unwrap_or_default();
                        tx.settings().put(HISTORY, &BackupHistory { failed, ..history })
                    })
                    .await
            }
        }
    }

    fn set_current(&self, current: Option<(BackupId, Arc<Progress>)>) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = current;
    }
}
