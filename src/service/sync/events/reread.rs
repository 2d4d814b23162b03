//! Reads the people and departments that events named, and what hangs on them.
//!
//! Invariant: whenever it cannot be sure that nothing else moved, or reading everything would be cheaper, the answer
//! is [`Reread::Everything`]; nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use futures_util::stream;

use super::known::Known;
use crate::dingtalk::{Application, Department, Error, ErrorKind, User};
use crate::domain::directory::tree;
use crate::domain::sync::event::Ripe;
use crate::domain::sync::snapshot::{Snapshot, UpstreamDepartment, UpstreamPerson};
use crate::service::sync::fetch::{Request, upstream};
use crate::service::sync::person;

/// Calls on their way at once, as in a full read.
const SIDE_BY_SIDE: usize = 12;
/// A re-reading may always take this many calls, however small the enterprise.
const SMALL: usize = 60;

/// What a re-reading found.
pub(super) enum Reread {
    /// These people and departments as they are now.
    Some(Box<Snapshot>),
    /// It takes a look at everything to be sure.
    Everything,
}

/// Why a re-reading stopped.
enum Stop {
    Unsure,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// Reads what the hints name.
pub(super) async fn reread(request: &Request, known: &Known, ripe: &Ripe) -> Result<Reread, Error> {
    let mut reader = Reader {
        request,
        known,
        calls_left: SMALL.max(known.cost_of_everything()),
        departments: BTreeMap::new(),
        to_list: BTreeSet::new(),
        listed: BTreeSet::new(),
        people: BTreeMap::new(),
        departed: BTreeSet::new(),
        looked_at: BTreeSet::new(),
    };
    match reader.read(ripe).await {
        Ok(()) => Ok(Reread::Some(Box::new(reader.finish()))),
        Err(Stop::Unsure) => Ok(Reread::Everything),
        Err(Stop::Failed(error)) => Err(error),
    }
}

struct Reader<'a> {
    request: &'a Request,
    known: &'a Known,
    calls_left: usize,
    departments: BTreeMap<i64, UpstreamDepartment>,
    to_list: BTreeSet<i64>,
    listed: BTreeSet<i64>,
    people: BTreeMap<Box<str>, UpstreamPerson>,
    departed: BTreeSet<Box<str>>,
    /// Departments that were asked for alone.
    looked_at: BTreeSet<i64>,
}

impl Reader<'_> {
    async fn read(&mut self, ripe: &Ripe) -> Result<(), Stop> {
        let mut people: BTreeSet<Box<str>> = ripe.people.keys().cloned().collect();
        for dept_id in ripe.departments.keys() {
            people.extend(self.department(*dept_id).await?);
        }
        people.extend(self.lists().await?);
        // People may be in departments that nobody has told us of, which hold more people.
        while !people.is_empty() {
            self.people(&people).await?;
            let unknown: Vec<i64> = self.unknown_departments();
            let mut more = BTreeSet::new();
            for dept_id in unknown {
                more.extend(self.department(dept_id).await?);
            }
            more.extend(self.lists().await?);
            more.retain(|id| !self.people.contains_key(id) && !self.departed.contains(id));
            people = more;
        }
        self.refuse_cycles()
    }

    fn application(&self) -> &Application {
        &self.request.application
    }

    fn spend(&mut self, calls: usize) -> Result<(), Stop> {
        self.calls_left = self.calls_left.checked_sub(calls).ok_or(Stop::Unsure)?;
        Ok(())
    }

    fn is_wanted(&self, dept_id: i64) -> bool {
        dept_id > 0 || self.request.include_school_contacts
    }

    fn is_known(&self, dept_id: i64) -> bool {
        self.known.parents.contains_key(&dept_id) || self.departments.contains_key(&dept_id)
    }

    /// One department: what it is, and whose headship of it changed.
    async fn department(&mut self, dept_id: i64) -> Result<BTreeSet<Box<str>>, Stop> {
        if !self.is_wanted(dept_id) || !self.looked_at.insert(dept_id) {
            return Ok(BTreeSet::new());
        }
        self.spend(1)?;
        let department = match self.application().department(dept_id).await {
            Ok(department) => department,
            Err(error)
                if matches!(error.kind, ErrorKind::DepartmentNotFound | ErrorKind::OutsideScope(_)) =>
            {
                // What is not here need not be taken away; what is, may have taken others with it.
                let here = self.known.parents.contains_key(&dept_id);
                return if here { Err(Stop::Unsure) } else { Ok(BTreeSet::new()) };
            }
            Err(error) => return Err(error.into()),
        };
        let changed_heads = self.changed_heads(&department);
        match (self.known.parents.get(&dept_id), department.parent_id) {
            // A top of what the application may see stays one, whatever lies above it.
            (Some(None), _) => {
                let top = UpstreamDepartment { parent: None, ..upstream(department, 0) };
                self.departments.insert(dept_id, top);
            }
            (_, Some(parent)) if self.is_known(parent) => {
                self.list(parent).await?;
                if self.departments.get(&dept_id).is_none_or(|one| one.parent != Some(parent)) {
                    return Err(Stop::Unsure);
                }
            }
            _ => return Err(Stop::Unsure),
        }
        Ok(changed_heads)
    }

    fn changed_heads(&self, department: &Department) -> BTreeSet<Box<str>> {
        let Some(now) = &department.manager_userids else { return BTreeSet::new() };
        let now: BTreeSet<Box<str>> = now.iter().map(|id| id.as_str().into()).collect();
        let before = self.known.heads.get(&department.dept_id).cloned().unwrap_or_default();
        now.symmetric_difference(&before).cloned().collect()
    }

    /// The children of a department, which tell names and order; new ones are listed and read as well.
    async fn list(&mut self, parent: i64) -> Result<(), Stop> {
        if !self.listed.insert(parent) {
            return Ok(());
        }
        self.spend(1)?;
        let children = self.application().sub_departments(parent).await?;
        for (position, child) in (0..).zip(children) {
            let dept_id = child.dept_id;
            if !self.is_wanted(dept_id) {
                continue;
            }
            let child = UpstreamDepartment { parent: Some(parent), ..upstream(child, position) };
            if self.departments.insert(dept_id, child).is_some_and(|other| other.parent != Some(parent)) {
                return Err(Stop::Unsure);
            }
            if !self.known.parents.contains_key(&dept_id) {
                self.to_list.insert(dept_id);
            }
        }
        Ok(())
    }

    /// Lists what is new, all the way down; gives back the people in it.
    async fn lists(&mut self) -> Result<BTreeSet<Box<str>>, Stop> {
        let mut people = BTreeSet::new();
        while let Some(dept_id) = self.to_list.pop_first() {
            Box::pin(self.list(dept_id)).await?;
            let mut cursor = None;
            loop {
                self.spend(1)?;
                let page = self.application().department_users(dept_id, cursor).await?;
                people.extend(page.users.into_iter().map(|user| Box::from(user.userid)));
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
        }
        Ok(people)
    }

    /// People one by one.
    async fn people(&mut self, ids: &BTreeSet<Box<str>>) -> Result<(), Stop> {
        self.spend(ids.len())?;
        let application = self.request.application.clone();
        let calls = ids.iter().cloned().map(|id| {
            let application = application.clone();
            async move { (application.user(&id).await, id) }
        });
        let mut calls = stream::iter(calls).buffer_unordered(SIDE_BY_SIDE);
        while let Some((answer, id)) = calls.next().await {
            match answer {
                Ok(user) => self.found(id, user)?,
                Err(error) if error.kind == ErrorKind::UserNotFound => drop(self.departed.insert(id)),
                // Out of sight is not gone.
                Err(error) if matches!(error.kind, ErrorKind::OutsideScope(_)) => return Err(Stop::Unsure),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn found(&mut self, asked: Box<str>, user: User) -> Result<(), Stop> {
        // Somebody else than asked for, or without a place: not to be believed alone.
        if *asked != *user.userid || user.dept_id_list.is_none() {
            return Err(Stop::Unsure);
        }
        self.people.insert(asked, person::alone(user));
        Ok(())
    }

    fn unknown_departments(&self) -> Vec<i64> {
        let places = self.people.values().flat_map(|person| &person.memberships).map(|place| place.dept_id);
        let unknown: BTreeSet<i64> = places
            .filter(|id| self.is_wanted(*id) && !self.is_known(*id) && !self.looked_at.contains(id))
            .collect();
        unknown.into_iter().collect()
    }

    fn refuse_cycles(&self) -> Result<(), Stop> {
        let mut parents: BTreeMap<i64, i64> =
            self.known.parents.iter().filter_map(|(id, parent)| Some((*id, (*parent)?))).collect();
        for (id, department) in &self.departments {
            match department.parent {
                Some(parent) => parents.insert(*id, parent),
                None => parents.remove(id),
            };
        }
        let cycle = self.departments.keys().any(|id| tree::has_cycle(&parents, *id));
        if cycle { Err(Stop::Unsure) } else { Ok(()) }
    }

    fn finish(self) -> Snapshot {
        Snapshot::of_some(
            self.request.corp_id.clone(),
            self.departments.into_values().collect(),
            self.people.into_values().collect(),
            self.departed,
        )
    }
}
