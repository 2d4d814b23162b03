//! Work notifications: send, ask what became of them, recall.
//!
//! Must not know accounts or the outbox. Invariant: a send whose answer was lost is not repeated here;
//! its error says `ambiguous()`, and the caller decides.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Application;
use super::call::Call;
use super::error::Error;
use super::wire::{self, Object, Unexpected};

/// The API that sends; an error of another one means that nothing was sent.
pub const SEND_NOTICE: &str = "/topapi/message/corpconversation/asyncsend_v2";
/// The most people in one send [S-0769].
const MOST_USERS: usize = 100;
/// The most departments in one send [S-0769].
const MOST_DEPARTMENTS: usize = 20;
/// A notification that does not exist.
const NO_TASK: &str = "0";

/// Whom a work notification goes to.
#[derive(Clone, Copy, Debug)]
pub enum Receivers<'a> {
    /// Up to 100 people by userid.
    Users(&'a [String]),
    /// Up to 20 departments with all below them.
    Departments(&'a [i64]),
    /// Everyone who may use the application.
    Everyone,
}

/// DingTalk has queued a notification; delivered it is not yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentNotice {
    /// Under which result and recall are asked for, within 24 hours.
    pub task_id: String,
    /// For DingTalk's support.
    pub request_id: Option<String>,
}

/// How far DingTalk has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoticeProgress {
    /// 0 to 100.
    pub percent: i64,
    /// Whether all is done, so that the result is final but for reading.
    pub done: bool,
}

/// What became of a notification, person by person (userids).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeResult {
    /// Unknown to DingTalk.
    pub invalid: Vec<String>,
    /// Accepted and yet not delivered.
    pub forbidden: Vec<Forbidden>,
    /// Could not be delivered.
    pub failed: Vec<String>,
    /// Delivered and read.
    pub read: Vec<String>,
    /// Delivered, not read.
    pub unread: Vec<String>,
    /// Departments unknown to DingTalk.
    pub invalid_departments: Vec<i64>,
}

/// Someone to whom DingTalk did not deliver, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forbidden {
    /// Who.
    pub userid: String,
    /// DingTalk's reason, e.g. `143106` duplicate content; `None` when it gave none.
    pub code: Option<String>,
}

impl Application {
    /// Queues a work notification. `msg` is DingTalk's message object (`{"msgtype":…}`).
    /// Repeated only after a definite refusal; see [`Error::ambiguous`].
    pub async fn send_notice(
        &self,
        agent_id: i64,
        receivers: Receivers<'_>,
        msg: &Value,
    ) -> Result<SentNotice, Error> {
        let mut body = json!({"agent_id": agent_id, "msg": msg});
        let (key, value) =
            receivers.field().map_err(|complaint| Error::bad_parameter(SEND_NOTICE, complaint))?;
        if let Some(fields) = body.as_object_mut() {
            fields.insert(key.to_owned(), value);
        }
        self.call(Call::old(SEND_NOTICE, &body).once(), |answer| {
            Ok(SentNotice {
                task_id: answer.required_id("task_id")?,
                request_id: answer.text("request_id")?.value().cloned(),
            })
        })
        .await
    }

    /// How far DingTalk has come with a notification.
    pub async fn notice_progress(&self, agent_id: i64, task_id: &str) -> Result<NoticeProgress, Error> {
        self.call(progress_of(agent_id, task_id), |answer| {
            let progress = answer.object("progress")?;
            Ok(NoticeProgress {
                percent: progress.required_integer("progress_in_percent")?,
                done: progress.required_integer("status")? == 2,
            })
        })
        .await
    }

    /// Asks about a notification that does not exist: an error tells whether DingTalk objects to that, as it should
    /// (`BadParameter`), or to the AgentId.
    pub async fn probe_agent(&self, agent_id: i64) -> Result<(), Error> {
        self.call(Call { hopes_for_refusal: true, ..progress_of(agent_id, NO_TASK) }, |_| Ok(())).await
    }

    /// What became of a notification, person by person; within 24 hours, for sends of up to 100 people.
    pub async fn notice_result(&self, agent_id: i64, task_id: &str) -> Result<NoticeResult, Error> {
        let body = json!({"agent_id": agent_id, "task_id": number_or_text(task_id)});
        let call = Call::old("/topapi/message/corpconversation/getsendresult", &body);
        self.call(call, |answer| NoticeResult::read(answer.object("send_result")?)).await
    }

    /// Takes a notification back; within 24 hours.
    pub async fn recall_notice(&self, agent_id: i64, task_id: &str) -> Result<(), Error> {
        let body = json!({"agent_id": agent_id, "msg_task_id": number_or_text(task_id)});
        self.call(Call::old("/topapi/message/corpconversation/recall", &body), |_| Ok(())).await
    }
}

impl Receivers<'_> {
    /// The one field of the request that names them. A userid with a comma would name two people.
    fn field(&self) -> Result<(&'static str, Value), String> {
        match self {
            Self::Users([]) | Self::Departments([]) => Err("no receiver".to_owned()),
            Self::Users(users) if users.len() > MOST_USERS => Err(format!("more than {MOST_USERS} people")),
            Self::Users(users) if users.iter().any(|user| user.is_empty() || user.contains(',')) => {
                Err("a userid that is empty or holds a comma".to_owned())
            }
            Self::Users(users) => Ok(("userid_list", Value::String(users.join(",")))),
            Self::Departments(ids) if ids.len() > MOST_DEPARTMENTS => {
                Err(format!("more than {MOST_DEPARTMENTS} departments"))
            }
            Self::Departments(ids) => {
                let ids: Vec<_> = ids.iter().map(i64::to_string).collect();
                Ok(("dept_id_list", Value::String(ids.join(","))))
            }
            Self::Everyone => Ok(("to_all_user", Value::Bool(true))),
        }
    }
}

impl NoticeResult {
    fn read(result: Object<'_>) -> Result<Self, Unexpected> {
        let users = |key| Ok::<_, Unexpected>(result.texts(key)?.unwrap_or_default());
        // The reasons stand in a list of their own; someone may be in either list alone.
        let mut forbidden: BTreeMap<String, Option<String>> =
            users("forbidden_user_id_list")?.into_iter().map(|userid| (userid, None)).collect();
        let reasons = result.list("forbidden_list", |item| {
            let item = Object::of("forbidden_list", item)?;
            Ok((item.text("userid")?.value().cloned(), item.get("code").and_then(wire::text)))
        })?;
        for (userid, code) in reasons.unwrap_or_default() {
            if let Some(userid) = userid {
                forbidden.insert(userid, code);
            }
        }
        Ok(Self {
            invalid: users("invalid_user_id_list")?,
            forbidden: forbidden.into_iter().map(|(userid, code)| Forbidden { userid, code }).collect(),
            failed: users("failed_user_id_list")?,
            read: users("read_user_id_list")?,
            unread: users("unread_user_id_list")?,
            invalid_departments: result.integers("invalid_dept_id_list")?.unwrap_or_default(),
        })
    }
}

fn progress_of(agent_id: i64, task_id: &str) -> Call {
    let body = json!({"agent_id": agent_id, "task_id": number_or_text(task_id)});
    Call::old("/topapi/message/corpconversation/getsendprogress", &body)
}

/// DingTalk's task ids are numbers; another implementation's may not be.
fn number_or_text(task_id: &str) -> Value {
    task_id.parse::<i64>().map_or_else(|_| Value::from(task_id), Value::from)
}
