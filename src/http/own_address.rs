//! The address under which the browser that asks sees this server: what DingTalk sends it back to.
//!
//! Invariant: with a public address set, it is that one and no other, for DingTalk compares it letter by letter; without
//! one, it is the address of the request itself, never one that a header alone makes up.

use std::sync::Arc;

use poem::http::header::{HOST, ORIGIN};
use poem::{FromRequest, Request, RequestBody};

use super::auth::{Gate, origin_of};
use super::problem::Problem;
use super::request::RequestInfo;
use crate::domain::error::{Error, Result};

/// Scheme, host and port, with the path of a proxy if the public address has one; no slash at the end.
#[derive(Clone, Debug)]
pub(super) struct OwnAddress(pub(super) String);

impl<'a> FromRequest<'a> for OwnAddress {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> poem::Result<Self> {
        let gate = request.data::<Arc<Gate>>().ok_or_else(|| Problem::from(Error::internal()))?;
        let (origin, host) = (request.header(ORIGIN), request.header(HOST));
        let secure = gate.is_https || RequestInfo::is_secure(request);
        let scheme = if secure { "https" } else { "http" };
        Ok(own(gate.public_url.as_deref(), origin, host, scheme).map(Self).map_err(Problem::from)?)
    }
}

fn own(public_url: Option<&str>, origin: Option<&str>, host: Option<&str>, scheme: &str) -> Result<String> {
    if let Some(public) = public_url.map(|url| url.trim_end_matches('/')) {
        return match origin {
            // What the browser keeps for this address would not be there at the other one.
            Some(origin) if origin != origin_of(public) => Err(Error::invalid(
                format!("扫码登录请使用本系统的访问地址 {public}，而不是 {}", shortened(origin)),
                format!("to scan, open this server at {public}, not at {}", shortened(origin)),
            )),
            _ => Ok(public.to_owned()),
        };
    }
    let host = host.filter(|host| is_host(host)).ok_or_else(no_host)?;
    match origin.and_then(|origin| origin.split_once("://")) {
        Some((scheme @ ("http" | "https"), named)) if named == host => Ok(format!("{scheme}://{host}")),
        Some(_) => Err(no_host()),
        None => Ok(format!("{scheme}://{host}")),
    }
}

/// Whether it can be a host with a port, and nothing else.
fn is_host(host: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']');
    (1..=255).contains(&host.len()) && host.bytes().all(plain)
}

fn shortened(origin: &str) -> String {
    origin.chars().filter(|character| !character.is_control()).take(100).collect()
}

fn no_host() -> Error {
    Error::invalid(
        "无法从请求中得知本系统的访问地址，请由管理员设置 MENPAI_PUBLIC_URL",
        "the request does not tell the address of this server; an administrator sets MENPAI_PUBLIC_URL",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_address_rules() {
        let public = Some("https://menpai.example/");
        assert_eq!(own(public, None, Some("10.0.0.1:3100"), "http").unwrap(), "https://menpai.example");
        let same = Some("https://menpai.example");
        assert_eq!(own(public, same, Some("10.0.0.1:3100"), "http").unwrap(), "https://menpai.example");
        assert!(own(public, Some("http://10.0.0.1:3100"), Some("10.0.0.1:3100"), "http").is_err());
    }

    #[test]
    fn without_one_it_is_where_the_browser_is() {
        let host = Some("10.0.0.1:3100");
        assert_eq!(own(None, None, host, "http").unwrap(), "http://10.0.0.1:3100");
        assert_eq!(own(None, Some("https://10.0.0.1:3100"), host, "http").unwrap(), "https://10.0.0.1:3100");
        assert_eq!(own(None, None, Some("[::1]:3100"), "http").unwrap(), "http://[::1]:3100");
        for (origin, host) in [
            (Some("http://evil.example"), host),
            (Some("null"), Some("a b")),
            (Some("file://10.0.0.1:3100"), host),
            (None, Some("evil.example/path")),
            (None, Some("user@evil.example")),
            (None, None),
        ] {
            assert!(own(None, origin, host, "http").is_err(), "{origin:?} {host:?}");
        }
    }
}
