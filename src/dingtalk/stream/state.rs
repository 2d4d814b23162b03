//! What a stream shows of itself: connected since when, how far behind, what went wrong.

use tokio::sync::watch;

use crate::dingtalk::error::Error;

/// How a stream stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamState {
    /// Since when it is connected, epoch milliseconds; `None` while it is not.
    pub connected_since_ms: Option<i64>,
    /// When the last event came, epoch milliseconds.
    pub last_event_ms: Option<i64>,
    /// How long the last event was on its way, in milliseconds, by both clocks.
    pub last_lag_ms: Option<i64>,
    /// Why the last attempt to connect failed or the last connection ended; cleared by the next success.
    pub last_error: Option<Error>,
    /// When the next attempt to connect is made, epoch milliseconds; only while waiting.
    pub next_attempt_ms: Option<i64>,
    /// Connections made.
    pub connections: u64,
    /// Events that came, repetitions included.
    pub events: u64,
    /// Events that were sent back because nobody could take them.
    pub postponed: u64,
    /// Frames of a type or topic that we do not know.
    pub unknown_frames: u64,
    /// Messages that were no frames.
    pub malformed_frames: u64,
}

/// Who writes the state, with the clock it needs.
pub(super) struct Shown<'a> {
    pub(super) state: &'a watch::Sender<StreamState>,
    pub(super) now_ms: &'a (dyn Fn() -> i64 + Send + Sync),
}

impl Shown<'_> {
    pub(super) fn connected(&self) {
        let now_ms = (self.now_ms)();
        self.state.send_modify(|state| {
            state.connected_since_ms = Some(now_ms);
            state.last_error = None;
            state.next_attempt_ms = None;
            state.connections += 1;
        });
    }

    pub(super) fn down(&self, error: Option<Error>, next_attempt_in_ms: i64) {
        let now_ms = (self.now_ms)();
        self.state.send_modify(|state| {
            state.connected_since_ms = None;
            state.next_attempt_ms = Some(now_ms.saturating_add(next_attempt_in_ms));
            if error.is_some() {
                state.last_error = error;
            }
        });
    }

    pub(super) fn event(&self, born_ms: Option<i64>) {
        let now_ms = (self.now_ms)();
        self.state.send_modify(|state| {
            state.events += 1;
            state.last_event_ms = Some(now_ms);
            state.last_lag_ms = born_ms.map(|born_ms| now_ms.saturating_sub(born_ms));
        });
    }

    pub(super) fn count(&self, which: impl FnOnce(&mut StreamState) -> &mut u64) {
        self.state.send_modify(|state| *which(state) += 1);
    }
}
