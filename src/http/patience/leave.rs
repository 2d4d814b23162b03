//! Taking leave of a client that may still be sending: what it sends is thrown away until it ends.
//!
//! Where a connection is closed while bytes lie unread, the client's system throws away the answer as well (RFC 9112, 9.6): a
//! body that was refused as too large would look like a broken server, and a reverse proxy would say 502. Invariant: nobody
//! is listened to beyond a number of bytes, a silence, and a time.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// The most that is thrown away, in bytes: what the nginx settings of a release let through.
const MOST: usize = 32 * 1024 * 1024;
/// The longest silence.
const SILENCE: Duration = Duration::from_secs(1);
/// The longest leave.
const LONGEST: Duration = Duration::from_secs(10);

/// A leave that is being taken.
pub(super) struct Leave {
    thrown_away: usize,
    until: Instant,
    silence: Pin<Box<Sleep>>,
}

impl Leave {
    pub(super) fn new() -> Self {
        Self { thrown_away: 0, until: Instant::now() + LONGEST, silence: Box::pin(sleep(SILENCE)) }
    }

    /// Ready when the client has ended or was listened to for long enough.
    pub(super) fn poll(
        &mut self,
        client: &mut (impl AsyncRead + Unpin),
        context: &mut Context<'_>,
    ) -> Poll<()> {
        let mut space = [0; 8 * 1024];
        loop {
            let mut part = ReadBuf::new(&mut space);
            let Poll::Ready(outcome) = Pin::new(&mut *client).poll_read(context, &mut part) else {
                ready!(self.silence.as_mut().poll(context));
                return Poll::Ready(());
            };
            let now = Instant::now();
            self.thrown_away += part.filled().len();
            if outcome.is_err() || part.filled().is_empty() || self.thrown_away > MOST || now >= self.until {
                return Poll::Ready(());
            }
            self.silence.as_mut().reset(self.until.min(now + SILENCE));
        }
    }
}
