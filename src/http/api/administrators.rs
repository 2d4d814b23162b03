//! Administrators: of the platform, and of tenants.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::{Done, Tag, id};
use crate::domain::access::role::Realm;
use crate::domain::directory::account::Username;
use crate::domain::id::{AccountId, TenantId};
use crate::http::auth::Caller;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::{ApiResult, Problem};
use crate::service::access::{self, Access};

pub(crate) struct Administrators {
    pub(super) access: Access,
}

/// Somebody who administers the platform or a tenant.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct Administrator {
    /// The account.
    account_id: String,
    /// What the person types at sign-in; absent for a person who signs in through DingTalk only.
    username: Option<String>,
    /// The person's name in the tenant; the username for the platform's.
    name: String,
    /// The person's member row in the tenant.
    member_id: Option<String>,
    /// Whether the account may sign in at all.
    enabled: bool,
}

impl From<access::Administrator> for Administrator {
    fn from(access::Administrator { account, member }: access::Administrator) -> Self {
        let username = account.username.as_ref().map(Username::to_string);
        let profile = member.as_ref().map(|member| member.profile.name().to_owned());
        Self {
            account_id: account.id.to_string(),
            name: profile.or_else(|| username.clone()).unwrap_or_default(),
            username,
            member_id: member.map(|member| member.id.to_string()),
            enabled: account.enabled,
        }
    }
}

impl Administrators {
    async fn page(
        &self,
        caller: &Caller,
        realm: Realm,
        asked: Option<u32>,
        from: Option<&str>,
    ) -> ApiResult<Page<Administrator>> {
        let page = self.access.administrators(&caller.0, realm, limit(asked), cursor(from)?).await?;
        Ok(Json(Page::of(page, Administrator::from)))
    }

    async fn make(&self, caller: &Caller, realm: Realm, account: &str) -> ApiResult<Administrator> {
        let account: AccountId = id(account, "账号", "account")?;
        Ok(Json(self.access.make_administrator(&caller.0, realm, account).await?.into()))
    }

    async fn unmake(&self, caller: &Caller, realm: Realm, account: &str) -> Result<Done, Problem> {
        let account: AccountId = id(account, "账号", "account")?;
        self.access.unmake_administrator(&caller.0, realm, account).await?;
        Ok(Done::Done)
    }
}

#[OpenApi(tag = "Tag::Access")]
impl Administrators {
    /// Who administers the platform
    #[oai(path = "/administrators", method = "get", operation_id = "listAdministrators")]
    async fn of_platform(
        &self,
        caller: Caller,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<Administrator>> {
        self.page(&caller, Realm::Platform, asked.0, from.0.as_deref()).await
    }

    /// Make an account an administrator of the platform
    ///
    /// The person must have chosen a password: a default one is known to a tenant's administrators. The right acts
    /// with the next request, in sessions that were opened with the password.
    #[oai(path = "/administrators/:accountId", method = "put", operation_id = "makeAdministrator")]
    async fn make_for_platform(
        &self,
        caller: Caller,
        #[oai(name = "accountId")] account: Path<String>,
    ) -> ApiResult<Administrator> {
        self.make(&caller, Realm::Platform, &account.0).await
    }

    /// Take the platform's administration from an account
    ///
    /// Never from the last one who can act, and never from oneself. Acts with the next request.
    #[oai(path = "/administrators/:accountId", method = "delete", operation_id = "unmakeAdministrator")]
    async fn unmake_for_platform(
        &self,
        caller: Caller,
        #[oai(name = "accountId")] account: Path<String>,
    ) -> Result<Done, Problem> {
        self.unmake(&caller, Realm::Platform, &account.0).await
    }

    /// Who administers a tenant
    ///
    /// Its active members with the right; platform administrators are not named here.
    #[oai(
        path = "/tenants/:tenantId/administrators",
        method = "get",
        operation_id = "listTenantAdministrators"
    )]
    async fn of_tenant(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<Administrator>> {
        self.page(&caller, Realm::Tenant(TenantId(tenant.0)), asked.0, from.0.as_deref()).await
    }

    /// Make an active member's account an administrator of the tenant
    ///
    /// Refused while the person still has the default password of another tenant. Acts with the next request.
    #[oai(
        path = "/tenants/:tenantId/administrators/:accountId",
        method = "put",
        operation_id = "makeTenantAdministrator"
    )]
    async fn make_for_tenant(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "accountId")] account: Path<String>,
    ) -> ApiResult<Administrator> {
        self.make(&caller, Realm::Tenant(TenantId(tenant.0)), &account.0).await
    }

    /// Take a tenant's administration from an account
    ///
    /// Never from oneself, and from the last one only by a platform administrator. Acts with the next request.
    #[oai(
        path = "/tenants/:tenantId/administrators/:accountId",
        method = "delete",
        operation_id = "unmakeTenantAdministrator"
    )]
    async fn unmake_for_tenant(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "accountId")] account: Path<String>,
    ) -> Result<Done, Problem> {
        self.unmake(&caller, Realm::Tenant(TenantId(tenant.0)), &account.0).await
    }
}
