//! One HTTP exchange with DingTalk: a request out, status and bytes back.
//!
//! Must not know what the bytes mean. Invariants: no redirect is followed, no answer is read beyond
//! [`LONGEST_ANSWER`], and no error carries the address, for tokens travel in it.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, DATE, HeaderValue};
use reqwest::{Method, redirect};

use super::clock::parse_date;
use super::error::{Error, ErrorKind};
use super::media::Upload;
use super::{Endpoints, WayOut};
use crate::domain::secret::Secret;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
const IDLE_CONNECTIONS: usize = 64;
/// A page of 100 people is some 100 KB; nothing of DingTalk's comes near this.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// The connections to DingTalk.
pub(super) struct Transport {
    kept: reqwest::Client,
    /// A connection for each exchange. One that was kept may be closed by DingTalk at the moment it is used,
    /// and then nobody knows whether the request arrived: too little for a request that must not be repeated.
    fresh: reqwest::Client,
}

/// What is sent.
pub(super) struct Request<'a> {
    pub(super) api: &'static str,
    pub(super) method: Method,
    /// Without the query.
    pub(super) address: String,
    pub(super) query: &'a [(&'static str, String)],
    pub(super) header_token: Option<&'a Secret>,
    pub(super) query_token: Option<&'a Secret>,
    pub(super) body: &'a Body,
    pub(super) timeout: Duration,
    /// Whether to open a connection for this exchange alone.
    pub(super) fresh: bool,
}

/// The body of a request.
pub(super) enum Body {
    None,
    Json(Vec<u8>),
    Upload(Upload),
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    /// The time at the sender's, in epoch milliseconds, when it was told.
    pub(super) date_ms: Option<i64>,
    pub(super) body: Vec<u8>,
}

impl Transport {
    pub(super) fn new(endpoints: &Endpoints, way_out: &WayOut) -> Result<Self, Error> {
        // Refused when a provider is already installed, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let build = |kept| {
            let builder = by_way_of(builder(endpoints, kept), way_out)?;
            builder.build().map_err(|error| unreachable("client", error, false))
        };
        Ok(Self { kept: build(IDLE_CONNECTIONS)?, fresh: build(0)? })
    }

    /// Sends `request` and reads the whole answer.
    pub(super) async fn exchange(&self, request: Request<'_>) -> Result<Reply, Error> {
        let api = request.api;
        let http = if request.fresh { &self.fresh } else { &self.kept };
        let mut builder =
            http.request(request.method, &request.address).timeout(request.timeout).query(request.query);
        if let Some(token) = request.query_token {
            builder = builder.query(&[("access_token", token.reveal())]);
        }
        if let Some(token) = request.header_token {
            let mut value = HeaderValue::from_str(token.reveal())
                .map_err(|_| Error::malformed(api, "a token that no header can carry"))?;
            value.set_sensitive(true);
            builder = builder.header("x-acs-dingtalk-access-token", value);
        }
        builder = match request.body {
            Body::None => builder,
            Body::Json(json) => builder.header(CONTENT_TYPE, "application/json").body(json.clone()),
            Body::Upload(upload) => builder.multipart(upload.form(api)?),
        };
        let mut response = builder.send().await.map_err(|error| failure(api, error))?;
        let date = response.headers().get(DATE).and_then(|date| date.to_str().ok());
        let date_ms = date.and_then(parse_date);
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failure(api, error))? {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(Error::malformed(api, "an answer of more than 16 MiB"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply { status: response.status().as_u16(), date_ms, body })
    }
}

fn builder(endpoints: &Endpoints, idle_connections: usize) -> reqwest::ClientBuilder {
    let called = [&endpoints.oapi, &endpoints.api];
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("menpai/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(idle_connections)
        .tcp_nodelay(true)
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .gzip(true);
    if called.iter().all(|address| address.starts_with("http://")) {
        // Nothing is encrypted, so a system without certificates will do.
        builder = builder.tls_certs_only([]);
    }
    if called.iter().all(|address| is_loopback(address)) {
        builder = builder.no_proxy();
    }
    builder
}

/// The same, through a proxy and with further certificates where there are some.
fn by_way_of(mut builder: reqwest::ClientBuilder, way_out: &WayOut) -> Result<reqwest::ClientBuilder, Error> {
    if let Some(proxy) = &way_out.proxy {
        let proxy =
            reqwest::Proxy::all(proxy.reveal()).map_err(|error| unreachable("proxy", error, false))?;
        builder = builder.proxy(proxy);
    }
    if let Some(pem) = &way_out.extra_ca {
        let certificates = reqwest::Certificate::from_pem_bundle(pem.as_bytes());
        let certificates = certificates.map_err(|error| unreachable("certificates", error, false))?;
        builder = builder.tls_certs_merge(certificates);
    }
    Ok(builder)
}

fn is_loopback(address: &str) -> bool {
    reqwest::Url::parse(address).is_ok_and(|url| match url.host_str() {
        Some("localhost") => true,
        Some(host) => {
            host.trim_matches(['[', ']']).parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
        }
        None => false,
    })
}

fn failure(api: &'static str, error: reqwest::Error) -> Error {
    let never_sent = error.is_connect() || error.is_builder();
    if error.is_timeout() && !never_sent {
        return Error::new(api, ErrorKind::Timeout);
    }
    unreachable(api, error, !never_sent)
}

/// The innermost cause says it best ("connection refused"), and never holds the address.
fn unreachable(api: &'static str, error: reqwest::Error, sent: bool) -> Error {
    let error = error.without_url();
    let mut reason = error.to_string();
    let mut cause = error.source();
    for _ in 0..16 {
        let Some(inner) = cause else { break };
        reason = inner.to_string();
        cause = inner.source();
    }
    Error::new(api, ErrorKind::Unreachable { sent, reason: reason.into() })
}
