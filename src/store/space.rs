//! How much room the disk has.

use std::io;
use std::path::Path;

/// The room on the disk of a directory, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// What this process may still fill.
    pub free: u64,
    /// All there is.
    pub total: u64,
}

impl Space {
    /// Asks the system.
    pub fn of(directory: &Path) -> io::Result<Self> {
        let told = rustix::fs::statvfs(directory)?;
        Ok(Self {
            free: told.f_bavail.saturating_mul(told.f_frsize),
            total: told.f_blocks.saturating_mul(told.f_frsize),
        })
    }
}
