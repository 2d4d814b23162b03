//! Signing in through a tenant's DingTalk, inside its client or by scanning in a browser.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::Tag;
use super::sessions::{Session, SessionCreated};
use crate::domain::doctor::redirect_address;
use crate::domain::error::Error;
use crate::domain::id::TenantId;
use crate::domain::secret::Secret;
use crate::http::auth::Gate;
use crate::http::client::Client;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::own_address::OwnAddress;
use crate::http::problem::{ApiResult, Problem};
use crate::http::scan_cookie::ScanCookie;
use crate::service::dingtalk_sign_in::{DingTalkSignIn, ReturnPath, ScanToBegin, ScanToFinish};

pub(crate) struct DingTalkSignInApi {
    pub(super) sign_in: DingTalkSignIn,
    pub(super) gate: Gate,
}

/// What a page inside DingTalk's client asks the client for a code with.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct DingTalkSignInApplication {
    /// The enterprise; absent while it is not known here, then the page's address must tell it (`$CORPID$`).
    corp_id: Option<String>,
    /// Client ID, in older consoles AppKey.
    client_id: String,
}

/// A sign-in inside DingTalk's client.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct CreateDingTalkSession {
    /// The tenant to come into.
    tenant_id: u32,
    /// What `requestAuthCode` gave to the page: works once, for five minutes.
    #[oai(validator(min_length = 1, max_length = 500))]
    code: JsonString,
}

/// A scan to begin.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct CreateDingTalkScan {
    /// The tenant to come into.
    tenant_id: u32,
    /// Where the browser goes afterwards: a path on this server. The tenant's home page when absent.
    #[oai(validator(max_length = 1000))]
    return_to: Option<JsonString>,
}

/// A scan that was begun.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct DingTalkScan {
    /// DingTalk's page; go there. It comes back to the tenant's home page with `authCode` and `state`.
    url: String,
}

/// What the browser came back with.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct CreateDingTalkScanSession {
    /// The tenant whose home page it came back to.
    tenant_id: u32,
    /// `authCode` of the address.
    #[oai(validator(min_length = 1, max_length = 500))]
    code: JsonString,
    /// `state` of the address.
    #[oai(validator(min_length = 1, max_length = 200))]
    state: JsonString,
}

/// A session that a scan opened.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct DingTalkScanSession {
    #[oai(flatten)]
    session: Session,
    /// Where the browser wanted to go: a path on this server.
    return_to: String,
}

/// A scan with the cookie that binds it to the browser.
#[derive(ApiResponse)]
enum ScanCreated {
    /// Begun.
    #[oai(status = 201)]
    Created(
        Json<DingTalkScan>,
        /// Binds the scan to this browser.
        #[oai(header = "Set-Cookie")]
        String,
    ),
}

/// A session that a scan opened, with its cookie.
#[derive(ApiResponse)]
enum ScanSessionCreated {
    /// Signed in.
    #[oai(status = 201)]
    Created(
        Json<DingTalkScanSession>,
        /// The same session as a cookie for browsers.
        #[oai(header = "Set-Cookie")]
        String,
    ),
}

#[OpenApi(tag = "Tag::Access")]
impl DingTalkSignInApi {
    /// Through which DingTalk application does one come into a tenant
    ///
    /// Open to everybody: the page of the tenant needs it before anybody is signed in.
    #[oai(path = "/dingtalkSignIn/:tenantId", method = "get", operation_id = "getDingTalkSignIn")]
    async fn application(
        &self,
        client: Client,
        #[oai(name = "tenantId")] tenant: Path<u32>,
    ) -> ApiResult<DingTalkSignInApplication> {
        self.sign_in.admit_question(&client.0)?;
        let application = self.sign_in.application(TenantId(tenant.0)).await?;
        let (corp_id, client_id) = (application.corp_id, application.client_id);
        Ok(Json(DingTalkSignInApplication { corp_id, client_id }))
    }

    /// Sign in inside DingTalk's client
    ///
    /// The session opens this tenant only. Somebody whom the last synchronisation has not seen is synchronised alone.
    #[oai(path = "/sessions/dingtalk", method = "post", operation_id = "createDingTalkSession")]
    async fn in_client(
        &self,
        client: Client,
        body: JsonBody<CreateDingTalkSession>,
    ) -> Result<SessionCreated, Problem> {
        let CreateDingTalkSession { tenant_id, code } = body.0;
        let came_in = self.sign_in.in_client(TenantId(tenant_id), &code.0, client.0).await?;
        Ok(SessionCreated::new(&self.gate, &came_in.who, &came_in.session))
    }

    /// Begin a scan in an ordinary browser
    ///
    /// Works for ten minutes, once, and in this browser only.
    #[oai(path = "/dingtalkScans", method = "post", operation_id = "createDingTalkScan")]
    async fn begin_scan(
        &self,
        client: Client,
        own: OwnAddress,
        kept: ScanCookie,
        body: JsonBody<CreateDingTalkScan>,
    ) -> Result<ScanCreated, Problem> {
        let tenant = TenantId(body.0.tenant_id);
        let return_to = match body.0.return_to {
            Some(path) => path.0,
            None => format!("/tenantId/{tenant}"),
        };
        let scan = ScanToBegin {
            tenant,
            return_to: ReturnPath::parse(&return_to).ok_or_else(not_a_path)?,
            redirect_address: redirect_address(&own.0, tenant),
            browser: kept.0,
        };
        let begun = self.sign_in.begin_scan(scan, &client.0).await?;
        let cookie = ScanCookie::set(&self.gate, &begun.browser, begun.lifetime);
        Ok(ScanCreated::Created(Json(DingTalkScan { url: begun.url }), cookie))
    }

    /// Finish a scan
    ///
    /// The session opens this tenant only.
    #[oai(path = "/sessions/dingtalkScan", method = "post", operation_id = "createDingTalkScanSession")]
    async fn finish_scan(
        &self,
        client: Client,
        kept: ScanCookie,
        body: JsonBody<CreateDingTalkScanSession>,
    ) -> Result<ScanSessionCreated, Problem> {
        let CreateDingTalkScanSession { tenant_id, code, state } = body.0;
        let (tenant, state) = (TenantId(tenant_id), Secret::new(state.0));
        let scan = ScanToFinish { tenant, code: &code.0, state, browser: kept.0 };
        let (came_in, return_to) = self.sign_in.finish_scan(scan, client.0).await?;
        let SessionCreated::Created(Json(session), cookie) =
            SessionCreated::new(&self.gate, &came_in.who, &came_in.session);
        let return_to = return_to.as_str().to_owned();
        Ok(ScanSessionCreated::Created(Json(DingTalkScanSession { session, return_to }), cookie))
    }
}

fn not_a_path() -> Error {
    Error::invalid(
        "returnTo 须为本系统内的路径，例如 /tenantId/1000",
        "returnTo is a path on this server, such as /tenantId/1000",
    )
}
