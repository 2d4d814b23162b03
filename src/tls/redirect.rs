//! Sends browsers that come over plain HTTP to HTTPS. Nothing else is answered there.

use poem::http::header::{HOST, LOCATION};
use poem::http::{Method, StatusCode};
use poem::{Endpoint, Request, Response, endpoint::make_sync};

/// Answers everything with the same address over HTTPS. `public_url` is the address that people use; without one it is
/// the host that was asked for, with this port.
pub fn redirect(public_url: Option<String>, port: u16) -> impl Endpoint<Output = Response> {
    make_sync(move |request: Request| {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let base = public_url.clone().or_else(|| base(request.header(HOST)?, port));
        let Some(base) = base else { return StatusCode::BAD_REQUEST.into() };
        // A body that was sent in the open must not be sent again.
        let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
        let status = if is_reading { StatusCode::PERMANENT_REDIRECT } else { StatusCode::UPGRADE_REQUIRED };
        Response::builder().status(status).header(LOCATION, format!("{base}{path}")).finish()
    })
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
