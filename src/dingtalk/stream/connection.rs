//! One websocket of Stream mode, from the handshake to its end.
//!
//! Must not know when to connect again. Invariants: an event is confirmed only after its taker said so; no more than
//! [`MOST_PENDING`] events wait for their taker, and no frame is larger than [`LONGEST_FRAME`], so memory is bounded
//! whatever comes: beyond that, the socket is simply not read.

use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, SinkExt as _, StreamExt as _};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};

use super::frame::{self, Frame};
use super::route::{Route, Socket};
use super::state::Shown;
use super::{Delivery, StreamPace, StreamSignal};
use crate::dingtalk::error::{Error, ErrorKind};
use crate::dingtalk::event::Event;
use crate::dingtalk::gateway::OPEN;

/// Events of one connection that wait for their taker.
pub(super) const MOST_PENDING: usize = 256;
/// The largest frame DingTalk's own clients accept, in bytes [SDK-java].
const LONGEST_FRAME: usize = 256 * 1024;

/// Why a connection ended.
#[derive(Debug)]
pub(super) enum End {
    /// DingTalk announced it: the connection still brings events for ten seconds.
    Announced,
    /// It broke.
    Broken(Error),
}

/// An event's message id, and whether its taker took it.
type Verdict = (String, bool);

/// An open connection.
pub(super) struct Connection {
    socket: Socket,
    pending: FuturesUnordered<BoxFuture<'static, Verdict>>,
    heard: Instant,
    pinged: bool,
}

/// What a connection is served with.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) pace: &'a StreamPace,
    pub(super) signals: &'a mpsc::Sender<StreamSignal>,
    pub(super) shown: &'a Shown<'a>,
}

impl Connection {
    /// Opens the websocket behind a ticket. The address holds the ticket, so no error repeats it.
    pub(super) async fn open(route: &Route, address: &str, patience: Duration) -> Result<Self, Error> {
        let config = WebSocketConfig::default()
            .max_message_size(Some(LONGEST_FRAME))
            .max_frame_size(Some(LONGEST_FRAME))
            .max_write_buffer_size(4 * LONGEST_FRAME);
        match timeout(patience, route.open(address, config)).await {
            Ok(Ok(socket)) => {
                Ok(Self { socket, pending: FuturesUnordered::new(), heard: Instant::now(), pinged: false })
            }
            Ok(Err(error)) => Err(broken(&error)),
            Err(_) => Err(Error::new(OPEN, ErrorKind::Timeout)),
        }
    }

    /// Reads and answers frames until the connection ends or its end is announced.
    pub(super) async fn serve(&mut self, line: Line<'_>) -> End {
        loop {
            let reading = self.pending.len() < MOST_PENDING;
            if !reading {
                // Not reading, we cannot hear either.
                self.heard = Instant::now();
            }
            let silence = if self.pinged { line.pace.patience } else { line.pace.keepalive };
            let result = tokio::select! {
                message = self.socket.next(), if reading => match message {
                    Some(Ok(message)) => self.message(message, line).await,
                    Some(Err(error)) => Err(End::Broken(broken(&error))),
                    None => Err(closed()),
                },
                Some((message_id, taken)) = self.pending.next() => {
                    self.send(Message::text(frame::verdict(&message_id, taken)), line).await
                }
                () = sleep_until(self.heard + silence) => {
                    if self.pinged {
                        Err(End::Broken(Error::new(OPEN, ErrorKind::Timeout)))
                    } else {
                        self.heard = Instant::now();
                        self.pinged = true;
                        self.send(Message::Ping(Vec::new().into()), line).await
                    }
                }
            };
            if let Err(end) = result {
                return end;
            }
        }
    }

    /// Serves a connection whose end was announced until that end, or until every patience is used up.
    pub(super) async fn drain(mut self, line: Line<'_>) {
        let draining = async { while matches!(self.serve(line).await, End::Announced) {} };
        // Whatever it says at its end, it was to end.
        let _ = timeout(line.pace.drain, draining).await;
    }

    async fn message(&mut self, message: Message, line: Line<'_>) -> Result<(), End> {
        self.heard = Instant::now();
        self.pinged = false;
        let text = match message {
            Message::Text(text) => text,
            // The library answers pings by itself.
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => return Ok(()),
            Message::Close(_) => return Err(closed()),
            Message::Binary(_) => {
                line.shown.count(|state| &mut state.malformed_frames);
                return self.send(Message::text(frame::malformed()), line).await;
            }
        };
        match Frame::read(&text) {
            Frame::Ping { message_id, data } => {
                self.send(Message::text(frame::pong(&message_id, &data)), line).await
            }
            Frame::Disconnect => Err(End::Announced),
            Frame::Event { message_id, event } => {
                self.event(message_id, *event, line);
                Ok(())
            }
            Frame::Unknown { message_id } => {
                line.shown.count(|state| &mut state.unknown_frames);
                self.send(Message::text(frame::not_found(&message_id)), line).await
            }
            Frame::Malformed => {
                line.shown.count(|state| &mut state.malformed_frames);
                self.send(Message::text(frame::malformed()), line).await
            }
        }
    }

    /// Hands an event over; its verdict is sent when it is there.
    fn event(&mut self, message_id: String, event: Event, line: Line<'_>) {
        line.shown.event(event.born_ms);
        let (taken, verdict) = oneshot::channel();
        if line.signals.try_send(StreamSignal::Event(Delivery { event, taken })).is_err() {
            line.shown.count(|state| &mut state.postponed);
        }
        // A delivery that was dropped was not taken.
        let verdict = verdict.map(move |taken| (message_id, taken.is_ok()));
        self.pending.push(verdict.boxed());
    }

    async fn send(&mut self, message: Message, line: Line<'_>) -> Result<(), End> {
        match timeout(line.pace.patience, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(End::Broken(broken(&error))),
            Err(_) => Err(End::Broken(Error::new(OPEN, ErrorKind::Timeout))),
        }
    }
}

fn closed() -> End {
    let reason = "DingTalk closed the stream".into();
    End::Broken(Error::new(OPEN, ErrorKind::Unreachable { sent: true, reason }))
}

/// In words that hold no address.
fn broken(error: &SocketError) -> Error {
    let reason = match error {
        SocketError::Http(response) => format!("HTTP {} instead of a websocket", response.status().as_u16()),
        SocketError::Capacity(_) => "a frame of more than 256 KiB".to_owned(),
        SocketError::Io(error) => error.to_string(),
        SocketError::Url(_) => "an address that cannot be reached".to_owned(),
        other => other.to_string(),
    };
    Error::new(OPEN, ErrorKind::Unreachable { sent: true, reason: reason.into() })
}
