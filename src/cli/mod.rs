//! The command line: one file a subcommand. Texts for the operator go to standard output, the log to standard error.

mod admin;
mod backup;
mod check;
mod client;
mod config;
mod demo;
mod doctor;
mod openapi;
mod serve;
mod simulate;
mod support;
mod sync;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Flags, Purpose, environment};
use crate::telemetry::{self, RecentErrors};

/// Menpai (门牌): a directory in step with DingTalk, accounts for everyone, messages whose delivery is known.
#[derive(Debug, Parser)]
#[command(name = "menpai", version, disable_help_subcommand = true)]
pub struct CommandLine {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the appliance
    Serve,
    /// Run the appliance with a DingTalk simulator and a filled tenant
    Demo,
    /// Run the DingTalk simulator alone
    Simulate(simulate::Arguments),
    /// Make a setup link, an administrator, or a new password
    Admin(admin::Arguments),
    /// Examine a tenant's DingTalk application through the running server
    Doctor(doctor::Arguments),
    /// Show, run or look back on a tenant's synchronisations through the running server
    Sync(sync::Arguments),
    /// Make, list, verify or restore backups
    Backup(backup::Arguments),
    /// Try an upgrade of the data on a copy (the server must be stopped)
    UpgradeCheck,
    /// Fetch a support bundle from the running server: text files without secrets and without anybody's name
    SupportBundle(support::Arguments),
    /// Verify the database and its indexes (the server must be stopped)
    Check,
    /// Print the API's specification
    Openapi,
    /// Show the settings with their origins, or check them
    Config(config::Arguments),
}

/// Why a command ended badly: a sentence for the operator in both languages.
pub(crate) type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What a command gives back.
pub(crate) type Outcome = Result<ExitCode, Failure>;

impl CommandLine {
    /// Reads a command line; prints help or a complaint and ends the process where clap does so.
    pub fn read(words: impl IntoIterator<Item = OsString>) -> Self {
        Self::parse_from(words)
    }

    /// Carries the command out. Not generic over where the variables come from: everything that runs would be compiled
    /// again with each caller.
    pub async fn run(self, variables: Vec<(OsString, OsString)>) -> ExitCode {
        match self.carry_out(variables).await {
            Ok(code) => code,
            Err(failure) => {
                say_error(&failure.to_string());
                ExitCode::FAILURE
            }
        }
    }

    async fn carry_out(self, variables: Vec<(OsString, OsString)>) -> Outcome {
        let variables = environment(variables)?;
        match self.command {
            Command::Openapi => openapi::run(),
            Command::Config(arguments) => config::run(&arguments, &self.flags, &variables),
            Command::Serve => {
                let (config, recent_errors) = logging(Purpose::Serve, &self.flags, &variables)?;
                Box::pin(serve::run(&config, recent_errors)).await
            }
            Command::Demo => {
                let (config, recent_errors) = logging(Purpose::Demo, &self.flags, &variables)?;
                Box::pin(demo::run(config, recent_errors)).await
            }
            Command::SupportBundle(arguments) => support::run(&arguments, &variables).await,
            Command::Simulate(arguments) => {
                let config = started(Purpose::Demo, &self.flags, &variables)?;
                simulate::run(&arguments, self.flags.names_address().then_some(config.listen)).await
            }
            Command::Admin(arguments) => {
                admin::run(arguments, &started(Purpose::Serve, &self.flags, &variables)?).await
            }
            Command::Doctor(arguments) => doctor::run(&arguments, &variables).await,
            Command::Sync(arguments) => sync::run(&arguments, &variables).await,
            Command::Backup(arguments) => {
                let config = started(Purpose::Serve, &self.flags, &variables)?;
                backup::run(&arguments, &config, &variables).await
            }
            Command::UpgradeCheck => {
                backup::upgrade_check(&started(Purpose::Serve, &self.flags, &variables)?)
            }
            Command::Check => check::run(&started(Purpose::Serve, &self.flags, &variables)?),
        }
    }
}

/// The settings, with logging started as they say.
fn started(purpose: Purpose, flags: &Flags, variables: &BTreeMap<String, String>) -> Result<Config, Failure> {
    Ok(logging(purpose, flags, variables)?.0)
}

/// The same, with what keeps the last warnings and errors.
fn logging(
    purpose: Purpose,
    flags: &Flags,
    variables: &BTreeMap<String, String>,
) -> Result<(Config, RecentErrors), Failure> {
    let config = Config::load(purpose, flags, variables, &|path| std::fs::read_to_string(path))?;
    let recent_errors = RecentErrors::default();
    telemetry::start(telemetry::filter(&config.log)?, recent_errors.clone())?;
    Ok((config, recent_errors))
}

/// Prints a text for the operator. A closed pipe is nobody's fault.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints how something goes on, beside the result on standard output.
pub(crate) fn say_progress(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

fn say_error(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "menpai: {text}");
}
