//! A run's changes on the wire: per person or department, per field, before and after.

use poem_openapi::param::Query;
use poem_openapi::{Enum, Object};

use super::dingtalk_number::DeptId;
use super::id;
use super::mobile_form::MobileForm;
use crate::domain::error::{Error, Result};
use crate::domain::sync::change::{Change, ChangeKind, ChangedField, FieldChange, Subject, Value};
use crate::domain::sync::change_filter::ChangeFilter;
use crate::domain::text::Language;

/// What happened to a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename = "ChangeKind", rename_all = "camelCase")]
pub(super) enum ChangeKindName {
    /// A department was made.
    DepartmentCreated,
    /// A department got another name, parent or place.
    DepartmentUpdated,
    /// A department went away.
    DepartmentRemoved,
    /// A person got an account and became a member.
    MemberCreated,
    /// A person with an account elsewhere became a member here.
    MemberJoined,
    /// A member's profile, departments or sign-in number changed.
    MemberUpdated,
    /// A member left.
    MemberDisabled,
    /// A member came back.
    MemberRestored,
    /// Something waits for an administrator.
    Conflict,
    /// Something was left out by rule.
    Skipped,
}

/// The same table both ways.
const KINDS: [(ChangeKindName, ChangeKind); 10] = [
    (ChangeKindName::DepartmentCreated, ChangeKind::DepartmentCreated),
    (ChangeKindName::DepartmentUpdated, ChangeKind::DepartmentUpdated),
    (ChangeKindName::DepartmentRemoved, ChangeKind::DepartmentRemoved),
    (ChangeKindName::MemberCreated, ChangeKind::MemberCreated),
    (ChangeKindName::MemberJoined, ChangeKind::MemberJoined),
    (ChangeKindName::MemberUpdated, ChangeKind::MemberUpdated),
    (ChangeKindName::MemberDisabled, ChangeKind::MemberDisabled),
    (ChangeKindName::MemberRestored, ChangeKind::MemberRestored),
    (ChangeKindName::Conflict, ChangeKind::Conflict),
    (ChangeKindName::Skipped, ChangeKind::Skipped),
];

impl ChangeKindName {
    /// The kind's name on the wire.
    pub(super) fn name(self) -> &'static str {
        ChangeKind::from(self).name()
    }
}

impl From<ChangeKindName> for ChangeKind {
    fn from(name: ChangeKindName) -> Self {
        KINDS.iter().find(|(known, _)| *known == name).map_or(Self::Skipped, |(_, kind)| *kind)
    }
}

impl From<ChangeKind> for ChangeKindName {
    fn from(kind: ChangeKind) -> Self {
        KINDS.iter().find(|(_, known)| *known == kind).map_or(Self::Skipped, |(name, _)| *name)
    }
}

/// Which lines are asked for, by the parameters `kind`, and `q`, `field` and `departmentId`.
pub(super) fn change_filter(
    Query(kind): Query<Option<ChangeKindName>>,
    [name, field, department]: [Query<Option<String>>; 3],
) -> Result<ChangeFilter> {
    if let Some(field) = field.0.as_ref().filter(|field| !ChangedField::is_name(field)) {
        return Err(Error::invalid(
            format!("没有名为 {field} 的字段，请使用变更记录中的字段名"),
            format!("there is no field {field}; use a name that changes have in `fields`"),
        ));
    }
    let department = department.0.map(|text| id(&text, "部门", "department")).transpose()?;
    Ok(ChangeFilter { kind: kind.map(Into::into), name: name.0, field: field.0, department })
}

/// The fields that hold a number.
const MOBILE: &str = "mobile";
const USERNAME: &str = "username";

/// One field, before and after, as people read it: departments by name, heads marked with `*`.
#[derive(Debug, Object)]
#[oai(rename = "FieldChange", rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct FieldChangeDocument {
    /// The field's name.
    pub(super) field: String,
    /// Its value before; absent for nothing.
    pub(super) before: Option<String>,
    /// Its value after; absent for nothing.
    pub(super) after: Option<String>,
}

/// One line of a run.
#[derive(Debug, Object)]
#[oai(rename = "Change", rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct ChangeDocument {
    /// What happened.
    pub(super) kind: ChangeKindName,
    /// The subject's name at that time.
    pub(super) name: String,
    /// The member here.
    pub(super) member_id: Option<String>,
    /// The member's sign-in name after the change.
    pub(super) username: Option<String>,
    /// The person in DingTalk.
    pub(super) dingtalk_user_id: Option<String>,
    /// The department here.
    pub(super) department_id: Option<String>,
    /// The department in DingTalk.
    pub(super) dingtalk_dept_id: Option<DeptId>,
    /// What changed in it.
    pub(super) fields: Vec<FieldChangeDocument>,
    /// Why, where that is not plain.
    pub(super) note: Option<String>,
}

impl ChangeDocument {
    /// A record, in a language.
    pub(super) fn of(change: Change, language: Language) -> Self {
        let mut document = Self {
            kind: change.kind.into(),
            name: change.name.into(),
            member_id: None,
            username: None,
            dingtalk_user_id: None,
            department_id: None,
            dingtalk_dept_id: None,
            fields: change.fields.iter().map(field).collect(),
            note: change.note.map(|note| note.get(language).to_owned()),
        };
        match change.subject {
            Subject::Department { id, dept_id } => {
                document.department_id = id.map(|id| id.to_string());
                document.dingtalk_dept_id = dept_id.map(DeptId::from);
            }
            Subject::Member { id, user_id, username } => {
                document.member_id = id.map(|id| id.to_string());
                document.dingtalk_user_id = user_id.map(Into::into);
                document.username = username.map(Into::into);
            }
        }
        document
    }

    /// The same with mobile numbers in the form that was asked for.
    pub(super) fn shown(mut self, form: MobileForm) -> Self {
        for FieldChangeDocument { field, before, after } in &mut self.fields {
            let shown = match field.as_str() {
                MOBILE => MobileForm::number,
                USERNAME => MobileForm::username,
                _ => continue,
            };
            *before = before.take().map(|value| shown(form, value));
            *after = after.take().map(|value| shown(form, value));
        }
        self.username = self.username.map(|name| form.username(name));
        self
    }
}

fn field(change: &FieldChange) -> FieldChangeDocument {
    FieldChangeDocument {
        field: change.field.name().to_owned(),
        before: change.before.as_ref().map(Value::display),
        after: change.after.as_ref().map(Value::display),
    }
}
