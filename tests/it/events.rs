//! Events from DingTalk to the directory: over a stream and by HTTP push, however often, however many, across a crash.
//!
//! "The directory follows" means: a full run would find nothing left to do.

mod crash;
mod following;
mod official;
mod push;
mod streaming;
mod way_out;

use std::time::Duration;

use menpai::dingtalk::StreamPace;
use menpai::domain::id::TenantId;
use menpai::service::sync::events::EventPace;
use menpai::simulator::{EventState, EventTransport, Shape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::World;

/// Long enough for a busy machine; nothing waits this long when things go well.
const PATIENCE: Duration = Duration::from_secs(180);
/// Between two looks at something that will come about.
const LOOK: Duration = Duration::from_millis(10);

const QUICK: EventPace =
    EventPace { delay_ms: 20, spacing_ms: 0, failed_spacing_ms: 0, missed_spacing_ms: 3_600_000 };

fn quick_stream() -> StreamPace {
    StreamPace { first_pause: Duration::from_millis(5), ..StreamPace::default() }
}

/// A server and an enterprise whose application has ticked events; everybody is in the directory.
struct Stage {
    world: World,
    tenant: u64,
}

impl Stage {
    async fn new(members: usize, transport: EventTransport) -> Self {
        let mut world = World::with(|settings| {
            let credentials = settings.organisation(&Shape::plain(members, 7));
            settings.applications[0].events = transport;
            settings.behaviour.event_pace = 0.05;
            credentials
        })
        .await;
        (world.event_pace, world.stream_pace) = (QUICK, quick_stream());
        world.restart().await;
        let tenant = world.connected_tenant().await;
        world.sync(tenant).await;
        Self { world, tenant }
    }

    /// A stage whose events are listened to, past the full run with which listening begins.
    async fn listening(members: usize) -> Self {
        let stage = Self::new(members, EventTransport::Stream).await;
        stage.subscribe(json!({ "transport": "stream" })).await;
        stage.until_connected().await;
        stage.until_event_runs(1).await;
        stage.until_quiet().await;
        stage
    }

    fn corp_id(&self) -> &str {
        &self.world.credentials.corp_id
    }

    fn client_id(&self) -> &str {
        &self.world.credentials.client_id
    }

    fn path(&self) -> String {
        format!("/api/v1/tenants/{}/dingtalk/events", self.tenant)
    }

    async fn subscribe(&self, body: Value) {
        let answer = self.world.send(Method::PUT, &self.path(), Some(body)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }

    async fn status(&self) -> Value {
        let answer = self.world.get(&self.path()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.body
    }

    async fn until_connected(&self) {
        until("a connection", async || self.world.dingtalk().connection_count(self.client_id()) > 0).await;
    }

    /// Waits until nothing is left to be looked at and no run is going on.
    async fn until_quiet(&self) {
        let tenant = TenantId(u32::try_from(self.tenant).unwrap());
        until("quiet", async || {
            let store = self.world.app().store();
            let at_work = store.read(move |tx| {
                let own = tx.in_tenant(tenant);
                Ok(own.events().hints()?.is_some() || own.sync_runs().active()?.is_some())
            });
            !at_work.await.unwrap()
        })
        .await;
    }

    /// Waits until DingTalk knows that everything it told has arrived, and all of it was looked at.
    async fn until_followed(&self) {
        until("every event to be confirmed", async || {
            self.world.dingtalk().events().iter().all(|event| event.state == EventState::Acknowledged)
        })
        .await;
        self.until_quiet().await;
    }

    /// Proves that a full run would find nothing to do.
    async fn assert_followed(&self) {
        self.until_followed().await;
        let preview = self.world.run(self.tenant, "preview").await;
        assert_eq!(preview["status"], "previewed", "{preview:#}");
        let counts = preview["counts"].as_object().unwrap();
        let read = ["departmentsRead", "membersRead"];
        let left: Vec<_> =
            counts.iter().filter(|(name, count)| !read.contains(&name.as_str()) && **count != 0).collect();
        assert!(left.is_empty(), "a full run would still change: {left:?}");
    }

    /// The runs that events caused, newest first.
    async fn event_runs(&self) -> Vec<Value> {
        let mut runs = self.world.all(&format!("/api/v1/tenants/{}/syncRuns", self.tenant)).await;
        runs.retain(|run| run["trigger"] == "event");
        runs
    }

    async fn until_event_runs(&self, count: usize) {
        until("a run that events caused", async || self.event_runs().await.len() >= count).await;
    }

    /// The userids of the enterprise, in order.
    fn userids(&self) -> Vec<String> {
        let read =
            |it: &menpai::simulator::Organisation| it.users().map(|user| user.userid.clone()).collect();
        self.world.dingtalk().with_organisation(self.corp_id(), read).unwrap()
    }

    /// The departments below the root, in order.
    fn departments(&self) -> Vec<i64> {
        let read = |it: &menpai::simulator::Organisation| {
            it.departments().map(|one| one.dept_id).filter(|id| *id != 1).collect()
        };
        self.world.dingtalk().with_organisation(self.corp_id(), read).unwrap()
    }

    /// The member with this userid.
    async fn member(&self, userid: &str) -> Value {
        let members = self.world.members(self.tenant).await;
        members.into_iter().find(|member| member["dingtalkUserId"] == userid).unwrap_or(Value::Null)
    }

    async fn finish(self) {
        self.world.finish().await;
    }
}

/// Looks until something has come about.
async fn until(what: &str, wanted: impl AsyncFn() -> bool) {
    let look = async {
        while !wanted().await {
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, look).await.unwrap_or_else(|_| panic!("waited in vain for {what}"));
}
