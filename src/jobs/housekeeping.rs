//! Clears away what is over, hour after hour: sessions, a setup link, idempotency keys, the lines of old runs, old messages, what webhooks were told. A panic
//! is caught and logged; the house is kept on.
//!
//! Must not know when a thing is over; its service does. Invariant: one round at a time.

use std::time::Duration;

use tokio::sync::watch;
use tracing::{error, info};

use crate::domain::error::Result;
use crate::service::access::Access;
use crate::service::messaging::Messaging;
use crate::service::sync::Synchroniser;
use crate::service::webhooks::Webhooks;

/// The pause between two rounds.
const PAUSE: Duration = Duration::from_secs(3600);

/// The services that have something to clear away.
#[derive(Clone)]
pub struct Housekeeping {
    /// Sessions and the setup link.
    pub access: Access,
    /// Idempotency keys, old messages, and the month's calls that nobody wrote down yet.
    pub messaging: Messaging,
    /// What webhooks were told long ago.
    pub webhooks: Webhooks,
    /// The lines of old runs.
    pub sync: Synchroniser,
}

/// What one round cleared away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleared {
    /// Sessions.
    pub sessions: usize,
    /// Idempotency keys.
    pub idempotency_keys: usize,
    /// Whether there was a setup link that nobody used in time.
    pub setup_token: bool,
    /// Runs that lost their lines.
    pub histories: usize,
    /// Messages.
    pub messages: usize,
    /// What webhooks were told.
    pub webhook_deliveries: usize,
}

impl Housekeeping {
    /// Goes round until `stop` becomes true.
    pub async fn keep(self, mut stop: watch::Receiver<bool>) {
        loop {
            let round = self.clone();
            match tokio::spawn(async move { round.clear().await }).await {
                Ok(Ok(cleared)) if cleared == Cleared::default() => {}
                Ok(Ok(cleared)) => info!(?cleared, "cleared away what is over"),
                Ok(Err(failure)) => {
                    error!(
                        error.code = failure.code.as_str(),
                        "cannot clear away what is over; trying later"
                    );
                }
                Err(_) => error!("clearing away ended without an answer; trying later"),
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// One round.
    pub async fn clear(&self) -> Result<Cleared> {
        self.messaging.note_usage().await?;
        Ok(Cleared {
            sessions: self.access.prune_sessions().await?,
            setup_token: self.access.prune_setup_token().await?,
            idempotency_keys: self.messaging.prune_idempotency_keys().await?,
            histories: self.sync.prune_history().await?,
            messages: self.messaging.prune_messages().await?,
            webhook_deliveries: self.webhooks.prune_deliveries().await?,
        })
    }
}
