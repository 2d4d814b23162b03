//! What DingTalk's answer to a send means for a batch.

use crate::dingtalk::{Error, ErrorKind, SEND_NOTICE, SentNotice};
use crate::domain::messaging::outbox::Outcome;
use crate::domain::messaging::quota::Month;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// What the end of a call at `now` means. A call that never got beyond fetching a token has not sent anything.
pub(super) fn of_send(answer: &Result<SentNotice, Error>, now: Timestamp) -> Outcome {
    let error = match answer {
        Ok(sent) => return Outcome::Sent { task_id: sent.task_id.as_str().into() },
        Err(error) => error,
    };
    let (code, detail) = (code(error), words(error));
    if error.ambiguous() {
        return if error.api == SEND_NOTICE { Outcome::Lost } else { not_now(None, code, detail) };
    }
    match &error.kind {
        ErrorKind::Throttled { until_ms } => not_now(until_ms.map(Timestamp), code, detail),
        ErrorKind::Banned { until_ms } => not_now(Some(Timestamp(*until_ms)), code, detail),
        ErrorKind::QuotaExhausted => Outcome::Exhausted { until: Month::of(now).end() },
        ErrorKind::CallerBlocked | ErrorKind::Unreachable { .. } => not_now(None, code, detail),
        // The enterprise's and the application's caps per minute.
        ErrorKind::MessageRejected if matches!(&*code, "41047" | "41048") => not_now(None, code, detail),
        ErrorKind::UserNotFound | ErrorKind::BadParameter | ErrorKind::Unknown => {
            Outcome::Refused { all: false, code, detail }
        }
        _ => Outcome::Refused { all: true, code, detail },
    }
}

fn not_now(not_before: Option<Timestamp>, code: Box<str>, detail: Text) -> Outcome {
    Outcome::Later { not_before, code, detail }
}

/// DingTalk's code, or ours where it gave none.
pub(super) fn code(error: &Error) -> Box<str> {
    error.code.as_deref().unwrap_or(error.explain().code).into()
}

/// The failure in a sentence.
pub(super) fn words(error: &Error) -> Text {
    let explanation = error.explain();
    let Text { zh, en } = explanation.title;
    Text::new(
        format!("{zh}（{}）。{}", explanation.detail.zh, explanation.remedy.zh),
        format!("{en} ({}). {}", explanation.detail.en, explanation.remedy.en),
    )
}
