//! The API tokens of a tenant: making, listing, revoking. Recognising one is [`Access::authenticate`]'s.
//!
//! Invariant: the token itself leaves once, in the answer to whoever made it; the store has its hash only.

use std::collections::BTreeSet;

use super::Access;
use super::sessions::{hash_of, new_token};
use crate::domain::access::permission::{Permission, Scope};
use crate::domain::access::principal::Principal;
use crate::domain::access::session::{ApiToken, valid_token_name};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{ApiTokenId, TenantId};
use crate::domain::page::{Limit, Page};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::service::audit::Record;
use crate::store;

/// What every API token begins with, so that people and scanners recognise one that lies about.
const PREFIX: &str = "menpai_";
/// The most tokens of one tenant that work at the same time.
const MOST: usize = 100;
/// The longest lifetime that may be chosen, in seconds.
const LONGEST: i64 = 2 * 366 * 24 * 3600;

/// An API token to make.
#[derive(Clone, Debug)]
pub struct NewApiToken {
    /// What its administrator calls it, as typed.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// When it stops working; `None` for never.
    pub expires_at: Option<Timestamp>,
}

/// A token that was just made, with what nobody can read again.
#[derive(Debug)]
pub struct IssuedApiToken {
    /// The token, for the header.
    pub secret: Secret,
    /// What is kept of it.
    pub token: ApiToken,
}

impl Access {
    /// Makes an API token. Fails with `InvalidRequest`, or `ApiTokenLimit` when the tenant has enough.
    pub async fn create_api_token(
        &self,
        principal: &Principal,
        tenant: TenantId,
        new: NewApiToken,
    ) -> Result<IssuedApiToken> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let Principal::Person { account, .. } = *principal else { return Err(people_only()) };
        let now = self.context.ambient.now();
        let NewApiToken { name, scopes, expires_at } = new;
        let name = valid_token_name(&name).map_err(|text| Error::invalid(text.zh, text.en))?;
        if scopes.is_empty() {
            return Err(Error::invalid("请至少选择一个权限范围 scopes", "scopes: choose at least one"));
        }
        check_end(expires_at, now)?;
        let random = new_token(self.context.ambient.random());
        let secret = Secret::new(format!("{PREFIX}{}", random.reveal()));
        let token = ApiToken {
            id: self.context.ambient.id().into(),
            tenant,
            name,
            scopes,
            token_hash: hash_of(&secret),
            created_by: account,
            created_at: now,
            expires_at,
            last_used_at: None,
        };
        let record = Record::by(principal, now, Some(tenant), "apiToken.create")
            .about(token.id)
            .detail(description(&token));
        self.context
            .store
            .write(move |tx| {
                existing(tx, tenant)?;
                let tokens = tx.in_tenant(tenant).api_tokens();
                if tokens.all()?.iter().filter(|token| !token.is_over(now)).count() >= MOST {
                    return Err(enough().into());
                }
                tokens.put(&token)?;
                record.write(tx)?;
                Ok(IssuedApiToken { secret, token })
            })
            .await
    }

    /// A page of a tenant's API tokens, the newest first.
    pub async fn api_tokens(
        &self,
        principal: &Principal,
        tenant: TenantId,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<ApiToken>> {
        principal.require(Permission::AdministerTenant, tenant)?;
        self.context
            .store
            .read(move |tx| {
                existing(tx, tenant)?;
                tx.in_tenant(tenant).api_tokens().list(limit, cursor.as_deref())
            })
            .await
    }

    /// Ends an API token at once and for good.
    pub async fn revoke_api_token(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: ApiTokenId,
    ) -> Result<()> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(tenant), "apiToken.revoke").about(id);
        self.context
            .store
            .write(move |tx| {
                let token = tx.in_tenant(tenant).api_tokens().remove(id)?;
                let token = token.ok_or_else(|| Error::not_found("API 令牌", "API token"))?;
                record.detail(format!("name: {}", token.name)).write(tx)
            })
            .await
    }
}

fn existing<M>(tx: &store::Tx<'_, M>, tenant: TenantId) -> store::Result<()> {
    match tx.tenants().get(tenant)? {
        Some(_) => Ok(()),
        None => Err(Error::not_found("租户", "tenant").into()),
    }
}

fn check_end(expires_at: Option<Timestamp>, now: Timestamp) -> Result<()> {
    match expires_at {
        Some(end) if end <= now || end > now.plus_seconds(LONGEST) => Err(Error::invalid(
            "expiresAt 须晚于当前时间，且不超过两年",
            "expiresAt lies in the future, at most two years from now",
        )),
        _ => Ok(()),
    }
}

fn description(token: &ApiToken) -> String {
    let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.name()).collect();
    format!("name: {}\nscopes: {}", token.name, scopes.join(" "))
}

fn people_only() -> Error {
    Error::new(
        ErrorCode::Forbidden,
        "API 令牌只能由登录的管理员创建",
        "an API token is made by an administrator who signed in",
    )
}

fn enough() -> Error {
    Error::new(
        ErrorCode::ApiTokenLimit,
        format!("此租户已有 {MOST} 个有效的 API 令牌，请先撤销不再使用的令牌"),
        format!("this tenant has {MOST} API tokens that work; revoke one that is not needed first"),
    )
}
