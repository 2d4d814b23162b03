//! The sign-in page for browsers, and minting codes as the client inside DingTalk would.
//!
//! Must not know tokens. Invariant: a code is minted only for a person of the application's own enterprise; every
//! text from outside is escaped before it reaches the page. [S-0019, S-0029]

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use poem::http::{StatusCode, header};
use poem::web::{Data, Query};
use poem::{IntoResponse, Response, handler};
use serde::Deserialize;

use super::application::Application;
use super::codes::{Code, Kind};
use super::organisation::ChangeRefused;
use super::platform::{Platform, lock};
use super::records::User;

/// How many people the page offers at once.
const OFFERED: usize = 50;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Ask {
    client_id: String,
    redirect_uri: String,
    response_type: String,
    scope: String,
    prompt: String,
    state: Option<String>,
    /// Signs in as this person at once.
    sim_user: Option<String>,
    /// Comes back with this error at once.
    sim_error: Option<String>,
    /// Narrows the people offered.
    q: String,
}

#[handler]
pub(crate) fn page(Query(ask): Query<Ask>, Data(platform): Data<&Arc<Platform>>) -> Response {
    let application = match check(&ask, platform) {
        Ok(application) => application,
        Err(problem) => {
            return html(StatusCode::BAD_REQUEST, &format!("<p class=error>{}</p>", escape(&problem)));
        }
    };
    if let Some(error) = &ask.sim_error {
        return back(&ask, &format!("error={}", percent(error)));
    }
    match &ask.sim_user {
        None => html(StatusCode::OK, &offer(&ask, &application, platform)),
        Some(userid) => {
            let with_corp_id = ask.scope.split_whitespace().any(|scope| scope == "corpid");
            match mint(platform, Kind::Web, &ask.client_id, userid, with_corp_id) {
                Ok(code) => back(&ask, &format!("authCode={code}&code={code}")),
                Err(_) => back(&ask, "error=access_denied"),
            }
        }
    }
}

/// Checks what the page was opened with.
fn check(ask: &Ask, platform: &Platform) -> Result<Application, String> {
    let application = platform
        .application(&ask.client_id)
        .filter(|application| application.enabled)
        .ok_or_else(|| format!("client_id {} 不存在", ask.client_id))?;
    if ask.response_type != "code" || ask.prompt != "consent" {
        return Err("response_type 必须为 code，prompt 必须为 consent".into());
    }
    if !ask.scope.split_whitespace().any(|scope| scope == "openid") {
        return Err("scope 必须包含 openid".into());
    }
    let registered = &application.redirect_urls;
    if !ask.redirect_uri.starts_with("http")
        || !(registered.is_empty() || registered.contains(&ask.redirect_uri))
    {
        return Err("redirect_uri 与登记的重定向URL不一致".into());
    }
    Ok(application)
}

/// Redirects with an answer in the query.
fn back(ask: &Ask, answer: &str) -> Response {
    let joint = if ask.redirect_uri.contains('?') { '&' } else { '?' };
    let state = ask.state.as_ref().map(|state| format!("&state={}", percent(state))).unwrap_or_default();
    let target = format!("{}{joint}{answer}{state}", ask.redirect_uri);
    StatusCode::FOUND.with_header(header::LOCATION, target).into_response()
}

fn offer(ask: &Ask, application: &Application, platform: &Platform) -> String {
    let world = platform.world();
    let Some(organisation) = world.organisations.get(&application.corp_id) else { return String::new() };
    let state = ask.state.as_ref().map(|state| format!("&state={}", percent(state))).unwrap_or_default();
    let link = format!(
        "/oauth2/auth?client_id={}&redirect_uri={}&response_type=code&scope={}&prompt=consent{state}",
        percent(&ask.client_id),
        percent(&ask.redirect_uri),
        percent(&ask.scope),
    );
    let wanted = |user: &&Arc<User>| user.name.contains(&ask.q) || user.userid.contains(&ask.q);
    let people: String = organisation
        .users()
        .filter(|user| user.is_employee())
        .filter(wanted)
        .take(OFFERED)
        .map(|user| {
            let href = escape(&format!("{link}&sim_user={}", percent(&user.userid)));
            let title = escape(user.title.as_deref().unwrap_or_default());
            format!("<li><a href=\"{href}\">{}</a> <small>{title}</small></li>", escape(&user.name))
        })
        .collect();
    let hidden: String = [
        ("client_id", &ask.client_id),
        ("redirect_uri", &ask.redirect_uri),
        ("response_type", &ask.response_type),
        ("scope", &ask.scope),
        ("prompt", &ask.prompt),
    ]
    .iter()
    .map(|(key, value)| (*key, value.as_str()))
    .chain(ask.state.iter().map(|state| ("state", state.as_str())))
    .map(|(key, value)| format!("<input type=hidden name={key} value=\"{}\">", escape(value)))
    .collect();
    format!(
        "<h1>{}</h1><p>模拟登录：选择以谁的身份继续 · Simulated sign-in: continue as</p>\
         <form>{hidden}<input name=q value=\"{}\" placeholder=\"姓名 / userid\" autofocus></form>\
         <ul>{people}</ul><p><a href=\"{}\">拒绝 · Deny</a></p>",
        escape(organisation.name()),
        escape(&ask.q),
        escape(&format!("{link}&sim_error=access_denied")),
    )
}

fn html(status: StatusCode, content: &str) -> Response {
    let document = format!(
        "<!DOCTYPE html><html lang=zh-CN><meta charset=utf-8><meta name=viewport content=\"width=device-width\">\
         <title>钉钉模拟器 · DingTalk simulator</title><style>body{{font:16px/1.6 system-ui,sans-serif;\
         max-width:32rem;margin:3rem auto;padding:0 1rem}}ul{{padding:0;list-style:none}}.error{{color:#b00}}</style>\
         {content}</html>"
    );
    Response::builder().status(status).content_type("text/html; charset=utf-8").body(document)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Everything but letters, digits and `-._~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn percent(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn mint(
    platform: &Platform,
    kind: Kind,
    client_id: &str,
    userid: &str,
    with_corp_id: bool,
) -> Result<String, ChangeRefused> {
    let refused = |what: &str| ChangeRefused(what.to_owned());
    let application =
        platform.application(client_id).ok_or_else(|| refused("there is no such application"))?;
    if !application.published {
        return Err(refused("the application is not published"));
    }
    let known =
        platform.with_organisation(&application.corp_id, |organisation| organisation.user(userid).is_some());
    if known != Some(true) {
        return Err(ChangeRefused(format!("{userid} is not a member of the application's enterprise")));
    }
    let text = lock(&platform.random).hex(32);
    let code = Code { client_id: client_id.to_owned(), userid: userid.to_owned(), with_corp_id, expires: 0 };
    lock(&platform.codes).add(kind, text.clone(), code, platform.now());
    Ok(text)
}

impl Platform {
    /// A code as the client inside DingTalk hands it to a page, for this person.
    ///
    /// # Errors
    /// When the application is unknown or unpublished, or the person is not a member of its enterprise.
    pub fn mint_code(&self, client_id: &str, userid: &str) -> Result<String, ChangeRefused> {
        mint(self, Kind::InClient, client_id, userid, false)
    }

    /// A code as the sign-in page hands it out after scanning.
    ///
    /// # Errors
    /// As for [`Platform::mint_code`].
    pub fn mint_web_code(&self, client_id: &str, userid: &str) -> Result<String, ChangeRefused> {
        mint(self, Kind::Web, client_id, userid, true)
    }
}
