//! Failures that somebody mends: in DingTalk's console, in its contacts, or in what was entered here.
//!
//! Must not know the single case beyond its kind. Invariant: every remedy names the place in the console by
//! the name that stands there.

use super::{Words, say};
use crate::dingtalk::error::{ErrorKind, MediaFault, ScopeItem};
use crate::dingtalk::permissions;
use crate::domain::text::Text;

/// The words for `kind`, if it is one to be mended.
pub(super) fn words(kind: &ErrorKind) -> Option<Words> {
    Some(match kind {
        ErrorKind::WrongSecret => say(
            "dingtalkWrongSecret",
            [
                "Client ID（AppKey）与 Client Secret（AppSecret）不匹配",
                "Client ID (AppKey) and Client Secret (AppSecret) do not match",
            ],
            [
                "在钉钉开发者后台打开该应用的“凭证与基础信息”，重新复制 Client ID（AppKey）和 Client Secret（AppSecret）后保存。",
                "Open the application in the DingTalk developer console, page 凭证与基础信息 (Credentials), copy Client ID (AppKey) and Client Secret (AppSecret) again and save them here.",
            ],
        ),
        ErrorKind::IpNotAllowed { ip } => ip_not_allowed(ip.as_deref()),
        ErrorKind::PermissionMissing { scopes, .. } => permission_missing(scopes),
        ErrorKind::ApplicationDisabled => say(
            "dingtalkApplicationDisabled",
            ["钉钉应用已停用或授权失效", "The DingTalk application is disabled or no longer authorised"],
            [
                "在钉钉管理后台启用该应用，并确认它已发布；之后重试。",
                "Enable the application in the DingTalk admin console, make sure it is published, then try again.",
            ],
        ),
        ErrorKind::CorpDisabled => say(
            "dingtalkCorpDisabled",
            [
                "钉钉企业不可用或 CorpId 不正确",
                "The DingTalk enterprise is not available, or the CorpId is wrong",
            ],
            [
                "核对 CorpId，并在钉钉管理后台确认该企业状态正常。",
                "Check the CorpId, and in the DingTalk admin console that the enterprise is in order.",
            ],
        ),
        ErrorKind::TokenRejected => say(
            "dingtalkTokenRejected",
            ["钉钉不接受刚刚签发的访问凭证", "DingTalk refuses the access token it has just given"],
            [
                "稍后重试；若一直如此，请在开发者后台重置 Client Secret（AppSecret）并在此更新。",
                "Try again later; if it stays, reset the Client Secret (AppSecret) in the developer console and enter it here.",
            ],
        ),
        ErrorKind::OutsideScope(item) => outside_scope(*item),
        ErrorKind::DepartmentNotFound => say(
            "dingtalkDepartmentNotFound",
            ["钉钉中没有该部门", "DingTalk has no such department"],
            ["重新同步，以获取最新的部门。", "Synchronise again to read the present departments."],
        ),
        ErrorKind::UserNotFound => say(
            "dingtalkUserNotFound",
            [
                "钉钉中没有该员工，或其尚未加入、已离职",
                "DingTalk has no such person, or not yet, or no longer",
            ],
            [
                "在钉钉通讯录中确认此人，然后重新同步。",
                "Check the person in DingTalk's contacts, then synchronise again.",
            ],
        ),
        ErrorKind::BadParameter => say(
            "dingtalkBadParameter",
            ["钉钉不接受请求中的参数", "DingTalk does not accept a parameter of the request"],
            [
                "请核对输入；若输入无误，请把错误码和请求号告诉支持人员。",
                "Check the input; if it is right, give the code and the request id to support.",
            ],
        ),
        ErrorKind::AgentInvalid => say(
            "dingtalkAgentInvalid",
            ["AgentId 不正确，或不属于该应用", "The AgentId is wrong or belongs to another application"],
            [
                "在开发者后台“凭证与基础信息”复制该应用的 AgentId。",
                "Copy the AgentId of this very application from 凭证与基础信息 (Credentials) in the developer console.",
            ],
        ),
        ErrorKind::MessageRejected => say(
            "dingtalkMessageRejected",
            ["钉钉拒绝了这条消息", "DingTalk refused the message"],
            [
                "按错误码说明修改消息的类型、长度、内容或接收人后重新发送。",
                "Change the message's type, length, content or receivers as the code says, and send it again.",
            ],
        ),
        ErrorKind::MediaRejected(fault) => media_rejected(*fault),
        ErrorKind::CodeInvalid => say(
            "dingtalkCodeInvalid",
            ["登录码无效或已被使用", "The sign-in code is not valid or was already used"],
            ["请重新打开页面登录。", "Open the page again to sign in."],
        ),
        ErrorKind::CodeExpired => say(
            "dingtalkCodeExpired",
            ["登录码已过期", "The sign-in code has expired"],
            ["请重新打开页面登录。", "Open the page again to sign in."],
        ),
        _ => return None,
    })
}

fn ip_not_allowed(ip: Option<&str>) -> Words {
    let (zh, en) =
        ip.map_or(("本服务器的公网出口 IP", "this server's public egress IP"), |ip| (ip, ip));
    Words {
        code: "dingtalkIpNotAllowed",
        title: Text::new(
            "本服务器的出口 IP 不在钉钉应用的白名单中",
            "This server's egress IP is not in the application's white list",
        ),
        remedy: Text::new(
            format!("在开发者后台“开发配置 → 安全设置 → 服务器出口IP”加入 {zh}，保存后重试。"),
            format!(
                "In the developer console, 开发配置 → 安全设置 → 服务器出口IP (Security settings, server egress IP), add {en}, save and try again."
            ),
        ),
    }
}

fn permission_missing(scopes: &[String]) -> Words {
    let name = |scope: &String| match permissions::by_code(scope) {
        Some(known) => {
            Text::new(format!("{}（{scope}）", known.zh), format!("{} / {} ({scope})", known.en, known.zh))
        }
        None => Text::new(scope, scope),
    };
    let names: Vec<_> = scopes.iter().map(name).collect();
    let zh = names.iter().map(|name| name.zh.as_str()).collect::<Vec<_>>().join("、");
    let en = names.iter().map(|name| name.en.as_str()).collect::<Vec<_>>().join(", ");
    Words {
        code: "dingtalkPermissionMissing",
        title: Text::new(
            format!("钉钉应用缺少权限：{zh}"),
            format!("The DingTalk application lacks a permission: {en}"),
        ),
        remedy: Text::new(
            format!("打开链接，或在开发者后台“权限管理”搜索并开通：{zh}。开通后稍候重试，最长约两小时生效。"),
            format!(
                "Open the link, or find and enable it under 权限管理 (Permissions) in the developer console: {en}. Then try again; it can take up to two hours to take effect."
            ),
        ),
    }
}

fn media_rejected(fault: MediaFault) -> Words {
    let (title, remedy) = match fault {
        MediaFault::Type => (
            ["钉钉不支持这种文件", "DingTalk does not take this type of file"],
            [
                "请换成钉钉支持的格式：图片 jpg、png、gif、bmp；语音 amr、mp3、wav；文件 pdf、doc、docx、xls、xlsx、ppt、pptx、zip、rar。",
                "Choose a type that it takes: pictures jpg, png, gif, bmp; voice amr, mp3, wav; files pdf, doc, docx, xls, xlsx, ppt, pptx, zip, rar.",
            ],
        ),
        MediaFault::Size => (
            ["文件超过钉钉的大小上限", "The file is larger than DingTalk takes"],
            ["请压缩或拆分后重新上传。", "Make it smaller, or split it, and upload it again."],
        ),
        MediaFault::Empty => (
            ["钉钉收到的文件为空", "The file arrived empty at DingTalk"],
            ["请确认文件能正常打开，然后重新上传。", "Make sure that the file opens, then upload it again."],
        ),
    };
    say("dingtalkMediaRejected", title, remedy)
}

fn outside_scope(item: ScopeItem) -> Words {
    let title = match item {
        ScopeItem::Department => {
            ["部门不在应用的授权范围内", "The department is outside the application's scope"]
        }
        ScopeItem::User => ["员工不在应用的授权范围内", "The person is outside the application's scope"],
    };
    say(
        "dingtalkOutsideScope",
        title,
        [
            "在开发者后台“权限管理”把授权范围设为全部员工，并在“版本管理与发布”检查可使用范围。",
            "In the developer console set the data scope to all employees (权限管理, Permissions), and check the usable range (版本管理与发布, Versions).",
        ],
    )
}
