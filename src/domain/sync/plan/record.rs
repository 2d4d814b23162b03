//! What a plan says of itself: the lines of its history, and the digest by which a shown plan is known again.
//!
//! Invariant: the order is fixed, so two plans of the same state have the same digest.

use std::fmt::{self, Write as _};

use sha2::{Digest as _, Sha256};

use super::Plan;
use crate::domain::sync::change::{Change, ChangeKind, Subject, Value};
use crate::domain::sync::conflict::ConflictState;
use crate::domain::text::Text;

impl Plan {
    /// The records of everything the plan does, parks and leaves out, in a fixed order.
    pub fn changes(&self) -> impl Iterator<Item = Change> + '_ {
        let members = self.members.iter().map(|step| step.change(&self.names));
        self.changes_before_members().chain(members).chain(self.changes_after_members())
    }

    /// Of [`Plan::changes`], those before the members' own: what happens to departments.
    pub fn changes_before_members(&self) -> impl Iterator<Item = Change> + '_ {
        self.departments.iter().map(|step| step.change(&self.names))
    }

    /// Of [`Plan::changes`], those after the members' own: what is parked and left out.
    pub fn changes_after_members(&self) -> impl Iterator<Item = Change> + '_ {
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
        parked.chain(skipped).chain(self.skipped.iter().cloned())
    }

    /// SHA-256 over what the plan does, see [`PlanDigest`].
    pub fn digest(&self) -> [u8; 32] {
        let mut digest = PlanDigest::default();
        self.changes().for_each(|change| digest.add(&LineDigest::of(&change)));
        digest.finish()
    }
}

/// The digest of one of [`Plan::changes`].
pub struct LineDigest([u8; 32]);

impl LineDigest {
    /// SHA-256 over what a change does. It leaves out the ids made for a plan: two reads of the same state give the same.
    pub fn of(change: &Change) -> Self {
        let mut line = String::with_capacity(USUAL_LENGTH);
        // Writing into a text does not fail.
        write_line(&mut line, change).unwrap_or_default();
        Self(Sha256::digest(&line).into())
    }
}

/// What most lines fit into.
const USUAL_LENGTH: usize = 512;

/// The digest of a plan on its way, line by line, so that whoever keeps the lines need not make them twice.
#[derive(Default)]
pub struct PlanDigest(Sha256);

impl PlanDigest {
    /// Takes the next of [`Plan::changes`].
    pub fn add(&mut self, line: &LineDigest) {
        self.0.update(line.0);
    }

    /// The digest of what was taken.
    pub fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

fn write_line(line: &mut String, change: &Change) -> fmt::Result {
    line.push_str(change.kind.name());
    match &change.subject {
        Subject::Department { dept_id, .. } => write!(line, "|{dept_id:?}")?,
        Subject::Member { user_id, username, .. } => {
            for text in [user_id, username] {
                line.push('|');
                text.iter().try_for_each(|text| write_text(line, text))?;
            }
        }
    }
    for field in &change.fields {
        line.push('|');
        line.push_str(field.field.name());
        for value in [&field.before, &field.after] {
            line.push('=');
            match value {
                Some(Value::Text(text)) => write_text(line, text)?,
                Some(Value::Departments(places)) => {
                    for place in places {
                        write!(line, "={:?}@{}{}", place.dept_id, place.order, place.leader)?;
                    }
                }
                Some(Value::Department(department)) => write!(line, "{:?}", department.dept_id)?,
                Some(Value::Binding(binding)) => write!(line, "{binding:?}")?,
                None => {}
            }
        }
    }
    Ok(())
}

/// A text behind its length, so that nothing in it can look like what comes after.
fn write_text(line: &mut String, text: &str) -> fmt::Result {
    write!(line, "{}:", text.len())?;
    line.push_str(text);
    Ok(())
}
