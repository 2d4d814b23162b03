//! The department tree as somebody walks through it: level by level, or by what a name contains, each department with
//! the way down to it.
//!
//! Must not know who is in a department, so that a look at the tree costs no look at its people. Invariant: whatever the
//! stored parents say, a way ends.

use std::collections::BTreeMap;

use super::department::Department;
use super::tree::lineage;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::DepartmentId;
use crate::domain::page::{Limit, Page};

/// Which departments are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Those that have nothing above them.
    Tops,
    /// Those directly below this one.
    Below(DepartmentId),
    /// Those whose name contains this, without regard to case.
    Named(String),
    /// These; what is not there is left out.
    These(Vec<DepartmentId>),
}

/// A department and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The department.
    pub id: DepartmentId,
    /// Its name.
    pub name: String,
    /// The names above it, the company first.
    pub above: Vec<String>,
    /// How many departments are directly below it.
    pub below: usize,
}

/// A page of the departments that are asked for: siblings in DingTalk's order. Fails with `InvalidCursor` when the
/// department that the page starts after is gone.
pub fn look(
    departments: &[Department],
    wanted: &Wanted,
    limit: Limit,
    after: Option<&[u8]>,
) -> Result<Page<Place>> {
    let names: BTreeMap<_, _> = departments.iter().map(|one| (one.id, one.name.as_str())).collect();
    let parents: BTreeMap<_, _> = departments
        .iter()
        .filter_map(|one| Some((one.id, one.parent.filter(|parent| names.contains_key(parent))?)))
        .collect();
    let mut below: BTreeMap<DepartmentId, usize> = BTreeMap::new();
    for parent in parents.values() {
        *below.entry(*parent).or_default() += 1;
    }
    let mut found: Vec<&Department> =
        departments.iter().filter(|one| wanted.is(one, parents.get(&one.id).copied())).collect();
    found.sort_by_key(|one| (one.parent, one.order, one.id));
    let start = match after {
        None => 0,
        Some(last) => 1 + found.iter().position(|one| one.id.0.as_bytes() == last).ok_or_else(gone)?,
    };
    let place = |one: &&Department| Place {
        id: one.id,
        name: one.name.clone(),
        above: way(&parents, &names, one.id),
        below: below.get(&one.id).copied().unwrap_or_default(),
    };
    let items: Vec<Place> = found.iter().skip(start).take(limit.get()).map(place).collect();
    let is_last = start + items.len() >= found.len();
    let next = items.last().filter(|_| !is_last).map(|last| last.id.0.as_bytes().to_vec());
    Ok(Page { items, next })
}

impl Wanted {
    fn is(&self, one: &Department, parent: Option<DepartmentId>) -> bool {
        match self {
            Self::Tops => parent.is_none(),
            Self::Below(above) => parent == Some(*above),
            Self::Named(text) => one.name.to_lowercase().contains(&text.trim().to_lowercase()),
            Self::These(ids) => ids.contains(&one.id),
        }
    }
}

fn way(
    parents: &BTreeMap<DepartmentId, DepartmentId>,
    names: &BTreeMap<DepartmentId, &str>,
    id: DepartmentId,
) -> Vec<String> {
    let mut way = lineage(parents, id);
    way.pop();
    way.iter().filter_map(|above| names.get(above)).map(|name| (*name).to_owned()).collect()
}

fn gone() -> Error {
    Error::new(
        ErrorCode::InvalidCursor,
        "上一页的最后一个部门已不存在，请从头读取",
        "the last department of the page before is gone; start from the beginning",
    )
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::TenantId;

    fn id(number: u128) -> DepartmentId {
        Uuid::from_u128(number).into()
    }

    fn department(number: u128, parent: Option<u128>, name: &str) -> Department {
        Department {
            id: id(number),
            tenant: TenantId(1000),
            parent: parent.map(id),
            name: name.into(),
            order: -i64::try_from(number).unwrap(),
            dingtalk_dept_id: None,
            formerly: None,
        }
    }

    fn company() -> Vec<Department> {
        vec![
            department(1, None, "公司"),
            department(2, Some(1), "研发部"),
            department(3, Some(1), "销售部"),
            department(4, Some(2), "R&D Platform"),
            department(5, Some(9), "orphan"),
        ]
    }

    fn names(wanted: &Wanted) -> Vec<String> {
        let page = look(&company(), wanted, Limit::new(None), None).unwrap();
        page.items.into_iter().map(|place| format!("{}/{}", place.above.join("/"), place.name)).collect()
    }

    #[test]
    fn a_level_a_name_and_what_was_chosen_are_found_with_the_way_to_them() {
        assert_eq!(names(&Wanted::Tops), ["/公司", "/orphan"]);
        assert_eq!(names(&Wanted::Below(id(1))), ["公司/销售部", "公司/研发部"]);
        assert_eq!(names(&Wanted::Named(" r&d ".into())), ["公司/研发部/R&D Platform"]);
        assert_eq!(names(&Wanted::These(vec![id(4), id(77)])), ["公司/研发部/R&D Platform"]);
        let top = look(&company(), &Wanted::Tops, Limit::new(None), None).unwrap();
        assert_eq!(top.items.iter().map(|place| place.below).collect::<Vec<_>>(), [2, 0]);
    }

    #[test]
    fn pages_follow_each_other_until_nothing_is_left() {
        let wanted = Wanted::Named(String::new());
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = look(&company(), &wanted, Limit::new(Some(2)), after.as_deref()).unwrap();
            seen.extend(page.items.into_iter().map(|place| place.id));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, [id(1), id(3), id(2), id(4), id(5)]);
        assert!(look(&company(), &wanted, Limit::new(None), Some(&[0; 16])).is_err());
    }

    #[test]
    fn a_way_ends_where_the_parents_do_not() {
        let circle = [department(1, Some(2), "a"), department(2, Some(1), "b")];
        let page = look(&circle, &Wanted::Named("a".into()), Limit::new(None), None).unwrap();
        assert!(page.items[0].above.len() <= 2);
    }
}
