//! When backups are made by themselves, and how many of those are kept.

use tracing::{info, warn};

use super::{Backups, HISTORY, on_a_thread};
use crate::domain::access::principal::Principal;
use crate::domain::backup::{BackupHistory, BackupPlan, MOST_KEPT};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::time::Timestamp;
use crate::service::audit::{Differences, Record};

/// Where the plan is kept.
const PLAN: &str = "backup.plan";
/// Where the moment is kept from which the plan counts.
const SINCE: &str = "backup.since";
/// How long after a failure a scheduled backup is tried again, in seconds.
const AGAIN_SECONDS: i64 = 3600;

impl Backups {
    /// The plan.
    pub async fn plan(&self, principal: &Principal) -> Result<BackupPlan> {
        principal.require_platform()?;
        self.stored_plan().await
    }

    /// Sets the plan; it counts from now.
    pub async fn set_plan(&self, principal: &Principal, plan: BackupPlan) -> Result<BackupPlan> {
        principal.require_platform()?;
        if !(1..=MOST_KEPT).contains(&plan.keep) {
            return Err(Error::invalid(
                format!("keep 须为 1 到 {MOST_KEPT}"),
                format!("keep is between 1 and {MOST_KEPT}"),
            ));
        }
        let (now, set) = (self.context.ambient.now(), plan.clone());
        let record = Record::by(principal, now, None, "backup.plan");
        self.context
            .store
            .write(move |tx| {
                let before: BackupPlan = tx.settings().get(PLAN)?.unwrap_or_default();
                let mut differences = Differences::default();
                differences.note("keep", &before.keep, &plan.keep);
                differences.note("schedule", &before.schedule, &plan.schedule);
                tx.settings().put(PLAN, &plan)?;
                tx.settings().put(SINCE, &now)?;
                record.detail(differences.text()).write(tx)
            })
            .await?;
        Ok(set)
    }

    async fn stored_plan(&self) -> Result<BackupPlan> {
        self.context.store.read(|tx| Ok(tx.settings().get(PLAN)?.unwrap_or_default())).await
    }

    /// Asks for a backup when one is due.
    pub async fn start_due(&self) -> Result<()> {
        let now = self.context.ambient.now();
        let (plan, history, since) = self
            .context
            .store
            .read(|tx| {
                let plan: BackupPlan = tx.settings().get(PLAN)?.unwrap_or_default();
                let history: BackupHistory = tx.settings().get(HISTORY)?.unwrap_or_default();
                Ok((plan, history, tx.settings().get::<Timestamp>(SINCE)?))
            })
            .await?;
        // A clock that was set back must not silence the schedule.
        let Some(since) = since.filter(|since| *since <= now) else {
            return self.context.store.write(move |tx| tx.settings().put(SINCE, &now)).await;
        };
        if !is_due(&plan, &history, since, now) {
            return Ok(());
        }
        self.context.store.write(move |tx| tx.settings().put(SINCE, &now)).await?;
        match self.ask(&Principal::Server, true).await {
            Ok(backup) => info!(backup.id = %backup.id, "a scheduled backup begins"),
            Err(error) if error.code == ErrorCode::BackupBusy => {
                warn!("a scheduled backup is skipped: one is being made");
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Takes away the schedule's own backups beyond those that are kept.
    pub(super) async fn clear_outlived(&self) -> Result<()> {
        let plan = self.stored_plan().await?;
        let shelf = self.shelf.clone();
        let removed = on_a_thread(move |_| {
            let mut shelved = shelf.list()?;
            shelved.retain(|backup| !backup.is_uploaded());
            let outlived = plan.outlived(shelved.iter().map(|backup| &backup.manifest));
            for backup in shelved.iter().filter(|backup| outlived.contains(&backup.manifest.id)) {
                shelf.remove(backup)?;
            }
            Ok(outlived)
        })
        .await?;
        let now = self.context.ambient.now();
        for id in removed {
            let record = Record::by_server(now, None, "backup.delete").about(id);
            self.context.store.write(move |tx| record.write(tx)).await?;
        }
        Ok(())
    }
}

/// Whether a backup is due: its time came since the last look, or the last attempt failed an hour ago.
fn is_due(plan: &BackupPlan, history: &BackupHistory, since: Timestamp, now: Timestamp) -> bool {
    let Some(next) = plan.next(since) else { return false };
    let failed = history.failed.as_ref().map(|(_, at, _)| at.plus_seconds(AGAIN_SECONDS));
    next <= now || failed.is_some_and(|again| again <= now && since < again)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schedule::Schedule;
    use crate::domain::text::Text;

    #[test]
    fn a_missed_time_counts_once_and_a_failure_is_tried_again_after_an_hour() {
        let plan = BackupPlan { schedule: Schedule::EveryHours(24), keep: 1 };
        let start = Timestamp(1_900_000_000_000);
        let next = plan.next(start).unwrap();
        let none = BackupHistory::default();
        assert!(!is_due(&plan, &none, start, start));
        assert!(is_due(&plan, &none, start, next) && is_due(&plan, &none, start, next.plus_seconds(900_000)));
        let id = uuid::Uuid::nil().into();
        let failed = BackupHistory { succeeded: None, failed: Some((id, next, Text::new("", ""))) };
        assert!(!is_due(&plan, &failed, next, next.plus_seconds(3599)));
        assert!(is_due(&plan, &failed, next, next.plus_seconds(3600)));
        let again = next.plus_seconds(3600);
        assert!(!is_due(&plan, &failed, again, again.plus_seconds(60)), "once for each failure");
        let off = BackupPlan { schedule: Schedule::Off, keep: 1 };
        assert!(!is_due(&off, &failed, start, again));
    }
}
