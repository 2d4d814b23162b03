//! Whom the application may see.

use super::application::red;
use super::decide::undecided;
use super::facts::{Facts, Obstacle, Outside, Probe, ScopeFacts};
use super::{Check, CheckStatus, DEVELOPER_CONSOLE, text};
use crate::domain::text::Text;

const ID: &str = "contactScope";
const TITLE: [&str; 2] = ["通讯录授权范围", "Contact scope"];

pub(super) fn contact_scope(facts: &Facts) -> Check {
    match &facts.scope {
        Probe::Answered(scope) if scope.whole => whole(facts),
        Probe::Answered(scope) => partial(scope, facts.outside.answer()),
        Probe::Failed(failure) if matches!(failure.obstacle, Obstacle::PermissionMissing { .. }) => {
            red(ID, TITLE, failure)
        }
        Probe::Failed(failure) => undecided(ID, TITLE, &failure.words()),
        Probe::NotAsked(why) => undecided(ID, TITLE, why),
    }
}

fn whole(facts: &Facts) -> Check {
    let evidence = match facts.count.answer() {
        Some(count) => {
            Text::new(format!("整个企业，共 {count} 人"), format!("the whole enterprise, {count} people"))
        }
        None => text(["整个企业", "the whole enterprise"]),
    };
    Check::new(ID, TITLE, CheckStatus::Ok, evidence)
}

fn partial(scope: &ScopeFacts, outside: Option<&Outside>) -> Check {
    let ScopeFacts { departments, people, .. } = scope;
    let empty = *departments == 0 && *people == 0;
    let mut evidence = if empty {
        text(["应用看不到任何部门和员工", "the application may see no department and nobody"])
    } else {
        Text::new(
            format!("只包含 {departments} 个部门（含下级）和 {people} 名单独授权的员工"),
            format!(
                "only {departments} departments (with those below) and {people} people authorised singly"
            ),
        )
    };
    if let Some(outside) = outside {
        let (zh, en) = if outside.complete { ("", "") } else { ("至少", "at least ") };
        let found = outside.departments;
        evidence.zh.push_str(&format!("；{zh}有 {found} 个部门在范围之外"));
        evidence.en.push_str(&format!("; {en}{found} departments lie outside"));
    }
    let status = if empty { CheckStatus::Error } else { CheckStatus::Warning };
    let remedy = text([
        "若要同步整个企业：在开发者后台“权限管理”把授权范围设为全部员工，并在“版本管理与发布”检查可使用范围。若有意只同步一部分，可忽略",
        "to bring in the whole enterprise, set the data scope to all employees under 权限管理 (Permissions) in the developer console, and check the usable range under 版本管理与发布 (Versions). If a part is what you want, leave it",
    ]);
    Check::new(ID, TITLE, status, evidence).remedy(remedy).link(DEVELOPER_CONSOLE.to_owned())
}
