//! What DingTalk said, whole: departments and people as one read found them.
//!
//! Invariant: a [`Snapshot`] exists only when every department was listed and every page of it was read, and
//! its departments form a tree. A torn read cannot be planned.

mod digest;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::domain::directory::profile::ProfileField;
use crate::domain::directory::tree;
use crate::domain::text::Text;

/// A field as DingTalk answered it. Absent is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Upstream {
    /// The key was not there: nothing is known.
    #[default]
    Absent,
    /// The key was there and empty.
    Blank,
    /// A value.
    Value(Box<str>),
}

/// A department as DingTalk knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamDepartment {
    /// DingTalk's id.
    pub dept_id: i64,
    /// The department above, inside this snapshot; `None` at a root.
    pub parent: Option<i64>,
    /// Its name.
    pub name: String,
    /// Place among its siblings when DingTalk told it; the smaller comes first.
    pub order: Option<i64>,
    /// Place in the list in which DingTalk named it, which stands for the order when that is not told.
    pub position: u32,
}

/// A person as DingTalk knows it, merged over all departments that list this person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamPerson {
    /// The userid.
    pub user_id: Box<str>,
    /// The unionid, when given.
    pub union_id: Option<Box<str>>,
    /// Country code of the mobile number, when given apart.
    pub country_code: Option<Box<str>>,
    /// The profile fields.
    pub fields: UpstreamFields,
    /// Where this person is, sorted by department.
    pub memberships: Vec<UpstreamMembership>,
}

/// The profile fields of a person, by [`ProfileField`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpstreamFields([Upstream; ProfileField::ALL.len()]);

impl UpstreamFields {
    /// What was said of a field.
    pub fn get(&self, field: ProfileField) -> &Upstream {
        self.0.get(field as usize).unwrap_or(&Upstream::Absent)
    }

    /// Notes what was said of a field.
    pub fn set(&mut self, field: ProfileField, value: Upstream) {
        if let Some(slot) = self.0.get_mut(field as usize) {
            *slot = value;
        }
    }

    /// Takes a field's value out, leaving it absent.
    pub fn take(&mut self, field: ProfileField) -> Upstream {
        self.0.get_mut(field as usize).map(std::mem::take).unwrap_or_default()
    }
}

/// A person's place in a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamMembership {
    /// The department.
    pub dept_id: i64,
    /// Place in the department's list; the larger comes first.
    pub order: i64,
    /// Whether this person heads the department.
    pub leader: bool,
}

/// How much of the enterprise a snapshot speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Everything the application may see: who is not in it has left.
    Whole,
    /// Some people only: nothing follows for anybody else.
    People,
}

/// One complete read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The enterprise, when known.
    pub corp_id: Option<Box<str>>,
    /// Sorted by id.
    pub departments: Vec<UpstreamDepartment>,
    /// Sorted by userid.
    pub people: Vec<UpstreamPerson>,
    /// How much it speaks for.
    pub coverage: Coverage,
    /// Departments left out by rule (negative ids: school contacts).
    pub left_out: Vec<i64>,
    /// Userids that DingTalk, asked for them one by one, no longer knows; only where some people were read.
    pub departed: BTreeSet<Box<str>>,
}

impl Snapshot {
    /// What was read of some people and departments: nothing follows for anybody who is not named.
    pub fn of_some(
        corp_id: Option<Box<str>>,
        mut departments: Vec<UpstreamDepartment>,
        mut people: Vec<UpstreamPerson>,
        departed: BTreeSet<Box<str>>,
    ) -> Self {
        departments.sort_by_key(|one| one.dept_id);
        departments.dedup_by_key(|one| one.dept_id);
        people.sort_by(|one, other| one.user_id.cmp(&other.user_id));
        people.dedup_by(|one, other| one.user_id == other.user_id);
        Self { corp_id, departments, people, coverage: Coverage::People, left_out: Vec::new(), departed }
    }
}

impl Snapshot {
    /// Whether somebody with this userid is among the people.
    pub fn shows(&self, user_id: &str) -> bool {
        self.people.binary_search_by(|known| (*known.user_id).cmp(user_id)).is_ok()
    }

    /// Adds people whom the read itself did not show.
    pub fn add(&mut self, people: impl IntoIterator<Item = UpstreamPerson>) {
        for person in people {
            let place = self.people.binary_search_by(|known| known.user_id.cmp(&person.user_id));
            if let Err(place) = place {
                self.people.insert(place, person);
            }
        }
    }
}

/// Why a read cannot become a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TornRead {
    /// A department was listed under two parents.
    TwoParents(i64),
    /// A department is its own ancestor.
    Cycle(i64),
    /// A department was found but its children were never listed.
    NotListed(i64),
    /// A department was found but its people were not read to the last page.
    NotRead(i64),
    /// A page's cursor came again.
    CursorRepeats(i64),
    /// More pages than people could fill.
    TooManyPages(i64),
    /// More departments than any enterprise has.
    TooManyDepartments,
}

impl TornRead {
    /// The sentence for an administrator.
    pub fn text(&self) -> Text {
        match self {
            Self::TwoParents(id) => Text::new(
                format!("部门 {id} 同时出现在两个上级部门之下，可能在读取期间被移动，请重新同步"),
                format!(
                    "department {id} was listed under two parents; it may have been moved during the read: synchronise again"
                ),
            ),
            Self::Cycle(id) => Text::new(
                format!("部门 {id} 是它自己的上级部门，钉钉返回的部门树成环"),
                format!("department {id} is its own ancestor: DingTalk's department tree has a cycle"),
            ),
            Self::NotListed(id) => Text::new(
                format!("部门 {id} 的下级部门未能读取完整"),
                format!("the departments below {id} were not read completely"),
            ),
            Self::NotRead(id) => Text::new(
                format!("部门 {id} 的成员未能读取完整"),
                format!("the members of department {id} were not read to the last page"),
            ),
            Self::CursorRepeats(id) => Text::new(
                format!("部门 {id} 的成员分页游标重复，钉钉返回的分页不会结束"),
                format!("the page cursor of department {id} repeats: DingTalk's pages would never end"),
            ),
            Self::TooManyPages(id) => Text::new(
                format!("部门 {id} 的成员页数超过上限"),
                format!("department {id} has more pages of members than the limit allows"),
            ),
            Self::TooManyDepartments => Text::new(
                "部门数量超过上限".to_owned(),
                "there are more departments than the limit allows".to_owned(),
            ),
        }
    }
}

impl fmt::Display for TornRead {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text().en)
    }
}

/// The most departments that one read may find.
const MOST_DEPARTMENTS: usize = 200_000;
/// The most pages that one department may have (100 people each).
const MOST_PAGES: usize = 20_000;

/// How far the read of one department came.
#[derive(Default)]
struct Progress {
    listed: bool,
    read: bool,
    cursors: BTreeSet<i64>,
    pages: usize,
}

/// Collects a read page by page and knows what is still missing.
pub struct SnapshotBuilder {
    corp_id: Option<Box<str>>,
    include_negative: bool,
    departments: BTreeMap<i64, UpstreamDepartment>,
    progress: BTreeMap<i64, Progress>,
    people: BTreeMap<Box<str>, UpstreamPerson>,
    left_out: BTreeSet<i64>,
}

impl SnapshotBuilder {
    /// An empty read of an enterprise. Negative department ids are school contacts.
    pub fn new(corp_id: Option<Box<str>>, include_negative: bool) -> Self {
        Self {
            corp_id,
            include_negative,
            departments: BTreeMap::new(),
            progress: BTreeMap::new(),
            people: BTreeMap::new(),
            left_out: BTreeSet::new(),
        }
    }

    /// Adds a department at the top of what the application may see.
    /// Returns whether it is new, so that the caller lists and reads it.
    pub fn add_root(&mut self, mut department: UpstreamDepartment) -> Result<bool, TornRead> {
        department.parent = None;
        if self.departments.contains_key(&department.dept_id) {
            return Ok(false);
        }
        self.add(department)
    }

    /// Notes the departments directly below `parent`; returns those that are new and must be listed and read.
    pub fn add_children(
        &mut self,
        parent: i64,
        children: Vec<UpstreamDepartment>,
    ) -> Result<Vec<i64>, TornRead> {
        let mut new = Vec::new();
        for mut child in children {
            let id = child.dept_id;
            child.parent = Some(parent);
            if id == parent {
                return Err(TornRead::Cycle(id));
            }
            match self.departments.get(&id).map(|known| known.parent) {
                Some(known) if known == Some(parent) => {}
                Some(_) if self.is_above(id, parent) => return Err(TornRead::Cycle(id)),
                // A root of a partial scope that also lies below another root belongs there.
                Some(None) => self.set_parent(id, parent),
                Some(_) => return Err(TornRead::TwoParents(id)),
                None => {
                    if self.add(child)? {
                        new.push(id);
                    }
                }
            }
        }
        self.progress.entry(parent).or_default().listed = true;
        Ok(new)
    }

    /// Notes one page of a department's people. `next` is the cursor of the following page, `None` on the last.
    pub fn add_page(
        &mut self,
        dept_id: i64,
        people: Vec<(UpstreamPerson, UpstreamMembership)>,
        next: Option<i64>,
    ) -> Result<(), TornRead> {
        let progress = self.progress.entry(dept_id).or_default();
        progress.pages += 1;
        match next {
            // The first page is asked for with 0, so that one was had, too.
            Some(cursor) if cursor == 0 || !progress.cursors.insert(cursor) => {
                return Err(TornRead::CursorRepeats(dept_id));
            }
            Some(_) if progress.pages >= MOST_PAGES => return Err(TornRead::TooManyPages(dept_id)),
            Some(_) => {}
            None => progress.read = true,
        }
        for (person, membership) in people {
            self.add_person(person, Some(membership));
        }
        Ok(())
    }

    /// Notes a person, with one membership or (for people authorised singly) those it already holds.
    pub fn add_person(&mut self, person: UpstreamPerson, membership: Option<UpstreamMembership>) {
        let UpstreamPerson { user_id, union_id, country_code, mut fields, memberships } = person;
        let known = match self.people.entry(user_id) {
            Entry::Occupied(known) => {
                let known = known.into_mut();
                for field in ProfileField::ALL {
                    if *known.fields.get(field) == Upstream::Absent {
                        known.fields.set(field, fields.take(field));
                    }
                }
                known.union_id = known.union_id.take().or(union_id);
                known
            }
            Entry::Vacant(place) => {
                let user_id = place.key().clone();
                place.insert(UpstreamPerson {
                    user_id,
                    union_id,
                    country_code,
                    fields,
                    memberships: Vec::new(),
                })
            }
        };
        for place in membership.into_iter().chain(memberships) {
            match known.memberships.binary_search_by_key(&place.dept_id, |known| known.dept_id) {
                // The same person on two pages of one department: pages drifted while they were read.
                Ok(index) => {
                    if let Some(slot) = known.memberships.get_mut(index) {
                        *slot = place;
                    }
                }
                Err(index) => known.memberships.insert(index, place),
            }
        }
    }

    /// Whether somebody was found already.
    pub fn has_person(&self, user_id: &str) -> bool {
        self.people.contains_key(user_id)
    }

    /// How many departments and people were found so far.
    pub fn found(&self) -> (usize, usize) {
        (self.departments.len(), self.people.len())
    }

    /// The snapshot, if the read is whole. Memberships in departments outside the read are dropped.
    pub fn finish(mut self) -> Result<Snapshot, TornRead> {
        for id in self.departments.keys() {
            let progress = self.progress.get(id);
            if !progress.is_some_and(|progress| progress.listed) {
                return Err(TornRead::NotListed(*id));
            }
            if !progress.is_some_and(|progress| progress.read) {
                return Err(TornRead::NotRead(*id));
            }
        }
        let parents: BTreeMap<i64, i64> = self
            .departments
            .values()
            .filter_map(|one| one.parent.map(|parent| (one.dept_id, parent)))
            .collect();
        if let Some(id) = parents.keys().find(|id| tree::has_cycle(&parents, **id)) {
            return Err(TornRead::Cycle(*id));
        }
        let departments = &self.departments;
        for person in self.people.values_mut() {
            person.memberships.retain(|place| departments.contains_key(&place.dept_id));
        }
        Ok(Snapshot {
            corp_id: self.corp_id,
            departments: self.departments.into_values().collect(),
            people: self.people.into_values().collect(),
            coverage: Coverage::Whole,
            left_out: self.left_out.into_iter().collect(),
            departed: BTreeSet::new(),
        })
    }

    fn add(&mut self, department: UpstreamDepartment) -> Result<bool, TornRead> {
        if department.dept_id < 0 && !self.include_negative {
            self.left_out.insert(department.dept_id);
            return Ok(false);
        }
        if self.departments.len() >= MOST_DEPARTMENTS {
            return Err(TornRead::TooManyDepartments);
        }
        self.departments.insert(department.dept_id, department);
        Ok(true)
    }

    fn set_parent(&mut self, id: i64, parent: i64) {
        if let Some(department) = self.departments.get_mut(&id) {
            department.parent = Some(parent);
        }
    }

    /// Whether `upper` is `lower` or one of its ancestors.
    fn is_above(&self, upper: i64, lower: i64) -> bool {
        let mut node = Some(lower);
        for _ in 0..=self.departments.len() {
            match node {
                Some(id) if id == upper => return true,
                Some(id) => node = self.departments.get(&id).and_then(|one| one.parent),
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests;
