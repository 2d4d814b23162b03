//! The list of events that could not be pushed (回调失败列表).
//!
//! Must not know who wants them. Invariant: reading destroys what the reading before gave, so whoever reads on has kept
//! what came so far. [S-0015, E-0230]

use super::Application;
use super::call::Call;
use super::error::Error;
use super::event::Event;
use super::wire::{Object, Unexpected};

/// Some of the events that nobody took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MissedEvents {
    /// In DingTalk's order.
    pub events: Vec<Event>,
    /// Whether the next reading gives more.
    pub has_more: bool,
}

impl Application {
    /// Reads the next of the events that could not be pushed, 200 at most; those of the reading before are gone then.
    /// Counts toward the enterprise's monthly calls. Not repeated where an answer may have been lost on its way: the next one
    /// would not tell what was in it.
    pub async fn missed_events(&self) -> Result<MissedEvents, Error> {
        self.call(Call::old_get("/call_back/get_call_back_failed_result").once(), page).await
    }
}

fn page(answer: Object<'_>) -> Result<MissedEvents, Unexpected> {
    let events = answer.list("failed_list", |entry| Ok(Event::missed(entry)))?.unwrap_or_default();
    // Nothing came, so reading on would never end.
    let has_more = answer.boolean("has_more")?.unwrap_or(false) && !events.is_empty();
    Ok(MissedEvents { events, has_more })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::event::EventSubject;
    use super::*;

    fn read(answer: &Value) -> MissedEvents {
        page(Object::of("answer", answer).unwrap()).unwrap()
    }

    #[test]
    fn the_documented_example_is_read() {
        let answer = json!({"errcode": 0, "errmsg": "ok", "has_more": false, "failed_list": [
            {"call_back_tag": "user_add_org", "event_time": 1_900_000_000_000_i64,
             "user_add_org": {"corpid": "dingcorp1", "userid": ["u-7"]}},
            {"call_back_tag": "label_conf_add", "event_time": 1_900_000_000_001_i64,
             "label_conf_add": {"corpid": "dingcorp1", "roleLabelChange": {}}}]});
        let read = read(&answer);
        assert!(!read.has_more);
        let [added, label] = read.events.as_slice() else { panic!("{read:?}") };
        assert_eq!(added.subject, EventSubject::People(["u-7".to_owned()].into()));
        assert_eq!((&*added.kind, added.born_ms), ("user_add_org", Some(1_900_000_000_000)));
        assert_eq!(added.corp_id.as_deref(), Some("dingcorp1"));
        assert_eq!(label.subject, EventSubject::Everything);
        assert_ne!(added.id, label.id);
        assert_eq!(read, self::read(&answer), "the same entry has the same id again");
    }

    #[test]
    fn what_cannot_be_read_means_everything_and_nothing_promises_more_than_it_has() {
        let strange =
            read(&json!({"has_more": true, "failed_list": [7, {}, {"call_back_tag": "user_add_org"}]}));
        assert_eq!(strange.events.len(), 3);
        assert!(strange.has_more && strange.events.iter().all(|one| one.subject == EventSubject::Everything));
        assert_eq!(read(&json!({"has_more": true})), MissedEvents::default());
        assert_eq!(read(&json!({"has_more": true, "failed_list": []})), MissedEvents::default());
    }
}
