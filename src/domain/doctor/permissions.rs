//! The eight permissions of the setup document.
//!
//! Without a field's permission DingTalk leaves the field out for everyone and says nothing; who merely has no
//! value is one among others. Invariant: a field counts as withheld only when it is missing on everyone of a sample
//! that is large enough.

use super::application::red;
use super::decide::undecided;
use super::facts::{Facts, Obstacle, Permission, Probe, Proof};
use super::{Check, CheckStatus, text};
use crate::domain::text::Text;

/// The fewest people from whom "missing on everyone" is concluded.
pub(super) const LEAST_PEOPLE: usize = 5;

pub(super) fn permission(facts: &Facts, permission: &Permission) -> Check {
    let mut check = match permission.proof {
        Proof::Departments => called(permission, &facts.departments),
        Proof::Members => called(permission, &facts.members),
        Proof::Persons => called(permission, &facts.count),
        Proof::MobileNumbers => field(facts, permission, |sample| sample.with_mobile, "mobile"),
        Proof::PersonalFields => field(facts, permission, |sample| sample.with_personal, "email"),
        Proof::OwnSignIn => own_sign_in(permission),
        Proof::Writing => unneeded(permission),
    };
    check.id = format!("permission.{}", permission.code);
    check.title = Text::new(format!("权限：{}", permission.zh), format!("Permission: {}", permission.en));
    if check.status != CheckStatus::Ok && permission.proof != Proof::Writing {
        check.link = Some(permission.request_link.clone());
    }
    check
}

fn found(status: CheckStatus, evidence: Text) -> Check {
    Check::new("", ["", ""], status, evidence)
}

/// How to get it.
fn request(permission: &Permission) -> Text {
    let Permission { code, zh, en, .. } = permission;
    Text::new(
        format!("在开发者后台“权限管理”搜索“{zh}”（{code}）并开通，最长约两小时生效；之后重新诊断"),
        format!(
            "in the developer console, 权限管理 (Permissions), find and enable “{zh}” ({en}, {code}); it can take up to two hours; then examine again"
        ),
    )
}

fn called<T>(permission: &Permission, probe: &Probe<T>) -> Check {
    match probe {
        Probe::Answered(_) => {
            found(CheckStatus::Ok, text(["钉钉答复了需要它的调用", "DingTalk answered a call that needs it"]))
        }
        Probe::Failed(failure) => match &failure.obstacle {
            Obstacle::PermissionMissing { codes }
                if codes.is_empty() || codes.iter().any(|code| code == permission.code) =>
            {
                red("", ["", ""], failure).remedy(request(permission))
            }
            _ => undecided("", ["", ""], &failure.words()),
        },
        Probe::NotAsked(why) => undecided("", ["", ""], why),
    }
}

fn field(
    facts: &Facts,
    permission: &Permission,
    with: impl Fn(&super::Sample) -> usize,
    hint: &str,
) -> Check {
    let sample = match &facts.sample {
        Probe::Answered(sample) => sample,
        other => return undecided("", ["", ""], &other.silence().unwrap_or_else(|| text(["", ""]))),
    };
    let (people, with) = (sample.people, with(sample));
    if with > 0 {
        let evidence = Text::new(
            format!("抽查 {people} 人，{with} 人带有该字段"),
            format!("of {people} people read, {with} came with the field"),
        );
        return found(CheckStatus::Ok, evidence);
    }
    let promised = facts.scope.answer().is_some_and(|scope| scope.fields.contains(hint));
    if people < LEAST_PEOPLE || promised {
        let because = if promised {
            text(["钉钉声明会提供该字段", "DingTalk says that it gives the field"])
        } else {
            Text::new(
                format!("不足 {LEAST_PEOPLE} 人，无法下结论"),
                format!("fewer than {LEAST_PEOPLE} are too few to conclude from"),
            )
        };
        let evidence = Text::new(
            format!("抽查的 {people} 人都没有该字段；{}", because.zh),
            format!("none of the {people} people read came with the field; {}", because.en),
        );
        let remedy = Text::new(
            format!("若钉钉中确有这些信息，{}", request(permission).zh),
            format!("if DingTalk does hold such values: {}", request(permission).en),
        );
        return found(CheckStatus::Unproven, evidence).remedy(remedy);
    }
    let evidence = Text::new(
        format!("抽查的 {people} 人全都没有该字段：缺少权限时钉钉不报错，只对所有人省略它"),
        format!(
            "none of the {people} people read came with the field: without the permission DingTalk reports no error and leaves it out for everyone"
        ),
    );
    found(CheckStatus::Error, evidence).remedy(request(permission))
}

fn own_sign_in(permission: &Permission) -> Check {
    let evidence = text([
        "无法用应用凭证验证：只有员工本人在浏览器中扫码登录时才会用到",
        "the application's own token cannot show it: it is used only when a person signs in in a browser",
    ]);
    let remedy = Text::new(
        format!(
            "请在开发者后台“权限管理”确认已开通“{}”（{}），并用扫码登录试一次",
            permission.zh, permission.code
        ),
        format!(
            "make sure that “{}” ({}) is enabled under 权限管理 (Permissions), and sign in once by scanning",
            permission.zh, permission.code
        ),
    );
    found(CheckStatus::Unproven, evidence).remedy(remedy)
}

fn unneeded(permission: &Permission) -> Check {
    let evidence = Text::new(
        format!("不需要：“{}”仅用于写入钉钉，本系统从不写入，也从不调用它来验证", permission.zh),
        format!(
            "not needed: “{}” is for writing to DingTalk, which we never do, not even to prove it",
            permission.zh
        ),
    );
    let remedy = text([
        "安装文档列出了它，但本系统可以不开通；不开通更安全",
        "the setup document lists it; leaving it out is safe, and safer",
    ]);
    found(CheckStatus::Unproven, evidence).remedy(remedy)
}
