//! API tokens: the keys that programs have to one tenant.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};

use super::{Done, Tag, id};
use crate::domain::access::permission;
use crate::domain::access::session;
use crate::domain::id::{ApiTokenId, TenantId};
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::{ApiResult, Problem};
use crate::service::access::{Access, NewApiToken};

pub(crate) struct ApiTokens {
    pub(super) access: Access,
}

/// A program's key to one tenant; the token itself is not shown again.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct ApiToken {
    /// Its id.
    id: String,
    /// What its administrator calls it.
    name: String,
    /// What it may do.
    scopes: Vec<Scope>,
    /// The account that made it.
    created_by: String,
    /// When it was made.
    created_at: DateTime,
    /// When it stops working; absent when it does not.
    expires_at: Option<DateTime>,
    /// When it was last used, to the minute; absent before the first use.
    last_used_at: Option<DateTime>,
}

/// An API token that was just made.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct IssuedApiToken {
    /// The token for the header `X-Access-Token`. Keep it: it is shown this once.
    token: String,
    /// What can be read of it later, too.
    #[oai(flatten)]
    kept: ApiToken,
}

/// What an API token may do.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "ApiTokenScope")]
enum Scope {
    /// Read departments, members and conflicts.
    #[oai(rename = "directory:read")]
    DirectoryRead,
    /// Start, watch and decide synchronisations.
    #[oai(rename = "sync:run")]
    SyncRun,
    /// Send and recall messages, and read what became of them.
    #[oai(rename = "messages:send")]
    MessagesSend,
}

/// An API token to make.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct CreateApiToken {
    /// What to call it, 1 to 100 characters.
    name: JsonString,
    /// What it may do; at least one.
    scopes: Vec<Scope>,
    /// When it stops working, at most two years from now; when absent, it works until it is revoked.
    expires_at: Option<DateTime>,
}

/// The token, shown once.
#[derive(ApiResponse)]
enum ApiTokenCreated {
    /// Made.
    #[oai(status = 201)]
    Created(Json<IssuedApiToken>),
}

impl From<permission::Scope> for Scope {
    fn from(scope: permission::Scope) -> Self {
        match scope {
            permission::Scope::DirectoryRead => Self::DirectoryRead,
            permission::Scope::SyncRun => Self::SyncRun,
            permission::Scope::MessagesSend => Self::MessagesSend,
        }
    }
}

impl From<Scope> for permission::Scope {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::DirectoryRead => Self::DirectoryRead,
            Scope::SyncRun => Self::SyncRun,
            Scope::MessagesSend => Self::MessagesSend,
        }
    }
}

impl From<session::ApiToken> for ApiToken {
    fn from(token: session::ApiToken) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            scopes: token.scopes.into_iter().map(Scope::from).collect(),
            created_by: token.created_by.to_string(),
            created_at: token.created_at.into(),
            expires_at: token.expires_at.map(DateTime),
            last_used_at: token.last_used_at.map(DateTime),
        }
    }
}

#[OpenApi(tag = "Tag::Tenants")]
impl ApiTokens {
    /// A tenant's API tokens
    ///
    /// The newest first, those that are over included.
    #[oai(path = "/tenants/:tenantId/apiTokens", method = "get", operation_id = "listApiTokens")]
    async fn list(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<ApiToken>> {
        let (tenant, from) = (TenantId(tenant.0), cursor(from.0.as_deref())?);
        let page = self.access.api_tokens(&caller.0, tenant, limit(asked.0), from).await?;
        Ok(Json(Page::of(page, ApiToken::from)))
    }

    /// Make an API token
    ///
    /// The answer is the only place where the token ever stands. A tenant has at most 100 that work.
    #[oai(path = "/tenants/:tenantId/apiTokens", method = "post", operation_id = "createApiToken")]
    async fn create(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        body: JsonBody<CreateApiToken>,
    ) -> Result<ApiTokenCreated, Problem> {
        let CreateApiToken { name, scopes, expires_at } = body.0;
        let new = NewApiToken {
            name: name.0,
            scopes: scopes.into_iter().map(permission::Scope::from).collect(),
            expires_at: expires_at.map(|end| end.0),
        };
        let issued = self.access.create_api_token(&caller.0, TenantId(tenant.0), new).await?;
        let token = issued.secret.reveal().to_owned();
        Ok(ApiTokenCreated::Created(Json(IssuedApiToken { token, kept: issued.token.into() })))
    }

    /// Revoke an API token
    ///
    /// It stops working at once and for good.
    #[oai(path = "/tenants/:tenantId/apiTokens/:tokenId", method = "delete", operation_id = "revokeApiToken")]
    async fn revoke(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "tokenId")] token: Path<String>,
    ) -> Result<Done, Problem> {
        let token: ApiTokenId = id(&token.0, "API 令牌", "API token")?;
        self.access.revoke_api_token(&caller.0, TenantId(tenant.0), token).await?;
        Ok(Done::Done)
    }
}
