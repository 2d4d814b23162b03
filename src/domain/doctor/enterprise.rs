//! The enterprise behind the application: its CorpId, and who else here is connected to it.

use serde::{Deserialize, Serialize};

use super::decide::undecided;
use super::facts::{Facts, Obstacle, Probe};
use super::{ADMIN_CONSOLE, Check, CheckStatus, DEVELOPER_CONSOLE, text};
use crate::domain::id::TenantId;
use crate::domain::text::Text;

/// The id of the check about other tenants of the same enterprise.
pub const SAME_ENTERPRISE: &str = "sameEnterprise";

/// Another tenant of this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherTenant {
    /// Its number.
    pub id: TenantId,
    /// Its name.
    pub name: String,
}

pub(super) fn corp_id(facts: &Facts) -> Check {
    const TITLE: [&str; 2] = ["CorpId", "CorpId"];
    let copy = text([
        "在开发者后台首页右上角复制本企业的 CorpId（以 ding 开头）",
        "copy the enterprise's CorpId (it begins with “ding”) from the developer console's home page",
    ]);
    let check = |status, evidence| {
        Check::new("corpId", TITLE, status, evidence).remedy(copy.clone()).link(DEVELOPER_CONSOLE.to_owned())
    };
    let Some(corp_id) = facts.application.corp_id.as_deref() else {
        let evidence = text([
            "未填写。同步与消息不需要它，在钉钉内免登需要它",
            "not entered; synchronising and messages work without it, sign-in inside DingTalk needs it",
        ]);
        return check(CheckStatus::Unproven, evidence);
    };
    match &facts.enterprise {
        Probe::Answered(()) => {
            let evidence = text([
                "钉钉以该企业的名义为应用签发了凭证",
                "DingTalk gave the application a token in this enterprise's name",
            ]);
            Check::new("corpId", TITLE, CheckStatus::Ok, evidence)
        }
        _ if !is_well_formed(corp_id) => {
            let evidence = text([
                "格式不对：CorpId 以 ding 开头，只含字母和数字",
                "not a CorpId: one begins with “ding” and holds letters and digits only",
            ]);
            check(CheckStatus::Error, evidence)
        }
        // Everything else about the application being in order, the CorpId is what this call adds.
        Probe::Failed(failure)
            if failure.obstacle != Obstacle::NoAnswer && facts.token.answer().is_some() =>
        {
            let evidence = Text::new(
                format!("钉钉拒绝以该企业的名义签发凭证：{}", failure.detail.zh),
                format!(
                    "DingTalk gives the application no token in this enterprise's name: {}",
                    failure.detail.en
                ),
            );
            let refused = matches!(
                failure.obstacle,
                Obstacle::EnterpriseUnavailable
                    | Obstacle::WrongSecret
                    | Obstacle::ParameterRefused
                    | Obstacle::Other
            );
            // An unknown enterprise is also reported as an unknown error inside DingTalk, so that is no proof.
            check(if refused { CheckStatus::Error } else { CheckStatus::Warning }, evidence)
        }
        other => undecided("corpId", TITLE, &other.silence().unwrap_or_else(|| text(["", ""]))),
    }
}

fn is_well_formed(corp_id: &str) -> bool {
    corp_id.starts_with("ding")
        && (8..=64).contains(&corp_id.len())
        && corp_id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether other tenants of this server are connected to the same enterprise. Their names are for platform
/// administrators only (`named`).
pub fn same_enterprise(others: &[OtherTenant], corp_id_known: bool, named: bool) -> Check {
    const TITLE: [&str; 2] = ["同一企业的其他租户", "Other tenants of the same enterprise"];
    if !corp_id_known {
        let why = text(["未填写 CorpId，无从比较", "without a CorpId there is nothing to compare"]);
        return undecided(SAME_ENTERPRISE, TITLE, &why);
    }
    if others.is_empty() {
        let evidence = text(["没有", "none"]);
        return Check::new(SAME_ENTERPRISE, TITLE, CheckStatus::Ok, evidence);
    }
    let count = others.len();
    let mut evidence = Text::new(
        format!(
            "本服务器上还有 {count} 个租户连接到同一家钉钉企业；同一批部门和员工在每个租户中各有一份，看起来像重复数据"
        ),
        format!(
            "{count} more of this server's tenants are connected to the same enterprise; its departments and people exist once in each of them, which looks like duplicates"
        ),
    );
    if named {
        let names = |open, close| -> Vec<String> {
            others.iter().take(10).map(|other| format!("{}{open}{}{close}", other.name, other.id)).collect()
        };
        evidence.zh.push_str(&format!("：{}", names("（", "）").join("、")));
        evidence.en.push_str(&format!(": {}", names(" (", ")").join(", ")));
    }
    let remedy = text([
        "若是有意为之，可忽略；否则只保留一个租户的连接，或缩小各应用的授权范围",
        "if it is meant, leave it; otherwise keep the connection of one tenant only, or narrow each application's scope",
    ]);
    Check::new(SAME_ENTERPRISE, TITLE, CheckStatus::Warning, evidence)
        .remedy(remedy)
        .link(ADMIN_CONSOLE.to_owned())
}
