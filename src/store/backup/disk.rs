//! The disk as backups and restores write to it. Everything they write goes through here, so that a test can let
//! every single write fail.
//!
//! Must not know what is written. Invariant: outside tests, nothing stands between the caller and the file.

#[cfg(test)]
pub(super) mod fault;

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use redb::{Database, DatabaseError};

#[cfg(test)]
use self::fault::turn;
use crate::store::open;

/// The cache of a database that is written and read once, in bytes.
const CACHE: usize = 64 << 20;

#[cfg(not(test))]
#[expect(clippy::unnecessary_wraps, reason = "in tests it fails when it is told to")]
const fn turn() -> io::Result<()> {
    Ok(())
}

/// A file for this program alone (0600) that is being written.
pub(super) struct Written(File);

impl Written {
    /// Makes it, or empties the one that is there.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        turn()?;
        open::for_the_owner().read(true).truncate(true).open(path).map(Self)
    }

    /// Its length in bytes.
    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    /// Returns once it is on the disk.
    pub(super) fn sync(&self) -> io::Result<()> {
        turn()?;
        self.0.sync_all()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        turn()?;
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Read for Written {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.0.read(bytes)
    }
}

impl Seek for Written {
    fn seek(&mut self, place: SeekFrom) -> io::Result<u64> {
        self.0.seek(place)
    }
}

/// A whole small file, on the disk when this returns.
pub(super) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = Written::create(path)?;
    file.write_all(content)?;
    file.sync()
}

/// A directory for this program alone (0700); nothing happens when it is there.
pub(super) fn make_directory(path: &Path) -> io::Result<()> {
    turn()?;
    open::make_directory(path)
}

/// Gives a file or a directory another name.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    turn()?;
    fs::rename(from, to)
}

/// Gives a file a second name.
pub(super) fn link(file: &Path, second: &Path) -> io::Result<()> {
    turn()?;
    fs::hard_link(file, second)
}

/// Copies a file; the copy is on the disk when this returns.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    turn()?;
    fs::copy(from, to)?;
    File::open(to)?.sync_all()
}

/// Returns once the names in a directory are on the disk.
pub(super) fn sync_names(directory: &Path) -> io::Result<()> {
    turn()?;
    File::open(directory)?.sync_all()
}

/// Makes a database file.
pub(super) fn create_database(path: &Path) -> Result<Database, DatabaseError> {
    #[cfg(test)]
    return fault::database(path, true);
    #[cfg(not(test))]
    Database::builder().set_cache_size(CACHE).create(path)
}

/// Opens a database file that is there.
pub(super) fn open_database(path: &Path) -> Result<Database, DatabaseError> {
    #[cfg(test)]
    return fault::database(path, false);
    #[cfg(not(test))]
    Database::builder().set_cache_size(CACHE).open(path)
}
