//! A small model of a directory for tests: people in a few words, and plans that land in memory.

use std::collections::BTreeSet;

use proptest::prelude::*;
use uuid::Uuid;

use crate::domain::directory::member::Member;
use crate::domain::directory::profile::ProfileField;
use crate::domain::id::TenantId;
use crate::domain::sync::change::ChangeKind;
use crate::domain::sync::conflict::ConflictKind;
use crate::domain::sync::plan::{Plan, Policy, plan};
use crate::domain::sync::snapshot::{
    Coverage, Snapshot, Upstream, UpstreamDepartment, UpstreamFields, UpstreamMembership, UpstreamPerson,
};
use crate::domain::sync::step::AccountStep;
use crate::domain::sync::stored::Stored;
use crate::domain::time::Timestamp;

pub(super) const POLICY: Policy = Policy { require_password_change: true };
pub(super) const TENANT: TenantId = TenantId(1000);
pub(super) const AT: Timestamp = Timestamp(1_900_000_000_000);

/// A person in a few words; `mobile`: `None` is absent, `Some("")` is blank.
pub(super) fn person(user_id: &str, name: &str, mobile: Option<&str>, departments: &[i64]) -> UpstreamPerson {
    let mut fields = UpstreamFields::default();
    fields.set(ProfileField::Name, Upstream::Value(name.into()));
    match mobile {
        None => {}
        Some("") => fields.set(ProfileField::Mobile, Upstream::Blank),
        Some(number) => fields.set(ProfileField::Mobile, Upstream::Value(number.into())),
    }
    UpstreamPerson {
        user_id: user_id.into(),
        union_id: None,
        country_code: None,
        fields,
        memberships: departments
            .iter()
            .map(|dept_id| UpstreamMembership { dept_id: *dept_id, order: 1, leader: false })
            .collect(),
    }
}

pub(super) fn snapshot(people: Vec<UpstreamPerson>) -> Snapshot {
    let department = |dept_id: i64| UpstreamDepartment {
        dept_id,
        parent: (dept_id != 1).then_some(1),
        name: if dept_id == 1 { "门牌科技".into() } else { format!("部门{dept_id}") },
        order: Some(dept_id),
        position: 0,
    };
    let mut people = people;
    people.sort_by(|one, other| one.user_id.cmp(&other.user_id));
    Snapshot {
        corp_id: Some("dingcorp".into()),
        departments: [1, 2, 3].into_iter().map(department).collect(),
        people,
        coverage: Coverage::Whole,
        left_out: Vec::new(),
        departed: BTreeSet::new(),
    }
}

pub(super) fn ids(from: u128) -> impl FnMut() -> Uuid {
    let mut next = from;
    move || {
        next += 1;
        Uuid::from_u128(next)
    }
}

pub(super) fn make(stored: &Stored, snapshot: Snapshot) -> Plan {
    let members = stored.members.iter().map(|row| row.id.0);
    let departments = stored.departments.iter().map(|row| row.id.0);
    let conflicts = stored.conflicts.iter().map(|row| row.id.0);
    let taken = members.chain(departments).chain(conflicts).chain(stored.accounts.keys().map(|id| id.0));
    let last = taken.map(|id| id.as_u128()).max().unwrap_or_default();
    plan(snapshot, stored, POLICY, AT, &mut ids(last))
}

/// The directory after a plan landed.
pub(super) fn land(stored: &Stored, plan: &Plan) -> Stored {
    let mut after = stored.clone();
    for step in &plan.departments {
        after.departments.retain(|row| row.id != step.after.id);
        if step.kind != ChangeKind::DepartmentRemoved {
            after.departments.push(step.after.clone());
        }
    }
    for step in &plan.members {
        after.members.retain(|row| row.id != step.after.id);
        after.members.push(step.after.clone());
        if let AccountStep::Write { after: account, .. } = &step.account {
            after.accounts.insert(account.id, account.clone());
        }
    }
    for conflict in plan.conflicts.iter().chain(&plan.vanished) {
        after.conflicts.retain(|row| row.id != conflict.id);
        if conflict.stands() {
            after.conflicts.push(conflict.clone());
        }
    }
    after.departments.sort_by_key(|row| row.id);
    after.members.sort_by_key(|row| row.id);
    after
}

pub(super) fn landed(people: Vec<UpstreamPerson>) -> Stored {
    let stored = Stored::empty(TENANT);
    land(&stored, &make(&stored, snapshot(people)))
}

pub(super) fn member<'a>(stored: &'a Stored, user_id: &str) -> &'a Member {
    let found =
        stored.members.iter().find(|row| row.binding.as_ref().is_some_and(|one| &*one.user_id == user_id));
    found.unwrap()
}

pub(super) fn username(stored: &Stored, user_id: &str) -> Option<String> {
    stored.accounts[&member(stored, user_id).account].username.as_ref().map(ToString::to_string)
}

pub(super) fn kinds(plan: &Plan) -> Vec<ConflictKind> {
    plan.conflicts.iter().map(|conflict| conflict.kind).collect()
}

pub(super) fn any_person() -> impl Strategy<Value = UpstreamPerson> {
    let mobile = prop_oneof![
        Just(None),
        Just(Some("")),
        prop::sample::select(vec![
            Some("13800000001"),
            Some("+86-13800000001"),
            Some("13800000002"),
            Some("13800000003"),
            Some("+85251234567"),
        ])
    ];
    let name = prop::sample::select(vec!["王芳", "李强", "张伟"]);
    let union = prop::option::of(prop::sample::select(vec!["n1", "n2", "n3"]));
    let departments = prop::collection::btree_set(1_i64..=3, 0..3);
    (0..8_u8, name, mobile, union, departments).prop_map(|(user, name, mobile, union, departments)| {
        let departments: Vec<i64> = departments.into_iter().collect();
        let mut person = person(&format!("u{user}"), name, mobile, &departments);
        person.union_id = union.map(Into::into);
        person
    })
}

pub(super) fn any_people() -> impl Strategy<Value = Vec<UpstreamPerson>> {
    prop::collection::vec(any_person(), 0..8).prop_map(|mut people| {
        people.sort_by(|one, other| one.user_id.cmp(&other.user_id));
        people.dedup_by(|one, other| one.user_id == other.user_id);
        people
    })
}
