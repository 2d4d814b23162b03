//! What happened to one person, over all runs.
//!
//! Invariant: the index holds every line about a member, of whatever run; only what landed is told.

use super::error::{Error, Result};
use super::key::{Key, id_at};
use super::schema::Table;
use super::sync_changes::SyncChanges;
use super::tx::Direction;
use crate::domain::id::{MemberId, RunId};
use crate::domain::page::{Limit, Page};
use crate::domain::sync::change::{Change, Subject};
use crate::domain::sync::run::{RunStatus, SyncRun};

/// How much of a line's key is the tenant.
const TENANT_PART: usize = 4;

/// The member whom a line is about.
pub(super) fn member_of(change: &Change) -> Option<MemberId> {
    match change.subject {
        Subject::Member { id, .. } => id,
        Subject::Department { .. } => None,
    }
}

/// The index entry of a line that stands under `line` and is about a member.
pub(super) fn entry(member: MemberId, line: &Key) -> Option<Key> {
    let (tenant, line) = line.as_bytes().split_at_checked(TENANT_PART)?;
    Some(Key::from_bytes(tenant).id(member.bytes()).rest_of(line))
}

impl<M> SyncChanges<'_, '_, M> {
    /// A page of what happened to a member, the newest first, each with the run that did it.
    pub fn of_member(
        &self,
        member: MemberId,
        limit: Limit,
        cursor: Option<&[u8]>,
    ) -> Result<Page<(SyncRun, Change)>> {
        let tenant = self.tenant;
        let prefix = tenant.key().id(member.bytes());
        let mut current: Option<SyncRun> = None;
        tenant.tx.page_of(Table::ChangesByMember, &prefix, Direction::Backward, limit, cursor, |line, _| {
            let Some(id) = id_at::<RunId>(line, 0) else { return Ok(None) };
            if current.as_ref().is_none_or(|run| run.id != id) {
                current = tenant.sync_runs().get(id)?;
            }
            let Some(run) = current.as_ref().filter(|run| run.status == RunStatus::Succeeded) else {
                return Ok(None);
            };
            let key = Key::from_bytes(&[tenant.key().as_bytes(), line].concat());
            let change = tenant.tx.row(&key)?;
            let change = change
                .ok_or_else(|| Error::corrupt(Table::ChangesByMember.name(), "an entry leads to no line"))?;
            Ok(Some((run.clone(), change)))
        })
    }
}
