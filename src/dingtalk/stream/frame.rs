//! Frames of Stream mode: JSON text in, JSON text out.
//!
//! Must not know sockets. Invariant: whatever comes is one of the [`Frame`]s, and every frame that DingTalk may
//! wait for has an answer (DEVPEDIA).

use serde_json::{Value, json};

use crate::dingtalk::event::Event;
use crate::dingtalk::wire::{self, Object};

/// What DingTalk sends.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// Wants the same data back.
    Ping {
        /// Comes back with the answer.
        message_id: String,
        /// As it came.
        data: String,
    },
    /// Will close this connection in ten seconds.
    Disconnect,
    /// Something happened; to be confirmed.
    Event {
        /// Comes back with the answer.
        message_id: String,
        /// What happened.
        event: Box<Event>,
    },
    /// Something we did not subscribe to or do not know.
    Unknown {
        /// Comes back with the answer.
        message_id: String,
    },
    /// Not a frame.
    Malformed,
}

impl Frame {
    /// Reads a frame.
    pub fn read(text: &str) -> Self {
        let Ok(value) = serde_json::from_str::<Value>(text) else { return Self::Malformed };
        let Ok(frame) = Object::of("frame", &value) else { return Self::Malformed };
        let empty = json!({});
        // One page of the documents names the headers `header`.
        let headers = frame.get_any_case("headers").or_else(|| frame.get_any_case("header"));
        let headers = headers.and_then(|headers| Object::of("headers", headers).ok());
        let Ok(headers) = headers.map_or_else(|| Object::of("headers", &empty), Ok) else {
            return Self::Malformed;
        };
        let header = |key| headers.get_any_case(key).and_then(wire::text).unwrap_or_default();
        let data = match frame.get_any_case("data") {
            Some(Value::String(data)) => data.clone(),
            Some(Value::Null) | None => String::new(),
            Some(data) => data.to_string(),
        };
        let message_id = header("messageId");
        match frame.get_any_case("type").and_then(wire::text).as_deref() {
            Some("SYSTEM") => match header("topic").as_str() {
                "ping" => Self::Ping { message_id, data },
                "disconnect" => Self::Disconnect,
                _ => Self::Unknown { message_id },
            },
            Some("EVENT") => Self::Event { message_id, event: Box::new(Event::streamed(headers, &data)) },
            Some(_) => Self::Unknown { message_id },
            None => Self::Malformed,
        }
    }
}

/// The answer to a ping.
pub(super) fn pong(message_id: &str, data: &str) -> String {
    answer(200, message_id, "OK", data)
}

/// The answer to an event: taken, or to be sent again later.
pub(super) fn verdict(message_id: &str, taken: bool) -> String {
    let status = if taken { "SUCCESS" } else { "LATER" };
    answer(200, message_id, "OK", &json!({ "status": status }).to_string())
}

/// The answer to what we do not know.
pub(super) fn not_found(message_id: &str) -> String {
    answer(404, message_id, "unknown topic", "{}")
}

/// The answer to what is no frame.
pub(super) fn malformed() -> String {
    answer(400, "", "not a frame", "{}")
}

fn answer(code: u16, message_id: &str, message: &str, data: &str) -> String {
    let headers = json!({ "messageId": message_id, "contentType": "application/json" });
    json!({ "code": code, "headers": headers, "message": message, "data": data }).to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_frames_of_the_protocol_are_read() {
        let ping = json!({"specVersion": "1.0", "type": "SYSTEM", "data": "{\"opaque\":\"o1\"}",
            "headers": {"topic": "ping", "messageId": "m-1"}});
        let expected = Frame::Ping { message_id: "m-1".into(), data: "{\"opaque\":\"o1\"}".into() };
        assert_eq!(Frame::read(&ping.to_string()), expected);
        let leave = json!({"type": "SYSTEM", "headers": {"topic": "disconnect"}, "data": "{}"});
        assert_eq!(Frame::read(&leave.to_string()), Frame::Disconnect);
        let event = json!({"type": "EVENT", "header": {"topic": "*", "messageId": "m-2", "eventType": "org_change",
            "eventId": "e-2"}, "data": {}});
        let Frame::Event { message_id, event } = Frame::read(&event.to_string()) else { panic!("an event") };
        assert_eq!((message_id.as_str(), event.id.as_str()), ("m-2", "e-2"));
    }

    #[test]
    fn what_is_no_frame_of_ours_is_told_apart() {
        for text in ["", "hello", "[]", "7", "{}", "{\"headers\":{}}", "{\"type\":null}"] {
            assert_eq!(Frame::read(text), Frame::Malformed, "{text}");
        }
        let callback = json!({"type": "CALLBACK", "headers": {"messageId": "m-3", "topic": "/v1.0/im"}});
        assert_eq!(Frame::read(&callback.to_string()), Frame::Unknown { message_id: "m-3".into() });
        let system = json!({"type": "SYSTEM", "headers": {"messageId": "m-4", "topic": "new"}});
        assert_eq!(Frame::read(&system.to_string()), Frame::Unknown { message_id: "m-4".into() });
    }

    #[test]
    fn answers_say_what_the_protocol_wants() {
        let read = |text: String| serde_json::from_str::<Value>(&text).unwrap();
        let taken = read(verdict("m-1", true));
        assert_eq!((&taken["code"], &taken["headers"]["messageId"]), (&json!(200), &json!("m-1")));
        assert_eq!(taken["data"], json!("{\"status\":\"SUCCESS\"}"));
        assert_eq!(read(verdict("m", false))["data"], json!("{\"status\":\"LATER\"}"));
        assert_eq!(read(pong("m", "{\"opaque\":\"o\"}"))["data"], json!("{\"opaque\":\"o\"}"));
        assert_eq!((&read(not_found("m"))["code"], &read(malformed())["code"]), (&json!(404), &json!(400)));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}", kind in "SYSTEM|EVENT|CALLBACK|.{0,5}", topic in ".{0,12}") {
            drop(Frame::read(&text));
            drop(Frame::read(&json!({"type": kind, "headers": {"topic": topic}, "data": text}).to_string()));
        }
    }
}
