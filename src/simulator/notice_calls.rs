//! Calls that send work notices and ask what became of them.
//!
//! Must not know HTTP. Invariant: whatever is refused here at once is refused as a whole; everything else ends as
//! somebody's [`Fate`]. [S-0769…S-0775]

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::answer::{Answer, Payload, Refusal};
use super::notice_content;
use super::notices::{Draft, Fate, Upload};
use super::oapi::Asked;
use super::platform::lock;

const MOST_USERS: usize = 100;
const MOST_DEPARTMENTS: usize = 20;
const MOST_PEOPLE: usize = 5_000;

fn check_agent(asked: &Asked<'_>) -> Result<(), Refusal> {
    match asked.parameters.integer("agent_id")? {
        None => Err(Refusal::new(41_011, "缺少agentid")),
        Some(agent_id) if agent_id == asked.application.agent_id => Ok(()),
        Some(_) => Err(Refusal::new(40_056, "不合法的agentid")),
    }
}

pub(crate) fn send(asked: &Asked<'_>) -> Answer {
    check_agent(asked)?;
    let parameters = asked.parameters;
    let message = notice_content::read(parameters.value("msg"))?;
    let users = parameters.list("userid_list");
    let departments = parameters.list("dept_id_list");
    let to_all = parameters.flag("to_all_user")?.unwrap_or(false);
    if !to_all && users.is_empty() && departments.is_empty() {
        return Err(Refusal::new(40_035, "userid_list、dept_id_list、to_all_user必须有一个不为空"));
    }
    if users.len() > MOST_USERS || departments.len() > MOST_DEPARTMENTS {
        return Err(Refusal::new(40_032, "不合法的userid或部门列表长度"));
    }
    if message.pointer("/oa/status_bar").is_some() && (to_all || !departments.is_empty() || users.len() > 5) {
        return Err(Refusal::new(40_035, "status_bar仅支持不超过5个userid"));
    }
    let draft = recipients(asked, message, users, &departments, to_all);
    if draft.users.len() > MOST_PEOPLE {
        return Err(Refusal::new(41_029, "接收人超过5000人"));
    }
    let delay = asked.platform.behaviour().notice_delay_ms;
    let mut notices = lock(&asked.platform.notices);
    if to_all && !notices.take_to_all(&asked.application.client_id, asked.now) {
        return Err(Refusal::new(41_046, "全员发送超过每天3次"));
    }
    let task_id = notices.accept(draft, asked.now, delay);
    Ok(Payload::Fields(json!({ "task_id": task_id })))
}

/// Turns the three ways of naming receivers into people, and sets aside what does not exist.
fn recipients(
    asked: &Asked<'_>,
    message: Value,
    users: Vec<String>,
    departments: &[String],
    to_all: bool,
) -> Draft {
    let organisation = asked.organisation;
    let mut found = BTreeSet::new();
    let (known, invalid_users) =
        users.into_iter().partition::<Vec<_>, _>(|userid| organisation.user(userid).is_some());
    found.extend(known);
    let mut invalid_departments = Vec::new();
    for dept_id in departments.iter().filter_map(|id| id.parse::<i64>().ok()) {
        if organisation.department(dept_id).is_none() {
            invalid_departments.push(dept_id);
            continue;
        }
        for below in organisation.subtree(dept_id) {
            found.extend(organisation.members(below).map(|user| user.userid.clone()));
        }
    }
    if to_all {
        found.extend(organisation.users().filter(|user| user.is_employee()).map(|user| user.userid.clone()));
    }
    Draft {
        client_id: asked.application.client_id.clone(),
        message,
        users: found.into_iter().collect(),
        invalid_users,
        invalid_departments,
    }
}

fn unknown_task() -> Refusal {
    Refusal::new(40_035, "不合法的task_id")
}

pub(crate) fn progress(asked: &Asked<'_>) -> Answer {
    check_agent(asked)?;
    let task_id = asked.parameters.required_integer("task_id")?;
    let mut notices = lock(&asked.platform.notices);
    let task = notices.task(&asked.application.client_id, task_id, asked.now).ok_or_else(unknown_task)?;
    let done = asked.now >= task.delivered;
    let (percent, status) = if done { (100, 2) } else { (0, 0) };
    Ok(Payload::Fields(json!({ "progress": { "progress_in_percent": percent, "status": status } })))
}

pub(crate) fn result(asked: &Asked<'_>) -> Answer {
    check_agent(asked)?;
    let task_id = asked.parameters.required_integer("task_id")?;
    let mut notices = lock(&asked.platform.notices);
    let task = notices.task(&asked.application.client_id, task_id, asked.now).ok_or_else(unknown_task)?;
    if task.recipients.len() > MOST_USERS {
        return Err(Refusal::new(41_052, "接收人过多，无法查询"));
    }
    // Before the delivery every list is still empty, which is no statement about anybody.
    let delivered = asked.now >= task.delivered;
    let with = |wanted: &Fate| -> Vec<&String> {
        let shown = task.recipients.iter().filter(|(_, fate)| delivered && *fate == wanted);
        shown.map(|(userid, _)| userid).collect()
    };
    let forbidden: Vec<(&String, &str)> = task
        .recipients
        .iter()
        .filter_map(|(userid, fate)| match fate {
            Fate::Forbidden(code) if delivered => Some((userid, *code)),
            _ => None,
        })
        .collect();
    let forbidden_list: Vec<Value> = forbidden
        .iter()
        .map(|(userid, code)| json!({ "code": code, "count": 1, "userid": userid }))
        .collect();
    Ok(Payload::Fields(json!({ "send_result": {
        "invalid_user_id_list": task.invalid_users,
        "invalid_dept_id_list": task.invalid_departments,
        "forbidden_user_id_list": forbidden.iter().map(|(userid, _)| userid).collect::<Vec<_>>(),
        "forbidden_list": forbidden_list,
        "failed_user_id_list": with(&Fate::Failed),
        "read_user_id_list": with(&Fate::Read),
        "unread_user_id_list": with(&Fate::Unread),
    }})))
}

pub(crate) fn recall(asked: &Asked<'_>) -> Answer {
    check_agent(asked)?;
    let task_id = asked.parameters.required_integer("msg_task_id")?;
    let mut notices = lock(&asked.platform.notices);
    let task = notices.task(&asked.application.client_id, task_id, asked.now);
    task.ok_or_else(|| Refusal::parameter("msg_task_id"))?.recalled = true;
    Ok(Payload::Nothing)
}

pub(crate) fn upload(asked: &Asked<'_>) -> Answer {
    let kind = asked.parameters.text("type").unwrap_or_default();
    let (largest, endings): (u64, &[&str]) = match kind.as_str() {
        "image" => (20, &["jpg", "jpeg", "gif", "png", "bmp"]),
        "voice" => (2, &["amr", "mp3", "wav"]),
        "video" => (20, &["mp4"]),
        "file" => (20, &["doc", "docx", "xls", "xlsx", "ppt", "pptx", "zip", "pdf", "rar"]),
        _ => return Err(Refusal::new(40_004, "不合法的媒体文件类型")),
    };
    let media = asked.parameters.value("media").filter(|media| media.is_object());
    let media = media.ok_or_else(|| Refusal::new(41_005, "缺少多媒体文件数据"))?;
    let filename = media.get("filename").and_then(Value::as_str).unwrap_or_default();
    let name = filename.to_ascii_lowercase();
    if !endings.iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
        return Err(Refusal::new(40_005, "不合法的文件类型"));
    }
    let size = media.get("size").and_then(Value::as_u64).unwrap_or(0);
    match size {
        0 => return Err(Refusal::new(44_001, "多媒体文件为空")),
        size if size > largest * 1024 * 1024 => return Err(Refusal::new(40_006, "不合法的文件大小")),
        _ => {}
    }
    let media_id = format!("@l{}", lock(&asked.platform.random).hex(30));
    let client_id = asked.application.client_id.clone();
    let upload =
        Upload { client_id, media_id: media_id.clone(), kind: kind.clone(), filename: filename.into(), size };
    lock(&asked.platform.notices).keep_upload(upload);
    Ok(Payload::Fields(json!({ "type": kind, "media_id": media_id, "created_at": asked.now })))
}
