//! A run's course for whoever watches: from the queue, through its work, to its end.
//!
//! Invariant: the last item is the run's end, or nothing more is said because this server stops.

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::sync::watch;

use super::Synchroniser;
use super::progress::LiveRun;
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::id::{RunId, TenantId};

/// Where somebody who watches a run stands.
struct Watcher {
    sync: Synchroniser,
    tenant: TenantId,
    run: RunId,
    /// Tells that some run began or ended.
    moved: watch::Receiver<u64>,
    /// The live side of the run, since it began.
    live: Option<watch::Receiver<LiveRun>>,
}

impl Synchroniser {
    /// A run as it stands, then again whenever it moves, until it ends; one that is queued is waited for.
    pub async fn follow(
        &self,
        principal: &Principal,
        tenant: TenantId,
        run: RunId,
    ) -> Result<BoxStream<'static, LiveRun>> {
        principal.require(Permission::RunSync, tenant)?;
        // Before the first look, so that no step between the two is missed.
        let (moved, live) = (self.moved.subscribe(), self.live.follow(run));
        let first = self.stands(tenant, run).await?;
        let goes_on = first.run.status.is_active();
        let watcher = goes_on.then(|| Watcher { sync: self.clone(), tenant, run, moved, live });
        let rest = stream::unfold(watcher, |watcher| async {
            let mut watcher = watcher?;
            let live = watcher.next().await?;
            let goes_on = live.run.status.is_active();
            Some((live, goes_on.then_some(watcher)))
        });
        Ok(stream::iter([first]).chain(rest).boxed())
    }
}

impl Watcher {
    async fn next(&mut self) -> Option<LiveRun> {
        loop {
            if let Some(live) = &mut self.live {
                live.changed().await.ok()?;
                return Some(live.borrow_and_update().clone());
            }
            self.moved.changed().await.ok()?;
            self.live = self.sync.live.follow(self.run);
            let stands = self.sync.stands(self.tenant, self.run).await.ok()?;
            if self.live.is_some() || !stands.run.status.is_active() {
                return Some(stands);
            }
        }
    }
}
