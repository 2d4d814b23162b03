//! Why somebody did not come in: what the visitor does now, and what an administrator mends.
//!
//! Invariant: nothing personal, no secret; one answer for every tenant that nobody can enter this way.

use tracing::warn;

use crate::dingtalk::{self, ErrorKind};
use crate::domain::error::{Error, ErrorCode};
use crate::domain::id::TenantId;
use crate::domain::text::Text;

/// Seconds until DingTalk is worth another try.
const LATER: u32 = 30;

/// DingTalk refused, or failed.
pub(super) fn of(tenant: TenantId, error: &dingtalk::Error) -> Error {
    warn!(
        tenant.id = tenant.0,
        dingtalk.api = error.api,
        dingtalk.code = error.code.as_deref(),
        dingtalk.problem = error.explain().code,
        "a sign-in through DingTalk was refused"
    );
    match error.kind {
        ErrorKind::CodeInvalid | ErrorKind::CodeExpired => Error::new(
            ErrorCode::DingTalkCodeRefused,
            "钉钉登录码无效、已使用或已过期，请重新打开页面。若一直如此，请管理员核对本租户的 Client ID（AppKey）和 CorpId 是否属于您打开的钉钉应用，以及您是否在该应用的可使用范围内",
            "DingTalk does not take this sign-in code: it is wrong, used or expired. Open the page again. If it stays, an administrator checks that the tenant's Client ID (AppKey) and CorpId are those of the DingTalk application that was opened, and that you are within its usable range",
        ),
        ErrorKind::UserNotFound => not_wanted(),
        _ => unreachable_or_misconfigured(error),
    }
}

fn unreachable_or_misconfigured(error: &dingtalk::Error) -> Error {
    let explanation = error.explain();
    let Text { zh: title_zh, en: title_en } = explanation.title;
    let Text { zh, en } = explanation.remedy;
    if error.is_retryable() {
        return Error::new(
            ErrorCode::DingTalkFailed,
            format!("暂时无法通过钉钉登录：{title_zh}。请稍后重试，或使用密码登录"),
            format!("signing in through DingTalk fails for the moment: {title_en}. Try again later, or use your password"),
        )
        .retry_after(LATER);
    }
    Error::new(
        ErrorCode::DingTalkRefused,
        format!("无法通过钉钉登录：{title_zh}。请联系管理员，或使用密码登录。管理员须知：{zh}"),
        format!(
            "signing in through DingTalk fails: {title_en}. Tell an administrator, or use your password. For the administrator: {en}"
        ),
    )
}

/// Nobody can enter this tenant through DingTalk, for whatever reason.
pub(super) fn unavailable() -> Error {
    Error::new(
        ErrorCode::DingTalkSignInUnavailable,
        "租户不存在，或未启用钉钉登录。请核对网址中的租户 ID；管理员请在“第三方配置 → 钉钉”中填写并启用应用",
        "there is no such tenant, or nobody signs in to it through DingTalk. Check the tenant's number in the address; an administrator configures and enables the application under third-party configuration, DingTalk",
    )
}

/// An administrator switched the person off here.
pub(super) fn switched_off() -> Error {
    Error::new(
        ErrorCode::NotAdmitted,
        "您的账号在本租户已停用，请联系管理员",
        "your account is switched off in this tenant; ask an administrator",
    )
}

/// The mobile number belongs to another account here.
pub(super) fn parked() -> Error {
    Error::new(
        ErrorCode::NotAdmitted,
        "您的手机号与本系统中的另一个账号冲突，请联系管理员在“同步冲突”中处理后重试",
        "your mobile number belongs to another account here; an administrator has to decide under conflicts, then try again",
    )
}

/// Not among those whom the tenant brings in.
pub(super) fn not_wanted() -> Error {
    Error::new(
        ErrorCode::NotAdmitted,
        "您不在本租户的同步范围内，或已离开该企业，请联系管理员。管理员请检查钉钉应用的通讯录权限范围和本租户选择的部门",
        "you are not among those whom this tenant brings in, or have left the enterprise; ask an administrator, who checks the application's contact scope in DingTalk and the departments chosen for this tenant",
    )
}

/// The person chose another enterprise than the tenant's.
pub(super) fn foreign() -> Error {
    Error::new(
        ErrorCode::ForeignEnterprise,
        "您在钉钉中选择的企业不是本租户所连接的企业，请重新扫码并选择正确的企业",
        "the enterprise that you chose in DingTalk is not the one this tenant is connected to; scan again and choose the right one",
    )
}

/// The scan cannot be finished.
pub(super) fn scan_over() -> Error {
    Error::new(
        ErrorCode::ScanOver,
        "本次扫码登录已失效（超时、已使用、不是在此浏览器中发起，或其间服务器曾重启），请重新扫码",
        "this scan is over: too late, used, begun in another browser, or the server was restarted meanwhile. Scan again",
    )
}

/// The address asked for too many applications.
pub(super) fn too_many_questions(seconds: u32) -> Error {
    Error::new(
        ErrorCode::TooManyAttempts,
        format!("请求过于频繁，请于 {seconds} 秒后重试"),
        format!("too many requests; try again in {seconds} seconds"),
    )
    .retry_after(seconds)
}

/// The address brought too many codes that DingTalk refused.
pub(super) fn too_many(seconds: u32) -> Error {
    Error::new(
        ErrorCode::TooManyAttempts,
        format!("无效的钉钉登录码过多，请于 {seconds} 秒后重试"),
        format!("too many sign-in codes that DingTalk refused; try again in {seconds} seconds"),
    )
    .retry_after(seconds)
}
