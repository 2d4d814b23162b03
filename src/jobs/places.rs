//! How many jobs of each kind run side by side. Pure.
//!
//! Invariant: work that waits for other work never holds a place that the other needs: each lane has places of its
//! own, and hashing, which gives way to sync runs, cannot keep one of them from beginning.

use std::collections::BTreeMap;

use crate::domain::id::{JobId, TenantId};
use crate::domain::job::{Job, Work};

/// Work that shares places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    /// Sync runs and events: mostly waiting for DingTalk.
    Directory,
    /// Messages on their way out.
    Sending,
    /// Reading what became of messages.
    Results,
    /// Calls of webhooks, as slow as those who answer them.
    Webhooks,
    /// Hashing; it spreads over the cores by itself.
    Hashing,
    /// Looking after connections.
    Examining,
    /// Backups, one after the other.
    Backups,
}

impl Lane {
    fn of(work: &Work) -> (Self, Option<TenantId>) {
        match work {
            Work::Sync { tenant, .. } | Work::FollowEvents { tenant } => (Self::Directory, Some(*tenant)),
            Work::Send { tenant, .. } => (Self::Sending, Some(*tenant)),
            Work::ReadResults { tenant, .. } => (Self::Results, Some(*tenant)),
            Work::CallWebhook { tenant, .. } => (Self::Webhooks, Some(*tenant)),
            Work::HashPasswords => (Self::Hashing, None),
            Work::Examine { tenant } => (Self::Examining, Some(*tenant)),
            Work::Backup { .. } => (Self::Backups, None),
        }
    }

    /// Jobs side by side: of all tenants together, and of one.
    fn width(self) -> (usize, usize) {
        match self {
            Self::Directory => (16, 4),
            Self::Sending | Self::Webhooks => (32, 8),
            Self::Results => (8, 4),
            Self::Examining => (4, 4),
            Self::Hashing | Self::Backups => (1, 1),
        }
    }
}

/// The jobs that run.
#[derive(Clone, Debug, Default)]
pub(super) struct Places(BTreeMap<JobId, (Lane, Option<TenantId>)>);

impl Places {
    /// Takes a place for a job; whether it got one. A job that has its place gets no second one.
    pub(super) fn take(&mut self, job: &Job) -> bool {
        let (lane, tenant) = Lane::of(&job.work);
        let (all, one) = lane.width();
        let taken = self.0.values().filter(|(other, _)| *other == lane);
        let (taken, own) =
            taken.fold((0, 0), |(taken, own), (_, whose)| (taken + 1, own + usize::from(*whose == tenant)));
        let free = taken < all && own < one && !self.0.contains_key(&job.id);
        if free {
            self.0.insert(job.id, (lane, tenant));
        }
        free
    }

    /// Gives a job's place back.
    pub(super) fn give_back(&mut self, job: JobId) {
        self.0.remove(&job);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::RunId;
    use crate::domain::time::Timestamp;

    fn job(number: u8, work: Work) -> Job {
        Job {
            id: JobId::from(Uuid::from_bytes([number; 16])),
            work,
            due_at: Timestamp(0),
            attempts: 0,
            last_error: None,
        }
    }

    fn sync(tenant: u32) -> Work {
        Work::Sync { tenant: TenantId(tenant), run: RunId::from(Uuid::nil()) }
    }

    #[test]
    fn hashing_for_many_tenants_leaves_room_for_their_runs() {
        let mut places = Places::default();
        let hashing = (0..40).filter(|number| places.take(&job(*number, Work::HashPasswords))).count();
        assert_eq!(hashing, 1);
        assert!(places.take(&job(100, sync(1))));
    }

    #[test]
    fn one_tenant_leaves_room_for_the_others() {
        let mut places = Places::default();
        let own = (0..40).filter(|number| places.take(&job(*number, sync(1)))).count();
        assert_eq!(own, 4);
        let others = (40..80).filter(|number| places.take(&job(*number, sync(u32::from(*number))))).count();
        assert_eq!(others, 12);
    }

    #[test]
    fn a_place_is_free_again_when_it_was_given_back() {
        let mut places = Places::default();
        let first = job(1, Work::HashPasswords);
        assert!(places.take(&first));
        assert!(!places.take(&first), "it has its place");
        places.give_back(first.id);
        assert!(places.take(&job(2, Work::HashPasswords)));
    }
}
