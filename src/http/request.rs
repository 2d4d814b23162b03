//! What is known of a request before anybody looks into it: its id, the language of its answer, where it came from.
//!
//! Invariant: the outermost layer makes one [`RequestInfo`] a request and puts it there behind an `Arc`; everything inside
//! reads it from there.

use std::sync::Arc;

use poem::http::header::ACCEPT_LANGUAGE;
use poem::http::uri::Scheme;
use poem::{FromRequest, Request, RequestBody, Result};

use crate::domain::access::proxy::TrustedProxies;
use crate::domain::text::Language;

/// Whom a proxy speaks for.
const FORWARDED_FOR: &str = "X-Forwarded-For";
/// How that one speaks to the proxy.
const FORWARDED_PROTO: &str = "X-Forwarded-Proto";

/// What is known of the request that is being answered.
#[derive(Clone, Debug, Default)]
pub(super) struct RequestInfo {
    /// Finds the request in the log; sent back as `X-Request-Id`.
    pub id: String,
    /// The language of sentences in the answer.
    pub language: Language,
    /// The client's address without its port, as far as trusted proxies tell; empty where there is none.
    pub address: Box<str>,
    /// Whether the client speaks TLS, to us or to a trusted proxy.
    pub secure: bool,
}

impl RequestInfo {
    pub(super) fn new(id: String, request: &Request, proxies: &TrustedProxies) -> Self {
        let language = language(request.header(ACCEPT_LANGUAGE).unwrap_or_default());
        let peer = request.remote_addr().as_socket_addr().map(|peer| peer.ip().to_canonical());
        let forwarded = lines(request, FORWARDED_FOR);
        let client = peer.map(|peer| proxies.client(peer, forwarded.into_iter()));
        let told = lines(request, FORWARDED_PROTO).into_iter().next_back();
        let told = told.and_then(|line| line.rsplit(',').next()).unwrap_or_default().trim();
        let through_proxy = peer.is_some_and(|peer| proxies.trusts(peer));
        Self {
            id,
            language,
            address: client.map(|client| client.to_string().into()).unwrap_or_default(),
            secure: *request.scheme() == Scheme::HTTPS || (through_proxy && told == "https"),
        }
    }

    /// What the outermost layer noted; nothing where there is none (tests of a single layer).
    fn noted(request: &Request) -> Option<&Self> {
        request.extensions().get::<Arc<Self>>().map(Arc::as_ref)
    }

    /// The client's address without its port, as far as trusted proxies tell; empty where there is none.
    pub(super) fn address_of(request: &Request) -> Box<str> {
        Self::noted(request).map(|info| info.address.clone()).unwrap_or_default()
    }

    /// Whether the client speaks TLS, to us or to a trusted proxy.
    pub(super) fn is_secure(request: &Request) -> bool {
        Self::noted(request).is_some_and(|info| info.secure)
    }
}

impl<'a> FromRequest<'a> for RequestInfo {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        Ok(Self::noted(request).cloned().unwrap_or_default())
    }
}

/// The values of a header, in their order.
fn lines<'a>(request: &'a Request, name: &str) -> Vec<&'a str> {
    request.headers().get_all(name).into_iter().filter_map(|value| value.to_str().ok()).collect()
}

/// The language that `Accept-Language` prefers among ours; Chinese when it names neither.
fn language(header: &str) -> Language {
    let mut best = (0.0, Language::Zh);
    for entry in header.split(',') {
        let mut parts = entry.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
        let spoken = match tag.split('-').next() {
            Some("zh") => Language::Zh,
            Some("en") => Language::En,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=")).unwrap_or("1").parse().unwrap_or(0.0);
        if quality > best.0 {
            best = (quality, spoken);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_of_our_languages_is_spoken() {
        for chinese in ["", "*", "de-DE", "zh-CN,en;q=0.8", "en;q=0.5, zh;q=0.6", "en;q=0", "en;q=x"] {
            assert_eq!(language(chinese), Language::Zh, "{chinese}");
        }
        for english in ["en", "en-GB,zh;q=0.9", "de, en;q=0.3", "zh;q=0.1,EN;q=0.2"] {
            assert_eq!(language(english), Language::En, "{english}");
        }
    }
}
