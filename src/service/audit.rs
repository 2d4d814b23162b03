//! The audit as services write it: one record beside each change, in the change's own transaction.

use std::fmt::Display;

use crate::domain::access::principal::Principal;
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;
use crate::store;

/// An audit event on its way into the chain.
#[derive(Clone, Debug)]
pub struct Record(AuditEvent);

impl Record {
    /// Something that `actor` did: `action` is `noun.verb`.
    pub fn new(at: Timestamp, actor: Actor, tenant: Option<TenantId>, action: &str) -> Self {
        Self(AuditEvent {
            at,
            actor,
            tenant,
            action: action.to_owned(),
            subject: String::new(),
            detail: String::new(),
            address: None,
        })
    }

    /// Something that whoever asked did, from where they asked.
    pub fn by(principal: &Principal, at: Timestamp, tenant: Option<TenantId>, action: &str) -> Self {
        Self::new(at, principal.actor(), tenant, action).from(principal.address())
    }

    /// The address from which it was done; an empty one is none.
    #[must_use]
    pub fn from(mut self, address: Option<Box<str>>) -> Self {
        self.0.address = address.filter(|address| !address.is_empty());
        self
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
