//! Stream mode: tickets, connections, frames, acknowledgement and redelivery.
//!
//! Must not know why an event happened. Invariant: a ticket opens one connection within 90 s; a connection that was
//! told to disconnect gets no further events.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use poem::http::StatusCode;
use poem::web::websocket::{Message, WebSocket, WebSocketStream};
use poem::web::{Data, Query};
use poem::{IntoResponse, Response, handler};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, interval_at, sleep, sleep_until, timeout};

use super::events::{Emission, EventState};
use super::platform::{Platform, lock};
use super::random::Random;

/// How long a ticket opens a connection, in milliseconds.
const TICKET_LIFE: i64 = 90_000;
/// How often an event is delivered before the platform gives up.
const ATTEMPTS: u32 = 5;
/// The platform waits this long for an acknowledgement.
const ACKNOWLEDGEMENT: Duration = Duration::from_secs(3);
/// From the disconnect frame to the closing of the connection.
const GRACE: Duration = Duration::from_secs(10);
/// Between two pings.
const PING: Duration = Duration::from_secs(30);

/// What the receiver said about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Done,
    Later,
}

enum Frame {
    Text(String),
    /// Closes the connection after the grace time.
    Disconnect(String),
    /// Ends the connection at once, without a word.
    Drop,
}

struct Connection {
    client_id: String,
    frames: mpsc::UnboundedSender<Frame>,
}

/// Everything that is connected or about to be.
#[derive(Default)]
pub(crate) struct Hub {
    tickets: HashMap<String, (String, i64)>,
    connections: BTreeMap<u64, Connection>,
    waiting: HashMap<String, oneshot::Sender<Verdict>>,
    opened: u64,
}

impl Hub {
    pub(crate) fn admit(&mut self, client_id: &str, now: i64, random: &mut Random) -> String {
        let ticket = random.hex(32);
        self.tickets.insert(ticket.clone(), (client_id.to_owned(), now + TICKET_LIFE));
        ticket
    }

    fn redeem(&mut self, ticket: &str, now: i64) -> Option<String> {
        self.tickets.remove(ticket).filter(|(_, expires)| *expires > now).map(|(client_id, _)| client_id)
    }

    fn pick(&self, client_id: &str, random: &mut Random) -> Option<mpsc::UnboundedSender<Frame>> {
        let own: Vec<_> =
            self.connections.values().filter(|connection| connection.client_id == client_id).collect();
        own.get(random.below(own.len())).map(|connection| connection.frames.clone())
    }
}

impl Platform {
    /// How many Stream connections an application has.
    pub fn connection_count(&self, client_id: &str) -> usize {
        let hub = lock(&self.hub);
        hub.connections.values().filter(|connection| connection.client_id == client_id).count()
    }

    /// How many Stream connections were ever opened.
    pub fn connections_opened(&self) -> u64 {
        lock(&self.hub).opened
    }

    /// Tells the application's connections to disconnect; they are closed a little later. Answers how many.
    pub fn disconnect(&self, client_id: &str, reason: &str) -> usize {
        self.end_connections(client_id, || Frame::Disconnect(reason.to_owned()))
    }

    /// Lets the application's connections break, as a failing network would. Answers how many.
    pub fn drop_connections(&self, client_id: &str) -> usize {
        self.end_connections(client_id, || Frame::Drop)
    }

    fn end_connections(&self, client_id: &str, frame: impl Fn() -> Frame) -> usize {
        let mut hub = lock(&self.hub);
        let before = hub.connections.len();
        hub.connections.retain(|_, connection| {
            connection.client_id != client_id || connection.frames.send(frame()).is_err()
        });
        before - hub.connections.len()
    }
}

fn paced(platform: &Platform, wait: Duration) -> Duration {
    wait.mul_f64(platform.behaviour().event_pace.clamp(0.000_1, 1_000.0))
}

/// Delivers one event until somebody confirms it.
pub(crate) async fn deliver(platform: &Platform, emission: &Emission) -> EventState {
    let mut ending = EventState::Missed;
    for _ in 0..ATTEMPTS {
        let message_id = format!("message-{:08}", platform.next_number());
        let (sender, verdict) = oneshot::channel();
        let connection = {
            let mut hub = lock(&platform.hub);
            let connection = hub.pick(&emission.client_id, &mut lock(&platform.random));
            if connection.is_some() {
                hub.waiting.insert(message_id.clone(), sender);
            }
            connection
        };
        let frame = Frame::Text(event_frame(emission, &message_id, platform.now()));
        let patience = paced(platform, ACKNOWLEDGEMENT);
        if connection.is_some_and(|connection| connection.send(frame).is_ok()) {
            platform.event_attempted(emission);
            ending = EventState::Failed;
            match timeout(patience, verdict).await {
                Ok(Ok(Verdict::Done)) => return EventState::Acknowledged,
                Ok(_) => sleep(patience).await,
                Err(_) => {}
            }
            lock(&platform.hub).waiting.remove(&message_id);
        } else {
            sleep(patience).await;
        }
    }
    ending
}

fn event_frame(emission: &Emission, message_id: &str, now: i64) -> String {
    let event = &emission.event;
    json!({
        "specVersion": "1.0",
        "type": "EVENT",
        "headers": {
            "topic": "*",
            "messageId": message_id,
            "contentType": "application/json",
            "time": now.to_string(),
            "eventType": event.kind,
            "eventId": event.id,
            "eventBornTime": event.born.to_string(),
            "eventCorpId": event.corp_id,
            "eventUnifiedAppId": format!("unified-{}", emission.client_id),
        },
        "data": Value::Object(event.data.clone()).to_string(),
    })
    .to_string()
}

fn system_frame(topic: &str, message_id: Option<String>, data: &Value, now: i64) -> String {
    let mut headers = json!({ "topic": topic, "contentType": "application/json", "time": now.to_string() });
    if let (Some(fields), Some(id)) = (headers.as_object_mut(), message_id) {
        fields.insert("messageId".into(), json!(id));
    }
    json!({ "specVersion": "1.0", "type": "SYSTEM", "headers": headers, "data": data.to_string() })
        .to_string()
}

#[derive(Deserialize)]
struct Door {
    #[serde(default)]
    ticket: String,
}

/// The second step of connecting: the websocket itself.
#[handler]
pub(crate) fn connect(
    Query(door): Query<Door>,
    websocket: WebSocket,
    Data(platform): Data<&Arc<Platform>>,
) -> Response {
    let now = platform.now();
    let Some(client_id) = lock(&platform.hub).redeem(&door.ticket, now) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let platform = Arc::clone(platform);
    websocket.on_upgrade(move |socket| serve(platform, client_id, socket)).into_response()
}

async fn serve(platform: Arc<Platform>, client_id: String, socket: WebSocketStream) {
    let (frames, mut outgoing) = mpsc::unbounded_channel();
    let number = platform.next_number();
    {
        let mut hub = lock(&platform.hub);
        hub.opened += 1;
        hub.connections.insert(number, Connection { client_id, frames });
    }
    let mut stopping = platform.stopping.subscribe();
    let (mut sink, mut incoming) = socket.split();
    let rhythm = paced(&platform, PING);
    let mut ping = interval_at(Instant::now() + rhythm, rhythm);
    let mut closing: Option<Instant> = None;
    loop {
        let deadline = closing.unwrap_or_else(|| Instant::now() + GRACE);
        let text = tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => break,
            () = sleep_until(deadline), if closing.is_some() => break,
            frame = outgoing.recv(), if closing.is_none() => match frame {
                Some(Frame::Text(text)) => text,
                Some(Frame::Disconnect(reason)) => {
                    closing = Some(Instant::now() + paced(&platform, GRACE));
                    system_frame("disconnect", None, &json!({ "reason": reason }), platform.now())
                }
                Some(Frame::Drop) => return,
                None => break,
            },
            message = incoming.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    acknowledge(&platform, &text);
                    continue;
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => break,
                Some(Ok(_)) => continue,
            },
            _ = ping.tick() => {
                let id = format!("ping-{:08}", platform.next_number());
                let data = json!({ "opaque": id });
                system_frame("ping", Some(id.clone()), &data, platform.now())
            }
        };
        if sink.send(Message::Text(text)).await.is_err() {
            break;
        }
    }
    lock(&platform.hub).connections.remove(&number);
    // The peer may be gone already; then there is nobody left to say goodbye to.
    drop(sink.close().await);
}

/// Reads a client's answer and wakes the delivery that waits for it.
fn acknowledge(platform: &Platform, text: &str) {
    let Ok(frame) = serde_json::from_str::<Value>(text) else { return };
    let Some(message_id) = frame.pointer("/headers/messageId").and_then(Value::as_str) else { return };
    let Some(waiting) = lock(&platform.hub).waiting.remove(message_id) else { return };
    let data: Option<Value> =
        frame.get("data").and_then(Value::as_str).and_then(|data| serde_json::from_str(data).ok());
    let later = data.as_ref().and_then(|data| data.get("status")).and_then(Value::as_str) == Some("LATER");
    let ok = frame.get("code").is_some_and(|code| *code == json!(200) || *code == json!("200"));
    // A delivery that no longer waits has run out of patience and tries again; the receiver must cope.
    let _ = waiting.send(if ok && !later { Verdict::Done } else { Verdict::Later });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_opens_one_connection_in_time() {
        let (mut hub, mut random) = (Hub::default(), Random::new(1));
        let ticket = hub.admit("app", 0, &mut random);
        assert_eq!(hub.redeem(&ticket, 1).as_deref(), Some("app"));
        assert_eq!(hub.redeem(&ticket, 1), None);
        let late = hub.admit("app", 0, &mut random);
        assert_eq!(hub.redeem(&late, TICKET_LIFE), None);
    }
}
