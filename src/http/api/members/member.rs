//! A person as the API shows one.
//!
//! Must not know where a person is kept. Invariant: written straight and written as a tree, one says the same.

use poem_openapi::{Enum, Object};
use serde::Serialize;

use crate::domain::directory::account::Username;
use crate::domain::directory::member::MemberStatus;
use crate::domain::directory::profile::ProfileField;
use crate::http::api::me::Role;
use crate::http::api::mobile_form::MobileForm;
use crate::http::date_time::DateTime;
use crate::service::directory::Person;

/// A person inside one tenant. Fields that nothing is known of are absent.
#[derive(Object, Serialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase")]
pub(super) struct Member {
    /// Its id.
    id: String,
    /// The account by which the person signs in.
    account_id: String,
    /// What the person types at sign-in; absent without a mobile number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) username: Option<String>,
    /// The name.
    name: String,
    /// The mobile number as this tenant sees it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mobile: Option<String>,
    /// Personal mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// Mail address given by the enterprise.
    #[serde(skip_serializing_if = "Option::is_none")]
    org_email: Option<String>,
    /// Job number; not unique.
    #[serde(skip_serializing_if = "Option::is_none")]
    job_number: Option<String>,
    /// Position.
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Desk telephone.
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<String>,
    /// Place of work.
    #[serde(skip_serializing_if = "Option::is_none")]
    work_place: Option<String>,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<String>,
    /// The picture's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<String>,
    /// Date of entry, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    hired_on: Option<String>,
    /// Custom fields as DingTalk keeps them: a JSON object in text.
    #[serde(skip_serializing_if = "Option::is_none")]
    extension: Option<String>,
    /// The departments the person is in.
    departments: Vec<Membership>,
    /// Whether the person belongs to the tenant now.
    status: Status,
    /// What the person may do in the tenant.
    role: Role,
    /// Fields that were edited here and do not follow DingTalk.
    pinned: Vec<String>,
    /// The userid in DingTalk.
    #[serde(skip_serializing_if = "Option::is_none")]
    dingtalk_user_id: Option<String>,
    /// The unionid in DingTalk.
    #[serde(skip_serializing_if = "Option::is_none")]
    dingtalk_union_id: Option<String>,
    /// When the person was first seen.
    created_at: DateTime,
    /// When the row was last changed.
    updated_at: DateTime,
}

/// A place in a department.
#[derive(Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
struct Membership {
    /// The department's id.
    id: String,
    /// Whether the person heads it.
    leader: bool,
}

/// Whether a member belongs to the tenant now.
#[derive(Clone, Copy, Enum, Serialize)]
#[oai(rename = "MemberStatus", rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(in crate::http::api) enum Status {
    /// Belongs to the tenant.
    Active,
    /// Switched off by an administrator.
    Disabled,
    /// Left; comes back when rehired.
    Left,
}

impl From<Status> for MemberStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Disabled => Self::Disabled,
            Status::Left => Self::Left,
        }
    }
}

impl From<MemberStatus> for Status {
    fn from(status: MemberStatus) -> Self {
        match status {
            MemberStatus::Active => Self::Active,
            MemberStatus::Disabled => Self::Disabled,
            MemberStatus::Left => Self::Left,
        }
    }
}

impl Member {
    /// The person with numbers in the form that was asked for.
    pub(super) fn shown(person: Person, form: MobileForm) -> Self {
        let whole = Self::from(person);
        Self {
            mobile: whole.mobile.map(|number| form.number(number)),
            username: whole.username.map(|name| form.username(name)),
            ..whole
        }
    }
}

impl From<Person> for Member {
    fn from(Person { member, account }: Person) -> Self {
        let field = |field| member.profile.get(field).map(str::to_owned);
        let username = account.as_ref().and_then(|account| account.username.as_ref());
        let places = member.memberships.iter();
        Self {
            id: member.id.to_string(),
            account_id: member.account.to_string(),
            username: username.map(Username::to_string),
            name: member.profile.name().to_owned(),
            mobile: field(ProfileField::Mobile),
            email: field(ProfileField::Email),
            org_email: field(ProfileField::OrgEmail),
            job_number: field(ProfileField::JobNumber),
            title: field(ProfileField::Title),
            telephone: field(ProfileField::Telephone),
            work_place: field(ProfileField::WorkPlace),
            remark: field(ProfileField::Remark),
            avatar: field(ProfileField::Avatar),
            hired_on: field(ProfileField::HiredOn),
            extension: field(ProfileField::Extension),
            departments: places
                .map(|place| Membership { id: place.department.to_string(), leader: place.leader })
                .collect(),
            status: member.status.into(),
            role: member.role.into(),
            pinned: member.pinned.iter().map(|field| field.name().to_owned()).collect(),
            dingtalk_user_id: member.binding.as_ref().map(|binding| binding.user_id.to_string()),
            dingtalk_union_id: member
                .binding
                .as_ref()
                .and_then(|binding| binding.union_id.as_ref())
                .map(ToString::to_string),
            created_at: member.created_at.into(),
            updated_at: member.updated_at.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::types::{ParseFromJSON, ToJSON};
    use serde_json::{Value, json};

    use super::*;

    /// A person read and written again, straight and by the framework.
    fn written(person: &Value) -> Value {
        let member = Member::parse_from_json(Some(person.clone())).ok().unwrap();
        let straight = serde_json::to_value(&member).unwrap();
        assert_eq!(Some(&straight), member.to_json().as_ref());
        straight
    }

    #[test]
    fn written_straight_and_as_a_tree_one_says_the_same() {
        let little = json!({
            "id": "a", "accountId": "b", "name": "王芳", "departments": [], "status": "left", "role": "member",
            "pinned": [], "createdAt": "2026-11-22T12:30:00.123Z", "updatedAt": "2026-11-22T12:30:00.123Z",
        });
        assert_eq!(written(&little), little);

        let mut whole = little;
        for field in [
            "username",
            "mobile",
            "email",
            "orgEmail",
            "jobNumber",
            "title",
            "telephone",
            "workPlace",
            "remark",
            "avatar",
            "hiredOn",
            "extension",
            "dingtalkUserId",
            "dingtalkUnionId",
        ] {
            whole[field] = json!(format!("\"{field}\""));
        }
        whole["departments"] = json!([{"id": "c", "leader": true}]);
        whole["status"] = json!("disabled");
        whole["role"] = json!("administrator");
        whole["pinned"] = json!(["title"]);
        assert_eq!(written(&whole), whole);
    }
}
