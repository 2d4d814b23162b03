//! Backups: what one says of itself, when the next is due, and which are no longer kept.
//!
//! Must not know files. Invariant: retention never takes the newest backup, nor one that was made before an upgrade
//! or a restore: those are taken away by hand.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::audit::Actor;
use crate::domain::id::{BackupId, TenantId};
use crate::domain::schedule::Schedule;
use crate::domain::time::Timestamp;

/// The layout of the archive; a reader refuses a later one.
pub const FORMAT: u32 = 1;
/// The most backups that may be kept by the schedule.
pub const MOST_KEPT: u32 = 365;

/// Why a backup was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// Somebody asked for it.
    Asked,
    /// It was due.
    Schedule,
    /// The database was about to be brought to a newer schema.
    Upgrade,
}

/// What an archive says of itself, readable without a passphrase. Holds no personal data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The layout of the archive.
    pub format: u32,
    /// Its id, also part of the file's name.
    pub id: BackupId,
    /// The moment of the snapshot, as RFC 3339.
    #[serde(with = "rfc3339")]
    pub created_at: Timestamp,
    /// The program that made it.
    pub app_version: String,
    /// The schema version of the database inside.
    pub schema_version: u32,
    /// Why it was made.
    pub reason: Reason,
    /// Names the key under which secrets in the database are sealed, without telling it.
    pub sealing_key_id: String,
    /// How the content is encrypted; absent when it is not. An encrypted archive carries the sealing key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// Rows by table.
    pub tables: BTreeMap<String, u64>,
    /// The database file inside: its length in bytes.
    pub database_bytes: u64,
    /// The database file inside: its SHA-256, in hexadecimal.
    pub database_sha256: String,
}

/// How a passphrase became the key of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Encryption {
    /// `argon2id`.
    pub key_derivation: String,
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
    /// The salt, in hexadecimal.
    pub salt: String,
    /// `XChaCha20-Poly1305-STREAM-BE32` in pieces of 64 KiB.
    pub cipher: String,
}

/// When backups are made by themselves, and how many of those are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupPlan {
    /// When; every night by default.
    pub schedule: Schedule,
    /// How many backups of the schedule are kept, 1 to [`MOST_KEPT`].
    pub keep: u32,
}

impl Default for BackupPlan {
    fn default() -> Self {
        let nightly = Schedule::DailyAt { hour: 2, minute: 40, time_zone: "Asia/Shanghai".to_owned() };
        Self { schedule: nightly, keep: 14 }
    }
}

impl BackupPlan {
    /// The first moment after `after` at which a backup is due.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        self.schedule.next(TenantId::PLATFORM, after)
    }

    /// Those that are no longer kept: all but the newest of the schedule's own.
    pub fn outlived<'a>(&self, backups: impl IntoIterator<Item = &'a Manifest>) -> Vec<BackupId> {
        let mut own: Vec<_> =
            backups.into_iter().filter(|backup| backup.reason == Reason::Schedule).collect();
        own.sort_by_key(|backup| std::cmp::Reverse((backup.created_at, backup.id)));
        own.into_iter().skip(self.keep.max(1) as usize).map(|backup| backup.id).collect()
    }
}

/// How the last attempts went; kept with the settings, so that a restart does not forget it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupHistory {
    /// The newest one that was made and checked.
    pub succeeded: Option<(BackupId, Timestamp)>,
    /// The last attempt that failed after that, when, and why.
    pub failed: Option<(BackupId, Timestamp, crate::domain::text::Text)>,
}

/// That a backup took the place of the data. Lies beside the restored database until the server that finds it there has
/// written it into that database's audit; stays in its settings afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreNote {
    /// The backup.
    pub backup: BackupId,
    /// The moment of its snapshot.
    pub snapshot_at: Timestamp,
    /// When the restore was asked for.
    pub asked_at: Timestamp,
    /// Who asked.
    pub actor: Actor,
    /// From where; `None` on the command line.
    pub address: Option<Box<str>>,
}

mod rfc3339 {
    use serde::de::{Deserialize, Deserializer, Error as _};
    use serde::ser::{Error as _, Serializer};

    use crate::domain::time::Timestamp;

    pub(super) fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        let at = jiff::Timestamp::from_millisecond(at.0).map_err(S::Error::custom)?;
        serializer.collect_str(&at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let text = String::deserialize(deserializer)?;
        let at: jiff::Timestamp = text.parse().map_err(D::Error::custom)?;
        Ok(Timestamp(at.as_millisecond()))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn manifest(number: u128, reason: Reason) -> Manifest {
        Manifest {
            format: FORMAT,
            id: Uuid::from_u128(number).into(),
            created_at: Timestamp(i64::try_from(number).unwrap() * 1000),
            app_version: "0".into(),
            schema_version: 1,
            reason,
            sealing_key_id: String::new(),
            encryption: None,
            tables: BTreeMap::new(),
            database_bytes: 0,
            database_sha256: String::new(),
        }
    }

    #[test]
    fn only_the_schedules_own_outlive_themselves_and_never_the_newest() {
        let backups = [
            manifest(1, Reason::Upgrade),
            manifest(2, Reason::Schedule),
            manifest(3, Reason::Asked),
            manifest(4, Reason::Schedule),
            manifest(5, Reason::Schedule),
        ];
        let outlived = |keep| {
            let plan = BackupPlan { keep, ..BackupPlan::default() };
            plan.outlived(&backups).iter().map(|id| id.0.as_u128()).collect::<Vec<_>>()
        };
        assert_eq!(outlived(2), [2]);
        assert_eq!(outlived(0), [4, 2]);
        assert!(outlived(3).is_empty());
    }

    #[test]
    fn a_manifest_is_readable_json() {
        let text = serde_json::to_string(&manifest(7, Reason::Asked)).unwrap();
        assert!(text.contains("\"createdAt\":\"1970-01-01T00:00:07Z\""), "{text}");
        assert_eq!(serde_json::from_str::<Manifest>(&text).unwrap(), manifest(7, Reason::Asked));
    }
}
