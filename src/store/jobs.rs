//! Background work that survives a restart, in the order in which it is due.

use std::ops::ControlFlow;

use super::error::Result;
use super::key::{Key, last_id};
use super::row::{Derived, Row};
use super::schema::Table;
use super::tx::{Direction, Tx, Writing};
use crate::domain::id::JobId;
use crate::domain::job::Job;
use crate::domain::time::Timestamp;

impl Row for Job {
    const TABLE: Table = Table::Jobs;

    fn key(&self) -> Option<Key> {
        Some(key(self.id))
    }

    fn derive(&self, _key: &Key) -> Derived {
        let mut derived = Derived::default();
        derived.mark(Table::JobsByDue, Key::new().i64(self.due_at.0).id(self.id.bytes()));
        derived
    }
}

fn key(id: JobId) -> Key {
    Key::new().id(id.bytes())
}

/// The stored jobs.
#[derive(Debug)]
pub struct Jobs<'a, 't, M> {
    tx: &'a Tx<'t, M>,
}

impl<'t, M> Tx<'t, M> {
    /// The stored jobs.
    pub fn jobs(&self) -> Jobs<'_, 't, M> {
        Jobs { tx: self }
    }
}

impl<M> Jobs<'_, '_, M> {
    /// One job.
    pub fn get(&self, id: JobId) -> Result<Option<Job>> {
        self.tx.row(&key(id))
    }

    /// Every job, by id.
    pub fn all(&self) -> Result<Vec<Job>> {
        self.tx.rows(&Key::new())
    }

    /// Of the first `look` jobs that may run now, the longest due first, those that `wanted` takes.
    pub fn due(&self, now: Timestamp, look: usize, mut wanted: impl FnMut(&Job) -> bool) -> Result<Vec<Job>> {
        let (mut jobs, mut looked_at) = (Vec::new(), 0);
        let range = Key::new().range_to(now.0);
        self.tx.scan(Table::JobsByDue, &range, Direction::Forward, |key, _| {
            if looked_at == look {
                return Ok(ControlFlow::Break(()));
            }
            looked_at += 1;
            if let Some(id) = last_id(key) {
                jobs.extend(self.get(id)?.filter(&mut wanted));
            }
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(jobs)
    }

    /// When the next job is due.
    pub fn next_due(&self) -> Result<Option<Timestamp>> {
        let mut next = None;
        self.tx.scan(Table::JobsByDue, &Key::new().range(), Direction::Forward, |key, _| {
            if let Some(id) = last_id(key) {
                next = self.get(id)?.map(|job| job.due_at);
            }
            Ok(ControlFlow::Break(()))
        })?;
        Ok(next)
    }
}

impl Jobs<'_, '_, Writing> {
    /// Adds a job.
    pub fn push(&self, job: &Job) -> Result<()> {
        self.put(job)
    }

    /// Makes or replaces a job: another due time, another attempt.
    pub fn put(&self, job: &Job) -> Result<()> {
        self.tx.put_row(key(job.id), job)
    }

    /// Removes a job; gives it back.
    pub fn remove(&self, id: JobId) -> Result<Option<Job>> {
        self.tx.remove_row(&key(id))
    }
}
