//! How long a connection may keep the server waiting, and how many there may be.
//!
//! The framework gives a request's head all the time in the world and some 400 kB, so that a few clients that send one
//! byte a minute could hold every place, and many that send much could fill the memory. This wraps whatever accepts
//! connections, inside of TLS. Invariant: a connection that owes a head, or has nothing to do, ends, as does one whose
//! head is too large; one whose request is being answered is left alone.

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
    _place: Option<OwnedSemaphorePermit>,
}

impl<I> PatientStream<I> {
    fn new(inner: I, patience: Patience, place: Option<OwnedSemaphorePermit>) -> Self {
        let deadline = Box::pin(sleep(patience.head));
        Self { inner, patience, turn: Turn::Head, tail: [0; 4], seen: 0, head: 0, deadline, _place: place }
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

impl<I: AsyncWrite + Unpin> AsyncWrite for PatientStream<I> {
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
        Pin::new(&mut self.inner).poll_shutdown(context)
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
mod tests {
    use std::future::poll_fn;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const SHORT: Patience = Patience {
        head: Duration::from_millis(20),
        idle: Duration::from_millis(20),
        body: Duration::from_millis(20),
    };
    const LONG: Duration = Duration::from_secs(3600);

    async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<usize> {
        stream.read(&mut [0; 64]).await
    }

    #[tokio::test]
    async fn a_head_that_does_not_come_ends_the_connection() {
        for sent in ["", "GET / HTTP/1.1\r\nHost: x\r\n"] {
            let (mut client, server) = duplex(1024);
            let mut server = PatientStream::new(server, SHORT, None);
            client.write_all(sent.as_bytes()).await.unwrap();
            if !sent.is_empty() {
                assert_eq!(read(&mut server).await.unwrap(), sent.len());
            }
            assert_eq!(read(&mut server).await.unwrap_err().kind(), io::ErrorKind::TimedOut, "{sent:?}");
        }
    }

    #[tokio::test]
    async fn the_next_head_is_waited_for_anew_and_an_idle_connection_ends() {
        let (mut client, server) = duplex(1024);
        let mut server = PatientStream::new(server, Patience { head: LONG, ..SHORT }, None);
        for _ in 0..2 {
            client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
            read(&mut server).await.unwrap();
            assert_eq!(server.turn, Turn::Server);
            server.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
            assert_eq!(server.turn, Turn::Idle);
        }
        client.write_all(b"G").await.unwrap();
        read(&mut server).await.unwrap();
        assert_eq!(server.turn, Turn::Head);
        client.write_all(b"ET / HTTP/1.1\r\n\r\n").await.unwrap();
        read(&mut server).await.unwrap();
        server.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        assert_eq!(read(&mut server).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn the_wait_for_the_next_head_begins_although_it_was_asked_for_before_the_answer_went_out() {
        let (mut client, server) = duplex(1024);
        let mut server = PatientStream::new(server, Patience { head: LONG, ..SHORT }, None);
        client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        read(&mut server).await.unwrap();
        let mut answered = false;
        let ended = poll_fn(|context| {
            let mut space = [0; 64];
            let mut space = ReadBuf::new(&mut space);
            let outcome = Pin::new(&mut server).poll_read(context, &mut space);
            if outcome.is_pending() && !std::mem::replace(&mut answered, true) {
                assert!(
                    Pin::new(&mut server).poll_write(context, b"HTTP/1.1 204 No Content\r\n\r\n").is_ready()
                );
            }
            outcome
        });
        assert_eq!(ended.await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_body_that_was_asked_for_is_no_head() {
        let (mut client, server) = duplex(4096);
        let mut server = PatientStream::new(server, SHORT, None);
        client.write_all(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n").await.unwrap();
        read(&mut server).await.unwrap();
        server.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.unwrap();
        client.write_all(b"a body").await.unwrap();
        read(&mut server).await.unwrap();
        assert_eq!(server.turn, Turn::Server);
    }

    #[tokio::test]
    async fn however_a_head_is_cut_its_end_is_found() {
        for (sent, turn) in [
            (&b"GET / HTTP/1.1\r\nA: b\r\n\r\nrest"[..], Turn::Server),
            (b"GET / HTTP/1.1\r\nA: b\r\n\n\r\n", Turn::Head),
            (b"PRI * HTTP/2.0\r\n\r\n", Turn::Free),
            (b"PRINT / HTTP/1.1\r\n\r\n", Turn::Server),
        ] {
            for piece in 1..=sent.len() {
                let mut server = PatientStream::new(tokio::io::empty(), SHORT, None);
                sent.chunks(piece).for_each(|part| server.note_read(part));
                assert_eq!(server.turn, turn, "{piece} bytes at a time of {sent:?}");
            }
        }
    }

    #[tokio::test]
    async fn a_head_that_is_too_large_is_refused() {
        let (mut client, server) = duplex(4096);
        let mut server = PatientStream::new(server, Patience { head: LONG, ..SHORT }, None);
        let send = async {
            let line = [b'a'; 1024];
            while client.write_all(&line).await.is_ok() {}
            client
        };
        let receive = async {
            let mut total = 0;
            loop {
                match server.read(&mut [0; 1024]).await {
                    Ok(read) => total += read,
                    Err(refusal) => return (total, refusal.kind(), drop(server)),
                }
            }
        };
        let (mut client, (total, kind, ())) = tokio::join!(send, receive);
        assert!(total <= HEAD, "{total}");
        assert_eq!(kind, io::ErrorKind::InvalidData);
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 431 ") && answer.ends_with("\r\n\r\n"), "{answer}");
        assert!(answer.contains("\r\nx-content-type-options: nosniff\r\n"), "{answer}");
        assert!(answer.contains("\r\ncontent-security-policy: default-src 'none'; "), "{answer}");
    }

    #[tokio::test]
    async fn a_request_that_is_worked_on_and_http_2_are_left_alone() {
        for (sent, turn) in [
            (&b"GET / HTTP/1.1\r\n\r\n"[..], Turn::Server),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Turn::Free),
        ] {
            let (mut client, server) = duplex(1024);
            let mut server = PatientStream::new(server, SHORT, None);
            client.write_all(sent).await.unwrap();
            read(&mut server).await.unwrap();
            assert_eq!(server.turn, turn);
            // Longer than either wait; then the client goes, and that is what is read.
            let gone = async {
                sleep(SHORT.head * 3).await;
                drop(client);
            };
            assert_eq!(tokio::join!(read(&mut server), gone).0.unwrap(), 0);
        }
    }
}
