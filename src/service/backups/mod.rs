//! Backups as use cases: ask for one, make it, look at them, read one through, restore one, take one away.
//!
//! Must not know how an archive is made. Invariants: one backup is made, and one read through, at a time; whoever is
//! given a backup is written into the audit, for it holds everything.

mod make;
mod plan;
mod restore;
mod restored;
mod upload;

use std::sync::{Arc, Mutex, PoisonError};

use tokio::fs::File;
use tokio::sync::Semaphore;

use crate::domain::access::principal::Principal;
use crate::domain::backup::{BackupHistory, Manifest};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{BackupId, JobId};
use crate::domain::job::{Job, Work};
use crate::domain::page::{Limit, Page};
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::service::Context;
use crate::service::audit::Record;
use crate::store::backup::{BackupError, Progress, Shelf, Shelved, verify};

pub use self::restore::{RestoreState, RestoreTerms};

use self::restore::Restoring;

/// Where the last attempts are kept.
const HISTORY: &str = "backup.history";

/// The backup that is being made, and how far it is.
type Current = (BackupId, Arc<Progress>);

/// The use cases of backups.
#[derive(Clone)]
pub struct Backups {
    context: Context,
    shelf: Shelf,
    passphrase: Option<Secret>,
    current: Arc<Mutex<Option<Current>>>,
    reading: Arc<Semaphore>,
    restoring: Arc<Restoring>,
}

/// A backup, or an attempt at one.
#[derive(Clone, Debug)]
pub struct Backup {
    /// Its id.
    pub id: BackupId,
    /// When it was asked for, or the moment of its snapshot.
    pub at: Timestamp,
    /// How it is.
    pub state: BackupState,
}

/// How a backup is.
#[derive(Clone, Debug)]
pub enum BackupState {
    /// It will be made.
    Queued,
    /// It is being made.
    Running {
        /// Rows copied.
        rows: u64,
        /// Rows there are.
        of: u64,
    },
    /// It was made and read back.
    Kept {
        /// What it says of itself.
        manifest: Box<Manifest>,
        /// The file's length.
        bytes: u64,
    },
    /// It could not be made.
    Failed(Text),
}

impl Backups {
    /// The use cases over a store and the directory of its backups.
    pub fn new(context: Context, shelf: Shelf, passphrase: Option<Secret>) -> Self {
        let reading = Arc::new(Semaphore::new(1));
        Self { context, shelf, passphrase, current: Arc::default(), reading, restoring: Arc::default() }
    }

    /// Asks for a backup. Fails with `BackupBusy` when one is on its way.
    pub async fn request(&self, principal: &Principal) -> Result<Backup> {
        principal.require_platform()?;
        self.ask(principal, false).await
    }

    async fn ask(&self, principal: &Principal, scheduled: bool) -> Result<Backup> {
        let now = self.context.ambient.now();
        let id = BackupId(self.context.ambient.id());
        let job = JobId(self.context.ambient.id());
        let record = Record::by(principal, now, None, "backup.create").about(id);
        self.context
            .store
            .write(move |tx| {
                if tx.jobs().all()?.iter().any(|job| matches!(job.work, Work::Backup { .. })) {
                    return Err(busy().into());
                }
                let work = Work::Backup { backup: id, scheduled };
                tx.jobs().push(&Job { id: job, work, due_at: now, attempts: 0, last_error: None })?;
                record.write(tx)
            })
            .await?;
        self.context.wake.notify_one();
        Ok(Backup { id, at: now, state: BackupState::Queued })
    }

    /// A page of backups, the newest first: what is on its way, what failed last, and the archives.
    pub async fn list(
        &self,
        principal: &Principal,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<Backup>> {
        principal.require_platform()?;
        let mut backups = self.all().await?;
        if let Some(cursor) = cursor {
            let after = backups.iter().position(|backup| backup.id.bytes().as_slice() == cursor.as_slice());
            let after = after.ok_or_else(|| {
                Error::new(
                    ErrorCode::InvalidCursor,
                    "cursor 所指的备份已不存在，请从头读取",
                    "the backup that this cursor names is gone; start from the beginning",
                )
            })?;
            backups.drain(..=after);
        }
        let more = backups.len() > limit.get();
        backups.truncate(limit.get());
        let next = backups.last().filter(|_| more).map(|last| last.id.bytes().to_vec());
        Ok(Page { items: backups, next })
    }

    /// One backup.
    pub async fn get(&self, principal: &Principal, id: BackupId) -> Result<Backup> {
        principal.require_platform()?;
        self.all().await?.into_iter().find(|backup| backup.id == id).ok_or_else(not_there)
    }

    /// Reads a backup through; gives what is wrong with it, nothing when it is sound.
    pub async fn verify(&self, principal: &Principal, id: BackupId) -> Result<Vec<String>> {
        principal.require_platform()?;
        let _turn = self.reading.try_acquire().map_err(|_| busy())?;
        let shelved = self.find(id).await?;
        let (shelf, passphrase) = (self.shelf.clone(), self.passphrase.clone());
        let verified = on_a_thread(move |progress| {
            let verified = verify(&shelf, &shelved.path, passphrase.as_ref(), progress)?;
            Ok(verified.findings.iter().map(ToString::to_string).collect::<Vec<_>>())
        })
        .await;
        match verified {
            Err(error) if error.code == ErrorCode::BackupUnusable => Ok(vec![error.detail.en]),
            verified => verified,
        }
    }

    /// A backup's file, its name and its length.
    pub async fn open(&self, principal: &Principal, id: BackupId) -> Result<(File, String, u64)> {
        principal.require_platform()?;
        let shelved = self.find(id).await?;
        let file =
            File::open(&shelved.path).await.map_err(|error| BackupError::from(error).into_business())?;
        self.note(principal, id, "backup.download").await?;
        let name = shelved.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok((file, name, shelved.bytes))
    }

    /// Takes a backup away for good.
    pub async fn remove(&self, principal: &Principal, id: BackupId) -> Result<()> {
        principal.require_platform()?;
        let shelved = self.find(id).await?;
        self.note(principal, id, "backup.delete").await?;
        let shelf = self.shelf.clone();
        on_a_thread(move |_| shelf.remove(&shelved)).await
    }

    /// When the newest backup that was checked was made, and why the last attempt failed, if one did since.
    pub async fn history(&self) -> Result<BackupHistory> {
        self.context.store.read(|tx| Ok(tx.settings().get(HISTORY)?.unwrap_or_default())).await
    }

    async fn note(&self, principal: &Principal, id: BackupId, action: &'static str) -> Result<()> {
        let record = Record::by(principal, self.context.ambient.now(), None, action).about(id);
        self.context.store.write(move |tx| record.write(tx)).await
    }

    async fn find(&self, id: BackupId) -> Result<Shelved> {
        let shelf = self.shelf.clone();
        on_a_thread(move |_| shelf.find(id)).await?.ok_or_else(not_there)
    }

    async fn all(&self) -> Result<Vec<Backup>> {
        let waiting = self.context.store.read(|tx| tx.jobs().all()).await?;
        let history = self.history().await?;
        let shelf = self.shelf.clone();
        let shelved = on_a_thread(move |_| shelf.list()).await?;
        let mut backups = Vec::new();
        for job in waiting {
            if let Work::Backup { backup, .. } = job.work {
                backups.push(Backup { id: backup, at: job.due_at, state: self.state_of(backup) });
            }
        }
        let is_new = |id, backups: &[Backup]| !backups.iter().any(|backup| backup.id == id);
        for Shelved { manifest, bytes, .. } in shelved {
            if is_new(manifest.id, &backups) {
                let (id, at) = (manifest.id, manifest.created_at);
                let state = BackupState::Kept { manifest: Box::new(manifest), bytes };
                backups.push(Backup { id, at, state });
            }
        }
        if let Some((id, at, why)) = history.failed.filter(|(id, ..)| is_new(*id, &backups)) {
            backups.push(Backup { id, at, state: BackupState::Failed(why) });
        }
        backups.sort_by_key(|backup| std::cmp::Reverse((backup.at, backup.id)));
        Ok(backups)
    }

    fn state_of(&self, id: BackupId) -> BackupState {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        match current.as_ref().filter(|(current, _)| *current == id) {
            Some((_, progress)) => {
                let (rows, of) = progress.reached();
                BackupState::Running { rows, of }
            }
            None => BackupState::Queued,
        }
    }
}

fn not_there() -> Error {
    Error::not_found("备份", "backup")
}

fn busy() -> Error {
    Error::new(
        ErrorCode::BackupBusy,
        "已有备份任务在进行，请等待其完成",
        "a backup is being made or read already; wait until it is done",
    )
}

/// Work on files, on a thread that may block; it is told to stop when nobody waits for it any more.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce(&Progress) -> std::result::Result<T, BackupError> + Send + 'static,
) -> Result<T> {
    let progress = Arc::new(Progress::default());
    on_a_thread_with(progress, work).await.map_err(BackupError::into_business)
}

async fn on_a_thread_with<T: Send + 'static>(
    progress: Arc<Progress>,
    work: impl FnOnce(&Progress) -> std::result::Result<T, BackupError> + Send + 'static,
) -> std::result::Result<T, BackupError> {
    let _stopped = StopWhenDropped(Arc::clone(&progress));
    let span = tracing::Span::current();
    match tokio::task::spawn_blocking(move || span.in_scope(|| work(&progress))).await {
        Ok(done) => done,
        Err(lost) => {
            tracing::error!(error = %lost, "work on a backup did not end");
            Err(BackupError::Stopped)
        }
    }
}

struct StopWhenDropped(Arc<Progress>);

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.stop();
    }
}
