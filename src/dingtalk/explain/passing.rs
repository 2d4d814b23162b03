//! Failures that pass, of DingTalk's or of the network between, and those without a name.
//!
//! Must not know the single case beyond its kind. Invariant: every kind has words, known or not.

use super::{Words, say};
use crate::dingtalk::error::ErrorKind;
use crate::domain::text::Text;

const LATER: [&str; 2] = [
    "请稍后重试；定时任务、事件和消息会自动再试。",
    "Try again later; schedules, events and messages do so by themselves.",
];

/// The words for any `kind` that nobody can mend here.
pub(super) fn words(kind: &ErrorKind) -> Words {
    match kind {
        ErrorKind::Throttled { .. } => say(
            "dingtalkThrottled",
            ["调用过于频繁，钉钉暂时限流", "Too many calls a second; DingTalk throttles them"],
            [
                "稍候重试；若有其他系统使用同一个应用，请为本系统单独创建应用。",
                "Try again shortly; if another system uses the same application, create one for this system alone.",
            ],
        ),
        ErrorKind::QuotaExhausted => say(
            "dingtalkQuotaExhausted",
            ["本月的钉钉接口调用量已用完", "This month's DingTalk API calls are used up"],
            [
                "等到下月，或在开发者后台购买更多调用量。",
                "Wait for the next month, or buy more calls in the developer console.",
            ],
        ),
        ErrorKind::CallerBlocked => say(
            "dingtalkCallerBlocked",
            [
                "钉钉已封禁本服务器、企业或应用的调用",
                "DingTalk blocks calls of this server, enterprise or application",
            ],
            [
                "凭错误码和请求号联系钉钉客服解除封禁。",
                "Ask DingTalk's support, with the code and the request id, to lift the block.",
            ],
        ),
        ErrorKind::Banned { until_ms } => banned(*until_ms),
        ErrorKind::Busy => say("dingtalkBusy", ["钉钉系统繁忙", "DingTalk is busy"], LATER),
        ErrorKind::Unreachable { sent: true, .. } => {
            say("dingtalkDisconnected", ["与钉钉的连接中断", "The connection to DingTalk broke off"], LATER)
        }
        ErrorKind::Unreachable { sent: false, .. } => say(
            "dingtalkUnreachable",
            ["无法连接钉钉", "DingTalk cannot be reached"],
            [
                "检查本服务器的网络、DNS、代理与防火墙，确保可以访问 oapi.dingtalk.com 和 api.dingtalk.com 的 443 端口。",
                "Check this server's network, DNS, proxy and firewall: port 443 of oapi.dingtalk.com and api.dingtalk.com must be open.",
            ],
        ),
        ErrorKind::Timeout => {
            say("dingtalkTimeout", ["钉钉未及时应答", "DingTalk did not answer in time"], LATER)
        }
        ErrorKind::Malformed { .. } => say(
            "dingtalkMalformed",
            ["收到的应答不是钉钉应有的格式", "The answer is not what DingTalk promises"],
            [
                "检查中间是否有代理或登录门户改写了应答；若没有，请稍后重试。",
                "Check whether a proxy or a login portal on the way rewrites answers; if not, try again later.",
            ],
        ),
        _ => say(
            "dingtalkRefused",
            ["钉钉拒绝了请求", "DingTalk refused the request"],
            [
                "按错误码查阅钉钉文档；需要帮助时请提供错误码和请求号。",
                "Look the code up in DingTalk's documentation; when asking for help, give the code and the request id.",
            ],
        ),
    }
}

fn banned(until_ms: i64) -> Words {
    let until = jiff::Timestamp::from_millisecond(until_ms)
        .map(|time| time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string())
        .unwrap_or_default();
    Words {
        code: "dingtalkBanned",
        title: Text::new(
            format!("本服务器的公网 IP 调用过多，被钉钉暂时封禁，至 {until}"),
            format!("Too many calls from this server's public IP; DingTalk bans it until {until}"),
        ),
        remedy: Text::new(
            "所有调用已暂停，到时会自动恢复；请检查同一公网 IP 上的其他系统。",
            "All calls are paused and go on by themselves afterwards; look at other systems behind the same public IP.",
        ),
    }
}
