//! A plan with its record: the lines of history, encoded, and the digest by which a shown plan is known again.
//!
//! Invariant: the record is made once, off the async threads; with many members it costs as much as the plan.

use rayon::prelude::*;

use crate::domain::error::Result;
use crate::domain::sync::change::Change;
use crate::domain::sync::plan::{LineDigest, Plan, PlanDigest};
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
    /// The record of a plan; the members' lines, of which there may be many, are made on all cores.
    pub(super) fn of(plan: &Plan) -> Result<Self> {
        let before = plan.changes_before_members().map(|change| Line::of(&change));
        let members = plan.members.par_iter().map(|step| Line::of(&step.change(&plan.names)));
        let members: Vec<store::Result<Line>> = members.collect();
        let after = plan.changes_after_members().map(|change| Line::of(&change));
        let mut digest = PlanDigest::default();
        let mut changes = Vec::with_capacity(members.len());
        for line in before.chain(members).chain(after) {
            let Line { digest: line, encoded } = line.map_err(store::Error::into_business)?;
            digest.add(&line);
            changes.push(encoded);
        }
        Ok(Self { changes, digest: digest.finish() })
    }
}

/// A line of history, and what it adds to the plan's digest.
struct Line {
    digest: LineDigest,
    encoded: EncodedChange,
}

impl Line {
    fn of(change: &Change) -> store::Result<Self> {
        Ok(Self { digest: LineDigest::of(change), encoded: store::encode_change(change)? })
    }
}
