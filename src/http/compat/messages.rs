//! Sending a message to DingTalk, and taking one back.

use std::time::Duration;

use poem::handler;
use poem::web::Data;
use serde::Serialize;
use serde_json::{Value, json};

use super::answer::{Answer, Reply};
use super::caller::{TenantHeader, TokenCaller, require_sight};
use super::fields::{Fields, required};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::messaging::content::Content;
use crate::domain::messaging::delivery::BatchState;
use crate::domain::messaging::message::{Audience, Unresolved};
use crate::domain::messaging::way::Wish;
use crate::http::Services;
use crate::service::messaging::{MessageView, NewMessage};

/// The `errcode` of what DingTalk gave no code for.
const UNTOLD: i64 = -1;
/// How long an answer waits for DingTalk to take everything.
const PATIENCE: Duration = Duration::from_secs(20);

#[handler]
pub(super) async fn send(
    caller: TokenCaller,
    tenant: TenantHeader,
    services: Data<&Services>,
    fields: Fields,
) -> Reply {
    only_dingtalk(&fields)?;
    require_sight(&caller.0, tenant.0)?;
    let content = Content::Text(required("content", fields.text("content")?)?);
    let audience = audience(&fields)?;
    let asked = audience.usernames.clone();
    let request = NewMessage { content, audience, delivery: Wish::Auto, idempotency_key: None };
    let accepted = match services.messaging.send(&caller.0, tenant.0, request).await {
        Err(nobody) if nobody.code == ErrorCode::NoRecipients => return Ok(unsent(&nobody, &asked)),
        outcome => outcome?,
    };
    let view = services.messaging.wait_sent(tenant.0, accepted.id, PATIENCE).await?;
    Ok(answer(&view))
}

#[handler]
pub(super) async fn recall(
    caller: TokenCaller,
    tenant: TenantHeader,
    services: Data<&Services>,
    fields: Fields,
) -> Reply {
    only_dingtalk(&fields)?;
    require_sight(&caller.0, tenant.0)?;
    let task_id = required("msg_task_id", fields.text("msg_task_id")?)?;
    let task = services.messaging.recall_task(&caller.0, tenant.0, task_id.trim()).await?;
    Ok(match task.refusal {
        None => Answer::success("撤回成功", Value::Null),
        Some(refusal) => {
            let message = format!("撤回失败：{}——{}", refusal.code, refusal.message);
            Answer::failure(500, message, Value::Null)
        }
    })
}

fn only_dingtalk(fields: &Fields) -> Result<()> {
    let app = fields.text("app")?.unwrap_or_default();
    if app.trim().eq_ignore_ascii_case("dingtalk") {
        return Ok(());
    }
    Err(Error::invalid("不识别的第三方APP", "the app is not known; only DINGTALK is"))
}

/// `sendAll` wins over `receiver`, a list of account names with commas.
fn audience(fields: &Fields) -> Result<Audience> {
    if fields.flag("sendAll")? == Some(true) {
        return Ok(Audience { everyone: true, ..Audience::default() });
    }
    let receivers = fields.text("receiver")?.unwrap_or_default();
    let names = receivers.split([',', '，']).map(str::trim).filter(|name| !name.is_empty());
    let usernames: Vec<String> = names.map(str::to_owned).collect();
    if usernames.is_empty() {
        return Err(Error::invalid(
            "请指定接收人：receiver（账号，逗号分隔）与 sendAll 至少填一个",
            "say who is to receive this: receiver (account names with commas) or sendAll",
        ));
    }
    Ok(Audience { usernames, ..Audience::default() })
}

/// What became of a send: the original's fields and ours, always all of them.
#[derive(Default, Serialize)]
struct Outcome<'a> {
    request_id: Option<&'a str>,
    errcode: i64,
    errmsg: &'a str,
    /// The first task.
    result: Option<&'a str>,
    success: bool,
    #[serde(rename = "messageId")]
    message_id: Option<String>,
    accepted: u32,
    unresolved: Vec<&'a str>,
    tasks: &'a [String],
    #[serde(rename = "errorCode")]
    error_code: Option<&'a str>,
}

/// Nobody of those who were asked for can receive it, so nothing was sent.
fn unsent(nobody: &Error, asked: &[String]) -> Answer {
    let outcome = Outcome {
        errcode: UNTOLD,
        errmsg: &nobody.detail.zh,
        unresolved: asked.iter().map(String::as_str).collect(),
        error_code: Some(nobody.code.as_str()),
        ..Outcome::default()
    };
    Answer::failure(500, nobody.detail.zh.clone(), json!(outcome))
}

/// The truth about a send: success only when DingTalk has taken all of it.
fn answer(view: &MessageView) -> Answer {
    let failure = view.batches.iter().find_map(|batch| match &batch.state {
        BatchState::Failed { code, detail } => Some((code, detail)),
        _ => None,
    });
    let success = failure.is_none() && view.is_settled();
    let (errcode, errmsg) = match failure {
        Some((code, detail)) => (errcode(code), detail.zh.as_str()),
        None if success => (0, "ok"),
        None => (UNTOLD, "钉钉暂未受理"),
    };
    let tasks = view.tasks();
    let result = json!(Outcome {
        request_id: view.batches.iter().find_map(|batch| batch.request_id.as_deref()),
        errcode,
        errmsg,
        result: tasks.first().map(String::as_str),
        success,
        message_id: Some(view.message.id.to_string()),
        accepted: view.message.tally.total(),
        unresolved: view.message.unresolved.iter().map(|one| one.asked.as_str()).collect(),
        tasks: &tasks,
        error_code: failure.map(|(code, _)| &**code),
    });
    if success {
        return Answer::success(sent(view.message.tally.total(), &view.message.unresolved), result);
    }
    let message = match failure {
        Some(_) if tasks.is_empty() => format!("消息发送失败：{errmsg}"),
        Some(_) => format!("消息部分发送失败：{errmsg}"),
        None => "钉钉暂未受理，消息已保存，系统将继续尝试发送，请勿重复提交".to_owned(),
    };
    Answer::failure(500, message, result)
}

/// Callers read a number, as DingTalk's codes are; ours are words and stand in `errorCode`.
fn errcode(code: &str) -> i64 {
    code.parse().unwrap_or(UNTOLD)
}

/// How many named ones stand in a sentence; the result holds all of them.
const NAMED: usize = 20;

fn sent(people: u32, unresolved: &[Unresolved]) -> String {
    if unresolved.is_empty() {
        return format!("消息已发送给 {people} 人");
    }
    let named: Vec<String> = unresolved
        .iter()
        .take(NAMED)
        .map(|one| format!("{}（{}）", one.asked, one.reason.text().zh))
        .collect();
    let more = if unresolved.len() > NAMED { " 等" } else { "" };
    format!(
        "消息已发送给 {people} 人；另有 {} 个接收人无法接收：{}{more}",
        unresolved.len(),
        named.join("、")
    )
}
