//! Putting a backup in the place of a stopped server's data, and trying an upgrade on a copy.
//!
//! Invariant: at every moment a data directory holds either the old database with its key or the new one with its own.
//! What is to be put in place lies ready in a directory of its own, under a name that it gets in one step; whoever
//! opens the data next finishes what a crash interrupted, as often as need be.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use redb::Database;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{BackupError, Progress, Shelf, archive, compare, copy, key_id, refuse_newer, room_for};
use crate::domain::backup::Manifest;
use crate::domain::id::BackupId;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::store::check::Finding;
use crate::store::migrate;
use crate::store::open::{DATABASE, KEY, lock_directory, make_directory};

/// Being filled: whatever is in it is nothing yet.
const UNFINISHED: &str = "restore.unfinished";
/// Whole and checked: it will be put in place.
const READY: &str = "restore.ready";
/// Inside it: the name of the directory that keeps what is replaced.
const ASIDE: &str = "aside";

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    /// The backup.
    pub manifest: Manifest,
    /// Where the replaced data is kept; `None` when there was none.
    pub aside: Option<PathBuf>,
    /// Whether secrets in the database can no longer be opened, for want of their key.
    pub lost_secrets: bool,
}

/// Puts a backup in the place of a data directory's database. The server must be stopped.
///
/// # Errors
/// When the backup is damaged, newer, or does not open; then the data is as it was.
pub fn restore(
    data: &Path,
    path: &Path,
    passphrase: Option<&Secret>,
    without_key: bool,
    now: Timestamp,
) -> Result<Restored, BackupError> {
    make_directory(data)?;
    let _lock = lock_directory(data)?;
    finish(data)?;
    let told = archive::manifest(path)?;
    refuse_newer(&told)?;
    room_for(data, told.database_bytes)?;
    let unfinished = data.join(UNFINISHED);
    clear(&unfinished)?;
    make_directory(&unfinished)?;
    let database = unfinished.join(DATABASE);
    let (manifest, carried) = archive::unpack(path, passphrase, &database, &Progress::default())?;
    if !compare(&manifest, &database)?.is_empty() {
        return Err(BackupError::damaged("its indexes do not agree with its rows"));
    }
    let here = match fs::read(data.join(KEY)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        key => Some(Zeroizing::new(key?)),
    };
    let fits = |key: &[u8]| key_id(key) == manifest.sealing_key_id;
    let mut lost_secrets = false;
    match (carried.filter(|key| fits(key)), here) {
        (Some(key), _) => write_key(&unfinished, &key)?,
        (None, Some(key)) if fits(&key) => {}
        (None, here) if without_key => {
            lost_secrets = true;
            if here.is_none() {
                crate::store::seal::Sealer::open(&unfinished.join(KEY), true)?;
            }
        }
        (None, _) => return Err(BackupError::KeyMissing),
    }
    let had = data.join(DATABASE).exists();
    let name = format!("replaced-{}-{}", now.0, manifest.id);
    fs::write(unfinished.join(ASIDE), &name)?;
    File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, data.join(READY))?;
    File::open(data)?.sync_all()?;
    finish(data)?;
    Ok(Restored { manifest, aside: had.then(|| data.join(name)), lost_secrets })
}

/// Finishes a restore that lies ready; does nothing when there is none. The caller has the directory's lock.
pub(crate) fn finish(data: &Path) -> Result<(), BackupError> {
    clear(&data.join(UNFINISHED))?;
    let ready = data.join(READY);
    let name = match fs::read_to_string(ready.join(ASIDE)) {
        // The last step removes what marks it as ready first.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return clear(&ready).map_err(Into::into),
        name => name?,
    };
    let aside = data.join(name);
    // Whoever opens the data comes through here first, so nobody sees the one without the other.
    let replaced = [KEY, DATABASE].map(|file| (data.join(file), aside.join(file), ready.join(file)));
    for (current, kept, _) in &replaced {
        if current.exists() && !kept.exists() && ready.join(DATABASE).exists() {
            make_directory(&aside)?;
            keep(current, kept)?;
        }
    }
    for (current, _, new) in &replaced {
        if new.exists() {
            fs::rename(new, current)?;
        }
    }
    File::open(data)?.sync_all()?;
    fs::remove_file(ready.join(ASIDE))?;
    clear(&ready)?;
    tracing::info!("a restored database was put in place");
    Ok(())
}

/// A second name for a file; where the file system has none, a copy that appears whole.
fn keep(current: &Path, kept: &Path) -> io::Result<()> {
    fs::hard_link(current, kept).or_else(|_| {
        let unfinished = kept.with_extension("unfinished");
        fs::copy(current, &unfinished)?;
        fs::rename(&unfinished, kept)
    })
}

fn clear(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn write_key(directory: &Path, key: &[u8]) -> Result<(), BackupError> {
    use std::io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(directory.join(KEY))?;
    file.write_all(key)?;
    file.sync_all()?;
    Ok(())
}

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
    finish(data)?;
    let original = data.join(DATABASE);
    room_for(&shelf.directory()?, fs::metadata(&original)?.len())?;
    let workplace = shelf.workplace(BackupId(Uuid::nil()))?;
    let copy = workplace.path().join("copy.redb");
    // The server is stopped, so the file stands still.
    fs::copy(&original, &copy)?;
    let from = {
        let database = Database::open(&copy).map_err(redb::Error::from).map_err(crate::store::Error::from)?;
        let from = migrate::version(&database)?;
        migrate::run(&database, now)?;
        from
    };
    let examined = copy::examine(&copy)?;
    Ok(UpgradeTrial { from, to: examined.schema_version, findings: examined.findings })
}
