//! Members: a tenant's people.

mod change;
mod member;

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use self::change::{ChangeMember, HandBack};
use self::member::Member;
pub(super) use self::member::Status;
use super::mobile_form::MobileForm;
use super::{Done, Tag, id};
use crate::domain::directory::member::MemberStatus;
use crate::domain::id::{MemberId, TenantId};
use crate::http::auth::Caller;
use crate::http::direct_json::DirectJson;
use crate::http::json_body::JsonBody;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::{ApiResult, Problem};
use crate::service::access::Access;
use crate::service::directory::{Directory, MemberQuery};

pub(crate) struct Members {
    pub(super) directory: Directory,
    pub(super) access: Access,
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
    ) -> Result<DirectJson<Page<Member>>, Problem> {
        let department = department.0.map(|text| id(&text, "部门", "department")).transpose()?;
        let query = MemberQuery {
            q: q.0,
            department,
            include_sub_departments: include_sub_departments.0,
            status: status.0.map(MemberStatus::from),
        };
        let from = cursor(from.0.as_deref())?;
        let page = self.directory.members(&caller.0, TenantId(tenant.0), query, limit(asked.0), from).await?;
        Ok(DirectJson(Page::of(page, |person| Member::shown(person, mobile.0))))
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
    ) -> Result<DirectJson<Member>, Problem> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        let person = self.directory.member(&caller.0, TenantId(tenant.0), member).await?;
        Ok(DirectJson(Member::shown(person, mobile.0)))
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
    ) -> Result<DirectJson<Member>, Problem> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        let patch = body.0.try_into()?;
        Ok(DirectJson(
            self.directory.change_member(&caller.0, TenantId(tenant.0), member, patch).await?.into(),
        ))
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
    ) -> Result<DirectJson<Member>, Problem> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        let patch = body.0.try_into()?;
        Ok(DirectJson(
            self.directory.change_member(&caller.0, TenantId(tenant.0), member, patch).await?.into(),
        ))
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
