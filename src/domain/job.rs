//! Background work as it is stored: what to do, when it is due, how often it was tried.
//!
//! Invariant: a job is idempotent; running it twice does no more than running it once.

use serde::{Deserialize, Serialize};

use crate::domain::id::{BackupId, JobId, MessageId, RunId, TenantId, WebhookDeliveryId, WebhookId};
use crate::domain::time::Timestamp;

/// A unit of background work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// What to do.
    pub work: Work,
    /// When it may run.
    pub due_at: Timestamp,
    /// How often it was begun.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

/// The kinds of background work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Work {
    /// Carry out a sync run.
    Sync {
        /// Whose.
        tenant: TenantId,
        /// Which.
        run: RunId,
    },
    /// Send what is queued of a message.
    Send {
        /// Whose.
        tenant: TenantId,
        /// Which.
        message: MessageId,
    },
    /// Ask DingTalk what became of a message.
    ReadResults {
        /// Whose.
        tenant: TenantId,
        /// Which.
        message: MessageId,
    },
    /// Hash the default passwords that are pending.
    HashPasswords,
    /// Look at what a tenant's events named.
    FollowEvents {
        /// Whose.
        tenant: TenantId,
    },
    /// Examine a tenant's DingTalk application.
    Examine {
        /// Whose.
        tenant: TenantId,
    },
    /// Make a backup.
    Backup {
        /// Which.
        backup: BackupId,
        /// Whether it was due, rather than asked for.
        scheduled: bool,
    },
    /// Tell a webhook something.
    CallWebhook {
        /// Whose.
        tenant: TenantId,
        /// Whom.
        webhook: WebhookId,
        /// What.
        delivery: WebhookDeliveryId,
    },
}

/// Milliseconds to wait before attempt number `attempts` + 1: 1 s, doubled each time, at most five minutes, plus
/// up to a quarter more by `jitter` (0 to 255).
pub fn backoff_millis(attempts: u32, jitter: u8) -> i64 {
    let base = 1000_i64.saturating_mul(1_i64 << attempts.min(9)).min(300_000);
    base + base / 4 * i64::from(jitter) / 255
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_doubles_up_to_five_minutes() {
        assert_eq!(backoff_millis(0, 0), 1_000);
        assert_eq!(backoff_millis(3, 0), 8_000);
        assert_eq!(backoff_millis(30, 0), 300_000);
        assert_eq!(backoff_millis(30, 255), 375_000);
    }
}
