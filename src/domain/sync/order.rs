//! The order of sibling departments. DingTalk's lists name the departments below one in their order, mostly
//! without a number; asking each department for its number would double the calls of a read.
//!
//! Invariant: siblings sort as they were listed, and an unchanged list changes no stored number.

use std::collections::BTreeMap;

use crate::domain::sync::snapshot::UpstreamDepartment;

/// The space left between two siblings, so that one put between them moves nobody else.
const GAP: i64 = 1000;

/// The order numbers of all departments: DingTalk's own where it told them, else numbers that keep the listed
/// order, with those already stored kept as far as they fit.
pub fn orders(departments: &[UpstreamDepartment], stored: &BTreeMap<i64, i64>) -> BTreeMap<i64, i64> {
    let mut siblings: BTreeMap<Option<i64>, Vec<&UpstreamDepartment>> = BTreeMap::new();
    for department in departments {
        siblings.entry(department.parent).or_default().push(department);
    }
    let mut orders = BTreeMap::new();
    for mut listed in siblings.into_values() {
        if listed.iter().all(|one| one.order.is_some()) {
            orders.extend(listed.iter().map(|one| (one.dept_id, one.order.unwrap_or_default())));
            continue;
        }
        listed.sort_by_key(|one| (one.position, one.dept_id));
        let any_stored = listed.iter().any(|one| stored.contains_key(&one.dept_id));
        let mut last = 0;
        for (index, one) in listed.iter().enumerate() {
            let kept = stored.get(&one.dept_id).copied().filter(|order| *order > last);
            let order = kept.unwrap_or_else(|| {
                let after = if any_stored { index + 1 } else { listed.len() };
                let later = listed.iter().skip(after).filter_map(|next| stored.get(&next.dept_id).copied());
                match later.filter(|order| *order > last + 1).min() {
                    Some(next) => last + (next - last) / 2,
                    None => last.saturating_add(GAP),
                }
            });
            orders.insert(one.dept_id, order);
            last = order;
        }
    }
    orders
}
