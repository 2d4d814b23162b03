//! The outermost layer: gives each request its id, turns what failed into a problem, completes the headers, and logs
//! one line.
//!
//! Invariant: a line holds neither the query nor a body, which may carry what must not be kept.

use std::fmt::{Display, Formatter};
use std::sync::Arc;

use poem::http::header::{ALLOW, STRICT_TRANSPORT_SECURITY};
use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Endpoint, PathPattern, Request, Response, Result};
use tracing::Instrument;

use super::compat;
use super::metrics::RequestMeter;
use super::outcome::outcome;
use super::problem;
use super::request::RequestInfo;
use super::routes::Routes;
use super::security::{add_headers, secure_cookies};
use super::spec::PREFIX;
use crate::domain::access::proxy::TrustedProxies;
use crate::domain::mobile::mask;
use crate::service::ambient::Ambient;

/// The header in which a request learns its id.
const REQUEST_ID: &str = "X-Request-Id";

/// Puts the outermost layer around the whole server.
pub(super) fn observed<E: Endpoint>(
    inner: E,
    ambient: Ambient,
    meter: RequestMeter,
    routes: Routes,
    hsts_seconds: Option<u32>,
    proxies: TrustedProxies,
) -> impl Endpoint<Output = Response> {
    let hsts = hsts_seconds.and_then(|seconds| HeaderValue::from_str(&format!("max-age={seconds}")).ok());
    Observed { inner, ambient, meter, routes, hsts, proxies }
}

struct Observed<E> {
    inner: E,
    ambient: Ambient,
    meter: RequestMeter,
    routes: Routes,
    /// `Strict-Transport-Security`, when the operator wants it.
    hsts: Option<HeaderValue>,
    proxies: TrustedProxies,
}

impl<E: Endpoint> Endpoint for Observed<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let id = self.ambient.id().simple().to_string();
        let info = Arc::new(RequestInfo::new(id, &request, &self.proxies));
        let (method, address) = (request.method().clone(), request.uri().clone());
        request.extensions_mut().insert(Arc::clone(&info));
        let span = tracing::info_span!("request", request.id = %info.id);
        let began = self.ambient.now();
        let (answer, route) = outcome(&self.inner, request).instrument(span.clone()).await;
        let code = answer.as_ref().err().map(|error| error.code.as_str());
        let mut response = answer.unwrap_or_else(|error| problem::render(&error, &info));
        add_headers(response.headers_mut());
        if let Some(hsts) = &self.hsts {
            response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, hsts.clone());
        }
        if info.secure {
            secure_cookies(response.headers_mut());
        }
        if let Ok(id) = HeaderValue::from_str(&info.id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        let duration = self.ambient.now().millis_since(began);
        // Where an API has nothing, the router names the whole of it, which is no route.
        let is_route = |route: &Arc<str>| !["", PREFIX, compat::PREFIX].contains(&&**route);
        let route = route.map(|PathPattern(route)| route).filter(is_route);
        let written = route.as_deref().and_then(|route| self.routes.at(route));
        if response.status() == StatusCode::METHOD_NOT_ALLOWED
            && let Some(written) = written
        {
            response.headers_mut().insert(ALLOW, written.methods.clone());
        }
        let label = written.map(|written| Arc::clone(&written.template)).or(route);
        self.meter.count(&method, label, response.status(), duration);
        span.in_scope(|| log(&method, address.path(), response.status(), code, duration));
        Ok(response)
    }
}

fn log(method: &Method, path: &str, status: StatusCode, code: Option<&str>, duration_ms: i64) {
    let status = status.as_u16();
    // What asks every few seconds whether the server lives would drown everything else.
    if status < 400 && matches!(path, "/healthz" | "/readyz" | "/metrics") {
        tracing::debug!(http.method = %method, http.path = %Discreet(path), http.status = status, duration_ms, "answered");
    } else {
        tracing::info!(http.method = %method, http.path = %Discreet(path), http.status = status, error.code = code, duration_ms, "answered");
    }
}

/// A path as the log may hold it: numbers long enough to be somebody's are masked. Callers write what they like.
struct Discreet<'a>(&'a str);

impl Display for Discreet<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        let is_figure = |character: char| character.is_ascii_digit();
        let mut path = self.0;
        while let Some(first) = path.find(is_figure) {
            let (before, rest) = path.split_at(first);
            let (figures, behind) = rest.split_at(rest.find(|other| !is_figure(other)).unwrap_or(rest.len()));
            formatter.write_str(before)?;
            if figures.len() < 11 {
                formatter.write_str(figures)?;
            } else {
                formatter.write_str(&mask(figures))?;
            }
            path = behind;
        }
        formatter.write_str(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_a_path_is_masked() {
        let discreet = |path| Discreet(path).to_string();
        assert!(!discreet("/nowhere/13800138000").contains("13800138000"));
        assert!(!discreet("/a/+8613800138000.json").contains("13800138000"));
        for path in ["/api/v1/tenants/1000/members", "/a/018f0000-0000-7000-8000-0000000000ab", "/"] {
            assert_eq!(discreet(path), path);
        }
    }
}
