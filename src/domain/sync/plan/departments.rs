//! The departments' side of a plan.
//!
//! Invariant: a department that was DingTalk's before the connection was removed is known again, and no department lies
//! below one that goes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use super::Plan;
use crate::domain::directory::department::Department;
use crate::domain::id::DepartmentId;
use crate::domain::sync::change::ChangeKind;
use crate::domain::sync::merge::DepartmentIds;
use crate::domain::sync::order;
use crate::domain::sync::snapshot::{Coverage, Snapshot};
use crate::domain::sync::step::DepartmentStep;
use crate::domain::sync::stored::Stored;

impl Plan {
    /// Plans the departments; gives back the ids here of those that are in DingTalk afterwards.
    pub(super) fn plan_departments(
        &mut self,
        snapshot: &Snapshot,
        stored: &Stored,
        new_id: &mut dyn FnMut() -> Uuid,
    ) -> DepartmentIds {
        let bound: BTreeMap<i64, &Department> =
            stored.departments.iter().filter_map(|row| row.dingtalk_dept_id.map(|id| (id, row))).collect();
        let mut known = former(snapshot, stored);
        known.extend(&bound);
        let mut ids: DepartmentIds = bound.iter().map(|(dept_id, row)| (*dept_id, row.id)).collect();
        for department in &stored.departments {
            self.names.insert(department.id, (department.name.as_str().into(), department.dingtalk_dept_id));
        }
        for upstream in &snapshot.departments {
            let known = known.get(&upstream.dept_id).map(|row| row.id);
            ids.entry(upstream.dept_id).or_insert_with(|| known.unwrap_or_else(|| DepartmentId(new_id())));
        }
        let stored_orders = known.iter().map(|(dept_id, row)| (*dept_id, row.order)).collect();
        let orders = order::orders(&snapshot.departments, &stored_orders);
        for upstream in &snapshot.departments {
            let Some(id) = ids.get(&upstream.dept_id).copied() else { continue };
            let after = Department {
                id,
                tenant: stored.tenant,
                parent: upstream.parent.and_then(|parent| ids.get(&parent).copied()),
                name: upstream.name.clone(),
                order: orders.get(&upstream.dept_id).copied().unwrap_or_default(),
                dingtalk_dept_id: Some(upstream.dept_id),
                formerly: None,
            };
            self.names.insert(id, (after.name.as_str().into(), after.dingtalk_dept_id));
            match known.get(&upstream.dept_id) {
                None => self.departments.push(step(ChangeKind::DepartmentCreated, None, after)),
                Some(before) if **before != after => {
                    self.departments.push(step(
                        ChangeKind::DepartmentUpdated,
                        Some((*before).clone()),
                        after,
                    ));
                }
                Some(_) => {}
            }
        }
        if snapshot.coverage == Coverage::Whole {
            let read: BTreeSet<i64> = snapshot.departments.iter().map(|one| one.dept_id).collect();
            let mut gone: Vec<&Department> =
                bound.iter().filter(|(dept_id, _)| !read.contains(dept_id)).map(|(_, row)| *row).collect();
            gone.sort_by_key(|row| row.id);
            self.lift_local(stored, &gone);
            for row in gone {
                ids.retain(|_, id| *id != row.id);
                self.departments.push(step(ChangeKind::DepartmentRemoved, Some(row.clone()), row.clone()));
            }
        }
        ids
    }

    /// Local departments below one that goes move up to the next one above that stays.
    fn lift_local(&mut self, stored: &Stored, gone: &[&Department]) {
        let gone: HashMap<DepartmentId, &Department> = gone.iter().map(|row| (row.id, *row)).collect();
        let planned: BTreeSet<DepartmentId> = self.departments.iter().map(|step| step.after.id).collect();
        let mut local: Vec<&Department> =
            stored.departments.iter().filter(|row| row.dingtalk_dept_id.is_none()).collect();
        local.sort_by_key(|row| row.id);
        for row in local.into_iter().filter(|row| !planned.contains(&row.id)) {
            let mut parent = row.parent;
            // A tree has no cycle, so this ends at the latest when all that go were passed.
            while let Some(above) = parent.and_then(|id| gone.get(&id)) {
                parent = above.parent;
            }
            if parent != row.parent {
                let after = Department { parent, ..row.clone() };
                self.departments.push(step(ChangeKind::DepartmentUpdated, Some(row.clone()), after));
            }
        }
    }
}

/// Local departments that were this enterprise's before the connection was removed, by the ids they had there.
fn former<'a>(snapshot: &Snapshot, stored: &'a Stored) -> BTreeMap<i64, &'a Department> {
    let mut local: Vec<(&Department, i64)> = stored
        .departments
        .iter()
        .filter(|row| row.dingtalk_dept_id.is_none())
        .filter_map(|row| {
            let formerly = row.formerly.as_ref().filter(|one| one.corp_id == snapshot.corp_id)?;
            Some((row, formerly.dept_id))
        })
        .collect();
    // Of several, the oldest: the last one to be put in stays.
    local.sort_by_key(|(row, _)| std::cmp::Reverse(row.id));
    local.into_iter().map(|(row, dept_id)| (dept_id, row)).collect()
}

fn step(kind: ChangeKind, before: Option<Department>, after: Department) -> DepartmentStep {
    DepartmentStep { kind, before, after }
}

#[cfg(test)]
mod tests;
