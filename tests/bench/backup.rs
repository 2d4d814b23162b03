//! What a backup costs with many members: how long it takes until it was read back, and what requests feel of it.

use std::time::{Duration, Instant};

use crate::appliance::Appliance;
use crate::child::SimulatorProcess;
use crate::figures::{millis, percentile};
use crate::wire::Wire;

const MEMBERS: usize = 100_000;

/// One backup, made and checked while pages are read and something small is written over and over.
pub(crate) async fn measure() {
    let simulator = SimulatorProcess::start(MEMBERS, false);
    let appliance = Appliance::start(&simulator, 0).await;
    appliance.synchronise().await;
    simulator.stop();
    let path = appliance.path("members?limit=50");
    let mut wire = Wire::connect(appliance.authority(), appliance.token()).await;
    wire.get(&path).await;
    let writer = appliance.watch_writer();

    let (began, mut times) = (Instant::now(), Vec::new());
    let id = appliance.back_up().await;
    let backup = loop {
        times.push(wire.get(&path).await.0);
        let backup = appliance.backup(&id).await;
        match backup["status"].as_str() {
            Some("succeeded") => break backup,
            Some("queued" | "running") => tokio::time::sleep(Duration::from_millis(5)).await,
            _ => panic!("{backup:#}"),
        }
    };
    let took = began.elapsed();
    println!("\na backup of {MEMBERS} members, from asking for it until it was read back and checked");
    println!(
        "  backup                {:>9.0} ms  {} rows in {} MB (goal 5,000)",
        millis(took),
        backup["rows"].as_str().unwrap(),
        backup["bytes"].as_str().unwrap().parse::<u64>().unwrap() / 1_000_000
    );
    println!(
        "  page of members       {:>9.2} ms  p99 {:.2} ms meanwhile; longest wait to write {:.0} ms",
        millis(percentile(&mut times, 50)),
        millis(percentile(&mut times, 99)),
        millis(writer.longest().await)
    );
    println!(
        "  peak memory           {:>9} MB  of the appliance's process",
        appliance.peak_kilobytes() / 1024
    );
    appliance.stop();
}
