//! When a call may start: so many a second for each application and API, so many in twenty seconds for our
//! public address, over all tenants.
//!
//! Must not know what a call is. Invariants: turns are given in the order of asking; a caller that stops
//! waiting leaves no trace; calls of one API start evenly spaced, so that no window of a second on the
//! server's clock holds more than the limit although the network shifts single calls.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

/// How fast we call. DingTalk allows 20 a second for each application and API, and bans a public address
/// above 10,000 in 20 seconds [S-0012, S-1433].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Calls a second for each application and API; 0 = no limit (tests only).
    pub per_api_per_second: u32,
    /// Calls in any 20 seconds from this address; 0 = no limit (tests only).
    pub per_address: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self { per_api_per_second: 18, per_address: 8000 }
    }
}

const ADDRESS_WINDOW: Duration = Duration::from_secs(20);

/// An application's Client ID and the path of an API.
type ApiOfClient = (String, &'static str);

/// All the queues of one client.
pub(super) struct Limiter {
    pace: Pace,
    apis: Mutex<BTreeMap<ApiOfClient, Arc<Queue<Spacing>>>>,
    address: Queue<Window>,
}

impl Limiter {
    pub(super) fn new(pace: Pace) -> Self {
        let address = Queue::new(Window::new(pace.per_address, ADDRESS_WINDOW));
        Self { pace, apis: Mutex::default(), address }
    }

    /// Waits until a call of `api` by `client_id` may start. Dropping the future gives the turn back.
    pub(super) async fn turn(&self, client_id: &str, api: &'static str) {
        let queue = self.queue(client_id, api);
        let _first_of_api = queue.turnstile.acquire().await;
        queue.wait().await;
        let _first_of_address = self.address.turnstile.acquire().await;
        self.address.wait().await;
        let now = Instant::now();
        queue.rule().take(now);
        self.address.rule().take(now);
    }

    /// DingTalk refused a call of `api` as one too many: nobody calls it for `pause`.
    pub(super) fn pause(&self, client_id: &str, api: &'static str, pause: Duration) {
        let queue = self.queue(client_id, api);
        queue.rule().hold(Instant::now() + pause);
    }

    fn queue(&self, client_id: &str, api: &'static str) -> Arc<Queue<Spacing>> {
        let mut apis = self.apis.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Queue::new(Spacing::new(self.pace.per_api_per_second)));
        Arc::clone(apis.entry((client_id.to_owned(), api)).or_insert_with(new))
    }
}

/// A rule about starting times that answers without waiting.
trait Rule {
    /// The earliest start, if it is not now.
    fn wait_until(&self, now: Instant) -> Option<Instant>;
}

/// Callers in the order of their coming, under one rule.
struct Queue<R> {
    /// One permit: whoever holds it is next. Fair, and given back when its holder goes away.
    turnstile: Semaphore,
    rule: Mutex<R>,
}

impl<R: Rule> Queue<R> {
    fn new(rule: R) -> Self {
        Self { turnstile: Semaphore::new(1), rule: Mutex::new(rule) }
    }

    fn rule(&self) -> MutexGuard<'_, R> {
        self.rule.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps until the rule allows a start; looks again afterwards, for the rule may have become stricter.
    async fn wait(&self) {
        loop {
            let until = self.rule().wait_until(Instant::now());
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => return,
            }
        }
    }
}

/// Starts at even distances. A start that comes a little late, as timers do, does not delay those after it;
/// what is later is lost, so that calls never catch up in a crowd.
struct Spacing {
    distance: Duration,
    next: Option<Instant>,
}

impl Spacing {
    fn new(per_second: u32) -> Self {
        Self { distance: Duration::from_secs(1).checked_div(per_second).unwrap_or_default(), next: None }
    }

    fn take(&mut self, now: Instant) {
        let late = now.checked_sub(self.distance / 8).unwrap_or(now);
        let slot = self.next.map_or(now, |next| next.max(late));
        self.next = Some(slot + self.distance);
    }

    fn hold(&mut self, until: Instant) {
        self.next = Some(self.next.map_or(until, |next| next.max(until)));
    }
}

impl Rule for Spacing {
    fn wait_until(&self, now: Instant) -> Option<Instant> {
        self.next.filter(|next| *next > now)
    }
}

/// At most `limit` starts in any window, bursts allowed.
struct Window {
    limit: usize,
    length: Duration,
    starts: VecDeque<Instant>,
}

impl Window {
    fn new(limit: u32, length: Duration) -> Self {
        Self { limit: usize::try_from(limit).unwrap_or(usize::MAX), length, starts: VecDeque::new() }
    }

    fn take(&mut self, now: Instant) {
        if self.limit == 0 {
            return;
        }
        while self.starts.len() >= self.limit {
            self.starts.pop_front();
        }
        self.starts.push_back(now);
    }
}

impl Rule for Window {
    fn wait_until(&self, now: Instant) -> Option<Instant> {
        if self.limit == 0 || self.starts.len() < self.limit {
            return None;
        }
        self.starts.front().map(|oldest| *oldest + self.length).filter(|free| *free > now)
    }
}

#[cfg(test)]
mod tests;
