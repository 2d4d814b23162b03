//! HTTP push of events: sealing, posting, retrying, and the list of events that nobody took.
//!
//! Must not know why an event happened. Invariant: an event counts as taken only when the receiver's sealed answer
//! opens to `success`. [E-0346, S-0015]

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::sleep;

use super::callback_crypto::{CallbackCrypto, Sealed};
use super::events::{Emission, Event, EventState};
use super::platform::{Platform, lock};
use super::post::post;

/// The receiver has this long to answer.
const PATIENCE: Duration = Duration::from_millis(2_500);
/// The waits before the second and the third delivery.
const WAITS: [Duration; 2] = [Duration::from_secs(10), Duration::from_secs(30)];
/// Failed events handed over in one answer.
const HANDED: usize = 200;

/// Where and how an application wants its events.
#[derive(Clone, Copy)]
pub(crate) struct Subscription<'a> {
    pub(crate) url: &'a str,
    pub(crate) token: &'a str,
    pub(crate) aes_key: &'a str,
}

/// Events that could not be pushed, by application, with how many the last read has handed over.
#[derive(Debug, Default)]
pub(crate) struct FailedEvents {
    lists: HashMap<String, (Vec<Value>, usize)>,
}

impl FailedEvents {
    fn add(&mut self, client_id: &str, event: Value) {
        self.lists.entry(client_id.to_owned()).or_default().0.push(event);
    }

    /// The next events and whether there are more; what the previous call handed over is gone for good.
    pub(crate) fn hand_over(&mut self, client_id: &str) -> (Vec<Value>, bool) {
        let (events, handed) = self.lists.entry(client_id.to_owned()).or_default();
        events.drain(..(*handed).min(events.len()));
        *handed = events.len().min(HANDED);
        (events.iter().take(HANDED).cloned().collect(), events.len() > HANDED)
    }
}

/// Delivers one event, three times at most.
pub(crate) async fn deliver(platform: &Platform, emission: &Emission, to: Subscription<'_>) -> EventState {
    let waits = WAITS.into_iter().map(Some).chain([None]);
    for wait in waits {
        platform.event_attempted(emission);
        let body = push_body(&emission.event).to_string();
        if push(platform, &emission.client_id, to, &body).await {
            return EventState::Acknowledged;
        }
        if let Some(wait) = wait {
            sleep(wait.mul_f64(platform.behaviour().event_pace.clamp(0.0, 1_000.0))).await;
        }
    }
    lock(&platform.failed_events).add(&emission.client_id, failed_entry(&emission.event));
    EventState::Failed
}

/// One delivery; true when the receiver confirmed it.
async fn push(platform: &Platform, owner: &str, to: Subscription<'_>, body: &str) -> bool {
    let Some(crypto) = CallbackCrypto::new(to.token, to.aes_key, owner) else { return false };
    let timestamp = platform.now().to_string();
    let nonce = lock(&platform.random).hex(16);
    let random = u128::from(platform.next_number()).to_be_bytes();
    let Some(sealed) = crypto.seal(body, &timestamp, &nonce, random) else { return false };
    let joint = if to.url.contains('?') { '&' } else { '?' };
    let Sealed { encrypt, signature } = sealed;
    let url = format!(
        "{}{joint}signature={signature}&msg_signature={signature}&timestamp={timestamp}&nonce={nonce}",
        to.url
    );
    let Ok(answer) = post(&url, &json!({ "encrypt": encrypt }).to_string(), PATIENCE).await else {
        return false;
    };
    confirmed(&crypto, &answer)
}

fn confirmed(crypto: &CallbackCrypto, answer: &str) -> bool {
    let Ok(answer) = serde_json::from_str::<Value>(answer) else { return false };
    let text = |key: &str| match answer.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let sealed = Sealed { encrypt: text("encrypt"), signature: text("msg_signature") };
    crypto.open(&sealed, &text("timeStamp"), &text("nonce")).as_deref() == Some("success")
}

/// An event flat, as push sends it.
fn push_body(event: &Event) -> Value {
    let mut fields = event.data.clone();
    fields.insert("EventType".into(), json!(event.kind));
    fields.insert("EventTime".into(), json!(event.born));
    fields.insert("CorpId".into(), json!(event.corp_id));
    fields.insert("BizId".into(), json!(event.id));
    fields.insert("eventId".into(), json!(event.id));
    Value::Object(fields)
}

/// An event as the failed list shows it, in the older vocabulary.
fn failed_entry(event: &Event) -> Value {
    let mut inner = Map::from_iter([("corpid".to_owned(), json!(event.corp_id))]);
    for (key, value) in &event.data {
        match key.as_str() {
            "userId" => inner.insert("userid".into(), value.clone()),
            "deptId" => inner.insert("deptid".into(), value.clone()),
            "timeStamp" => None,
            _ => inner.insert(key.clone(), value.clone()),
        };
    }
    let mut entry = Map::new();
    entry.insert("call_back_tag".into(), json!(event.kind));
    entry.insert("event_time".into(), json!(event.born));
    entry.insert(event.kind.clone(), Value::Object(inner));
    Value::Object(entry)
}

impl Platform {
    /// Sends the console's check of a push address (`check_url`) to an application; true when it answered rightly.
    pub async fn check_push_address(&self, client_id: &str) -> bool {
        let Some(application) = self.application(client_id) else { return false };
        let super::application::EventTransport::Push { url, token, aes_key } = &application.events else {
            return false;
        };
        let body = json!({ "EventType": "check_url" }).to_string();
        push(self, client_id, Subscription { url, token, aes_key }, &body).await
    }
}

#[cfg(test)]
mod tests;
