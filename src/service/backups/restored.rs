//! What a server does first when it finds that its data came out of a backup.
//!
//! Invariant: it is in the audit, and no message is called for that may have gone out since the snapshot, before the
//! first job runs.

use tracing::{info, warn};

use super::{Backups, on_a_thread};
use crate::domain::backup::RestoreNote;
use crate::domain::error::Result;
use crate::service::audit::Record;
use crate::service::messaging::after_restore;
use crate::store::backup::{forget_restore_note, restore_note};

/// Where the last restore is kept.
const RESTORED: &str = "backup.restored";

impl Backups {
    /// Takes note of a restore, once.
    ///
    /// # Errors
    /// When it cannot be written down; then the server must not go on.
    pub async fn settle_restore(&self) -> Result<()> {
        let data = self.context.store.directory().to_owned();
        let place = data.clone();
        let Some(note) = on_a_thread(move |_| restore_note(&place)).await? else { return Ok(()) };
        let (backup, ambient) = (note.backup, self.context.ambient.clone());
        let doubtful = self
            .context
            .store
            .write(move |tx| {
                if tx.settings().get::<RestoreNote>(RESTORED)?.as_ref() == Some(&note) {
                    return Ok(0);
                }
                let now = ambient.now();
                let doubtful = after_restore::doubt(tx, &ambient, note.snapshot_at, now)?;
                let detail = match doubtful {
                    0 => String::new(),
                    calls => format!("calls of messages that may have gone out since the snapshot: {calls}"),
                };
                let record = Record::noted(note.actor, note.address.clone(), now, "backup.restore");
                record.about(note.backup).detail(detail).write(tx)?;
                tx.settings().put(RESTORED, &note)?;
                Ok(doubtful)
            })
            .await?;
        on_a_thread(move |_| forget_restore_note(&data)).await?;
        info!(backup.id = %backup, "the data is that of a backup");
        if doubtful > 0 {
            warn!(messages.calls = doubtful, "messages of the backup may have gone out since it was made");
        }
        Ok(())
    }

    /// The last restore of this data.
    pub(super) async fn last_restore(&self) -> Result<Option<RestoreNote>> {
        self.context.store.read(|tx| tx.settings().get(RESTORED)).await
    }
}
