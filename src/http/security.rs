//! The headers that tell a browser what an answer of ours may do: nothing, unless a page says otherwise.
//!
//! Invariant: an answer leaves with a content security policy; one that brought its own keeps it.

use poem::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS};
use poem::http::{HeaderMap, HeaderValue};

/// For answers that are data: a browser that shows one as a page loads and runs nothing.
const DATA_POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Completes the headers of any answer; goes around the whole server.
pub fn add_headers(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Addresses can hold a one-time setup token: no other site is told where the visitor came from. Not
    // `no-referrer`, under which some browsers also hide the origin that writing calls are checked for.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
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

/// For our pages: everything from this server, no inline script, styles made at run time only with the nonce.
pub(super) fn page_policy(nonce: &str) -> String {
    format!(
        "default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
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
        let own = HeaderValue::from_str(&page_policy("abc")).unwrap();
        headers.insert(CONTENT_SECURITY_POLICY, own.clone());
        add_headers(&mut headers);
        assert_eq!(headers[CONTENT_SECURITY_POLICY], own);
    }
}
