//! `menpai config`: what the settings are, where each came from, and whether they are right.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::cli::{Outcome, say};
use crate::config::{Config, Flags, Purpose, Settings};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show every setting with its origin
    Show,
    /// Check the settings without starting anything
    Check,
}

/// Shows or checks the settings.
pub(super) fn run(arguments: &Arguments, flags: &Flags, variables: &BTreeMap<String, String>) -> Outcome {
    let read_file = |path: &Path| std::fs::read_to_string(path);
    let settings = Settings::collect(Purpose::Serve, flags, variables, &read_file)?;
    match arguments.action {
        Action::Show => say(settings.to_string().trim_end()),
        Action::Check => {
            Config::from_settings(&settings, &read_file)?;
            say("the settings are right / 配置正确");
        }
    }
    Ok(ExitCode::SUCCESS)
}
