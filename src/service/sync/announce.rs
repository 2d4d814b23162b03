//! What webhooks are told of a run and of whom it changed.
//!
//! Must not tell names, numbers or anything else of a person but who it is: the receiver asks for what it may see.

use serde_json::{Value, json};

use crate::domain::id::{MemberId, TenantId};
use crate::domain::sync::plan::Plan;
use crate::domain::sync::run::{RunStatus, SyncRun};
use crate::domain::time::Timestamp;
use crate::domain::webhook::EventKind;
use crate::service::ambient::Ambient;
use crate::service::webhooks::announce;
use crate::store::{Result, WriteTx};

/// How many members are named; of more, the receiver reads the run's changes.
const NAMED: usize = 100;

/// Tells that a run ended, or waits for somebody's word.
pub(super) fn run_ended(tx: &WriteTx<'_>, ambient: &Ambient, run: &SyncRun, now: Timestamp) -> Result<()> {
    if run.status.is_active() || run.status == RunStatus::Previewed {
        return Ok(());
    }
    announce(tx, ambient, run.tenant, EventKind::SyncFinished, || finished(run), now)
}

fn finished(run: &SyncRun) -> Value {
    let counts = &run.counts;
    json!({
        "runId": run.id.to_string(),
        "status": run.status.name(),
        "trigger": run.trigger.name(),
        "errorCode": run.error.as_ref().map(|error| &error.code),
        "counts": {
            "membersCreated": counts.members_created, "membersJoined": counts.members_joined,
            "membersUpdated": counts.members_updated, "membersDisabled": counts.members_disabled,
            "membersRestored": counts.members_restored, "conflicts": counts.conflicts,
        },
    })
}

/// Tells whom a run changed.
pub(super) fn members_changed(
    tx: &WriteTx<'_>,
    ambient: &Ambient,
    run: &SyncRun,
    plan: &Plan,
    now: Timestamp,
) -> Result<()> {
    if plan.members.is_empty() {
        return Ok(());
    }
    let told = || {
        let named = plan.members.iter().take(NAMED);
        let named =
            named.map(|step| json!({"memberId": step.after.id.to_string(), "change": step.kind.name()}));
        json!({
            "runId": run.id.to_string(),
            "count": plan.members.len(),
            "members": named.collect::<Vec<_>>(),
            "complete": plan.members.len() <= NAMED,
        })
    };
    announce(tx, ambient, run.tenant, EventKind::MemberChanged, told, now)
}

/// Tells that somebody was changed by hand.
pub(in crate::service) fn member_edited(
    tx: &WriteTx<'_>,
    ambient: &Ambient,
    tenant: TenantId,
    member: MemberId,
    now: Timestamp,
) -> Result<()> {
    let told = || {
        let one = json!({"memberId": member.to_string(), "change": "memberUpdated"});
        json!({"count": 1, "members": [one], "complete": true})
    };
    announce(tx, ambient, tenant, EventKind::MemberChanged, told, now)
}
