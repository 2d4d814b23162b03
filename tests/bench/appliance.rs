//! The appliance under measurement, driven over HTTP as any program would.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::child::{Process, SimulatorProcess, processor_time};

const ADMIN: (&str, &str) = ("admin", "a long enough password");

/// A running appliance with one connected tenant.
pub(crate) struct Appliance {
    process: Process,
    http: reqwest::Client,
    base: String,
    token: String,
    tenant: u64,
    directory: TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Appliance {
    /// Starts it on a fresh directory and connects a tenant.
    pub(crate) async fn start(simulator: &SimulatorProcess, qps: u32) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let variables = vec![
            ("MENPAI_DATA_DIR", directory.path().join("data").display().to_string()),
            ("MENPAI_LISTEN", "127.0.0.1:0".into()),
            ("MENPAI_ADMIN_USERNAME", ADMIN.0.into()),
            ("MENPAI_ADMIN_PASSWORD", ADMIN.1.into()),
            ("MENPAI_DINGTALK_OAPI_URL", simulator.base.clone()),
            ("MENPAI_DINGTALK_API_URL", simulator.base.clone()),
            ("MENPAI_DINGTALK_LOGIN_URL", simulator.base.clone()),
            ("MENPAI_DINGTALK_QPS", qps.to_string()),
        ];
        let (process, base) = boot(&variables);
        let http = reqwest::Client::new();
        let mut appliance =
            Self { process, http, base, token: String::new(), tenant: 0, directory, variables };
        let session = appliance.post("sessions", json!({"username": ADMIN.0, "password": ADMIN.1})).await;
        appliance.token = session["token"].as_str().unwrap().to_owned();
        appliance.tenant = appliance.post("tenants", json!({"name": "bench"})).await["id"].as_u64().unwrap();
        let application = &simulator.application;
        let body = json!({
            "agentId": application["agentId"].parse::<i64>().unwrap(), "clientId": application["clientId"],
            "clientSecret": application["clientSecret"], "corpId": application["corpId"], "enabled": true,
        });
        appliance.put("dingtalk", body).await;
        appliance
    }

    /// Ends it at once and starts it again on the same data.
    pub(crate) fn restart(&mut self) {
        self.process.end();
        (self.process, self.base) = boot(&self.variables);
    }

    /// Its address, without a scheme.
    pub(crate) fn authority(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// The token of its administrator.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The path of something of the tenant's.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v1/tenants/{}/{rest}", self.tenant)
    }

    /// Something of the tenant's; without a rest, the tenant itself.
    pub(crate) async fn get(&self, rest: &str) -> Value {
        let url = format!("{}{}", self.base, self.path(rest).trim_end_matches('/'));
        let answer = self.http.get(url).header("X-Access-Token", &self.token).send().await.unwrap();
        assert!(answer.status().is_success(), "{rest}: {answer:?}");
        answer.json().await.unwrap()
    }

    /// Sets something of the tenant's.
    pub(crate) async fn put(&self, rest: &str, body: Value) -> Value {
        let url = format!("{}{}", self.base, self.path(rest));
        let request = self.http.put(url).header("X-Access-Token", &self.token).json(&body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{rest}: {answer:?}");
        answer.json().await.unwrap()
    }

    /// Signs somebody in; whether that succeeded, and how long it took.
    pub(crate) async fn sign_in(&self, username: &str, password: &str) -> (bool, Duration) {
        let began = Instant::now();
        let url = format!("{}/api/v1/sessions", self.base);
        let body = json!({"username": username, "password": password});
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        (answer.status().is_success(), began.elapsed())
    }

    /// Begins a backup; gives its id.
    pub(crate) async fn back_up(&self) -> String {
        self.post("backups", json!({})).await["id"].as_str().unwrap().to_owned()
    }

    /// A backup, as far as it is.
    pub(crate) async fn backup(&self, id: &str) -> Value {
        let url = format!("{}/api/v1/backups/{id}", self.base);
        self.http.get(url).header("X-Access-Token", &self.token).send().await.unwrap().json().await.unwrap()
    }

    /// Waits until every default password is hashed, so that nothing goes on any more, and then as long as the
    /// allocator keeps what was given back to it.
    pub(crate) async fn come_to_rest(&self) {
        let url = format!("{}/metrics", self.base);
        loop {
            let metrics = self.http.get(&url).send().await.unwrap().text().await.unwrap();
            if metrics.lines().any(|line| line == "menpai_hashing_queue 0") {
                return tokio::time::sleep(Duration::from_secs(10)).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// One synchronisation as somebody who waits for it sees it: from the asking until the run says that it landed.
    pub(crate) async fn synchronise_timed(&self) -> (Value, Took) {
        let (before, began) = (self.processor_time(), Instant::now());
        let run = self.synchronise().await;
        (run, Took { time: began.elapsed(), processor: self.processor_time() - before })
    }

    /// One synchronisation, to its end.
    pub(crate) async fn synchronise(&self) -> Value {
        let runs = format!("tenants/{}/syncRuns", self.tenant);
        let started = self.post(&runs, json!({"mode": "apply"})).await;
        let path = format!("syncRuns/{}", started["id"].as_str().unwrap());
        loop {
            let run = self.get(&path).await;
            match run["status"].as_str().unwrap() {
                "queued" | "running" => tokio::time::sleep(Duration::from_millis(5)).await,
                "succeeded" => return run,
                _ => panic!("{run:#}"),
            }
        }
    }

    /// Writes something small over and over, to learn how long the writer is taken.
    pub(crate) fn watch_writer(&self) -> WriterWatch {
        let stop = watch::Sender::new(false);
        let stopped = stop.subscribe();
        let (http, token) = (self.http.clone(), self.token.clone());
        let url = format!("{}/api/v1/tenants/{}", self.base, self.tenant);
        let task = tokio::spawn(async move {
            let mut longest = Duration::ZERO;
            let mut turn = 0_u64;
            while !*stopped.borrow() {
                turn += 1;
                let began = Instant::now();
                let body = json!({"name": format!("bench {turn}")});
                let answer =
                    http.patch(&url).header("X-Access-Token", &token).json(&body).send().await.unwrap();
                assert!(answer.status().is_success(), "{answer:?}");
                longest = longest.max(began.elapsed());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            longest
        });
        WriterWatch { stop, task }
    }

    /// The processor time that it has used so far.
    pub(crate) fn processor_time(&self) -> Duration {
        processor_time(self.process.id())
    }

    /// The most memory the process ever had, in kB.
    pub(crate) fn peak_kilobytes(&self) -> u64 {
        self.kilobytes("VmHWM")
    }

    /// The memory that the process has now, in kB.
    pub(crate) fn kilobytes_now(&self) -> u64 {
        self.kilobytes("VmRSS")
    }

    fn kilobytes(&self, what: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(what)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Ends it and leaves its data directory for as long as the result lives.
    pub(crate) fn into_directory(mut self) -> TempDir {
        self.process.end();
        self.directory
    }

    /// Ends it.
    pub(crate) fn stop(self) {}

    async fn post(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/api/v1/{path}", self.base);
        let answer =
            self.http.post(url).header("X-Access-Token", &self.token).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {answer:?}");
        answer.json().await.unwrap()
    }
}

/// What something took.
pub(crate) struct Took {
    /// On the clock.
    pub(crate) time: Duration,
    /// The appliance's processor time.
    pub(crate) processor: Duration,
}

/// Learns how long a small write has to wait.
pub(crate) struct WriterWatch {
    stop: watch::Sender<bool>,
    task: JoinHandle<Duration>,
}

impl WriterWatch {
    /// The longest wait until now.
    pub(crate) async fn longest(self) -> Duration {
        self.stop.send_replace(true);
        self.task.await.unwrap()
    }
}

fn boot(variables: &[(&'static str, String)]) -> (Process, String) {
    let mut process = Process::start(&["serve"], variables);
    let line = process.line_with("http://");
    let base = line.split_whitespace().last().unwrap().trim_end_matches('/').to_owned();
    (process, base)
}
