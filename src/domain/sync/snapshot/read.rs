//! A read page by page, until it is whole.
//!
//! Pages are put aside as they come; who is on several of them becomes one person only when the read turns out to differ
//! from the last one. Invariant: what is made of a read does not depend on the order in which its answers came.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::digest::{self, Digest};
use super::merged::merged;
use super::{Coverage, Snapshot, TornRead, UpstreamDepartment, UpstreamMembership, UpstreamPerson};
use crate::domain::directory::tree;

/// The most departments that one read may find.
const MOST_DEPARTMENTS: usize = 200_000;
/// The most pages that one department may have (100 people each).
const MOST_PAGES: usize = 20_000;

/// One page of a department's people, with its digest: made where the page was read, off the walk's own path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadPage {
    people: Vec<(UpstreamPerson, UpstreamMembership)>,
    digest: Digest,
}

impl ReadPage {
    /// A page of people, each with the place in the department that was asked for.
    pub fn new(people: Vec<(UpstreamPerson, UpstreamMembership)>) -> Self {
        let digest = digest::of_page(&people);
        Self { people, digest }
    }

    /// How many people stand on it.
    pub(super) fn len(&self) -> usize {
        self.people.len()
    }

    /// Whoever stands first on it.
    pub(super) fn first(&self) -> Option<&UpstreamPerson> {
        self.people.first().map(|(person, _)| person)
    }

    /// Its people, each with the place in its department.
    pub(super) fn into_people(self) -> impl Iterator<Item = UpstreamPerson> {
        self.people.into_iter().map(|(person, place)| UpstreamPerson { memberships: vec![place], ..person })
    }
}

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
    /// By department and number of the page.
    pages: BTreeMap<(i64, usize), ReadPage>,
    /// Those authorised singly, by userid.
    alone: BTreeMap<Box<str>, UpstreamPerson>,
    seen: HashSet<Box<str>>,
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
            pages: BTreeMap::new(),
            alone: BTreeMap::new(),
            seen: HashSet::new(),
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
    pub fn add_page(&mut self, dept_id: i64, page: ReadPage, next: Option<i64>) -> Result<(), TornRead> {
        let progress = self.progress.entry(dept_id).or_default();
        progress.pages += 1;
        let number = progress.pages;
        match next {
            // The first page is asked for with 0, so that one was had, too.
            Some(cursor) if cursor == 0 || !progress.cursors.insert(cursor) => {
                return Err(TornRead::CursorRepeats(dept_id));
            }
            Some(_) if progress.pages >= MOST_PAGES => return Err(TornRead::TooManyPages(dept_id)),
            Some(_) => {}
            None => progress.read = true,
        }
        for (person, _) in &page.people {
            if !self.seen.contains(&person.user_id) {
                self.seen.insert(person.user_id.clone());
            }
        }
        self.pages.insert((dept_id, number), page);
        Ok(())
    }

    /// Notes a person authorised singly, with the places it already holds.
    pub fn add_person(&mut self, person: UpstreamPerson) {
        self.seen.insert(person.user_id.clone());
        self.alone.insert(person.user_id.clone(), person);
    }

    /// Whether somebody was found already.
    pub fn has_person(&self, user_id: &str) -> bool {
        self.seen.contains(user_id)
    }

    /// How many departments and people were found so far.
    pub fn found(&self) -> (usize, usize) {
        (self.departments.len(), self.seen.len())
    }

    /// The read, if it is whole.
    pub fn finish(self) -> Result<WholeRead, TornRead> {
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
        Ok(WholeRead {
            corp_id: self.corp_id,
            departments: self.departments.into_values().collect(),
            pages: self.pages.into_values().collect(),
            alone: self.alone.into_values().collect(),
            left_out: self.left_out.into_iter().collect(),
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

/// Everything that one read found, every page of it, not yet merged to people.
#[derive(Debug)]
pub struct WholeRead {
    corp_id: Option<Box<str>>,
    departments: Vec<UpstreamDepartment>,
    pages: Vec<ReadPage>,
    alone: Vec<UpstreamPerson>,
    left_out: Vec<i64>,
}

impl WholeRead {
    /// SHA-256 over everything that was read: two reads with one digest make the same snapshot.
    pub fn digest(&self) -> Digest {
        let pages = self.pages.iter().map(|page| &page.digest);
        digest::of_read(self.corp_id.as_deref(), &self.departments, pages, &self.alone, &self.left_out)
    }

    /// The snapshot: each person once, with all places. Memberships in departments outside the read are dropped.
    pub fn into_snapshot(mut self) -> Snapshot {
        for person in &mut self.alone {
            let is_known = |id: i64| self.departments.binary_search_by_key(&id, |one| one.dept_id).is_ok();
            person.memberships.retain(|place| is_known(place.dept_id));
        }
        Snapshot {
            corp_id: self.corp_id,
            departments: self.departments,
            people: merged(self.pages, self.alone),
            coverage: Coverage::Whole,
            left_out: self.left_out,
            departed: BTreeSet::new(),
        }
    }
}
