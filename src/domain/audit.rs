//! The audit: who did what to whom, kept in a chain in which each entry vouches for the one before.

use serde::{Deserialize, Serialize};

use crate::domain::id::{AccountId, ApiTokenId, TenantId};
use crate::domain::time::Timestamp;

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// A person.
    Account(AccountId),
    /// A program.
    ApiToken(ApiTokenId),
    /// The server itself (schedule, event, resumed job, command line).
    Server,
    /// Nobody signed in.
    Anonymous,
}

/// One thing that was done, before it gets its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// In which tenant; `None` for the platform.
    pub tenant: Option<TenantId>,
    /// What, as `noun.verb`: `tenant.create`, `syncRun.apply`.
    pub action: String,
    /// To whom or what: an id, or a name that is not secret.
    pub subject: String,
    /// What changed, where it is not secret: `field: before → after`, one a line.
    pub detail: String,
}

/// An entry with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number, from 1, without gaps.
    pub sequence: u64,
    /// What was done.
    pub event: AuditEvent,
    /// The hash of the entry before (zeros for the first).
    pub previous: [u8; 32],
    /// The hash of this entry with `previous`.
    pub hash: [u8; 32],
}
