//! Events that DingTalk could not push: while this server was away or answered too late, DingTalk kept them in a list.
//!
//! Read after a start and then hour after hour, for each reading counts toward the enterprise's monthly calls. Stream
//! mode has no such list; there a gap means a look at everything. Invariants: what one reading gave is on disk before
//! the next one, which destroys it; that a reading has begun is on disk before it, so that an answer which nobody noted, for the process
//! ended or the connection broke, is made up for by a look at everything after the next one.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::watch;
use tracing::{error, info, warn};

use super::note::Noted;
use super::{Events, lock};
use crate::dingtalk::Credentials;
use crate::domain::dingtalk_app::DingTalkApp;
use crate::domain::error::Result;
use crate::domain::id::TenantId;
use crate::domain::sync::event::{EventSubscription, EventTransport};
use crate::domain::time::Timestamp;
use crate::service::connection::secret_context;

/// The pause between two looks at whose list is due.
const REST: Duration = Duration::from_secs(5);
/// An event gets into the list minutes after its last push failed: so long after a start it is read once more.
const SOON_MS: i64 = 6 * 60 * 1000;
/// Readings one after the other, of 200 events each; whoever missed more looks at everything.
const MOST_READINGS: usize = 25;

/// When each tenant's list is to be read next; what is not in it was never read.
type Due = BTreeMap<TenantId, Timestamp>;

impl Events {
    /// Makes up for what could not be pushed until `stop` becomes true.
    pub async fn make_up(self, mut stop: watch::Receiver<bool>) {
        let mut due = Due::new();
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = self.make_up_for_all(&mut due) => {}
            }
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(REST) => {}
            }
        }
    }

    /// Reads the lists that are due, one tenant after the other.
    async fn make_up_for_all(&self, due: &mut Due) {
        let wanted = match self.wanted(EventTransport::Push).await {
            Ok(wanted) => wanted,
            Err(failure) => {
                error!(error.code = failure.code.as_str(), "event subscriptions cannot be read");
                return;
            }
        };
        due.retain(|tenant, _| wanted.values().any(|app| app.tenant == *tenant));
        for app in wanted.into_values() {
            let now = self.context.ambient.now();
            let again_in = match due.get(&app.tenant) {
                Some(at) if *at > now => continue,
                Some(_) => self.pace.missed_spacing_ms,
                None => SOON_MS.min(self.pace.missed_spacing_ms),
            };
            due.insert(app.tenant, now.plus_millis(again_in));
            match self.make_up_for(&app).await {
                Ok(0) => {}
                Ok(new) => info!(
                    tenant.id = app.tenant.0,
                    events.new = new,
                    "events that were missed are made up for"
                ),
                Err(failure) => warn!(
                    tenant.id = app.tenant.0,
                    error.code = failure.code.as_str(),
                    "events that were missed cannot be noted"
                ),
            }
        }
    }

    /// Reads one tenant's list to its end; gives back how many events in it were new.
    async fn make_up_for(&self, app: &DingTalkApp) -> Result<u64> {
        let client_secret = self.context.store.unseal(&app.sealed_secret, &secret_context(app.tenant))?;
        let credentials = Credentials { client_id: app.client_id.clone(), client_secret };
        let application = self.client.application(credentials);
        let mut gap = self.mark_reading(app.tenant, true).await?;
        let mut new = 0;
        for reading in 1..=MOST_READINGS {
            let page = match application.missed_events().await {
                Ok(page) => page,
                Err(error) => {
                    let code = error.explain().code;
                    warn!(
                        tenant.id = app.tenant.0,
                        error.code = code,
                        "the list of missed events cannot be read"
                    );
                    if !gap && !error.ambiguous() {
                        self.mark_reading(app.tenant, false).await?;
                    }
                    break;
                }
            };
            let corp_id = app.corp_id.as_deref();
            let mut noted: Vec<Noted> =
                page.events.into_iter().filter_map(|event| Noted::event(event, corp_id)).collect();
            let is_last = !page.has_more || reading == MOST_READINGS;
            let is_lossy = gap || (is_last && page.has_more);
            if is_lossy {
                warn!(
                    tenant.id = app.tenant.0,
                    "missed events may have been lost on their way; looking at everything"
                );
                noted.push(Noted::gap());
                gap = false;
            }
            let counted = self.context.note_events(app.tenant, noted, self.pace.delay_ms).await?;
            // The gap is no event.
            new += counted.saturating_sub(u64::from(is_lossy));
            if is_last {
                self.mark_reading(app.tenant, false).await?;
                break;
            }
        }
        if new > 0 {
            lock(&self.shared.pushes).entry(app.tenant).or_default().make_up_for(new);
        }
        Ok(new)
    }

    /// Notes that a tenant's list is being read, or no longer; whether it was already.
    async fn mark_reading(&self, tenant: TenantId, reading_missed: bool) -> Result<bool> {
        self.context
            .store
            .write(move |tx| {
                let events = tx.in_tenant(tenant).events();
                let Some(before) = events.subscription()? else { return Ok(false) };
                let already = before.reading_missed;
                if already != reading_missed {
                    events.put_subscription(&EventSubscription { reading_missed, ..before })?;
                }
                Ok(already)
            })
            .await
    }
}
