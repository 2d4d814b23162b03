//! What can be changed of a member by hand, as it comes over the wire.

use poem_openapi::Object;
use poem_openapi::types::MaybeUndefined;

use super::Status;
use crate::domain::directory::member::{MemberRole, MemberStatus};
use crate::domain::directory::profile::ProfileField;
use crate::domain::error::{Error, Result};
use crate::http::api::me::Role;
use crate::http::json_string::JsonString;
use crate::service::directory::MemberPatch;

/// What changes of a member: an absent field stays, `null` or an empty text empties it.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ChangeMember {
    /// The name; cannot be emptied.
    name: MaybeUndefined<JsonString>,
    /// The mobile number as this tenant sees it; the person's sign-in is not changed by it.
    mobile: MaybeUndefined<JsonString>,
    /// Personal mail address.
    email: MaybeUndefined<JsonString>,
    /// Mail address given by the enterprise.
    org_email: MaybeUndefined<JsonString>,
    /// Job number.
    job_number: MaybeUndefined<JsonString>,
    /// Position.
    title: MaybeUndefined<JsonString>,
    /// Desk telephone.
    telephone: MaybeUndefined<JsonString>,
    /// Place of work.
    work_place: MaybeUndefined<JsonString>,
    /// Remark.
    remark: MaybeUndefined<JsonString>,
    /// Names of fields that follow DingTalk again, from the next synchronisation on.
    #[oai(default)]
    follow_ding_talk: Vec<JsonString>,
    /// `active` or `disabled`; who left is decided by synchronisation.
    status: Option<Status>,
    /// What the person may do in the tenant.
    role: Option<Role>,
}

/// Fields that follow DingTalk again.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct HandBack {
    /// Their names, as `pinned` of the member lists them.
    fields: Vec<JsonString>,
}

impl TryFrom<HandBack> for MemberPatch {
    type Error = Error;

    fn try_from(back: HandBack) -> Result<Self> {
        let hand_back = back.fields.iter().map(|name| field("fields", &name.0)).collect::<Result<_>>()?;
        Ok(Self { hand_back, ..Self::default() })
    }
}

fn field(parameter: &str, name: &str) -> Result<ProfileField> {
    ProfileField::from_name(name).ok_or_else(|| {
        Error::invalid(
            format!("{parameter}：没有字段 {name}"),
            format!("{parameter}: there is no field {name}"),
        )
    })
}

impl TryFrom<ChangeMember> for MemberPatch {
    type Error = Error;

    fn try_from(change: ChangeMember) -> Result<Self> {
        let fields = [
            (ProfileField::Name, change.name),
            (ProfileField::Mobile, change.mobile),
            (ProfileField::Email, change.email),
            (ProfileField::OrgEmail, change.org_email),
            (ProfileField::JobNumber, change.job_number),
            (ProfileField::Title, change.title),
            (ProfileField::Telephone, change.telephone),
            (ProfileField::WorkPlace, change.work_place),
            (ProfileField::Remark, change.remark),
        ];
        let fields = fields.into_iter().filter_map(|(field, value)| match value {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some((field, None)),
            MaybeUndefined::Value(text) => Some((field, Some(text.0))),
        });
        let hand_back = change.follow_ding_talk.iter().map(|name| field("followDingTalk", &name.0));
        Ok(Self {
            fields: fields.collect(),
            hand_back: hand_back.collect::<Result<_>>()?,
            status: change.status.map(MemberStatus::from),
            role: change.role.map(MemberRole::from),
        })
    }
}
