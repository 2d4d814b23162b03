//! Connections that can be cut from inside, so that a fault can lose an answer on the wire.
//!
//! Must not know HTTP. Invariant: once severed, a connection never writes another byte.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use poem::http::uri::Scheme;
use poem::listener::{Acceptor, TcpAcceptor};
use poem::web::{LocalAddr, RemoteAddr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::platform::lock;

/// The open connections by the caller's address and port.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    open: Mutex<HashMap<SocketAddr, Arc<AtomicBool>>>,
}

impl Connections {
    /// Cuts a connection; whatever is written to it from now on is lost.
    pub(crate) fn sever(&self, peer: SocketAddr) {
        if let Some(severed) = lock(&self.open).get(&peer) {
            severed.store(true, Ordering::Release);
        }
    }
}

/// Accepts connections and remembers them.
pub(crate) struct SeverableAcceptor {
    acceptor: TcpAcceptor,
    connections: Arc<Connections>,
}

impl SeverableAcceptor {
    pub(crate) fn new(acceptor: TcpAcceptor, connections: Arc<Connections>) -> Self {
        Self { acceptor, connections }
    }
}

impl Acceptor for SeverableAcceptor {
    type Io = SeverableStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.acceptor.local_addr()
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        let (stream, local, remote, scheme) = self.acceptor.accept().await?;
        stream.set_nodelay(true)?;
        let peer = stream.peer_addr()?;
        let severed = Arc::new(AtomicBool::new(false));
        lock(&self.connections.open).insert(peer, Arc::clone(&severed));
        let connections = Arc::clone(&self.connections);
        Ok((SeverableStream { stream, peer, severed, connections }, local, remote, scheme))
    }
}

/// One connection.
pub(crate) struct SeverableStream {
    stream: TcpStream,
    peer: SocketAddr,
    severed: Arc<AtomicBool>,
    connections: Arc<Connections>,
}

impl SeverableStream {
    fn check(&self) -> io::Result<()> {
        if self.severed.load(Ordering::Acquire) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl Drop for SeverableStream {
    fn drop(&mut self) {
        let mut open = lock(&self.connections.open);
        // The port may have been used again already; then the entry is somebody else's.
        if open.get(&self.peer).is_some_and(|entry| Arc::ptr_eq(entry, &self.severed)) {
            open.remove(&self.peer);
        }
    }
}

impl AsyncRead for SeverableStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for SeverableStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if let Err(error) = self.check() {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Err(error) = self.check() {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
