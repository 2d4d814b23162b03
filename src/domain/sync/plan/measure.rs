//! How much a plan does, and whether that needs an administrator's word.

use super::Plan;
use crate::domain::sync::change::ChangeKind;
use crate::domain::sync::conflict::ConflictState;
use crate::domain::sync::guard::{Guard, GuardFinding};
use crate::domain::sync::run::RunCounts;

impl Plan {
    /// What the run found and would do.
    pub fn counts(&self) -> RunCounts {
        let mut counts = RunCounts {
            departments_read: self.read.0,
            members_read: self.read.1,
            conflicts: self.parked.iter().filter(|parked| parked.state == ConflictState::Open).count() as u64,
            skipped: (self.left_out.len() + self.skipped.len()) as u64,
            ..RunCounts::default()
        };
        let kinds =
            self.departments.iter().map(|step| step.kind).chain(self.members.iter().map(|step| step.kind));
        for kind in kinds {
            match kind {
                ChangeKind::DepartmentCreated => counts.departments_created += 1,
                ChangeKind::DepartmentUpdated => counts.departments_updated += 1,
                ChangeKind::DepartmentRemoved => counts.departments_removed += 1,
                ChangeKind::MemberCreated => counts.members_created += 1,
                ChangeKind::MemberJoined => counts.members_joined += 1,
                ChangeKind::MemberUpdated => counts.members_updated += 1,
                ChangeKind::MemberDisabled => counts.members_disabled += 1,
                ChangeKind::MemberRestored => counts.members_restored += 1,
                ChangeKind::Conflict | ChangeKind::Skipped => {}
            }
        }
        counts
    }

    /// Why the plan must not land without an administrator's word.
    pub fn guard(&self, guard: Guard) -> Vec<GuardFinding> {
        let counts = self.counts();
        let mut findings = Vec::new();
        if self.whole && self.read.1 == 0 {
            findings.push(GuardFinding::Empty);
        }
        if guard.exceeded(counts.members_disabled, self.stood.1) {
            findings.push(GuardFinding::Members { removed: counts.members_disabled, of: self.stood.1 });
        }
        if guard.exceeded(counts.departments_removed, self.stood.0) {
            findings
                .push(GuardFinding::Departments { removed: counts.departments_removed, of: self.stood.0 });
        }
        findings
    }
}
