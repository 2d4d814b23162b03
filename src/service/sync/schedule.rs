//! Scheduled synchronisation: one look at all tenants, asked for by the job loop again and again.
//!
//! Invariant: a time that came while the server was down, DingTalk was away or another run went on is caught up once
//! or skipped, never piled up.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tracing::{info, warn};

use super::Synchroniser;
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::id::TenantId;
use crate::domain::schedule::Schedule;
use crate::domain::sync::run::{RunMode, RunTrigger};
use crate::domain::tenant::TenantStatus;
use crate::domain::time::Timestamp;

/// Where the last looks are kept.
const LOOKS: &str = "sync.schedule";

type Looks = BTreeMap<TenantId, Look>;

/// The last time that counted, under the schedule that was in force then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Look {
    schedule: Schedule,
    at: Timestamp,
}

impl Synchroniser {
    /// Asks for a run of every tenant that is due; gives back how many were asked for.
    pub async fn start_due(&self) -> Result<usize> {
        let now = self.context.ambient.now();
        let due = self.context.store.read(move |tx| {
            let looks: Looks = tx.settings().get(LOOKS)?.unwrap_or_default();
            let tenants = tx.tenants().all()?;
            let connected: BTreeSet<TenantId> =
                tx.dingtalk_apps_all()?.into_iter().map(|app| app.tenant).collect();
            let schedules: BTreeMap<TenantId, Schedule> = tenants
                .into_iter()
                .filter(|tenant| tenant.status == TenantStatus::Active)
                .filter(|tenant| tenant.settings.schedule != Schedule::Off && connected.contains(&tenant.id))
                .map(|tenant| (tenant.id, tenant.settings.schedule))
                .collect();
            Ok(decide(schedules, &looks, now))
        });
        let Decided { due, looks, changed } = due.await?;
        if changed {
            // Noted first: a look that fails half-way must not start the same runs again and again.
            self.context.store.write(move |tx| tx.settings().put(LOOKS, &looks)).await?;
        }
        let mut started = 0;
        for tenant in due {
            match self.request(&Principal::Server, tenant, RunMode::Apply, RunTrigger::Schedule).await {
                Ok(run) => {
                    started += 1;
                    info!(tenant.id = tenant.0, sync.run = %run.id, "a scheduled synchronisation begins");
                }
                Err(error) => {
                    warn!(
                        tenant.id = tenant.0,
                        error.code = error.code.as_str(),
                        "a scheduled synchronisation is skipped"
                    );
                }
            }
        }
        Ok(started)
    }
}

struct Decided {
    due: Vec<TenantId>,
    looks: Looks,
    changed: bool,
}

/// Who is due, and the looks to keep. A schedule that is new counts from now.
fn decide(schedules: BTreeMap<TenantId, Schedule>, known: &Looks, now: Timestamp) -> Decided {
    let mut due = Vec::new();
    let mut looks = Looks::new();
    for (tenant, schedule) in schedules {
        let look = known.get(&tenant).filter(|look| look.schedule == schedule && look.at <= now).cloned();
        let look = match look {
            Some(look) if schedule.next(tenant, look.at).is_some_and(|next| next <= now) => {
                due.push(tenant);
                Look { schedule, at: now }
            }
            Some(look) => look,
            None => Look { schedule, at: now },
        };
        looks.insert(tenant, look);
    }
    Decided { due, changed: looks != *known, looks }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;

    fn hourly() -> BTreeMap<TenantId, Schedule> {
        [(TenantId(1000), Schedule::EveryHours(1))].into()
    }

    #[test]
    fn a_new_schedule_waits_and_missed_times_are_caught_up_once() {
        let start = Timestamp(1_900_000_000_000);
        let first = decide(hourly(), &Looks::new(), start);
        assert!(first.due.is_empty() && first.changed);
        let later = start.plus_millis(10 * HOUR_MS);
        let second = decide(hourly(), &first.looks, later);
        assert_eq!(second.due, [TenantId(1000)]);
        let third = decide(hourly(), &second.looks, later.plus_millis(1));
        assert!(third.due.is_empty() && !third.changed);
        let changed = [(TenantId(1000), Schedule::EveryHours(2))].into();
        assert!(decide(changed, &second.looks, later.plus_millis(9 * HOUR_MS)).due.is_empty());
    }
}
