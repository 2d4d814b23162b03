//! The departments' side of a revert.
//!
//! Invariant: the departments form a tree afterwards, whatever happened to them since the run.

use std::collections::{BTreeMap, BTreeSet};

use super::{changed_since, left_alone, turned};
use crate::domain::directory::department::{Department, FormerDepartment};
use crate::domain::directory::tree;
use crate::domain::id::DepartmentId;
use crate::domain::sync::change::{
    Change, ChangeKind, ChangedField, DepartmentName, FieldChange, Subject, Value,
};
use crate::domain::sync::step::{DepartmentNames, DepartmentStep};
use crate::domain::sync::stored::Stored;
use crate::domain::text::Text;

/// The departments as they stand, and as they will.
pub(super) struct Departments<'a> {
    stored: &'a Stored,
    before: BTreeMap<DepartmentId, &'a Department>,
    after: BTreeMap<DepartmentId, Department>,
    removed: BTreeSet<DepartmentId>,
}

impl<'a> Departments<'a> {
    pub(super) fn of(stored: &'a Stored) -> Self {
        let rows = || stored.departments.iter();
        Self {
            stored,
            before: rows().map(|row| (row.id, row)).collect(),
            after: rows().map(|row| (row.id, row.clone())).collect(),
            removed: BTreeSet::new(),
        }
    }

    /// Brings back what the run removed and undoes what it changed; gives back what stays as it is.
    pub(super) fn put_back(&mut self, changes: &[Change]) -> Vec<Change> {
        let mut skipped = Vec::new();
        let gone: Vec<(DepartmentId, &Change)> = of_kind(changes, ChangeKind::DepartmentRemoved).collect();
        for (id, change) in &gone {
            if !self.restore(*id, change) {
                let note = Text::new("该部门已重新存在", "the department is there again");
                skipped.push(left_alone(change, Vec::new(), note));
            }
        }
        for (id, change) in gone {
            let parent = parent_before(change).and_then(|parent| self.find(parent));
            if let Some(row) = self.after.get_mut(&id).filter(|row| row.parent.is_none()) {
                row.parent = parent;
            }
        }
        let mut moved = Vec::new();
        for (id, change) in of_kind(changes, ChangeKind::DepartmentUpdated) {
            let kept = self.undo(id, change, &mut moved);
            if !kept.is_empty() {
                skipped.push(left_alone(change, kept, changed_since()));
            }
        }
        skipped.extend(self.without_cycles(moved));
        skipped
    }

    fn restore(&mut self, id: DepartmentId, change: &Change) -> bool {
        let Subject::Department { dept_id, .. } = change.subject else { return false };
        if self.after.contains_key(&id) || self.by_dept_id(dept_id).is_some() {
            return false;
        }
        let order = before_of(change, ChangedField::Order).and_then(text).and_then(|text| text.parse().ok());
        let row = Department {
            id,
            tenant: self.stored.tenant,
            parent: None,
            name: change.name.to_string(),
            order: order.unwrap_or_default(),
            dingtalk_dept_id: dept_id,
            formerly: None,
        };
        self.after.insert(id, row);
        true
    }

    /// Undoes the fields that still are as the run left them; gives back the others.
    fn undo<'c>(
        &mut self,
        id: DepartmentId,
        change: &'c Change,
        moved: &mut Vec<(DepartmentId, &'c Change)>,
    ) -> Vec<FieldChange> {
        let Some(row) = self.after.get(&id).cloned() else {
            return change.fields.iter().map(turned).collect();
        };
        let mut next = row.clone();
        let mut kept = Vec::new();
        for field in &change.fields {
            let (before, after) = (field.before.as_ref(), field.after.as_ref());
            let untouched = match field.field {
                ChangedField::DepartmentName => after.and_then(text) == Some(row.name.as_str()),
                ChangedField::Order => after.and_then(text) == Some(row.order.to_string().as_str()),
                ChangedField::Parent => after.and_then(named).and_then(|name| self.find(name)) == row.parent,
                ChangedField::DingTalkDepartment => after.and_then(number) == row.dingtalk_dept_id,
                _ => false,
            };
            let parent = before.and_then(named).map(|name| self.find(name));
            match (field.field, before.and_then(text)) {
                (ChangedField::DepartmentName, Some(name)) if untouched => next.name = name.to_owned(),
                (ChangedField::Order, Some(order)) if untouched => {
                    next.order = order.parse().unwrap_or(row.order);
                }
                (ChangedField::Parent, _) if untouched && parent != Some(None) => {
                    next.parent = parent.flatten();
                    moved.push((id, change));
                }
                // What was known again after a parting is what it was during it.
                (ChangedField::DingTalkDepartment, None) if untouched => {
                    next.dingtalk_dept_id = None;
                    next.formerly = row.dingtalk_dept_id.map(|dept_id| self.formerly(dept_id));
                }
                _ => kept.push(turned(field)),
            }
        }
        self.after.insert(id, next);
        kept
    }

    /// A department of the enterprise that the members belong to.
    fn formerly(&self, dept_id: i64) -> FormerDepartment {
        let bindings = self.stored.members.iter().filter_map(|member| member.binding.as_ref());
        let corp_id = bindings.filter_map(|binding| binding.corp_id.clone()).next();
        FormerDepartment { corp_id, dept_id }
    }

    /// Leaves a move alone that would put a department below itself.
    fn without_cycles(&mut self, moved: Vec<(DepartmentId, &Change)>) -> Vec<Change> {
        let mut skipped = Vec::new();
        for (id, change) in moved {
            let parents = self.after.values().filter_map(|row| Some((row.id, row.parent?))).collect();
            if !tree::has_cycle(&parents, id) {
                continue;
            }
            let parent = self.before.get(&id).and_then(|row| row.parent);
            if let Some(row) = self.after.get_mut(&id) {
                row.parent = parent;
            }
            let fields = change.fields.iter().filter(|field| field.field == ChangedField::Parent);
            let note = Text::new(
                "移回后该部门会位于自身之下，保留现位置",
                "moved back it would lie below itself; it stays where it is now",
            );
            skipped.push(left_alone(change, fields.map(turned).collect(), note));
        }
        skipped
    }

    /// Removes what the run made, as far as nobody and nothing else is in it; `occupied` names the departments that
    /// people will be in.
    pub(super) fn remove_created(
        &mut self,
        changes: &[Change],
        occupied: &BTreeSet<DepartmentId>,
    ) -> Vec<Change> {
        let mut waiting: Vec<(DepartmentId, &Change)> = of_kind(changes, ChangeKind::DepartmentCreated)
            .filter(|(id, _)| self.before.contains_key(id))
            .collect();
        loop {
            let parents: BTreeSet<DepartmentId> = self.after.values().filter_map(|row| row.parent).collect();
            let count = waiting.len();
            waiting.retain(|(id, _)| {
                let stays = occupied.contains(id) || parents.contains(id);
                if !stays {
                    self.after.remove(id);
                    self.removed.insert(*id);
                }
                stays
            });
            if waiting.len() == count {
                break;
            }
        }
        let note = Text::new(
            "部门内仍有其他成员或子部门，保留",
            "somebody or something else is in the department; it stays",
        );
        waiting.into_iter().map(|(_, change)| left_alone(change, Vec::new(), note.clone())).collect()
    }

    /// The department of the record today: by its id, else by its number in DingTalk.
    pub(super) fn find(&self, (id, dept_id): (DepartmentId, Option<i64>)) -> Option<DepartmentId> {
        if self.after.contains_key(&id) { Some(id) } else { self.by_dept_id(dept_id) }
    }

    fn by_dept_id(&self, dept_id: Option<i64>) -> Option<DepartmentId> {
        let dept_id = dept_id?;
        self.after.values().find(|row| row.dingtalk_dept_id == Some(dept_id)).map(|row| row.id)
    }

    /// The names for the record, of those that go, too.
    pub(super) fn names(&self) -> DepartmentNames {
        let name = |row: &Department| (row.id, (row.name.as_str().into(), row.dingtalk_dept_id));
        self.stored.departments.iter().chain(self.after.values()).map(name).collect()
    }

    /// What happens: departments that come back first, those that go last.
    pub(super) fn steps(self) -> Vec<DepartmentStep> {
        let mut steps = Vec::new();
        for (id, after) in self.after {
            let (kind, before) = match self.before.get(&id) {
                None => (ChangeKind::DepartmentCreated, None),
                Some(before) if **before != after => (ChangeKind::DepartmentUpdated, Some((*before).clone())),
                Some(_) => continue,
            };
            steps.push(DepartmentStep { kind, before, after });
        }
        steps.sort_by_key(|step| (step.kind, step.after.id));
        let gone = self.removed.iter().filter_map(|id| self.before.get(id)).map(|row| (*row).clone());
        steps.extend(gone.map(|row| DepartmentStep {
            kind: ChangeKind::DepartmentRemoved,
            before: Some(row.clone()),
            after: row,
        }));
        steps
    }
}

fn of_kind(changes: &[Change], kind: ChangeKind) -> impl Iterator<Item = (DepartmentId, &Change)> {
    changes.iter().filter(move |change| change.kind == kind).filter_map(|change| match change.subject {
        Subject::Department { id: Some(id), .. } => Some((id, change)),
        _ => None,
    })
}

fn before_of(change: &Change, field: ChangedField) -> Option<&Value> {
    change.fields.iter().find(|one| one.field == field)?.before.as_ref()
}

fn parent_before(change: &Change) -> Option<(DepartmentId, Option<i64>)> {
    before_of(change, ChangedField::Parent).and_then(named)
}

fn named(value: &Value) -> Option<(DepartmentId, Option<i64>)> {
    match value {
        Value::Department(DepartmentName { department, dept_id, .. }) => Some((*department, *dept_id)),
        _ => None,
    }
}

fn number(value: &Value) -> Option<i64> {
    text(value)?.parse().ok()
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
