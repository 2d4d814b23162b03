//! Calls to webhooks: one HTTP request out, one status back.
//!
//! Beside `dingtalk` the only module that names the HTTP client. Must not know what is told, or to whom; the address was
//! typed by a tenant's administrator and is hostile. Invariants: the address that is connected to is one that may be
//! called, checked when the name is resolved, so that no second answer of a name server leads elsewhere; no redirect and
//! no proxy is used, and nothing of the answer's body is kept.

use std::error::Error as StdError;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Url, redirect};

use crate::domain::network::Network;
use crate::domain::text::Text;
use crate::domain::webhook::reach::may_call;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a receiver may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// A call to make.
#[derive(Clone, Debug)]
pub struct Call {
    /// Where.
    pub url: String,
    /// The delivery's id.
    pub id: String,
    /// When it is made, in seconds since 1970.
    pub seconds: i64,
    /// The signature over the others.
    pub signature: String,
    /// What is told, as JSON.
    pub body: String,
}

/// Makes the calls. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Courier {
    client: Option<Client>,
    allowed: Arc<[Network]>,
}

/// Resolves names to addresses that may be called, and to no others.
struct Guard {
    allowed: Arc<[Network]>,
}

/// Why an address is not called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It cannot be read.
    NoAddress,
    /// It leads to where nothing may be called.
    Inside,
}

impl Unfit {
    /// The reason in words, with what to do.
    pub fn words(self) -> Text {
        match self {
            Self::NoAddress => {
                Text::new("url 地址无法解析，请修改 url", "url cannot be read as an address; change it")
            }
            Self::Inside => Text::new(
                "url 指向本机、内网或保留网段，不予调用；如确需调用，请让平台管理员在 MENPAI_WEBHOOK_ALLOW_PRIVATE 中放行该网段",
                "url leads to this machine, a private or a reserved network, and is not called; a platform administrator can allow its network with MENPAI_WEBHOOK_ALLOW_PRIVATE",
            ),
        }
    }
}

/// A name leads only to addresses that may not be called.
#[derive(Debug)]
struct Inside;

impl std::fmt::Display for Inside {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the name leads to an address that may not be called")
    }
}

impl StdError for Inside {}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = Arc::clone(&self.allowed);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let callable: Vec<SocketAddr> =
                found.filter(|address| may_call(address.ip(), &allowed)).collect();
            if callable.is_empty() {
                return Err(Box::new(Inside) as Box<dyn StdError + Send + Sync>);
            }
            Ok(Box::new(callable.into_iter()) as Addrs)
        })
    }
}

impl Courier {
    /// A courier that calls public addresses, and private ones of these networks.
    pub fn new(allowed: Vec<Network>) -> Self {
        // Refused when a provider is already installed, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allowed: Arc<[Network]> = allowed.into();
        let client = Client::builder()
            .user_agent(concat!("menpai/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(PATIENCE)
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .no_proxy()
            // A kept connection would outlive the check of its address.
            .pool_max_idle_per_host(0)
            .dns_resolver(Guard { allowed: Arc::clone(&allowed) });
        Self { client: build(client), allowed }
    }

    /// Whether a call may lead there as far as the text tells; where a name leads is seen when it is called.
    ///
    /// # Errors
    /// When it is no address, or a number or `localhost` that may not be called.
    pub fn check(&self, url: &str) -> Result<Url, Unfit> {
        let url = Url::parse(url).map_err(|_| Unfit::NoAddress)?;
        let host = url.host_str().ok_or(Unfit::NoAddress)?.trim_matches(['[', ']']);
        let known: Vec<IpAddr> = match host.parse() {
            Ok(address) => vec![address],
            Err(_) if is_this_machine(host) => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
            Err(_) => return Ok(url),
        };
        match known.iter().any(|address| may_call(*address, &self.allowed)) {
            true => Ok(url),
            false => Err(Unfit::Inside),
        }
    }

    /// Makes a call; the status that was answered.
    ///
    /// # Errors
    /// With the reason in words when there was no answer, or the address may not be called.
    pub async fn make(&self, call: Call) -> Result<u16, Text> {
        // An address that is written as a number is connected to without asking the resolver.
        let url = self.check(&call.url).map_err(Unfit::words)?;
        let client = self.client.as_ref().ok_or_else(no_client)?;
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", call.id)
            .header("webhook-timestamp", call.seconds.to_string())
            .header("webhook-signature", call.signature)
            .body(call.body);
        match request.send().await {
            Ok(answer) => Ok(answer.status().as_u16()),
            Err(error) => Err(words(&error)),
        }
    }
}

/// A system without certificates can still call receivers without encryption.
fn build(builder: reqwest::ClientBuilder) -> Option<Client> {
    builder.build().map_err(|error| tracing::error!(error.message = %error, "webhooks cannot be called")).ok()
}

fn no_client() -> Text {
    Text::new(
        "本机没有可用的根证书，无法调用网络回调，请安装 ca-certificates 后重启",
        "this system has no certificates to trust, so no webhook can be called; install ca-certificates and start again",
    )
}

/// Whether a name always means this machine: `localhost` and whatever is below it.
fn is_this_machine(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    host == "localhost" || host.ends_with(".localhost")
}

fn words(error: &reqwest::Error) -> Text {
    let mut cause = error.source();
    for _ in 0..16 {
        match cause {
            Some(inner) if inner.is::<Inside>() => return Unfit::Inside.words(),
            Some(inner) => cause = inner.source(),
            None => break,
        }
    }
    if error.is_timeout() {
        return Text::new("对方未在 15 秒内应答", "the receiver did not answer within 15 seconds");
    }
    if error.is_connect() {
        return Text::new(
            "无法连接：请检查地址、端口、证书与网络",
            "no connection: check the address, the port, the certificate and the network",
        );
    }
    Text::new("连接中断，未收到应答", "the connection broke before an answer came")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_text_tells_is_checked_before_a_call() {
        let courier = Courier::new(vec!["127.0.0.1".parse().unwrap()]);
        let check = |url: &str| courier.check(url).map(drop);
        for fine in ["https://example.com/", "http://127.0.0.1:1/", "http://localhost/", "http://1.1.1.1/"] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        for inside in ["http://10.0.0.1/", "http://[fd00::1]/", "http://127.0.0.2/"] {
            assert_eq!(check(inside), Err(Unfit::Inside), "{inside}");
        }
        assert_eq!(Courier::new(Vec::new()).check("http://localhost/").map(drop), Err(Unfit::Inside));
        assert_eq!(check("nowhere"), Err(Unfit::NoAddress));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_resolved() {
        let resolve =
            |allowed: Vec<Network>| Guard { allowed: allowed.into() }.resolve("localhost".parse().unwrap());
        let refusal = resolve(Vec::new()).await.err().unwrap();
        assert!(refusal.is::<Inside>(), "{refusal}");
        assert!(resolve(vec!["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()]).await.is_ok());
    }
}
