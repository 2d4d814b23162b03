//! Clears away what is over, hour after hour: sessions, a setup link, idempotency keys, the lines of old runs, old messages,
//! what webhooks were told.
//!
//! Must not know when a thing is over; its service does. Invariants: one round at a time; a stage that fails or panics is
//! logged by its name, and keeps no other stage from being tried.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::watch;
use tracing::{error, info};

use crate::domain::error::{Error, Result};
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
            if self.clear().await.is_err() {
                error!("clearing away what is over failed in part; trying later");
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// One round. Every stage is tried; the first failure is given back.
    pub async fn clear(&self) -> Result<Cleared> {
        let mut round = Round::default();
        round.stage("the month's calls", self.messaging.note_usage()).await;
        let cleared = Cleared {
            sessions: round.stage("sessions", self.access.prune_sessions()).await,
            setup_token: round.stage("the setup link", self.access.prune_setup_token()).await,
            idempotency_keys: round.stage("idempotency keys", self.messaging.prune_idempotency_keys()).await,
            histories: round.stage("the lines of old runs", self.sync.prune_history()).await,
            messages: round.stage("old messages", self.messaging.prune_messages()).await,
            webhook_deliveries: round.stage("webhook deliveries", self.webhooks.prune_deliveries()).await,
        };
        if cleared != Cleared::default() {
            info!(?cleared, "cleared away what is over");
        }
        round.failure.map_or(Ok(cleared), Err)
    }
}

/// A round on its way.
#[derive(Default)]
struct Round {
    /// The first failure.
    failure: Option<Error>,
}

impl Round {
    /// Tries one stage; what it gives when it does not succeed is nothing.
    async fn stage<T: Default>(&mut self, name: &'static str, work: impl Future<Output = Result<T>>) -> T {
        let failure = match AssertUnwindSafe(work).catch_unwind().await {
            Ok(Ok(cleared)) => return cleared,
            Ok(Err(failure)) => failure,
            // Its message stands above in the log.
            Err(_) => Error::internal(),
        };
        error!(
            housekeeping.stage = name,
            error.code = failure.code.as_str(),
            "a stage of clearing away failed; the others go on"
        );
        self.failure.get_or_insert(failure);
        T::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::error::ErrorCode;

    #[tokio::test]
    async fn a_stage_that_fails_or_panics_keeps_no_other_from_being_tried() {
        let mut round = Round::default();
        assert_eq!(round.stage("one", async { Ok(1) }).await, 1);
        let full = async { Err::<usize, _>(Error::not_found("磁盘", "disk")) };
        assert_eq!(round.stage("two", full).await, 0);
        assert!(!round.stage("three", async { panic!("a panic of this test") }).await);
        assert_eq!(round.stage("four", async { Ok(4) }).await, 4);
        assert_eq!(round.failure.map(|failure| failure.code), Some(ErrorCode::NotFound), "the first one");
    }
}
