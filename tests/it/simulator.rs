//! The simulator over its own wire: every rule that the client's tests later lean on is proven here first.

mod client;
mod control;
mod events;
mod faults;
mod notices;
mod reading;
mod signing_in;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use menpai::simulator::{Credentials, Settings, Shape, Simulator, start};
use serde_json::{Value, json};

/// A simulator with one generated enterprise, a clock that stands still until moved, and a plain HTTP client.
struct Stage {
    simulator: Simulator,
    app: Credentials,
    http: reqwest::Client,
    clock: Arc<AtomicI64>,
}

impl Stage {
    async fn new(shape: Shape) -> Self {
        Self::with(shape, |_| {}).await
    }

    async fn with(shape: Shape, change: impl FnOnce(&mut Settings)) -> Self {
        // Whoever comes first installs it; it is the same for all.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let clock = Arc::new(AtomicI64::new(1_900_000_000_000));
        let reading = Arc::clone(&clock);
        let mut settings = Settings::new(Arc::new(move || reading.load(Ordering::SeqCst)));
        let app = settings.organisation(&shape);
        change(&mut settings);
        let simulator = start("127.0.0.1:0".parse().unwrap(), settings).await.unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { simulator, app, http, clock }
    }

    fn pass(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::SeqCst);
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.base_url())
    }

    async fn get(&self, path: &str) -> Value {
        self.http.get(self.url(path)).send().await.unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.http.post(self.url(path)).json(&body).send().await.unwrap().json().await.unwrap()
    }

    /// Status and body of a call to the new interface.
    async fn modern(&self, path: &str, body: Value) -> (u16, Value) {
        let answer = self.http.post(self.url(path)).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn token(&self) -> String {
        let Credentials { client_id, client_secret, .. } = &self.app;
        let answer = self.get(&format!("/gettoken?appkey={client_id}&appsecret={client_secret}")).await;
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// A call of the old interface with a good token.
    async fn call(&self, path: &str, body: Value) -> Value {
        let token = self.token().await;
        self.post(&format!("{path}?access_token={token}"), body).await
    }
}

/// The effective code of an answer of the old interface.
fn code(answer: &Value) -> i64 {
    let wrapped = answer["sub_code"].as_str().map(|text| text.parse().unwrap());
    wrapped.unwrap_or_else(|| answer["errcode"].as_i64().unwrap())
}

#[tokio::test]
async fn two_simulators_live_side_by_side_and_stop_quickly() {
    let (one, two) = (Stage::new(Shape::plain(5, 1)).await, Stage::new(Shape::plain(6, 1)).await);
    assert_ne!(one.simulator.address(), two.simulator.address());
    let count = async |stage: &Stage| {
        let answer = stage.call("/topapi/user/count", json!({ "only_active": false })).await;
        answer["result"]["count"].as_u64().unwrap()
    };
    assert_eq!((count(&one).await, count(&two).await), (5, 6));
    let url = one.url("/gettoken");
    one.simulator.stop().await;
    assert!(one.http.get(url).send().await.is_err(), "nobody listens any more");
    assert_eq!(count(&two).await, 6);
}
