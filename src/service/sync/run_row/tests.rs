//! Whoever stops a run in the instant in which it begins, or before the server stops, wins against the run.

use tempfile::TempDir;
use tokio::sync::Notify;

use super::*;
use crate::dingtalk::{self, Client, Endpoints, Pace};
use crate::domain::access::principal::Principal;
use crate::domain::error::ErrorCode;
use crate::domain::sync::plan::Plan;
use crate::domain::sync::run::{RunMode, RunTrigger};
use crate::domain::time::Timestamp;
use crate::service::Context;
use crate::service::ambient::Ambient;
use crate::service::sync::failure::failure;
use crate::store::{Store, StoreOptions};

const TENANT: TenantId = TenantId(1000);

struct Scene {
    sync: Synchroniser,
    run: SyncRun,
    _directory: TempDir,
}

impl Scene {
    /// A preview that was asked for. Nobody answers where DingTalk would be.
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path(), &StoreOptions::default(), Timestamp(1)).unwrap();
        let ambient = Ambient::new(|| Timestamp(1_900_000_000_000), |bytes| bytes.fill(7));
        let context = Context { store, ambient, wake: Arc::new(Notify::new()) };
        let nobody = "http://127.0.0.1:9".to_owned();
        let endpoints = Endpoints { oapi: nobody.clone(), api: nobody.clone(), login: nobody };
        let clock = dingtalk::Ambient { now_ms: Arc::new(|| 0), jitter: Arc::new(|| 0) };
        let client = Client::new(endpoints, Pace::default(), clock).unwrap();
        let sync = Synchroniser::new(context, client);
        let run = sync.new_run(TENANT, RunMode::Preview, RunTrigger::Manual, Principal::Server.actor());
        let scene = Self { sync, run, _directory: directory };
        scene.put(scene.run.clone()).await;
        scene
    }

    async fn put(&self, run: SyncRun) {
        let write = move |tx: &crate::store::WriteTx<'_>| tx.in_tenant(TENANT).sync_runs().put(&run);
        self.sync.context.store.write(write).await.unwrap();
    }

    async fn begin(&self) -> Option<SyncRun> {
        self.sync.begin(TENANT, self.run.id).await.unwrap()
    }

    async fn cancel(&self) -> SyncRun {
        self.sync.cancel(&Principal::Server, TENANT, self.run.id, None).await.unwrap()
    }

    async fn status(&self) -> RunStatus {
        self.sync.stored(TENANT, self.run.id).await.unwrap().status
    }

    fn progress(&self, run: &SyncRun) -> Arc<Progress> {
        Arc::new(Progress::new(run.clone(), || 0))
    }
}

#[tokio::test]
async fn a_run_that_was_stopped_as_it_began_shows_nothing() {
    let scene = Scene::new().await;
    let begun = scene.begin().await.unwrap();
    assert_eq!(scene.cancel().await.status, RunStatus::Cancelled);
    let shown = SyncRun { status: RunStatus::Previewed, ..begun };
    let record = PlanRecord::of(&Plan::default()).unwrap();
    assert_eq!(scene.sync.show(shown, record).await.unwrap_err().code, ErrorCode::SyncRunState);
    assert_eq!(scene.status().await, RunStatus::Cancelled);
}

#[tokio::test]
async fn a_run_that_is_going_on_ends_as_cancelled_whatever_became_of_it() {
    let scene = Scene::new().await;
    let begun = scene.begin().await.unwrap();
    let progress = scene.progress(&begun);
    let shown = scene.sync.live.enter(begun.id, progress.clone());
    assert_eq!(scene.cancel().await.status, RunStatus::Running, "it is told to stop, and ends by itself");
    let record = PlanRecord::of(&Plan::default()).unwrap();
    let previewed = SyncRun { status: RunStatus::Previewed, ..begun.clone() };
    let refused = scene.sync.show(previewed, record).await.unwrap_err();
    let ended = scene.sync.end(&begun, &progress, RunStatus::Failed, Some(failure(refused))).await.unwrap();
    drop(shown);
    assert_eq!((ended.status, &ended.error), (RunStatus::Cancelled, &None));
    assert!(ended.cancelled.is_some());
    let late = scene.sync.cancel(&Principal::Server, TENANT, begun.id, None).await.unwrap_err();
    assert_eq!(late.code, ErrorCode::SyncRunState);
}

#[tokio::test]
async fn a_plan_that_is_shown_in_the_instant_in_which_it_is_stopped_is_dismissed() {
    let scene = Scene::new().await;
    let begun = scene.begin().await.unwrap();
    let shown = scene.sync.live.enter(begun.id, scene.progress(&begun));
    scene.put(SyncRun { status: RunStatus::Previewed, ..begun }).await;
    assert_eq!(scene.cancel().await.status, RunStatus::Cancelled);
    drop(shown);
}

#[tokio::test]
async fn a_run_that_was_stopped_before_the_server_was_is_not_begun_again() {
    let scene = Scene::new().await;
    let begun = scene.begin().await.unwrap();
    let shown = scene.sync.live.enter(begun.id, scene.progress(&begun));
    scene.cancel().await;
    drop(shown);
    assert_eq!(scene.begin().await, None);
    assert_eq!(scene.status().await, RunStatus::Cancelled);
    scene.sync.carry_out(TENANT, begun.id).await.unwrap();
    assert_eq!(scene.status().await, RunStatus::Cancelled);
}

#[tokio::test]
async fn a_run_that_the_server_did_not_survive_five_times_fails() {
    let scene = Scene::new().await;
    for _ in 0..MOST_ATTEMPTS {
        assert!(scene.begin().await.is_some());
    }
    assert_eq!(scene.begin().await, None);
    assert_eq!(scene.status().await, RunStatus::Failed);
}

#[tokio::test]
async fn a_run_that_began_again_stays_shown_when_its_first_look_ends() {
    let scene = Scene::new().await;
    let first = scene.sync.live.enter(scene.run.id, scene.progress(&scene.run));
    let second = scene.sync.live.enter(scene.run.id, scene.progress(&scene.run));
    drop(first);
    assert!(scene.sync.live.get(scene.run.id).is_some());
    drop(second);
    assert!(scene.sync.live.get(scene.run.id).is_none());
}
