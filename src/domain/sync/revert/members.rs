//! The people's side of a revert, without the numbers they sign in with.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::departments::Departments;
use super::{Facts, changed_since, left_alone, pinned, turned};
use crate::domain::directory::account::Account;
use crate::domain::directory::member::{Member, MemberStatus, Membership};
use crate::domain::directory::profile::ProfileField;
use crate::domain::id::{AccountId, DepartmentId, MemberId};
use crate::domain::sync::change::{Change, ChangeKind, ChangedField, FieldChange, Subject, Value};
use crate::domain::sync::step::{AccountStep, MemberStep};
use crate::domain::sync::stored::Stored;
use crate::domain::text::Text;

/// The members that a revert writes.
#[derive(Default)]
pub(super) struct Members<'a> {
    /// The row now and the row afterwards.
    rows: BTreeMap<MemberId, (&'a Member, Member)>,
    /// Accounts that get another number, or lose theirs.
    pub(super) accounts: HashMap<AccountId, Account>,
}

impl<'a> Members<'a> {
    /// Undoes what the run did to people; gives back what stays as it is.
    pub(super) fn put_back(
        &mut self,
        changes: &[Change],
        facts: &Facts<'a>,
        departments: &Departments<'_>,
    ) -> Vec<Change> {
        let known: HashMap<MemberId, &'a Member> =
            facts.stored.members.iter().map(|member| (member.id, member)).collect();
        let taken: BTreeSet<AccountId> = facts.stored.members.iter().map(|member| member.account).collect();
        let mut skipped = Vec::new();
        for (id, change) in about_members(changes) {
            let Some(member) = known.get(&id).copied() else {
                let note = Text::new("该成员已不存在", "the member is not there any more");
                skipped.push(left_alone(change, Vec::new(), note));
                continue;
            };
            let mut after = member.clone();
            match change.kind {
                ChangeKind::MemberCreated | ChangeKind::MemberJoined => {
                    if member.status == MemberStatus::Active {
                        after.status = MemberStatus::Left;
                        after.memberships.clear();
                    }
                }
                _ => skipped.extend(undo(&mut after, change, departments, &taken)),
            }
            if after != *member {
                self.rows.insert(id, (member, after));
            }
        }
        skipped
    }

    /// Makes sure that a member's step is told although only its account changes.
    pub(super) fn touch(&mut self, member: &'a Member) {
        self.rows.entry(member.id).or_insert_with(|| (member, member.clone()));
    }

    /// The departments that people will be in.
    pub(super) fn places(&self, stored: &Stored) -> BTreeSet<DepartmentId> {
        let after = |member: &'_ Member| {
            let row = self.rows.get(&member.id).map_or(member, |(_, after)| after);
            row.memberships.iter().map(|place| place.department).collect::<Vec<_>>()
        };
        stored.members.iter().flat_map(after).collect()
    }

    /// What happens, by member.
    pub(super) fn steps(self, facts: &Facts<'_>) -> Vec<MemberStep> {
        let accounts = &facts.stored.accounts;
        self.rows
            .into_values()
            .map(|(before, after)| {
                let username = accounts.get(&after.account).and_then(|account| account.username.clone());
                let account = match self.accounts.get(&after.account) {
                    Some(account) => AccountStep::Write { before: username, after: account.clone() },
                    None => AccountStep::Unchanged(username),
                };
                let kind = match (before.status, after.status) {
                    (MemberStatus::Left, MemberStatus::Active) => ChangeKind::MemberRestored,
                    (MemberStatus::Active, MemberStatus::Left) => ChangeKind::MemberDisabled,
                    _ => ChangeKind::MemberUpdated,
                };
                let after = Member { updated_at: facts.at, ..after };
                MemberStep { kind, before: Some(Box::new(before.clone())), after, account }
            })
            .collect()
    }
}

/// Undoes the fields that still are as the run left them; tells of the others.
fn undo(
    member: &mut Member,
    change: &Change,
    departments: &Departments<'_>,
    taken: &BTreeSet<AccountId>,
) -> Vec<Change> {
    let mut moved_on = Vec::new();
    let mut kept_by_hand = Vec::new();
    for field in &change.fields {
        match undo_field(member, field, departments, taken) {
            Undone::Yes => {}
            Undone::ChangedSince => moved_on.push(turned(field)),
            Undone::Pinned => kept_by_hand.push(turned(field)),
        }
    }
    [(moved_on, changed_since()), (kept_by_hand, pinned())]
        .into_iter()
        .filter(|(fields, _)| !fields.is_empty())
        .map(|(fields, note)| left_alone(change, fields, note))
        .collect()
}

enum Undone {
    Yes,
    ChangedSince,
    Pinned,
}

fn undo_field(
    member: &mut Member,
    change: &FieldChange,
    departments: &Departments<'_>,
    taken: &BTreeSet<AccountId>,
) -> Undone {
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let undone = match change.field {
        ChangedField::Profile(field) if member.pinned.contains(&field) => return Undone::Pinned,
        ChangedField::Profile(field) => {
            let untouched = member.profile.get(field) == after.and_then(text);
            let value = before.and_then(text);
            let allowed = field != ProfileField::Name || value.is_some();
            if untouched && allowed {
                member.profile.set(field, value.map(Into::into));
            }
            untouched && allowed
        }
        ChangedField::Departments => {
            let untouched = member.memberships == places(after, departments);
            if untouched {
                member.memberships = places(before, departments);
            }
            untouched
        }
        ChangedField::Status => {
            let untouched = after.and_then(text) == Some(member.status.name());
            let value = before.and_then(text).and_then(status_named);
            member.status = value.filter(|_| untouched).unwrap_or(member.status);
            untouched
        }
        ChangedField::Binding => {
            let untouched = member.binding.as_ref() == after.and_then(binding);
            if untouched {
                let former = std::mem::replace(&mut member.binding, before.and_then(binding).cloned());
                member.formerly = former.filter(|_| member.binding.is_none()).map(Box::new);
            }
            untouched
        }
        ChangedField::Account => {
            let account = before.and_then(text).and_then(|id| id.parse::<AccountId>().ok());
            let free = account.filter(|account| !taken.contains(account));
            let untouched = after.and_then(text) == Some(member.account.to_string().as_str());
            member.account = free.filter(|_| untouched).unwrap_or(member.account);
            untouched && free.is_some()
        }
        // Numbers are settled together, for they are unique.
        ChangedField::Username => true,
        ChangedField::DepartmentName
        | ChangedField::Parent
        | ChangedField::Order
        | ChangedField::DingTalkDepartment => true,
    };
    if undone { Undone::Yes } else { Undone::ChangedSince }
}

/// The changes that wrote a member, with its id.
pub(super) fn about_members(changes: &[Change]) -> impl Iterator<Item = (MemberId, &Change)> {
    let wrote = |kind| {
        matches!(
            kind,
            ChangeKind::MemberCreated
                | ChangeKind::MemberJoined
                | ChangeKind::MemberUpdated
                | ChangeKind::MemberDisabled
                | ChangeKind::MemberRestored
        )
    };
    changes.iter().filter(move |change| wrote(change.kind)).filter_map(|change| match change.subject {
        Subject::Member { id: Some(id), .. } => Some((id, change)),
        _ => None,
    })
}

fn places(value: Option<&Value>, departments: &Departments<'_>) -> Vec<Membership> {
    let Some(Value::Departments(places)) = value else { return Vec::new() };
    let mut places: Vec<Membership> = places
        .iter()
        .filter_map(|place| {
            let department = departments.find((place.department, place.dept_id))?;
            Some(Membership { department, order: place.order, leader: place.leader })
        })
        .collect();
    places.sort();
    places.dedup_by_key(|place| place.department);
    places
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn binding(value: &Value) -> Option<&crate::domain::directory::member::Binding> {
    match value {
        Value::Binding(binding) => Some(binding),
        _ => None,
    }
}

fn status_named(name: &str) -> Option<MemberStatus> {
    [MemberStatus::Active, MemberStatus::Disabled, MemberStatus::Left]
        .into_iter()
        .find(|one| one.name() == name)
}
