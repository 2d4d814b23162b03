//! Reads one HTTP answer: success of either API family, or the typed error.
//!
//! Must not know which fields a success holds. Invariant: nothing but a success of the expected family
//! is ever returned as data, and nothing here panics, whatever the bytes.

use std::net::IpAddr;

use serde_json::Value;

use super::codes;
use super::error::{Error, ErrorKind};
use super::permissions;
use super::wire::{self, Object};

/// Which promise the answer has to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// `{"errcode":0, …}` with HTTP 200.
    Old,
    /// A bare object with HTTP 2xx, or `{"code":…,"message":…}` with 4xx or 5xx.
    New,
}

/// How long DingTalk shuts out a public address that called too often.
const BAN_MS: i64 = 5 * 60 * 1000;
/// What is kept of DingTalk's words, in characters.
const MESSAGE_LENGTH: usize = 300;

/// What is needed to judge an answer besides its bytes.
pub(super) struct Question<'a> {
    pub(super) api: &'static str,
    pub(super) family: Family,
    pub(super) client_id: &'a str,
    /// Values that must not survive in a message: the secret and the token of this call.
    pub(super) hidden: &'a [&'a str],
    /// Epoch milliseconds at which the answer came.
    pub(super) now_ms: i64,
}

impl Question<'_> {
    /// The answer's JSON if it is a success.
    pub(super) fn read(&self, status: u16, body: &[u8]) -> Result<Value, Error> {
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body).trim_ascii();
        if status == 200 && body.starts_with(b"<") {
            return Err(self.banned());
        }
        let Ok(value) = serde_json::from_slice::<Value>(body) else {
            return Err(self.without_code(status, "a body that is not whole JSON"));
        };
        let Ok(object) = Object::of("answer", &value) else {
            return Err(self.without_code(status, "JSON that is not an object"));
        };
        if let Some(errcode) = object.get_any_case("errcode") {
            let errcode = wire::integer(errcode).map(|code| code.to_string()).or_else(|| wire::text(errcode));
            return match errcode.as_deref() {
                None | Some("") => Err(self.without_code(status, "an errcode that is no number")),
                Some("0") if (200..300).contains(&status) => Ok(value),
                Some("0") => Err(self.without_code(status, "errcode 0")),
                Some(errcode) => Err(self.old_refusal(errcode, object, status)),
            };
        }
        if object.get("status").and_then(wire::integer) == Some(1111) {
            return Err(self.banned());
        }
        let success = (200..300).contains(&status);
        if let Some(code) = object.get_any_case("code").and_then(wire::text)
            && (!success || object.get_any_case("message").is_some())
        {
            return Err(self.new_refusal(&code, object, status));
        }
        match (self.family, success) {
            (Family::New, true) => Ok(value),
            (Family::Old, true) => Err(self.without_code(status, "no errcode")),
            (_, false) => Err(self.without_code(status, "no code")),
        }
    }

    fn banned(&self) -> Error {
        Error::new(self.api, ErrorKind::Banned { until_ms: self.now_ms.saturating_add(BAN_MS) })
    }

    /// The verdict on an answer in which DingTalk gave no code: the HTTP status has to do.
    fn without_code(&self, status: u16, what: &str) -> Error {
        let kind = match status {
            429 => ErrorKind::Throttled { until_ms: None },
            500.. => ErrorKind::Busy,
            _ => ErrorKind::Malformed { what: format!("HTTP {status} with {what}").into() },
        };
        Error { code: Some(format!("HTTP {status}")), ..Error::new(self.api, kind) }
    }

    fn old_refusal(&self, errcode: &str, object: Object<'_>, status: u16) -> Error {
        let word = |key| object.get_any_case(key).and_then(wire::text).filter(|text| !text.is_empty());
        let errmsg = word("errmsg").unwrap_or_default();
        let message = word("sub_msg").unwrap_or_else(|| errmsg.clone());
        let inner = word("sub_code")
            .filter(|code| code != "0")
            .or_else(|| after(&errmsg, "subcode=", |c| !matches!(c, ',' | ']' | ' ')).map(str::to_owned));
        let code = inner.unwrap_or_else(|| errcode.to_owned());
        let kind = numeric_or_named(&code)
            .or((errcode == "15" || status >= 500).then_some(ErrorKind::Busy))
            .unwrap_or(ErrorKind::Unknown);
        let kind = self.detailed(kind, &format!("{message} {errmsg}"), Vec::new());
        self.refusal(kind, &code, &message, word("request_id").as_deref())
    }

    fn new_refusal(&self, code: &str, object: Object<'_>, status: u16) -> Error {
        let word = |key| object.get_any_case(key).and_then(wire::text);
        let message = word("message").unwrap_or_default();
        let scopes = object
            .get_any_case("accessdenieddetail")
            .and_then(|detail| Object::of("accessdenieddetail", detail).ok())
            .and_then(|detail| detail.get_any_case("requiredScopes"))
            .and_then(|scopes| {
                let read = |scope: &Value| Ok(wire::text(scope).unwrap_or_default());
                wire::list("requiredScopes", scopes, read).ok().flatten()
            })
            .unwrap_or_default();
        let kind = numeric_or_named(code)
            .or(match status {
                429 => Some(ErrorKind::Throttled { until_ms: None }),
                500.. => Some(ErrorKind::Busy),
                _ => None,
            })
            .unwrap_or(ErrorKind::Unknown);
        let kind = self.detailed(kind, &message, scopes);
        let request_id = word("requestid").or_else(|| word("request_id"));
        self.refusal(kind, code, &message, request_id.as_deref())
    }

    /// Adds what only the message says.
    fn detailed(&self, kind: ErrorKind, message: &str, scopes: Vec<String>) -> ErrorKind {
        match kind {
            ErrorKind::IpNotAllowed { .. } => {
                ErrorKind::IpNotAllowed { ip: seen_ip(message).map(|ip| ip.to_string().into()) }
            }
            ErrorKind::PermissionMissing { .. } => {
                let scopes = [scopes, required_scopes(message)].into_iter().find(|found| !found.is_empty());
                let scopes = scopes.unwrap_or_else(|| vec![permissions::needed_by(self.api).to_owned()]);
                let link = request_link(message)
                    .or_else(|| scopes.first().map(|scope| permissions::request_link(self.client_id, scope)));
                ErrorKind::PermissionMissing { scopes, link: link.map(Into::into) }
            }
            ErrorKind::Throttled { .. } => ErrorKind::Throttled { until_ms: throttled_until(message) },
            other => other,
        }
    }

    fn refusal(&self, kind: ErrorKind, code: &str, message: &str, request_id: Option<&str>) -> Error {
        let shown = |text: &str| Some(self.shown(text)).filter(|text| !text.is_empty());
        Error {
            kind,
            api: self.api,
            code: shown(code).map(String::from),
            message: shown(message),
            request_id: request_id.and_then(shown),
        }
    }

    /// A word of DingTalk's made fit to be stored and shown: short, on one line, without our secrets.
    fn shown(&self, text: &str) -> Box<str> {
        let mut text = text.to_owned();
        for hidden in self.hidden.iter().filter(|hidden| !hidden.is_empty()) {
            text = text.replace(hidden, "…");
        }
        text.chars().filter(|c| !c.is_control()).take(MESSAGE_LENGTH).collect::<String>().into()
    }
}

fn numeric_or_named(code: &str) -> Option<ErrorKind> {
    match code.trim().parse() {
        Ok(number) => codes::numeric(number),
        Err(_) => codes::named(code),
    }
}

/// What follows `marker` in `text`, as far as `belongs` holds.
fn after<'a>(text: &'a str, marker: &str, belongs: impl Fn(char) -> bool) -> Option<&'a str> {
    let (_, rest) = text.split_once(marker)?;
    let rest = rest.trim_start();
    let end = rest.find(|c| !belongs(c)).unwrap_or(rest.len());
    rest.get(..end).filter(|found| !found.is_empty())
}

/// The public address that DingTalk saw, out of the text of 60020.
fn seen_ip(message: &str) -> Option<IpAddr> {
    let belongs = |c: char| c.is_ascii_hexdigit() || matches!(c, ':' | '.');
    ["request ip=", "request ip:", "ip=", "ip:"]
        .into_iter()
        .filter_map(|marker| after(message, marker, belongs))
        .find_map(|found| found.trim_end_matches(['.', ':']).parse().ok())
}

/// The permissions that the text of 60011 names.
fn required_scopes(message: &str) -> Vec<String> {
    let found = after(message, "requiredScopes=[", |c| c != ']')
        .or_else(|| after(message, "权限：[", |c| c != ']'))
        .unwrap_or_default();
    found.split(',').map(str::trim).filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

/// The link of 60011, only if it leads to DingTalk's console.
fn request_link(message: &str) -> Option<String> {
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '%' | '-' | '_' | '.' | '#' | '&' | '=');
    after(message, permissions::REQUEST_PAGE, belongs)
        .map(|content| format!("{}{content}", permissions::REQUEST_PAGE))
}

/// When DingTalk ends a throttle, in epoch milliseconds: `限制将在 2026-01-02 03:04:05 结束`, China time.
fn throttled_until(message: &str) -> Option<i64> {
    const CHINA_MS: i64 = 8 * 3600 * 1000;
    let found = after(message, "限制将在", |c| c.is_ascii_digit() || matches!(c, '-' | ':' | ' '))?;
    let time = jiff::civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", found.trim()).ok()?;
    let utc = jiff::tz::TimeZone::UTC.to_timestamp(time).ok()?;
    Some(utc.as_millisecond() - CHINA_MS)
}

#[cfg(test)]
mod tests;
