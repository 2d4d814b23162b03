//! Which messages a list is asked for.

use poem_openapi::Enum;

use crate::domain::messaging::message::MessageStatus;
use crate::http::date_time::DateTime;
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

/// The query of these parameters; the moments are `since` and `until`.
pub(super) fn query(
    q: Option<String>,
    status: Option<Status>,
    sender: Option<String>,
    moments: [Option<DateTime>; 2],
) -> MessageQuery {
    let [from, until] = moments.map(|moment| moment.map(|moment| moment.0));
    let sender = sender.filter(|sender| !sender.is_empty());
    MessageQuery { q, status: status.map(MessageStatus::from), sender, from, until }
}
