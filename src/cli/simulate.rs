//! `menpai simulate`: the DingTalk simulator alone, to point an appliance, a script or a test at.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use crate::app::now_millis;
use crate::cli::serve::until_told;
use crate::cli::{Outcome, say};
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
    /// Address and port [default: that of --listen, else 127.0.0.1:3101]
    #[arg(long)]
    address: Option<SocketAddr>,
}

/// Beside the appliance's own.
const ADDRESS: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3101);

impl Arguments {
    /// Where to listen; `listen` is what the flag of that name says. `MENPAI_LISTEN` is the appliance's alone, which may
    /// be started from the same shell.
    fn address(&self, listen: Option<SocketAddr>) -> SocketAddr {
        self.address.or(listen).unwrap_or(ADDRESS)
    }
}

/// Simulates until told to stop.
pub(super) async fn run(arguments: &Arguments, listen: Option<SocketAddr>) -> Outcome {
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
    let simulator = simulator::start(arguments.address(listen), settings).await?;
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    #[test]
    fn no_address_that_was_told_is_passed_over() {
        let address = |words: &[&str], listen: Option<&str>| {
            let line = Line::parse_from([&["simulate"], words].concat());
            line.arguments.address(listen.map(|text| text.parse().unwrap())).to_string()
        };
        assert_eq!(address(&[], None), "127.0.0.1:3101");
        assert_eq!(address(&[], Some("127.0.0.1:4711")), "127.0.0.1:4711");
        assert_eq!(address(&["--address", "[::1]:7"], Some("127.0.0.1:4711")), "[::1]:7");
    }
}
