//! Members: a tenant's people.

mod change;

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};

use self::change::{ChangeMember, HandBack};
use super::me::Role;
use super::mobile_form::MobileForm;
use super::{Done, Tag, id};
use crate::domain::directory::account::Username;
use crate::domain::directory::member::MemberStatus;
use crate::domain::directory::profile::ProfileField;
use crate::domain::id::{MemberId, TenantId};
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::{ApiResult, Problem};
use crate::service::access::Access;
use crate::service::directory::{Directory, MemberQuery, Person};

pub(crate) struct Members {
    pub(super) directory: Directory,
    pub(super) access: Access,
}

/// A person inside one tenant. Fields that nothing is known of are absent.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct Member {
    /// Its id.
    id: String,
    /// The account by which the person signs in.
    account_id: String,
    /// What the person types at sign-in; absent without a mobile number.
    username: Option<String>,
    /// The name.
    name: String,
    /// The mobile number as this tenant sees it.
    mobile: Option<String>,
    /// Personal mail address.
    email: Option<String>,
    /// Mail address given by the enterprise.
    org_email: Option<String>,
    /// Job number; not unique.
    job_number: Option<String>,
    /// Position.
    title: Option<String>,
    /// Desk telephone.
    telephone: Option<String>,
    /// Place of work.
    work_place: Option<String>,
    /// Remark.
    remark: Option<String>,
    /// The picture's address.
    avatar: Option<String>,
    /// Date of entry, `YYYY-MM-DD`.
    hired_on: Option<String>,
    /// Custom fields as DingTalk keeps them: a JSON object in text.
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
    dingtalk_user_id: Option<String>,
    /// The unionid in DingTalk.
    dingtalk_union_id: Option<String>,
    /// When the person was first seen.
    created_at: DateTime,
    /// When the row was last changed.
    updated_at: DateTime,
}

/// The whole numbers of a person.
#[derive(Object)]
#[oai(rename = "MemberNumbers", rename_all = "camelCase", skip_serializing_if_is_none)]
struct Numbers {
    /// The mobile number as this tenant sees it.
    mobile: Option<String>,
    /// What the person types at sign-in.
    username: Option<String>,
}

/// A place in a department.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct Membership {
    /// The department's id.
    id: String,
    /// Whether the person heads it.
    leader: bool,
}

/// Whether a member belongs to the tenant now.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "MemberStatus", rename_all = "camelCase")]
pub(super) enum Status {
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
    fn shown(person: Person, form: MobileForm) -> Self {
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

#[OpenApi(tag = "Tag::Directory")]
impl Members {
    /// A tenant's people
    ///
    /// Without `status`, everybody, those who left included.
    #[oai(path = "/tenants/:tenantId/members", method = "get", operation_id = "listMembers")]
    #[expect(
        clippy::too_many_arguments,
        reason = "one argument a query parameter is how the specification learns them"
    )]
    async fn list(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// Part of the name (also in pinyin), mobile number, username, userid, job number, title or mail address.
        q: Query<Option<String>>,
        /// Only members of this department.
        #[oai(name = "departmentId")]
        department: Query<Option<String>>,
        /// With `departmentId`: members of the departments below it, too.
        #[oai(name = "includeSubDepartments", default)]
        include_sub_departments: Query<bool>,
        /// Only members of this status.
        status: Query<Option<Status>>,
        /// Whole numbers, or masked ones for a page.
        #[oai(default)]
        mobile: Query<MobileForm>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<Member>> {
        let department = department.0.map(|text| id(&text, "部门", "department")).transpose()?;
        let query = MemberQuery {
            q: q.0,
            department,
            include_sub_departments: include_sub_departments.0,
            status: status.0.map(MemberStatus::from),
        };
        let from = cursor(from.0.as_deref())?;
        let page = self.directory.members(&caller.0, TenantId(tenant.0), query, limit(asked.0), from).await?;
        Ok(Json(Page::of(page, |person| Member::shown(person, mobile.0))))
    }

    /// One person
    #[oai(path = "/tenants/:tenantId/members/:memberId", method = "get", operation_id = "getMember")]
    async fn get(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "memberId")] member: Path<String>,
        /// Whole numbers, or masked ones for a page.
        #[oai(default)]
        mobile: Query<MobileForm>,
    ) -> ApiResult<Member> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        let person = self.directory.member(&caller.0, TenantId(tenant.0), member).await?;
        Ok(Json(Member::shown(person, mobile.0)))
    }

    /// Show a person's whole mobile number
    ///
    /// For pages that list masked ones. It is written down who looked.
    #[oai(
        path = "/tenants/:tenantId/members/:memberId/revealMobile",
        method = "post",
        operation_id = "revealMobile"
    )]
    async fn reveal_mobile(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "memberId")] member: Path<String>,
    ) -> ApiResult<Numbers> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        let person = self.directory.reveal_mobile(&caller.0, TenantId(tenant.0), member).await?;
        let Member { mobile, username, .. } = person.into();
        Ok(Json(Numbers { mobile, username }))
    }

    /// Change a person by hand
    ///
    /// A field that is changed here does not follow DingTalk any more, until `followDingTalk` names it.
    #[oai(path = "/tenants/:tenantId/members/:memberId", method = "patch", operation_id = "changeMember")]
    async fn change(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "memberId")] member: Path<String>,
        body: JsonBody<ChangeMember>,
    ) -> ApiResult<Member> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        let patch = body.0.try_into()?;
        Ok(Json(self.directory.change_member(&caller.0, TenantId(tenant.0), member, patch).await?.into()))
    }

    /// Hand fields back to DingTalk
    ///
    /// They keep their values until the next synchronisation brings DingTalk's.
    #[oai(
        path = "/tenants/:tenantId/members/:memberId/handBack",
        method = "post",
        operation_id = "handBackFields"
    )]
    async fn hand_back(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "memberId")] member: Path<String>,
        body: JsonBody<HandBack>,
    ) -> ApiResult<Member> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        let patch = body.0.try_into()?;
        Ok(Json(self.directory.change_member(&caller.0, TenantId(tenant.0), member, patch).await?.into()))
    }

    /// Reset a person's password to the default
    ///
    /// The default is house number + mobile number. Ends every session of the account.
    #[oai(
        path = "/tenants/:tenantId/members/:memberId/resetPassword",
        method = "post",
        operation_id = "resetPassword"
    )]
    async fn reset_password(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "memberId")] member: Path<String>,
    ) -> Result<Done, Problem> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        self.access.reset_password(&caller.0, TenantId(tenant.0), member).await?;
        Ok(Done::Done)
    }
}
