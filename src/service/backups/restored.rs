//! What a server does first when it finds that its data came out of a backup.
//!
//! Invariant: it is in the audit, and no message is called for that may have gone out since the snapshot, before the
//! first job runs.

use tracing::{info, warn};

use super::{Backups, on_a_thread};
use crate::domain::backup::RestoreNote;
use crate::domain::error::Result;
use crate::domain::time::Timestamp;
use crate::service::audit::Record;
use crate::service::messaging::after_restore;
use crate::store::backup::{FoundNote, forget_restore_note, restore_note};

/// Where the last restore is kept.
const RESTORED: &str = "backup.restored";
/// Before every snapshot, and on no day on which DingTalk would absorb a repetition.
const LONG_AGO: Timestamp = Timestamp(0);

impl Backups {
    /// Takes note of a restore, once. Of one whose note cannot be read the snapshot's age is unknown, so every call that
    /// was still open in it may have gone out.
    ///
    /// # Errors
    /// When it cannot be written down; then the server must not go on.
    pub async fn settle_restore(&self) -> Result<()> {
        let data = self.context.store.directory().to_owned();
        let place = data.clone();
        let note = match on_a_thread(move |_| restore_note(&place)).await? {
            None => return Ok(()),
            Some(FoundNote::Whole(note)) => Some(note),
            Some(FoundNote::Unreadable) => None,
        };
        let (backup, ambient) = (note.as_ref().map(|note| note.backup), self.context.ambient.clone());
        let doubtful = self
            .context
            .store
            .write(move |tx| {
                if note.is_some() && tx.settings().get::<RestoreNote>(RESTORED)? == note {
                    return Ok(0);
                }
                let now = ambient.now();
                let snapshot_at = note.as_ref().map_or(LONG_AGO, |note| note.snapshot_at);
                let doubtful = after_restore::doubt(tx, &ambient, snapshot_at, now)?;
                let mut detail = Vec::new();
                if note.is_none() {
                    detail.push("note: cannot be read".to_owned());
                }
                if doubtful > 0 {
                    detail.push(format!("doubtfulCalls: {doubtful}"));
                }
                let record = match &note {
                    Some(note) => Record::noted(note.actor, note.address.clone(), now, "backup.restore")
                        .about(note.backup),
                    None => Record::by_server(now, None, "backup.restore"),
                };
                record.detail(detail.join("\n")).write(tx)?;
                if let Some(note) = &note {
                    tx.settings().put(RESTORED, note)?;
                }
                Ok(doubtful)
            })
            .await?;
        on_a_thread(move |_| forget_restore_note(&data)).await?;
        match backup {
            Some(backup) => info!(backup.id = %backup, "the data is that of a backup"),
            None => warn!("the data is that of a backup; the note of which one cannot be read"),
        }
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
