//! The pages inside the binary: what `web/dist` held when it was built, served as two single-page applications:
//! the administrators' console, and the employees' portal below `/tenantId`.
//!
//! Must not know any route of the application. Invariants: files with a hash in their name never change and are
//! cached for a year; a page is never cached and carries a fresh nonce; where something with a file's name is
//! missing, only a browser that navigates gets a page instead, so that a missing script stays a 404 and is not parsed
//! as one.

use std::borrow::Cow;
use std::fmt::Write;

use poem::error::{MethodNotAllowedError, NotFoundError};
use poem::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderName, IF_NONE_MATCH, VARY,
};
use poem::http::{Method, StatusCode};
use poem::{Body, Endpoint, Request, Response, Result};

use super::security::{DINGTALK, NOBODY, page_policy};

/// What the web build wrote; empty when only the server was built.
#[derive(rust_embed::RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Dist;

/// Stands in a page wherever the nonce belongs.
const NONCE_PLACEHOLDER: &str = "__CSP_NONCE__";
/// The administrators' pages.
const CONSOLE: &str = "index.html";
/// The employees' pages.
const PORTAL: &str = "portal.html";
/// What is only served as the page that it is.
const DOCUMENTS: [&str; 2] = [CONSOLE, PORTAL];
/// What the portal's addresses begin with.
const PORTAL_ADDRESS: &str = "tenantId";
/// The files below it have their content's hash in their names.
const HASHED: &str = "assets/";
const UNBUILT: &str = include_str!("../../assets/unbuilt.html");
/// What belongs to programs and never gets a page.
const NOT_PAGES: [&str; 5] = ["api", "sys", "healthz", "readyz", "metrics"];

/// A file and the SHA-256 of its content.
struct Asset {
    bytes: Cow<'static, [u8]>,
    hash: [u8; 32],
}

type Find = fn(&str) -> Option<Asset>;

/// The endpoint for everything that no other route took. `nonce` gives a fresh, unguessable word each time, made
/// of letters and digits.
pub fn pages<N: Fn() -> String + Send + Sync>(nonce: N) -> impl Endpoint<Output = Response> {
    Pages { find: embedded, nonce }
}

struct Pages<N> {
    find: Find,
    nonce: N,
}

impl<N: Fn() -> String + Send + Sync> Endpoint for Pages<N> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let path = request.uri().path().trim_start_matches('/').to_owned();
        if NOT_PAGES.contains(&path.split('/').next().unwrap_or_default()) {
            return Err(NotFoundError.into());
        }
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(MethodNotAllowedError.into());
        }
        if is_served_by_name(&path)
            && let Some(plain) = (self.find)(&path)
        {
            return Ok(file(&request, &path, plain, self.find));
        }
        if path.starts_with(HASHED) || !takes_page(&header(&request, ACCEPT), &path) {
            return Err(NotFoundError.into());
        }
        Ok(self.page(document(&path)))
    }
}

impl<N: Fn() -> String> Pages<N> {
    fn page(&self, document: &str) -> Response {
        let nonce = (self.nonce)();
        let ancestors = if document == PORTAL { DINGTALK } else { NOBODY };
        let page = (self.find)(document);
        let page = page.as_ref().and_then(|page| std::str::from_utf8(&page.bytes).ok()).unwrap_or(UNBUILT);
        Response::builder()
            .header(CONTENT_TYPE, "text/html; charset=utf-8")
            .header(CACHE_CONTROL, "no-cache")
            .header(CONTENT_SECURITY_POLICY, page_policy(&nonce, ancestors))
            .body(page.replace(NONCE_PLACEHOLDER, &nonce))
    }
}

fn embedded(path: &str) -> Option<Asset> {
    let file = Dist::get(path)?;
    Some(Asset { hash: file.metadata.sha256_hash(), bytes: file.data })
}

/// The page at an address.
fn document(path: &str) -> &'static str {
    let first = path.split('/').next().unwrap_or_default();
    if first == PORTAL_ADDRESS { PORTAL } else { CONSOLE }
}

/// The compressed copies are answers to a header, not files of their own; the pages have their own way.
fn is_served_by_name(path: &str) -> bool {
    !path.ends_with(".br") && !path.ends_with(".gz") && !DOCUMENTS.contains(&path)
}

/// Whether whoever accepts this takes a page at the address: a browser that navigates always does; who takes
/// anything, as programs and the parts of a page do, only where the address is not a file's.
fn takes_page(accept: &str, path: &str) -> bool {
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let takes_any = accept.is_empty() || accepts(accept, "*/*") || accepts(accept, "text/*");
    accepts(accept, "text/html") || (takes_any && !is_file && !refuses(accept, "text/html"))
}

/// One file, in the smallest form that the client reads.
fn file(request: &Request, path: &str, plain: Asset, find: Find) -> Response {
    let (encoding, asset) = [("br", "br"), ("gzip", "gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(&header(request, ACCEPT_ENCODING), encoding))
        .find_map(|(encoding, suffix)| Some((Some(encoding), find(&format!("{path}.{suffix}"))?)))
        .unwrap_or((None, plain));
    let tag = entity_tag(&asset.hash);
    let lifetime = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = Response::builder()
        .header(CACHE_CONTROL, lifetime)
        .header(VARY, "Accept-Encoding")
        .header(ETAG, &tag);
    if holds(&header(request, IF_NONE_MATCH), &tag) {
        return response.status(StatusCode::NOT_MODIFIED).finish();
    }
    if let Some(encoding) = encoding {
        response = response.header(CONTENT_ENCODING, encoding);
    }
    let body = match asset.bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    response.header(CONTENT_TYPE, content_type(path)).body(body)
}

/// All values of a header, as one list.
fn header(request: &Request, name: HeaderName) -> String {
    let values = request.headers().get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.collect::<Vec<_>>().join(",")
}

/// Whether a list such as `gzip, br;q=0` allows something by name.
fn accepts(list: &str, name: &str) -> bool {
    quality(list, name).is_some_and(|quality| quality > 0.0)
}

/// Whether such a list forbids something by name.
fn refuses(list: &str, name: &str) -> bool {
    quality(list, name).is_some_and(|quality| quality <= 0.0)
}

/// What a list such as `gzip, br;q=0` gives something that it names; what cannot be read is nothing.
fn quality(list: &str, name: &str) -> Option<f32> {
    list.split(',').find_map(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let is_named = parts.next().is_some_and(|named| named.eq_ignore_ascii_case(name));
        let quality = parts.find_map(|part| part.strip_prefix("q=")).unwrap_or("1");
        is_named.then(|| quality.parse().unwrap_or(0.0))
    })
}

/// Whether `If-None-Match` names the tag; weak and strong count alike, as the RFC (9110, 13.1.2) wants it.
fn holds(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|entry| entry == "*" || entry.trim_start_matches("W/") == tag)
}

fn entity_tag(hash: &[u8; 32]) -> String {
    let mut tag = String::from("\"");
    for byte in hash.iter().take(16) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
