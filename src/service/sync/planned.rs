//! A plan with its record: the lines of history, encoded, and the digest by which a shown plan is known again.
//!
//! Invariant: the record is made once, off the async threads; with many members it costs as much as the plan.

use crate::domain::error::Result;
use crate::domain::sync::plan::{Plan, PlanDigest};
use crate::service::sync::baseline::Basis;
use crate::store::{self, EncodedChange};

/// A plan, ready to be shown or to land.
pub(super) struct Planned {
    /// What to do.
    pub plan: Plan,
    /// What the history will tell.
    pub record: PlanRecord,
    /// What it was made from; `None` when it was made of some people only, or of none.
    pub basis: Option<Basis>,
}

/// What the history tells of a plan.
pub(super) struct PlanRecord {
    /// SHA-256 over what the plan does.
    pub digest: [u8; 32],
    /// Its lines, encoded.
    pub changes: Vec<EncodedChange>,
}

impl Planned {
    /// A plan with its record.
    pub(super) fn new(plan: Plan, basis: Option<Basis>) -> Result<Self> {
        let record = PlanRecord::of(&plan)?;
        Ok(Self { plan, record, basis })
    }
}

impl PlanRecord {
    /// The record of a plan.
    pub(super) fn of(plan: &Plan) -> Result<Self> {
        let mut digest = PlanDigest::default();
        let encode = |change| {
            digest.add(&change);
            store::encode_change(&change)
        };
        let changes = plan.changes().map(encode).collect::<store::Result<_>>();
        Ok(Self { changes: changes.map_err(store::Error::into_business)?, digest: digest.finish() })
    }
}
