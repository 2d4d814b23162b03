//! A thousand requests a second while everybody is being read from DingTalk.
//!
//! A request's time counts from the moment at which it was due, so that a server that falls behind cannot hide it.

use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::interval;

use crate::appliance::Appliance;
use crate::child::SimulatorProcess;
use crate::figures::{millis, percentile, rate};
use crate::wire::Wire;

const MEMBERS: usize = 100_000;
/// Each asks a hundred times a second.
const CONNECTIONS: usize = 10;
/// Every so manieth request is for a page, the others for one row.
const PAGES: usize = 10;

/// The requests beside a first sync, and beside one that finds nothing new.
pub(crate) async fn measure() {
    let simulator = SimulatorProcess::start(MEMBERS, false);
    let appliance = Appliance::start(&simulator, 0).await;
    println!(
        "\n{MEMBERS} members, 1,000 requests a second over {CONNECTIONS} connections, nine in ten for one row"
    );
    // Nobody is there yet: the row is the tenant's.
    let tenant = appliance.path("").trim_end_matches('/').to_owned();
    beside_a_sync("beside a first sync", &appliance, &tenant).await;
    let first = appliance.get("members?limit=1").await;
    let member = appliance.path(&format!("members/{}", first["items"][0]["id"].as_str().unwrap()));
    beside_a_sync("beside the next one", &appliance, &member).await;
    appliance.stop();
    simulator.stop();
}

async fn beside_a_sync(what: &str, appliance: &Appliance, row: &str) {
    let over = watch::Sender::new(false);
    let began = Instant::now();
    let clients: Vec<_> = (0..CONNECTIONS).map(|_| client(appliance, row, &over)).collect();
    appliance.synchronise().await;
    over.send_replace(true);
    let took = began.elapsed();
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await.unwrap());
    }
    println!(
        "  {what:<21} {:>9.2} ms  p99 {:.2} ms, slowest {:.0} ms; {:.0} answers a second in {:.0} ms (goal 50)",
        millis(percentile(&mut times, 50)),
        millis(percentile(&mut times, 99)),
        millis(percentile(&mut times, 100)),
        rate(times.len(), took),
        millis(took)
    );
}

fn client(appliance: &Appliance, row: &str, over: &watch::Sender<bool>) -> JoinHandle<Vec<Duration>> {
    let (authority, token) = (appliance.authority().to_owned(), appliance.token().to_owned());
    let (row, page, over) = (row.to_owned(), appliance.path("members?limit=50"), over.subscribe());
    tokio::spawn(async move {
        let mut wire = Wire::connect(&authority, &token).await;
        let mut due = interval(Duration::from_millis(10));
        let mut times = Vec::new();
        while !*over.borrow() {
            let due = due.tick().await;
            wire.get(if times.len() % PAGES == 0 { &page } else { &row }).await;
            times.push(due.elapsed());
        }
        times
    })
}
