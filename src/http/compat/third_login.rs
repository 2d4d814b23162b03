//! Signing in inside DingTalk as existing pages do it. What is unsafe about the original stays away: `state` never leads
//! to another server, and no token stands in an address.

use std::sync::Arc;

use poem::http::StatusCode;
use poem::http::header::{LOCATION, SET_COOKIE};
use poem::web::{Data, Query};
use poem::{IntoResponse, Response, handler};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, Refused, Reply};
use super::caller::tenant_id;
use super::fields::required;
use crate::http::Services;
use crate::http::auth::Gate;
use crate::http::client::Client;
use crate::service::dingtalk_sign_in::ReturnPath;

/// The longest code that is handed on to DingTalk.
const LONGEST_CODE: usize = 500;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked {
    tenant_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CameBack {
    auth_code: Option<String>,
    state: Option<String>,
    tenant_id: Option<String>,
}

/// The enterprise and the application of a tenant, for whoever opens its page.
#[handler]
pub(super) async fn application(
    services: Data<&Services>,
    client: Client,
    Query(asked): Query<Asked>,
) -> Reply {
    let tenant = tenant_id(&required("tenantId", asked.tenant_id)?)?;
    services.dingtalk_sign_in.admit_question(&client.0)?;
    let application = services.dingtalk_sign_in.application(tenant).await?;
    let result = json!({ "corpId": application.corp_id, "clientId": application.client_id });
    Ok(Answer::success("", result))
}

/// Opens a session by the client's code and leads to the portal.
#[handler]
pub(super) async fn login(
    services: Data<&Services>,
    gate: Data<&Arc<Gate>>,
    client: Client,
    Query(back): Query<CameBack>,
) -> Result<Response, Refused> {
    let tenant = tenant_id(&required("tenantId", back.tenant_id)?)?;
    let code = required("authCode", back.auth_code)?;
    if code.len() > LONGEST_CODE {
        return Err(Answer::failure(500, "参数 authCode 过长", serde_json::Value::Null).into());
    }
    let came_in = services.dingtalk_sign_in.in_client(tenant, &code, client.0).await?;
    // A path of ours is followed; everything else is a word that only its page understands.
    let path = back.state.as_deref().and_then(ReturnPath::parse);
    let target = path.map_or_else(|| format!("/tenantId/{tenant}"), |path| path.as_str().to_owned());
    let cookie = gate.cookie(&came_in.session.token, came_in.session.lifetime);
    Ok(StatusCode::FOUND.with_header(LOCATION, target).with_header(SET_COOKIE, cookie).into_response())
}
