//! The use cases: authorise → load → decide (domain) → write → audit.
//!
//! Must not know HTTP, its statuses, or the JSON of either wire. Invariant: every function that changes something
//! asks the principal for a permission first and writes its audit entry in the same transaction.

pub mod access;
pub mod ambient;
pub mod applications;
pub mod audit;
pub mod audit_log;
pub mod audit_names;
pub mod backups;
pub mod colleagues;
pub mod connection;
pub mod dingtalk_sign_in;
pub mod directory;
pub mod doctor;
pub mod messaging;
mod outlived;
pub mod sync;
pub mod system;
pub mod tenants;
pub mod watch;
pub mod webhooks;

use std::sync::Arc;

use tokio::sync::Notify;

use crate::service::ambient::Ambient;
use crate::store::Store;

/// What every service works with.
#[derive(Clone)]
pub struct Context {
    /// The database.
    pub store: Store,
    /// Time, ids and randomness.
    pub ambient: Ambient,
    /// Rings when a job was stored, so that the runner looks at once.
    pub wake: Arc<Notify>,
}
