//! A DingTalk platform to run against: organisations, permissions, limits, faults, notices, sign-in and events.
//!
//! Plays both hosts (`oapi`, `api`), the sign-in pages and the Stream gateway on one port, plus a control interface
//! below `/control/v1`. Must not know the appliance: it shares no type with `dingtalk`, so that one mistake cannot
//! hide on both sides of the wire. Invariant: a simulator holds no global state; several run in one process.
//!
//! A call goes [`gate`] (bans, faults, journal) → [`oapi`] or [`modern`] (checks) → a handler, which reads the
//! [`platform`]. What a test does in-process are methods of [`Platform`]; [`control`] offers the same over HTTP.

mod answer;
mod application;
mod awkward;
mod callback_crypto;
mod changes;
mod codes;
mod connection;
mod control;
mod departments;
mod events;
mod faults;
mod gate;
mod generate;
mod journal;
mod limits;
mod login;
mod modern;
mod names;
mod notice_calls;
mod notice_content;
mod notices;
mod oapi;
mod oapi_misc;
mod organisation;
mod parameters;
mod person;
mod platform;
mod post;
mod push;
mod random;
mod records;
mod settings;
mod stream;
mod text;
mod tokens;
mod users;

pub use application::{Application, Credentials, EventTransport, PERMISSIONS};
pub use events::{EventRecord, EventState};
pub use faults::{Fault, FaultKind};
pub use generate::{Shape, generate};
pub use journal::{Call, Count, Counts};
pub use notices::{Message, Upload};
pub use organisation::{ChangeRefused, Organisation};
pub use platform::Platform;
pub use records::{Department, Membership, ROOT, Role, User};
pub use settings::{Behaviour, Clock, Settings};

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use poem::listener::TcpAcceptor;
use poem::{EndpointExt, Route, Server, get};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use connection::{Connections, SeverableAcceptor};

/// How long a stopping simulator waits for calls that are being answered.
const FAREWELL: Duration = Duration::from_millis(500);

/// A running simulator; dropping it ends it at once, [`Simulator::stop`] lets calls finish.
#[derive(Debug)]
pub struct Simulator {
    address: SocketAddr,
    platform: Arc<Platform>,
    server: JoinHandle<io::Result<()>>,
    dispatcher: JoinHandle<()>,
}

/// Starts a simulator; port 0 picks a free port.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn start(listen: SocketAddr, settings: Settings) -> io::Result<Simulator> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    let (emissions, pending) = mpsc::unbounded_channel();
    let platform = Arc::new(Platform::new(settings, emissions));
    let dispatcher = tokio::spawn(events::dispatch(Arc::clone(&platform), pending));
    let connections = Arc::new(Connections::default());
    let acceptor = SeverableAcceptor::new(TcpAcceptor::from_tokio(listener)?, Arc::clone(&connections));
    let routes = Route::new()
        .at("/control/v1/*path", control::serve)
        .at("/connect", get(stream::connect))
        .at("/oauth2/auth", get(login::page))
        .at("/*path", gate::serve)
        .data(Arc::clone(&platform))
        .data(connections);
    let mut stopping = platform.stopping.subscribe();
    let stopped = async move {
        // The sender lives in the platform; if it is gone, so is everything else.
        drop(stopping.wait_for(|stopping| *stopping).await);
    };
    let serving =
        Server::new_with_acceptor(acceptor).run_with_graceful_shutdown(routes, stopped, Some(FAREWELL));
    Ok(Simulator { address, platform, server: tokio::spawn(serving), dispatcher })
}

impl Simulator {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL for all three of the platform's hosts, without a slash at the end.
    pub fn base_url(&self) -> String {
        let mut reachable = self.address;
        if reachable.ip().is_unspecified() {
            reachable.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        format!("http://{reachable}")
    }

    /// The platform's state, to look at and to change.
    pub fn platform(&self) -> &Arc<Platform> {
        &self.platform
    }

    /// Stops: open calls have half a second to finish, connections of Stream mode are closed.
    pub async fn stop(mut self) {
        self.platform.stopping.send_replace(true);
        // Both only end; a panic inside them has been reported where it happened.
        drop((&mut self.server).await);
        drop((&mut self.dispatcher).await);
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.platform.stopping.send_replace(true);
        self.server.abort();
        self.dispatcher.abort();
    }
}
