//! Events of the tenants: which came already, what they ask to be looked at, and how they come.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::codec;
use super::error::Result;
use super::key::Key;
use super::row::{Derived, Row};
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::{Direction, Tx, Writing};
use crate::domain::id::TenantId;
use crate::domain::sync::event::{EventSubscription, EventTransport, Hints, SeenEvent};
use crate::domain::time::Timestamp;

/// Which counter of a tenant is meant; 0 to 2 count members.
const SEEN_COUNTER: u8 = 32;
/// Old rows that one call removes, so that a long backlog holds the writer for a moment only.
const PRUNED_AT_ONCE: usize = 1024;
/// The version of a subscription that knows whether missed events are being read.
const VERSION: u8 = 2;

impl Row for SeenEvent {
    const TABLE: Table = Table::EventsSeen;

    fn key(&self) -> Option<Key> {
        Some(seen_key(self.tenant, &self.event_id))
    }

    fn derive(&self, _key: &Key) -> Derived {
        let mut derived = Derived::default();
        let id = self.event_id.as_bytes();
        derived.point(Table::EventsSeenByTime, Key::of(self.tenant).i64(self.at.0).text(&self.event_id), id);
        derived.counters.push(counter(self.tenant));
        derived
    }
}

impl Row for Hints {
    const TABLE: Table = Table::EventHints;

    fn key(&self) -> Option<Key> {
        Some(Key::of(self.tenant))
    }
}

impl Row for EventSubscription {
    const TABLE: Table = Table::EventSubscriptions;

    fn version(&self) -> u8 {
        VERSION
    }

    fn read(version: u8, bytes: &[u8]) -> Result<Self> {
        codec::read_either::<FirstSubscription, Self>(Self::TABLE, VERSION, version, bytes)
    }

    fn key(&self) -> Option<Key> {
        Some(Key::of(self.tenant))
    }
}

/// A subscription as version 1 kept it.
#[derive(Serialize, Deserialize)]
struct FirstSubscription {
    tenant: TenantId,
    transport: EventTransport,
    sealed_token: Option<Vec<u8>>,
    sealed_key: Option<Vec<u8>>,
    updated_at: Timestamp,
}

impl From<FirstSubscription> for EventSubscription {
    fn from(first: FirstSubscription) -> Self {
        let FirstSubscription { tenant, transport, sealed_token, sealed_key, updated_at } = first;
        Self { tenant, transport, sealed_token, sealed_key, updated_at, reading_missed: false }
    }
}

fn seen_key(tenant: TenantId, event_id: &str) -> Key {
    Key::of(tenant).text(event_id)
}

fn counter(tenant: TenantId) -> Key {
    Key::of(tenant).u8(SEEN_COUNTER)
}

/// The events of one tenant.
#[derive(Debug)]
pub struct Events<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

impl<'a, 't, M> InTenant<'a, 't, M> {
    /// The events of this tenant.
    pub fn events(&self) -> Events<'a, 't, M> {
        Events { tenant: *self }
    }
}

impl<M> Tx<'_, M> {
    /// Every tenant's subscription, by tenant.
    pub fn event_subscriptions(&self) -> Result<Vec<EventSubscription>> {
        self.rows(&Key::new())
    }
}

impl<M> Events<'_, '_, M> {
    /// Whether an event came already.
    pub fn seen(&self, event_id: &str) -> Result<bool> {
        let key = seen_key(self.tenant.id, event_id);
        Ok(self.tenant.tx.row::<SeenEvent>(&key)?.is_some())
    }

    /// How many events are remembered.
    pub fn remembered(&self) -> Result<u64> {
        self.tenant.tx.count(&counter(self.tenant.id))
    }

    /// What is to be looked at, when there is something.
    pub fn hints(&self) -> Result<Option<Hints>> {
        self.tenant.tx.row(&self.tenant.key())
    }

    /// How events come, when somebody chose.
    pub fn subscription(&self) -> Result<Option<EventSubscription>> {
        self.tenant.tx.row(&self.tenant.key())
    }
}

impl Events<'_, '_, Writing> {
    /// Remembers an event; whether it is new.
    pub fn remember(&self, event_id: &str, at: Timestamp) -> Result<bool> {
        if self.seen(event_id)? {
            return Ok(false);
        }
        let tenant = self.tenant.id;
        let row = SeenEvent { tenant, event_id: event_id.into(), at };
        self.tenant.tx.put_row(seen_key(tenant, event_id), &row)?;
        Ok(true)
    }

    /// Forgets the oldest events: those before `before`, and those beyond the newest `most`; a bounded number at once.
    pub fn forget(&self, before: Timestamp, most: u64) -> Result<()> {
        let surplus = usize::try_from(self.remembered()?.saturating_sub(most)).unwrap_or(usize::MAX);
        let prefix = self.tenant.key();
        let mut old = Vec::new();
        self.tenant.tx.scan(Table::EventsSeenByTime, &prefix.range(), Direction::Forward, |key, id| {
            let late = key >= prefix.clone().i64(before.0).as_bytes();
            if old.len() >= PRUNED_AT_ONCE || (late && old.len() >= surplus) {
                return Ok(ControlFlow::Break(()));
            }
            old.push(String::from_utf8_lossy(id).into_owned());
            Ok(ControlFlow::Continue(()))
        })?;
        for event_id in old {
            self.tenant.tx.remove_row::<SeenEvent>(&seen_key(self.tenant.id, &event_id))?;
        }
        Ok(())
    }

    /// Keeps what is to be looked at; nothing leaves no row.
    pub fn put_hints(&self, hints: &Hints) -> Result<()> {
        self.tenant.own(Table::EventHints, hints.tenant)?;
        if hints.is_empty() {
            return self.tenant.tx.remove_row::<Hints>(&self.tenant.key()).map(drop);
        }
        self.tenant.tx.put_row(self.tenant.key(), hints)
    }

    /// Makes or replaces the subscription.
    pub fn put_subscription(&self, subscription: &EventSubscription) -> Result<()> {
        self.tenant.own(Table::EventSubscriptions, subscription.tenant)?;
        self.tenant.tx.put_row(self.tenant.key(), subscription)
    }
}
