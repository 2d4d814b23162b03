//! The plan of a run: what a snapshot changes in the stored directory, decided before anything is done.
//!
//! Invariant: the plan of an unchanged snapshot is empty; the order of the input is irrelevant; nothing of
//! another tenant is ever in it.

mod departments;
mod measure;
mod newcomer;
mod record;
mod settled;

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;
use uuid::Uuid;

use newcomer::{Holder, Newcomer};
pub use record::{LineDigest, PlanDigest};

use crate::domain::directory::account::{Account, Username};
use crate::domain::directory::member::{Binding, Member, MemberStatus};
use crate::domain::directory::profile::ProfileField;
use crate::domain::id::DepartmentId;
use crate::domain::mobile::Mobile;
use crate::domain::sync::absence;
use crate::domain::sync::change::{Change, ChangeKind};
use crate::domain::sync::conflict::{Conflict, ConflictKey, ConflictKind, ConflictState};
use crate::domain::sync::identity::{SignIn, Verdict, Who, identify, number_of};
use crate::domain::sync::merge::{DepartmentIds, merged};
use crate::domain::sync::snapshot::{Coverage, Snapshot, Upstream, UpstreamPerson};
use crate::domain::sync::step::{AccountStep, DepartmentNames, DepartmentStep, MemberStep};
use crate::domain::sync::stored::Stored;
use crate::domain::sync::warnings;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// What the tenant's administrators decided about new people.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Whether a default password must be changed at the first password sign-in.
    pub require_password_change: bool,
}

/// What a run would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Departments made, changed and removed.
    pub departments: Vec<DepartmentStep>,
    /// Members made, joined, changed, disabled and restored.
    pub members: Vec<MemberStep>,
    /// Accounts of people who are no members here.
    pub accounts: Vec<AccountStep>,
    /// Decisions to park that were not parked before.
    pub conflicts: Vec<Conflict>,
    /// Parked decisions that this read no longer meets.
    pub vanished: Vec<Conflict>,
    /// What an administrator should know.
    pub warnings: Vec<Text>,
    /// The departments' names, for the record.
    pub names: DepartmentNames,
    /// Everything parked, known before or not.
    parked: Vec<Conflict>,
    /// Left out with a reason of their own, as they stand in the record.
    skipped: Vec<Change>,
    left_out: Vec<i64>,
    read: (u64, u64),
    stood: (u64, u64),
    whole: bool,
}

/// What was parked before, by number.
type KnownConflicts<'a> = HashMap<&'a Mobile, Vec<&'a Conflict>>;

/// What every person's decision needs to know.
#[derive(Clone, Copy)]
struct Facts<'a> {
    stored: &'a Stored,
    corp_id: Option<&'a str>,
    ids: &'a DepartmentIds,
    conflicts: &'a KnownConflicts<'a>,
    policy: Policy,
    at: Timestamp,
}

/// Decides what a snapshot changes. `new_id` supplies ids for what is made.
pub fn plan(
    snapshot: Snapshot,
    stored: &Stored,
    policy: Policy,
    at: Timestamp,
    new_id: &mut dyn FnMut() -> Uuid,
) -> Plan {
    let mut verdicts = identify(&snapshot, stored);
    if snapshot.coverage == Coverage::People {
        park_known_doubles(&snapshot, stored, &mut verdicts);
    }
    plan_verdicts(snapshot, verdicts, stored, policy, at, new_id)
}

/// Some people alone do not show that somebody else has the same number; the last full read did.
fn park_known_doubles(snapshot: &Snapshot, stored: &Stored, verdicts: &mut [Verdict]) {
    let doubles: HashSet<(&str, &Mobile)> = stored
        .conflicts
        .iter()
        .filter(|known| known.kind == ConflictKind::NumberTwice)
        .map(|known| (&*known.user_id, &known.mobile))
        .collect();
    for (person, verdict) in snapshot.people.iter().zip(verdicts) {
        let number = number_of(person);
        let is_double = number.as_ref().is_some_and(|mobile| doubles.contains(&(&*person.user_id, mobile)));
        if is_double && matches!(verdict.sign_in, SignIn::Number(_)) {
            verdict.sign_in = SignIn::Parked(ConflictKind::NumberTwice, None);
            if verdict.who == Who::Nobody {
                verdict.who = Who::Parked;
            }
        }
    }
}

/// Decides what a snapshot changes when it is known who everybody is, in the snapshot's order.
pub(super) fn plan_verdicts(
    snapshot: Snapshot,
    verdicts: Vec<Verdict>,
    stored: &Stored,
    policy: Policy,
    at: Timestamp,
    new_id: &mut dyn FnMut() -> Uuid,
) -> Plan {
    let whole = snapshot.coverage == Coverage::Whole;
    let mut plan = Plan {
        left_out: snapshot.left_out.clone(),
        read: (snapshot.departments.len() as u64, snapshot.people.len() as u64),
        stood: standing(stored),
        whole,
        warnings: if whole { warnings::missing_permissions(&snapshot) } else { Vec::new() },
        ..Plan::default()
    };
    let ids = plan.plan_departments(&snapshot, stored, new_id);
    let mut conflicts = KnownConflicts::new();
    for known in &stored.conflicts {
        conflicts.entry(&known.mobile).or_default().push(known);
    }
    let facts =
        Facts { stored, corp_id: snapshot.corp_id.as_deref(), ids: &ids, conflicts: &conflicts, policy, at };
    let is_new = |verdict: &&Verdict| matches!(verdict.who, Who::Nobody | Who::Account(_));
    let mut newcomers = Vec::with_capacity(verdicts.iter().filter(is_new).count());
    let mut present = HashSet::new();
    let mut people = snapshot.people;
    for (person, verdict) in people.iter_mut().zip(verdicts) {
        if let Who::Member(index) = verdict.who {
            present.insert(index);
        }
        newcomers.extend(plan.plan_person(&facts, person, verdict, new_id));
    }
    plan.members.par_extend(newcomers.into_par_iter().map(|newcomer| newcomer.step(&facts)));
    // Giving back the memory of many people takes a while.
    people.into_par_iter().for_each(drop);
    if whole {
        let stayed = |member: &Member| {
            let formerly = member.formerly.as_ref().filter(|known| known.corp_id == snapshot.corp_id);
            member.status == MemberStatus::Active && formerly.is_some()
        };
        let lost = stored.members.iter().enumerate().filter(|(index, _)| !present.contains(index));
        plan.warnings.extend(warnings::not_found_again(lost.filter(|(_, member)| stayed(member)).count()));
    }
    let departed = &snapshot.departed;
    plan.plan_absent(stored, &present, at, |binding| {
        let here = Binding { corp_id: snapshot.corp_id.clone(), union_id: None, ..binding.clone() };
        whole || (departed.contains(&binding.user_id) && !binding.contradicts(&here))
    });
    if whole {
        let met: HashSet<ConflictKey<'_>> = plan.parked.iter().map(Conflict::key).collect();
        plan.vanished = stored
            .conflicts
            .iter()
            .filter(|known| known.state == ConflictState::Open && !met.contains(&known.key()))
            .map(|known| Conflict { state: ConflictState::Vanished(at), ..known.clone() })
            .collect();
    }
    plan
}

impl Plan {
    /// A plan of these steps, made without a read of DingTalk; `skipped` is what it leaves alone, and why.
    pub(super) fn of_steps(
        stored: &Stored,
        departments: Vec<DepartmentStep>,
        members: Vec<MemberStep>,
        names: DepartmentNames,
        skipped: Vec<Change>,
    ) -> Self {
        Self { departments, members, names, skipped, stood: standing(stored), ..Self::default() }
    }

    /// Plans what becomes of somebody; whoever is new is given back.
    fn plan_person<'p>(
        &mut self,
        facts: &Facts<'_>,
        person: &'p mut UpstreamPerson,
        verdict: Verdict,
        new_id: &mut dyn FnMut() -> Uuid,
    ) -> Option<Newcomer<'p>> {
        let Facts { stored, at, .. } = *facts;
        let known = match verdict.who {
            Who::Member(index) => stored.members.get(index),
            _ => None,
        };
        if let SignIn::Parked(kind, holder) = verdict.sign_in
            && let Some(mobile) = number_of(person)
        {
            let name = match person.fields.get(ProfileField::Name) {
                Upstream::Value(name) => name.clone(),
                Upstream::Absent | Upstream::Blank => person.user_id.clone(),
            };
            self.park(
                facts.conflicts,
                Conflict {
                    id: new_id().into(),
                    tenant: stored.tenant,
                    kind,
                    user_id: person.user_id.clone(),
                    union_id: person.union_id.clone(),
                    name,
                    mobile,
                    member: known.map(|member| member.id),
                    holder,
                    found_at: at,
                    state: ConflictState::Open,
                    decision: None,
                },
            );
        }
        let number = match verdict.sign_in {
            SignIn::Number(username) => Some(username),
            SignIn::Unchanged | SignIn::Parked(..) => None,
        };
        match (verdict.who, known) {
            (Who::Member(_), Some(member)) => {
                let after = merged(member, person, facts.corp_id, facts.ids);
                let account = stored.accounts.get(&member.account);
                let account = match (number, account) {
                    (Some(number), Some(account)) => renamed(account, number, facts),
                    (_, account) => {
                        AccountStep::Unchanged(account.and_then(|account| account.username.clone()))
                    }
                };
                let writes = matches!(account, AccountStep::Write { .. });
                if after.is_some() || writes {
                    let restored = member.status == MemberStatus::Left;
                    let kind = if restored { ChangeKind::MemberRestored } else { ChangeKind::MemberUpdated };
                    let after = Member { updated_at: at, ..after.unwrap_or_else(|| member.clone()) };
                    self.members.push(MemberStep {
                        kind,
                        before: Some(Box::new(member.clone())),
                        after,
                        account,
                    });
                }
            }
            (Who::Account(account), _) => {
                let account = Holder::Known(account);
                return Some(Newcomer { person, account, member: new_id().into() });
            }
            (Who::Nobody, _) => {
                let account = Holder::New(new_id().into(), number);
                return Some(Newcomer { person, account, member: new_id().into() });
            }
            (Who::Member(_) | Who::Parked, _) => {}
        }
        None
    }

    /// Members whom the read did not show have left, if `has_left` says so of their binding; nobody stays in a
    /// department that went away.
    fn plan_absent(
        &mut self,
        stored: &Stored,
        present: &HashSet<usize>,
        at: Timestamp,
        has_left: impl Fn(&Binding) -> bool,
    ) {
        let gone: HashSet<DepartmentId> = self
            .departments
            .iter()
            .filter(|step| step.kind == ChangeKind::DepartmentRemoved)
            .map(|step| step.after.id)
            .collect();
        let mut absent: Vec<&Member> = stored
            .members
            .iter()
            .enumerate()
            .filter(|(index, _)| !present.contains(index))
            .map(|(_, row)| row)
            .collect();
        absent.sort_by_key(|member| member.id);
        for member in absent {
            let leaves =
                member.status == MemberStatus::Active && member.binding.as_ref().is_some_and(&has_left);
            let mut after = member.clone();
            if leaves {
                after.status = MemberStatus::Left;
                after.memberships.clear();
            } else {
                after.memberships.retain(|place| !gone.contains(&place.department));
            }
            if after == *member {
                continue;
            }
            after.updated_at = at;
            let kind = if leaves { ChangeKind::MemberDisabled } else { ChangeKind::MemberUpdated };
            let username = stored.accounts.get(&member.account).and_then(|account| account.username.clone());
            let account = AccountStep::Unchanged(username);
            self.members.push(MemberStep { kind, before: Some(Box::new(member.clone())), after, account });
        }
    }

    fn park(&mut self, known: &KnownConflicts<'_>, conflict: Conflict) {
        let known = known.get(&conflict.mobile).into_iter().flatten().find(|known| known.covers(&conflict));
        match known {
            Some(known) => self.parked.push((*known).clone()),
            None => {
                self.parked.push(conflict.clone());
                self.conflicts.push(conflict);
            }
        }
    }

    /// Whether nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.departments.is_empty()
            && self.members.is_empty()
            && self.accounts.is_empty()
            && self.conflicts.is_empty()
            && self.vanished.is_empty()
    }
}

/// How many departments and members are DingTalk's now: what removals are measured by.
fn standing(stored: &Stored) -> (u64, u64) {
    let departments = stored.departments.iter().filter(|one| one.dingtalk_dept_id.is_some()).count();
    let members = stored.members.iter().filter(|member| absence::is_here(member)).count();
    (departments as u64, members as u64 + stored.others)
}

/// The account with another number.
fn renamed(account: &Account, number: Username, facts: &Facts<'_>) -> AccountStep {
    let after = account.with_username(
        Some(number),
        facts.stored.tenant,
        facts.policy.require_password_change,
        facts.at,
    );
    AccountStep::Write { before: account.username.clone(), after }
}

#[cfg(test)]
mod tests;
