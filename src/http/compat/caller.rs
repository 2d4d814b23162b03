//! Who asks, and in which tenant's name: the headers `X-Access-Token` and `X-Tenant-Id`.

use std::sync::Arc;

use poem::{FromRequest, Request, RequestBody};

use super::answer::Refused;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::http::auth::Gate;

/// Who asks, by the header alone; no cookie counts here.
#[derive(Clone, Debug)]
pub(super) struct TokenCaller(pub(super) Principal);

impl<'a> FromRequest<'a> for TokenCaller {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        let gate = request.data::<Arc<Gate>>().ok_or_else(|| Refused::from(Error::internal()))?;
        Ok(Self(gate.admit_by_header(request).await.map_err(Refused::from)?))
    }
}

/// The tenant that the header names; 0 when there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct TenantHeader(pub(super) TenantId);

impl<'a> FromRequest<'a> for TenantHeader {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        let text = request.header("X-Tenant-Id").map(str::trim).filter(|text| !text.is_empty());
        let Some(text) = text else { return Ok(Self(TenantId::PLATFORM)) };
        Ok(Self(tenant_id(text).map_err(Refused::from)?))
    }
}

/// A tenant's number as somebody wrote it.
pub(super) fn tenant_id(text: &str) -> Result<TenantId> {
    text.trim()
        .parse()
        .map(TenantId)
        .map_err(|_| Error::invalid("租户 ID 须为数字", "a tenant's id is a number"))
}

/// Refuses a tenant that the caller does not belong to, as the original says it.
pub(super) fn require_sight(principal: &Principal, tenant: TenantId) -> Result<()> {
    if principal.sees(tenant) {
        return Ok(());
    }
    Err(Error::new(ErrorCode::Forbidden, "没有权限", "not allowed"))
}
