//! Looks for people whom a whole read did not show before they are taken for leavers.
//!
//! Invariant: only DingTalk's own word that it knows somebody changes anything; whoever it does not know, does not show
//! or may not tell of counts as the read left them.

use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use futures_util::stream;

use super::Synchroniser;
use super::failure::{explain, failure};
use super::fetch::{FetchError, Request};
use super::person;
use crate::dingtalk::{Error as DingTalkError, ErrorKind};
use crate::domain::directory::member::MemberStatus;
use crate::domain::sync::absence::doubtful;
use crate::domain::sync::arrival::{Arrival, Wanted, arrival};
use crate::domain::sync::guard::Guard;
use crate::domain::sync::run::{RunError, SyncRun};
use crate::domain::sync::snapshot::{Snapshot, UpstreamPerson};
use crate::domain::tenant::TenantSettings;

/// Calls on their way at once, as in a full read.
const SIDE_BY_SIDE: usize = 12;

impl Synchroniser {
    /// The snapshot with those whom the read overlooked.
    pub(super) async fn with_the_overlooked(
        &self,
        run: &SyncRun,
        request: &Request,
        settings: &TenantSettings,
        snapshot: Snapshot,
    ) -> Result<Snapshot, RunError> {
        let guard = Guard { minimum: settings.guard_minimum, percent: settings.guard_percent };
        let tenant = run.tenant;
        let doubt = self.context.store.read(move |tx| {
            let members = tx.in_tenant(tenant).members();
            let absent = members.bound_beyond(|user_id| snapshot.shows(user_id))?;
            let absent = doubtful(&snapshot, &absent, members.count(MemberStatus::Active)?, guard);
            Ok((snapshot, absent))
        });
        let (mut snapshot, absent) = doubt.await.map_err(failure)?;
        if absent.is_empty() {
            return Ok(snapshot);
        }
        let found = seek(request, absent).await.map_err(|error| explain(FetchError::DingTalk(error)))?;
        let known: BTreeSet<i64> = snapshot.departments.iter().map(|department| department.dept_id).collect();
        let wanted = Wanted {
            known: &known,
            choice: &request.choice,
            school_contacts: request.include_school_contacts,
        };
        let belongs = |person: &UpstreamPerson| arrival(person, wanted) != Arrival::Unwanted;
        let overlooked: Vec<UpstreamPerson> = found.into_iter().filter(belongs).collect();
        if !overlooked.is_empty() {
            tracing::info!(
                tenant.id = tenant.0, sync.run = %run.id, sync.overlooked = overlooked.len(),
                "people whom the read did not show are still there"
            );
        }
        snapshot.add(overlooked);
        Ok(snapshot)
    }
}

/// Asks for people one by one; gives back those whom DingTalk knows.
async fn seek(request: &Request, userids: Vec<Box<str>>) -> Result<Vec<UpstreamPerson>, DingTalkError> {
    let calls = userids.into_iter().map(|id| {
        let application = request.application.clone();
        async move { (application.user(&id).await, id) }
    });
    let mut calls = stream::iter(calls).buffer_unordered(SIDE_BY_SIDE);
    let mut found = Vec::new();
    while let Some((answer, asked)) = calls.next().await {
        match answer {
            Ok(user) if *user.userid == *asked => found.push(person::alone(user)),
            // Without this permission nobody can be asked for, and the read has to do.
            Err(error) if matches!(error.kind, ErrorKind::PermissionMissing { .. }) => return Ok(found),
            Err(error) if error.is_retryable() => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(found)
}
