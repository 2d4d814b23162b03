//! What a browser may do with the server's answers, and what a client may take of the server: headers and limits, looked
//! at on the wire, without a library that smooths things over.

mod limits;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use menpai::simulator::Shape;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::World;

/// A connection to the server, with nothing between.
struct Wire(TcpStream);

/// An answer as it came.
#[derive(Debug)]
struct Raw {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Wire {
    async fn to(world: &World) -> Self {
        Self::at(world.app().address()).await
    }

    async fn at(server: SocketAddr) -> Self {
        Self(TcpStream::connect(server).await.unwrap())
    }

    async fn write(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// The next line.
    async fn line(&mut self) -> String {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(self.0.read_u8().await.unwrap());
        }
        String::from_utf8(line).unwrap()
    }

    /// Everything until the server hangs up, in order or not.
    async fn rest(mut self) -> String {
        let mut all = Vec::new();
        let mut part = [0; 4096];
        loop {
            match self.0.read(&mut part).await {
                Ok(0) | Err(_) => return String::from_utf8_lossy(&all).into_owned(),
                Ok(count) => all.extend_from_slice(&part[..count]),
            }
        }
    }
}

/// Asks once, on a connection that ends with the answer.
async fn ask(world: &World, method: &str, path: &str, headers: &str) -> Raw {
    let mut wire = Wire::to(world).await;
    wire.write(&format!("{method} {path} HTTP/1.1\r\nHost: menpai\r\nConnection: close\r\n{headers}\r\n"))
        .await;
    read(&wire.rest().await)
}

fn read(answer: &str) -> Raw {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines.map(|line| line.split_once(": ").unwrap());
    let headers = headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect();
    Raw { status, headers, body: body.to_owned() }
}

impl Raw {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers))
    }

    /// Sources by directive.
    fn policy(&self) -> BTreeMap<&str, &str> {
        let directives = self.header("content-security-policy").split(';').map(str::trim);
        directives.map(|directive| directive.split_once(' ').unwrap()).collect()
    }
}

/// Something that this page loads, if it is a built one.
fn part_of(page: &str) -> Option<&str> {
    let start = page.find("/assets/")?;
    page[start..].split(['"', '\'']).next()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_answer_tells_a_browser_what_it_may_do() {
    let world = World::new(Shape::plain(1, 1)).await;
    let console = ask(&world, "GET", "/", "").await;
    let asset = part_of(&console.body).map(ToOwned::to_owned);
    let token = format!("X-Access-Token: {}\r\n", world.token());
    let mut answers = vec![(200, "no-cache", "/".to_owned(), console)];
    for (method, path, headers, status, caching) in [
        ("GET", "/tenantId/1000", "", 200, "no-cache"),
        ("GET", "/tenantId/1000/messages?a=b", "Accept: text/html\r\n", 200, "no-cache"),
        ("HEAD", "/tenants/1000", "", 200, "no-cache"),
        ("GET", "/assets/nothing.js", "", 404, "no-store"),
        ("GET", "/nothing.js", "", 404, "no-store"),
        ("POST", "/", "Content-Length: 0\r\n", 405, "no-store"),
        ("GET", "/api/v1/me", &token, 200, "no-store"),
        ("GET", "/api/v1/me", "", 401, "no-store"),
        ("GET", "/api/v1/tenants/x", &token, 400, "no-store"),
        ("GET", "/api/v1/nothing", "", 404, "no-store"),
        ("POST", "/api/v1/sessions", "Content-Length: 0\r\n", 415, "no-store"),
        ("GET", "/api/v1/openapi.json", "", 200, "no-store"),
        ("GET", "/api/docs", "", 200, "no-store"),
        ("GET", "/sys/user/getUserInfo", "", 401, "no-store"),
        ("GET", "/sys/nothing", "", 404, "no-store"),
        ("GET", "/sys/thirdLogin/oauth2/dingding/login", "", 200, "no-store"),
        ("POST", "/dingtalk/callback/1000", "Content-Length: 0\r\n", 404, "no-store"),
        ("GET", "/healthz", "", 200, "no-store"),
        ("GET", "/readyz", "", 200, "no-store"),
        ("GET", "/metrics", "", 200, "no-store"),
    ] {
        let answer = ask(&world, method, path, headers).await;
        answers.push((status, caching, format!("{method} {path}"), answer));
    }
    if let Some(asset) = asset {
        let answer = ask(&world, "GET", &asset, "").await;
        answers.push((200, "public, max-age=31536000, immutable", asset, answer));
    }
    for (status, caching, name, answer) in &answers {
        assert_eq!(answer.status, *status, "{name}: {answer:?}");
        assert_eq!(answer.header("cache-control"), *caching, "{name}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{name}");
        let devices = answer.header("permissions-policy");
        assert!(["camera=()", "geolocation=()", "microphone=()"].iter().all(|one| devices.contains(one)));
        assert_eq!(answer.header("x-request-id").len(), 32, "{name}");
        let policy = answer.policy();
        for (directive, sources) in &policy {
            // The library's page that shows the specification has styles in its markup, and nothing else that is loose.
            let is_known = name.ends_with("/api/docs") && *directive == "style-src";
            assert!(is_known || !sources.contains("unsafe-"), "{name}: {policy:?}");
        }
        assert_eq!(policy["base-uri"], "'none'", "{name}");
        let ancestors = if name.contains("/tenantId/") { "https://*.dingtalk.com" } else { "'none'" };
        assert_eq!(policy["frame-ancestors"], ancestors, "{name}");
        let is_page = *caching == "no-cache";
        assert_eq!(policy["default-src"], if is_page { "'self'" } else { "'none'" }, "{name}");
        assert!(!answer.headers.contains_key("set-cookie"), "{name}");
        assert!(!answer.headers.contains_key("server"), "{name} tells what it runs on");
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_trusts_a_fresh_nonce_and_no_other() {
    let world = World::new(Shape::plain(1, 1)).await;
    let mut nonces = Vec::new();
    for path in ["/", "/tenantId/1000", "/"] {
        let page = ask(&world, "GET", path, "").await;
        let policy = page.policy();
        let (_, nonce) = policy["style-src"].split_once("'nonce-").unwrap();
        let nonce = nonce.trim_end_matches('\'').to_owned();
        assert_eq!(nonce.len(), 32, "{nonce}");
        assert!(
            !policy.contains_key("script-src"),
            "scripts come from this server, and none stands in the page"
        );
        assert!(!nonces.contains(&nonce), "a nonce is used once");
        nonces.push(nonce);
    }
    world.finish().await;
}
