//! What an operator watches: whether each part of the server is well, and what went wrong lately.
//!
//! Must not know where the facts come from. Invariant: nothing here names a person, a number or a secret.

use crate::domain::time::Timestamp;

/// Below this much free space nothing can be promised to be stored: 64 MiB.
pub const LEAST_FREE: u64 = 64 << 20;
/// Below this much free space somebody should look: 1 GiB.
pub const LITTLE_FREE: u64 = 1 << 30;
/// A runner that has not looked for work for so long is stuck, in milliseconds.
const STUCK_MS: i64 = 60_000;
/// A backup older than this is worth a word, in milliseconds: two days.
const STALE_MS: i64 = 2 * 24 * 3_600_000;

/// How a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// Well.
    Ok,
    /// Works; somebody should look.
    Warning,
    /// Does not work; the server is not ready.
    Error,
}

impl Health {
    /// Its stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The facts that readiness is decided from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vitals {
    /// Whether the store answered and may still be written.
    pub store_answers: bool,
    /// How long ago the job runner looked for work, in milliseconds.
    pub jobs_looked_ms: i64,
    /// How long the longest waiting job has been due, in milliseconds; 0 when none waits.
    pub jobs_behind_ms: i64,
    /// Free bytes on the disk of the data; `None` when the system does not tell.
    pub free_bytes: Option<u64>,
    /// The age of the newest checked backup, in milliseconds; `None` when there is none.
    pub backup_age_ms: Option<i64>,
    /// Whether the last attempt at a backup failed.
    pub backup_failed: bool,
}

/// One part and how it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// `store`, `jobs`, `disk` or `backup`.
    pub name: &'static str,
    /// How it is.
    pub health: Health,
}

impl Vitals {
    /// How each part is, always all of them in the same order.
    pub fn parts(&self) -> [Part; 4] {
        let store = if self.store_answers { Health::Ok } else { Health::Error };
        let jobs = if self.jobs_looked_ms > STUCK_MS { Health::Error } else { Health::Ok };
        let disk = match self.free_bytes {
            Some(free) if free < LEAST_FREE => Health::Error,
            Some(free) if free < LITTLE_FREE => Health::Warning,
            Some(_) => Health::Ok,
            None => Health::Warning,
        };
        // A server without a backup serves all the same.
        let is_fresh = self.backup_age_ms.is_some_and(|age| age <= STALE_MS);
        let backup = if is_fresh && !self.backup_failed { Health::Ok } else { Health::Warning };
        [("store", store), ("jobs", jobs), ("disk", disk), ("backup", backup)]
            .map(|(name, health)| Part { name, health })
    }

    /// The worst of all parts.
    pub fn overall(&self) -> Health {
        self.parts().into_iter().map(|part| part.health).max().unwrap_or(Health::Ok)
    }
}

/// Something that was logged as a warning or an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecentError {
    /// When.
    pub at: Timestamp,
    /// Whether it is an error rather than a warning.
    pub is_error: bool,
    /// Which part of the program said it.
    pub source: String,
    /// What was said, with its fields.
    pub message: String,
    /// The request in which it happened, when it was one.
    pub request_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const WELL: Vitals = Vitals {
        store_answers: true,
        jobs_looked_ms: 250,
        jobs_behind_ms: 0,
        free_bytes: Some(u64::MAX),
        backup_age_ms: Some(3_600_000),
        backup_failed: false,
    };

    #[test]
    fn what_stops_the_work_is_an_error_and_a_missing_backup_a_warning() {
        assert_eq!(WELL.overall(), Health::Ok);
        for broken in [
            Vitals { store_answers: false, ..WELL },
            Vitals { jobs_looked_ms: 60_001, ..WELL },
            Vitals { free_bytes: Some(LEAST_FREE - 1), ..WELL },
        ] {
            assert_eq!(broken.overall(), Health::Error, "{broken:?}");
        }
        for doubtful in [
            Vitals { backup_age_ms: None, ..WELL },
            Vitals { backup_age_ms: Some(STALE_MS + 1), ..WELL },
            Vitals { backup_failed: true, ..WELL },
            Vitals { free_bytes: Some(LITTLE_FREE - 1), ..WELL },
            Vitals { free_bytes: None, ..WELL },
        ] {
            assert_eq!(doubtful.overall(), Health::Warning, "{doubtful:?}");
        }
    }
}
