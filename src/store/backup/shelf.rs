//! The shelf: the directory of finished archives, and the place beside them where one is being made.
//!
//! Invariant: only files with the full name of an archive are ever listed, read or removed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rand::TryRng;
use rand::rngs::SysRng;

use super::{BackupError, archive, disk};
use crate::domain::backup::Manifest;
use crate::domain::id::BackupId;

const PREFIX: &str = "menpai-";
const SUFFIX: &str = ".tar";
/// Ends the name of one that was brought from elsewhere.
const UPLOADED: &str = ".uploaded.tar";
/// Where archives are made; what a crash left there is cleared away by the next.
const WORKPLACE: &str = ".unfinished";
/// The most archives that are looked at.
const MOST: usize = 2000;

/// The directory of finished archives.
#[derive(Clone, Debug)]
pub struct Shelf(PathBuf);

/// A finished archive.
#[derive(Clone, Debug)]
pub struct Shelved {
    /// What it says of itself.
    pub manifest: Manifest,
    /// Its length in bytes.
    pub bytes: u64,
    /// Where it is.
    pub path: PathBuf,
}

impl Shelved {
    /// Whether it was brought from elsewhere; then the schedule leaves it alone.
    pub fn is_uploaded(&self) -> bool {
        self.path.to_string_lossy().ends_with(UPLOADED)
    }
}

impl Shelf {
    /// The shelf in this directory, which is made when the first archive is.
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Self(directory.into())
    }

    /// The directory; made (0700) when it is not there.
    pub(super) fn directory(&self) -> Result<PathBuf, BackupError> {
        disk::make_directory(&self.0)?;
        Ok(self.0.clone())
    }

    /// Every archive, the newest first. What cannot be read is left out and logged.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn list(&self) -> Result<Vec<Shelved>, BackupError> {
        let entries = match fs::read_dir(&self.0) {
            // Nothing was ever put there; a place that cannot be one is told when a backup is made.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(Vec::new());
            }
            entries => entries?,
        };
        let mut shelved = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if !name.starts_with(PREFIX) || !name.ends_with(SUFFIX) {
                continue;
            }
            match archive::manifest(&path) {
                Ok(manifest) => {
                    let bytes = fs::metadata(&path)?.len();
                    shelved.push(Shelved { manifest, bytes, path });
                }
                Err(error) => {
                    tracing::warn!(backup.file = name, error = %error.text().en, "a file among the backups is not one");
                }
            }
        }
        shelved.sort_by_key(|backup| std::cmp::Reverse((backup.manifest.created_at, backup.manifest.id)));
        shelved.truncate(MOST);
        Ok(shelved)
    }

    /// One archive.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub fn find(&self, id: BackupId) -> Result<Option<Shelved>, BackupError> {
        Ok(self.list()?.into_iter().find(|backup| backup.manifest.id == id))
    }

    /// Removes an archive.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self, shelved: &Shelved) -> Result<(), BackupError> {
        fs::remove_file(&shelved.path)?;
        Ok(())
    }

    /// A directory to work in, empty, and gone afterwards.
    pub(super) fn workplace(&self, id: BackupId) -> Result<Workplace, BackupError> {
        let path = self.directory()?.join(WORKPLACE).join(id.to_string());
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        disk::make_directory(&path)?;
        Ok(Workplace(path))
    }

    /// The same to read an archive through; the server, the command line and a test of an upgrade may do so at once.
    pub(super) fn reading_place(&self) -> Result<Workplace, BackupError> {
        let mut name = [0; 16];
        SysRng.try_fill_bytes(&mut name).map_err(io::Error::other)?;
        self.workplace(BackupId(uuid::Builder::from_random_bytes(name).into_uuid()))
    }

    /// Clears away what a crash left half made. Only for whoever has the data directory alone.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn clear(&self) -> Result<(), BackupError> {
        match fs::remove_dir_all(self.0.join(WORKPLACE)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Puts a written archive onto the shelf, under its name at last.
    pub(super) fn put(&self, unfinished: &Path, manifest: &Manifest) -> Result<PathBuf, BackupError> {
        self.put_as(unfinished, manifest, SUFFIX)
    }

    /// A place for an archive that arrives from elsewhere.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn upload(&self, id: BackupId) -> Result<Upload, BackupError> {
        Ok(Upload(self.workplace(id)?))
    }

    /// Puts an archive that arrived among the others; gives its id.
    ///
    /// # Errors
    /// When it is not one of this program's, or newer. One that is there already is left as it is.
    pub fn take_in(&self, upload: &Upload) -> Result<BackupId, BackupError> {
        let manifest = archive::manifest(&upload.path())?;
        super::refuse_newer(&manifest)?;
        if self.find(manifest.id)?.is_none() {
            self.put_as(&upload.path(), &manifest, UPLOADED)?;
        }
        Ok(manifest.id)
    }

    fn put_as(&self, unfinished: &Path, manifest: &Manifest, suffix: &str) -> Result<PathBuf, BackupError> {
        let moment = jiff::Timestamp::from_millisecond(manifest.created_at.0).map_err(io::Error::other)?;
        let moment = moment.strftime("%Y%m%dT%H%M%SZ");
        let path = self.0.join(format!("{PREFIX}{moment}-{}{suffix}", manifest.id));
        disk::rename(unfinished, &path)?;
        // What is told as failed is not there.
        disk::sync_names(&self.0).inspect_err(|_| drop(fs::remove_file(&path)))?;
        Ok(path)
    }
}

/// An archive that is arriving; removed when dropped.
pub struct Upload(Workplace);

impl Upload {
    /// Where it is written.
    pub fn path(&self) -> PathBuf {
        self.0.path().join("upload.tar")
    }

    /// Refuses to go on when the disk is nearly full.
    ///
    /// # Errors
    /// `NoSpace` then.
    pub fn room(&self) -> Result<(), BackupError> {
        super::room_for(self.0.path(), 0)
    }
}

/// A directory to work in; removed when dropped.
pub(super) struct Workplace(PathBuf);

impl Workplace {
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Workplace {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "what a backup was made of cannot be removed; the next start does");
        }
    }
}
