//! Trying an upgrade on a copy. Invariant: the data itself is only read.

use std::fs;
use std::path::Path;

use super::{BackupError, Shelf, copy, disk, restore, room_for};
use crate::domain::time::Timestamp;
use crate::store::check::Finding;
use crate::store::migrate;
use crate::store::open::{DATABASE, lock_directory};

/// What an upgrade would do, tried on a copy.
#[derive(Debug)]
pub struct UpgradeTrial {
    /// The schema version found.
    pub from: u32,
    /// The one it was brought to.
    pub to: u32,
    /// What is wrong after it.
    pub findings: Vec<Finding>,
}

/// Brings a copy of a stopped server's data to the newest schema and checks it; the data itself is only read.
///
/// # Errors
/// When it cannot be copied, is newer, or a step fails.
pub fn try_upgrade(data: &Path, shelf: &Shelf, now: Timestamp) -> Result<UpgradeTrial, BackupError> {
    let _lock = lock_directory(data)?;
    restore::finish(data)?;
    let original = data.join(DATABASE);
    room_for(&shelf.directory()?, fs::metadata(&original)?.len())?;
    let workplace = shelf.reading_place()?;
    // The server is stopped, so the file stands still.
    on_a_copy(&original, &workplace.path().join("copy.redb"), now)
}

/// The same for a database that nobody has open.
pub(super) fn on_a_copy(original: &Path, copy: &Path, now: Timestamp) -> Result<UpgradeTrial, BackupError> {
    disk::copy(original, copy)?;
    let from = {
        let database =
            disk::open_database(copy).map_err(redb::Error::from).map_err(crate::store::Error::from)?;
        let from = migrate::version(&database)?;
        migrate::run(&database, now)?;
        from
    };
    let examined = copy::examine(copy)?;
    Ok(UpgradeTrial { from, to: examined.schema_version, findings: examined.findings })
}
