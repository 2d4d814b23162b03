//! The headers that tell a browser what an answer of ours may do: nothing, unless a page says otherwise.
//!
//! Invariant: an answer leaves with a content security policy and a word on caching; one that brought its own keeps it.

use poem::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use poem::http::{HeaderMap, HeaderName, HeaderValue};

/// For answers that are data: a browser that shows one as a page loads and runs nothing.
const DATA_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What a page of ours may use of the device.
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
/// Nothing of it; copying to the clipboard is no part of this list.
const NO_DEVICES: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()";
/// Who may show the administrators' pages in a frame.
pub(super) const NOBODY: &str = "'none'";
/// Who may show the employees' pages in a frame: on a PC, DingTalk's workbench shows an application inside a page of its
/// own.
pub(super) const DINGTALK: &str = "https://*.dingtalk.com";

/// Completes the headers of any answer; goes around the whole server.
pub fn add_headers(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Addresses can hold a one-time setup token: no other site is told where the visitor came from. Not
    // `no-referrer`, under which some browsers also hide the origin that writing calls are checked for.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(NO_DEVICES));
    // Answers are for whoever asked, now; errors as well.
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(DATA_POLICY));
}

/// Makes cookies that leave over TLS return over TLS only.
pub(super) fn secure_cookies(headers: &mut HeaderMap) {
    let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in cookies {
        let text = cookie.to_str().ok().filter(|text| !text.contains("; Secure"));
        let secured = text.and_then(|text| HeaderValue::from_str(&format!("{text}; Secure")).ok());
        headers.append(SET_COOKIE, secured.unwrap_or(cookie));
    }
}

/// For our pages: everything from this server, no inline script, styles made at run time only with the nonce, shown in
/// frames of `ancestors` only.
pub(super) fn page_policy(nonce: &str, ancestors: &str) -> String {
    format!(
        "default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cookie_is_secured_once() {
        let mut headers = HeaderMap::new();
        for cookie in ["a=1; Path=/", "b=2; Path=/; Secure"] {
            headers.append(SET_COOKIE, HeaderValue::from_static(cookie));
        }
        secure_cookies(&mut headers);
        let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(cookies, ["a=1; Path=/; Secure", "b=2; Path=/; Secure"]);
    }

    #[test]
    fn a_page_keeps_its_policy_and_data_gets_the_strict_one() {
        let mut headers = HeaderMap::new();
        add_headers(&mut headers);
        assert_eq!(headers[CONTENT_SECURITY_POLICY], DATA_POLICY);
        assert_eq!(headers[X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[CACHE_CONTROL], "no-store");
        let own = HeaderValue::from_str(&page_policy("abc", NOBODY)).unwrap();
        headers.insert(CONTENT_SECURITY_POLICY, own.clone());
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        add_headers(&mut headers);
        assert_eq!(headers[CONTENT_SECURITY_POLICY], own);
        assert_eq!(headers[CACHE_CONTROL], "no-cache");
    }
}
