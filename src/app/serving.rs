//! The door: where connections are accepted, over HTTP or HTTPS, and how the server behind it ends.
//!
//! Must not know what is served. Invariant: every address is taken before any work begins, so that a start either has
//! all of them or fails.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use poem::listener::{Acceptor, TcpAcceptor};
use poem::{Endpoint, Response, Server};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing::{error, info};

use super::StartError;
use crate::config::{Config, TlsCertificate};
use crate::domain::text::Text;
use crate::http::patience::{Patience, Patient};
use crate::tls::{Certificates, Redirect, TlsAcceptor, redirect, self_signed};

/// How long a stopping server waits for requests that are being answered.
const FAREWELL: Duration = Duration::from_secs(10);

/// Addresses that are taken and certificates that were read; nobody is served yet.
pub(super) struct Door {
    listener: TcpListener,
    redirect: Option<TcpListener>,
    certificates: Option<Certificates>,
    address: SocketAddr,
}

/// A server that accepts connections.
pub(super) struct Serving {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// `http` or `https`.
    pub(super) scheme: &'static str,
    server: JoinHandle<io::Result<()>>,
    beside: Vec<JoinHandle<()>>,
}

/// Takes the addresses and reads the certificate.
pub(super) async fn open(config: &Config) -> Result<Door, StartError> {
    let certificates = certificates(config)?;
    let listener = bind(config.listen, "MENPAI_LISTEN").await?;
    let address = listener.local_addr().map_err(|error| failed(&error))?;
    let redirect = match config.tls.redirect_listen {
        Some(address) => Some(bind(address, "MENPAI_REDIRECT_LISTEN").await?),
        None => None,
    };
    Ok(Door { listener, redirect, certificates, address })
}

impl Door {
    /// Lets everybody in.
    pub(super) fn serve<E>(
        self,
        routes: E,
        config: &Config,
        patience: Patience,
        stop: &watch::Sender<bool>,
    ) -> Result<Serving, StartError>
    where
        E: Endpoint<Output = Response> + 'static,
    {
        let Self { listener, redirect: plain, certificates, address } = self;
        let mut beside = Vec::new();
        let scheme = if certificates.is_some() { "https" } else { "http" };
        let server = match certificates {
            None => {
                let acceptor = TcpAcceptor::from_tokio(listener).map_err(|error| failed(&error))?;
                run(acceptor, routes, patience, stop)
            }
            Some(certificates) => {
                let tls = certificates.server_config().map_err(|error| failed(&error))?;
                beside.push(tokio::spawn(certificates.keep_fresh(stop.subscribe())));
                let acceptor = TlsAcceptor::new(listener, tls).map_err(|error| failed(&error))?;
                run(acceptor, routes, patience, stop)
            }
        };
        if let Some(plain) = plain {
            let acceptor = TcpAcceptor::from_tokio(plain).map_err(|error| failed(&error))?;
            let redirected = redirect(Redirect {
                public_url: config.public_url.clone(),
                port: address.port(),
                acme_webroot: config.tls.acme_webroot.clone(),
            });
            let redirecting = run(acceptor, redirected, patience, stop);
            beside.push(tokio::spawn(async move { drop(redirecting.await) }));
        }
        info!(server.address = %address, server.scheme = scheme, "serving");
        Ok(Serving { address, scheme, server, beside })
    }
}

impl Serving {
    /// Waits until a server that was told to stop has answered those it was answering.
    pub(super) async fn ended(self) {
        match self.server.await {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => error!(error.message = %failure, "the server ended with an error"),
            Err(_) => error!("the server's task was lost"),
        }
        for task in self.beside {
            if task.await.is_err() {
                error!("a task beside the server was lost");
            }
        }
    }

    /// Ends at once.
    pub(super) fn abort(&self) {
        self.server.abort();
        self.beside.iter().for_each(JoinHandle::abort);
    }
}

fn run<A, E>(
    acceptor: A,
    routes: E,
    patience: Patience,
    stop: &watch::Sender<bool>,
) -> JoinHandle<io::Result<()>>
where
    A: Acceptor + 'static,
    E: Endpoint<Output = Response> + 'static,
{
    let mut stopping = stop.subscribe();
    let stopped = async move {
        // The sender lives in the application; if it is gone, so is everything else.
        drop(stopping.wait_for(|stop| *stop).await);
    };
    let server = Server::new_with_acceptor(Patient::new(acceptor, patience));
    tokio::spawn(server.run_with_graceful_shutdown(routes, stopped, Some(FAREWELL)))
}

fn certificates(config: &Config) -> Result<Option<Certificates>, StartError> {
    let (certificate, key) = match &config.tls.certificate {
        None => return Ok(None),
        Some(TlsCertificate::Files { certificate, key }) => (certificate.clone(), key.clone()),
        Some(TlsCertificate::SelfSigned) => {
            let host = config.public_url.as_deref().and_then(host).map(ToOwned::to_owned);
            let names: Vec<String> =
                host.into_iter().chain(["localhost".to_owned(), "127.0.0.1".to_owned()]).collect();
            self_signed(&config.data_dir, &names).map_err(|error| failed(&error))?
        }
    };
    Certificates::read(&certificate, &key).map(Some).map_err(|error| StartError(error.0))
}

/// The host of an address without its port.
fn host(url: &str) -> Option<&str> {
    let authority = url.split_once("://")?.1.split('/').next()?;
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => authority,
    };
    Some(name.trim_matches(['[', ']']))
}

async fn bind(address: SocketAddr, setting: &str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| {
        StartError(Text::new(
            format!("无法监听 {address}（{error}）。请检查该地址是否已被占用，或改用 {setting}"),
            format!(
                "cannot listen on {address} ({error}); is something else using it? {setting} sets another"
            ),
        ))
    })
}

fn failed(error: &dyn std::error::Error) -> StartError {
    StartError(Text::new(format!("启动失败：{error}"), format!("starting failed: {error}")))
}
