//! Restoring a backup under a running server: it is read through and laid ready; then the server starts anew and finds it.
//!
//! Must not know how a server starts. Invariant: the data is as it was until the backup has been read to its end and lies
//! ready as a whole; from then on every start takes it, also one after a power cut.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tracing::{error, info};

use super::{Backups, busy, on_a_thread, on_a_thread_with};
use crate::domain::access::principal::Principal;
use crate::domain::backup::RestoreNote;
use crate::domain::error::Result;
use crate::domain::id::BackupId;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::store::backup::{Progress, RestoreRequest, lay_ready, may_be_restored};

/// The backup that takes the data's place, if one does.
#[derive(Default)]
pub(super) struct Restoring {
    stage: Mutex<Stage>,
    task: Mutex<Option<JoinHandle<()>>>,
    ready: Notify,
}

#[derive(Clone, Default)]
enum Stage {
    #[default]
    Idle,
    Reading(BackupId, Arc<Progress>),
    Ready(BackupId),
    Failed(BackupId, Text),
}

/// On which terms a backup is restored.
#[derive(Clone, Debug, Default)]
pub struct RestoreTerms {
    /// Opens it, when the server's own passphrase does not.
    pub passphrase: Option<Secret>,
    /// Whether it may come although the key of its secrets is lost.
    pub without_key: bool,
}

/// How the restoring is.
#[derive(Clone, Debug)]
pub enum RestoreState {
    /// Nothing is being restored; the last restore of this data, if it ever was one.
    Idle(Option<RestoreNote>),
    /// The backup is read through; the server goes on with its data.
    Reading {
        /// Which.
        backup: BackupId,
        /// Bytes of its database that were read.
        bytes: u64,
        /// Bytes there are.
        of: u64,
    },
    /// The server is about to start anew with the backup's data.
    Restarting(BackupId),
    /// It could not be restored; the data is as it was.
    Failed {
        /// Which.
        backup: BackupId,
        /// Why.
        why: Text,
    },
}

impl Backups {
    /// Begins to restore a backup.
    ///
    /// # Errors
    /// `NotFound`, `BackupBusy` while one is read, and `BackupUnusable` for what certainly cannot be restored.
    pub async fn restore(
        &self,
        principal: &Principal,
        id: BackupId,
        terms: RestoreTerms,
    ) -> Result<RestoreState> {
        principal.require_platform()?;
        let turn = Arc::clone(&self.reading).try_acquire_owned().map_err(|_| busy())?;
        let request = RestoreRequest {
            path: self.find(id).await?.path,
            passphrase: terms.passphrase.or_else(|| self.passphrase.clone()),
            without_key: terms.without_key,
            now: self.context.ambient.now(),
            actor: principal.actor(),
            address: principal.address(),
        };
        let data = self.context.store.directory().to_owned();
        let (asked, place) = (request.clone(), data.clone());
        on_a_thread(move |_| may_be_restored(&place, &asked)).await?;
        self.note(principal, id, "backup.restore").await?;
        let progress = Arc::new(Progress::default());
        self.restoring.set(Stage::Reading(id, Arc::clone(&progress)));
        let restoring = Arc::clone(&self.restoring);
        // Not a job: those are kept in the database that is being replaced.
        let task = tokio::spawn(async move {
            let laid = on_a_thread_with(progress, move |progress| lay_ready(&data, &request, progress)).await;
            match laid {
                Ok(_) => {
                    info!(backup.id = %id, "a backup was read through and lies ready; the server starts anew with it");
                    // Nothing else is read or restored before that.
                    turn.forget();
                    restoring.set(Stage::Ready(id));
                    restoring.ready.notify_one();
                }
                Err(failure) => {
                    let failure = failure.into_business();
                    error!(backup.id = %id, error.code = failure.code.as_str(), "a backup could not be restored");
                    restoring.set(Stage::Failed(id, failure.detail));
                }
            }
        });
        *self.restoring.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        self.restore_state(principal).await
    }

    /// How the restoring is.
    pub async fn restore_state(&self, principal: &Principal) -> Result<RestoreState> {
        principal.require_platform()?;
        let stage = self.restoring.stage.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(match stage {
            Stage::Idle => RestoreState::Idle(self.last_restore().await?),
            Stage::Reading(backup, progress) => {
                let (bytes, of) = progress.reached();
                RestoreState::Reading { backup, bytes, of }
            }
            Stage::Ready(backup) => RestoreState::Restarting(backup),
            Stage::Failed(backup, why) => RestoreState::Failed { backup, why },
        })
    }

    /// Ends when a backup lies ready, so that the server is to be started anew.
    pub async fn restored(&self) {
        self.restoring.ready.notified().await;
    }

    /// Gives a restore up that is not ready yet, and waits until nothing of it touches the data any more.
    pub async fn stop_restoring(&self) {
        if let Stage::Reading(_, progress) =
            &*self.restoring.stage.lock().unwrap_or_else(PoisonError::into_inner)
        {
            progress.stop();
        }
        let task = self.restoring.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && task.await.is_err()
        {
            error!("the task that restores a backup was lost");
        }
    }
}

impl Restoring {
    fn set(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }
}
