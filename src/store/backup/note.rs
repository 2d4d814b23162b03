//! The note that lies beside a restored database until a server has written it into the audit.
//!
//! Invariant: while there is a note, whatever it says, the data is that of a backup and nobody vouched for it yet.

use std::fs;
use std::io;
use std::path::Path;

use super::{BackupError, disk};
use crate::domain::backup::RestoreNote;

/// Its name: inside what lies ready, and then beside the database.
pub(super) const NOTE: &str = "restored.json";

/// A restore that no server has taken note of yet.
#[derive(Debug, PartialEq, Eq)]
pub enum FoundNote {
    /// What was noted of it.
    Whole(RestoreNote),
    /// There was one, but a damaged disk or a power cut took away which.
    Unreadable,
}

/// What was noted of a restore that no server has taken note of yet.
///
/// # Errors
/// When the file system refuses to read it.
pub fn restore_note(data: &Path) -> Result<Option<FoundNote>, BackupError> {
    match fs::read(data.join(NOTE)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        note => Ok(Some(serde_json::from_slice(&note?).map_or(FoundNote::Unreadable, FoundNote::Whole))),
    }
}

/// Forgets the note; it was written into the restored database.
///
/// # Errors
/// When it cannot be removed.
pub fn forget_restore_note(data: &Path) -> Result<(), BackupError> {
    fs::remove_file(data.join(NOTE))?;
    disk::sync_names(data)?;
    Ok(())
}
