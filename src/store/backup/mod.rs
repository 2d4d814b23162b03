//! Backups: a consistent copy of the running database, read back, compressed, perhaps encrypted, in one file.
//!
//! Owns the making, the examination and the shelf of archives. Must not know who asked or when the next is due.
//! Invariant: a file of the shelf's name is whole: it was written under another name, checked, and renamed last.

mod archive;
mod cipher;
mod copy;
mod disk;
mod error;
mod note;
mod restore;
mod shelf;
#[cfg(test)]
mod tests;
mod trial;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use rand::TryRng;
use rand::rngs::SysRng;
use redb::{Database, ReadTransaction, ReadableDatabase};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use self::copy::Progress;
pub use self::error::BackupError;
pub use self::note::{FoundNote, forget_restore_note, restore_note};
pub(crate) use self::restore::finish as finish_restore;
pub use self::restore::{RestoreRequest, Restored, lay_ready, may_be_restored, restore};
pub use self::shelf::{Shelf, Shelved, Upload};
pub use self::trial::{UpgradeTrial, try_upgrade};

use self::archive::Contents;
use self::cipher::ArchiveKey;
use super::Store;
use super::check::Finding;
use super::migrate;
use super::space::Space;
use crate::domain::backup::{FORMAT, Manifest, Reason};
use crate::domain::id::BackupId;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// Names the sealing key without telling it: the beginning of a hash that is used for nothing else.
const KEY_ID_CONTEXT: &[u8] = b"menpai sealing key id\0";
/// What is kept free beside a backup.
const SPARE: u64 = 16 << 20;

/// Which backup to make.
#[derive(Clone, Debug)]
pub struct BackupRequest {
    /// Its id.
    pub id: BackupId,
    /// Why.
    pub reason: Reason,
    /// Now.
    pub now: Timestamp,
    /// Encrypts it.
    pub passphrase: Option<Secret>,
}

/// What an examination of an archive found.
#[derive(Debug)]
pub struct Verified {
    /// What it says of itself.
    pub manifest: Manifest,
    /// What is wrong inside; nothing, when it is sound.
    pub findings: Vec<Finding>,
}

impl Store {
    /// Makes a backup while reading and writing go on, and puts it onto the shelf.
    ///
    /// # Errors
    /// When it cannot be made; then nothing is left behind.
    pub fn back_up(
        &self,
        shelf: &Shelf,
        request: &BackupRequest,
        progress: &Progress,
    ) -> Result<Manifest, BackupError> {
        let snapshot =
            self.inner.database.begin_read().map_err(redb::Error::from).map_err(super::Error::from)?;
        let sealing_key = Zeroizing::new(fs::read(self.inner.directory.join(super::open::KEY))?);
        make(snapshot, &sealing_key, shelf, request, progress)
    }
}

/// The backup that comes before an upgrade, named after the moment.
pub(super) fn before_upgrade(
    database: &Database,
    directory: &Path,
    shelf: &Shelf,
    passphrase: Option<Secret>,
    now: Timestamp,
) -> Result<Manifest, BackupError> {
    let snapshot = database.begin_read().map_err(redb::Error::from).map_err(super::Error::from)?;
    let sealing_key = Zeroizing::new(fs::read(directory.join(super::open::KEY))?);
    let mut random = [0; 10];
    SysRng.try_fill_bytes(&mut random).map_err(std::io::Error::other)?;
    let millis = u64::try_from(now.0).unwrap_or_default();
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
    let request = BackupRequest { id: BackupId(id), reason: Reason::Upgrade, now, passphrase };
    make(snapshot, &sealing_key, shelf, &request, &Progress::default())
}

/// Makes a backup of one snapshot.
pub(super) fn make(
    snapshot: ReadTransaction,
    sealing_key: &[u8],
    shelf: &Shelf,
    request: &BackupRequest,
    progress: &Progress,
) -> Result<Manifest, BackupError> {
    let workplace = shelf.workplace(request.id)?;
    let database = workplace.path().join("copy.redb");
    let counts = copy::copy(&snapshot, &database, progress)?;
    drop(snapshot);
    progress.look()?;
    let (key, encryption) = match &request.passphrase {
        Some(passphrase) => ArchiveKey::new(passphrase).map(|(key, how)| (Some(key), Some(how)))?,
        None => (None, None),
    };
    let mut manifest = Manifest {
        format: FORMAT,
        id: request.id,
        created_at: request.now,
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
        schema_version: 0,
        reason: request.reason,
        sealing_key_id: key_id(sealing_key),
        encryption,
        tables: counts,
        database_bytes: 0,
        database_sha256: String::new(),
    };
    let examined = copy::examine(&database)?;
    if examined.counts != manifest.tables || !examined.findings.is_empty() {
        return Err(BackupError::damaged("the copy differs from the database; run menpai check"));
    }
    manifest.schema_version = examined.schema_version;
    let unfinished = workplace.path().join("archive.tar");
    let contents = Contents { database: &database, sealing_key, key: key.as_ref() };
    archive::write(&unfinished, &mut manifest, &contents, progress)?;
    shelf.put(&unfinished, &manifest)?;
    Ok(manifest)
}

/// Reads an archive through: its seal, its hash, the database inside, the number of rows, every index.
///
/// # Errors
/// When it cannot be read; what is wrong inside a readable one is a finding.
pub fn verify(
    shelf: &Shelf,
    path: &Path,
    passphrase: Option<&Secret>,
    progress: &Progress,
) -> Result<Verified, BackupError> {
    let told = archive::manifest(path)?;
    refuse_newer(&told)?;
    room_for(&shelf.directory()?, told.database_bytes)?;
    let workplace = shelf.reading_place()?;
    let database = workplace.path().join("copy.redb");
    let (manifest, _) = archive::unpack(path, passphrase, &database, progress)?;
    let findings = compare(&manifest, &database)?;
    Ok(Verified { manifest, findings })
}

/// What an archive says of itself, read from its beginning alone.
///
/// # Errors
/// When it is not one of ours.
pub fn manifest_of(path: &Path) -> Result<Manifest, BackupError> {
    archive::manifest(path)
}

/// Examines an unpacked database against its manifest.
fn compare(manifest: &Manifest, database: &Path) -> Result<Vec<Finding>, BackupError> {
    let examined = copy::examine(database)?;
    if examined.schema_version != manifest.schema_version || examined.counts != manifest.tables {
        return Err(BackupError::damaged("its tables are not those that the manifest counts"));
    }
    Ok(examined.findings)
}

fn refuse_newer(manifest: &Manifest) -> Result<(), BackupError> {
    if manifest.schema_version > migrate::NEWEST {
        return Err(BackupError::Newer { found: manifest.schema_version, known: migrate::NEWEST });
    }
    Ok(())
}

/// Refuses what certainly does not fit.
fn room_for(directory: &Path, bytes: u64) -> Result<(), BackupError> {
    let (needed, free) = (bytes.saturating_add(SPARE), Space::of(directory)?.free);
    if free < needed { Err(BackupError::NoSpace { needed, free }) } else { Ok(()) }
}

/// Names a sealing key.
pub(super) fn key_id(sealing_key: &[u8]) -> String {
    let hash = Sha256::new().chain_update(KEY_ID_CONTEXT).chain_update(sealing_key).finalize();
    hexadecimal(hash.get(..8).unwrap_or_default())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// Where a directory's backups are when nobody said otherwise.
pub fn default_shelf(data_directory: &Path) -> PathBuf {
    data_directory.join("backups")
}
