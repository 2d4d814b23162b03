//! Whether the application can be used at all: network, secret, address, state, clock, AgentId, Stream.
//!
//! Invariant: a failure turns the one check red that names its cause; the others are unproven by it.

use super::decide::undecided;
use super::facts::{Facts, Failure, Obstacle, Probe};
use super::{ADMIN_CONSOLE, Check, CheckStatus, DEVELOPER_CONSOLE, text};
use crate::domain::text::Text;

/// The clocks may differ by this much without a word: DingTalk allows a minute where it checks [S-0013].
const CLOCK_TOLERANCE_MS: u64 = 60_000;
/// Beyond this, times in records and the life of sessions and tokens are wrong.
const CLOCK_WRONG_MS: u64 = 5 * 60_000;

pub(super) fn network(facts: &Facts) -> Check {
    const TITLE: [&str; 2] = ["与钉钉的网络连接", "Network connection to DingTalk"];
    match facts.failed_by(|obstacle| *obstacle == Obstacle::NoAnswer) {
        Some(failure) => red("network", TITLE, failure),
        None => Check::new("network", TITLE, CheckStatus::Ok, text(["钉钉有应答", "DingTalk answers"])),
    }
}

pub(super) fn secret(facts: &Facts) -> Check {
    const TITLE: [&str; 2] = ["Client ID 与 Client Secret", "Client ID and Client Secret"];
    let refused = facts.failed_by(|obstacle| *obstacle == Obstacle::WrongSecret);
    match (refused, facts.token.silence()) {
        (Some(failure), _) => red("secret", TITLE, failure).link(DEVELOPER_CONSOLE.to_owned()),
        (None, None) => {
            let evidence = text(["钉钉签发了访问凭证", "DingTalk gave an access token for them"]);
            Check::new("secret", TITLE, CheckStatus::Ok, evidence)
        }
        (None, Some(why)) => undecided("secret", TITLE, &why),
    }
}

pub(super) fn egress_ip(facts: &Facts) -> Check {
    const TITLE: [&str; 2] = ["服务器出口 IP", "Server egress IP"];
    let refused = facts.failed_by(|obstacle| matches!(obstacle, Obstacle::AddressRefused { .. }));
    if let Some(failure) = refused {
        let Obstacle::AddressRefused { ip: Some(ip) } = &failure.obstacle else {
            return red("egressIp", TITLE, failure).link(DEVELOPER_CONSOLE.to_owned());
        };
        let evidence = Text::new(
            format!("钉钉看到的出口 IP 是 {ip}，不在应用的白名单中"),
            format!("DingTalk saw the address {ip}, which is not in the application's white list"),
        );
        return red("egressIp", TITLE, failure).evidence(evidence).link(DEVELOPER_CONSOLE.to_owned());
    }
    match facts.token.silence() {
        None => {
            let evidence = text([
                "钉钉接受来自本服务器的调用；公网地址变化后需重新填写",
                "DingTalk takes calls from this server; when its public address changes, enter the new one",
            ]);
            Check::new("egressIp", TITLE, CheckStatus::Ok, evidence)
        }
        Some(why) => undecided("egressIp", TITLE, &why),
    }
}

pub(super) fn enabled(facts: &Facts) -> Check {
    const TITLE: [&str; 2] = ["应用已启用", "Application enabled"];
    const ID: &str = "applicationEnabled";
    let is_off = |obstacle: &Obstacle| {
        matches!(obstacle, Obstacle::ApplicationDisabled | Obstacle::EnterpriseUnavailable)
    };
    if let Some(failure) = facts.failed_by(is_off) {
        return red(ID, TITLE, failure).link(ADMIN_CONSOLE.to_owned());
    }
    if let Some(why) = facts.token.silence() {
        return undecided(ID, TITLE, &why);
    }
    if !facts.application.enabled {
        let evidence = text([
            "钉钉一侧可用，但本系统中该配置已停用，不会同步也不会发消息",
            "DingTalk would serve it, but it is switched off here: nothing is synchronised and nothing is sent",
        ]);
        let remedy = text(["在钉钉配置中启用它", "switch it on in the DingTalk configuration"]);
        return Check::new(ID, TITLE, CheckStatus::Warning, evidence).remedy(remedy);
    }
    let evidence = text(["钉钉为该应用提供服务", "DingTalk serves the application"]);
    Check::new(ID, TITLE, CheckStatus::Ok, evidence)
}

pub(super) fn clock(facts: &Facts) -> Check {
    const TITLE: [&str; 2] = ["服务器时钟", "Server clock"];
    let Some(ahead_ms) = facts.clock_ahead_ms else {
        let why = text(["钉钉的应答未带时间", "DingTalk's answers did not tell the time"]);
        return undecided("clock", TITLE, &why);
    };
    let distance_ms = ahead_ms.unsigned_abs();
    let status = if distance_ms <= CLOCK_TOLERANCE_MS {
        CheckStatus::Ok
    } else if distance_ms <= CLOCK_WRONG_MS {
        CheckStatus::Warning
    } else {
        CheckStatus::Error
    };
    let seconds = distance_ms.div_ceil(1000);
    let evidence = match (status, ahead_ms > 0) {
        (CheckStatus::Ok, _) => text(["与钉钉的时间一致", "agrees with DingTalk's"]),
        (_, true) => Text::new(
            format!("本服务器的时钟比钉钉慢 {seconds} 秒"),
            format!("this server's clock is {seconds} seconds behind DingTalk's"),
        ),
        (_, false) => Text::new(
            format!("本服务器的时钟比钉钉快 {seconds} 秒"),
            format!("this server's clock is {seconds} seconds ahead of DingTalk's"),
        ),
    };
    let check = Check::new("clock", TITLE, status, evidence);
    if status == CheckStatus::Ok {
        return check;
    }
    check.remedy(text([
        "在服务器上启用时间同步（NTP、chrony），并核对时区与日期；之后重新诊断",
        "switch on time synchronisation (NTP, chrony) on the server, check its date, then examine again",
    ]))
}

pub(super) fn agent_id(facts: &Facts) -> Check {
    const TITLE: [&str; 2] = ["AgentId", "AgentId"];
    let looked_past = match &facts.agent {
        Probe::Failed(failure) => match failure.obstacle {
            Obstacle::AgentInvalid => {
                return red("agentId", TITLE, failure).link(DEVELOPER_CONSOLE.to_owned());
            }
            Obstacle::ParameterRefused => true,
            _ => false,
        },
        Probe::Answered(()) => true,
        Probe::NotAsked(_) => false,
    };
    if looked_past && facts.application.has_sent {
        let evidence = text([
            "自上次保存配置以来，钉钉已接收过以它发送的消息",
            "since the configuration was saved, DingTalk has taken a message that was sent under it",
        ]);
        return Check::new("agentId", TITLE, CheckStatus::Ok, evidence);
    }
    if looked_past {
        let evidence = text([
            "查询一条不存在的工作通知时，钉钉没有对 AgentId 提出异议；只有真正送达的通知才能证明它正确",
            "asked about a notification that does not exist, DingTalk did not object to the AgentId; only one that is delivered proves it",
        ]);
        let remedy = text(["给自己发一条测试消息", "send a test message to yourself"]);
        return Check::new("agentId", TITLE, CheckStatus::Unproven, evidence).remedy(remedy);
    }
    undecided("agentId", TITLE, &facts.agent.silence().unwrap_or_else(|| text(["", ""])))
}

/// The failure as a check.
pub(super) fn red(id: &str, title: [&str; 2], failure: &Failure) -> Check {
    let check = Check::new(id, title, CheckStatus::Error, failure.words());
    check.remedy(failure.remedy.clone()).link(failure.link.clone())
}

impl Check {
    pub(super) fn evidence(self, evidence: Text) -> Self {
        Self { evidence, ..self }
    }
}
