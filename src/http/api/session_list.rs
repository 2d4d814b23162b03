//! The sessions that are open: one's own, and a member's for administrators.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};

use super::{Done, Tag, id};
use crate::domain::access::principal::Principal;
use crate::domain::access::session::{Session, SignInMethod};
use crate::domain::id::{MemberId, SessionId, TenantId};
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::paging::Page;
use crate::http::problem::{ApiResult, Problem};
use crate::service::access::Access;

pub(crate) struct SessionList {
    pub(super) access: Access,
}

/// A signed-in browser or program.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct OpenSession {
    /// Its id; not its token, and good for nothing but ending it.
    id: String,
    /// How it came about.
    method: Method,
    /// The one tenant that it opens; absent when it opens whatever the account does.
    tenant_id: Option<u32>,
    /// The address from which it was opened; absent when that is not known.
    address: Option<String>,
    /// What the client called itself; absent when it did not.
    user_agent: Option<String>,
    /// When it was opened.
    created_at: DateTime,
    /// When it was last used, to the minute.
    last_used_at: DateTime,
    /// When it ends at the latest; it also ends when it was not used for twelve hours.
    expires_at: DateTime,
    /// Whether it is the one that asks.
    current: bool,
}

/// How a session came about.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "SignInMethod", rename_all = "camelCase")]
enum Method {
    /// Username and password.
    Password,
    /// The link that made the first administrator.
    SetupLink,
    /// Inside DingTalk, without a password.
    DingtalkClient,
    /// DingTalk's scan page in an ordinary browser.
    DingtalkScan,
}

impl From<SignInMethod> for Method {
    fn from(method: SignInMethod) -> Self {
        match method {
            SignInMethod::Password => Self::Password,
            SignInMethod::SetupLink => Self::SetupLink,
            SignInMethod::DingTalkClient(_) => Self::DingtalkClient,
            SignInMethod::DingTalkScan(_) => Self::DingtalkScan,
        }
    }
}

impl OpenSession {
    fn of(session: Session, asking: &Principal) -> Self {
        let known = |text: Box<str>| Some(String::from(text)).filter(|text| !text.is_empty());
        Self {
            id: session.id.to_string(),
            method: session.method.into(),
            tenant_id: session.method.tenant().map(|tenant| tenant.0),
            address: known(session.origin.address),
            user_agent: known(session.origin.user_agent),
            created_at: session.created_at.into(),
            last_used_at: session.last_used_at.into(),
            expires_at: session.expires_at.into(),
            current: matches!(asking, Principal::Person { session: own, .. } if *own == session.id),
        }
    }

    /// All of them: an account has at most a hundred.
    fn page(sessions: Vec<Session>, asking: &Principal) -> Page<Self> {
        let items = sessions.into_iter().map(|session| Self::of(session, asking)).collect();
        Page { items, next_cursor: None }
    }
}

#[OpenApi(tag = "Tag::Access")]
impl SessionList {
    /// Where am I signed in
    ///
    /// The newest first. A session through a tenant's DingTalk shows, and ends, that tenant's sessions only.
    #[oai(path = "/me/sessions", method = "get", operation_id = "listMySessions")]
    async fn mine(&self, caller: Caller) -> ApiResult<Page<OpenSession>> {
        let sessions = self.access.my_sessions(&caller.0).await?;
        Ok(Json(OpenSession::page(sessions, &caller.0)))
    }

    /// Sign out everywhere else
    #[oai(path = "/me/sessions", method = "delete", operation_id = "endMyOtherSessions")]
    async fn end_my_others(&self, caller: Caller) -> Result<Done, Problem> {
        self.access.end_my_other_sessions(&caller.0).await?;
        Ok(Done::Done)
    }

    /// End one of my sessions
    #[oai(path = "/me/sessions/:sessionId", method = "delete", operation_id = "endMySession")]
    async fn end_mine(
        &self,
        caller: Caller,
        #[oai(name = "sessionId")] session: Path<String>,
    ) -> Result<Done, Problem> {
        let session: SessionId = id(&session.0, "会话", "session")?;
        self.access.end_my_session(&caller.0, session).await?;
        Ok(Done::Done)
    }

    /// Where a member is signed in
    ///
    /// The sessions that open this tenant, the newest first.
    #[oai(
        path = "/tenants/:tenantId/members/:memberId/sessions",
        method = "get",
        operation_id = "listMemberSessions"
    )]
    async fn of_member(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "memberId")] member: Path<String>,
    ) -> ApiResult<Page<OpenSession>> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        let sessions = self.access.member_sessions(&caller.0, TenantId(tenant.0), member).await?;
        Ok(Json(OpenSession::page(sessions, &caller.0)))
    }

    /// Sign a member out
    ///
    /// Ends every session that opens this tenant.
    #[oai(
        path = "/tenants/:tenantId/members/:memberId/sessions",
        method = "delete",
        operation_id = "endMemberSessions"
    )]
    async fn end_of_member(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "memberId")] member: Path<String>,
    ) -> Result<Done, Problem> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        self.access.end_member_sessions(&caller.0, TenantId(tenant.0), member, None).await?;
        Ok(Done::Done)
    }

    /// End one of a member's sessions
    #[oai(
        path = "/tenants/:tenantId/members/:memberId/sessions/:sessionId",
        method = "delete",
        operation_id = "endMemberSession"
    )]
    async fn end_one_of_member(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "memberId")] member: Path<String>,
        #[oai(name = "sessionId")] session: Path<String>,
    ) -> Result<Done, Problem> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        let session: SessionId = id(&session.0, "会话", "session")?;
        self.access.end_member_sessions(&caller.0, TenantId(tenant.0), member, Some(session)).await?;
        Ok(Done::Done)
    }
}
