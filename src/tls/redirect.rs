//! Sends browsers that come over plain HTTP to HTTPS. Nothing else is answered there, but a certificate authority.

use std::path::PathBuf;
use std::sync::Arc;

use poem::http::header::{HOST, LOCATION};
use poem::http::{Method, StatusCode};
use poem::{Endpoint, Request, Response, endpoint::make};

use super::challenge;

/// Where people who come over plain HTTP are sent, and what a certificate authority finds there.
pub struct Redirect {
    /// The address that people use; without one it is the host that was asked for, with the port.
    pub public_url: Option<String>,
    /// The port that speaks HTTPS.
    pub port: u16,
    /// The directory that an ACME client lays its answers into.
    pub acme_webroot: Option<PathBuf>,
}

/// Answers everything with the same address over HTTPS, except for the answers of an ACME client.
pub fn redirect(redirect: Redirect) -> impl Endpoint<Output = Response> {
    let redirect = Arc::new(redirect);
    make(move |request: Request| {
        let redirect = Arc::clone(&redirect);
        async move { redirect.answer(&request).await }
    })
}

impl Redirect {
    async fn answer(&self, request: &Request) -> Response {
        if let (Some(directory), Some(token)) = (&self.acme_webroot, challenge::token(request.uri().path())) {
            return match challenge::answer(directory, token).await {
                Some(answer) => Response::builder().content_type("application/octet-stream").body(answer),
                None => StatusCode::NOT_FOUND.into(),
            };
        }
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let base = self.public_url.clone().or_else(|| base(request.header(HOST)?, self.port));
        let Some(base) = base else { return StatusCode::BAD_REQUEST.into() };
        // A body that was sent in the open must not be sent again.
        let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
        let status = if is_reading { StatusCode::PERMANENT_REDIRECT } else { StatusCode::UPGRADE_REQUIRED };
        Response::builder().status(status).header(LOCATION, format!("{base}{path}")).finish()
    }
}

/// Scheme, host and port, when the host is one.
fn base(host: &str, port: u16) -> Option<String> {
    let name = match host.rsplit_once(':') {
        Some((name, digits)) if digits.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | ':' | '[' | ']');
    if name.is_empty() || !name.chars().all(fits) {
        return None;
    }
    Some(if port == 443 { format!("https://{name}") } else { format!("https://{name}:{port}") })
}
