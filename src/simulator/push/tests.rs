//! What counts as confirmed, how the failed list empties, and a whole exchange with a receiver that does it right.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::application::EventTransport;
use super::super::parameters::pairs;
use super::super::{Settings, Shape, start};
use super::*;

#[test]
fn reading_the_failed_list_destroys_what_was_read_before() {
    let mut failed = FailedEvents::default();
    for number in 0..201 {
        failed.add("app", json!(number));
    }
    let (first, more) = failed.hand_over("app");
    assert_eq!((first.len(), more), (200, true));
    assert_eq!(failed.hand_over("app"), (vec![json!(200)], false));
    assert_eq!(failed.hand_over("app"), (vec![], false));
    assert_eq!(failed.hand_over("other"), (vec![], false));
}

#[test]
fn only_a_sealed_success_confirms() {
    let crypto = CallbackCrypto::new("t0ken", &"a".repeat(43), "app").unwrap();
    let sealed = crypto.seal("success", "5", "n", [1; 16]).unwrap();
    let answer = |encrypt: &str| {
        json!({ "msg_signature": sealed.signature, "timeStamp": "5", "nonce": "n", "encrypt": encrypt })
            .to_string()
    };
    assert!(confirmed(&crypto, &answer(&sealed.encrypt)));
    assert!(!confirmed(&crypto, &answer("AAAA")));
    assert!(!confirmed(&crypto, "success"));
}

const AES_KEY: &str = "abcdefghijABCDEFGHIJ0123456789klmnopqrstuvw";

/// Takes one delivery, confirms it as the documents ask, and answers what was inside.
async fn receive(listener: &TcpListener, crypto: &CallbackCrypto) -> Value {
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut bytes = Vec::new();
    let (head, body) = loop {
        let mut part = [0; 1_024];
        let length = socket.read(&mut part).await.unwrap();
        assert!(length > 0, "the request ended early");
        bytes.extend_from_slice(&part[..length]);
        let text = String::from_utf8(bytes.clone()).unwrap();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let wanted = format!("Content-Length: {}\r\n", body.len());
        if head.contains(&wanted) {
            break (head.to_owned(), body.to_owned());
        }
    };
    let query = head.split(['?', ' ']).nth(2).unwrap();
    let query: std::collections::BTreeMap<String, String> = pairs(query).into_iter().collect();
    let encrypt = serde_json::from_str::<Value>(&body).unwrap()["encrypt"].as_str().unwrap().to_owned();
    let sealed = Sealed { encrypt, signature: query["msg_signature"].clone() };
    let opened = crypto.open(&sealed, &query["timestamp"], &query["nonce"]).unwrap();
    let reply = crypto.seal("success", "1900000000001", "r3plyNonce", [9; 16]).unwrap();
    let answer =
        json!({ "msg_signature": reply.signature, "timeStamp": "1900000000001", "nonce": "r3plyNonce",
                         "encrypt": reply.encrypt })
        .to_string();
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{answer}", answer.len());
    socket.write_all(answer.as_bytes()).await.unwrap();
    serde_json::from_str(&opened).unwrap()
}

#[tokio::test]
async fn a_receiver_that_confirms_gets_each_event_once() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = Settings::new(Arc::new(|| 1_900_000_000_000));
    let app = settings.organisation(&Shape::plain(5, 1));
    for application in &mut settings.applications {
        application.events = EventTransport::Push {
            url: format!("http://{}/hook", listener.local_addr().unwrap()),
            token: "SimToken2030".into(),
            aes_key: AES_KEY.into(),
        };
    }
    let simulator = start("127.0.0.1:0".parse().unwrap(), settings).await.unwrap();
    let platform = simulator.platform();
    let crypto = CallbackCrypto::new("SimToken2030", AES_KEY, &app.client_id).unwrap();
    let (checked, seen) =
        tokio::join!(platform.check_push_address(&app.client_id), receive(&listener, &crypto));
    assert!(checked);
    assert_eq!(seen, json!({ "EventType": "check_url" }));

    let data = Map::from_iter([("userId".to_owned(), json!(["u-7"]))]);
    let id = platform.emit(&app.corp_id, "user_add_org", data);
    let seen = receive(&listener, &crypto).await;
    assert_eq!((&seen["EventType"], &seen["eventId"]), (&json!("user_add_org"), &json!(id)));
    assert_eq!((&seen["CorpId"], &seen["userId"]), (&json!(app.corp_id), &json!(["u-7"])));
    simulator.stop().await;
}
