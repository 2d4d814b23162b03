//! The record of what a run did, or would do: per person or department, per field, before and after.

use serde::{Deserialize, Serialize};

use crate::domain::directory::member::Binding;
use crate::domain::directory::profile::ProfileField;
use crate::domain::id::{DepartmentId, MemberId};
use crate::domain::text::Text;

/// One line of a run's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What happened.
    pub kind: ChangeKind,
    /// To whom or what.
    pub subject: Subject,
    /// The subject's name at that time.
    pub name: Box<str>,
    /// What changed in it.
    pub fields: Vec<FieldChange>,
    /// Why, where that is not plain.
    pub note: Option<Text>,
}

/// What happened to a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ChangeKind {
    /// A department was made.
    DepartmentCreated,
    /// A department got another name, parent or place.
    DepartmentUpdated,
    /// A department went away.
    DepartmentRemoved,
    /// A person got an account and became a member.
    MemberCreated,
    /// A person who had an account became a member of this tenant.
    MemberJoined,
    /// A member's profile, departments or sign-in number changed.
    MemberUpdated,
    /// A member left.
    MemberDisabled,
    /// A member came back.
    MemberRestored,
    /// Something was parked for an administrator.
    Conflict,
    /// Something was left out by rule.
    Skipped,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::DepartmentCreated,
        Self::DepartmentUpdated,
        Self::DepartmentRemoved,
        Self::MemberCreated,
        Self::MemberJoined,
        Self::MemberUpdated,
        Self::MemberDisabled,
        Self::MemberRestored,
        Self::Conflict,
        Self::Skipped,
    ];

    /// The kind's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::DepartmentCreated => "departmentCreated",
            Self::DepartmentUpdated => "departmentUpdated",
            Self::DepartmentRemoved => "departmentRemoved",
            Self::MemberCreated => "memberCreated",
            Self::MemberJoined => "memberJoined",
            Self::MemberUpdated => "memberUpdated",
            Self::MemberDisabled => "memberDisabled",
            Self::MemberRestored => "memberRestored",
            Self::Conflict => "conflict",
            Self::Skipped => "skipped",
        }
    }
}

/// Whom or what a change is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// A department.
    Department {
        /// Its id here; `None` when it was left out.
        id: Option<DepartmentId>,
        /// Its id in DingTalk.
        dept_id: Option<i64>,
    },
    /// A member.
    Member {
        /// The id here; `None` for a person who was parked.
        id: Option<MemberId>,
        /// The userid in DingTalk.
        user_id: Option<Box<str>>,
        /// The account's username after the change.
        username: Option<Box<str>>,
    },
}

/// One field, before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which field.
    pub field: ChangedField,
    /// Its value before; `None` for nothing.
    pub before: Option<Value>,
    /// Its value after; `None` for nothing.
    pub after: Option<Value>,
}

/// The fields that a change can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ChangedField {
    /// A profile field.
    Profile(ProfileField),
    /// The departments a member is in.
    Departments,
    /// The number an account signs in with.
    Username,
    /// Whether a member belongs to the tenant.
    Status,
    /// Who a member is in DingTalk.
    Binding,
    /// The account a member signs in with.
    Account,
    /// A department's name.
    DepartmentName,
    /// The department above.
    Parent,
    /// The place among the siblings.
    Order,
    /// Which department it is in DingTalk.
    DingTalkDepartment,
}

impl ChangedField {
    /// The fields beside those of the profile.
    const OTHERS: [Self; 9] = [
        Self::Departments,
        Self::Username,
        Self::Status,
        Self::Binding,
        Self::Account,
        Self::DepartmentName,
        Self::Parent,
        Self::Order,
        Self::DingTalkDepartment,
    ];

    /// Whether a field has this name in the API; people and departments have a `name` each.
    pub fn is_name(name: &str) -> bool {
        ProfileField::from_name(name).is_some() || Self::OTHERS.iter().any(|field| field.name() == name)
    }

    /// The field's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Profile(field) => field.name(),
            Self::Departments => "departments",
            Self::Username => "username",
            Self::Status => "status",
            Self::Binding => "dingtalkUserId",
            Self::Account => "account",
            Self::DepartmentName => "name",
            Self::Parent => "parent",
            Self::Order => "order",
            Self::DingTalkDepartment => "dingtalkDeptId",
        }
    }
}

/// A field's value in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// A text as it stands.
    Text(Box<str>),
    /// Departments, with their names at that time.
    Departments(Vec<DepartmentPlace>),
    /// One department, with its name at that time.
    Department(DepartmentName),
    /// A DingTalk identity, whole, so that it can be put back.
    Binding(Binding),
}

/// A department as the record names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentName {
    /// The department.
    pub department: DepartmentId,
    /// Its id in DingTalk.
    pub dept_id: Option<i64>,
    /// Its name at that time.
    pub name: Box<str>,
}

/// A place in a department as the record keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentPlace {
    /// The department.
    pub department: DepartmentId,
    /// Its id in DingTalk.
    pub dept_id: Option<i64>,
    /// Its name at that time.
    pub name: Box<str>,
    /// Place in the department's list.
    pub order: i64,
    /// Whether the member heads it.
    pub leader: bool,
}

impl Value {
    /// A text, unless it is empty.
    pub fn text(text: Option<&str>) -> Option<Self> {
        text.filter(|text| !text.is_empty()).map(|text| Self::Text(text.into()))
    }

    /// The value in words: departments by name, heads marked with `*`.
    pub fn display(&self) -> String {
        match self {
            Self::Text(text) => text.to_string(),
            Self::Department(department) => department.name.to_string(),
            Self::Binding(binding) => binding.user_id.to_string(),
            Self::Departments(places) => places
                .iter()
                .map(|place| format!("{}{}", place.name, if place.leader { "*" } else { "" }))
                .collect::<Vec<_>>()
                .join("、"),
        }
    }
}
