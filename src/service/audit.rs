//! The audit as services write it: one record beside each change, in the change's own transaction.
//!
//! Invariant: what came by a request says from where; a record is begun by whoever asked, by somebody at the door, or by
//! the server itself, never without telling which.

use std::fmt::Display;

use crate::domain::access::principal::Principal;
use crate::domain::access::session::Origin;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;
use crate::store;

/// An audit event on its way into the chain.
#[derive(Clone, Debug)]
pub struct Record(AuditEvent);

impl Record {
    /// Something that whoever asked did, from where they asked; `action` is `noun.verb`.
    pub fn by(principal: &Principal, at: Timestamp, tenant: Option<TenantId>, action: &str) -> Self {
        Self::new(at, principal.actor(), principal.address(), tenant, action)
    }

    /// Something that somebody did who was not signed in before.
    pub fn at_the_door(
        actor: Actor,
        origin: &Origin,
        at: Timestamp,
        tenant: Option<TenantId>,
        action: &str,
    ) -> Self {
        Self::new(at, actor, Some(origin.address.clone()), tenant, action)
    }

    /// Something that the server does in the background because somebody asked for it; from where they asked stands
    /// with the asking.
    pub fn on_behalf_of(actor: Actor, at: Timestamp, tenant: TenantId, action: &str) -> Self {
        Self::new(at, actor, None, Some(tenant), action)
    }

    /// Something that the server did by itself, or whoever holds the machine.
    pub fn by_server(at: Timestamp, tenant: Option<TenantId>, action: &str) -> Self {
        Self::new(at, Actor::Server, None, tenant, action)
    }

    /// Something that was noted elsewhere when it was done, because this database was not there then.
    pub fn noted(actor: Actor, address: Option<Box<str>>, at: Timestamp, action: &str) -> Self {
        Self::new(at, actor, address, None, action)
    }

    /// An empty address is none.
    fn new(
        at: Timestamp,
        actor: Actor,
        address: Option<Box<str>>,
        tenant: Option<TenantId>,
        action: &str,
    ) -> Self {
        Self(AuditEvent {
            at,
            actor,
            tenant,
            action: action.to_owned(),
            subject: String::new(),
            detail: String::new(),
            address: address.filter(|address| !address.is_empty()),
        })
    }

    /// To whom or what it was done: an id or a name, nothing secret.
    #[must_use]
    pub fn about(mut self, subject: impl Display) -> Self {
        self.0.subject = subject.to_string();
        self
    }

    /// What changed, one a line, nothing secret.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.detail = detail.into();
        self
    }

    /// Adds it to the chain.
    pub fn write(self, tx: &store::WriteTx<'_>) -> store::Result<()> {
        tx.audit().append(self.0).map(drop)
    }
}

/// Collects what changed of a thing, for [`Record::detail`].
#[derive(Debug, Default)]
pub struct Differences(Vec<String>);

impl Differences {
    /// Notes a field when it changed.
    pub fn note(&mut self, field: &str, before: &impl Display, after: &impl Display) {
        let (before, after) = (before.to_string(), after.to_string());
        if before != after {
            self.0.push(format!("{field}: {before} → {after}"));
        }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One change a line.
    pub fn text(&self) -> String {
        self.0.join("\n")
    }
}
