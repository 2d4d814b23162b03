//! `menpai demo`: the appliance with a DingTalk simulator and a filled tenant, to look at and to try.
//!
//! Must not be reachable from outside unless told so: the simulator's secrets are nobody's, but its people are
//! signed in for the asking. Started again on the same directory, it goes on with what is there.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::{App, StartError, Surroundings, now_millis};
use crate::cli::serve::until_stopped;
use crate::cli::{Failure, Outcome, say};
use crate::config::{Config, FirstAdministrator};
use crate::domain::access::principal::Principal;
use crate::domain::error::Error;
use crate::domain::messaging::content::Content;
use crate::domain::messaging::message::Audience;
use crate::domain::messaging::way::Wish;
use crate::domain::page::Limit;
use crate::domain::secret::Secret;
use crate::domain::sync::run::{RunMode, RunTrigger, SyncRun};
use crate::domain::tenant::Tenant;
use crate::service::applications::{ApplicationInput, Expect};
use crate::service::directory::MemberQuery;
use crate::service::messaging::NewMessage;
use crate::simulator::{self, Settings, Simulator};
use crate::telemetry::RecentErrors;

const ADMINISTRATOR: &str = "admin";
const TENANT: &str = "门牌示例科技有限公司";
/// How long the demo waits for its notification to be sent.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the demo until told to stop.
pub(super) async fn run(mut config: Config, recent_errors: RecentErrors) -> Outcome {
    let surroundings = Surroundings { recent_errors, ..Surroundings::real() };
    let random = |bytes: [u8; 18]| URL_SAFE_NO_PAD.encode(bytes);
    let client_secret = random(surroundings.ambient.random());
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let settings = Settings::demo(Arc::new(now_millis), client_secret.as_str());
    let simulator = simulator::start(anywhere, settings).await?;
    let base = simulator.base_url();
    config.dingtalk.oapi_url = base.clone();
    config.dingtalk.api_url = base.clone();
    config.dingtalk.login_url = base;
    let administrator = config.first_administrator.take();
    let chosen = administrator.is_some();
    let administrator = administrator.unwrap_or_else(|| FirstAdministrator {
        username: ADMINISTRATOR.to_owned(),
        password: Secret::new(random(surroundings.ambient.random())),
    });
    config.first_administrator = Some(administrator.clone());

    let app = App::start(&config, surroundings.clone()).await?;
    if !chosen {
        // A directory from an earlier demo has an administrator whose password nobody remembers.
        let access = &app.services().access;
        access
            .reset_platform_administrator(&administrator.username, administrator.password.clone())
            .await
            .map_err(told)?;
    }
    fill(&app, &simulator, client_secret, &config, &administrator).await?;
    Box::pin(until_stopped(app, &config, surroundings)).await?;
    simulator.stop().await;
    Ok(ExitCode::SUCCESS)
}

fn told(error: Error) -> Failure {
    Box::new(StartError(error.detail))
}

/// Connects the tenant, brings its people in, sends a notification, and tells about it.
async fn fill(
    app: &App,
    simulator: &Simulator,
    client_secret: String,
    config: &Config,
    administrator: &FirstAdministrator,
) -> Result<(), Failure> {
    let services = app.services();
    let tenant =
        match services.tenants.all(&Principal::Server, TENANT).await.map_err(told)?.into_iter().next() {
            Some(tenant) => tenant,
            None => services.tenants.create(&Principal::Server, TENANT, None).await.map_err(told)?,
        };
    let application =
        simulator.platform().application("dingdemoapp").ok_or("the simulator has no application")?;
    let input = ApplicationInput {
        agent_id: application.agent_id,
        client_id: application.client_id,
        client_secret: Some(Secret::new(client_secret)),
        corp_id: Some(application.corp_id),
        enabled: true,
    };
    services.applications.put(&Principal::Server, tenant.id, input, Expect::Either).await.map_err(told)?;

    say("synchronising the demo enterprise … 正在同步示例企业…");
    let sync = &services.sync;
    let run = sync
        .request(&Principal::Server, tenant.id, RunMode::Apply, RunTrigger::Manual)
        .await
        .map_err(told)?;
    let run = sync.wait(tenant.id, run.id).await.map_err(told)?;
    let sample = notify(app, &tenant).await?;
    tell(app, simulator, config, administrator, &tenant, &run, sample);
    Ok(())
}

/// Sends a notification to the first member with a number, and gives back that member's sign-in.
async fn notify(app: &App, tenant: &Tenant) -> Result<Option<String>, Failure> {
    let services = app.services();
    let page = services
        .directory
        .members(&Principal::Server, tenant.id, MemberQuery::default(), Limit::new(None), None)
        .await
        .map_err(told)?;
    let Some(username) = page.items.into_iter().find_map(|person| person.account?.username) else {
        return Ok(None);
    };
    let request = NewMessage {
        content: Content::Text("欢迎使用门牌 Menpai！这是一条工作通知。".to_owned()),
        audience: Audience { usernames: vec![username.to_string()], ..Audience::default() },
        delivery: Wish::default(),
        idempotency_key: None,
    };
    let accepted = services.messaging.send(&Principal::Server, tenant.id, request).await.map_err(told)?;
    services.messaging.wait_sent(tenant.id, accepted.id, PATIENCE).await.map_err(told)?;
    Ok(Some(username.to_string()))
}

fn tell(
    app: &App,
    simulator: &Simulator,
    config: &Config,
    administrator: &FirstAdministrator,
    tenant: &Tenant,
    run: &SyncRun,
    sample: Option<String>,
) {
    let here = config.public_url.clone().unwrap_or_else(|| app.base_url());
    let counts = &run.counts;
    let seconds = run.finished_at.zip(run.started_at).map_or(0, |(end, start)| end.millis_since(start));
    say("");
    say(&format!("Menpai 门牌 {} — demo 演示", env!("CARGO_PKG_VERSION")));
    say(&format!(
        "  synchronised 同步   {} in {seconds} ms: {} departments and {} people read, {} created, {} updated, {} conflicts parked",
        run.status.name(),
        counts.departments_read,
        counts.members_read,
        counts.members_created,
        counts.members_updated,
        counts.conflicts,
    ));
    if let Some(error) = &run.error {
        say(&format!("  why 原因            {} / {}", error.detail.en, error.detail.zh));
    }
    say(&format!("  notification 通知   the simulator delivered {}", simulator.platform().messages().len()));
    say("");
    say(&format!("  admin pages 管理后台     {here}/"));
    say(&format!("  employee portal 员工门户 {here}/tenantId/{}", tenant.id));
    say(&format!("  API 接口文档             {here}/api/docs"));
    say(&format!("  simulator 钉钉模拟器     {}/control/v1/state", simulator.base_url()));
    say("");
    say(&format!(
        "  administrator 管理员     {} / {}",
        administrator.username,
        administrator.password.reveal()
    ));
    if let Some(username) = sample {
        say(&format!("  an employee 员工         {username} / {}{username}", tenant.house_number));
    }
    say(&format!("  house number 门牌号      {}", tenant.house_number));
    say("");
    say("  Ctrl-C stops it. 按 Ctrl-C 停止。");
}
