//! `menpai support-bundle`: fetches the running server's support bundle into a file.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::client::{RunningServer, ServerArguments};
use super::{Outcome, say};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where to write it
    #[arg(long, value_name = "FILE", default_value = "menpai-support.tar.gz")]
    output: PathBuf,
    #[command(flatten)]
    server: ServerArguments,
}

/// Fetches and writes it; the token is a platform administrator's session (POST /api/v1/sessions).
pub(super) async fn run(arguments: &Arguments, variables: &BTreeMap<String, String>) -> Outcome {
    let server = RunningServer::find(&arguments.server, variables)?;
    let bytes = server.download("/system/supportBundle").await?;
    std::fs::write(&arguments.output, bytes)?;
    let path = arguments.output.display();
    say(&format!("{path}: read it before you send it (tar xzf {path}) / 发送前请先查看其内容"));
    Ok(ExitCode::SUCCESS)
}
