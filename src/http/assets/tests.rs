//! The pages as a browser asks for them, and as a program does.

use super::*;

const PLAIN: &str = "console.log('menpai')";

fn built(path: &str) -> Option<Asset> {
    let (bytes, mark): (&'static [u8], u8) = match path {
        "index.html" => (b"<meta nonce=\"__CSP_NONCE__\">", 1),
        "portal.html" => (b"portal __CSP_NONCE__", 6),
        "assets/app-1a2b.js" => (PLAIN.as_bytes(), 2),
        "assets/app-1a2b.js.br" => (b"brotli", 3),
        "assets/app-1a2b.js.gz" => (b"gzip", 4),
        "logo.svg" => (b"<svg/>", 5),
        _ => return None,
    };
    Some(Asset { bytes: Cow::Borrowed(bytes), hash: [mark; 32] })
}

struct Answer {
    status: u16,
    headers: poem::http::HeaderMap,
    body: String,
}

async fn ask_of(find: Find, method: Method, path: &str, headers: &[(HeaderName, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri_str(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let pages = Pages { find, nonce: || "n0nce".to_owned() };
    let response = pages.get_response(request.finish()).await;
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Answer { status, headers, body: response.into_body().into_string().await.unwrap() }
}

async fn ask(path: &str, headers: &[(HeaderName, &str)]) -> Answer {
    ask_of(built, Method::GET, path, headers).await
}

#[tokio::test]
async fn employees_get_pages_of_their_own() {
    for path in ["/tenantId", "/tenantId/1000", "/tenantId/1000/colleagues"] {
        let answer = ask(path, &[(ACCEPT, "text/html")]).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "portal n0nce"), "{path}");
        assert!(answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("'nonce-n0nce'"));
    }
    assert_eq!(ask("/portal.html", &[(ACCEPT, "text/html")]).await.body, "<meta nonce=\"n0nce\">");
}

#[tokio::test]
async fn a_browser_that_navigates_gets_the_index_with_a_nonce_in_page_and_policy() {
    for path in ["/", "/index.html", "/tenants/1000", "/systematic", "/tenantIds"] {
        let answer = ask(path, &[(ACCEPT, "text/html,*/*;q=0.8")]).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "<meta nonce=\"n0nce\">"), "{path}");
        let policy = answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("style-src 'self' 'nonce-n0nce'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers[CACHE_CONTROL], "no-cache");
    }
}

#[tokio::test]
async fn whoever_takes_anything_gets_a_page_as_well() {
    let any: [&[(HeaderName, &str)]; 3] =
        [&[], &[(ACCEPT, "*/*")], &[(ACCEPT, "text/*;q=0.3, application/json")]];
    for headers in any {
        for (path, body) in [
            ("/", "<meta nonce=\"n0nce\">"),
            ("/tenants/1000/syncRuns", "<meta nonce=\"n0nce\">"),
            ("/tenantId/1000", "portal n0nce"),
            ("/tenantId/1000/messages/7", "portal n0nce"),
        ] {
            let answer = ask(path, headers).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, body), "{path} {headers:?}");
            assert_eq!(ask_of(built, Method::HEAD, path, headers).await.status, 200, "{path} {headers:?}");
        }
        for path in ["/api/nothing", "/sys/nothing", "/metrics", "/api"] {
            assert_eq!(ask(path, headers).await.status, 404, "{path} {headers:?}");
        }
    }
}

#[tokio::test]
async fn programs_and_missing_files_never_get_a_page() {
    let html = [(ACCEPT, "text/html")];
    for path in ["/api/v1/nothing", "/sys/nothing", "/healthz", "/metrics", "/assets/app-0000.js"] {
        assert_eq!(ask(path, &html).await.status, 404, "{path}");
    }
    for accepted in ["application/json", "*/*;q=0", "text/html;q=0, */*", "image/*"] {
        assert_eq!(ask("/tenants", &[(ACCEPT, accepted)]).await.status, 404, "{accepted}");
    }
    for missing in ["/assets/app-0000.js", "/nothing.js", "/robots.txt", "/tenantId/1000/nothing.css"] {
        assert_eq!(ask(missing, &[(ACCEPT, "*/*")]).await.status, 404, "{missing}");
    }
    assert_eq!(ask("/assets/app-1a2b.js.br", &html).await.status, 404);
    assert_eq!(ask_of(built, Method::POST, "/", &html).await.status, 405);
}

#[tokio::test]
async fn the_smallest_form_that_the_client_reads_is_sent() {
    let js = "/assets/app-1a2b.js";
    for (accepted, encoding, body) in [
        ("gzip, deflate, br", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("br;q=0, gzip;q=0.5", Some("gzip"), "gzip"),
        ("zstd", None, PLAIN),
        ("", None, PLAIN),
    ] {
        let answer = ask(js, &[(ACCEPT_ENCODING, accepted)]).await;
        let sent = answer.headers.get(CONTENT_ENCODING).map(|value| value.to_str().unwrap());
        assert_eq!((sent, answer.body.as_str()), (encoding, body), "{accepted}");
        assert_eq!(answer.headers[VARY], "Accept-Encoding");
        assert_eq!(answer.headers[CONTENT_TYPE], "text/javascript; charset=utf-8");
        assert!(answer.headers[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    }
}

#[tokio::test]
async fn a_known_tag_of_the_same_encoding_saves_the_body() {
    let first = ask("/logo.svg", &[]).await;
    assert_eq!(first.headers[CACHE_CONTROL], "no-cache");
    let tag = first.headers[ETAG].to_str().unwrap().to_owned();
    for list in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
        let again = ask("/logo.svg", &[(IF_NONE_MATCH, &list)]).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{list}");
        assert_eq!(again.headers[ETAG], tag.as_str());
    }
    assert_eq!(ask("/logo.svg", &[(IF_NONE_MATCH, "\"other\"")]).await.status, 200);
    let js = [(ACCEPT_ENCODING, "br")];
    let (plain, packed) = (ask("/assets/app-1a2b.js", &[]).await, ask("/assets/app-1a2b.js", &js).await);
    assert_ne!(plain.headers[ETAG], packed.headers[ETAG]);
}

#[tokio::test]
async fn a_binary_without_pages_says_how_to_build_them() {
    let answer = ask_of(|_| None, Method::GET, "/setup", &[(ACCEPT, "text/html")]).await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.body.contains("make run")
            && !answer.body.contains("<script")
            && !answer.body.contains("<style")
    );
}
