//! `menpai admin`: a way in for whoever holds the machine. The server must be stopped: one process owns the data.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use tokio::sync::Notify;

use crate::app::{StartError, Surroundings, store_options};
use crate::cli::{Failure, Outcome, say};
use crate::config::Config;
use crate::domain::secret::Secret;
use crate::service::Context;
use crate::service::access::Access;
use crate::store::Store;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a one-time link that creates the first administrator
    SetupLink,
    /// Create a platform administrator; the password is read from standard input
    Create {
        /// The account's name
        username: String,
    },
    /// Give a platform administrator another password, read from standard input
    ResetPassword {
        /// The account's name
        username: String,
    },
}

/// Carries the action out on the data directory.
pub(super) async fn run(arguments: Arguments, config: &Config) -> Outcome {
    let surroundings = Surroundings::real();
    let store = Store::open(&config.data_dir, &store_options(config), surroundings.ambient.now())
        .map_err(|error| StartError(error.text()))?;
    let context =
        Context { store: store.clone(), ambient: surroundings.ambient, wake: Arc::new(Notify::new()) };
    let access = Access::new(context, 1);
    act(arguments.action, &access, config).await?;
    drop(access);
    store.close();
    Ok(ExitCode::SUCCESS)
}

async fn act(action: Action, access: &Access, config: &Config) -> Result<(), Failure> {
    let told = |error: crate::domain::error::Error| StartError(error.detail);
    match action {
        Action::SetupLink => match access.create_setup_token().await.map_err(told)? {
            Some(token) => {
                let here = config.public_url.clone().unwrap_or_else(|| format!("http://{}", config.listen));
                say(&format!("{here}/setup?token={}", token.reveal()));
            }
            None => say(
                "there is an administrator already; use reset-password / 已有管理员，请使用 reset-password",
            ),
        },
        Action::Create { username } => {
            access.create_platform_administrator(&username, password()?).await.map_err(told)?;
            say("created / 已创建");
        }
        Action::ResetPassword { username } => {
            access.reset_platform_administrator(&username, password()?).await.map_err(told)?;
            say(
                "the password was changed and every session of the account ended / 密码已修改，该账号的会话均已结束",
            );
        }
    }
    Ok(())
}

fn password() -> Result<Secret, Failure> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    Ok(Secret::new(line.trim_end_matches(['\r', '\n'])))
}
