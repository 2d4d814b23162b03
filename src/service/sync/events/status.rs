//! How a tenant's events stand, for pages, programs and the doctor.

use std::collections::BTreeMap;

use crate::dingtalk::StreamState;
use crate::domain::sync::event::EventTransport;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// How a tenant's events stand. Numbers count since the server started.
#[derive(Clone, Debug)]
pub struct EventStatus {
    /// How they come.
    pub transport: EventTransport,
    /// Whether HTTP push has its token and key.
    pub push_ready: bool,
    /// The stream, when there is one.
    pub stream: Option<StreamStatus>,
    /// When the last event came, by stream or push.
    pub last_event_at: Option<Timestamp>,
    /// How long the last one was on its way, in milliseconds.
    pub last_lag_ms: Option<i64>,
    /// People and departments that are still to be looked at.
    pub waiting: usize,
    /// Callbacks that were taken.
    pub pushes_taken: u64,
    /// Callbacks that were refused, by reason.
    pub pushes_refused: BTreeMap<&'static str, u64>,
    /// Events that could not be pushed and were read from DingTalk's list of them.
    pub pushes_made_up_for: u64,
}

/// How a stream stands.
#[derive(Clone, Debug)]
pub struct StreamStatus {
    /// Since when it is connected; `None` while it is not.
    pub connected_since: Option<Timestamp>,
    /// When it will try to connect again.
    pub next_attempt_at: Option<Timestamp>,
    /// Why it is not connected.
    pub error: Option<StreamError>,
    /// Connections made.
    pub connections: u64,
    /// Events that came, repetitions included.
    pub events: u64,
    /// Events that were sent back because they could not be kept.
    pub postponed: u64,
    /// Frames that were not understood.
    pub strange_frames: u64,
}

/// Why a stream is not connected.
#[derive(Clone, Debug)]
pub struct StreamError {
    /// A stable code.
    pub code: String,
    /// What failed.
    pub detail: Text,
    /// What to do.
    pub remedy: Text,
}

impl From<StreamState> for StreamStatus {
    fn from(state: StreamState) -> Self {
        let error = state.last_error.filter(|_| state.connected_since_ms.is_none()).map(|error| {
            let explanation = error.explain();
            StreamError {
                code: explanation.code.to_owned(),
                detail: explanation.detail,
                remedy: explanation.remedy,
            }
        });
        Self {
            connected_since: state.connected_since_ms.map(Timestamp),
            next_attempt_at: state.next_attempt_ms.map(Timestamp),
            error,
            connections: state.connections,
            events: state.events,
            postponed: state.postponed,
            strange_frames: state.unknown_frames + state.malformed_frames,
        }
    }
}
