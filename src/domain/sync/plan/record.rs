//! What a plan says of itself: the lines of its history, and the digest by which a shown plan is known again.
//!
//! Invariant: the order is fixed, so two plans of the same state have the same digest.

use sha2::{Digest, Sha256};

use super::Plan;
use crate::domain::sync::change::{Change, ChangeKind, Subject, Value};
use crate::domain::sync::conflict::ConflictState;
use crate::domain::text::Text;

impl Plan {
    /// The records of everything the plan does, parks and leaves out, in a fixed order.
    pub fn changes(&self) -> impl Iterator<Item = Change> + '_ {
        let departments = self.departments.iter().map(|step| step.change(&self.names));
        let members = self.members.iter().map(|step| step.change(&self.names));
        let parked =
            self.parked.iter().filter(|one| one.state == ConflictState::Open).map(|conflict| Change {
                kind: ChangeKind::Conflict,
                subject: Subject::Member {
                    id: conflict.member,
                    user_id: Some(conflict.user_id.clone()),
                    username: None,
                },
                name: conflict.name.clone(),
                fields: Vec::new(),
                note: Some(conflict.kind.text()),
            });
        let skipped = self.left_out.iter().map(|dept_id| Change {
            kind: ChangeKind::Skipped,
            subject: Subject::Department { id: None, dept_id: Some(*dept_id) },
            name: dept_id.to_string().into(),
            fields: Vec::new(),
            note: Some(Text::new(
                "家校通讯录部门，默认不同步",
                "a school-contact department, left out by default",
            )),
        });
        departments.chain(members).chain(parked).chain(skipped).chain(self.skipped.iter().cloned())
    }

    /// SHA-256 over what the plan does, without the ids made for it: two reads of the same state give the same.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for change in self.changes() {
            hash.update(change.kind.name());
            match &change.subject {
                Subject::Department { dept_id, .. } => hash.update(format!("|{dept_id:?}")),
                Subject::Member { user_id, username, .. } => {
                    hash.update(format!("|{user_id:?}|{username:?}"))
                }
            }
            for field in &change.fields {
                hash.update(format!("|{}", field.field.name()));
                for value in [&field.before, &field.after] {
                    hash.update(match value {
                        Some(Value::Text(text)) => format!("={text:?}"),
                        Some(Value::Departments(places)) => places
                            .iter()
                            .map(|place| format!("={:?}@{}{}", place.dept_id, place.order, place.leader))
                            .collect(),
                        Some(Value::Department(department)) => format!("={:?}", department.dept_id),
                        Some(Value::Binding(binding)) => format!("={binding:?}"),
                        None => "=".to_owned(),
                    });
                }
            }
            hash.update("\n");
        }
        hash.finalize().into()
    }
}
