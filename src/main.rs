//! Parses the command line, sets up the runtime and hands over.

use std::process::ExitCode;

use menpai::cli::CommandLine;
use mimalloc::MiMalloc;

/// Gives memory back after a large run, and is faster with many threads.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    CommandLine::read(std::env::args_os()).run(std::env::vars_os()).await
}
