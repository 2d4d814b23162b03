//! The check about events: whether a Stream connection can be made, and how the tenant's own events stand.
//!
//! Must not know how events travel. Invariant: with events off, what counts is only whether they could come.

use super::application::red;
use super::decide::undecided;
use super::facts::{Facts, Obstacle, Probe};
use super::{Check, CheckStatus, DEVELOPER_CONSOLE, text};
use crate::domain::sync::event::EventTransport;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

const ID: &str = "stream";
const TITLE: [&str; 2] = ["Stream 连接（事件推送）", "Stream connection (events)"];

/// How the tenant's events stand.
#[derive(Clone, Debug, Default)]
pub struct EventFacts {
    /// How they are to come.
    pub transport: EventTransport,
    /// Since when the stream is connected.
    pub connected_since: Option<Timestamp>,
    /// Why it is not connected, and what to do.
    pub complaint: Option<Complaint>,
    /// When the last event came, since the server started.
    pub last_event_at: Option<Timestamp>,
    /// How long it was on its way, in milliseconds.
    pub last_lag_ms: Option<i64>,
    /// People and departments that are still to be looked at.
    pub waiting: usize,
}

/// Why a stream is not connected.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// What failed.
    pub detail: Text,
    /// What to do.
    pub remedy: Text,
}

pub(super) fn stream(facts: &Facts) -> Check {
    match facts.events.transport {
        EventTransport::Off => could_be_made(facts),
        EventTransport::Stream => connected(facts),
        EventTransport::Push => pushed(&facts.events),
    }
}

/// Nobody listens; DingTalk was only asked whether somebody could.
fn could_be_made(facts: &Facts) -> Check {
    match &facts.stream {
        Probe::Answered(host) => {
            let evidence = Text::new(
                format!("事件未启用。钉钉允许建立连接，地址 {host}；启用时防火墙须放行到该地址的出站连接"),
                format!(
                    "events are off. DingTalk allows a connection to {host}; to switch them on, the firewall must let it out to that address"
                ),
            );
            Check::new(ID, TITLE, CheckStatus::Ok, evidence)
        }
        Probe::Failed(failure)
            if matches!(failure.obstacle, Obstacle::Other | Obstacle::ParameterRefused) =>
        {
            red(ID, TITLE, failure).link(DEVELOPER_CONSOLE.to_owned())
        }
        other => undecided(ID, TITLE, &other.silence().unwrap_or_else(|| text(["", ""]))),
    }
}

/// The stream that is kept open.
fn connected(facts: &Facts) -> Check {
    let events = &facts.events;
    if let Some(since) = events.connected_since {
        let evidence = Text::new(
            format!("已连接，自 {}；{}", since.display(), events.lately().zh),
            format!("connected since {}; {}", since.display(), events.lately().en),
        );
        return Check::new(ID, TITLE, CheckStatus::Ok, evidence);
    }
    // What is wrong with the application itself has a check of its own.
    if facts.token.answer().is_none() {
        return could_be_made(facts);
    }
    let lately = events.lately();
    let (detail, remedy) = match &events.complaint {
        Some(Complaint { detail, remedy }) => (detail.clone(), remedy.clone()),
        None => {
            (text(["正在连接", "it is being connected"]), text(["稍后重新诊断", "examine again in a moment"]))
        }
    };
    let evidence = Text::new(
        format!("未连接：{}；{}", detail.zh, lately.zh),
        format!("not connected: {}; {}", detail.en, lately.en),
    );
    let status = if events.complaint.is_some() { CheckStatus::Error } else { CheckStatus::Unproven };
    Check::new(ID, TITLE, status, evidence).remedy(remedy).link(DEVELOPER_CONSOLE.to_owned())
}

/// Events come by HTTP push: that one came is the only proof.
fn pushed(events: &EventFacts) -> Check {
    let lately = events.lately();
    let evidence = Text::new(
        format!("事件以 HTTP 推送接收；{}", lately.zh),
        format!("events come by HTTP push; {}", lately.en),
    );
    if events.last_event_at.is_some() {
        return Check::new(ID, TITLE, CheckStatus::Ok, evidence);
    }
    let remedy = text([
        "在开发者后台“事件订阅”页点击验证，或在通讯录中做一次改动；若仍收不到，请检查请求网址是否可从公网访问",
        "press the check on the page 事件订阅 of the developer console, or change something in the contacts; if nothing comes, look whether the request address can be reached from the internet",
    ]);
    Check::new(ID, TITLE, CheckStatus::Unproven, evidence).remedy(remedy).link(DEVELOPER_CONSOLE.to_owned())
}

impl EventFacts {
    /// The last event, how late it was, and what still waits.
    fn lately(&self) -> Text {
        let Self { last_event_at, last_lag_ms, waiting, .. } = self;
        let mut said = match last_event_at {
            None => text(["启动以来尚未收到事件", "no event has come since the server started"]),
            Some(at) => Text::new(
                format!("最近一次事件 {}", at.display()),
                format!("the last event came at {}", at.display()),
            ),
        };
        if let Some(lag) = last_lag_ms {
            said.zh.push_str(&format!("，延迟 {lag} 毫秒"));
            said.en.push_str(&format!(", {lag} ms after it happened"));
        }
        if *waiting > 0 {
            said.zh.push_str(&format!("，{waiting} 项待处理"));
            said.en.push_str(&format!(", {waiting} things still to be looked at"));
        }
        said
    }
}
