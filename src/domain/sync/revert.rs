//! Undoing a run: its record and the directory of today make a plan that puts back what the run changed.
//!
//! Nothing is deleted but empty departments that the run made: whom it brought in leaves, whom it disabled comes back.
//! What was changed again since stays, and is told with the reason. The next synchronisation plans the undone
//! changes anew, because DingTalk still says so.
//!
//! Invariant: right after a run, its revert leads back to the directory as it was before.

mod departments;
mod members;
mod numbers;

use crate::domain::sync::change::{Change, ChangeKind, FieldChange};
use crate::domain::sync::plan::{Plan, Policy};
use crate::domain::sync::stored::Stored;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

use departments::Departments;
use members::Members;

/// What putting back needs to know.
#[derive(Clone, Copy)]
struct Facts<'a> {
    stored: &'a Stored,
    policy: Policy,
    at: Timestamp,
}

/// Plans the undoing of a run from its record. Departments and people that the run never wrote are not touched.
pub fn revert(changes: &[Change], stored: &Stored, policy: Policy, at: Timestamp) -> Plan {
    let facts = Facts { stored, policy, at };
    let mut departments = Departments::of(stored);
    let mut skipped = departments.put_back(changes);
    let mut members = Members::default();
    skipped.extend(members.put_back(changes, &facts, &departments));
    skipped.extend(numbers::settle(&mut members, changes, &facts));
    skipped.extend(departments.remove_created(changes, &members.places(stored)));
    let names = departments.names();
    Plan::of_steps(stored, departments.steps(), members.steps(&facts), names, skipped)
}

/// The record of something that is not put back.
fn left_alone(change: &Change, fields: Vec<FieldChange>, note: Text) -> Change {
    Change { kind: ChangeKind::Skipped, fields, note: Some(note), ..change.clone() }
}

/// The same field the other way round: what putting back would have done.
fn turned(field: &FieldChange) -> FieldChange {
    FieldChange { field: field.field, before: field.after.clone(), after: field.before.clone() }
}

fn changed_since() -> Text {
    Text::new("此后又有修改，保留现值", "changed again since; it stays as it is now")
}

fn pinned() -> Text {
    Text::new(
        "该字段已由管理员在此编辑，保留现值",
        "an administrator edited this field here; it stays as it is now",
    )
}

#[cfg(test)]
mod tests;
