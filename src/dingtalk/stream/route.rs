//! The way to the stream's endpoint: direct, or through the proxy by CONNECT; with further certificates where there are some.
//!
//! Must not know frames. Invariants: no error repeats the address, which holds the ticket, nor the proxy's password; and
//! no more than [`LONGEST_HEAD`] of what a proxy says is read.

use std::io;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::error::UrlError;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as SocketError, http};
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config, connect_async_tls_with_config,
};

use crate::dingtalk::WayOut;
use crate::dingtalk::error::{Error, ErrorKind};
use crate::dingtalk::gateway::OPEN;
use crate::dingtalk::percent::percent_decode;
use crate::domain::secret::Secret;

/// The most that a proxy may say before the tunnel begins.
const LONGEST_HEAD: usize = 8 * 1024;

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// The way out of event streams.
#[derive(Clone, Default)]
pub(in crate::dingtalk) struct Route {
    proxy: Option<Arc<Proxy>>,
    /// With the further certificates; without any, the library takes the system's by itself.
    tls: Option<Arc<ClientConfig>>,
}

struct Proxy {
    /// Host and port.
    authority: String,
    /// The header that it wants, if it wants one.
    authorization: Option<Secret>,
}

impl Route {
    /// Fails when the proxy or a certificate cannot be used.
    pub(in crate::dingtalk) fn new(way_out: &WayOut) -> Result<Self, Error> {
        let proxy = way_out.proxy.as_ref().map(Proxy::read).transpose()?.map(Arc::new);
        let tls = way_out.extra_ca.as_deref().map(trusting).transpose()?.map(Arc::new);
        Ok(Self { proxy, tls })
    }

    /// Opens a websocket.
    pub(super) async fn open(&self, address: &str, config: WebSocketConfig) -> Result<Socket, SocketError> {
        let tls = self.tls.clone().map(Connector::Rustls);
        let opened = match &self.proxy {
            None => connect_async_tls_with_config(address, Some(config), true, tls).await,
            Some(proxy) => {
                let request = address.into_client_request()?;
                let target = authority_of(request.uri()).ok_or(SocketError::Url(UrlError::NoHostName))?;
                let tunnel = proxy.tunnel(&target).await?;
                client_async_tls_with_config(request, tunnel, Some(config), tls).await
            }
        };
        opened.map(|(socket, _)| socket)
    }
}

impl Proxy {
    fn read(address: &Secret) -> Result<Self, Error> {
        let url = reqwest::Url::parse(address.reveal()).map_err(|_| unusable("the proxy's address"))?;
        let host = url.host_str().ok_or_else(|| unusable("the proxy's address"))?;
        let port = url.port_or_known_default().ok_or_else(|| unusable("the proxy's port"))?;
        let words = format!(
            "{}:{}",
            percent_decode(url.username()),
            percent_decode(url.password().unwrap_or_default())
        );
        let authorization = (words != ":")
            .then(|| Secret::new(format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode(words))));
        Ok(Self { authority: format!("{host}:{port}"), authorization })
    }

    /// A connection to `target` (host and port) through the proxy.
    async fn tunnel(&self, target: &str) -> Result<TcpStream, SocketError> {
        let mut stream = TcpStream::connect(&self.authority).await?;
        stream.set_nodelay(true)?;
        let authorization = self.authorization.as_ref().map_or("", Secret::reveal);
        let asked = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{authorization}\r\n");
        stream.write_all(asked.as_bytes()).await?;
        let mut head = Vec::new();
        // Byte by byte: what comes behind the head belongs to the tunnel.
        while !head.ends_with(b"\r\n\r\n") {
            if head.len() == LONGEST_HEAD {
                return Err(refused("says too much").into());
            }
            head.push(stream.read_u8().await?);
        }
        match status_of(&head) {
            Some(200..=299) => Ok(stream),
            Some(status) => Err(refused(&format!("answers {status}")).into()),
            None => Err(refused("does not speak HTTP").into()),
        }
    }
}

/// The system's certificates and these.
fn trusting(pem: &str) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|_| unusable("a further certificate"))?;
        roots.add(certificate).map_err(|_| unusable("a further certificate"))?;
    }
    Ok(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth())
}

/// Host and port of an endpoint.
fn authority_of(uri: &http::Uri) -> Option<String> {
    let host = uri.host()?;
    let standard = if uri.scheme_str() == Some("wss") { 443 } else { 80 };
    Some(format!("{host}:{}", uri.port_u16().unwrap_or(standard)))
}

fn status_of(head: &[u8]) -> Option<u16> {
    let line = std::str::from_utf8(head).ok()?.lines().next()?;
    line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()
}

fn refused(how: &str) -> io::Error {
    io::Error::other(format!("the proxy {how} to CONNECT"))
}

fn unusable(what: &str) -> Error {
    let reason = format!("{what} cannot be used").into();
    Error::new(OPEN, ErrorKind::Unreachable { sent: false, reason })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rcgen::{CertificateParams, KeyPair};
    use rustls::ServerConfig;
    use rustls::pki_types::PrivateKeyDer;
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;

    use super::*;
    use crate::dingtalk::stream::connection::Connection;

    const LONG: Duration = Duration::from_secs(30);

    /// A gateway with a certificate that no system trusts; its address and that certificate.
    async fn gateway() -> (String, String) {
        drop(rustls::crypto::ring::default_provider().install_default());
        let pair = KeyPair::generate().unwrap();
        let signed = CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&pair).unwrap();
        let key = PrivateKeyDer::try_from(pair.serialize_der()).unwrap();
        let tls = ServerConfig::builder().with_no_client_auth();
        let tls = TlsAcceptor::from(Arc::new(tls.with_single_cert(vec![signed.der().clone()], key).unwrap()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(stream) = tls.accept(stream).await else { continue };
                drop(tokio_tungstenite::accept_async(stream).await);
            }
        });
        (format!("wss://localhost:{port}/connect?ticket=s3cret"), signed.pem())
    }

    /// A proxy that answers CONNECT with this head, whatever it is asked.
    async fn proxy(answer: &'static str) -> Secret {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                drop(stream.write_all(answer.as_bytes()).await);
                // Kept open until the client goes.
                drop(stream.read_to_end(&mut Vec::new()).await);
            }
        });
        Secret::new(format!("http://user:p%40ss@{address}"))
    }

    #[tokio::test]
    async fn a_certificate_of_ones_own_is_trusted_and_no_other() {
        let (address, pem) = gateway().await;
        let trusting = Route::new(&WayOut { proxy: None, extra_ca: Some(pem) }).unwrap();
        assert!(Connection::open(&trusting, &address, LONG).await.is_ok());
        let (_, other) = gateway().await;
        let other = Route::new(&WayOut { proxy: None, extra_ca: Some(other) }).unwrap();
        let refused = Connection::open(&other, &address, LONG).await.err().unwrap();
        assert!(!format!("{refused:?}").contains("s3cret"), "{refused:?}");
    }

    #[tokio::test]
    async fn a_proxy_that_refuses_or_talks_nonsense_is_an_error_without_secrets() {
        const TOO_LONG: &str =
            concat!("HTTP/1.1 200 OK\r\nX: ", include_str!("route.rs"), include_str!("route.rs"));
        for answer in ["HTTP/1.1 407 No\r\n\r\n", "SSH-2.0\r\n\r\n", TOO_LONG] {
            let way_out = WayOut { proxy: Some(proxy(answer).await), extra_ca: None };
            let route = Route::new(&way_out).unwrap();
            let failed =
                Connection::open(&route, "ws://gateway.invalid/?ticket=s3cret", LONG).await.err().unwrap();
            let told = format!("{failed:?}");
            assert!(told.contains("proxy") && !told.contains("s3cret") && !told.contains("p@ss"), "{told}");
        }
    }

    #[test]
    fn the_password_is_sent_as_it_is_meant() {
        let proxy = Proxy::read(&Secret::new("http://user:p%40ss@proxy.example.com:3128")).unwrap();
        assert_eq!(proxy.authority, "proxy.example.com:3128");
        let sent = proxy.authorization.unwrap();
        assert_eq!(sent.reveal(), format!("Proxy-Authorization: Basic {}\r\n", STANDARD.encode("user:p@ss")));
        assert!(Proxy::read(&Secret::new("http://proxy.example.com")).unwrap().authorization.is_none());
    }
}
