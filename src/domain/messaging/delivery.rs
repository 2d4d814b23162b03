//! What is known of a delivery: the states, and how DingTalk's answers move them. [S-0769, S-0773]
//!
//! Invariant: a state never claims more than DingTalk said, and a person who has read a message stays "read".

use serde::{Deserialize, Serialize};

use crate::domain::messaging::outbox::{self, ANSWER_LOST, CANCELLED, QUOTA_EXHAUSTED, RECALLED};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// What is known of one person's delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Delivery {
    /// On disk here, not yet handed to DingTalk.
    Queued,
    /// DingTalk took it; nothing more is known.
    Sent,
    /// Delivered, not read.
    Unread,
    /// Delivered and read.
    Read,
    /// DingTalk took it and then dropped it, with its code.
    Refused(Box<str>),
    /// DingTalk does not know the person.
    Invalid,
    /// It could not be sent, with the reason's code.
    Failed(Box<str>),
    /// The result could not be learnt while DingTalk kept it.
    Unknown,
    /// DingTalk took a broadcast that is meant for the person; it never tells what became of it.
    Untracked,
}

impl Delivery {
    /// The state's name in the API.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Unread => "unread",
            Self::Read => "read",
            Self::Refused(_) => "refused",
            Self::Invalid => "invalid",
            Self::Failed(_) => "failed",
            Self::Unknown => "unknown",
            Self::Untracked => "untracked",
        }
    }

    /// The code behind a refusal or failure.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(code) | Self::Failed(code) => Some(code),
            _ => None,
        }
    }
}

/// Why a delivery was refused or failed, in words. [S-0773]
pub fn reason(code: &str) -> Text {
    match code {
        "143103" => Text::new(
            "应用每分钟接收人数超限，可稍后重发",
            "the application's per-minute limit was reached; send it again later",
        ),
        "143104" => Text::new(
            "企业每分钟接收人数超限，可稍后重发",
            "the enterprise's per-minute limit was reached; send it again later",
        ),
        "143105" => Text::new(
            "该员工今日消息数已达上限，可明日重发",
            "this person's daily limit was reached; send it again tomorrow",
        ),
        "143106" => Text::new(
            "相同内容当天只能向同一员工发送一次",
            "the same content reaches a person only once a day",
        ),
        "1430000" => Text::new("没有有效的接收人", "there was no valid receiver"),
        "1430002" => Text::new("内容被钉钉判定为违规", "DingTalk forbids this content"),
        "1430003" => Text::new(
            "触发钉钉平台保护，可稍后重发",
            "DingTalk's platform protection stepped in; send it again later",
        ),
        "1430004" => Text::new("该员工受高管模式保护", "this person is protected by executive mode"),
        "refused" => Text::new("钉钉拒绝投递，未说明原因", "DingTalk did not deliver it and gave no reason"),
        "undelivered" => Text::new("钉钉投递失败，可重发", "DingTalk could not deliver it; send it again"),
        ANSWER_LOST => outbox::answer_lost(),
        RECALLED => outbox::recalled(),
        CANCELLED => outbox::cancelled(),
        QUOTA_EXHAUSTED => Text::new(
            "本月钉钉 API 调用次数已用尽，发送已暂停",
            "the month's DingTalk API calls are used up; sending is paused",
        ),
        other => Text::new(format!("钉钉返回代码 {other}"), format!("DingTalk answered with code {other}")),
    }
}

/// Where one call stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BatchState {
    /// Not yet called.
    Queued,
    /// About to be called, or called with the answer not recorded: written down before the call is made.
    Sending {
        /// When the call was begun.
        since: Timestamp,
    },
    /// DingTalk gave a task id.
    Sent {
        /// The task id.
        task_id: Box<str>,
        /// When.
        at: Timestamp,
    },
    /// Refused for good; the code says why.
    Failed {
        /// The error's code.
        code: Box<str>,
        /// The reason in words.
        detail: Text,
    },
    /// Taken back.
    Recalled {
        /// The task id.
        task_id: Box<str>,
        /// When it was sent.
        at: Timestamp,
    },
}

impl BatchState {
    /// The state's name in the API.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending { .. } => "sending",
            Self::Sent { .. } => "sent",
            Self::Failed { .. } => "failed",
            Self::Recalled { .. } => "recalled",
        }
    }

    /// DingTalk's task id, once there is one.
    pub fn task_id(&self) -> Option<&str> {
        match self {
            Self::Sent { task_id, .. } | Self::Recalled { task_id, .. } => Some(task_id),
            Self::Queued | Self::Sending { .. } | Self::Failed { .. } => None,
        }
    }

    /// Whether nothing more will be sent.
    pub fn is_settled(&self) -> bool {
        !matches!(self, Self::Queued | Self::Sending { .. })
    }
}

/// The code of DingTalk's rule that the same content reaches a person once a day.
const DUPLICATE: &str = "143106";

/// The delivery after DingTalk's result. `lost_answer`: an earlier attempt of the same batch may have been taken,
/// so a "duplicate" proves that it arrived then.
pub fn settle(before: &Delivery, said: Option<&Delivery>, lost_answer: bool) -> Delivery {
    match (before, said) {
        (Delivery::Read, _) => Delivery::Read,
        (_, Some(Delivery::Refused(code))) if lost_answer && code.as_ref() == DUPLICATE => Delivery::Sent,
        (_, Some(said)) => said.clone(),
        (before, None) => before.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_stays_a_reader() {
        assert_eq!(settle(&Delivery::Read, Some(&Delivery::Unread), false), Delivery::Read);
        assert_eq!(settle(&Delivery::Sent, Some(&Delivery::Unread), false), Delivery::Unread);
        assert_eq!(settle(&Delivery::Sent, None, false), Delivery::Sent);
    }

    #[test]
    fn a_duplicate_after_a_lost_answer_proves_the_first_arrival() {
        let duplicate = Delivery::Refused("143106".into());
        assert_eq!(settle(&Delivery::Sent, Some(&duplicate), true), Delivery::Sent);
        assert_eq!(settle(&Delivery::Sent, Some(&duplicate), false), duplicate);
    }
}
