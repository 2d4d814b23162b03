//! What the server measures of itself, as plain numbers, gathered when somebody asks.

use std::collections::BTreeMap;

use super::Watch;
use crate::domain::error::{Error, Result};
use crate::domain::id::TenantId;
use crate::domain::job::Work;
use crate::domain::watch::Vitals;

/// Numbers of one moment; counters count since the start.
#[derive(Clone, Debug)]
pub struct Measures {
    /// How the server is.
    pub vitals: Vitals,
    /// Rows by table.
    pub tables: Vec<(&'static str, u64)>,
    /// The database file, in bytes.
    pub store_bytes: u64,
    /// Stored jobs by kind.
    pub jobs: BTreeMap<&'static str, u64>,
    /// Messages that are on their way out.
    pub outbox: u64,
    /// Default passwords that wait to be hashed.
    pub hashing_queue: u64,
    /// Runs that ended, by status.
    pub runs: BTreeMap<&'static str, u64>,
    /// Calls to DingTalk by API and outcome: how many, and their milliseconds together.
    pub calls: BTreeMap<(&'static str, &'static str), (u64, u64)>,
    /// Event streams by tenant.
    pub streams: BTreeMap<TenantId, StreamMeasures>,
}

/// How an event stream stands.
#[derive(Clone, Copy, Debug)]
pub struct StreamMeasures {
    /// Whether it is connected.
    pub connected: bool,
    /// Connections made.
    pub connections: u64,
    /// Events that came.
    pub events: u64,
    /// How long the last event was on its way, in milliseconds.
    pub lag_ms: Option<i64>,
}

impl Watch {
    /// The numbers of this moment. Whoever may read them is decided where they are written out.
    pub async fn measures(&self) -> Result<Measures> {
        let vitals = self.vitals().await;
        let store = self.context.store.clone();
        let counted = tokio::task::spawn_blocking(move || {
            let stats = store.stats()?;
            let jobs = store.read_blocking(|tx| tx.jobs().all())?;
            Ok::<_, Error>((stats, jobs, store.file_bytes().unwrap_or(0)))
        });
        let (stats, stored, store_bytes) = counted.await.map_err(|_| Error::internal())??;
        let mut jobs = BTreeMap::new();
        for job in stored {
            *jobs.entry(kind(job.work)).or_default() += 1;
        }
        let hashing_queue = stats.tables.iter().find(|(name, _)| *name == "pending_passwords");
        Ok(Measures {
            vitals,
            store_bytes,
            outbox: jobs.get("send").copied().unwrap_or(0),
            jobs,
            hashing_queue: hashing_queue.map_or(0, |(_, rows)| *rows),
            tables: stats.tables,
            runs: self.sync.ended_runs(),
            calls: self.client.calls(),
            streams: self
                .events
                .stream_states()
                .into_iter()
                .map(|(tenant, state)| {
                    let measures = StreamMeasures {
                        connected: state.connected_since_ms.is_some(),
                        connections: state.connections,
                        events: state.events,
                        lag_ms: state.last_lag_ms,
                    };
                    (tenant, measures)
                })
                .collect(),
        })
    }
}

fn kind(work: Work) -> &'static str {
    match work {
        Work::Sync { .. } => "sync",
        Work::Send { .. } => "send",
        Work::ReadResults { .. } => "readResults",
        Work::HashPasswords => "hashPasswords",
        Work::FollowEvents { .. } => "followEvents",
        Work::Examine { .. } => "examine",
        Work::Backup { .. } => "backup",
        Work::CallWebhook { .. } => "callWebhook",
    }
}
