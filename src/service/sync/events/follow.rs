//! Looks at what events named: reads it again, lands what changed as a run of its own, or asks for a full run.
//!
//! Invariant: hints are settled only after what they asked for has landed, was found unchanged, or was handed to a
//! full run that begins later; a server that stops in between looks again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use tracing::{info, warn};

use super::known::Known;
use super::note::push_job;
use super::reread::{Reread, reread};
use super::{EventPace, lock};
use crate::dingtalk::{CallMeter, Error as DingTalkError};
use crate::domain::access::principal::Principal;
use crate::domain::audit::Actor;
use crate::domain::directory::member::Binding;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{RunId, TenantId};
use crate::domain::sync::choice::Choice;
use crate::domain::sync::event::{Expected, Hint, Ripe};
use crate::domain::sync::guard::Guard;
use crate::domain::sync::plan::Plan;
use crate::domain::sync::run::{RunMode, RunPhase, RunStatus, RunTrigger, SyncRun};
use crate::domain::sync::snapshot::Snapshot;
use crate::domain::tenant::TenantSettings;
use crate::domain::time::Timestamp;
use crate::service::sync::Synchroniser;
use crate::service::sync::fetch::Request;

/// What is in memory only while hints are looked at.
#[derive(Clone, Default)]
pub(in crate::service::sync) struct Following(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// Tenants whose hints are being looked at this moment.
    busy: Mutex<BTreeSet<TenantId>>,
    /// The full run that a tenant's events asked for last.
    full_runs: Mutex<BTreeMap<TenantId, RunId>>,
}

struct Turn {
    following: Following,
    tenant: TenantId,
}

impl Following {
    /// The turn to look at a tenant's hints, unless somebody is at it.
    fn turn(&self, tenant: TenantId) -> Option<Turn> {
        lock(&self.0.busy).insert(tenant).then(|| Turn { following: self.clone(), tenant })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        lock(&self.following.0.busy).remove(&self.tenant);
    }
}

/// What becomes of the hints that were looked at.
enum Outcome {
    /// They are done; these people are to be looked at once more.
    Settled(Ripe, Vec<Box<str>>),
    /// Not now.
    Wait(Timestamp),
}

impl Synchroniser {
    /// The same service with other waits for events.
    #[must_use]
    pub fn with_event_pace(self, event_pace: EventPace) -> Self {
        Self { event_pace, ..self }
    }

    /// Looks at what a tenant's events named. An error is worth another try later.
    pub async fn follow_events(&self, tenant: TenantId) -> Result<()> {
        // Whoever is at it asks for the next look itself, after its turn is over: that one must find the turn free.
        let Some(turn) = self.following.turn(tenant) else { return Ok(()) };
        let EventPace { delay_ms, .. } = self.event_pace;
        let found = self.context.store.read(move |tx| tx.in_tenant(tenant).events().hints()).await?;
        let Some(hints) = found else { return Ok(()) };
        let ripe = hints.ripe(self.context.ambient.now(), delay_ms);
        let outcome = if ripe.is_empty() {
            Outcome::Settled(ripe, Vec::new())
        } else {
            self.look(tenant, ripe).await?
        };
        drop(turn);
        let now = self.context.ambient.now();
        let job = self.context.ambient.id().into();
        self.context
            .store
            .write(move |tx| {
                let events = tx.in_tenant(tenant).events();
                let Some(mut hints) = events.hints()? else { return Ok(()) };
                let not_before = match outcome {
                    Outcome::Settled(ripe, again) => {
                        hints.settle(&ripe);
                        hints.look_again(&again, now);
                        now
                    }
                    Outcome::Wait(until) => until,
                };
                events.put_hints(&hints)?;
                match hints.due(delay_ms) {
                    Some(due) => push_job(tx, tenant, job, due.max(not_before)),
                    None => Ok(()),
                }
            })
            .await
    }

    async fn look(&self, tenant: TenantId, ripe: Ripe) -> Result<Outcome> {
        let now = self.context.ambient.now();
        let wait = || Outcome::Wait(now.plus_millis(self.event_pace.delay_ms.max(100)));
        let busy = self.context.store.read(move |tx| tx.in_tenant(tenant).sync_runs().active()).await?;
        // A run that is going on may have read before the event; only a look after it is a later one.
        if busy.is_some() {
            return Ok(wait());
        }
        let meter = Arc::new(CallMeter::default());
        let (request, settings) = match self.event_request(tenant, &meter).await {
            Ok(prepared) => prepared,
            // Nobody can look while there is no application; connecting one again is a gap and looks at everything.
            Err(error) if is_disconnected(&error) => {
                return Ok(Outcome::Settled(ripe.as_everything(), Vec::new()));
            }
            Err(error) => return Err(error),
        };
        // Whether somebody or something is within a choice, only a walk from its roots can tell.
        if ripe.everything || request.choice != Choice::default() {
            return self.look_at_everything(tenant, ripe).await;
        }
        let asked = ripe.clone();
        let known = self.context.store.read(move |tx| Known::read(tx, tenant, &asked)).await?;
        let snapshot = match reread(&request, &known, &ripe).await {
            Ok(Reread::Some(snapshot)) => *snapshot,
            Ok(Reread::Everything) => return self.look_at_everything(tenant, ripe).await,
            Err(error) if error.is_retryable() => return Err(try_later(&error)),
            Err(error) => {
                warn!(tenant.id = tenant.0, dingtalk.api = error.api, "an event cannot be followed alone");
                return self.look_at_everything(tenant, ripe).await;
            }
        };
        let seen = Seen::of(&snapshot);
        let run = SyncRun {
            status: RunStatus::Succeeded,
            phase: RunPhase::Finished,
            attempts: 1,
            started_at: Some(now),
            ..self.new_run(tenant, RunMode::Apply, RunTrigger::Event, Actor::Server)
        };
        let planned = self.plan(&run, snapshot, None, &settings).await?;
        let plan = &planned.plan;
        let guard = Guard { minimum: settings.guard_minimum, percent: settings.guard_percent };
        if !plan.guard(guard).is_empty() {
            // A full run stops at the guard as well, and can be looked at and approved.
            return self.look_at_everything(tenant, ripe).await;
        }
        let again = seen.surprises(&ripe, plan);
        if plan.is_empty() {
            return Ok(Outcome::Settled(ripe, again));
        }
        let run = SyncRun {
            counts: plan.counts(),
            calls: meter.snapshot(),
            plan_digest: Some(planned.record.digest),
            finished_at: Some(self.context.ambient.now()),
            ..run
        };
        match self.land(run, planned, None).await {
            Ok(run) => {
                self.moved.send_modify(|count| *count += 1);
                info!(tenant.id = tenant.0, sync.run = %run.id, "what events named has landed");
                Ok(Outcome::Settled(ripe, again))
            }
            Err(error) if is_overtaken(&error) => Ok(wait()),
            Err(error) => Err(error),
        }
    }

    /// Asks for a full run, unless one that events asked for is just over.
    async fn look_at_everything(&self, tenant: TenantId, ripe: Ripe) -> Result<Outcome> {
        let now = self.context.ambient.now();
        if let Some((run, finished)) = self.last_full_run(tenant).await? {
            let spacing = match run.status {
                RunStatus::Succeeded => self.event_pace.spacing_ms,
                _ => self.event_pace.failed_spacing_ms,
            };
            if now.millis_since(finished) < spacing {
                return Ok(Outcome::Wait(finished.plus_millis(spacing)));
            }
        }
        match self.request(&Principal::Server, tenant, RunMode::Apply, RunTrigger::Event).await {
            Ok(run) => {
                lock(&self.following.0.full_runs).insert(tenant, run.id);
                Ok(Outcome::Settled(ripe.as_everything(), Vec::new()))
            }
            Err(error) if error.code == ErrorCode::SyncAlreadyRunning => {
                Ok(Outcome::Wait(now.plus_millis(self.event_pace.delay_ms.max(100))))
            }
            Err(error) => Err(error),
        }
    }

    /// The full run that events asked for last, and when it ended.
    async fn last_full_run(&self, tenant: TenantId) -> Result<Option<(SyncRun, Timestamp)>> {
        let Some(id) = lock(&self.following.0.full_runs).get(&tenant).copied() else { return Ok(None) };
        let run = self.context.store.read(move |tx| tx.in_tenant(tenant).sync_runs().get(id)).await?;
        Ok(run.and_then(|run| run.finished_at.map(|finished| (run, finished))))
    }

    async fn event_request(
        &self,
        tenant: TenantId,
        meter: &Arc<CallMeter>,
    ) -> Result<(Request, TenantSettings)> {
        let connection = self.context.connection(tenant).await?;
        let request = Request {
            application: self.client.application(connection.credentials).metered(Arc::clone(meter)),
            corp_id: connection.app.corp_id.map(Into::into),
            include_school_contacts: connection.settings.include_school_contacts,
            choice: connection.settings.choice.clone(),
        };
        Ok((request, connection.settings))
    }
}

/// Who was there and who was not, before the plan takes the snapshot over.
struct Seen {
    present: BTreeSet<Box<str>>,
    departed: BTreeSet<Box<str>>,
}

impl Seen {
    fn of(snapshot: &Snapshot) -> Self {
        Self {
            present: snapshot.people.iter().map(|person| person.user_id.clone()).collect(),
            departed: snapshot.departed.clone(),
        }
    }

    /// People who were not as their events said: DingTalk's answer may lag behind its event, so they are looked at
    /// once more, and once only.
    fn surprises(&self, ripe: &Ripe, plan: &Plan) -> Vec<Box<str>> {
        let user_id = |binding: &Binding| binding.user_id.clone();
        let changed: BTreeSet<Box<str>> =
            plan.members.iter().filter_map(|step| step.after.binding.as_ref().map(user_id)).collect();
        let surprising = |id: &str, hint: &Hint| match hint.expected {
            Expected::Arrival => self.departed.contains(id),
            Expected::Departure => self.present.contains(id),
            Expected::Change => !changed.contains(id),
            Expected::Anything => false,
        };
        let first = ripe.people.iter().filter(|(_, hint)| !hint.again);
        first.filter(|(id, hint)| surprising(id, hint)).map(|(id, _)| id.clone()).collect()
    }
}

fn is_disconnected(error: &Error) -> bool {
    let codes = [ErrorCode::DingTalkNotConfigured, ErrorCode::DingTalkDisabled, ErrorCode::NotFound];
    codes.contains(&error.code)
}

fn is_overtaken(error: &Error) -> bool {
    matches!(error.code, ErrorCode::SyncPlanOutdated | ErrorCode::SyncAlreadyRunning)
}

fn try_later(error: &DingTalkError) -> Error {
    let explanation = error.explain();
    Error { code: ErrorCode::DingTalkFailed, detail: explanation.detail, retry_after: None }
}
