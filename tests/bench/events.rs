//! How long a change takes from DingTalk's event to the directory, under the limit of 20 calls a second.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::appliance::Appliance;
use crate::child::SimulatorProcess;
use crate::figures::{millis, percentile};

const MEMBERS: usize = 10_000;
/// Changes in one burst.
const CHANGES: usize = 100;
/// What reading the changed people takes under the limit alone.
const LIMITS_OWN: Duration = Duration::from_millis(CHANGES as u64 * 1000 / 20);

/// A burst of changes, heard of over a stream.
pub(crate) async fn burst() {
    let simulator = SimulatorProcess::start(MEMBERS, false);
    let client_id = &simulator.application["clientId"];
    let application = format!("applications/{client_id}");
    simulator.control(Method::PATCH, &application, &json!({"events": {"transport": "stream"}})).await;
    let appliance = Appliance::start(&simulator, 18).await;
    listen(&appliance).await;
    simulator.control(Method::PUT, "limits", &json!({"on": true})).await;

    let corp_id = &simulator.application["corpId"];
    let members = appliance.get(&format!("members?limit={CHANGES}")).await;
    let mut sent = BTreeMap::new();
    for member in members["items"].as_array().unwrap() {
        let userid = member["dingtalkUserId"].as_str().unwrap();
        let path = format!("organisations/{corp_id}/users/{userid}");
        sent.insert(member["id"].as_str().unwrap().to_owned(), Instant::now());
        simulator.control(Method::PATCH, &path, &json!({"title": "变更后的职位"})).await;
    }
    let mut times = Vec::new();
    while !sent.is_empty() {
        let now = appliance.get(&format!("members?limit={CHANGES}")).await;
        for member in now["items"].as_array().unwrap().iter().filter(|one| one["title"] == "变更后的职位")
        {
            times.extend(sent.remove(member["id"].as_str().unwrap()).map(|sent| sent.elapsed()));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (p50, p99) = (percentile(&mut times, 50), percentile(&mut times, 99));
    println!("\n{CHANGES} changes at once among {MEMBERS} members, events over a stream, 20 calls/s, QPS=18");
    println!(
        "  event to directory    {:>9.0} ms  p99 {:.0} ms; less the limit's own {} ms: {:.0} ms (goal 3,000); refused calls: {}",
        millis(p50),
        millis(p99),
        LIMITS_OWN.as_millis(),
        millis(p99.saturating_sub(LIMITS_OWN)),
        simulator.refused().await
    );
    appliance.stop();
    simulator.stop();
}

/// Everybody is here, the stream stands, and the full run with which listening begins is over.
async fn listen(appliance: &Appliance) {
    appliance.put("dingtalk/events", json!({"transport": "stream"})).await;
    loop {
        let status = appliance.get("dingtalk/events").await;
        let runs: Value = appliance.get("syncRuns?limit=1").await;
        let read = runs["items"][0]["status"] == "succeeded";
        if status["stream"]["connectedSince"].is_string() && status["waiting"] == 0 && read {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
