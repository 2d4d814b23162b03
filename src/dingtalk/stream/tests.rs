//! The stream against a gateway that does what it should not.

use std::sync::Arc;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::*;
use crate::dingtalk::gateway::OPEN;
use crate::dingtalk::tests::script::{Answer, SECRET, Script};
use crate::dingtalk::{ErrorKind, EventSubject};

/// Long enough for a busy machine; nothing waits this long when things go well.
const LONG: Duration = Duration::from_secs(30);

type Socket = WebSocketStream<TcpStream>;

/// A websocket server that hands its connections to the test, and the HTTP server that sends people there.
struct Gateway {
    script: Script,
    sockets: mpsc::UnboundedReceiver<Socket>,
}

impl Gateway {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("ws://{}/connect", listener.local_addr().unwrap());
        let (send, sockets) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if let Ok(socket) = tokio_tungstenite::accept_async(stream).await {
                    let _ = send.send(socket);
                }
            }
        });
        let answer = json!({ "endpoint": endpoint, "ticket": "t i/cket" });
        let script = Script::play(move |_, _| Answer::from(answer.clone())).await;
        Self { script, sockets }
    }

    async fn socket(&mut self) -> Socket {
        tokio::time::timeout(LONG, self.sockets.recv()).await.unwrap().unwrap()
    }
}

struct Listener {
    signals: mpsc::Receiver<StreamSignal>,
    state: watch::Receiver<StreamState>,
    _task: Task,
}

/// A task that ends with the test.
struct Task(tokio::task::JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn quick() -> StreamPace {
    StreamPace {
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(4),
        configuration_pause: Duration::from_millis(2),
        ..StreamPace::default()
    }
}

fn listen(script: &Script, pace: StreamPace) -> Listener {
    let application = script.application();
    let (send, signals) = stream_channel();
    let (shown, state) = watch::channel(StreamState::default());
    let task = tokio::spawn(async move { application.listen(&pace, send, &shown).await });
    Listener { signals, state, _task: Task(task) }
}

impl Listener {
    async fn next(&mut self) -> StreamSignal {
        tokio::time::timeout(LONG, self.signals.recv()).await.unwrap().unwrap()
    }

    async fn connected(&mut self) -> bool {
        match self.next().await {
            StreamSignal::Connected { gap } => gap,
            other => panic!("{other:?}"),
        }
    }

    async fn event(&mut self) -> Delivery {
        match self.next().await {
            StreamSignal::Event(delivery) => delivery,
            other => panic!("{other:?}"),
        }
    }

    async fn until(&mut self, wanted: impl FnMut(&StreamState) -> bool) -> StreamState {
        tokio::time::timeout(LONG, self.state.wait_for(wanted)).await.unwrap().unwrap().clone()
    }
}

fn event(number: usize) -> Message {
    let headers = json!({ "messageId": format!("m-{number}"), "eventId": format!("e-{number}"),
        "eventType": "user_modify_org", "eventBornTime": "1899999999000" });
    let data = json!({ "userId": ["u"] }).to_string();
    Message::text(json!({ "type": "EVENT", "headers": headers, "data": data }).to_string())
}

/// The next answer of the client.
async fn answer(socket: &mut Socket) -> Value {
    loop {
        match tokio::time::timeout(LONG, socket.next()).await.unwrap() {
            Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
            Some(Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn an_event_is_confirmed_when_it_was_accepted_and_sent_back_when_it_was_dropped() {
    let mut gateway = Gateway::open().await;
    let mut listener = listen(&gateway.script, quick());
    let mut socket = gateway.socket().await;
    assert!(listener.connected().await, "before the first connection nobody listened");
    socket.send(event(1)).await.unwrap();
    let delivery = listener.event().await;
    assert_eq!(delivery.event.subject, EventSubject::People(["u".to_owned()].into()));
    socket.send(event(2)).await.unwrap();
    drop(listener.event().await);
    let second = answer(&mut socket).await;
    assert_eq!(
        (&second["headers"]["messageId"], &second["data"]),
        (&json!("m-2"), &json!("{\"status\":\"LATER\"}"))
    );
    delivery.accept();
    let first = answer(&mut socket).await;
    assert_eq!((&first["code"], &first["headers"]["messageId"]), (&json!(200), &json!("m-1")));
    assert_eq!(first["data"], json!("{\"status\":\"SUCCESS\"}"));
    let state = listener.state.borrow().clone();
    assert_eq!((state.events, state.last_lag_ms, state.connections), (2, Some(1000), 1));
    let asked = gateway.script.asked(OPEN);
    assert_eq!(asked[0].json()["clientSecret"], SECRET);
    assert_eq!(asked[0].json()["subscriptions"], json!([{ "type": "EVENT", "topic": "*" }]));
}

#[tokio::test]
async fn nonsense_is_answered_counted_and_survived() {
    let mut gateway = Gateway::open().await;
    let mut listener = listen(&gateway.script, quick());
    let mut socket = gateway.socket().await;
    listener.connected().await;
    for nonsense in [Message::text("hello"), Message::binary(vec![1, 2, 3]), Message::text("[1]")] {
        socket.send(nonsense).await.unwrap();
        assert_eq!(answer(&mut socket).await["code"], 400);
    }
    let unknown = json!({ "type": "CALLBACK", "headers": { "messageId": "m-9", "topic": "/other" } });
    socket.send(Message::text(unknown.to_string())).await.unwrap();
    let refused = answer(&mut socket).await;
    assert_eq!((&refused["code"], &refused["headers"]["messageId"]), (&json!(404), &json!("m-9")));
    let ping = json!({ "type": "SYSTEM", "headers": { "topic": "ping", "messageId": "p" }, "data": "{\"opaque\":1}" });
    socket.send(Message::text(ping.to_string())).await.unwrap();
    assert_eq!(answer(&mut socket).await["data"], json!("{\"opaque\":1}"));
    let state = listener.state.borrow().clone();
    assert_eq!((state.malformed_frames, state.unknown_frames, state.connections), (3, 1, 1));
}

#[tokio::test]
async fn a_frame_beyond_the_limit_ends_the_connection_and_the_next_one_tells_of_a_gap() {
    let mut gateway = Gateway::open().await;
    let mut listener = listen(&gateway.script, quick());
    let mut socket = gateway.socket().await;
    listener.connected().await;
    // The client may hang up while this is still being sent.
    let _ = socket.send(Message::text("x".repeat(300 * 1024))).await;
    let _second = gateway.socket().await;
    assert!(listener.connected().await);
    assert_eq!(listener.state.borrow().connections, 2);
}

#[tokio::test]
async fn an_announced_end_leaves_no_gap_and_loses_no_event() {
    let mut gateway = Gateway::open().await;
    let mut listener = listen(&gateway.script, quick());
    let mut old = gateway.socket().await;
    listener.connected().await;
    let leave =
        json!({ "type": "SYSTEM", "headers": { "topic": "disconnect" }, "data": "{\"reason\":\"r\"}" });
    old.send(Message::text(leave.to_string())).await.unwrap();
    let mut new = gateway.socket().await;
    assert!(!listener.connected().await, "the old connection was still there");
    old.send(event(1)).await.unwrap();
    listener.event().await.accept();
    assert_eq!(answer(&mut old).await["headers"]["messageId"], "m-1");
    new.send(event(2)).await.unwrap();
    listener.event().await.accept();
    assert_eq!(answer(&mut new).await["headers"]["messageId"], "m-2");
}

#[tokio::test]
async fn a_flood_waits_outside_and_loses_nothing() {
    const FLOOD: usize = 10_000;
    let mut gateway = Gateway::open().await;
    let mut listener = listen(&gateway.script, quick());
    let socket = gateway.socket().await;
    listener.connected().await;
    let (mut sink, mut stream) = socket.split();
    let flood = tokio::spawn(async move {
        for number in 0..FLOOD {
            sink.send(event(number)).await.unwrap();
        }
        sink
    });
    let confirmed = tokio::spawn(async move {
        let mut count = 0;
        while count < FLOOD {
            let Some(Ok(message)) = stream.next().await else { panic!("the connection ended") };
            if let Message::Text(text) = message {
                let answer: Value = serde_json::from_str(&text).unwrap();
                assert_eq!(answer["data"], json!("{\"status\":\"SUCCESS\"}"));
                count += 1;
            }
        }
    });
    // Nobody accepts anything until the reader has stopped reading.
    listener.until(|state| state.events == MOST_PENDING as u64).await;
    assert_eq!(listener.signals.len(), MOST_PENDING);
    for _ in 0..FLOOD {
        listener.event().await.accept();
    }
    tokio::time::timeout(LONG, confirmed).await.unwrap().unwrap();
    drop(flood.await.unwrap());
    let state = listener.state.borrow().clone();
    assert_eq!((state.events, state.postponed, state.connections), (FLOOD as u64, 0, 1));
}

#[tokio::test]
async fn a_silent_connection_is_given_up() {
    let mut gateway = Gateway::open().await;
    let pace =
        StreamPace { keepalive: Duration::from_millis(5), patience: Duration::from_millis(200), ..quick() };
    let mut listener = listen(&gateway.script, pace);
    // Nobody reads this one, so nobody answers its ping.
    let _silent = gateway.socket().await;
    listener.connected().await;
    let _next = gateway.socket().await;
    assert!(listener.connected().await);
}

#[tokio::test]
async fn a_refused_application_is_shown_and_tried_slowly() {
    let script = Script::play(|_, _| {
        let body = json!({ "code": "invalid.client", "message": "wrong", "requestid": "r" }).to_string();
        Answer::Say(401, body.into_bytes())
    })
    .await;
    let mut listener = listen(&script, quick());
    let state = listener.until(|state| state.last_error.is_some()).await;
    let error = state.last_error.unwrap();
    assert_eq!(error.kind, ErrorKind::WrongSecret);
    assert_eq!((state.connected_since_ms, state.connections), (None, 0));
    let application = script.application();
    let pace = StreamPace::default();
    let pause = |failures, error| application.pause(&pace, failures, error);
    assert_eq!(pause(0, Some(&error)), pace.configuration_pause);
    let broken = Error::new(OPEN, ErrorKind::Timeout);
    let pauses: Vec<u64> = (0..8).map(|failures| pause(failures, Some(&broken)).as_secs()).collect();
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    assert_eq!((pause(0, None).as_secs(), pause(1, None).as_secs()), (0, 2), "announced ends");
}

#[tokio::test]
async fn listening_ends_when_nobody_hears() {
    let mut gateway = Gateway::open().await;
    let application = gateway.script.application();
    let (send, mut signals) = stream_channel();
    let state = Arc::new(watch::Sender::new(StreamState::default()));
    let shown = Arc::clone(&state);
    let task = tokio::spawn(async move { application.listen(&StreamPace::default(), send, &shown).await });
    let _socket = gateway.socket().await;
    assert!(signals.recv().await.is_some());
    drop(signals);
    tokio::time::timeout(LONG, task).await.unwrap().unwrap();
}
