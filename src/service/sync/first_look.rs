//! The first look of a read: one page of people and one list of departments, of a department that is probably there.
//!
//! What an application may not do shows here, before anything else is asked. Must not decide where a read starts: that is the
//! contact scope's alone, and a department that turns out not to be there is no failure. Invariant: what was looked at
//! is not asked for again.

use crate::dingtalk::{Application, Department, Error, ErrorKind, UserPage};
use crate::domain::id::TenantId;
use crate::domain::sync::choice::Choice;
use crate::store::{ReadTx, Result as StoreResult};

/// The enterprise itself: where an application that was never used is most likely to see something.
const ENTERPRISE: i64 = 1;

/// A department that is probably there: a chosen one, else a top of what was read last, else the enterprise.
pub(super) fn probable_top(tx: &ReadTx<'_>, tenant: TenantId, choice: &Choice) -> StoreResult<i64> {
    if let Some(chosen) = choice.roots.iter().find(|dept_id| **dept_id > 0) {
        return Ok(*chosen);
    }
    let known = tx.in_tenant(tenant).departments().all()?;
    let tops = known.iter().filter(|row| row.parent.is_none()).filter_map(|row| row.dingtalk_dept_id);
    Ok(tops.filter(|dept_id| *dept_id > 0).min().unwrap_or(ENTERPRISE))
}

/// The two answers about one department, until the walk takes them.
pub(super) struct FirstLook {
    dept_id: i64,
    people: Option<Result<UserPage, Error>>,
    children: Option<Result<Vec<Department>, Error>>,
}

impl FirstLook {
    /// Looks at a department: its people, then the departments below it.
    ///
    /// # Errors
    /// With a refusal that every further call would meet.
    pub(super) async fn at(application: &Application, dept_id: i64) -> Result<Self, Error> {
        let people = unless_hopeless(application.department_users(dept_id, None).await)?;
        let children = unless_hopeless(application.sub_departments(dept_id).await)?;
        Ok(Self { dept_id, people: Some(people), children: Some(children) })
    }

    /// The first page of this department's people, once.
    pub(super) fn take_people(&mut self, dept_id: i64) -> Option<Result<UserPage, Error>> {
        if dept_id == self.dept_id { self.people.take() } else { None }
    }

    /// The departments below this one, once.
    pub(super) fn take_children(&mut self, dept_id: i64) -> Option<Result<Vec<Department>, Error>> {
        if dept_id == self.dept_id { self.children.take() } else { None }
    }
}

/// Keeps what says something about the department alone; the walk may never come to it.
fn unless_hopeless<T>(answer: Result<T, Error>) -> Result<Result<T, Error>, Error> {
    match answer {
        Err(error) if is_hopeless(&error.kind) => Err(error),
        answer => Ok(answer),
    }
}

/// Whether whatever else is asked now would be refused as well.
fn is_hopeless(kind: &ErrorKind) -> bool {
    match kind {
        ErrorKind::WrongSecret
        | ErrorKind::IpNotAllowed { .. }
        | ErrorKind::PermissionMissing { .. }
        | ErrorKind::ApplicationDisabled
        | ErrorKind::CorpDisabled
        | ErrorKind::TokenRejected
        | ErrorKind::QuotaExhausted
        | ErrorKind::CallerBlocked
        | ErrorKind::Banned { .. }
        | ErrorKind::Unreachable { .. }
        | ErrorKind::Timeout => true,
        ErrorKind::OutsideScope(_)
        | ErrorKind::DepartmentNotFound
        | ErrorKind::UserNotFound
        | ErrorKind::BadParameter
        | ErrorKind::AgentInvalid
        | ErrorKind::CodeInvalid
        | ErrorKind::CodeExpired
        | ErrorKind::Throttled { .. }
        | ErrorKind::Busy
        | ErrorKind::Malformed { .. }
        | ErrorKind::MessageRejected
        | ErrorKind::MediaRejected(_)
        | ErrorKind::Unknown => false,
    }
}
