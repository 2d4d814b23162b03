//! A tenant's DingTalk application.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};

use super::dingtalk_number::AgentId;
use super::sync_changes::ChangeDocument;
use super::sync_runs::CountsDocument;
use super::{Done, Tag};
use crate::domain::id::TenantId;
use crate::domain::secret::Secret;
use crate::domain::sync::detach::DetachedMembers;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::problem::{ApiResult, Problem};
use crate::http::request::RequestInfo;
use crate::service::applications::{self, ApplicationInput, Applications, Expect, none_configured};
use crate::service::sync::Synchroniser;

pub(crate) struct DingTalk {
    pub(super) applications: Applications,
    pub(super) sync: Synchroniser,
}

/// A tenant's DingTalk application. Its secret never leaves the server.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct DingTalkApplication {
    /// The AgentId.
    agent_id: AgentId,
    /// The Client ID; AppKey in older consoles.
    client_id: String,
    /// The CorpId of the enterprise, when known.
    corp_id: Option<String>,
    /// Whether it may be used.
    enabled: bool,
    /// Where people inside DingTalk enter: the homepage for the DingTalk console, under this server's address.
    homepage_path: String,
    /// What should be known about it.
    warnings: Vec<Warning>,
    /// When it was first configured.
    created_at: DateTime,
    /// When it was last changed.
    updated_at: DateTime,
}

/// Something that should be known.
#[derive(Object)]
#[oai(rename = "DingTalkWarning", rename_all = "camelCase")]
struct Warning {
    /// Its stable name: `sameEnterprise` = other tenants are connected to the same enterprise through applications of
    /// their own, so that its people are there as members of each.
    code: String,
    /// How many other tenants.
    tenants: usize,
    /// Which; told to platform administrators only.
    names: Vec<String>,
}

/// An application to configure.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct PutDingTalkApplication {
    /// The AgentId; needed to send work notifications.
    agent_id: AgentId,
    /// The Client ID; AppKey in older consoles. Unique on this server.
    client_id: JsonString,
    /// The Client Secret (AppSecret); absent, empty or `******` keeps the stored one.
    #[oai(default)]
    client_secret: Option<JsonString>,
    /// The CorpId of the enterprise.
    #[oai(default)]
    corp_id: Option<JsonString>,
    /// Whether it may be used.
    enabled: bool,
}

impl From<applications::Application> for DingTalkApplication {
    fn from(application: applications::Application) -> Self {
        let applications::Application { app, same_enterprise, same_enterprise_count } = application;
        let warning = (same_enterprise_count > 0).then(|| Warning {
            code: "sameEnterprise".to_owned(),
            tenants: same_enterprise_count,
            names: same_enterprise,
        });
        Self {
            agent_id: app.agent_id.into(),
            client_id: app.client_id,
            corp_id: app.corp_id,
            enabled: app.enabled,
            homepage_path: format!("/tenantId/{}", app.tenant),
            warnings: warning.into_iter().collect(),
            created_at: app.created_at.into(),
            updated_at: app.updated_at.into(),
        }
    }
}

/// What becomes of the people and departments that came from DingTalk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[oai(rename = "DetachedMembers", rename_all = "camelCase")]
enum DetachedMembersName {
    /// People stay, as members of this server alone; departments stay as well.
    #[default]
    Keep,
    /// People leave and are signed out; their departments are removed.
    Disable,
}

impl From<DetachedMembersName> for DetachedMembers {
    fn from(name: DetachedMembersName) -> Self {
        match name {
            DetachedMembersName::Keep => Self::Keep,
            DetachedMembersName::Disable => Self::Disable,
        }
    }
}

/// What removing the application would do.
#[derive(Object)]
#[oai(rename = "DingTalkDetachment")]
struct DetachmentDocument {
    /// How many it concerns.
    counts: CountsDocument,
    /// The first people, each with what would change.
    sample: Vec<ChangeDocument>,
}

#[OpenApi(tag = "Tag::Tenants")]
impl DingTalk {
    /// The tenant's DingTalk application
    #[oai(path = "/tenants/:tenantId/dingtalk", method = "get", operation_id = "getDingTalkApplication")]
    async fn get(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
    ) -> ApiResult<DingTalkApplication> {
        let found = self.applications.find(&caller.0, TenantId(tenant.0)).await?;
        Ok(Json(found.ok_or_else(none_configured)?.into()))
    }

    /// Configure the tenant's DingTalk application
    #[oai(path = "/tenants/:tenantId/dingtalk", method = "put", operation_id = "putDingTalkApplication")]
    async fn put(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        body: JsonBody<PutDingTalkApplication>,
    ) -> ApiResult<DingTalkApplication> {
        let PutDingTalkApplication { agent_id, client_id, client_secret, corp_id, enabled } = body.0;
        let client_secret = client_secret.map(|secret| Secret::new(secret.0));
        let (client_id, corp_id) = (client_id.0, corp_id.map(|id| id.0));
        let input = ApplicationInput { agent_id: agent_id.0, client_id, client_secret, corp_id, enabled };
        let application = self.applications.put(&caller.0, TenantId(tenant.0), input, Expect::Either).await?;
        Ok(Json(application.into()))
    }

    /// Remove the tenant's DingTalk application
    ///
    /// At once, and as a run in the history, which cannot be undone. With `keep`, people and departments stay without
    /// their DingTalk identity; connected again, people are found by their mobile number. With `disable`, they leave.
    /// 409 while a synchronisation goes on.
    #[oai(
        path = "/tenants/:tenantId/dingtalk",
        method = "delete",
        operation_id = "deleteDingTalkApplication"
    )]
    async fn delete(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// `keep` unless said otherwise.
        members: Query<Option<DetachedMembersName>>,
    ) -> Result<Done, Problem> {
        let members = members.0.unwrap_or_default();
        self.sync.detach(&caller.0, TenantId(tenant.0), members.into()).await?;
        Ok(Done::Done)
    }

    /// Show what removing the application would do
    #[oai(
        path = "/tenants/:tenantId/dingtalk/detachment",
        method = "get",
        operation_id = "previewDingTalkDetachment"
    )]
    async fn detachment(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// `keep` unless said otherwise.
        members: Query<Option<DetachedMembersName>>,
    ) -> ApiResult<DetachmentDocument> {
        let members = members.0.unwrap_or_default();
        let shown = self.sync.detachment(&caller.0, TenantId(tenant.0), members.into()).await?;
        let sample =
            shown.sample.into_iter().map(|change| ChangeDocument::of(change, info.language)).collect();
        Ok(Json(DetachmentDocument { counts: shown.counts.into(), sample }))
    }
}
