//! What the directory knows of the departments and people that a re-reading touches.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::id::{DepartmentId, TenantId};
use crate::domain::sync::event::Ripe;
use crate::store::{ReadTx, Result};

/// The department tree in DingTalk's ids, and who heads what.
pub(super) struct Known {
    /// The department above, by department; `None` for the tops.
    pub(super) parents: BTreeMap<i64, Option<i64>>,
    /// The userids of the heads of those departments that are to be read.
    pub(super) heads: BTreeMap<i64, BTreeSet<Box<str>>>,
    /// How many members there are, for what a full read would cost.
    pub(super) members: u64,
}

impl Known {
    /// Reads what is known.
    pub(super) fn read(tx: &ReadTx<'_>, tenant: TenantId, ripe: &Ripe) -> Result<Self> {
        let own = tx.in_tenant(tenant);
        let rows = own.departments().all()?;
        let numbers: BTreeMap<DepartmentId, i64> =
            rows.iter().filter_map(|row| Some((row.id, row.dingtalk_dept_id?))).collect();
        let above = |row: DepartmentId| numbers.get(&row).copied();
        let parents =
            rows.iter().filter_map(|row| Some((row.dingtalk_dept_id?, row.parent.and_then(above)))).collect();
        let mut heads = BTreeMap::new();
        for row in &rows {
            let Some(dept_id) = row.dingtalk_dept_id.filter(|id| ripe.departments.contains_key(id)) else {
                continue;
            };
            let mut userids = BTreeSet::new();
            for member in own.departments().leaders(row.id)? {
                userids.extend(own.members().get(member)?.and_then(|row| row.binding).map(|one| one.user_id));
            }
            heads.insert(dept_id, userids);
        }
        let members = own.members().counts()?.values().sum();
        Ok(Self { parents, heads, members })
    }

    /// About how many calls reading everything would take.
    pub(super) fn cost_of_everything(&self) -> usize {
        let pages = usize::try_from(self.members / 100).unwrap_or(usize::MAX);
        pages.saturating_add(2 * self.parents.len() + 3)
    }
}
