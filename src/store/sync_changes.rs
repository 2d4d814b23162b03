//! The history of sync runs: what each run did, or would do, line by line.

use std::ops::ControlFlow;

use super::bundle::Bundle;
use super::codec;
use super::error::Result;
use super::key::{Key, id_at};
use super::member_history::{entry, member_of};
use super::row::{self, Derived, Row};
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::{Direction, Writing};
use crate::domain::id::{MemberId, RunId};
use crate::domain::page::{Limit, Page};
use crate::domain::sync::change::Change;
use crate::domain::sync::change_filter::ChangeFilter;
use crate::domain::sync::run::{RunStatus, SyncRun};

impl Row for Change {
    const TABLE: Table = Table::SyncChanges;

    fn derive(&self, key: &Key) -> Derived {
        derived(member_of(self), key)
    }
}

/// What follows from a line about a member that stands under `key`.
fn derived(member: Option<MemberId>, key: &Key) -> Derived {
    let mut derived = Derived::default();
    if let Some(entry) = member.and_then(|member| entry(member, key)) {
        derived.mark(Table::ChangesByMember, entry);
    }
    derived
}

/// How many lines one page looks at.
pub(crate) const EXAMINED: usize = 20_000;

/// A line of history as its table holds it; made before the transaction, so that the writer is held for less time.
#[derive(Debug)]
pub struct EncodedChange {
    member: Option<MemberId>,
    bytes: Vec<u8>,
}

/// Encodes a line of history.
pub fn encode_change(change: &Change) -> Result<EncodedChange> {
    Ok(EncodedChange { member: member_of(change), bytes: codec::encode(Table::SyncChanges, change)? })
}

/// Lines of history, each with the key it will stand under.
#[derive(Debug)]
pub struct Lines<'e>(Vec<(Key, &'e EncodedChange)>);

impl Lines<'_> {
    /// To be written together with other rows.
    pub fn bundle(&self) -> Bundle<'_> {
        Bundle::new(
            Table::SyncChanges,
            &self.0,
            |(key, line)| (key.as_bytes(), &line.bytes),
            |(key, line)| (Derived::default(), derived(line.member, key)),
        )
    }
}

/// The history of one tenant's sync runs.
#[derive(Debug)]
pub struct SyncChanges<'a, 't, M> {
    pub(super) tenant: InTenant<'a, 't, M>,
}

impl<'a, 't, M> InTenant<'a, 't, M> {
    /// The history of this tenant's sync runs.
    pub fn sync_changes(&self) -> SyncChanges<'a, 't, M> {
        SyncChanges { tenant: *self }
    }
}

impl<M> SyncChanges<'_, '_, M> {
    fn of(&self, run: RunId) -> Key {
        self.tenant.key().id(run.bytes())
    }

    /// A page of a run's history in its order: the lines that the filter keeps. After [`EXAMINED`] lines the page ends,
    /// however little was found; the next one goes on from there.
    pub fn list(
        &self,
        run: RunId,
        filter: &ChangeFilter,
        limit: Limit,
        cursor: Option<&[u8]>,
    ) -> Result<Page<Change>> {
        let (tx, filter) = (self.tenant.tx, filter.normalised());
        let (table, prefix) = (Table::SyncChanges, self.of(run));
        tx.page_within(EXAMINED, table, &prefix, Direction::Forward, limit, cursor, |_, bytes| {
            let change: Change = row::decode(bytes)?;
            Ok(filter.keeps(&change).then_some(change))
        })
    }

    /// A page of what landed over all runs, the newest first, each line with the run that did it: the lines that the
    /// filter keeps. Ends like [`SyncChanges::list`].
    pub fn over_runs(
        &self,
        filter: &ChangeFilter,
        limit: Limit,
        cursor: Option<&[u8]>,
    ) -> Result<Page<(SyncRun, Change)>> {
        let (tenant, filter) = (self.tenant, filter.normalised());
        let mut current: Option<SyncRun> = None;
        let (table, prefix) = (Table::SyncChanges, tenant.key());
        tenant.tx.page_within(EXAMINED, table, &prefix, Direction::Backward, limit, cursor, |line, bytes| {
            let Some(id) = id_at::<RunId>(line, 0) else { return Ok(None) };
            if current.as_ref().is_none_or(|run| run.id != id) {
                current = tenant.sync_runs().get(id)?;
            }
            let Some(run) = current.as_ref().filter(|run| run.status == RunStatus::Succeeded) else {
                return Ok(None);
            };
            let change: Change = row::decode(bytes)?;
            Ok(filter.keeps(&change).then(|| (run.clone(), change)))
        })
    }

    /// A run's whole history.
    pub fn all(&self, run: RunId) -> Result<Vec<Change>> {
        self.tenant.tx.rows(&self.of(run))
    }
}

impl SyncChanges<'_, '_, Writing> {
    /// Adds lines made by [`encode_change`] behind those that are there.
    pub fn append_encoded(&self, run: RunId, changes: &[EncodedChange]) -> Result<()> {
        self.tenant.tx.write_together(&[self.lines(run, changes)?.bundle()])
    }

    /// Lines made by [`encode_change`], numbered behind those that are there.
    pub fn lines<'e>(&self, run: RunId, changes: &'e [EncodedChange]) -> Result<Lines<'e>> {
        let prefix = self.of(run);
        let mut next = 0;
        self.tenant.tx.scan(Table::SyncChanges, &prefix.range(), Direction::Backward, |key, _| {
            let last = prefix.rest(key).first_chunk::<4>().copied().map(u32::from_be_bytes);
            next = last.map_or(0, |last| last.saturating_add(1));
            Ok(ControlFlow::Break(()))
        })?;
        let lines = (next..).zip(changes);
        Ok(Lines(lines.map(|(number, change)| (prefix.clone().u32(number), change)).collect()))
    }

    /// Removes a run's history; gives back how many lines it had.
    pub fn delete(&self, run: RunId) -> Result<usize> {
        self.tenant.tx.remove_rows::<Change>(&self.of(run))
    }
}
