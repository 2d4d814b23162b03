//! The steps of a plan, and the record each leaves in the history.

use std::collections::HashMap;

use crate::domain::directory::account::{Account, Username};
use crate::domain::directory::department::Department;
use crate::domain::directory::member::Member;
use crate::domain::directory::profile::ProfileField;
use crate::domain::id::DepartmentId;
use crate::domain::sync::change::{
    Change, ChangeKind, ChangedField, DepartmentName, DepartmentPlace, FieldChange, Subject, Value,
};

/// What happens to a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepartmentStep {
    /// Created, updated or removed.
    pub kind: ChangeKind,
    /// The row before; `None` when it is new.
    pub before: Option<Department>,
    /// The row after; for a removal the row that goes.
    pub after: Department,
}

/// What happens to a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberStep {
    /// Created, joined, updated, disabled or restored.
    pub kind: ChangeKind,
    /// The row before; `None` when it is new.
    pub before: Option<Box<Member>>,
    /// The row after.
    pub after: Member,
    /// What happens to the account.
    pub account: AccountStep,
}

/// What happens to a member's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountStep {
    /// Nothing; its username is told for the record.
    Unchanged(Option<Username>),
    /// It is made, or gets another number.
    Write {
        /// The username before.
        before: Option<Username>,
        /// The row after.
        after: Account,
    },
}

/// The departments' names and DingTalk ids, for the record.
pub type DepartmentNames = HashMap<DepartmentId, (Box<str>, Option<i64>)>;

impl DepartmentStep {
    /// The record of this step.
    pub fn change(&self, names: &DepartmentNames) -> Change {
        let parent = |row: &Department| {
            let department = row.parent?;
            let (name, dept_id) = names.get(&department).cloned()?;
            Some(Value::Department(DepartmentName { department, dept_id, name }))
        };
        let order = |row: &Department| Some(Value::Text(row.order.to_string().into()));
        let mut fields = Vec::new();
        let mut compare = |field, value: &dyn Fn(&Department) -> Option<Value>, moved: bool| {
            let before = self.before.as_ref().and_then(value);
            let after = if self.kind == ChangeKind::DepartmentRemoved { None } else { value(&self.after) };
            if moved || before != after {
                fields.push(FieldChange { field, before, after });
            }
        };
        let moved = self.before.as_ref().is_some_and(|before| before.parent != self.after.parent);
        compare(ChangedField::DepartmentName, &|row| Value::text(Some(&row.name)), false);
        compare(ChangedField::Parent, &parent, moved);
        compare(ChangedField::Order, &order, false);
        if self.kind == ChangeKind::DepartmentUpdated {
            let dept_id =
                |row: &Department| row.dingtalk_dept_id.map(|id| Value::Text(id.to_string().into()));
            compare(ChangedField::DingTalkDepartment, &dept_id, false);
        }
        Change {
            kind: self.kind,
            subject: Subject::Department { id: Some(self.after.id), dept_id: self.after.dingtalk_dept_id },
            name: self.after.name.as_str().into(),
            fields,
            note: None,
        }
    }
}

impl MemberStep {
    /// The record of this step.
    pub fn change(&self, names: &DepartmentNames) -> Change {
        let mut fields = Vec::new();
        let before = self.before.as_deref();
        for field in ProfileField::ALL {
            let old = before.and_then(|member| member.profile.get(field));
            let new = self.after.profile.get(field);
            if old != new {
                fields.push(FieldChange {
                    field: ChangedField::Profile(field),
                    before: Value::text(old),
                    after: Value::text(new),
                });
            }
        }
        if before.map(|member| &member.memberships) != Some(&self.after.memberships) {
            fields.push(FieldChange {
                field: ChangedField::Departments,
                before: before.and_then(|member| departments(member, names)),
                after: departments(&self.after, names),
            });
        }
        if before.is_some_and(|member| member.status != self.after.status) {
            fields.push(FieldChange {
                field: ChangedField::Status,
                before: before.map(|member| Value::Text(member.status.name().into())),
                after: Some(Value::Text(self.after.status.name().into())),
            });
        }
        let user_id = |member: &Member| member.binding.as_ref().map(|binding| binding.user_id.clone());
        if before.is_some_and(|member| member.binding != self.after.binding) {
            fields.push(FieldChange {
                field: ChangedField::Binding,
                before: before.and_then(|member| member.binding.clone()).map(Value::Binding),
                after: self.after.binding.clone().map(Value::Binding),
            });
        }
        if let Some(before) = before.filter(|member| member.account != self.after.account) {
            let id = |member: &Member| Some(Value::Text(member.account.to_string().into()));
            fields.push(FieldChange {
                field: ChangedField::Account,
                before: id(before),
                after: id(&self.after),
            });
        }
        let username = match &self.account {
            AccountStep::Unchanged(username) => username.as_ref(),
            AccountStep::Write { before, after } => {
                if before.as_ref() != after.username.as_ref() {
                    fields.push(FieldChange {
                        field: ChangedField::Username,
                        before: Value::text(before.as_ref().map(Username::as_str)),
                        after: Value::text(after.username.as_ref().map(Username::as_str)),
                    });
                }
                after.username.as_ref()
            }
        };
        Change {
            kind: self.kind,
            subject: Subject::Member {
                id: Some(self.after.id),
                user_id: user_id(&self.after),
                username: username.map(|name| name.as_str().into()),
            },
            name: self.after.profile.name().into(),
            fields,
            note: None,
        }
    }
}

fn departments(member: &Member, names: &DepartmentNames) -> Option<Value> {
    let places: Vec<DepartmentPlace> = member
        .memberships
        .iter()
        .map(|place| {
            let (name, dept_id) = names.get(&place.department).cloned().unwrap_or_default();
            DepartmentPlace {
                department: place.department,
                dept_id,
                name,
                order: place.order,
                leader: place.leader,
            }
        })
        .collect();
    (!places.is_empty()).then_some(Value::Departments(places))
}
