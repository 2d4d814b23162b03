//! One-time links by which a person chooses a new password.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::{Done, Tag, id};
use crate::domain::id::{AccountId, MemberId, TenantId};
use crate::domain::secret::Secret;
use crate::http::auth::Caller;
use crate::http::client::Client;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::problem::Problem;
use crate::service::access::{self, Access};

pub(crate) struct PasswordLinks {
    pub(super) access: Access,
}

/// A link by which its holder chooses a new password, once.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct PasswordLink {
    /// What to open on this server: `/reset#` and the token. It is shown this once; hand it to the person alone.
    path: String,
    /// The token by itself.
    token: String,
    /// When the link stops working.
    expires_at: DateTime,
}

/// The link, shown once.
#[derive(ApiResponse)]
enum PasswordLinkCreated {
    /// Made; the old password and every session of the account are gone.
    #[oai(status = 201)]
    Created(Json<PasswordLink>),
}

/// A new password, chosen by a link.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct UsePasswordLink {
    /// The token of the link: what stands behind `#`.
    #[oai(validator(max_length = 200))]
    token: JsonString,
    /// The new password: 8 characters or more, and not among the first that are guessed.
    #[oai(validator(max_length = 1000))]
    new_password: JsonString,
}

impl From<access::PasswordLink> for PasswordLinkCreated {
    fn from(link: access::PasswordLink) -> Self {
        let token = link.token.reveal().to_owned();
        let path = format!("/reset#{token}");
        Self::Created(Json(PasswordLink { path, token, expires_at: link.expires_at.into() }))
    }
}

#[OpenApi(tag = "Tag::Access")]
impl PasswordLinks {
    /// Reset a person's password by a one-time link
    ///
    /// Takes the old password away and ends every session of the account. The link works once, for 24 hours; whoever
    /// opens `/reset#…` chooses the new password, which no administrator sees. A newer link or a reset to the default
    /// password replaces it.
    #[oai(
        path = "/tenants/:tenantId/members/:memberId/passwordLink",
        method = "post",
        operation_id = "createPasswordLink"
    )]
    async fn create(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "memberId")] member: Path<String>,
    ) -> Result<PasswordLinkCreated, Problem> {
        let member: MemberId = id(&member.0, "成员", "member")?;
        Ok(self.access.create_password_link(&caller.0, TenantId(tenant.0), member).await?.into())
    }

    /// Reset another platform administrator's password by a one-time link
    #[oai(
        path = "/administrators/:accountId/passwordLink",
        method = "post",
        operation_id = "createAdministratorPasswordLink"
    )]
    async fn create_for_administrator(
        &self,
        caller: Caller,
        #[oai(name = "accountId")] account: Path<String>,
    ) -> Result<PasswordLinkCreated, Problem> {
        let account: AccountId = id(&account.0, "账号", "account")?;
        Ok(self.access.create_administrator_password_link(&caller.0, account).await?.into())
    }

    /// Choose a password by a one-time link
    ///
    /// Open to everybody who has the link. Signs nobody in: sign in with the new password afterwards.
    #[oai(path = "/passwordLinks/use", method = "post", operation_id = "usePasswordLink")]
    async fn redeem(&self, client: Client, body: JsonBody<UsePasswordLink>) -> Result<Done, Problem> {
        let (token, new) = (Secret::new(body.0.token.0), Secret::new(body.0.new_password.0));
        self.access.use_password_link(&token, new, &client.0).await?;
        Ok(Done::Done)
    }
}
