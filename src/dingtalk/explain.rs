//! What each failure means for an administrator, and what to do about it, in Chinese and English.
//!
//! Must not know how the failure was found. Invariant: the codes are stable; programs may match on them.

use super::error::{Error, ErrorKind, ScopeItem};
use super::permissions;
use crate::domain::text::Text;

/// A failure in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Stable, for programs: `dingtalk…` in camelCase.
    pub code: &'static str,
    /// What happened, in a few words.
    pub title: Text,
    /// What exactly DingTalk said, or what was found.
    pub detail: Text,
    /// What to do next.
    pub remedy: Text,
    /// A page of DingTalk's console that helps.
    pub link: Option<String>,
}

impl Error {
    /// The failure in words for a person.
    pub fn explain(&self) -> Explanation {
        let (code, title, remedy) = words(&self.kind);
        let link = match &self.kind {
            ErrorKind::PermissionMissing { link, .. } => link.as_deref().map(str::to_owned),
            _ => None,
        };
        Explanation { code, title, detail: self.detail(), remedy, link }
    }

    fn detail(&self) -> Text {
        let mut zh = format!("接口 {}", self.api);
        let mut en = format!("API {}", self.api);
        let mut add = |zh_part: String, en_part: String| {
            zh.push_str(&zh_part);
            en.push_str(&en_part);
        };
        if let Some(code) = &self.code {
            add(format!("，错误码 {code}"), format!(", code {code}"));
        }
        match &self.kind {
            ErrorKind::Malformed { what } => add(format!("，收到：{what}"), format!(", got: {what}")),
            ErrorKind::Unreachable { reason, .. } => {
                add(format!("，原因：{reason}"), format!(", reason: {reason}"))
            }
            _ => {}
        }
        if let Some(message) = &self.message {
            add(format!("，说明：{message}"), format!(", message: {message}"));
        }
        if let Some(request_id) = &self.request_id {
            add(format!("，请求号 {request_id}"), format!(", request id {request_id}"));
        }
        Text::new(zh, en)
    }
}

/// Code, title and remedy.
fn words(kind: &ErrorKind) -> (&'static str, Text, Text) {
    match kind {
        ErrorKind::WrongSecret => (
            "dingtalkWrongSecret",
            Text::new(
                "Client ID（AppKey）与 Client Secret（AppSecret）不匹配",
                "Client ID (AppKey) and Client Secret (AppSecret) do not match",
            ),
            Text::new(
                "在钉钉开发者后台打开该应用的“凭证与基础信息”，重新复制 Client ID（AppKey）和 Client Secret（AppSecret）后保存。",
                "Open the application in the DingTalk developer console, page 凭证与基础信息 (Credentials), copy Client ID (AppKey) and Client Secret (AppSecret) again and save them here.",
            ),
        ),
        ErrorKind::IpNotAllowed { ip } => ip_words(ip.as_deref()),
        ErrorKind::PermissionMissing { scopes, .. } => permission_words(scopes),
        ErrorKind::ApplicationDisabled => (
            "dingtalkApplicationDisabled",
            Text::new(
                "钉钉应用已停用或授权失效",
                "The DingTalk application is disabled or no longer authorised",
            ),
            Text::new(
                "在钉钉管理后台启用该应用，并确认它已发布；之后重试。",
                "Enable the application in the DingTalk admin console, make sure it is published, then try again.",
            ),
        ),
        ErrorKind::CorpDisabled => (
            "dingtalkCorpDisabled",
            Text::new(
                "钉钉企业不可用或 CorpId 不正确",
                "The DingTalk enterprise is not available, or the CorpId is wrong",
            ),
            Text::new(
                "核对 CorpId，并在钉钉管理后台确认该企业状态正常。",
                "Check the CorpId, and in the DingTalk admin console that the enterprise is in order.",
            ),
        ),
        ErrorKind::TokenRejected => (
            "dingtalkTokenRejected",
            Text::new("钉钉不接受刚刚签发的访问凭证", "DingTalk refuses the access token it has just given"),
            Text::new(
                "稍后重试；若一直如此，请在开发者后台重置 Client Secret（AppSecret）并在此更新。",
                "Try again later; if it stays, reset the Client Secret (AppSecret) in the developer console and enter it here.",
            ),
        ),
        ErrorKind::OutsideScope(item) => {
            let (zh, en) = match item {
                ScopeItem::Department => {
                    ("部门不在应用的授权范围内", "The department is outside the application's scope")
                }
                ScopeItem::User => {
                    ("员工不在应用的授权范围内", "The person is outside the application's scope")
                }
            };
            (
                "dingtalkOutsideScope",
                Text::new(zh, en),
                Text::new(
                    "在开发者后台“权限管理”把授权范围设为全部员工，并在“版本管理与发布”检查可使用范围。",
                    "In the developer console set the data scope to all employees (权限管理, Permissions), and check the usable range (版本管理与发布, Versions).",
                ),
            )
        }
        ErrorKind::DepartmentNotFound => (
            "dingtalkDepartmentNotFound",
            Text::new("钉钉中没有该部门", "DingTalk has no such department"),
            Text::new("重新同步，以获取最新的部门。", "Synchronise again to read the present departments."),
        ),
        ErrorKind::UserNotFound => (
            "dingtalkUserNotFound",
            Text::new(
                "钉钉中没有该员工，或其尚未加入、已离职",
                "DingTalk has no such person, or not yet, or no longer",
            ),
            Text::new(
                "在钉钉通讯录中确认此人，然后重新同步。",
                "Check the person in DingTalk's contacts, then synchronise again.",
            ),
        ),
        ErrorKind::BadParameter => (
            "dingtalkBadParameter",
            Text::new("钉钉不接受请求中的参数", "DingTalk does not accept a parameter of the request"),
            Text::new(
                "请核对输入；若输入无误，请把错误码和请求号告诉我们的支持人员。",
                "Check the input; if it is right, give the code and the request id to our support.",
            ),
        ),
        ErrorKind::AgentInvalid => (
            "dingtalkAgentInvalid",
            Text::new(
                "AgentId 不正确，或不属于该应用",
                "The AgentId is wrong or belongs to another application",
            ),
            Text::new(
                "在开发者后台“凭证与基础信息”复制该应用的 AgentId。",
                "Copy the AgentId of this very application from 凭证与基础信息 (Credentials) in the developer console.",
            ),
        ),
        other => passing_words(other),
    }
}

fn ip_words(ip: Option<&str>) -> (&'static str, Text, Text) {
    let (zh, en) = match ip {
        Some(ip) => (
            format!("在开发者后台“开发配置 → 安全设置 → 服务器出口IP”加入 {ip}，保存后重试。"),
            format!("Add {ip} in the developer console, 开发配置 → 安全设置 → 服务器出口IP (Security settings, server egress IP), save and try again."),
        ),
        None => (
            "在开发者后台“开发配置 → 安全设置 → 服务器出口IP”加入本服务器的公网出口 IP，保存后重试。".to_owned(),
            "Add this server's public egress IP in the developer console, 开发配置 → 安全设置 → 服务器出口IP (Security settings, server egress IP), save and try again.".to_owned(),
        ),
    };
    (
        "dingtalkIpNotAllowed",
        Text::new(
            "本服务器的出口 IP 不在钉钉应用的白名单中",
            "This server's egress IP is not in the application's white list",
        ),
        Text::new(zh, en),
    )
}

fn permission_words(scopes: &[String]) -> (&'static str, Text, Text) {
    let name = |scope: &String, zh: bool| match permissions::by_code(scope) {
        Some(known) if zh => format!("{}（{scope}）", known.zh),
        Some(known) => format!("{} / {} ({scope})", known.en, known.zh),
        None => scope.clone(),
    };
    let names = |zh: bool| scopes.iter().map(|scope| name(scope, zh)).collect::<Vec<_>>();
    let (zh, en) = (names(true).join("、"), names(false).join(", "));
    (
        "dingtalkPermissionMissing",
        Text::new(
            format!("钉钉应用缺少权限：{zh}"),
            format!("The DingTalk application lacks a permission: {en}"),
        ),
        Text::new(
            format!("打开链接，或在开发者后台“权限管理”搜索并开通：{zh}。开通后稍候重试，最长约两小时生效。"),
            format!(
                "Open the link, or find and enable it under 权限管理 (Permissions) in the developer console: {en}. Then try again; it can take up to two hours to take effect."
            ),
        ),
    )
}

/// Failures that pass, and those of single messages and sign-ins.
fn passing_words(kind: &ErrorKind) -> (&'static str, Text, Text) {
    let later = || {
        Text::new(
            "稍后会自动重试；也可以稍后手动重试。",
            "It is tried again later; you can also start it again yourself.",
        )
    };
    match kind {
        ErrorKind::CodeInvalid => (
            "dingtalkCodeInvalid",
            Text::new("登录码无效或已被使用", "The sign-in code is not valid or was already used"),
            Text::new("请重新打开页面登录。", "Open the page again to sign in."),
        ),
        ErrorKind::CodeExpired => (
            "dingtalkCodeExpired",
            Text::new("登录码已过期", "The sign-in code has expired"),
            Text::new("请重新打开页面登录。", "Open the page again to sign in."),
        ),
        ErrorKind::Throttled { .. } => (
            "dingtalkThrottled",
            Text::new("调用过于频繁，钉钉暂时限流", "Too many calls a second; DingTalk throttles them"),
            Text::new(
                "稍候重试；若有其他系统使用同一个应用，请为本系统单独创建应用。",
                "Try again shortly; if another system uses the same application, create one for this system alone.",
            ),
        ),
        ErrorKind::QuotaExhausted => (
            "dingtalkQuotaExhausted",
            Text::new("本月的钉钉接口调用量已用完", "This month's DingTalk API calls are used up"),
            Text::new(
                "等到下月，或在开发者后台购买更多调用量。",
                "Wait for the next month, or buy more calls in the developer console.",
            ),
        ),
        ErrorKind::CallerBlocked => (
            "dingtalkCallerBlocked",
            Text::new(
                "钉钉已封禁本服务器、企业或应用的调用",
                "DingTalk blocks calls of this server, enterprise or application",
            ),
            Text::new(
                "凭错误码和请求号联系钉钉客服解除封禁。",
                "Ask DingTalk's support, with the code and the request id, to lift the block.",
            ),
        ),
        ErrorKind::Banned { until_ms } => {
            let until = utc(*until_ms);
            (
                "dingtalkBanned",
                Text::new(
                    format!("本服务器的公网 IP 调用过多，被钉钉暂时封禁，至 {until}"),
                    format!("Too many calls from this server's public IP; DingTalk bans it until {until}"),
                ),
                Text::new(
                    "所有调用已暂停，到时会自动恢复；请检查同一公网 IP 上的其他系统。",
                    "All calls are paused and go on by themselves afterwards; look at other systems behind the same public IP.",
                ),
            )
        }
        ErrorKind::Busy => ("dingtalkBusy", Text::new("钉钉系统繁忙", "DingTalk is busy"), later()),
        ErrorKind::Unreachable { sent: true, .. } => (
            "dingtalkDisconnected",
            Text::new("与钉钉的连接中断", "The connection to DingTalk broke off"),
            later(),
        ),
        ErrorKind::Unreachable { sent: false, .. } => (
            "dingtalkUnreachable",
            Text::new("无法连接钉钉", "DingTalk cannot be reached"),
            Text::new(
                "检查本服务器的网络、DNS、代理与防火墙，确保可以访问 oapi.dingtalk.com 和 api.dingtalk.com 的 443 端口。",
                "Check this server's network, DNS, proxy and firewall: port 443 of oapi.dingtalk.com and api.dingtalk.com must be open.",
            ),
        ),
        ErrorKind::Timeout => {
            ("dingtalkTimeout", Text::new("钉钉未及时应答", "DingTalk did not answer in time"), later())
        }
        ErrorKind::Malformed { .. } => (
            "dingtalkMalformed",
            Text::new("收到的应答不是钉钉应有的格式", "The answer is not what DingTalk promises"),
            Text::new(
                "检查中间是否有代理或登录门户改写了应答；若没有，请稍后重试。",
                "Check whether a proxy or a login portal on the way rewrites answers; if not, try again later.",
            ),
        ),
        ErrorKind::MessageRejected => (
            "dingtalkMessageRejected",
            Text::new("钉钉拒绝了这条消息", "DingTalk refused the message"),
            Text::new(
                "按错误码说明修改消息的类型、长度、内容或接收人后重新发送。",
                "Change the message's type, length, content or receivers as the code says, and send it again.",
            ),
        ),
        _ => (
            "dingtalkRefused",
            Text::new("钉钉拒绝了请求", "DingTalk refused the request"),
            Text::new(
                "按错误码查阅钉钉文档；需要帮助时请提供错误码和请求号。",
                "Look the code up in DingTalk's documentation; when asking for help, give the code and the request id.",
            ),
        ),
    }
}

fn utc(epoch_ms: i64) -> String {
    jiff::Timestamp::from_millisecond(epoch_ms)
        .map(|time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
        .unwrap_or_default()
}
