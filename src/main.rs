//! Parses the command line, sets up the runtime and hands over.

use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use menpai::cli::CommandLine;
use mimalloc::MiMalloc;

/// Gives memory back after a large run, and is faster with many threads. Without transparent huge pages: they keep
/// tens of megabytes for what is mostly empty.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    tokio::spawn(give_memory_back());
    CommandLine::read(std::env::args_os()).run(std::env::vars_os().collect()).await
}

/// The allocator hands what was freed a second ago back to the system when a thread ends, and a server at rest ends
/// none: so one that does nothing ends now and then.
async fn give_memory_back() {
    loop {
        tokio::time::sleep(Duration::from_secs(10)).await;
        drop(thread::Builder::new().spawn(|| ()));
    }
}
