//! Which service does which work.

use crate::domain::error::Result;
use crate::domain::job::Work;
use crate::service::access::Access;
use crate::service::backups::Backups;
use crate::service::doctor::Doctor;
use crate::service::messaging::Messaging;
use crate::service::sync::Synchroniser;
use crate::service::webhooks::Webhooks;

/// The services that do background work.
#[derive(Clone)]
pub struct Registry {
    /// Carries sync runs out.
    pub sync: Synchroniser,
    /// Sends messages and reads their results.
    pub messaging: Messaging,
    /// Calls webhooks.
    pub webhooks: Webhooks,
    /// Hashes default passwords.
    pub access: Access,
    /// Examines DingTalk applications.
    pub doctor: Doctor,
    /// Makes backups.
    pub backups: Backups,
}

impl Registry {
    /// Does the work; running it again after a failure or a restart does no harm.
    pub async fn run(&self, work: Work) -> Result<()> {
        match work {
            Work::Sync { tenant, run } => self.sync.carry_out(tenant, run).await,
            Work::Send { tenant, message } => self.messaging.deliver(tenant, message).await,
            Work::ReadResults { tenant, message } => self.messaging.read_results(tenant, message).await,
            Work::CallWebhook { tenant, webhook, delivery } => {
                self.webhooks.deliver(tenant, webhook, delivery).await
            }
            Work::HashPasswords => self.access.hash_pending().await,
            Work::Examine { tenant } => self.doctor.examine_unasked(tenant).await,
            Work::Backup { backup, scheduled } => self.backups.make(backup, scheduled).await,
            Work::FollowEvents { tenant } => self.sync.follow_events(tenant).await,
        }
    }
}
