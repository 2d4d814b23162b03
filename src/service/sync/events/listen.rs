//! Keeps a stream open for every tenant that wants one, as configurations come and go.
//!
//! Invariant: one connection for each Client ID; what it brings is confirmed only after it was noted.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tracing::{error, info, warn};

use super::note::Noted;
use super::{Events, lock};
use crate::dingtalk::{Credentials, StreamSignal, StreamState, stream_channel};
use crate::domain::dingtalk_app::DingTalkApp;
use crate::domain::error::Result;
use crate::domain::id::TenantId;
use crate::domain::sync::event::EventTransport;
use crate::domain::tenant::TenantStatus;
use crate::service::connection::secret_context;

/// How long a change of the configuration may go unnoticed.
const REST: Duration = Duration::from_secs(3);
/// Events noted in one transaction.
const BATCH: usize = 256;
/// The pause before what could not be noted is tried again.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// The connections that are kept, by Client ID.
type Lines = BTreeMap<String, Line>;

struct Line {
    app: DingTalkApp,
    task: AbortHandle,
}

impl Drop for Line {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Events {
    /// Opens and closes streams until `stop` becomes true.
    pub async fn listen(self, mut stop: watch::Receiver<bool>) {
        let mut lines = Lines::new();
        // Dropping the set ends what is left in it.
        let mut tasks = JoinSet::new();
        loop {
            match self.wanted(EventTransport::Stream).await {
                Ok(wanted) => self.settle(&mut lines, wanted, &mut tasks),
                Err(failure) => {
                    error!(error.code = failure.code.as_str(), "event subscriptions cannot be read")
                }
            }
            while tasks.try_join_next().is_some() {}
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => break,
                () = self.shared.changed.notified() => {}
                () = tokio::time::sleep(REST) => {}
            }
        }
        lock(&self.shared.streams).clear();
    }

    /// The applications in use whose events come this way, by Client ID.
    pub(super) async fn wanted(&self, transport: EventTransport) -> Result<BTreeMap<String, DingTalkApp>> {
        self.context
            .store
            .read(move |tx| {
                let mut wanted = BTreeMap::new();
                for subscription in tx.event_subscriptions()? {
                    let tenant = subscription.tenant;
                    let active =
                        tx.tenants().get(tenant)?.is_some_and(|row| row.status == TenantStatus::Active);
                    let app = tx.in_tenant(tenant).dingtalk_app().get()?.filter(|app| app.enabled && active);
                    if let Some(app) = app.filter(|_| subscription.transport == transport) {
                        wanted.insert(app.client_id.clone(), app);
                    }
                }
                Ok(wanted)
            })
            .await
    }

    fn settle(&self, lines: &mut Lines, wanted: BTreeMap<String, DingTalkApp>, tasks: &mut JoinSet<()>) {
        let same = |one: &DingTalkApp, other: &DingTalkApp| {
            (one.tenant, &one.sealed_secret, &one.corp_id)
                == (other.tenant, &other.sealed_secret, &other.corp_id)
        };
        lines.retain(|client_id, line| {
            let kept =
                !line.task.is_finished() && wanted.get(client_id).is_some_and(|app| same(&line.app, app));
            if !kept {
                lock(&self.shared.streams).remove(&line.app.tenant);
                info!(tenant.id = line.app.tenant.0, "events are no longer listened to");
            }
            kept
        });
        for (client_id, app) in wanted {
            if lines.contains_key(&client_id) {
                continue;
            }
            let Ok(secret) = self.context.store.unseal(&app.sealed_secret, &secret_context(app.tenant))
            else {
                continue;
            };
            let credentials = Credentials { client_id: client_id.clone(), client_secret: secret };
            let (state, shown) = watch::channel(StreamState::default());
            lock(&self.shared.streams).insert(app.tenant, shown);
            info!(tenant.id = app.tenant.0, "events are listened to");
            let task = tasks.spawn(self.clone().line(app.clone(), credentials, state));
            lines.insert(client_id, Line { app, task });
        }
    }

    /// One stream with the notes of what it brings; ends only from outside.
    async fn line(self, app: DingTalkApp, credentials: Credentials, state: watch::Sender<StreamState>) {
        let (send, signals) = stream_channel();
        let application = self.client.application(credentials);
        tokio::join!(
            Box::pin(application.listen(&self.stream_pace, send, &state)),
            self.keep(app.tenant, app.corp_id.as_deref(), signals)
        );
    }

    /// Notes what comes, many at once, and confirms it then.
    async fn keep(&self, tenant: TenantId, corp_id: Option<&str>, mut signals: mpsc::Receiver<StreamSignal>) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut owed_gap = false;
        while signals.recv_many(&mut batch, BATCH).await > 0 {
            let mut noted = Vec::new();
            let mut deliveries = Vec::new();
            for signal in batch.drain(..) {
                match signal {
                    StreamSignal::Connected { gap } => owed_gap |= gap,
                    StreamSignal::Event(delivery) => {
                        noted.extend(Noted::event(delivery.event.clone(), corp_id));
                        deliveries.push(delivery);
                    }
                }
            }
            noted.extend(owed_gap.then(Noted::gap));
            match self.context.note_events(tenant, noted, self.pace.delay_ms).await {
                Ok(_) => {
                    owed_gap = false;
                    for delivery in deliveries {
                        delivery.accept();
                    }
                }
                Err(failure) => {
                    // Dropped deliveries are sent back: DingTalk brings them again.
                    warn!(
                        tenant.id = tenant.0,
                        error.code = failure.code.as_str(),
                        "events cannot be noted and were sent back"
                    );
                    drop(deliveries);
                    owed_gap = true;
                    tokio::time::sleep(STORE_PAUSE).await;
                }
            }
        }
    }
}
