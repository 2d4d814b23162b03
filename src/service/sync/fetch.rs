//! DingTalk → complete snapshot, or nothing.
//!
//! Starts from the contact scope, never from a fixed root, after a first look that shows what is not permitted. Listing departments and paging the people of those
//! already found run side by side, each at its own limit, so a read takes as long as the longer of the two.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::dingtalk::{Application, Department, Error, ErrorKind, User};
use crate::domain::sync::choice::Choice;
use crate::domain::sync::snapshot::{ReadPage, SnapshotBuilder, TornRead, UpstreamDepartment, WholeRead};
use crate::service::sync::first_look::FirstLook;
use crate::service::sync::person;
use crate::service::sync::progress::Progress;

/// Calls of one kind that may be on their way at once: enough to fill the rate whatever the distance.
const SIDE_BY_SIDE: usize = 12;
/// The top of the school contacts. It has no people of its own, and DingTalk refuses (40009) to list them. [S-0161]
const SCHOOL_TREE: i64 = -7;

/// Why a read ended without a snapshot.
#[derive(Debug)]
pub(super) enum FetchError {
    /// A call failed for good.
    DingTalk(Error),
    /// A call about this department failed for good.
    Department(i64, Error),
    /// The answers do not fit together.
    Torn(TornRead),
    /// A task of the read did not come to its end.
    Internal,
}

impl From<Error> for FetchError {
    fn from(error: Error) -> Self {
        Self::DingTalk(error)
    }
}

impl From<TornRead> for FetchError {
    fn from(torn: TornRead) -> Self {
        Self::Torn(torn)
    }
}

/// What a read is about.
pub(super) struct Request {
    /// The application, its calls counted for this run.
    pub application: Application,
    /// The enterprise, when known.
    pub corp_id: Option<Box<str>>,
    /// Whether departments with negative ids are wanted.
    pub include_school_contacts: bool,
    /// What of the enterprise is wanted.
    pub choice: Choice,
}

/// Reads everything the application may see. `probable_top` is looked at first, see [`FirstLook`].
pub(super) async fn fetch(
    request: &Request,
    probable_top: i64,
    progress: &Arc<Progress>,
) -> Result<WholeRead, FetchError> {
    let application = &request.application;
    let first_look = FirstLook::at(application, probable_top).await?;
    let scope = application.contact_scope().await?;
    let mut walk = Walk::new(application, request, first_look);
    for dept_id in request.choice.starts(scope.departments) {
        if dept_id < 0 && !request.include_school_contacts {
            continue;
        }
        // A root's name (the company's, for department 1) stands in no list.
        let department = application.department(dept_id).await;
        let department = department.map_err(|error| FetchError::Department(dept_id, error))?;
        walk.root(department)?;
    }
    walk.run(progress).await?;
    let alone = if request.choice.is_everything() { scope.users } else { Vec::new() };
    for userid in alone {
        walk.single(userid, progress).await?;
    }
    Ok(walk.builder.finish()?)
}

/// What a call brought, made into what the snapshot takes by the task that read it.
enum Answer {
    Children(i64, Vec<Department>),
    People(i64, ReadPage, Option<i64>),
}

struct Walk<'a> {
    application: &'a Application,
    choice: &'a Choice,
    first_look: FirstLook,
    builder: SnapshotBuilder,
    to_list: VecDeque<i64>,
    to_read: VecDeque<(i64, Option<i64>)>,
    departments_read: u64,
}

impl<'a> Walk<'a> {
    fn new(application: &'a Application, request: &'a Request, first_look: FirstLook) -> Self {
        Self {
            application,
            choice: &request.choice,
            first_look,
            builder: SnapshotBuilder::new(request.corp_id.clone(), request.include_school_contacts),
            to_list: VecDeque::new(),
            to_read: VecDeque::new(),
            departments_read: 0,
        }
    }

    fn root(&mut self, department: Department) -> Result<(), TornRead> {
        let root = upstream(department, 0);
        let dept_id = root.dept_id;
        if self.builder.add_root(root)? {
            self.found(dept_id)?;
        }
        Ok(())
    }

    fn found(&mut self, dept_id: i64) -> Result<(), TornRead> {
        self.to_list.push_back(dept_id);
        if dept_id == SCHOOL_TREE {
            return self.page(dept_id, ReadPage::new(Vec::new()), None);
        }
        self.to_read.push_back((dept_id, None));
        Ok(())
    }

    /// Every call is a task of its own: answers are decoded on all cores, and end with the read.
    async fn run(&mut self, progress: &Arc<Progress>) -> Result<(), FetchError> {
        let mut calls: JoinSet<Result<Answer, FetchError>> = JoinSet::new();
        let (mut listing, mut reading) = (0, 0);
        loop {
            while listing < SIDE_BY_SIDE
                && let Some(dept_id) = self.to_list.pop_front()
            {
                let application = self.application.clone();
                let seen = self.first_look.take_children(dept_id);
                listing += 1;
                calls.spawn(async move {
                    let children = match seen {
                        Some(children) => children,
                        None => application.sub_departments(dept_id).await,
                    };
                    let children = children.map_err(|error| FetchError::Department(dept_id, error))?;
                    Ok(Answer::Children(dept_id, children))
                });
            }
            while reading < SIDE_BY_SIDE
                && let Some((dept_id, cursor)) = self.to_read.pop_front()
            {
                let application = self.application.clone();
                let seen = if cursor.is_none() { self.first_look.take_people(dept_id) } else { None };
                reading += 1;
                calls.spawn(async move {
                    let page = match seen {
                        Some(page) => page,
                        None => application.department_users(dept_id, cursor).await,
                    };
                    let page = page.map_err(|error| FetchError::Department(dept_id, error))?;
                    let people = page.users.into_iter().map(|user| person::listed(user, dept_id)).collect();
                    Ok(Answer::People(dept_id, ReadPage::new(people), page.next_cursor))
                });
            }
            let Some(answer) = calls.join_next().await else { return Ok(()) };
            match answer.map_err(|_| FetchError::Internal)?? {
                Answer::Children(parent, children) => {
                    listing -= 1;
                    self.children(parent, children)?;
                }
                Answer::People(dept_id, page, next_cursor) => {
                    reading -= 1;
                    self.page(dept_id, page, next_cursor)?;
                }
            }
            let (departments, people) = self.builder.found();
            progress.reading(departments, self.departments_read, people);
        }
    }

    fn children(&mut self, parent: i64, children: Vec<Department>) -> Result<(), TornRead> {
        let wanted = (0..).zip(children).filter(|(_, child)| self.choice.takes(child.dept_id));
        let listed = wanted.map(|(position, child)| upstream(child, position)).collect();
        for dept_id in self.builder.add_children(parent, listed)? {
            self.found(dept_id)?;
        }
        Ok(())
    }

    fn page(&mut self, dept_id: i64, page: ReadPage, next_cursor: Option<i64>) -> Result<(), TornRead> {
        self.builder.add_page(dept_id, page, next_cursor)?;
        match next_cursor {
            // The same department's next page comes first: long departments set the length of the read.
            Some(cursor) => self.to_read.push_front((dept_id, Some(cursor))),
            None => self.departments_read += 1,
        }
        Ok(())
    }

    /// Somebody authorised singly. Who has left, or is out of sight, is simply not there.
    async fn single(&mut self, userid: String, progress: &Arc<Progress>) -> Result<(), FetchError> {
        if self.builder.has_person(&userid) {
            return Ok(());
        }
        if let Some(user) = known(self.application.user(&userid).await)? {
            self.builder.add_person(person::alone(user));
        }
        let (departments, people) = self.builder.found();
        progress.reading(departments, self.departments_read, people);
        Ok(())
    }
}

fn known(answer: Result<User, Error>) -> Result<Option<User>, Error> {
    match answer {
        Ok(user) => Ok(Some(user)),
        Err(error) if matches!(error.kind, ErrorKind::UserNotFound | ErrorKind::OutsideScope { .. }) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

pub(super) fn upstream(department: Department, position: u32) -> UpstreamDepartment {
    UpstreamDepartment {
        dept_id: department.dept_id,
        parent: department.parent_id,
        name: person::bounded(department.name),
        order: department.order,
        position,
    }
}
