//! `make bench`: what is measured in one run on this machine, against a simulator in a process of its own. Ratios are what
//! counts; single times depend on the machine and what else it does. `cargo bench --bench bench -- sync` measures one
//! part: `sync`, `limited`, `events`, `reads`, `accounts`, `busy`, `backup`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement that cannot be made stops with its reason, and prints what it found"
)]

mod accounts;
mod appliance;
mod backup;
mod bare;
mod bare_handler;
mod busy;
mod child;
mod events;
mod figures;
mod reads;
mod sync;
mod wire;

use std::time::Instant;

/// Sizes that are measured without limits.
const SIZES: [usize; 2] = [10_000, 100_000];

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if let [command, length] = words.as_slice()
        && command == bare_handler::COMMAND
    {
        return runtime.block_on(bare_handler::serve(length.parse().unwrap()));
    }
    let began = Instant::now();
    println!("Menpai benchmarks: medians of one run, simulator and appliance in processes of their own");
    runtime.block_on(measure(|part| words.is_empty() || words.iter().any(|word| word == part)));
    println!("\nmeasured in {} s", began.elapsed().as_secs());
}

async fn measure(wanted: impl Fn(&str) -> bool) {
    if wanted("sync") {
        for members in SIZES {
            sync::unlimited(members).await;
        }
    }
    if wanted("limited") {
        for qps in [18, 19] {
            sync::limited(qps).await;
        }
    }
    if wanted("events") {
        events::burst().await;
    }
    if wanted("reads") {
        reads::measure().await;
    }
    if wanted("accounts") {
        accounts::measure().await;
    }
    if wanted("busy") {
        busy::measure().await;
    }
    if wanted("backup") {
        backup::measure().await;
    }
}
