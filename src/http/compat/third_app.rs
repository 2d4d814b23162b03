//! The configuration of a tenant's DingTalk application.

use poem::handler;
use poem::web::{Data, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refused, Reply};
use super::caller::{TenantHeader, TokenCaller, require_sight, tenant_id};
use super::fields::{Fields, missing, required};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::domain::secret::Secret;
use crate::domain::sync::detach::DetachedMembers;
use crate::http::Services;
use crate::service::applications::{Application, ApplicationInput, Expect};

/// What stands in the id of a configuration before the tenant's number.
const ID_PREFIX: &str = "dingtalk-";

/// The query as callers write it.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ConfigQuery {
    id: String,
    tenant_id: String,
    third_type: String,
}

#[handler]
pub(super) async fn enabled_type(
    caller: TokenCaller,
    tenant: TenantHeader,
    services: Data<&Services>,
) -> Reply {
    require_sight(&caller.0, tenant.0)?;
    let dingtalk = services.applications.is_enabled(&caller.0, tenant.0).await?;
    Ok(Answer::success("", json!({ "wechatEnterprise": false, "dingtalk": dingtalk })))
}

#[handler]
pub(super) async fn get(
    caller: TokenCaller,
    services: Data<&Services>,
    query: poem::Result<Query<ConfigQuery>>,
) -> Reply {
    let query = query.map(|query| query.0).unwrap_or_default();
    if !is_dingtalk(&query.third_type) {
        return Ok(Answer::success("", Value::Null));
    }
    let tenant = tenant_id(&query.tenant_id)?;
    require_sight(&caller.0, tenant)?;
    let found = services.applications.find(&caller.0, tenant).await?;
    Ok(Answer::success("", found.as_ref().map_or(Value::Null, config)))
}

#[handler]
pub(super) async fn add(caller: TokenCaller, services: Data<&Services>, fields: Fields) -> Reply {
    let tenant = tenant_of(&fields)?;
    require_sight(&caller.0, tenant)?;
    let input = ApplicationInput {
        agent_id: fields.number("agentId")?.ok_or_else(|| missing("agentId"))?,
        client_id: required("clientId", fields.text("clientId")?)?,
        client_secret: fields.text("clientSecret")?.map(Secret::new),
        corp_id: fields.text("corpId")?,
        enabled: fields.flag("status")?.unwrap_or(true),
    };
    only_dingtalk(&fields)?;
    services.applications.put(&caller.0, tenant, input, Expect::Absent).await?;
    Ok(Answer::success("添加成功！", Value::Null))
}

/// What the body leaves out stays as it is.
#[handler]
pub(super) async fn edit(caller: TokenCaller, services: Data<&Services>, fields: Fields) -> Reply {
    let tenant = tenant_of(&fields)?;
    require_sight(&caller.0, tenant)?;
    only_dingtalk(&fields)?;
    // A configuration belongs to one tenant; who names that of another one means something else than is written.
    let named = tenant_of_id(&fields.text("id")?.unwrap_or_default());
    if named.is_some_and(|named| named != tenant) {
        return Err(no_such_data());
    }
    let stored = services.applications.find(&caller.0, tenant).await?.ok_or_else(no_such_data)?.app;
    let input = ApplicationInput {
        agent_id: fields.number("agentId")?.unwrap_or(stored.agent_id),
        client_id: fields.text("clientId")?.unwrap_or(stored.client_id),
        client_secret: fields.text("clientSecret")?.map(Secret::new),
        corp_id: fields.text("corpId")?.or(stored.corp_id),
        enabled: fields.flag("status")?.unwrap_or(stored.enabled),
    };
    services.applications.put(&caller.0, tenant, input, Expect::Present).await?;
    Ok(Answer::success("修改成功！", Value::Null))
}

#[handler]
pub(super) async fn remove(
    caller: TokenCaller,
    services: Data<&Services>,
    query: poem::Result<Query<ConfigQuery>>,
) -> Reply {
    let query = query.map(|query| query.0).unwrap_or_default();
    let tenant = tenant_of_id(&query.id).ok_or_else(no_such_data)?;
    require_sight(&caller.0, tenant)?;
    match services.sync.detach(&caller.0, tenant, DetachedMembers::Keep).await {
        Err(error) if error.code == ErrorCode::NotFound => Err(no_such_data()),
        outcome => Ok(outcome.map(|_| Answer::success("解绑成功！", Value::Null))?),
    }
}

fn config(application: &Application) -> Value {
    let app = &application.app;
    json!({
        "id": format!("{ID_PREFIX}{}", app.tenant),
        "tenantId": app.tenant.0,
        "thirdType": "dingtalk",
        "corpId": app.corp_id,
        "agentId": app.agent_id.to_string(),
        "clientId": app.client_id,
        "clientSecret": "******",
        "status": u8::from(app.enabled),
    })
}

/// The tenant that a body is about: `tenantId`, or the one in `id`.
fn tenant_of(fields: &Fields) -> Result<TenantId> {
    if let Some(number) = fields.number("tenantId")? {
        return tenant_id(&number.to_string());
    }
    let id = fields.text("id")?.unwrap_or_default();
    tenant_of_id(&id).ok_or_else(|| missing("tenantId"))
}

fn tenant_of_id(id: &str) -> Option<TenantId> {
    id.trim().strip_prefix(ID_PREFIX)?.parse().ok().map(TenantId)
}

fn is_dingtalk(kind: &str) -> bool {
    kind.is_empty() || kind.eq_ignore_ascii_case("dingtalk")
}

fn only_dingtalk(fields: &Fields) -> Result<()> {
    let kind = fields.text("thirdType")?.unwrap_or_default();
    if is_dingtalk(&kind) {
        Ok(())
    } else {
        Err(Error::invalid("不识别的第三方APP", "only dingtalk is known here"))
    }
}

fn no_such_data() -> Refused {
    Answer::failure(500, "数据不存在", Value::Null).into()
}
