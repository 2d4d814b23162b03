//! `menpai serve`: the appliance, until it is told to stop.

use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};

use crate::app::{App, Surroundings};
use crate::cli::{Failure, Outcome, say};
use crate::config::Config;
use crate::telemetry::RecentErrors;

/// Serves until SIGTERM or SIGINT.
pub(super) async fn run(config: &Config, recent_errors: RecentErrors) -> Outcome {
    let surroundings = Surroundings { recent_errors, ..Surroundings::real() };
    let app = App::start(config, surroundings.clone()).await?;
    announce(&app, config).await?;
    Box::pin(until_stopped(app, config, surroundings)).await?;
    Ok(ExitCode::SUCCESS)
}

/// Goes on until the process is told to stop, anew after each restore.
pub(super) async fn until_stopped(
    mut app: App,
    config: &Config,
    surroundings: Surroundings,
) -> Result<(), Failure> {
    loop {
        tokio::select! {
            told = until_told() => {
                told?;
                app.stop().await;
                return Ok(());
            }
            () = app.restored() => app = app.start_anew(config, surroundings.clone()).await?,
        }
    }
}

async fn announce(app: &App, config: &Config) -> Result<(), Failure> {
    let here = config.public_url.clone().unwrap_or_else(|| app.base_url());
    say(&format!("Menpai 门牌 {}", env!("CARGO_PKG_VERSION")));
    say(&format!("  admin pages 管理后台   {here}/"));
    say(&format!("  API 接口文档           {here}/api/docs"));
    say(&format!("  DingTalk home page 钉钉应用首页地址   {here}/tenantId/<tenant id 租户id>"));
    say(&format!("  data 数据目录          {}", config.data_dir.display()));
    if let Some(token) = app.setup_token().await? {
        say("");
        say("There is no administrator yet. Open this link within 24 hours to create the first one:");
        say("尚无管理员。请在 24 小时内打开以下链接创建首位管理员：");
        say(&format!("  {here}/setup?token={}", token.reveal()));
        say("");
    }
    Ok(())
}

/// Ends when the process is told to stop.
pub(super) async fn until_told() -> Result<(), Failure> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
