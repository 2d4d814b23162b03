//! Accepts connections and hands them on once their handshake is done.
//!
//! poem's own acceptor would bring a second reader of PEM files that nobody keeps any more, and its reload through a
//! stream of configurations; this is shorter than its use.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use poem::http::uri::Scheme;
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use rustls::server::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Handshakes side by side; more wait in the system's own queue.
const SIDE_BY_SIDE: usize = 256;

/// Accepts TLS connections.
pub struct TlsAcceptor {
    listener: TcpListener,
    local: LocalAddr,
    tls: tokio_rustls::TlsAcceptor,
    handshakes: JoinSet<Option<(TlsStream<TcpStream>, RemoteAddr)>>,
}

impl TlsAcceptor {
    /// Accepts on a listener.
    ///
    /// # Errors
    /// When the listener does not know its own address.
    pub fn new(listener: TcpListener, config: ServerConfig) -> io::Result<Self> {
        let local = LocalAddr(listener.local_addr()?.into());
        let tls = tokio_rustls::TlsAcceptor::from(Arc::new(config));
        Ok(Self { listener, local, tls, handshakes: JoinSet::new() })
    }
}

impl Acceptor for TlsAcceptor {
    type Io = TlsStream<TcpStream>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![self.local.clone()]
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if self.handshakes.len() < SIDE_BY_SIDE => {
                    let (stream, address) = accepted?;
                    let tls = self.tls.clone();
                    self.handshakes.spawn(async move {
                        // A client that fails here has nothing to be told; scanners do it all day.
                        let stream = timeout(PATIENCE, tls.accept(stream)).await.ok()?.ok()?;
                        Some((stream, RemoteAddr(address.into())))
                    });
                }
                Some(done) = self.handshakes.join_next() => {
                    if let Ok(Some((stream, remote))) = done {
                        return Ok((stream, self.local.clone(), remote, Scheme::HTTPS));
                    }
                }
            }
        }
    }
}
