//! Who is asking: the token of the header `X-Access-Token`, else the browser's session cookie.
//!
//! Must not know what a token is worth; [`Access`] does. Invariants: a token is never read from an address; a cookie
//! changes something only for a page of this server, so that no other site can act in a visitor's name.

use std::sync::Arc;

use poem::http::Method;
use poem::http::header::{COOKIE, HOST, ORIGIN};
use poem::{Request, RequestBody};
use poem_openapi::registry::{MetaSecurityScheme, Registry};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

use super::outcome::unauthenticated;
use super::problem::Problem;
use super::request::RequestInfo;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::secret::Secret;
use crate::service::access::Access;

/// The header that carries a token.
pub(super) const TOKEN_HEADER: &str = "X-Access-Token";
/// The cookie that carries a browser's session.
const COOKIE_NAME: &str = "menpai_session";

/// Who is asking; the first argument of every handler that is not open to everybody.
#[derive(Clone, Debug)]
pub(super) struct Caller(pub Principal);

/// What authentication needs of the server; put into every request, behind an `Arc`.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) access: Access,
    /// The address that people use, when a proxy hides it.
    pub(super) public_url: Option<String>,
    /// Whether this server itself speaks HTTPS.
    pub(super) is_https: bool,
}

impl Gate {
    /// Who asks with the header, else with the cookie.
    pub(super) async fn admit(&self, request: &Request) -> Result<Principal> {
        if request.header(TOKEN_HEADER).is_some() {
            return self.admit_by_header(request).await;
        }
        let token = cookie(request, COOKIE_NAME).ok_or_else(unauthenticated)?;
        if !matches!(*request.method(), Method::GET | Method::HEAD) && !self.is_same_origin(request) {
            return Err(Error::new(
                ErrorCode::Forbidden,
                "此请求来自其他网站，已被拒绝；程序请改用请求头 X-Access-Token",
                "this request came from another site and was refused; programs use the header X-Access-Token",
            ));
        }
        self.recognise(request, &token).await
    }

    /// Who asks with the header, the only way for programs.
    pub(super) async fn admit_by_header(&self, request: &Request) -> Result<Principal> {
        let token = request.header(TOKEN_HEADER).filter(|token| !token.is_empty());
        self.recognise(request, &Secret::new(token.ok_or_else(unauthenticated)?)).await
    }

    async fn recognise(&self, request: &Request, token: &Secret) -> Result<Principal> {
        let principal = self.access.authenticate(token).await?;
        Ok(principal.from_address(RequestInfo::address_of(request)))
    }

    /// Whether a page of ours sent the request, as the browser tells: `Sec-Fetch-Site` where it exists (not over
    /// plain HTTP), else `Origin`, which every browser sends with what is not GET or HEAD.
    fn is_same_origin(&self, request: &Request) -> bool {
        if let Some(site) = request.header("Sec-Fetch-Site") {
            return site == "same-origin";
        }
        let Some(origin) = request.header(ORIGIN) else { return false };
        let host = origin.split_once("://").map(|(_, host)| host);
        let own = host.is_some() && host == request.header(HOST);
        own || self
            .public_url
            .as_deref()
            .is_some_and(|own| own.starts_with(origin) && origin_of(own) == origin)
    }

    /// The value of `Set-Cookie` that begins a session.
    pub(super) fn cookie(&self, token: &Secret, seconds: i64) -> String {
        self.set_cookie(COOKIE_NAME, token, seconds)
    }

    /// The value of `Set-Cookie` that ends it.
    pub(super) fn no_cookie(&self) -> String {
        self.cookie(&Secret::new(""), 0)
    }

    /// The value of `Set-Cookie` for any cookie of ours.
    pub(super) fn set_cookie(&self, name: &str, value: &Secret, seconds: i64) -> String {
        let secure =
            if self.is_https || self.public_url.as_deref().is_some_and(|url| url.starts_with("https:")) {
                "; Secure"
            } else {
                ""
            };
        format!("{name}={}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", value.reveal())
    }
}

/// Scheme, host and port of an address.
pub(super) fn origin_of(url: &str) -> &str {
    let start = url.find("://").map_or(0, |at| at + 3);
    let end = url.get(start..).and_then(|rest| rest.find('/')).map_or(url.len(), |at| start + at);
    url.get(..end).unwrap_or(url)
}

/// The value of a cookie.
pub(super) fn cookie(request: &Request, wanted: &str) -> Option<Secret> {
    let cookies = request.headers().get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, value)| *name == wanted && !value.is_empty()).map(|(_, value)| Secret::new(value))
}

/// One extractor with two schemes, written by hand: the derived one would answer a wrong header token with the
/// session of the cookie beside it.
impl<'a> ApiExtractor<'a> for Caller {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        let scheme = |key_in, name, description| MetaSecurityScheme {
            ty: "apiKey",
            description: Some(description),
            name: Some(name),
            key_in: Some(key_in),
            scheme: None,
            bearer_format: None,
            flows: None,
            openid_connect_url: None,
        };
        registry.create_security_scheme(
            "token",
            scheme("header", TOKEN_HEADER, "A session's token (POST /sessions) or an API token."),
        );
        registry.create_security_scheme(
            "cookie",
            scheme(
                "cookie",
                COOKIE_NAME,
                "A browser's session; writing calls must come from a page of this server.",
            ),
        );
    }

    fn security_schemes() -> Vec<&'static str> {
        vec!["token", "cookie"]
    }

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> poem::Result<Self> {
        let gate = request.data::<Arc<Gate>>().ok_or_else(|| Problem::from(Error::internal()))?;
        Ok(Self(gate.admit(request).await.map_err(Problem::from)?))
    }
}
