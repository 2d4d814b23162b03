//! What DingTalk said, whole: departments and people as one read found them.
//!
//! Invariant: a [`Snapshot`] of a whole enterprise exists only when every department was listed and every page of it was
//! read, and its departments form a tree. A torn read cannot be planned.

mod digest;
mod merged;
mod read;
mod torn;

use std::collections::BTreeSet;

use crate::domain::directory::profile::ProfileField;

pub use read::{ReadPage, SnapshotBuilder, WholeRead};
pub use torn::TornRead;

/// A field as DingTalk answered it. Absent is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Upstream {
    /// The key was not there: nothing is known.
    #[default]
    Absent,
    /// The key was there and empty.
    Blank,
    /// A value.
    Value(Box<str>),
}

/// A department as DingTalk knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamDepartment {
    /// DingTalk's id.
    pub dept_id: i64,
    /// The department above, inside this snapshot; `None` at a root.
    pub parent: Option<i64>,
    /// Its name.
    pub name: String,
    /// Place among its siblings when DingTalk told it; the smaller comes first.
    pub order: Option<i64>,
    /// Place in the list in which DingTalk named it, which stands for the order when that is not told.
    pub position: u32,
}

/// A person as DingTalk knows it, merged over all departments that list this person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpstreamPerson {
    /// The userid.
    pub user_id: Box<str>,
    /// The unionid, when given.
    pub union_id: Option<Box<str>>,
    /// Country code of the mobile number, when given apart.
    pub country_code: Option<Box<str>>,
    /// The profile fields.
    pub fields: UpstreamFields,
    /// Where this person is, sorted by department.
    pub memberships: Vec<UpstreamMembership>,
}

/// The profile fields of a person, by [`ProfileField`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpstreamFields([Upstream; ProfileField::ALL.len()]);

impl UpstreamFields {
    /// What was said of a field.
    pub fn get(&self, field: ProfileField) -> &Upstream {
        self.0.get(field as usize).unwrap_or(&Upstream::Absent)
    }

    /// Notes what was said of a field.
    pub fn set(&mut self, field: ProfileField, value: Upstream) {
        if let Some(slot) = self.0.get_mut(field as usize) {
            *slot = value;
        }
    }

    /// Takes a field's value out, leaving it absent.
    pub fn take(&mut self, field: ProfileField) -> Upstream {
        self.0.get_mut(field as usize).map(std::mem::take).unwrap_or_default()
    }
}

/// A person's place in a department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpstreamMembership {
    /// The department.
    pub dept_id: i64,
    /// Place in the department's list; the larger comes first.
    pub order: i64,
    /// Whether this person heads the department.
    pub leader: bool,
}

/// How much of the enterprise a snapshot speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Everything the application may see: who is not in it has left.
    Whole,
    /// Some people only: nothing follows for anybody else.
    People,
}

/// One complete read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The enterprise, when known.
    pub corp_id: Option<Box<str>>,
    /// Sorted by id.
    pub departments: Vec<UpstreamDepartment>,
    /// Sorted by userid.
    pub people: Vec<UpstreamPerson>,
    /// How much it speaks for.
    pub coverage: Coverage,
    /// Departments left out by rule (negative ids: school contacts).
    pub left_out: Vec<i64>,
    /// Userids that DingTalk, asked for them one by one, no longer knows; only where some people were read.
    pub departed: BTreeSet<Box<str>>,
}

impl Snapshot {
    /// What was read of some people and departments: nothing follows for anybody who is not named.
    pub fn of_some(
        corp_id: Option<Box<str>>,
        mut departments: Vec<UpstreamDepartment>,
        mut people: Vec<UpstreamPerson>,
        departed: BTreeSet<Box<str>>,
    ) -> Self {
        departments.sort_by_key(|one| one.dept_id);
        departments.dedup_by_key(|one| one.dept_id);
        people.sort_by(|one, other| one.user_id.cmp(&other.user_id));
        people.dedup_by(|one, other| one.user_id == other.user_id);
        Self { corp_id, departments, people, coverage: Coverage::People, left_out: Vec::new(), departed }
    }
}

impl Snapshot {
    /// Whether somebody with this userid is among the people.
    pub fn shows(&self, user_id: &str) -> bool {
        self.people.binary_search_by(|known| (*known.user_id).cmp(user_id)).is_ok()
    }

    /// Adds people whom the read itself did not show.
    pub fn add(&mut self, people: impl IntoIterator<Item = UpstreamPerson>) {
        for person in people {
            let place = self.people.binary_search_by(|known| known.user_id.cmp(&person.user_id));
            if let Err(place) = place {
                self.people.insert(place, person);
            }
        }
    }
}

#[cfg(test)]
mod tests;
