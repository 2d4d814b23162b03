//! Contact events on their way to applications: numbering, dispatch to the transport, and what became of each.
//!
//! Must not know sockets. Invariant: every emission ends in the log as acknowledged, failed or missed.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::application::EventTransport;
use super::organisation::ChangeRefused;
use super::platform::{Platform, lock};
use super::{push, stream};

/// How many events the log keeps.
const KEPT: usize = 10_000;

/// Something that happened in an enterprise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) id: String,
    /// E.g. `user_add_org`.
    pub(crate) kind: String,
    pub(crate) corp_id: String,
    pub(crate) born: i64,
    pub(crate) data: Map<String, Value>,
}

/// An event for one application.
#[derive(Clone, Debug)]
pub(crate) struct Emission {
    pub(crate) client_id: String,
    pub(crate) event: Event,
}

/// How far the delivery of an event has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EventState {
    /// Still being delivered.
    Pending,
    /// The application confirmed it.
    Acknowledged,
    /// Delivered without confirmation, and given up.
    Failed,
    /// Nobody was connected.
    Missed,
}

/// One line of the event log.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRecord {
    /// The event's id; duplicates share it.
    pub event_id: String,
    /// The receiving application.
    pub client_id: String,
    /// E.g. `user_add_org`.
    pub event_type: String,
    /// The event's own fields.
    pub data: Value,
    /// Deliveries tried.
    pub attempts: u32,
    /// How far it has come.
    pub state: EventState,
}

/// The events of late, with the places of each id, so that thousands at once stay cheap.
#[derive(Debug, Default)]
pub(crate) struct EventLog {
    records: VecDeque<EventRecord>,
    /// How many records were dropped at the front.
    dropped: usize,
    /// Counted from the first record ever.
    places: HashMap<String, Vec<usize>>,
}

impl EventLog {
    fn add(&mut self, emission: &Emission) {
        if self.records.len() >= KEPT
            && let Some(oldest) = self.records.pop_front()
        {
            self.places.remove(&oldest.event_id);
            self.dropped += 1;
        }
        let place = self.dropped + self.records.len();
        self.places.entry(emission.event.id.clone()).or_default().push(place);
        self.records.push_back(EventRecord {
            event_id: emission.event.id.clone(),
            client_id: emission.client_id.clone(),
            event_type: emission.event.kind.clone(),
            data: Value::Object(emission.event.data.clone()),
            attempts: 0,
            state: EventState::Pending,
        });
    }

    fn change(&mut self, emission: &Emission, change: impl Fn(&mut EventRecord)) {
        for place in self.places.get(&emission.event.id).into_iter().flatten() {
            let record = place.checked_sub(self.dropped).and_then(|index| self.records.get_mut(index));
            if let Some(record) = record.filter(|record| record.client_id == emission.client_id) {
                change(record);
            }
        }
    }
}

impl Platform {
    /// Emits an event to every application of the enterprise that has ticked events; answers the event's id.
    pub fn emit(&self, corp_id: &str, event_type: &str, data: Map<String, Value>) -> String {
        let event = Event {
            id: format!("event-{:08}", self.next_number()),
            kind: event_type.to_owned(),
            corp_id: corp_id.to_owned(),
            born: self.now(),
            data,
        };
        let receivers: Vec<String> = self
            .world()
            .applications
            .values()
            .filter(|application| application.corp_id == corp_id && application.enabled)
            .filter(|application| application.events != EventTransport::None)
            .map(|application| application.client_id.clone())
            .collect();
        for client_id in receivers {
            self.send(&Emission { client_id, event: event.clone() });
        }
        event.id
    }

    /// Emits an event to one application, `copies` times with the same id; answers the id.
    ///
    /// # Errors
    /// When there is no such application.
    pub fn emit_to(
        &self,
        client_id: &str,
        event_type: &str,
        data: Map<String, Value>,
        copies: u32,
    ) -> Result<String, ChangeRefused> {
        let application = self
            .application(client_id)
            .ok_or_else(|| ChangeRefused(format!("there is no application {client_id}")))?;
        let event = Event {
            id: format!("event-{:08}", self.next_number()),
            kind: event_type.to_owned(),
            corp_id: application.corp_id,
            born: self.now(),
            data,
        };
        for _ in 0..copies.clamp(1, 100) {
            self.send(&Emission { client_id: client_id.to_owned(), event: event.clone() });
        }
        Ok(event.id)
    }

    fn send(&self, emission: &Emission) {
        lock(&self.event_log).add(emission);
        let copies = self.behaviour().duplicate_events;
        for _ in 0..=copies {
            if self.emissions.send(emission.clone()).is_err() {
                self.event_ended(emission, EventState::Missed);
            }
        }
    }

    pub(crate) fn event_attempted(&self, emission: &Emission) {
        lock(&self.event_log).change(emission, |record| record.attempts += 1);
    }

    pub(crate) fn event_ended(&self, emission: &Emission, state: EventState) {
        lock(&self.event_log).change(emission, |record| {
            if record.state != EventState::Acknowledged {
                record.state = state;
            }
        });
    }

    /// The events emitted, oldest first.
    pub fn events(&self) -> Vec<EventRecord> {
        lock(&self.event_log).records.iter().cloned().collect()
    }
}

/// Delivers emissions until the platform stops; each on its own, so a slow receiver holds up nobody else.
pub(crate) async fn dispatch(platform: Arc<Platform>, mut emissions: mpsc::UnboundedReceiver<Emission>) {
    let mut stopping = platform.stopping.subscribe();
    let mut deliveries = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => break,
            Some(_) = deliveries.join_next() => {}
            emission = emissions.recv() => match emission {
                Some(emission) => drop(deliveries.spawn(deliver(Arc::clone(&platform), emission))),
                None => break,
            },
        }
    }
}

async fn deliver(platform: Arc<Platform>, emission: Emission) {
    let Some(application) = platform.application(&emission.client_id) else { return };
    let state = match &application.events {
        EventTransport::None | EventTransport::Stream => stream::deliver(&platform, &emission).await,
        EventTransport::Push { url, token, aes_key } => {
            let subscription = push::Subscription { url, token, aes_key };
            push::deliver(&platform, &emission, subscription).await
        }
    };
    platform.event_ended(&emission, state);
}
