//! A backup that is brought from elsewhere, onto the shelf beside those made here.
//!
//! Invariant: what arrives is held on disk, never in memory, and is nothing until it is whole and known for a backup.

use std::time::Duration;

use tokio::fs::OpenOptions;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::{Backups, busy, on_a_thread};
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, Result};
use crate::domain::id::BackupId;
use crate::store::backup::{BackupError, Upload};

/// How long the next part may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How much is read at once.
const PART: usize = 256 * 1024;

impl Backups {
    /// Takes an archive in; gives its id.
    ///
    /// # Errors
    /// `BackupBusy` while another is read, `BackupUnusable` for what is none or newer, `Unavailable` when the disk has
    /// no room for it.
    pub async fn upload(&self, principal: &Principal, archive: impl AsyncRead + Unpin) -> Result<BackupId> {
        principal.require_platform()?;
        let _turn = self.reading.try_acquire().map_err(|_| busy())?;
        let shelf = self.shelf.clone();
        let id = BackupId(self.context.ambient.id());
        let upload = on_a_thread(move |_| shelf.upload(id)).await?;
        receive(archive, &upload).await?;
        let shelf = self.shelf.clone();
        let id = on_a_thread(move |_| shelf.take_in(&upload)).await?;
        self.note(principal, id, "backup.upload").await?;
        Ok(id)
    }
}

/// Writes what arrives to the disk, as long as that has room.
async fn receive(mut archive: impl AsyncRead + Unpin, upload: &Upload) -> Result<()> {
    let failed = |error: std::io::Error| BackupError::from(error).into_business();
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(upload.path())
        .await
        .map_err(failed)?;
    let mut part = vec![0; PART];
    loop {
        let read = timeout(PATIENCE, archive.read(&mut part)).await.map_err(|_| too_slow())?;
        let read = read.map_err(|_| cut_off())?;
        let Some(bytes) = part.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        upload.room().map_err(BackupError::into_business)?;
        file.write_all(bytes).await.map_err(failed)?;
    }
    file.sync_all().await.map_err(failed)
}

fn too_slow() -> Error {
    Error::invalid(
        "备份文件传输停顿超过 30 秒，请重新上传",
        "nothing more of the backup arrived for 30 seconds; upload it again",
    )
}

fn cut_off() -> Error {
    Error::invalid("备份文件未能完整到达，请重新上传", "the backup did not arrive whole; upload it again")
}
