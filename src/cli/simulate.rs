//! `menpai simulate`: the DingTalk simulator alone, to point an appliance, a script or a test at.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use crate::app::now_millis;
use crate::cli::serve::until_told;
use crate::cli::{Outcome, say};
use crate::config::Config;
use crate::simulator::{self, Settings, Shape};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How many people the enterprise has
    #[arg(long, default_value_t = 120)]
    members: usize,
    /// How many enterprises there are, each with an application of its own
    #[arg(long, default_value_t = 1)]
    enterprises: usize,
    /// The same seed gives the same people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Leave out the awkward cases (several departments, homonyms, missing numbers …)
    #[arg(long)]
    plain: bool,
    /// Enforce DingTalk's limits: calls per second, monthly quota, bans
    #[arg(long)]
    limits: bool,
    /// Address and port
    #[arg(long, default_value = "127.0.0.1:3101")]
    address: SocketAddr,
}

/// Simulates until told to stop.
pub(super) async fn run(arguments: &Arguments, _config: &Config) -> Outcome {
    let mut settings = Settings::new(Arc::new(now_millis));
    settings.behaviour.limits = arguments.limits;
    let mut applications = Vec::new();
    for number in 0..arguments.enterprises {
        let seed = arguments.seed.wrapping_add(number as u64);
        let shape = match arguments.plain {
            true => Shape::plain(arguments.members, seed),
            false => Shape::awkward(arguments.members, seed),
        };
        applications.push(settings.organisation(&shape));
    }
    let simulator = simulator::start(arguments.address, settings).await?;
    let base = simulator.base_url();
    say(&format!("DingTalk simulator 钉钉模拟器  {base}"));
    for variable in ["OAPI", "API", "LOGIN"] {
        say(&format!("  export MENPAI_DINGTALK_{variable}_URL={base}"));
    }
    for application in applications {
        say("");
        say(&format!("  CorpId                    {}", application.corp_id));
        say(&format!("  AgentId                   {}", application.agent_id));
        say(&format!("  Client ID (AppKey)        {}", application.client_id));
        say(&format!("  Client Secret (AppSecret) {}", application.client_secret));
    }
    say("");
    say(&format!("  what it knows and received: {base}/control/v1/state"));
    until_told().await?;
    simulator.stop().await;
    Ok(ExitCode::SUCCESS)
}
