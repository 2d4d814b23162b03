//! The real application on a free port with a temporary directory and a simulator of its own, and a client that
//! speaks to it over HTTP. No test shares a server with another.
//!
//! Invariant: [`World::finish`] proves that the database is sound; every test ends with it.

pub(crate) mod binary;
pub(crate) mod company;
pub(crate) mod logs;
pub(crate) mod people;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use menpai::app::{App, Surroundings, now_millis};
use menpai::config::{BackupConfig, Config, DingTalkConfig, FirstAdministrator, MetricsConfig, TlsConfig};
use menpai::dingtalk::{Retry, StreamPace};
use menpai::domain::access::proxy::TrustedProxies;
use menpai::domain::audit::{Actor, AuditEntry, AuditFilter};
use menpai::domain::page::Limit;
use menpai::domain::secret::Secret;
use menpai::domain::time::Timestamp;
use menpai::http::patience::Patience;
use menpai::service::ambient::Ambient;
use menpai::service::sync::events::EventPace;
use menpai::simulator::{self, Credentials, Platform, Settings, Shape, Simulator};
use menpai::store::Store;
use menpai::telemetry::RecentErrors;
use rand::RngExt;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The platform administrator of every test.
pub(crate) const ADMIN: (&str, &str) = ("admin", "a long enough password");

/// An appliance, a DingTalk, and somebody who talks to both.
pub(crate) struct World {
    pub(crate) simulator: Simulator,
    /// The enterprise made first, as a tenant connects to it.
    pub(crate) credentials: Credentials,
    app: Option<Box<App>>,
    /// Takes effect with [`World::restart`].
    pub(crate) config: Box<Config>,
    http: reqwest::Client,
    token: Option<String>,
    offset: Arc<AtomicI64>,
    /// Whether the doctor comes unasked; takes effect with [`World::restart`].
    pub(crate) examines_unasked: bool,
    /// The waits of events from the next start on.
    pub(crate) event_pace: EventPace,
    /// The waits of event streams from the next start on.
    pub(crate) stream_pace: StreamPace,
    /// How long clients may keep the server waiting, from the next start on.
    pub(crate) patience: Patience,
    /// What the server shows as its last errors from the next start on.
    pub(crate) recent_errors: RecentErrors,
    _directory: TempDir,
}

/// An answer of the server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Value,
}

impl World {
    /// A server with an administrator who is signed in, and a simulated enterprise of this shape.
    pub(crate) async fn new(shape: Shape) -> Self {
        Self::with(|settings| settings.organisation(&shape)).await
    }

    /// The same, with a simulator of the test's own making; `prepare` gives the enterprise to connect to.
    pub(crate) async fn with(prepare: impl FnOnce(&mut Settings) -> Credentials) -> Self {
        logs::watch();
        logs::keep_secret(ADMIN.1);
        let offset = Arc::new(AtomicI64::new(0));
        let mut settings = Settings::new(clock(&offset));
        let credentials = prepare(&mut settings);
        logs::keep_secret(&credentials.client_secret);
        let loopback = "127.0.0.1:0".parse().unwrap();
        let simulator = simulator::start(loopback, settings).await.unwrap();
        let directory = tempfile::tempdir().unwrap();
        let base = simulator.base_url();
        let config = Box::new(Config {
            data_dir: directory.path().join("data"),
            listen: loopback,
            public_url: None,
            first_administrator: Some(FirstAdministrator {
                username: ADMIN.0.into(),
                password: Secret::new(ADMIN.1),
            }),
            backup: BackupConfig { directory: directory.path().join("data/backups"), passphrase: None },
            trusted_proxies: TrustedProxies::default(),
            metrics: MetricsConfig::default(),
            settings_shown: [].into(),
            dingtalk: DingTalkConfig {
                oapi_url: base.clone(),
                api_url: base.clone(),
                login_url: base,
                qps: None,
                proxy: None,
                extra_ca: None,
            },
            tls: TlsConfig::default(),
            // Receivers of tests are on this machine.
            webhook_allow_private: vec!["127.0.0.1".parse().unwrap()],
            log: "off".into(),
        });
        // The client needs a TLS provider although no test speaks TLS; another test may have set it.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let mut world = Self {
            simulator,
            credentials,
            app: None,
            config,
            http,
            token: None,
            offset,
            examines_unasked: false,
            event_pace: EventPace::default(),
            stream_pace: StreamPace::default(),
            patience: Patience::default(),
            recent_errors: RecentErrors::default(),
            _directory: directory,
        };
        world.boot().await;
        world
    }

    async fn boot(&mut self) {
        let now = clock(&self.offset);
        let fill = |bytes: &mut [u8]| rand::rng().fill(bytes);
        let ambient = Ambient::new(move || Timestamp(now()), fill);
        let surroundings = Surroundings {
            event_pace: self.event_pace,
            stream_pace: self.stream_pace,
            patience: self.patience,
            examines_unasked: self.examines_unasked,
            recent_errors: self.recent_errors.clone(),
            ..Surroundings::with(ambient, Retry { base_ms: 1, ..Retry::default() })
        };
        let mut started = App::start(&self.config, surroundings.clone()).await;
        // After a crash the last task may still be holding the directory.
        for _ in 0..500 {
            if started.is_ok() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
            started = App::start(&self.config, surroundings.clone()).await;
        }
        self.app = Some(Box::new(started.unwrap()));
        self.sign_in().await;
    }

    /// Signs the administrator in anew.
    pub(crate) async fn sign_in(&mut self) {
        let session = self
            .call(
                Method::POST,
                "/api/v1/sessions",
                None,
                Some(json!({"username": ADMIN.0, "password": ADMIN.1})),
            )
            .await;
        assert_eq!(session.status, 201, "{session:?}");
        self.token = session.body["token"].as_str().map(ToOwned::to_owned);
    }

    /// Stops in order and starts again on the same data.
    pub(crate) async fn restart(&mut self) {
        self.park().await;
        self.boot().await;
    }

    /// Stops the server in order, so that another process can have its data directory; the simulator goes on.
    pub(crate) async fn park(&mut self) -> &Path {
        if let Some(app) = self.app.take() {
            app.stop().await;
        }
        &self.config.data_dir
    }

    /// Waits until no job is left, such as the hashing of new people's default passwords.
    pub(crate) async fn rest(&self) {
        let store = self.app().store();
        until("no job is left", async || {
            store.read(|tx| tx.jobs().all()).await.unwrap().is_empty().then_some(())
        })
        .await;
    }

    /// Ends as a crash would, and starts again on the same data.
    pub(crate) async fn crash(&mut self) {
        self.app.take().unwrap().abort();
        // A server that crashed keeps no connection; here, ours would keep it half alive.
        self.http = reqwest::Client::builder().no_proxy().build().unwrap();
        self.boot().await;
    }

    /// The running application.
    pub(crate) fn app(&self) -> &App {
        self.app.as_ref().unwrap()
    }

    /// The simulated DingTalk.
    pub(crate) fn dingtalk(&self) -> &Arc<Platform> {
        self.simulator.platform()
    }

    /// Moves the clock of server and simulator.
    pub(crate) fn advance_millis(&self, millis: i64) {
        self.offset.fetch_add(millis, Ordering::Relaxed);
    }

    /// Proves that the database is sound, and stops everything.
    pub(crate) async fn finish(mut self) {
        let app = self.app.take().unwrap();
        let findings = app.store().check().unwrap();
        assert!(findings.is_empty(), "the database is not sound: {findings:?}");
        assert_placed(app.store()).await;
        app.stop().await;
        self.simulator.stop().await;
        logs::assert_discreet();
    }

    // --- talking to the server -----------------------------------------------------------------------------

    /// A call as the administrator.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, self.token.as_deref(), None).await
    }

    /// A call as the administrator.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, self.token.as_deref(), Some(body)).await
    }

    /// A call as the administrator, with any method.
    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.call(method, path, self.token.as_deref(), body).await
    }

    /// A call as anybody.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self.request(method, path);
        if let Some(token) = token {
            request = request.header("X-Access-Token", token);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    /// A compatible call as the administrator, for a tenant.
    pub(crate) async fn compat(
        &self,
        method: Method,
        path: &str,
        tenant: u64,
        body: Option<Value>,
    ) -> Answer {
        let mut request = self
            .request(method, path)
            .header("X-Access-Token", self.token.as_deref().unwrap())
            .header("X-Tenant-Id", tenant.to_string());
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    /// A request to complete by hand.
    pub(crate) fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, format!("{}{path}", self.app().base_url()))
    }

    /// The administrator's token.
    pub(crate) fn token(&self) -> &str {
        self.token.as_deref().unwrap()
    }

    // --- the usual course ----------------------------------------------------------------------------------

    /// A tenant without a DingTalk application.
    pub(crate) async fn tenant(&self, name: &str) -> u64 {
        let made = self.post("/api/v1/tenants", json!({"name": name})).await;
        assert_eq!(made.status, 201, "{made:?}");
        made.body["id"].as_u64().unwrap()
    }

    /// Connects a tenant to an application.
    pub(crate) async fn connect(&self, tenant: u64, credentials: &Credentials) -> Answer {
        let body = json!({
            "agentId": credentials.agent_id, "clientId": credentials.client_id,
            "clientSecret": credentials.client_secret, "corpId": credentials.corp_id, "enabled": true,
        });
        self.send(Method::PUT, &format!("/api/v1/tenants/{tenant}/dingtalk"), Some(body)).await
    }

    /// A tenant connected to the first enterprise.
    pub(crate) async fn connected_tenant(&self) -> u64 {
        let tenant = self.tenant("测试租户").await;
        let connected = self.connect(tenant, &self.credentials).await;
        assert_eq!(connected.status, 200, "{connected:?}");
        tenant
    }

    /// Starts a run and waits for its end.
    pub(crate) async fn run(&self, tenant: u64, mode: &str) -> Value {
        let started = self.post(&format!("/api/v1/tenants/{tenant}/syncRuns"), json!({"mode": mode})).await;
        assert_eq!(started.status, 202, "{started:?}");
        self.ended(tenant, started.body["id"].as_str().unwrap()).await
    }

    /// The run once it has ended.
    pub(crate) async fn ended(&self, tenant: u64, run: &str) -> Value {
        let number = menpai::domain::id::TenantId(u32::try_from(tenant).unwrap());
        self.app().services().sync.wait(number, run.parse().unwrap()).await.unwrap();
        self.get(&format!("/api/v1/tenants/{tenant}/syncRuns/{run}")).await.body
    }

    /// A run that must succeed.
    pub(crate) async fn sync(&self, tenant: u64) -> Value {
        let run = self.run(tenant, "apply").await;
        assert_eq!(run["status"], "succeeded", "{run:#}");
        run
    }

    /// Every item of a list, over all its pages.
    pub(crate) async fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let mark = if path.contains('?') { '&' } else { '?' };
            let page = self.get(&format!("{path}{mark}limit=200&cursor={cursor}")).await;
            assert_eq!(page.status, 200, "{page:?}");
            items.extend(page.body["items"].as_array().unwrap().clone());
            match page.body["nextCursor"].as_str() {
                Some(next) => cursor = next.to_owned(),
                None => return items,
            }
        }
    }

    /// Everybody of a tenant.
    pub(crate) async fn members(&self, tenant: u64) -> Vec<Value> {
        self.all(&format!("/api/v1/tenants/{tenant}/members")).await
    }
}

/// Asks again and again until there is an answer; a test that waits longer than a minute has failed.
pub(crate) async fn until<T>(what: &str, ask: impl AsyncFnMut() -> Option<T>) -> T {
    let patient = tokio::time::timeout(Duration::from_secs(60), asked_until(ask)).await;
    patient.unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

async fn asked_until<T>(mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// The whole events of a stream so far.
pub(crate) fn events(text: &str) -> Vec<Value> {
    let whole = text.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
    let data = whole.lines().filter_map(|line| line.strip_prefix("data:"));
    data.map(|data| serde_json::from_str(data.trim()).unwrap()).collect()
}

/// Sends a request and reads the answer, whatever it is.
pub(crate) async fn answer(request: reqwest::RequestBuilder) -> Answer {
    Answer::of(request.send().await.unwrap()).await
}

impl Answer {
    /// Reads an answer, whatever it is.
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let content_type = response
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let text = response.text().await.unwrap();
        let body: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        if let Some(token) = body["token"].as_str() {
            logs::keep_secret(token);
        }
        Self { status, content_type, body }
    }
}

/// Proves that whatever was done by a request says from where. What a run changes is written by the job that carries it
/// out; the request that asked for the run has an entry of its own.
async fn assert_placed(store: &Store) {
    let mut cursor = None::<Vec<u8>>;
    loop {
        let from = cursor.clone();
        let all = AuditFilter::default();
        let read = store.read(move |tx| tx.audit().list(None, &all, Limit::new(Some(200)), from.as_deref()));
        let page = read.await.unwrap();
        for AuditEntry { event, .. } in &page.items {
            let by_request = event.actor != Actor::Server && event.action != "syncRun.apply";
            assert_eq!(event.address.is_some(), by_request, "from where it was done: {event:?}");
        }
        cursor = page.next;
        if cursor.is_none() {
            return;
        }
    }
}

fn clock(offset: &Arc<AtomicI64>) -> Arc<dyn Fn() -> i64 + Send + Sync> {
    let offset = offset.clone();
    Arc::new(move || now_millis() + offset.load(Ordering::Relaxed))
}
