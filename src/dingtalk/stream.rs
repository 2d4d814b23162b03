//! Stream mode: events over a connection that we open, so that no public address is needed.
//!
//! Must not know what is done about an event. Invariants: an event is confirmed to DingTalk only when its
//! [`Delivery`] was accepted; while nobody is connected, somebody is trying to be; whoever listens hears of every
//! gap in which events may have been lost. [DEVPEDIA, S-1435, G3]

mod connection;
mod frame;
mod route;
mod state;

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep};

use super::Application;
use super::error::Error;
use super::event::Event;
use super::gateway::GatewayTicket;
use super::percent::percent_encode;
use connection::{Connection, End, Line, MOST_PENDING};
pub use frame::Frame;
pub(super) use route::Route;
use state::Shown;
pub use state::StreamState;

/// Signals that wait for the listener: all pending events of the old and the new connection, and some news.
const WAITING: usize = 2 * MOST_PENDING + 16;

/// The waits of a stream.
#[derive(Clone, Copy, Debug)]
pub struct StreamPace {
    /// The pause after the first failure; it doubles with each further one.
    pub first_pause: Duration,
    /// The longest pause while the network or DingTalk fails.
    pub longest_pause: Duration,
    /// The pause after a failure that only an administrator can mend.
    pub configuration_pause: Duration,
    /// A silent connection is asked whether it still lives after this long.
    pub keepalive: Duration,
    /// How long an answer to that, a handshake, or a send may take.
    pub patience: Duration,
    /// How long a connection whose end was announced is still listened to.
    pub drain: Duration,
    /// A connection that lasted this long was a good one: failures are counted from the beginning again.
    pub settled: Duration,
}

impl Default for StreamPace {
    fn default() -> Self {
        Self {
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(60),
            configuration_pause: Duration::from_secs(300),
            keepalive: Duration::from_secs(60),
            patience: Duration::from_secs(5),
            drain: Duration::from_secs(11),
            settled: Duration::from_secs(10),
        }
    }
}

/// What a listener hears.
#[derive(Debug)]
pub enum StreamSignal {
    /// A connection stands. With `gap`, there was none before it, and events may have been lost.
    Connected {
        /// Whether nobody listened for a while.
        gap: bool,
    },
    /// Something happened.
    Event(Delivery),
}

/// An event that waits to be accepted. Dropping it sends it back: DingTalk brings it again later.
#[derive(Debug)]
pub struct Delivery {
    /// The event.
    pub event: Event,
    taken: oneshot::Sender<()>,
}

impl Delivery {
    /// Confirms the event: it is safe here, DingTalk may forget it. Within three seconds of its coming [S-1435].
    pub fn accept(self) {
        // A connection that is gone cannot confirm; the event comes again and is known then.
        let _ = self.taken.send(());
    }
}

/// A channel of the size that a stream needs.
pub fn stream_channel() -> (mpsc::Sender<StreamSignal>, mpsc::Receiver<StreamSignal>) {
    mpsc::channel(WAITING)
}

/// Connections whose end was announced.
type Leaving<'a> = FuturesUnordered<BoxFuture<'a, ()>>;

impl Application {
    /// Listens to this application's events until nobody receives `signals` any more. Dropping the future ends the
    /// connection. Use [`stream_channel`]: an event that finds the channel full is sent back.
    pub async fn listen(
        &self,
        pace: &StreamPace,
        signals: mpsc::Sender<StreamSignal>,
        state: &watch::Sender<StreamState>,
    ) {
        let now_ms = || self.client.now_ms();
        let shown = Shown { state, now_ms: &now_ms };
        let line = Line { pace, signals: &signals, shown: &shown };
        let mut leaving = Leaving::new();
        let mut failures = 0_u32;
        while !signals.is_closed() {
            let error = match beside(&mut leaving, Box::pin(self.connect(pace))).await {
                Ok(connection) => {
                    shown.connected();
                    let gap = leaving.is_empty();
                    if signals.send(StreamSignal::Connected { gap }).await.is_err() {
                        return;
                    }
                    let begun = Instant::now();
                    let error = self.serve(connection, line, &mut leaving).await;
                    if begun.elapsed() >= pace.settled {
                        failures = 0;
                    }
                    error
                }
                Err(error) => Some(error),
            };
            let pause = self.pause(pace, failures, error.as_ref());
            shown.down(error, i64::try_from(pause.as_millis()).unwrap_or(i64::MAX));
            failures = failures.saturating_add(1);
            tokio::select! {
                () = beside(&mut leaving, sleep(pause)) => {}
                () = signals.closed() => {}
            }
        }
    }

    /// Serves a connection to its end; `None` when that was announced, and the connection is now leaving.
    async fn serve<'a>(
        &self,
        mut connection: Connection,
        line: Line<'a>,
        leaving: &mut Leaving<'a>,
    ) -> Option<Error> {
        let end = tokio::select! {
            end = beside(leaving, connection.serve(line)) => end,
            () = line.signals.closed() => return None,
        };
        match end {
            End::Announced => {
                leaving.push(Box::pin(connection.drain(line)));
                None
            }
            End::Broken(error) => Some(error),
        }
    }

    async fn connect(&self, pace: &StreamPace) -> Result<Connection, Error> {
        let GatewayTicket { endpoint, ticket } = Box::pin(self.open_gateway()).await?;
        let joint = if endpoint.contains('?') { '&' } else { '?' };
        let address = format!("{endpoint}{joint}ticket={}", percent_encode(ticket.reveal()));
        Connection::open(&self.client.shared.route, &address, pace.patience).await
    }

    /// How long to wait before the next attempt: nothing after an announced end of a good connection, long when
    /// only an administrator can help, else doubling, and never quite the same.
    fn pause(&self, pace: &StreamPace, failures: u32, error: Option<&Error>) -> Duration {
        let pause = match error {
            None if failures == 0 => return Duration::ZERO,
            Some(error) if !error.is_retryable() => pace.configuration_pause,
            _ => pace.first_pause.saturating_mul(1 << failures.min(16)).min(pace.longest_pause),
        };
        let share = f64::from((self.client.shared.ambient.jitter)() % 1000) / 4000.0;
        pause + pause.mul_f64(share)
    }
}

/// Does `work` while the leaving connections go on.
async fn beside<T>(leaving: &mut Leaving<'_>, work: impl Future<Output = T>) -> T {
    tokio::pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return done,
            Some(()) = leaving.next() => {}
        }
    }
}

#[cfg(test)]
mod tests;
