//! Putting a backup in the place of the data: at once on a stopped server, or laid ready for the running one's next
//! start.
//!
//! Invariant: at every moment a data directory holds either the old database with its key or the new one with its own.
//! What is to be put in place lies ready in a directory of its own, under a name that it gets in one step; whoever
//! opens the data next finishes what a crash interrupted, as often as need be.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use zeroize::Zeroizing;

use super::note::NOTE;
use super::{BackupError, Progress, archive, compare, disk, key_id, refuse_newer, room_for, trial};
use crate::domain::audit::Actor;
use crate::domain::backup::{Manifest, RestoreNote};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::store::migrate;
use crate::store::open::{DATABASE, KEY, lock_directory};

/// Being filled: whatever is in it is nothing yet.
const UNFINISHED: &str = "restore.unfinished";
/// Whole and checked: it will be put in place.
const READY: &str = "restore.ready";
/// Inside it: the name of the directory that keeps what is replaced.
const ASIDE: &str = "aside";
/// What such a name begins with.
const REPLACED: &str = "replaced-";

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

/// Which backup is to take the place of the data, and who says so.
#[derive(Clone, Debug)]
pub struct RestoreRequest {
    /// The archive.
    pub path: PathBuf,
    /// Opens it, when it is encrypted.
    pub passphrase: Option<Secret>,
    /// Whether it may come although the key of its secrets is lost.
    pub without_key: bool,
    /// Now.
    pub now: Timestamp,
    /// Who asks.
    pub actor: Actor,
    /// From where.
    pub address: Option<Box<str>>,
}

/// Puts a backup in the place of a data directory's database. The server must be stopped.
///
/// # Errors
/// When the backup is damaged, newer, or does not open; then the data is as it was.
pub fn restore(data: &Path, request: &RestoreRequest) -> Result<Restored, BackupError> {
    disk::make_directory(data)?;
    let _lock = lock_directory(data)?;
    finish(data)?;
    let restored = lay_ready(data, request, &Progress::default())?;
    finish(data)?;
    Ok(restored)
}

/// Refuses what certainly cannot be restored, by what the archive says of itself.
///
/// # Errors
/// When it is newer, lacks its passphrase or its key, or does not fit onto the disk.
pub fn may_be_restored(data: &Path, request: &RestoreRequest) -> Result<(), BackupError> {
    let told = archive::manifest(&request.path)?;
    refuse_newer(&told)?;
    match (&told.encryption, &request.passphrase) {
        (Some(_), None) => return Err(BackupError::PassphraseMissing),
        (None, _) if !request.without_key && !fits(key_of(data)?.as_deref(), &told) => {
            return Err(BackupError::KeyMissing);
        }
        _ => {}
    }
    // An older database is tried on a second copy.
    let copies = if told.schema_version < migrate::NEWEST { 2 } else { 1 };
    room_for(data, told.database_bytes.saturating_mul(copies))
}

/// Reads a backup through and lays its database ready; whoever opens the data next puts it in place. The caller's
/// process has the directory's lock, and a server may go on with the data as it is.
///
/// # Errors
/// When the backup is damaged, newer, or does not open; then the data stays as it is.
pub fn lay_ready(
    data: &Path,
    request: &RestoreRequest,
    progress: &Progress,
) -> Result<Restored, BackupError> {
    may_be_restored(data, request)?;
    let (unfinished, ready) = (data.join(UNFINISHED), data.join(READY));
    clear(&unfinished)?;
    disk::make_directory(&unfinished)?;
    let laid = fill(data, &unfinished, request, progress).and_then(|restored| {
        progress.look()?;
        disk::rename(&unfinished, &ready)?;
        disk::sync_names(data)?;
        Ok(restored)
    });
    if laid.is_err() {
        clear(&unfinished)?;
        // Told as failed, it must not take the data's place at some later start.
        discard(&ready)?;
    }
    laid
}

/// Fills the directory with everything that is to be put in place.
fn fill(
    data: &Path,
    unfinished: &Path,
    request: &RestoreRequest,
    progress: &Progress,
) -> Result<Restored, BackupError> {
    let database = unfinished.join(DATABASE);
    let passphrase = request.passphrase.as_ref();
    let (manifest, carried) = archive::unpack(&request.path, passphrase, &database, progress)?;
    if !compare(&manifest, &database)?.is_empty() {
        return Err(BackupError::damaged("its indexes do not agree with its rows"));
    }
    if manifest.schema_version < migrate::NEWEST {
        let copy = unfinished.join("trial.redb");
        if !trial::on_a_copy(&database, &copy, request.now)?.findings.is_empty() {
            return Err(BackupError::damaged("its indexes do not agree with its rows after the upgrade"));
        }
        fs::remove_file(copy)?;
    }
    let here = key_of(data)?;
    let mut lost_secrets = false;
    match carried.filter(|key| fits(Some(key), &manifest)) {
        Some(key) => disk::write(&unfinished.join(KEY), &key)?,
        None if fits(here.as_deref(), &manifest) => {}
        None if request.without_key => {
            lost_secrets = true;
            if here.is_none() {
                crate::store::seal::Sealer::open(&unfinished.join(KEY), true)?;
            }
        }
        None => return Err(BackupError::KeyMissing),
    }
    let had = data.join(DATABASE).exists();
    let name = format!("{REPLACED}{}-{}", request.now.0, manifest.id);
    let note = RestoreNote {
        backup: manifest.id,
        snapshot_at: manifest.created_at,
        asked_at: request.now,
        actor: request.actor,
        address: request.address.clone(),
    };
    disk::write(&unfinished.join(NOTE), &serde_json::to_vec(&note).map_err(io::Error::other)?)?;
    disk::write(&unfinished.join(ASIDE), name.as_bytes())?;
    disk::sync_names(unfinished)?;
    Ok(Restored { manifest, aside: had.then(|| data.join(name)), lost_secrets })
}

fn key_of(data: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    match fs::read(data.join(KEY)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        key => Ok(Some(Zeroizing::new(key?))),
    }
}

fn fits(key: Option<&Vec<u8>>, manifest: &Manifest) -> bool {
    key.is_some_and(|key| key_id(key) == manifest.sealing_key_id)
}

/// Finishes a restore that lies ready; does nothing when there is none. The caller has the directory's lock.
pub(crate) fn finish(data: &Path) -> Result<(), BackupError> {
    clear(&data.join(UNFINISHED))?;
    let ready = data.join(READY);
    // The last step removes what marks it as ready first.
    let Some(name) = name_aside(&ready.join(ASIDE))? else { return Ok(clear(&ready)?) };
    let aside = data.join(name);
    // Whoever opens the data comes through here first, so nobody sees the one without the other.
    let replaced = [KEY, DATABASE].map(|file| (data.join(file), aside.join(file), ready.join(file)));
    for (current, kept, _) in &replaced {
        if current.exists() && !kept.exists() && ready.join(DATABASE).exists() {
            disk::make_directory(&aside)?;
            keep(current, kept)?;
        }
    }
    if aside.exists() {
        disk::sync_names(&aside)?;
        disk::sync_names(data)?;
    }
    // The note first: a restored database without it would be one that nobody vouches for.
    let note = (data.join(NOTE), ready.join(NOTE));
    let replaced = replaced.map(|(current, _, new)| (current, new));
    for (current, new) in std::iter::once(note).chain(replaced) {
        if new.exists() {
            disk::rename(&new, &current)?;
        }
    }
    disk::sync_names(data)?;
    discard(&ready)?;
    tracing::info!("a restored database was put in place");
    Ok(())
}

/// The name of the directory that keeps what is replaced; `None` when nothing lies ready. A marker without a name that
/// can be one says all the same that everything is ready: the name is then the marker's age, the same at every try.
fn name_aside(marker: &Path) -> io::Result<Option<String>> {
    let name = match fs::read(marker) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        name => String::from_utf8_lossy(&name?).into_owned(),
    };
    let is_plain = |character: char| character.is_ascii_alphanumeric() || character == '-';
    match name.strip_prefix(REPLACED) {
        Some(rest) if !rest.is_empty() && rest.chars().all(is_plain) => Ok(Some(name)),
        _ => {
            let age = fs::metadata(marker)?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            Ok(Some(format!("{REPLACED}{}", age.as_millis())))
        }
    }
}

/// A second name for a file; where the file system has none, a copy that appears whole.
fn keep(current: &Path, kept: &Path) -> io::Result<()> {
    disk::link(current, kept).or_else(|_| {
        let unfinished = kept.with_extension("unfinished");
        disk::copy(current, &unfinished)?;
        disk::rename(&unfinished, kept)
    })
}

/// Removes what lies ready, first of all what marks it as such.
fn discard(ready: &Path) -> io::Result<()> {
    match fs::remove_file(ready.join(ASIDE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => clear(ready),
    }
}

fn clear(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
