//! Events onto the disk: known ones are passed over, the rest become hints, and a job will look at them.
//!
//! Invariant: what was noted is on disk with the job that looks at it, in one transaction.

use crate::dingtalk::{Event, EventSubject};
use crate::domain::error::Result;
use crate::domain::id::{JobId, TenantId};
use crate::domain::job::{Job, Work};
use crate::domain::sync::event::{About, Expected, Hints};
use crate::domain::time::Timestamp;
use crate::service::Context;
use crate::store::{self, WriteTx};

/// How long an event is known again. DingTalk's own retries end within minutes.
const REMEMBERED_MS: i64 = 3 * 24 * 3600 * 1000;
/// How many events of one tenant are known at most.
const MOST_REMEMBERED: u64 = 50_000;

/// Something to note.
pub(super) struct Noted {
    /// The event's id; a gap has none and is always new.
    event_id: Option<String>,
    about: About,
}

impl Noted {
    /// Nobody listened for a while: anything may have changed.
    pub(super) fn gap() -> Self {
        Self { event_id: None, about: About::Everything }
    }

    /// An event; `None` when there is nothing to look at. One of another enterprise than expected tells that
    /// something is wrong, but not what.
    pub(super) fn event(event: Event, corp_id: Option<&str>) -> Option<Self> {
        let foreign = matches!((event.corp_id.as_deref(), corp_id), (Some(one), Some(other)) if one != other);
        let expected = expected(&event.kind);
        let about = match event.subject {
            EventSubject::Trial => return None,
            _ if foreign => About::Everything,
            EventSubject::People(ids) => About::People(ids.into_iter().map(Into::into).collect(), expected),
            EventSubject::Departments(ids) => About::Departments(ids.into_iter().collect(), expected),
            EventSubject::Everything => About::Everything,
        };
        Some(Self { event_id: Some(event.id), about })
    }
}

fn expected(kind: &str) -> Expected {
    match kind {
        "user_add_org" | "org_dept_create" => Expected::Arrival,
        "user_modify_org" | "org_dept_modify" => Expected::Change,
        "user_leave_org" | "org_dept_remove" => Expected::Departure,
        _ => Expected::Anything,
    }
}

impl Context {
    /// Notes events; gives back how many of them were new.
    pub(super) async fn note_events(
        &self,
        tenant: TenantId,
        noted: Vec<Noted>,
        delay_ms: i64,
    ) -> Result<u64> {
        let now = self.ambient.now();
        let job = self.ambient.id().into();
        let new = self
            .store
            .write(move |tx| {
                let events = tx.in_tenant(tenant).events();
                let known = events.hints()?;
                let idle = known.is_none();
                let mut hints = known.unwrap_or_else(|| Hints::new(tenant));
                let mut new = 0;
                for Noted { event_id, about } in noted {
                    let first = event_id.map_or(Ok(true), |id| events.remember(&id, now))?;
                    if first {
                        hints.note(about, now);
                        new += 1;
                    }
                }
                events.forget(now.plus_millis(-REMEMBERED_MS), MOST_REMEMBERED)?;
                if new > 0 {
                    events.put_hints(&hints)?;
                }
                if new > 0 && idle {
                    push_job(tx, tenant, job, hints.due(delay_ms).unwrap_or(now))?;
                }
                Ok(new)
            })
            .await?;
        if new > 0 {
            self.wake.notify_one();
        }
        Ok(new)
    }
}

/// Asks for a look at somebody who came in alone, and with it at departments that nobody has read yet.
pub(in crate::service::sync) async fn note_vouched(
    context: &Context,
    tenant: TenantId,
    user_id: &str,
    delay_ms: i64,
) -> Result<()> {
    let about = About::People(vec![user_id.into()], Expected::Anything);
    context.note_events(tenant, vec![Noted { event_id: None, about }], delay_ms).await.map(drop)
}

/// Asks for a look at a tenant's hints at a certain time.
pub(super) fn push_job(
    tx: &WriteTx<'_>,
    tenant: TenantId,
    id: JobId,
    due_at: Timestamp,
) -> store::Result<()> {
    let work = Work::FollowEvents { tenant };
    tx.jobs().push(&Job { id, work, due_at, attempts: 0, last_error: None })
}
