//! What a plan leaves behind once it has landed.
//!
//! Invariant: it is what planning the same snapshot on the changed directory would give. Where that takes more than a look
//! at the steps, nothing is said.

use super::Plan;
use crate::domain::sync::step::AccountStep;

/// Findings are kept in memory between runs; with more than this there is something else to mend first.
const MOST_PARKED: usize = 1_000;

impl Plan {
    /// The plan that the same read would give once this one has landed: nothing to do, and the same findings. `None`
    /// when a number changed hands, which may let the next plan decide what this one parked.
    pub fn settled(&self) -> Option<Self> {
        let keeps_its_account = |step: &AccountStep| !matches!(step, AccountStep::Write { .. });
        let no_number_moved = self.accounts.iter().all(keeps_its_account)
            && self.members.iter().all(|step| step.before.is_none() || keeps_its_account(&step.account));
        let few = self.parked.len() + self.left_out.len() <= MOST_PARKED;
        (self.whole && no_number_moved && few).then(|| Self {
            warnings: self.warnings.clone(),
            parked: self.parked.clone(),
            skipped: self.skipped.clone(),
            left_out: self.left_out.clone(),
            read: self.read,
            stood: self.stood,
            whole: true,
            ..Self::default()
        })
    }
}
