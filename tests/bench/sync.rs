//! What a synchronisation costs: first and unchanged, without limits and under DingTalk's.

use std::time::Duration;

use serde_json::Value;

use crate::appliance::Appliance;
use crate::bare::{self, Walk};
use crate::child::{SimulatorProcess, processor_time};
use crate::figures::{median, rate, ratio};

/// The size that is measured under DingTalk's limit of 20 calls a second.
const LIMITED: usize = 6_000;
/// How often a repeatable measurement is made; the median is told.
const TIMES: usize = 3;

/// First and unchanged runs against the bare fetch of the same pages with the same client library.
pub(crate) async fn unlimited(members: usize) {
    let simulator = SimulatorProcess::start(members, false);
    let mut bare = Vec::new();
    let mut bare_cpu = Vec::new();
    let mut walk = Walk::default();
    for _ in 0..TIMES {
        let before = processor_time(std::process::id());
        let (took, found) = bare::fetch(&simulator).await;
        bare_cpu.push(processor_time(std::process::id()) - before);
        bare.push(took);
        walk = found;
    }
    let (bare, bare_cpu) = (median(bare), median(bare_cpu));

    let mut firsts = Vec::new();
    let mut held = Vec::new();
    let mut unchanged = Vec::new();
    let (mut firsts_cpu, mut unchanged_cpu) = (Vec::new(), Vec::new());
    let mut peak = 0;
    let mut calls = 0;
    for _ in 0..TIMES {
        let appliance = Appliance::start(&simulator, 0).await;
        let watch = appliance.watch_writer();
        let (first, took) = appliance.synchronise_timed().await;
        firsts.push(took.time);
        firsts_cpu.push(took.processor);
        held.push(watch.longest().await);
        assert_eq!(first["counts"]["membersCreated"], members, "{first:#}");
        calls = total_calls(&first);
        for _ in 0..TIMES {
            let (run, took) = appliance.synchronise_timed().await;
            assert_eq!(run["counts"]["membersUpdated"], 0, "{run:#}");
            unchanged.push(took.time);
            unchanged_cpu.push(took.processor);
        }
        peak = peak.max(appliance.peak_kilobytes());
        appliance.stop();
    }
    let (first, unchanged) = (median(firsts), median(unchanged));
    let (first_cpu, unchanged_cpu) = (median(firsts_cpu), median(unchanged_cpu));
    let least = walk.departments + walk.pages;
    println!("\n{members} members, {} departments, no limit", walk.departments);
    println!("  bare fetch            {:>9} ms  {:>8.0} members/s", bare.as_millis(), rate(members, bare));
    println!(
        "  first sync            {:>9} ms  {:>8.0} members/s  {:.2} x the bare fetch (goal 2, better 1.5)",
        first.as_millis(),
        rate(members, first),
        ratio(first, bare)
    );
    println!(
        "  unchanged sync        {:>9} ms  {:>8.0} members/s  {:.2} x the bare fetch (goal 1.2)",
        unchanged.as_millis(),
        rate(members, unchanged),
        ratio(unchanged, bare)
    );
    println!(
        "  processor time        bare {} ms, first {} ms ({:.2} x), unchanged {} ms ({:.2} x), all threads",
        bare_cpu.as_millis(),
        first_cpu.as_millis(),
        ratio(first_cpu, bare_cpu),
        unchanged_cpu.as_millis(),
        ratio(unchanged_cpu, bare_cpu)
    );
    println!("  calls                 {calls:>9}     least possible {least} + 5 (goal: no more)");
    println!(
        "  peak memory           {:>9} MB  of the appliance's process (goal 400 at 100,000)",
        peak / 1024
    );
    println!(
        "  longest wait to write {:>9} ms  beside a first sync (goal 4,000 at 100,000)",
        median(held).as_millis()
    );
    simulator.stop();
}

/// Wall time under the limit of 20 calls a second per application and API.
pub(crate) async fn limited(qps: u32) {
    let simulator = SimulatorProcess::start(LIMITED, true);
    let appliance = Appliance::start(&simulator, qps).await;
    let (run, took) = appliance.synchronise_timed().await;
    let listed = run["calls"]["/topapi/v2/department/listsub"].as_u64().unwrap();
    let paged = run["calls"]["/topapi/v2/user/list"].as_u64().unwrap();
    let ideal = Duration::from_millis(listed.max(paged) * 1000 / 20);
    let took = took.time;
    println!("\n{LIMITED} members under 20 calls/s, MENPAI_DINGTALK_QPS={qps}");
    println!(
        "  first sync            {:>9} ms  ideal {} ms  {:.3} x (goal 1.1)  refused calls: {}",
        took.as_millis(),
        ideal.as_millis(),
        ratio(took, ideal),
        simulator.refused().await
    );
    appliance.stop();
    simulator.stop();
}

fn total_calls(run: &Value) -> u64 {
    run["calls"].as_object().unwrap().values().map(|calls| calls.as_u64().unwrap()).sum()
}
