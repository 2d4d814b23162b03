//! What reading costs with many members: pages, searches, single rows, the start, and the memory at rest.

use std::time::{Duration, Instant};

use crate::appliance::Appliance;
use crate::bare_handler;
use crate::child::SimulatorProcess;
use crate::figures::{millis, percentile};
use crate::wire::{Wire, throughput};

const MEMBERS: usize = 100_000;
/// Requests of one kind.
const ASKED: usize = 200;
/// Connections at once where requests a second are counted.
const CONNECTIONS: usize = 8;

/// How often the two are asked in turn; the middle of each counts.
const ROUNDS: usize = 3;

/// Everything about reading.
pub(crate) async fn measure() {
    let simulator = SimulatorProcess::start(MEMBERS, false);
    let mut appliance = Appliance::start(&simulator, 0).await;
    appliance.synchronise().await;
    simulator.stop();

    let began = Instant::now();
    appliance.restart();
    let mut wire = Wire::connect(appliance.authority(), appliance.token()).await;
    wire.get(&appliance.path("members?limit=50")).await;
    println!("\n{MEMBERS} members, reading over one kept connection, times at the client");
    println!(
        "  killed and started    {:>9.0} ms  to the first page of members (goal 1,000)",
        millis(began.elapsed())
    );
    let (first, _) = wire.get(&appliance.path("members?limit=50&q=wang")).await;
    println!("  the very first search {:>9.1} ms  which reads everybody's texts", millis(first));

    let first = appliance.get("members?limit=500").await;
    let member = first["items"][0].clone();
    let cursor = first["nextCursor"].as_str().unwrap().to_owned();
    let mobile = member["username"].as_str().unwrap();
    let department = member["departments"][0]["id"].as_str().unwrap_or_default().to_owned();
    let kinds = [
        ("first page of 50", "members?limit=50".to_owned()),
        ("a later page of 50", format!("members?limit=50&cursor={cursor}")),
        ("page of a department", format!("members?limit=50&departmentId={department}")),
        ("search by name", "members?limit=50&q=%E7%8E%8B".to_owned()),
        ("search by pinyin", "members?limit=50&q=zhangwei".to_owned()),
        ("search by mobile", format!("members?limit=50&q={}", &mobile[3..])),
        ("search without a hit", "members?limit=50&q=nobody%20is%20called%20so".to_owned()),
    ];
    for (what, rest) in kinds {
        let path = appliance.path(&rest);
        let mut times = Vec::new();
        for _ in 0..ASKED {
            times.push(wire.get(&path).await.0);
        }
        print_times(what, &mut times);
    }

    let path = appliance.path(&format!("members/{}", member["id"].as_str().unwrap()));
    let (_, length) = wire.get(&path).await;
    let (_process, authority) = bare_handler::start(length);
    let (mut own, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        own.push(throughput(appliance.authority(), appliance.token(), &path, CONNECTIONS).await);
        bare.push(throughput(&authority, appliance.token(), &path, CONNECTIONS).await);
    }
    let [own, bare] = [own, bare].map(middle);
    println!(
        "  one member            {own:>9.0} requests/s, a bare handler of the same {length} bytes {bare:.0}: {:.2} x (goal 0.6)",
        own / bare
    );
    rest(MEMBERS, 250, &appliance);
    appliance.stop();

    let simulator = SimulatorProcess::start(100, false);
    let mut appliance = Appliance::start(&simulator, 0).await;
    appliance.synchronise().await;
    appliance.restart();
    appliance.get("members?limit=50&q=wang").await;
    appliance.come_to_rest().await;
    rest(100, 60, &appliance);
    appliance.stop();
}

fn middle(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

fn rest(members: usize, goal: u32, appliance: &Appliance) {
    let now = appliance.kilobytes_now() / 1024;
    println!("  memory at rest        {now:>9} MB  with {members} members, searched (goal {goal})");
}

/// Prints the middle and the slow end.
pub(crate) fn print_times(what: &str, times: &mut [Duration]) {
    let (p50, p99) = (percentile(times, 50), percentile(times, 99));
    println!("  {what:<21} {:>9.2} ms  p99 {:.2} ms (goal 20)", millis(p50), millis(p99));
}
