//! Parting from DingTalk: what becomes of the people and departments that came from it.
//!
//! Nobody is deleted, and no account changes. Who left before keeps the DingTalk identity, so that a number that
//! DingTalk gave to somebody else since does not lead to the leaver's account.
//!
//! Invariant: afterwards no department, and nobody who is still here, belongs to DingTalk; what each was there is
//! remembered, so that the same enterprise finds everything again.

use uuid::Uuid;

use crate::domain::directory::department::{Department, FormerDepartment};
use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::sync::change::ChangeKind;
use crate::domain::sync::conflict::{Conflict, ConflictState};
use crate::domain::sync::plan::{Plan, Policy, plan};
use crate::domain::sync::snapshot::{Coverage, Snapshot};
use crate::domain::sync::step::{AccountStep, DepartmentStep, MemberStep};
use crate::domain::sync::stored::Stored;
use crate::domain::time::Timestamp;

/// What becomes of those who came from DingTalk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DetachedMembers {
    /// They stay, as members of this server alone.
    #[default]
    Keep,
    /// They leave, and their departments go.
    Disable,
}

impl DetachedMembers {
    /// The name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Disable => "disable",
        }
    }
}

/// Plans the parting from an enterprise. `new_id` is there for the planner; nothing is made.
pub fn detach(
    stored: &Stored,
    corp_id: Option<&str>,
    members: DetachedMembers,
    policy: Policy,
    at: Timestamp,
    new_id: &mut dyn FnMut() -> Uuid,
) -> Plan {
    match members {
        DetachedMembers::Keep => kept(stored, corp_id, at),
        // The same as a read in which nobody is there any more.
        DetachedMembers::Disable => plan(nobody(), stored, policy, at, new_id),
    }
}

fn nobody() -> Snapshot {
    let some = Snapshot::of_some(None, Vec::new(), Vec::new(), Default::default());
    Snapshot { coverage: Coverage::Whole, ..some }
}

fn kept(stored: &Stored, corp_id: Option<&str>, at: Timestamp) -> Plan {
    let name = |row: &Department| (row.id, (row.name.as_str().into(), row.dingtalk_dept_id));
    let names = stored.departments.iter().map(name).collect();
    let mut departments: Vec<DepartmentStep> =
        stored.departments.iter().filter_map(|row| local_department(row, corp_id)).collect();
    departments.sort_by_key(|step| step.after.id);
    let here = |row: &&Member| row.binding.is_some() && row.status != MemberStatus::Left;
    let mut members: Vec<MemberStep> =
        stored.members.iter().filter(here).map(|row| local_member(row, stored, at)).collect();
    members.sort_by_key(|step| step.after.id);
    let waiting = stored.conflicts.iter().filter(|known| known.state == ConflictState::Open);
    let mut plan = Plan::of_steps(stored, departments, members, names, Vec::new());
    plan.vanished =
        waiting.map(|known| Conflict { state: ConflictState::Vanished(at), ..known.clone() }).collect();
    plan
}

/// The step of a department that is DingTalk's.
fn local_department(row: &Department, corp_id: Option<&str>) -> Option<DepartmentStep> {
    let formerly = FormerDepartment { corp_id: corp_id.map(Into::into), dept_id: row.dingtalk_dept_id? };
    let after = Department { dingtalk_dept_id: None, formerly: Some(formerly), ..row.clone() };
    Some(DepartmentStep { kind: ChangeKind::DepartmentUpdated, before: Some(row.clone()), after })
}

fn local_member(row: &Member, stored: &Stored, at: Timestamp) -> MemberStep {
    let username = stored.accounts.get(&row.account).and_then(|account| account.username.clone());
    let after =
        Member { binding: None, formerly: row.binding.clone().map(Box::new), updated_at: at, ..row.clone() };
    MemberStep {
        kind: ChangeKind::MemberUpdated,
        before: Some(Box::new(row.clone())),
        after,
        account: AccountStep::Unchanged(username),
    }
}

#[cfg(test)]
mod tests;
