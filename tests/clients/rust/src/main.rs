//! The main job with a generated Rust client: from a new tenant to a message whose delivery is known.

use std::env;
use std::fmt::{Debug, Display};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderValue};

use self::client::Client;
use self::client::types::{self, ApiTokenScope, MemberStatus, Session, SyncRun, SyncRunMode};

/// What the generator wrote.
#[allow(dead_code, unused_imports, irrefutable_let_patterns, clippy::all)]
mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

type Failure = Box<dyn std::error::Error>;

fn given(name: &str) -> Result<String, Failure> {
    env::var(name).map_err(|_| format!("{name} is not set").into())
}

/// A refusal in words.
fn told<E: Debug>(error: client::Error<E>) -> Failure {
    format!("refused: {error:?}").into()
}

fn caller(token: Option<&str>) -> Result<Client, Failure> {
    let mut headers = HeaderMap::new();
    if let Some(token) = token {
        headers.insert("X-Access-Token", HeaderValue::from_str(token)?);
    }
    let http = reqwest::Client::builder().no_proxy().default_headers(headers).build()?;
    Ok(Client::new_with_client(&given("MENPAI_API")?, http))
}

async fn sign_in(username: &str, password: &str) -> Result<Session, Failure> {
    let body = types::CreateSession { username: username.parse()?, password: password.parse()? };
    Ok(caller(None)?.create_session().body(body).send().await.map_err(told)?.into_inner())
}

/// Asks until the answer is there, for at most a minute.
async fn until<T>(
    what: impl Display,
    ask: impl AsyncFn() -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
    for _ in 0..300 {
        if let Some(found) = ask().await? {
            return Ok(found);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Err(format!("{what} takes longer than a minute").into())
}

/// Connects a tenant and brings its people in; how it went.
async fn synchronised(administrator: &Client, tenant: u32) -> Result<SyncRun, Failure> {
    let application = types::PutDingTalkApplication {
        agent_id: given("DINGTALK_AGENT_ID")?.parse()?,
        client_id: given("DINGTALK_CLIENT_ID")?,
        client_secret: Some(given("DINGTALK_CLIENT_SECRET")?),
        corp_id: Some(given("DINGTALK_CORP_ID")?),
        enabled: true,
    };
    let put = administrator.put_ding_talk_application().tenant_id(tenant).body(application);
    put.send().await.map_err(told)?;
    let wish = types::NewSyncRun { mode: SyncRunMode::Apply };
    let run = administrator.create_sync_run().tenant_id(tenant).body(wish).send().await.map_err(told)?;
    until("the run", async || {
        let found =
            administrator.get_sync_run().tenant_id(tenant).run_id(&run.id).send().await.map_err(told)?;
        let found = found.into_inner();
        Ok((found.status != "queued" && found.status != "running").then_some(found))
    })
    .await
}

async fn members(administrator: &Client, tenant: u32) -> Result<Vec<types::Member>, Failure> {
    let mut found = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut list =
            administrator.list_members().tenant_id(tenant).limit(10_u32).status(MemberStatus::Active);
        if let Some(cursor) = cursor.take() {
            list = list.cursor(cursor);
        }
        let page = list.send().await.map_err(told)?.into_inner();
        found.extend(page.items);
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => return Ok(found),
        }
    }
}

/// Sends a text as a program that may do nothing else; what became of it.
async fn delivered(administrator: &Client, tenant: u32, username: &str) -> Result<String, Failure> {
    let wish = types::CreateApiToken {
        name: "Rust".to_owned(),
        scopes: vec![ApiTokenScope::MessagesSend],
        expires_at: None,
    };
    let issued = administrator.create_api_token().tenant_id(tenant).body(wish).send().await.map_err(told)?;
    let program = caller(Some(&issued.token))?;
    let message: types::NewMessage = serde_json::from_value(serde_json::json!({
        "content": {"type": "text", "text": "来自 Rust"},
        "audience": {"usernames": [username]},
    }))?;
    let send = program.send_message().tenant_id(tenant).idempotency_key("rust-1").body(message);
    let sent = send.send().await.map_err(told)?;
    until("the delivery", async || {
        let list = program.list_recipients().tenant_id(tenant).message_id(&sent.id);
        let page = list.send().await.map_err(told)?.into_inner();
        let state =
            page.items.into_iter().map(|one| one.state).find(|state| state == "unread" || state == "read");
        Ok(state)
    })
    .await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let session = sign_in(&given("MENPAI_USERNAME")?, &given("MENPAI_PASSWORD")?).await?;
    let administrator = caller(Some(&session.token))?;
    let body = types::CreateTenant { name: "Rust".to_owned(), house_number: None };
    let tenant = administrator.create_tenant().body(body).send().await.map_err(told)?.into_inner();

    let run = synchronised(&administrator, tenant.id).await?;
    if run.status != "succeeded" {
        return Err(format!("the run ended as {}", run.status).into());
    }
    let members = members(&administrator, tenant.id).await?;
    let username =
        members.iter().find_map(|member| member.username.clone()).ok_or("nobody has a username")?;
    let password = format!("{}{username}", tenant.house_number);
    let session =
        until("the hashing of the default password", async || Ok(sign_in(&username, &password).await.ok()));
    if !session.await?.password_change_required {
        return Err("a default password must be changed".into());
    }
    let state = delivered(&administrator, tenant.id, &username).await?;
    println!("Rust: {} members, the message is {state}", members.len());
    Ok(())
}
