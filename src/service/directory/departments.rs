//! The department tree with who is in it.
//!
//! Invariant: a person counts once in a department, however many of its sub-departments that person is in.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::directory::department::Department;
use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::id::{DepartmentId, MemberId};
use crate::store::{self, TenantRead};

/// A department with its counts.
#[derive(Clone, Debug)]
pub struct DepartmentNode {
    /// The department.
    pub department: Department,
    /// Its own active members.
    pub member_count: usize,
    /// The active members in it and below it, each once.
    pub total_member_count: usize,
    /// Who heads it.
    pub managers: Vec<Manager>,
}

/// The head of a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manager {
    /// The member.
    pub member: MemberId,
    /// The member's name.
    pub name: String,
}

/// Every department of a tenant, sorted by parent, order and id.
pub(super) fn nodes(tenant: &TenantRead<'_, '_>) -> store::Result<Vec<DepartmentNode>> {
    let departments = tenant.departments().all()?;
    let members = tenant.members().all()?;
    Ok(arrange(departments, &members))
}

fn arrange(mut departments: Vec<Department>, members: &[Member]) -> Vec<DepartmentNode> {
    departments.sort_by_key(|department| (department.parent, department.order, department.id));
    let mut direct: BTreeMap<DepartmentId, BTreeSet<MemberId>> = BTreeMap::new();
    let mut managers: BTreeMap<DepartmentId, Vec<Manager>> = BTreeMap::new();
    for member in members.iter().filter(|member| member.status == MemberStatus::Active) {
        for membership in &member.memberships {
            direct.entry(membership.department).or_default().insert(member.id);
            if membership.leader {
                let manager = Manager { member: member.id, name: member.profile.name().to_owned() };
                managers.entry(membership.department).or_default().push(manager);
            }
        }
    }
    let totals = totals(&departments, &direct);
    departments
        .into_iter()
        .map(|department| DepartmentNode {
            member_count: direct.get(&department.id).map_or(0, BTreeSet::len),
            total_member_count: totals.get(&department.id).copied().unwrap_or(0),
            managers: managers.remove(&department.id).unwrap_or_default(),
            department,
        })
        .collect()
}

/// How many different people are in each department or below it: from the leaves upwards, the smaller set joining
/// the larger one.
fn totals(
    departments: &[Department],
    direct: &BTreeMap<DepartmentId, BTreeSet<MemberId>>,
) -> BTreeMap<DepartmentId, usize> {
    let mut waiting: BTreeMap<DepartmentId, usize> = BTreeMap::new();
    let parents: BTreeMap<DepartmentId, DepartmentId> =
        departments.iter().filter_map(|department| Some((department.id, department.parent?))).collect();
    for parent in parents.values() {
        *waiting.entry(*parent).or_default() += 1;
    }
    let mut people = direct.clone();
    let mut totals = BTreeMap::new();
    let mut ready: Vec<DepartmentId> =
        departments.iter().map(|department| department.id).filter(|id| !waiting.contains_key(id)).collect();
    while let Some(id) = ready.pop() {
        let below = people.remove(&id).unwrap_or_default();
        totals.insert(id, below.len());
        let Some(parent) = parents.get(&id) else { continue };
        join(people.entry(*parent).or_default(), below);
        if let Some(left) = waiting.get_mut(parent) {
            *left -= 1;
            if *left == 0 {
                ready.push(*parent);
            }
        }
    }
    totals
}

fn join(into: &mut BTreeSet<MemberId>, mut from: BTreeSet<MemberId>) {
    if from.len() > into.len() {
        std::mem::swap(into, &mut from);
    }
    into.append(&mut from);
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::directory::member::{MemberRole, Membership};
    use crate::domain::directory::profile::Profile;
    use crate::domain::id::TenantId;
    use crate::domain::time::Timestamp;

    fn id(number: u128) -> DepartmentId {
        Uuid::from_u128(number).into()
    }

    fn department(number: u128, parent: Option<u128>) -> Department {
        let name = number.to_string();
        let parent = parent.map(id);
        Department {
            id: id(number),
            tenant: TenantId(1000),
            parent,
            name,
            order: 0,
            dingtalk_dept_id: None,
            formerly: None,
        }
    }

    fn member(number: u128, departments: &[u128], status: MemberStatus) -> Member {
        let membership =
            |number: &u128| Membership { department: id(*number), order: 0, leader: *number == 2 };
        Member {
            id: Uuid::from_u128(number).into(),
            tenant: TenantId(1000),
            account: Uuid::from_u128(number).into(),
            binding: None,
            formerly: None,
            profile: Profile::default(),
            pinned: BTreeSet::new(),
            memberships: departments.iter().map(membership).collect(),
            status,
            role: MemberRole::Member,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        }
    }

    #[test]
    fn everybody_counts_once_and_leavers_do_not() {
        let departments =
            vec![department(4, Some(2)), department(2, Some(1)), department(1, None), department(3, Some(1))];
        let members = [
            member(10, &[2, 3, 4], MemberStatus::Active),
            member(11, &[1], MemberStatus::Active),
            member(12, &[4], MemberStatus::Active),
            member(13, &[4], MemberStatus::Left),
            member(14, &[3], MemberStatus::Disabled),
        ];
        let nodes = arrange(departments, &members);
        let counts: Vec<_> = nodes
            .iter()
            .map(|node| (node.department.id, node.member_count, node.total_member_count, node.managers.len()))
            .collect();
        assert_eq!(counts, [(id(1), 1, 3, 0), (id(2), 1, 2, 1), (id(3), 1, 1, 0), (id(4), 2, 2, 0)]);
    }
}
