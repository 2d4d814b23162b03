//! The document's Synchronize button: runs a synchronisation, waits for its end and tells it line by line.

use poem::handler;
use poem::web::Data;
use serde_json::{Value, json};

use super::answer::{Answer, Reply};
use super::caller::{TenantHeader, TokenCaller, require_sight};
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::id::{RunId, TenantId};
use crate::domain::page::Limit;
use crate::domain::sync::change::{Change, ChangeKind, Subject};
use crate::domain::sync::run::{RunMode, RunStatus, RunTrigger, SyncRun};
use crate::http::Services;
use crate::service::sync::ChangeFilter;

/// The most lines in one answer, which says so; the run's changes in the native API have them all.
const MOST_LINES: usize = 100_000;

#[handler]
pub(super) async fn to_local(caller: TokenCaller, tenant: TenantHeader, services: Data<&Services>) -> Reply {
    let (principal, tenant) = (&caller.0, tenant.0);
    require_sight(principal, tenant)?;
    let run = services.sync.request(principal, tenant, RunMode::Apply, RunTrigger::Manual).await?;
    let run = services.sync.wait(tenant, run.id).await?;
    let lines = lines(&services, principal, tenant, run.id).await?;
    Ok(match (run.status, reason(&run)) {
        (RunStatus::Succeeded, _) => Answer::success("同步成功", result(&run, &lines)),
        (_, reason) => {
            let failed = vec![reason.clone()];
            let lines = Lines { success: Vec::new(), fail: failed, complete: true };
            Answer::failure(500, format!("同步失败：{reason}"), result(&run, &lines))
        }
    })
}

/// What the original calls `successInfo` and `failInfo`.
struct Lines {
    success: Vec<String>,
    fail: Vec<String>,
    /// Whether there are no more of them.
    complete: bool,
}

async fn lines(services: &Services, principal: &Principal, tenant: TenantId, run: RunId) -> Result<Lines> {
    let mut lines = Lines { success: Vec::new(), fail: Vec::new(), complete: false };
    let mut cursor = None;
    loop {
        let limit = Limit::new(Some(Limit::MAX));
        let page =
            services.sync.changes(principal, tenant, run, ChangeFilter::default(), limit, cursor).await?;
        for change in page.items {
            match line(&change) {
                Some(Ok(line)) => lines.success.push(line),
                Some(Err(line)) => lines.fail.push(line),
                None => {}
            }
        }
        cursor = page.next;
        lines.complete = cursor.is_none();
        if lines.complete || lines.success.len() + lines.fail.len() >= MOST_LINES {
            return Ok(lines);
        }
    }
}

/// A change as the original words it: done, or not done.
fn line(change: &Change) -> Option<std::result::Result<String, String>> {
    let verb = match change.kind {
        ChangeKind::DepartmentCreated | ChangeKind::MemberCreated | ChangeKind::MemberJoined => "创建成功！",
        ChangeKind::DepartmentUpdated | ChangeKind::MemberUpdated | ChangeKind::MemberRestored => {
            "更新成功！"
        }
        ChangeKind::DepartmentRemoved => "删除成功！",
        ChangeKind::MemberDisabled => "停用成功！",
        ChangeKind::Conflict => "同步失败！",
        ChangeKind::Skipped => return None,
    };
    let name = &change.name;
    Some(match &change.subject {
        Subject::Department { .. } => Ok(format!("部门 {name} {verb}")),
        Subject::Member { user_id, .. } if change.kind == ChangeKind::Conflict => {
            let user_id = user_id.as_deref().unwrap_or_default();
            let reason = change.note.as_ref().map_or("", |note| note.zh.as_str());
            Err(format!("用户 {user_id}({name}) {verb}错误信息：{reason}"))
        }
        Subject::Member { username, .. } => {
            Ok(format!("用户 {name}({}) {verb}", username.as_deref().unwrap_or_default()))
        }
    })
}

/// Why a run did not land, in one sentence with what to do.
fn reason(run: &SyncRun) -> String {
    if let Some(error) = &run.error {
        return format!("{}。{}", error.detail.zh.trim_end_matches('。'), error.remedy.zh);
    }
    match run.guard.first() {
        Some(finding) if run.status == RunStatus::AwaitingApproval => finding.text().zh,
        _ => format!("本次同步状态为 {}", run.status.name()),
    }
}

fn result(run: &SyncRun, lines: &Lines) -> Value {
    let counts = &run.counts;
    json!({
        "successInfo": lines.success,
        "failInfo": lines.fail,
        "complete": lines.complete,
        "runId": run.id.to_string(),
        "status": run.status.name(),
        "errorCode": run.error.as_ref().map(|error| error.code.as_str()),
        "counts": {
            "departmentsRead": counts.departments_read,
            "membersRead": counts.members_read,
            "departmentsCreated": counts.departments_created,
            "departmentsUpdated": counts.departments_updated,
            "departmentsRemoved": counts.departments_removed,
            "membersCreated": counts.members_created,
            "membersJoined": counts.members_joined,
            "membersUpdated": counts.members_updated,
            "membersDisabled": counts.members_disabled,
            "membersRestored": counts.members_restored,
            "conflicts": counts.conflicts,
            "skipped": counts.skipped,
        },
    })
}
