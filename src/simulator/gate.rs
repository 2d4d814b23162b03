//! The front of both interfaces: bans, faults and the journal around every call.
//!
//! Must not know what a call means. Invariant: every call is journalled exactly once, whatever happens to its answer.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Body, Request, Response, handler};
use serde_json::json;

use super::answer::{Denial, Refusal, Reply};
use super::connection::Connections;
use super::faults::FaultKind;
use super::journal::{Call, summary};
use super::modern::{self, Modern};
use super::oapi;
use super::parameters::Parameters;
use super::platform::{Platform, lock};

/// The header that carries tokens of the new interface.
const TOKEN_HEADER: &str = "x-acs-dingtalk-access-token";
const BAN_PAGE: &str = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>405</title></head>\
    <body><h1>405</h1><p>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</p></body></html>";

#[handler]
pub(crate) async fn serve(
    request: &Request,
    body: Body,
    Data(platform): Data<&Arc<Platform>>,
    Data(connections): Data<&Arc<Connections>>,
) -> Response {
    let parameters = Parameters::read(request, body).await;
    let path = request.uri().path();
    let api = if path.starts_with("/v1.0/") { modern::interface(path) } else { path };
    let token = request.header(TOKEN_HEADER).map(str::to_owned);
    let client_id = attribute(platform, &parameters, token.as_deref());
    let peer = request.remote_addr().as_socket_addr().copied();
    let caller = platform
        .behaviour()
        .caller_address
        .unwrap_or_else(|| peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.ip()));
    let now = platform.now();
    lock(&platform.journal).arrived(client_id.as_deref(), api, now);
    let dept_id = parameters.integer("dept_id").ok().flatten();
    let fault = platform.meet_fault(api, client_id.as_deref(), dept_id);

    let answer = || {
        if path.starts_with("/v1.0/") {
            let host = request.header("host").unwrap_or("127.0.0.1");
            let method = request.method();
            modern::answer(&Modern {
                platform,
                method,
                path,
                caller,
                parameters: &parameters,
                token: token.clone(),
                host,
            })
        } else {
            oapi::answer(platform, request.method(), path, caller, &parameters)
        }
    };
    let banned = platform.behaviour().limits && lock(&platform.limits).address_banned(caller, now);
    let (reply, kind) = match (&fault, banned) {
        (_, true) => (ban(false, platform), "application/json"),
        (Some(fault), false) => distorted(fault, platform, client_id.as_deref(), &parameters, answer).await,
        (None, false) => (answer(), "application/json"),
    };
    lock(&platform.journal).answered(Call {
        seq: 0,
        time: now,
        api: api.to_owned(),
        client_id,
        parameters: summary(parameters.as_value()),
        errcode: reply.errcode,
        fault: fault.as_ref().map(name),
    });
    if matches!(fault, Some(FaultKind::CloseConnection | FaultKind::LoseAnswer))
        && let Some(peer) = peer
    {
        connections.sever(peer);
    }
    Response::builder()
        .status(StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .header("date", date(now))
        .content_type(kind)
        .body(reply.body)
}

/// The application a call belongs to, as far as the call tells.
fn attribute(platform: &Platform, parameters: &Parameters, header: Option<&str>) -> Option<String> {
    let token = header.map(str::to_owned).or_else(|| parameters.text("access_token"));
    if let Some(token) = token {
        return lock(&platform.tokens).ever_owner(&token);
    }
    ["appkey", "appKey", "client_id", "clientId"].iter().find_map(|key| parameters.text(key))
}

/// The platform's time as the `Date` of an answer has it; callers compare their clocks with it.
fn date(now: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(now).unwrap_or_default();
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The fault's name as its JSON has it.
fn name(fault: &FaultKind) -> String {
    let json = serde_json::to_value(fault).unwrap_or_default();
    json.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned()
}

fn ban(html: bool, platform: &Platform) -> Reply {
    let uuid = lock(&platform.random).hex(32);
    let page = json!({ "status": 1111, "wait": 5, "source": "x5", "punish": "deny", "uuid": uuid });
    let body = if html { BAN_PAGE.to_owned() } else { page.to_string() };
    Reply { status: 200, body, errcode: "1111".into() }
}

/// The answer under a fault, and its content type.
async fn distorted(
    fault: &FaultKind,
    platform: &Platform,
    client_id: Option<&str>,
    parameters: &Parameters,
    answer: impl Fn() -> Reply,
) -> (Reply, &'static str) {
    let request_id = format!("fault{:08x}", platform.next_number());
    let json = "application/json";
    match fault {
        FaultKind::Errcode { code, wrapped } => {
            let body = Refusal::new(*code, "模拟的错误").body(*wrapped, &request_id);
            (Reply { status: 200, body, errcode: code.to_string() }, json)
        }
        FaultKind::ApiError { status, code } => {
            let body = Denial::new(*status, code, "模拟的错误").body(&request_id);
            (Reply { status: *status, body, errcode: code.clone() }, json)
        }
        FaultKind::Http { status } => {
            let body = format!("<html><body><h1>{status}</h1></body></html>");
            (Reply { status: *status, body, errcode: status.to_string() }, "text/html")
        }
        FaultKind::BanPage { html } => {
            (ban(*html, platform), if *html { "text/html; charset=utf-8" } else { json })
        }
        FaultKind::CloseConnection => {
            (Reply { status: 200, body: String::new(), errcode: "closed".into() }, json)
        }
        FaultKind::Slow { ms } => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            (answer(), json)
        }
        FaultKind::ExpireToken => {
            if client_id.is_some() {
                platform.expire_tokens(client_id);
            }
            (answer(), json)
        }
        FaultKind::WrongContentType => (answer(), "text/html; charset=utf-8"),
        _ => {
            let mut reply = answer();
            reply.body = fault.distort(&reply.body, parameters.as_value());
            (reply, json)
        }
    }
}
