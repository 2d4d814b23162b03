//! What each tenant's last run found when it left nothing to do: the next one, which reads the same and finds a
//! directory that did not move, need not compare them person by person.
//!
//! In memory only: a newer version may plan otherwise, and every version begins with a start of the server. Invariant:
//! a baseline is known by digest and revision, never by time, and holds what planning the same again would find.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::id::TenantId;
use crate::domain::sync::plan::Plan;

/// What a plan was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Basis {
    /// The digest of the read.
    pub read: [u8; 32],
    /// The directory's revision.
    pub directory: u64,
}

/// The baselines of all tenants.
#[derive(Clone, Default)]
pub(super) struct Baselines(Arc<Mutex<BTreeMap<TenantId, (Basis, Plan)>>>);

impl Baselines {
    /// The plan that was made from the same, if it is known; it changes nothing.
    pub(super) fn plan(&self, tenant: TenantId, basis: Basis) -> Option<Plan> {
        self.held().get(&tenant).filter(|(known, _)| *known == basis).map(|(_, plan)| plan.clone())
    }

    /// Keeps what a plan has left, after it has landed and the directory came to `basis.directory` by that alone.
    pub(super) fn keep(&self, tenant: TenantId, basis: Basis, left: Option<Plan>) {
        match left {
            Some(plan) => drop(self.held().insert(tenant, (basis, plan))),
            None => drop(self.held().remove(&tenant)),
        }
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<TenantId, (Basis, Plan)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
