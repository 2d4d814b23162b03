//! How long a connection may keep the server waiting, and how many there may be.
//!
//! The framework gives a request's head all the time in the world and some 400 kB, so that a few clients that send one
//! byte a minute could hold every place, and many that send much could fill the memory. This wraps whatever accepts
//! connections, inside of TLS. Invariant: a connection that owes a head, or has nothing to do, ends, as does one whose
//! head is too large; one whose request is being answered is left alone; one that the server ends is listened to for a while.

mod leave;

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use memchr::memchr_iter;
use poem::http::HeaderMap;
use poem::http::uri::Scheme;
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep};

use self::leave::Leave;
use super::security::add_headers;

/// How many connections there may be at once; further ones wait to be accepted.
const CONNECTIONS: usize = 4096;
/// How large a request's head may be, in bytes: some times what a browser sends through a few proxies.
const HEAD: usize = 64 * 1024;
/// What a larger one gets, before the headers that every answer has.
const TOO_LARGE: &[u8] =
    b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n";
/// What comes before an answer while the body is waited for.
const CONTINUE: &[u8] = b"HTTP/1.1 100";
/// What ends a head.
const END: [u8; 4] = *b"\r\n\r\n";
/// How a connection of HTTP/2 begins, which has limits of its own.
const HTTP_2: [u8; 4] = *b"PRI ";

/// The longest waits.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a request's head, from its first byte; for the first one, from the connection's beginning.
    pub head: Duration,
    /// For the next request, or the next part of an answer.
    pub idle: Duration,
    /// For a request's body, as a whole.
    pub body: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { head: Duration::from_secs(30), idle: Duration::from_secs(120), body: Duration::from_secs(30) }
    }
}

/// Accepts as many connections as there are places, and gives each one its patience.
pub struct Patient<A> {
    inner: A,
    patience: Patience,
    places: Arc<Semaphore>,
}

impl<A> Patient<A> {
    /// Around whatever accepts connections.
    pub fn new(inner: A, patience: Patience) -> Self {
        Self { inner, patience, places: Arc::new(Semaphore::new(CONNECTIONS)) }
    }
}

impl<A: Acceptor> Acceptor for Patient<A> {
    type Io = PatientStream<A::Io>;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.inner.local_addr()
    }

    async fn accept(&mut self) -> io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(io::Error::other)?;
        let (io, local, remote, scheme) = self.inner.accept().await?;
        Ok((PatientStream::new(io, self.patience, Some(place)), local, remote, scheme))
    }
}

/// The answer to a head that is too large.
fn too_large() -> Vec<u8> {
    let mut headers = HeaderMap::new();
    add_headers(&mut headers);
    let mut answer = TOO_LARGE.to_vec();
    for (name, value) in &headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            answer.extend_from_slice(part);
        }
    }
    answer.extend_from_slice(b"\r\n");
    answer
}

/// What a connection is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// The client's head is due.
    Head,
    /// A head is there; the server works on it.
    Server,
    /// Something was answered: more of it, or the next request.
    Idle,
    /// HTTP/2.
    Free,
}

/// A connection with bounded patience.
pub struct PatientStream<I> {
    inner: I,
    patience: Patience,
    turn: Turn,
    /// The last bytes that were read.
    tail: [u8; 4],
    /// How many bytes the connection's first head had so far; more than four are not counted.
    seen: usize,
    /// How many bytes the head had so far that is being read.
    head: usize,
    deadline: Pin<Box<Sleep>>,
    /// Set once the server has nothing more to say.
    leave: Option<Leave>,
    _place: Option<OwnedSemaphorePermit>,
}

impl<I> PatientStream<I> {
    fn new(inner: I, patience: Patience, place: Option<OwnedSemaphorePermit>) -> Self {
        let deadline = Box::pin(sleep(patience.head));
        Self {
            inner,
            patience,
            turn: Turn::Head,
            tail: [0; 4],
            seen: 0,
            head: 0,
            deadline,
            leave: None,
            _place: place,
        }
    }

    fn wait(&mut self, patience: Duration) {
        self.deadline.as_mut().reset(Instant::now() + patience);
    }

    /// Follows what the client sent.
    fn note_read(&mut self, bytes: &[u8]) {
        let begins = self.turn == Turn::Idle && !bytes.is_empty();
        if begins {
            (self.turn, self.tail, self.head) = (Turn::Head, [0; 4], 0);
        }
        if self.turn != Turn::Head {
            return;
        }
        if let Some(missing) = self.tail.len().checked_sub(self.seen).filter(|missing| *missing > 0) {
            let beginning = bytes.get(..missing).unwrap_or(bytes);
            self.seen += beginning.len();
            if last_four(self.tail, beginning) == HTTP_2 {
                self.turn = Turn::Free;
                return;
            }
        }
        // A head ends with a line's end, of which there are few: nothing else is looked at.
        for line_end in memchr_iter(b'\n', bytes) {
            if last_four(self.tail, bytes.get(..=line_end).unwrap_or_default()) == END {
                self.head += line_end + 1;
                self.turn = Turn::Server;
                return;
            }
        }
        self.head += bytes.len();
        self.tail = last_four(self.tail, bytes);
        // Mostly a head comes whole, and is not waited for.
        if begins {
            self.wait(self.patience.head);
        }
    }

    /// Follows what the server sends. Asking for the body is no answer yet. The next request may have been asked for
    /// before this went out, and nobody asks again unless woken: so the wait is begun here.
    fn note_written(&mut self, bytes: &[u8], context: &mut Context<'_>) {
        if matches!(self.turn, Turn::Server | Turn::Idle) && !bytes.starts_with(CONTINUE) {
            self.turn = Turn::Idle;
            self.wait(self.patience.idle);
            let _ = self.deadline.as_mut().poll(context);
        }
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncRead for PatientStream<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.inner).poll_read(context, buffer) {
            Poll::Ready(outcome) => {
                self.note_read(buffer.filled().get(before..).unwrap_or_default());
                if self.turn == Turn::Head && self.head > HEAD {
                    // Whoever does not take the few bytes goes without.
                    let _ = Pin::new(&mut self.inner).poll_write(context, &too_large());
                    let _ = Pin::new(&mut self.inner).poll_flush(context);
                    return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
                }
                Poll::Ready(outcome)
            }
            Poll::Pending if matches!(self.turn, Turn::Head | Turn::Idle) => {
                ready!(self.deadline.as_mut().poll(context));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<I: AsyncRead + AsyncWrite + Unpin> AsyncWrite for PatientStream<I> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write(context, bytes));
        self.note_written(bytes, context);
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.inner).poll_write_vectored(context, parts));
        self.note_written(parts.first().map_or(&[], |part| part), context);
        Poll::Ready(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { inner, leave, turn, .. } = &mut *self;
        if leave.is_none() {
            ready!(Pin::new(&mut *inner).poll_shutdown(context))?;
        }
        // HTTP/2 ends each stream by itself, whatever of its body was read.
        if *turn != Turn::Free {
            ready!(leave.get_or_insert_with(Leave::new).poll(inner, context));
        }
        Poll::Ready(Ok(()))
    }
}

/// The last four bytes of what came, `tail` being those before it.
fn last_four(mut tail: [u8; 4], bytes: &[u8]) -> [u8; 4] {
    for byte in bytes.get(bytes.len().saturating_sub(tail.len())..).unwrap_or_default() {
        tail.rotate_left(1);
        if let Some(last) = tail.last_mut() {
            *last = *byte;
        }
    }
    tail
}

#[cfg(test)]
mod tests;
