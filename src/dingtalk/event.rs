//! Contact events: what both transports bring, read with patience.
//!
//! Must not know how an event came nor what is done about it. Invariant: an event is a hint and never fails to be
//! one: what cannot be read in it widens what has to be looked at, up to everything. [E-0073 … E-0096, G4]

use std::collections::BTreeSet;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::wire::{self, Object};

/// Ids that one event may name; more of them mean "everything".
const MOST_IDS: usize = 500;
/// The longest id or type that is kept, in bytes [C8: userids have up to 64].
const LONGEST_NAME: usize = 128;

/// Something that happened in an enterprise's contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// DingTalk's id of the event, or a digest of its content when it came without one. Repetitions share it.
    pub id: String,
    /// E.g. `user_add_org`.
    pub kind: String,
    /// The enterprise.
    pub corp_id: Option<String>,
    /// When it happened, epoch milliseconds.
    pub born_ms: Option<i64>,
    /// What has to be looked at.
    pub subject: EventSubject,
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventSubject {
    /// These userids.
    People(BTreeSet<String>),
    /// These departments.
    Departments(BTreeSet<i64>),
    /// Not told, not known, or the whole enterprise.
    Everything,
    /// The console tries whether somebody listens (`check_url`).
    Trial,
}

/// What is not even JSON of the right shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAnEvent;

impl Event {
    /// Reads an event that came by HTTP push: its fields stand flat beside those of the envelope.
    pub fn pushed(message: &str) -> Result<Self, NotAnEvent> {
        let value: Value = serde_json::from_str(message).map_err(|_| NotAnEvent)?;
        let object = Object::of("event", &value).map_err(|_| NotAnEvent)?;
        let text = |key| object.get_any_case(key).and_then(wire::text);
        let born = ["EventTime", "TimeStamp"].into_iter().find_map(|key| object.get_any_case(key));
        let envelope = Envelope {
            id: text("eventId"),
            kind: text("EventType").ok_or(NotAnEvent)?,
            corp_id: text("CorpId"),
            born_ms: born.and_then(wire::integer),
        };
        Ok(envelope.open(Some(object), message))
    }

    /// Reads an entry of the list of events that could not be pushed: its fields stand under the event's own name.
    pub(super) fn missed(entry: &Value) -> Self {
        let object = Object::of("event", entry).ok();
        let kind = object.and_then(|object| object.get("call_back_tag")).and_then(wire::text);
        let fields = object.zip(kind.as_deref()).and_then(|(object, kind)| object.get(kind));
        let fields = fields.and_then(|fields| Object::of("event", fields).ok());
        let text = |key| fields.and_then(|fields| fields.get_any_case(key)).and_then(wire::text);
        let envelope = Envelope {
            id: text("eventId"),
            kind: kind.unwrap_or_default(),
            corp_id: text("CorpId"),
            born_ms: object.and_then(|object| object.get("event_time")).and_then(wire::integer),
        };
        envelope.open(fields, &entry.to_string())
    }

    /// Reads an event that came over a stream: the envelope stands in the headers, the fields in `data`.
    pub(super) fn streamed(headers: Object<'_>, data: &str) -> Self {
        let text = |key| headers.get_any_case(key).and_then(wire::text);
        let envelope = Envelope {
            id: text("eventId"),
            kind: text("eventType").unwrap_or_default(),
            corp_id: text("eventCorpId"),
            born_ms: headers.get_any_case("eventBornTime").and_then(wire::integer),
        };
        let value: Option<Value> = serde_json::from_str(data).ok();
        let object = value.as_ref().and_then(|value| Object::of("data", value).ok());
        envelope.open(object, data)
    }
}

/// What every event carries, whatever it is about.
struct Envelope {
    id: Option<String>,
    kind: String,
    corp_id: Option<String>,
    born_ms: Option<i64>,
}

impl Envelope {
    fn open(self, data: Option<Object<'_>>, raw: &str) -> Event {
        let subject = subject(&self.kind, data);
        let short = |text: &String| !text.is_empty() && text.len() <= LONGEST_NAME;
        let id = self.id.filter(short).unwrap_or_else(|| digest(&self.kind, self.born_ms, raw));
        let kind = if short(&self.kind) { self.kind } else { "unknown".to_owned() };
        Event { id, kind, corp_id: self.corp_id.filter(short), born_ms: self.born_ms, subject }
    }
}

fn subject(kind: &str, data: Option<Object<'_>>) -> EventSubject {
    match kind {
        "check_url" => EventSubject::Trial,
        "user_add_org" | "user_modify_org" | "user_leave_org" | "user_active_org" | "user_dept_change"
        | "org_admin_add" | "org_admin_remove" => people(data).unwrap_or(EventSubject::Everything),
        "org_dept_create" | "org_dept_modify" | "org_dept_remove" => {
            departments(data).unwrap_or(EventSubject::Everything)
        }
        _ => EventSubject::Everything,
    }
}

fn people(data: Option<Object<'_>>) -> Option<EventSubject> {
    let value = first(data?, &["userId", "userIdList", "userIds"])?;
    let ids = wire::list("userId", value, |id| Ok(wire::text(id).unwrap_or_default())).ok()??;
    let ids: BTreeSet<String> = ids.into_iter().map(|id| id.trim().to_owned()).collect();
    let usable = ids.iter().all(|id| !id.is_empty() && id.len() <= LONGEST_NAME);
    (usable && (1..=MOST_IDS).contains(&ids.len())).then_some(EventSubject::People(ids))
}

fn departments(data: Option<Object<'_>>) -> Option<EventSubject> {
    let value = first(data?, &["deptId", "deptIdList", "deptIds"])?;
    let ids = wire::list("deptId", value, |id| Ok(wire::integer(id))).ok()??;
    let ids: BTreeSet<i64> = ids.into_iter().collect::<Option<_>>()?;
    (1..=MOST_IDS).contains(&ids.len()).then_some(EventSubject::Departments(ids))
}

fn first<'a>(data: Object<'a>, keys: &[&str]) -> Option<&'a Value> {
    keys.iter().find_map(|key| data.get_any_case(key))
}

/// Names an event that came without an id, so that its repetitions are still known as such.
fn digest(kind: &str, born_ms: Option<i64>, raw: &str) -> String {
    let hash = Sha256::digest(format!("{kind}\n{born_ms:?}\n{raw}"));
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn pushed(value: &Value) -> Event {
        Event::pushed(&value.to_string()).unwrap()
    }

    fn people(ids: &[&str]) -> EventSubject {
        EventSubject::People(ids.iter().map(|id| (*id).to_owned()).collect())
    }

    #[test]
    fn both_transports_tell_the_same() {
        let flat = pushed(
            &json!({"EventType": "user_add_org", "EventTime": 1_900_000_000_000_i64, "CorpId": "dingcorp1",
            "BizId": "b", "eventId": "e-1", "timeStamp": "1900000000001", "userId": ["u-7", "u-8"]}),
        );
        let headers = json!({"topic": "*", "eventType": "user_add_org", "eventId": "e-1", "eventCorpId": "dingcorp1",
            "eventBornTime": "1900000000000"});
        let data = json!({"timeStamp": "1900000000001", "userId": ["u-7", "u-8"]}).to_string();
        let streamed = Event::streamed(Object::of("headers", &headers).unwrap(), &data);
        assert_eq!(flat, streamed);
        assert_eq!(flat.subject, people(&["u-7", "u-8"]));
        assert_eq!((flat.born_ms, flat.corp_id.as_deref()), (Some(1_900_000_000_000), Some("dingcorp1")));
    }

    #[test]
    fn keys_differ_in_case_and_ids_in_shape() {
        for users in [json!({"UserId": "u-7"}), json!({"userid": ["u-7"]}), json!({"USERID": "[\"u-7\"]"})] {
            let mut event = json!({"eventtype": "user_modify_org", "timestamp": "5", "EVENTID": "e"});
            event.as_object_mut().unwrap().append(&mut users.as_object().unwrap().clone());
            assert_eq!(pushed(&event).subject, people(&["u-7"]));
        }
        let department = pushed(&json!({"EventType": "org_dept_modify", "deptId": ["700300", 9]}));
        assert_eq!(department.subject, EventSubject::Departments([9, 700_300].into()));
        assert_eq!(pushed(&json!({"EventType": "check_url"})).subject, EventSubject::Trial);
    }

    #[test]
    fn what_is_not_told_or_not_known_means_everything() {
        let many: Vec<i64> = (0..501).collect();
        for event in [
            json!({"EventType": "org_change"}),
            json!({"EventType": "label_user_change", "userIdList": ["u"]}),
            json!({"EventType": "something_new", "userId": ["u"]}),
            json!({"EventType": "user_add_org"}),
            json!({"EventType": "user_add_org", "userId": []}),
            json!({"EventType": "user_add_org", "userId": [{"a": 1}]}),
            json!({"EventType": "user_add_org", "userId": "u".repeat(129)}),
            json!({"EventType": "org_dept_modify", "deptId": ["x"]}),
            json!({"EventType": "org_dept_modify", "deptId": many}),
        ] {
            assert_eq!(pushed(&event).subject, EventSubject::Everything, "{event}");
        }
    }

    #[test]
    fn an_event_without_an_id_is_named_by_its_content() {
        let one = pushed(&json!({"EventType": "org_change", "EventTime": 5}));
        let again = pushed(&json!({"EventType": "org_change", "EventTime": 5}));
        let other = pushed(&json!({"EventType": "org_change", "EventTime": 6}));
        assert_eq!(one.id, again.id);
        assert_ne!(one.id, other.id);
        assert_eq!(one.id.len(), 64);
        assert_eq!(Event::pushed("{}"), Err(NotAnEvent));
        assert_eq!(Event::pushed("[1]"), Err(NotAnEvent));
    }

    proptest! {
        #[test]
        fn nothing_panics_and_nothing_grows(text in ".{0,300}", kind in ".{0,200}") {
            drop(Event::pushed(&text));
            let headers = json!({"eventType": kind, "eventId": text});
            let event = Event::streamed(Object::of("headers", &headers).unwrap(), &text);
            prop_assert!(event.id.len() <= LONGEST_NAME && event.kind.len() <= LONGEST_NAME);
        }
    }
}
