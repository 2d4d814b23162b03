//! Which lines of a run's history are wanted.
//!
//! Invariant: a filter that says nothing keeps everything; whatever it says must all be true of a line.

use crate::domain::id::DepartmentId;
use crate::domain::sync::change::{Change, ChangeKind, Subject, Value};

/// Which lines of a run are wanted.
#[derive(Clone, Debug, Default)]
pub struct ChangeFilter {
    /// Only this kind.
    pub kind: Option<ChangeKind>,
    /// Only subjects whose name contains this.
    pub name: Option<String>,
    /// Only lines that name this field, as the API calls it.
    pub field: Option<String>,
    /// Only this department, and members who came into it, were moved in it, or left it.
    pub department: Option<DepartmentId>,
}

impl ChangeFilter {
    /// The same filter, ready to be asked many times.
    #[must_use]
    pub fn normalised(&self) -> Self {
        Self { name: self.name.as_ref().map(|name| name.trim().to_lowercase()), ..self.clone() }
    }

    /// Whether a line is wanted; the filter must be [`ChangeFilter::normalised`].
    pub fn keeps(&self, change: &Change) -> bool {
        self.kind.is_none_or(|kind| change.kind == kind)
            && self.name.as_ref().is_none_or(|name| change.name.to_lowercase().contains(name))
            && self
                .field
                .as_ref()
                .is_none_or(|wanted| change.fields.iter().any(|field| field.field.name() == wanted))
            && self.department.is_none_or(|department| concerns(change, department))
    }
}

fn concerns(change: &Change, department: DepartmentId) -> bool {
    if matches!(&change.subject, Subject::Department { id: Some(id), .. } if *id == department) {
        return true;
    }
    let values = change.fields.iter().flat_map(|field| field.before.iter().chain(&field.after));
    values.into_iter().any(|value| match value {
        Value::Departments(places) => places.iter().any(|place| place.department == department),
        Value::Department(_) | Value::Text(_) | Value::Binding(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::directory::profile::ProfileField;
    use crate::domain::sync::change::{ChangedField, DepartmentPlace, FieldChange};

    fn department(number: u128) -> DepartmentId {
        Uuid::from_u128(number).into()
    }

    fn moved(from: u128, to: u128) -> Change {
        let places = |number| {
            let department = department(number);
            let place =
                DepartmentPlace { department, dept_id: None, name: "x".into(), order: 0, leader: false };
            Some(Value::Departments(vec![place]))
        };
        let field = FieldChange { field: ChangedField::Departments, before: places(from), after: places(to) };
        Change {
            kind: ChangeKind::MemberUpdated,
            subject: Subject::Member { id: None, user_id: None, username: None },
            name: "Zhang 三".into(),
            fields: vec![field],
            note: None,
        }
    }

    #[test]
    fn a_filter_that_says_nothing_keeps_everything() {
        assert!(ChangeFilter::default().normalised().keeps(&moved(1, 2)));
    }

    #[test]
    fn a_department_finds_who_came_and_who_went() {
        let finds = |number| {
            let filter = ChangeFilter { department: Some(department(number)), ..ChangeFilter::default() };
            filter.keeps(&moved(1, 2))
        };
        assert_eq!([finds(1), finds(2), finds(3)], [true, true, false]);
    }

    #[test]
    fn everything_that_is_said_must_be_true() {
        let filter = |name: &str, field: &str| ChangeFilter {
            name: Some(name.to_owned()),
            field: Some(field.to_owned()),
            ..ChangeFilter::default()
        };
        assert!(filter(" zhang ", "departments").normalised().keeps(&moved(1, 2)));
        assert!(!filter("zhang", ProfileField::Title.name()).normalised().keeps(&moved(1, 2)));
        assert!(!filter("li", "departments").normalised().keeps(&moved(1, 2)));
    }
}
