//! The new interface: tokens, user tokens, the profile of a signed-in person, tickets, and the Stream gateway's door.
//!
//! Must not know sockets, faults or the journal. Invariant: failures answer with 4xx and `{code, message}`, never
//! with 200. [S-0013, S-0032, S-0033, S-0037, S-0039, S-0054]

use std::net::IpAddr;

use poem::http::Method;
use serde_json::{Value, json};

use super::answer::{Denial, Refusal, Reply};
use super::codes::Kind;
use super::oapi_misc::issue_token;
use super::parameters::Parameters;
use super::platform::{Platform, lock};
use super::records::User;
use super::tokens::{TOKEN_SECONDS, UserGrant};

type Outcome = Result<Value, Denial>;

/// A call as it arrived.
pub(crate) struct Modern<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) method: &'a Method,
    pub(crate) path: &'a str,
    pub(crate) caller: IpAddr,
    pub(crate) parameters: &'a Parameters,
    /// The token header.
    pub(crate) token: Option<String>,
    /// `host:port` under which the caller reached us.
    pub(crate) host: &'a str,
}

/// The path with its variable parts in braces; unknown paths stay as they are.
pub(crate) fn interface(path: &str) -> &str {
    let parts: Vec<&str> = path.split('/').skip(2).collect();
    match parts.as_slice() {
        ["oauth2", _, "token"] => "/v1.0/oauth2/{corpId}/token",
        ["contact", "users", _] => "/v1.0/contact/users/{unionId}",
        _ => path,
    }
}

pub(crate) fn answer(call: &Modern<'_>) -> Reply {
    let request_id = format!("SIM-{:012X}", call.platform.next_number());
    let now = call.platform.now();
    let parts: Vec<&str> = call.path.split('/').skip(2).collect();
    let outcome = match (call.method.as_str(), parts.as_slice()) {
        ("POST", ["oauth2", "accessToken"]) => app_token(call, now),
        ("POST", ["oauth2", "userAccessToken"]) => user_token(call, now),
        ("POST", ["oauth2", "jsapiTickets"]) => ticket(call, now),
        ("POST", ["oauth2", corp_id, "token"]) => unified_token(call, corp_id, now),
        ("GET", ["contact", "users", unionid]) => profile(call, unionid, now),
        ("POST", ["gateway", "connections", "open"]) => open_connection(call, now),
        _ => Err(Denial::new(
            404,
            "InvalidAction.NotFound",
            "Specified api is not found, please check your url and method.",
        )),
    };
    match outcome {
        Ok(body) => Reply { status: 200, body: body.to_string(), errcode: "0".into() },
        Err(denial) => Reply { status: denial.status, body: denial.body(&request_id), errcode: denial.code },
    }
}

/// The new interface's words for what the token calls of both interfaces refuse.
fn refused(refusal: &Refusal, bad_credentials: &str) -> Denial {
    match refusal.code {
        40_096 => Denial::new(400, bad_credentials, "无效的clientId或者clientSecret"),
        60_020 => Denial::new(403, "Forbidden.AccessDenied.IpNotInWhiteList", refusal.text.clone()),
        _ => Denial::new(403, "Forbidden.AccessDenied", refusal.text.clone()),
    }
}

fn app_token(call: &Modern<'_>, now: i64) -> Outcome {
    let parameter = |key: &str| {
        let missing = || Denial::new(400, "AuthenticationFailed.MissingParameter", format!("缺少参数 {key}"));
        call.parameters.text(key).ok_or_else(missing)
    };
    let (client_id, secret) = (parameter("appKey")?, parameter("appSecret")?);
    let token = issue_token(call.platform, &client_id, &secret, call.caller, now)
        .map_err(|refusal| refused(&refusal, "invalidClientIdOrSecret"))?;
    Ok(json!({ "accessToken": token, "expireIn": TOKEN_SECONDS }))
}

fn unified_token(call: &Modern<'_>, corp_id: &str, now: i64) -> Outcome {
    if call.parameters.text("grant_type").as_deref() != Some("client_credentials") {
        return Err(Denial::new(400, "unsupported.grant.type", "不支持的grant_type"));
    }
    let client_id = call.parameters.text("client_id").unwrap_or_default();
    let secret = call.parameters.text("client_secret").unwrap_or_default();
    let own = call.platform.application(&client_id).map(|application| application.corp_id);
    if own.as_deref().is_some_and(|own| own != corp_id) {
        return Err(Denial::new(500, "unknownError", "未知错误"));
    }
    let token = issue_token(call.platform, &client_id, &secret, call.caller, now)
        .map_err(|refusal| refused(&refusal, "invalid.client"))?;
    Ok(json!({ "access_token": token, "expires_in": TOKEN_SECONDS }))
}

fn user_token(call: &Modern<'_>, now: i64) -> Outcome {
    let platform = call.platform;
    let client_id = call.parameters.text("clientId").unwrap_or_default();
    let secret = call.parameters.text("clientSecret").unwrap_or_default();
    let application = platform
        .application(&client_id)
        .filter(|application| application.client_secret == secret && application.enabled)
        .ok_or_else(|| Denial::new(400, "invalidClientIdOrSecret", "无效的clientId或者clientSecret"))?;
    let (grant, with_corp_id) = match call.parameters.text("grantType").as_deref() {
        Some("authorization_code") => {
            let text = call.parameters.text("code").unwrap_or_default();
            let code = lock(&platform.codes)
                .take(Kind::Web, &text, &client_id, now)
                .map_err(|_| Denial::new(400, "invalidParameter.authCode.notFound", "不合法的临时授权码"))?;
            (UserGrant { client_id, userid: code.userid }, code.with_corp_id)
        }
        Some("refresh_token") => {
            let text = call.parameters.text("refreshToken").unwrap_or_default();
            let grant = lock(&platform.tokens)
                .refresh(&text, now)
                .filter(|grant| grant.client_id == client_id)
                .ok_or_else(|| {
                    Denial::new(400, "invalidParameter.refreshToken.notFound", "不合法的refreshToken")
                })?;
            (grant, false)
        }
        _ => return Err(Denial::new(400, "unsupported.grant.type", "不支持的grantType")),
    };
    let (token, refresh) = lock(&platform.tokens).grant(grant, now, &mut lock(&platform.random));
    let mut body = json!({ "accessToken": token, "refreshToken": refresh, "expireIn": TOKEN_SECONDS });
    if let Some(fields) = body.as_object_mut().filter(|_| with_corp_id) {
        fields.insert("corpId".into(), json!(application.corp_id));
    }
    Ok(body)
}

fn token_of<'a>(call: &'a Modern<'_>) -> Result<&'a str, Denial> {
    let missing = "缺少 header x-acs-dingtalk-access-token";
    call.token
        .as_deref()
        .filter(|token| !token.is_empty())
        .ok_or_else(|| Denial::new(400, "AuthenticationFailed.MissingParameter", missing))
}

fn ticket(call: &Modern<'_>, now: i64) -> Outcome {
    let platform = call.platform;
    let owner = lock(&platform.tokens).owner(token_of(call)?, now).map(str::to_owned);
    let client_id = owner.map_err(|_| Denial::new(400, "InvalidAuthentication", "不合法的access_token"))?;
    let allowed = platform.application(&client_id).is_some_and(|app| app.allows_caller(call.caller));
    if !allowed {
        let text = format!("访问ip不在白名单之中,request ip={} appKey({client_id})", call.caller);
        return Err(Denial::new(403, "Forbidden.AccessDenied.IpNotInWhiteList", text));
    }
    if platform.behaviour().limits {
        let path = "/v1.0/oauth2/jsapiTickets";
        let taken = lock(&platform.limits).take_second(&client_id, path, path, now);
        taken.map_err(|text| Denial::new(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", text))?;
    }
    let (ticket, seconds) = lock(&platform.tokens).ticket(&client_id, now, &mut lock(&platform.random));
    Ok(json!({ "jsapiTicket": ticket, "expireIn": seconds }))
}

fn profile(call: &Modern<'_>, unionid: &str, now: i64) -> Outcome {
    let platform = call.platform;
    let token = token_of(call)?;
    if lock(&platform.tokens).owner(token, now).is_ok() {
        return Err(Denial::scope("Contact.User.Read"));
    }
    let grant = lock(&platform.tokens).user(token, now).cloned();
    let grant = grant.ok_or_else(|| Denial::new(400, "InvalidAuthentication", "不合法的access_token"))?;
    let world = platform.world();
    let application = world.applications.get(&grant.client_id);
    let permitted =
        |code: &str| application.is_some_and(|application| application.permissions.contains(code));
    if !permitted("Contact.User.Read") {
        return Err(Denial::scope("Contact.User.Read"));
    }
    let organisation = application.and_then(|application| world.organisations.get(&application.corp_id));
    let asked = if unionid == "me" { None } else { Some(unionid) };
    let user = organisation
        .and_then(|organisation| organisation.user(&grant.userid))
        .filter(|user| asked.is_none_or(|asked| asked == user.web_unionid()))
        .ok_or_else(|| Denial::new(404, "invalidParameter.user.notFound", "用户不存在"))?;
    Ok(profile_of(user, permitted("Contact.User.mobile")))
}

fn profile_of(user: &User, with_mobile: bool) -> Value {
    let mut fields = serde_json::Map::new();
    fields.insert("nick".into(), json!(user.nickname.as_ref().unwrap_or(&user.name)));
    fields.insert("avatarUrl".into(), json!(user.avatar.as_deref().unwrap_or_default()));
    fields.insert("openId".into(), json!(format!("open-{}", user.userid)));
    fields.insert("unionId".into(), json!(user.web_unionid()));
    if with_mobile && let (Some(mobile), Some(state_code)) = (&user.mobile, &user.state_code) {
        fields.insert("mobile".into(), json!(mobile));
        fields.insert("stateCode".into(), json!(state_code));
    }
    if let Some(email) = user.email.as_ref().filter(|email| !email.is_empty()) {
        fields.insert("email".into(), json!(email));
    }
    Value::Object(fields)
}

fn open_connection(call: &Modern<'_>, now: i64) -> Outcome {
    let platform = call.platform;
    let client_id = call.parameters.text("clientId").unwrap_or_default();
    let secret = call.parameters.text("clientSecret").unwrap_or_default();
    let known = platform
        .application(&client_id)
        .is_some_and(|application| application.client_secret == secret && application.enabled);
    if !known {
        return Err(Denial::new(401, "authFailed", "鉴权失败"));
    }
    if !call.parameters.value("subscriptions").is_some_and(Value::is_array) {
        return Err(Denial::new(400, "invalidParameter.subscriptions", "缺少参数 subscriptions"));
    }
    let ticket = lock(&platform.hub).admit(&client_id, now, &mut lock(&platform.random));
    Ok(json!({ "endpoint": format!("ws://{}/connect", call.host), "ticket": ticket }))
}
