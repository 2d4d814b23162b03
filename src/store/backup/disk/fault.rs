//! A disk that is full, or fails, from a chosen write of this thread on.

use std::cell::Cell;
use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use redb::backends::FileBackend;
use redb::{Database, DatabaseError, StorageBackend};

use super::CACHE;

thread_local! {
    /// Writes that still succeed, and how the ones after them fail.
    static FAULT: Cell<Option<(u64, io::ErrorKind)>> = const { Cell::new(None) };
}

/// Lets so many writes succeed and every later one fail, while `work` lasts.
pub(in crate::store::backup) fn failing_after<T>(
    writes: u64,
    kind: io::ErrorKind,
    work: impl FnOnce() -> T,
) -> T {
    FAULT.set(Some((writes, kind)));
    let done = work();
    FAULT.set(None);
    done
}

/// How many writes some work takes.
pub(in crate::store::backup) fn writes_of(work: impl FnOnce()) -> u64 {
    failing_after(u64::MAX, io::ErrorKind::Other, || {
        work();
        FAULT.get().map_or(0, |(left, _)| u64::MAX - left)
    })
}

pub(super) fn turn() -> io::Result<()> {
    match FAULT.get() {
        None => Ok(()),
        Some((0, kind)) => Err(kind.into()),
        Some((left, kind)) => {
            FAULT.set(Some((left - 1, kind)));
            Ok(())
        }
    }
}

/// A database's file on that disk.
#[derive(Debug)]
pub(super) struct FaultyDisk(FileBackend);

/// A database file on that disk; made when `create`, else it must be there.
pub(super) fn database(path: &Path, create: bool) -> Result<Database, DatabaseError> {
    let opened = turn()
        .and_then(|()| OpenOptions::new().read(true).write(true).create(create).truncate(false).open(path));
    let file = opened.map_err(|error| DatabaseError::Storage(error.into()))?;
    let disk = FaultyDisk(FileBackend::new(file)?);
    if !create && disk.len().map_err(|error| DatabaseError::Storage(error.into()))? == 0 {
        return Err(DatabaseError::Storage(io::Error::from(io::ErrorKind::InvalidData).into()));
    }
    Database::builder().set_cache_size(CACHE).create_with_backend(disk)
}

impl StorageBackend for FaultyDisk {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        turn()?;
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        turn()?;
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        turn()?;
        self.0.write(offset, data)
    }
}
