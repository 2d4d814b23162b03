//! Watching the server from outside: is it ready, what does it measure, what went wrong lately.
//!
//! Must not know how any of it is written out. Invariant: nothing that leaves here names a person, a number or a
//! secret; tenants appear by their id alone.

mod bundle;
mod measures;
mod pulse;

use std::sync::Arc;

use crate::dingtalk::Client;
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::id::TenantId;
use crate::domain::setting::ShownSetting;
use crate::domain::watch::{RecentError, Vitals};
use crate::service::Context;
use crate::service::backups::Backups;
use crate::service::sync::Synchroniser;
use crate::service::sync::events::Events;
use crate::store::Space;

pub use bundle::{BundleFile, archive};
pub use measures::{Measures, StreamMeasures};
pub use pulse::Pulse;

/// Everything that watching looks at. Made in the composition root.
#[derive(Clone)]
pub struct Watch {
    /// The store and the clock.
    pub context: Context,
    /// Backups.
    pub backups: Backups,
    /// Synchronisation.
    pub sync: Synchroniser,
    /// DingTalk's events.
    pub events: Events,
    /// The DingTalk client, which counts its calls.
    pub client: Client,
    /// When the job runner looked for work last.
    pub pulse: Pulse,
    /// The last warnings and errors, the newest first.
    pub recent: Arc<dyn Fn() -> Vec<RecentError> + Send + Sync>,
    /// The settings of the server, secrets hidden.
    pub settings: Arc<[ShownSetting]>,
}

impl Watch {
    /// How the server is. Open to everybody: a load balancer has no password.
    pub async fn vitals(&self) -> Vitals {
        let now = self.context.ambient.now();
        let store = &self.context.store;
        let read = store.read(move |tx| {
            let platform = tx.tenants().get(TenantId::PLATFORM)?;
            Ok((platform.is_some(), tx.jobs().next_due()?))
        });
        let (is_there, next_due) = read.await.unwrap_or((false, None));
        let history = self.backups.history().await.unwrap_or_default();
        let directory = store.directory().to_owned();
        let space = tokio::task::spawn_blocking(move || Space::of(&directory)).await;
        Vitals {
            store_answers: is_there && !store.has_failed(),
            jobs_looked_ms: self.pulse.age(now),
            jobs_behind_ms: next_due.map_or(0, |due| now.millis_since(due).max(0)),
            free_bytes: space.ok().and_then(std::result::Result::ok).map(|space| space.free),
            backup_age_ms: history.succeeded.map(|(_, at)| now.millis_since(at).max(0)),
            backup_failed: history.failed.is_some(),
        }
    }

    /// What the operator decided, and where. For platform administrators.
    pub fn settings(&self, principal: &Principal) -> Result<Arc<[ShownSetting]>> {
        principal.require_platform()?;
        Ok(Arc::clone(&self.settings))
    }

    /// The last warnings and errors, the newest first. For platform administrators.
    pub fn recent_errors(&self, principal: &Principal) -> Result<Vec<RecentError>> {
        principal.require_platform()?;
        Ok((self.recent)())
    }
}
