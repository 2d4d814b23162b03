//! Tenants, for platform administrators.

use poem::handler;
use poem::web::{Data, Query};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Reply};
use super::caller::TokenCaller;
use super::fields::{Fields, required};
use crate::domain::tenant::{Tenant, TenantStatus};
use crate::http::Services;

/// The largest page.
const LARGEST: usize = 500;

/// The query as callers write it; what cannot be read counts as not said.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct ListQuery {
    page_no: String,
    page_size: String,
    name: String,
}

#[handler]
pub(super) async fn list(
    caller: TokenCaller,
    services: Data<&Services>,
    query: poem::Result<Query<ListQuery>>,
) -> Reply {
    let query = query.map(|query| query.0).unwrap_or_default();
    let size = query.page_size.parse().unwrap_or(10).clamp(1, LARGEST);
    let current = query.page_no.parse().unwrap_or(1).max(1);
    let tenants = services.tenants.all(&caller.0, &query.name).await?;
    let total = tenants.len();
    let skipped = size.saturating_mul(current - 1);
    let records: Vec<Value> = tenants.iter().skip(skipped).take(size).map(record).collect();
    let pages = total.div_ceil(size);
    let result =
        json!({ "records": records, "total": total, "size": size, "current": current, "pages": pages });
    Ok(Answer::success("", result))
}

#[handler]
pub(super) async fn add(caller: TokenCaller, services: Data<&Services>, fields: Fields) -> Reply {
    let name = required("name", fields.text("name")?)?;
    let house_number = fields.text("houseNumber")?;
    let tenant = services.tenants.create(&caller.0, &name, house_number.as_deref()).await?;
    Ok(Answer::success("添加成功！", record(&tenant)))
}

fn record(tenant: &Tenant) -> Value {
    json!({
        "id": tenant.id.0,
        "name": tenant.name,
        "houseNumber": tenant.house_number.as_str(),
        "status": u8::from(tenant.status == TenantStatus::Active),
    })
}
