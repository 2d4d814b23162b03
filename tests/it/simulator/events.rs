//! Events: the Stream handshake, acknowledgement, redelivery, disconnecting, and HTTP push with its failed list.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use menpai::simulator::{Department, EventState, EventTransport, Platform, Shape};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::Stage;

/// Long enough for a busy machine; nothing waits this long when things go well.
const PATIENCE: Duration = Duration::from_secs(20);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn stage(events: EventTransport, pace: f64) -> Stage {
    Stage::with(Shape::plain(10, 1), |settings| {
        settings.behaviour.event_pace = pace;
        settings.applications[0].events = events;
    })
    .await
}

async fn connect(stage: &Stage) -> Socket {
    let (status, door) = stage.modern("/v1.0/gateway/connections/open", open(stage)).await;
    assert_eq!(status, 200, "{door}");
    let url = format!("{}?ticket={}", door["endpoint"].as_str().unwrap(), door["ticket"].as_str().unwrap());
    let socket = connect_async(&url).await.unwrap().0;
    assert!(connect_async(&url).await.is_err(), "a ticket opens one connection");
    until(stage.simulator.platform(), |platform| platform.connection_count(&stage.app.client_id) > 0).await;
    socket
}

fn open(stage: &Stage) -> Value {
    json!({ "clientId": stage.app.client_id, "clientSecret": stage.app.client_secret,
            "subscriptions": [{ "type": "EVENT", "topic": "*" }] })
}

/// The next frame of a type; others are passed over.
async fn next(socket: &mut Socket, kind: &str, topic: &str) -> Value {
    let read = async {
        loop {
            let Some(Ok(Message::Text(text))) = socket.next().await else { panic!("the connection ended") };
            let frame: Value = serde_json::from_str(&text).unwrap();
            if frame["type"] == kind && frame["headers"]["topic"] == topic {
                return frame;
            }
        }
    };
    tokio::time::timeout(PATIENCE, read).await.unwrap()
}

async fn acknowledge(socket: &mut Socket, frame: &Value, status: &str) {
    let answer = json!({ "code": 200, "message": "OK", "data": json!({ "status": status }).to_string(),
        "headers": { "messageId": frame["headers"]["messageId"], "contentType": "application/json" } });
    socket.send(Message::text(answer.to_string())).await.unwrap();
}

/// Waits until the platform is as wanted.
async fn until(platform: &Platform, wanted: impl Fn(&Platform) -> bool) {
    let look = async {
        while !wanted(platform) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.unwrap();
}

fn ended(platform: &Platform, state: EventState) -> bool {
    platform.events().first().is_some_and(|record| record.state == state)
}

#[tokio::test]
async fn a_change_reaches_the_stream_and_is_acknowledged() {
    let stage = stage(EventTransport::Stream, 1.0).await;
    let platform = stage.simulator.platform();
    let mut socket = connect(&stage).await;
    let userid = platform
        .with_organisation(&stage.app.corp_id, |organisation| {
            organisation.users().next().unwrap().userid.clone()
        })
        .unwrap();
    platform.change_user(&stage.app.corp_id, &userid, |user| user.name = "改名".into()).unwrap();
    let frame = next(&mut socket, "EVENT", "*").await;
    assert_eq!(frame["headers"]["eventType"], "user_modify_org");
    assert_eq!(frame["headers"]["eventCorpId"], json!(stage.app.corp_id));
    let data: Value = serde_json::from_str(frame["data"].as_str().unwrap()).unwrap();
    assert_eq!((&data["userId"], &data["diffInfo"]["curr"]["name"]), (&json!([userid]), &json!("改名")));
    acknowledge(&mut socket, &frame, "SUCCESS").await;
    until(platform, |platform| ended(platform, EventState::Acknowledged)).await;
    assert_eq!(platform.events()[0].attempts, 1);
}

#[tokio::test]
async fn later_and_silence_bring_the_same_event_again() {
    let stage = stage(EventTransport::Stream, 0.02).await;
    let platform = stage.simulator.platform();
    let mut socket = connect(&stage).await;
    platform.remove_user(&stage.app.corp_id, &first(&stage)).unwrap();
    let one = next(&mut socket, "EVENT", "*").await;
    acknowledge(&mut socket, &one, "LATER").await;
    let two = next(&mut socket, "EVENT", "*").await;
    let three = next(&mut socket, "EVENT", "*").await;
    for again in [&two, &three] {
        assert_eq!(again["headers"]["eventId"], one["headers"]["eventId"]);
        assert_ne!(again["headers"]["messageId"], one["headers"]["messageId"]);
    }
    until(platform, |platform| ended(platform, EventState::Failed)).await;
    assert_eq!(platform.events()[0].attempts, 5, "then the platform gives up");
}

fn first(stage: &Stage) -> String {
    let read =
        |organisation: &menpai::simulator::Organisation| organisation.users().next().unwrap().userid.clone();
    stage.simulator.platform().with_organisation(&stage.app.corp_id, read).unwrap()
}

#[tokio::test]
async fn pings_come_disconnecting_is_announced_and_nobody_connected_means_missed() {
    let stage = stage(EventTransport::Stream, 0.001).await;
    let platform = stage.simulator.platform();
    let mut socket = connect(&stage).await;
    let ping = next(&mut socket, "SYSTEM", "ping").await;
    assert!(ping["data"].as_str().unwrap().contains("opaque"));
    assert_eq!(platform.disconnect(&stage.app.client_id, "维护"), 1);
    next(&mut socket, "SYSTEM", "disconnect").await;
    let end = async { while matches!(socket.next().await, Some(Ok(Message::Text(_)))) {} };
    tokio::time::timeout(PATIENCE, end).await.unwrap();
    assert_eq!(platform.connection_count(&stage.app.client_id), 0);
    platform.remove_user(&stage.app.corp_id, &first(&stage)).unwrap();
    until(platform, |platform| ended(platform, EventState::Missed)).await;
}

#[tokio::test]
async fn strangers_and_late_tickets_stay_outside() {
    let stage = stage(EventTransport::Stream, 1.0).await;
    let mut wrong = open(&stage);
    wrong["clientSecret"] = json!("wrong");
    assert_eq!(stage.modern("/v1.0/gateway/connections/open", wrong).await.0, 401);
    let (_, door) = stage.modern("/v1.0/gateway/connections/open", open(&stage)).await;
    stage.pass(90_000);
    let url = format!("{}?ticket={}", door["endpoint"].as_str().unwrap(), door["ticket"].as_str().unwrap());
    assert!(connect_async(url).await.is_err());
}

#[tokio::test]
async fn an_unconfirmed_push_is_tried_three_times_and_listed_once() {
    let receiver = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let push = EventTransport::Push {
        url: format!("http://{}/hook?tenant=7", receiver.local_addr().unwrap()),
        token: "t0ken".into(),
        aes_key: "abcdefghijABCDEFGHIJ0123456789klmnopqrstuvw".into(),
    };
    let stage = stage(push, 0.0).await;
    let platform = stage.simulator.platform();
    let userid = first(&stage);
    platform.remove_user(&stage.app.corp_id, &userid).unwrap();
    for _ in 0..3 {
        let (mut socket, _) = tokio::time::timeout(PATIENCE, receiver.accept()).await.unwrap().unwrap();
        let mut bytes = [0; 4_096];
        let length = socket.read(&mut bytes).await.unwrap();
        let head = String::from_utf8_lossy(&bytes[..length]).into_owned();
        assert!(head.starts_with("POST /hook?tenant=7&signature="), "{head}");
        assert!(head.contains("&msg_signature=") && head.contains("&timestamp=1900000000000&nonce="));
        socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nsuccess").await.unwrap();
    }
    until(platform, |platform| ended(platform, EventState::Failed)).await;
    let path = "/call_back/get_call_back_failed_result?access_token=";
    let list = stage.get(&format!("{path}{}", stage.token().await)).await;
    assert_eq!(list["failed_list"][0]["call_back_tag"], "user_leave_org");
    assert_eq!(list["failed_list"][0]["user_leave_org"]["userid"], json!([userid]));
    let again = stage.get(&format!("{path}{}", stage.token().await)).await;
    assert_eq!((&again["failed_list"], &again["has_more"]), (&json!([]), &json!(false)));
}

#[tokio::test]
async fn duplicates_share_their_id_and_spread_over_the_connections() {
    let stage = stage(EventTransport::Stream, 1.0).await;
    let platform = stage.simulator.platform();
    platform.set_behaviour(|behaviour| behaviour.duplicate_events = 39);
    let (mut one, mut two) = (connect(&stage).await, connect(&stage).await);
    until(platform, |platform| platform.connection_count(&stage.app.client_id) == 2).await;
    let userid = first(&stage);
    platform.change_user(&stage.app.corp_id, &userid, |user| user.title = Some("厂长".into())).unwrap();
    let (first, second) = (next(&mut one, "EVENT", "*").await, next(&mut two, "EVENT", "*").await);
    assert_eq!(first["headers"]["eventId"], second["headers"]["eventId"]);
    assert_eq!(platform.drop_connections(&stage.app.client_id), 2);
    assert_eq!(platform.connection_count(&stage.app.client_id), 0);
}

#[tokio::test]
async fn every_change_has_its_event() {
    let stage = stage(EventTransport::Stream, 1.0).await;
    let platform = stage.simulator.platform();
    let (corp, userid) = (stage.app.corp_id.as_str(), first(&stage));
    let department = Department { dept_id: 900, name: "新".into(), ..Department::default() };
    platform.put_department(corp, department).unwrap();
    platform.change_department(corp, 900, |department| department.name = "旧".into()).unwrap();
    platform.change_department(corp, 1, |root| root.name = "集团".into()).unwrap();
    platform.change_user(corp, &userid, |user| user.admin = true).unwrap();
    platform.remove_department(corp, 900).unwrap();
    platform.remove_user(corp, &userid).unwrap();
    platform.rehire(corp, &userid).unwrap();
    let kinds: Vec<String> = platform.events().into_iter().map(|record| record.event_type).collect();
    let expected = [
        "org_dept_create",
        "org_dept_modify",
        "org_change",
        "user_modify_org",
        "org_admin_add",
        "org_dept_remove",
        "user_leave_org",
        "user_add_org",
    ];
    assert_eq!(kinds, expected);
}
