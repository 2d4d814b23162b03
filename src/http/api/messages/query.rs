//! Which messages a list is asked for.

use poem_openapi::Enum;

use crate::domain::error::{Error, Result};
use crate::domain::messaging::message::MessageStatus;
use crate::domain::time::Timestamp;
use crate::service::messaging::MessageQuery;

/// Where a message stands.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "MessageStatus", rename_all = "camelCase")]
pub(super) enum Status {
    /// Some of it is still to be sent.
    Sending,
    /// Some of it waits, because the month's calls are used up.
    Held,
    /// DingTalk answered for all of it, and took at least some.
    Sent,
    /// DingTalk took none of it.
    Failed,
    /// Taken back, wholly or in part.
    Recalled,
    /// Cancelled before anything was sent.
    Cancelled,
}

impl From<Status> for MessageStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Sending => Self::Sending,
            Status::Held => Self::Held,
            Status::Sent => Self::Sent,
            Status::Failed => Self::Failed,
            Status::Recalled => Self::Recalled,
            Status::Cancelled => Self::Cancelled,
        }
    }
}

/// The query of these parameters.
pub(super) fn query(
    q: Option<String>,
    status: Option<Status>,
    sender: Option<String>,
    since: Option<&str>,
    until: Option<&str>,
) -> Result<MessageQuery> {
    Ok(MessageQuery {
        q,
        status: status.map(MessageStatus::from),
        sender: sender.filter(|sender| !sender.is_empty()),
        from: since.map(|text| moment("since", text)).transpose()?,
        until: until.map(|text| moment("until", text)).transpose()?,
    })
}

fn moment(name: &str, text: &str) -> Result<Timestamp> {
    let parsed = text.parse::<jiff::Timestamp>();
    parsed.map(|moment| Timestamp(moment.as_millisecond())).map_err(|_| {
        Error::invalid(
            format!("参数 {name} 须为 ISO 8601 时间，例如 2026-11-22T08:00:00Z"),
            format!("the parameter {name} is a moment as ISO 8601, such as 2026-11-22T08:00:00Z"),
        )
    })
}
