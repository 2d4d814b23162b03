//! A plan → one transaction: rows, conflicts, history, the run's own row and its audit entry, or nothing.
//!
//! Invariant: a row that changed since the plan was made stops the whole landing; the plan is then outdated.

use rayon::prelude::*;

use crate::domain::access::session::Session;
use crate::domain::directory::account::{Account, Password};
use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::JobId;
use crate::domain::job::{Job, Work};
use crate::domain::sync::change::ChangeKind;
use crate::domain::sync::choice::Choice;
use crate::domain::sync::conflict::{Conflict, ConflictState};
use crate::domain::sync::plan::Plan;
use crate::domain::sync::run::{RunTrigger, SyncRun};
use crate::domain::sync::step::{AccountStep, DepartmentStep, MemberStep};
use crate::domain::time::Timestamp;
use crate::service::ambient::Ambient;
use crate::service::audit::Record;
use crate::service::sync::announce;
use crate::service::sync::chosen::put_in_force;
use crate::service::sync::planned::PlanRecord;
use crate::store::{self, Prepared, Store, WriteTx};

/// What lands together.
pub(super) struct Landing {
    /// What to do.
    pub plan: Plan,
    /// What the history tells of it.
    pub record: PlanRecord,
    /// The run as it will stand, but for the time of its end.
    pub run: SyncRun,
    /// When it lands, for what follows from it.
    pub at: Timestamp,
    /// The audit entry.
    pub audit: Record,
    /// What of the enterprise was wanted, when everything wanted was read.
    pub choice: Option<Choice>,
    /// Whether the connection to DingTalk goes with it.
    pub disconnects: bool,
    /// For the job that hashes new default passwords.
    pub hash_job: JobId,
    /// Makes the ids of what webhooks are told.
    pub ambient: Ambient,
}

/// What landed.
pub(super) struct Landed {
    /// The run as it stands.
    pub run: SyncRun,
    /// What was done.
    pub plan: Plan,
    /// The directory's revision when the writer was taken.
    pub before: u64,
    /// The directory's revision as it was left.
    pub after: u64,
}

/// Lands a plan; `now` tells the time. Blocks; call it where blocking is allowed.
pub(super) fn land(store: &Store, landing: Landing, now: impl Fn() -> Timestamp) -> Result<Landed> {
    let Landing { plan, record, run, at, audit, choice, disconnects, hash_job, ambient } = landing;
    let new_accounts = prepared_new_accounts(&plan).map_err(store::Error::into_business)?;
    let outcome = store.write_blocking(|tx| {
        let before = tx.directory_revision()?;
        let tenant = tx.in_tenant(run.tenant);
        may_land(tx, &run)?;
        unchanged_since(tx, &plan, &run)?;
        put_departments(tx, &plan, &run)?;
        let hashes = put_known_accounts(tx, &plan)? || new_accounts.iter().any(|new| waits(new.after()));
        // What a preview or the guard showed is told again by what is done.
        tenant.sync_changes().delete(run.id)?;
        let lines = tenant.sync_changes().lines(run.id, &record.changes)?;
        // Two kinds with a table or two each share the cores; members have enough of them, and need the memory: so
        // they are encoded only when the others are written.
        tx.write_together(&[tx.accounts().bundle(&new_accounts)?, lines.bundle()])?;
        drop(lines);
        rayon::join(
            || new_accounts.into_par_iter().for_each(drop),
            || record.changes.into_par_iter().for_each(drop),
        );
        let members = prepared_members(&plan)?;
        tenant.members().put_all(&members)?;
        members.into_par_iter().for_each(drop);
        sign_out_leavers(tx, &plan)?;
        for conflict in plan.conflicts.iter().chain(&plan.vanished) {
            tenant.conflicts().put(conflict)?;
        }
        mark_reverted(tx, &run)?;
        if let Some(choice) = &choice {
            put_in_force(tx, run.tenant, choice)?;
        }
        if disconnects {
            disconnect(tx, &run)?;
        }
        if hashes {
            tx.jobs().push(&Job {
                id: hash_job,
                work: Work::HashPasswords,
                due_at: at,
                attempts: 0,
                last_error: None,
            })?;
        }
        announce::members_changed(tx, &ambient, &run, &plan, at)?;
        let run = SyncRun { finished_at: Some(now()), ..run.clone() };
        announce::run_ended(tx, &ambient, &run, at)?;
        audit.write(tx)?;
        tenant.sync_runs().put(&run)?;
        Ok((run, before, tx.directory_revision()?))
    });
    match outcome {
        Ok((run, before, after)) => Ok(Landed { run, plan, before, after }),
        // Another tenant's run may have taken a number in the meantime.
        Err(error) if error.code == ErrorCode::UsernameTaken => Err(outdated()),
        Err(error) => Err(error),
    }
}

/// Removes the departments that went away, and writes the others.
fn put_departments(tx: &WriteTx<'_>, plan: &Plan, run: &SyncRun) -> store::Result<()> {
    let departments = tx.in_tenant(run.tenant).departments();
    let goes = |step: &&DepartmentStep| step.kind == ChangeKind::DepartmentRemoved;
    for step in plan.departments.iter().filter(goes) {
        departments.remove(step.after.id)?;
    }
    let stays = plan.departments.iter().filter(|step| !goes(step));
    let writes: store::Result<Vec<_>> =
        stays.map(|step| Prepared::department(step.before.as_ref(), &step.after)).collect();
    departments.put_all(&writes?)
}

fn prepared_members(plan: &Plan) -> store::Result<Vec<Prepared<'_, Member>>> {
    plan.members.par_iter().map(|step| Prepared::member(step.before.as_deref(), &step.after)).collect()
}

fn prepared_new_accounts(plan: &Plan) -> store::Result<Vec<Prepared<'_, Account>>> {
    plan.members.par_iter().filter_map(new_account).map(|account| Prepared::account(None, account)).collect()
}

/// The account that is made for somebody new.
fn new_account(step: &MemberStep) -> Option<&Account> {
    match &step.account {
        AccountStep::Write { after, .. } if step.before.is_none() => Some(after),
        _ => None,
    }
}

/// Writes the accounts that are known, before the new ones, to which they may give up their numbers. Gives back whether
/// one of them waits for its default password.
fn put_known_accounts(tx: &WriteTx<'_>, plan: &Plan) -> store::Result<bool> {
    let known = known_accounts_after(tx, plan)?;
    let writes: store::Result<Vec<_>> =
        known.iter().map(|(before, after)| Prepared::account(Some(before), after)).collect();
    tx.accounts().put_all(&writes?)?;
    Ok(known.iter().any(|(_, after)| waits(after)))
}

/// Whether its default password is still to be hashed.
fn waits(account: &Account) -> bool {
    matches!(account.password, Password::PendingDefault { .. })
}

/// The plan does not fit the directory any more.
pub(super) fn outdated() -> Error {
    Error::new(
        ErrorCode::SyncPlanOutdated,
        "自计划生成以来，钉钉或本地目录已发生变化，未做任何修改。请重新同步",
        "DingTalk or the directory changed since the plan was made; nothing was changed. Synchronise again",
    )
}

/// A run that was stopped a moment ago must not land any more. Of those without a row, a decision lands at once; what
/// events named must not land beside another run, which may have read earlier and would change it back. None of them
/// lands when the connection that it was read through is gone.
fn may_land(tx: &WriteTx<'_>, run: &SyncRun) -> store::Result<()> {
    let runs = tx.in_tenant(run.tenant).sync_runs();
    let connected = tx.in_tenant(run.tenant).dingtalk_app().get()?.is_some();
    match runs.get(run.id)? {
        Some(stored) => may_write(&stored),
        None if !connected => Err(outdated().into()),
        None if run.trigger == RunTrigger::Decision || runs.active()?.is_none() => Ok(()),
        None => Err(outdated().into()),
    }
}

/// Refuses what a run found once somebody has stopped it.
pub(super) fn may_write(stored: &SyncRun) -> store::Result<()> {
    if stored.goes_on() {
        return Ok(());
    }
    Err(Error::new(ErrorCode::SyncRunState, "本次同步已被取消", "this run was stopped").into())
}

fn unchanged_since(tx: &WriteTx<'_>, plan: &Plan, run: &SyncRun) -> store::Result<()> {
    let tenant = tx.in_tenant(run.tenant);
    for step in &plan.departments {
        let dept_id = step.after.dingtalk_dept_id;
        let now = match (&step.before, dept_id) {
            (Some(before), _) => tenant.departments().get(before.id)?,
            (None, Some(dept_id)) => tenant.departments().by_dingtalk(dept_id)?,
            (None, None) => None,
        };
        if now != step.before {
            return Err(outdated().into());
        }
    }
    for step in &plan.members {
        let now = match &step.before {
            Some(before) => tenant.members().get(before.id)?,
            None if newcomer_is_here(tx, run, &step.after)? => return Err(outdated().into()),
            None if matches!(step.account, AccountStep::Write { .. }) => None,
            None => tenant.members().by_account(step.after.account)?,
        };
        if now.as_ref() != step.before.as_deref() {
            return Err(outdated().into());
        }
    }
    Ok(())
}

/// Whether somebody who is new in the plan came in meanwhile. While a run with a row of its own goes on, nobody else
/// lands; what events named and a sign-in are planned without one, and may be about the same person.
fn newcomer_is_here(tx: &WriteTx<'_>, run: &SyncRun, new: &Member) -> store::Result<bool> {
    let Some(binding) = &new.binding else { return Ok(false) };
    if !matches!(run.trigger, RunTrigger::Event | RunTrigger::SignIn) {
        return Ok(false);
    }
    let rows = tx.in_tenant(run.tenant).members().by_user_id(&binding.user_id)?;
    Ok(rows.iter().any(|row| row.binding.as_ref().is_some_and(|own| !own.contradicts(binding))))
}

/// The known accounts to write, as they are and as they will be: only the number and a default password change, on top
/// of what the row holds now.
fn known_accounts_after(tx: &WriteTx<'_>, plan: &Plan) -> store::Result<Vec<(Account, Account)>> {
    let mut accounts = Vec::new();
    let of_members = plan.members.iter().filter(|step| new_account(step).is_none()).map(|step| &step.account);
    for account in of_members.chain(&plan.accounts) {
        let AccountStep::Write { before, after } = account else { continue };
        let Some(now) = tx.accounts().get(after.id)?.filter(|now| now.username == *before) else {
            return Err(outdated().into());
        };
        let mut next =
            Account { username: after.username.clone(), updated_at: after.updated_at, ..now.clone() };
        if !matches!(now.password, Password::Chosen(_)) {
            next.password = after.password.clone();
            next.password_change_required = after.password_change_required;
        }
        accounts.push((now, next));
    }
    Ok(accounts)
}

/// The undone run names the one that undid it; a run that was undone by the undone one is in force again, and an
/// undone decision leaves its conflict open.
fn mark_reverted(tx: &WriteTx<'_>, run: &SyncRun) -> store::Result<()> {
    let runs = tx.in_tenant(run.tenant).sync_runs();
    let Some(undone) = run.reverts.map_or(Ok(None), |id| runs.get(id))? else { return Ok(()) };
    if let Some(in_force) = undone.reverts.map_or(Ok(None), |id| runs.get(id))? {
        runs.put(&SyncRun { reverted_by: None, ..in_force })?;
    }
    for conflict in tx.in_tenant(run.tenant).conflicts().all()? {
        if conflict.decision.as_ref().is_some_and(|decision| decision.run == Some(undone.id)) {
            let open = Conflict { state: ConflictState::Open, decision: None, ..conflict };
            tx.in_tenant(run.tenant).conflicts().put(&open)?;
        }
    }
    runs.put(&SyncRun { reverted_by: Some(run.id), ..undone })
}

/// Removes the application and what was found out about it.
fn disconnect(tx: &WriteTx<'_>, run: &SyncRun) -> store::Result<()> {
    let tenant = tx.in_tenant(run.tenant);
    tenant.dingtalk_app().remove()?.ok_or_else(outdated)?;
    tenant.doctor_report().remove().map(drop)
}

/// Ends the sessions of leavers: those of this tenant, and all of them when no other tenant has the person.
fn sign_out_leavers(tx: &WriteTx<'_>, plan: &Plan) -> store::Result<()> {
    for step in plan.members.iter().filter(|step| step.kind == ChangeKind::MemberDisabled) {
        let member = &step.after;
        let elsewhere = tx.in_tenant(member.tenant).members().elsewhere(member.account)?;
        let stays = elsewhere.iter().any(|row| row.status == MemberStatus::Active)
            || tx.accounts().get(member.account)?.is_some_and(|account| account.platform_administrator);
        let ends = |session: &Session| !stays || session.method.tenant() == Some(member.tenant);
        for session in tx.sessions().of_account(member.account)?.iter().filter(|session| ends(session)) {
            tx.sessions().remove(session.id)?;
        }
    }
    Ok(())
}
