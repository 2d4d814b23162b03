//! The last warnings and errors, kept in memory with the id of the request they happened in.
//!
//! Invariants: bounded in number and length; only our own code's events are kept, which carry no secret and no
//! personal data, as the rest of the log does not.

use std::collections::VecDeque;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::domain::time::Timestamp;
use crate::domain::watch::RecentError;

/// How many are kept.
const KEPT: usize = 200;
/// How much of one is kept, in bytes.
const LONGEST: usize = 2000;
/// The field by which a span tells its request.
const REQUEST_ID: &str = "request.id";

/// The last warnings and errors. Cheap to clone; all clones are one ring.
#[derive(Clone, Debug, Default)]
pub struct RecentErrors(Arc<Mutex<VecDeque<RecentError>>>);

impl RecentErrors {
    /// What is kept, the newest first.
    pub fn list(&self) -> Vec<RecentError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().rev().cloned().collect()
    }

    fn push(&self, error: RecentError) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(error);
    }
}

/// The request of a span.
struct RequestId(String);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for RecentErrors {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut request = RequestOf(None);
        attributes.record(&mut request);
        if let (Some(request), Some(span)) = (request.0, context.span(id)) {
            span.extensions_mut().insert(RequestId(request));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        if *metadata.level() > Level::WARN || !metadata.target().starts_with("menpai") {
            return;
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        let mut spans = context.event_scope(event).into_iter().flatten();
        let request_id =
            spans.find_map(|span| span.extensions().get::<RequestId>().map(|request| request.0.clone()));
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.push(RecentError {
            at: Timestamp(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)),
            is_error: *metadata.level() == Level::ERROR,
            source: metadata.target().to_owned(),
            message: message.0,
            request_id,
        });
    }
}

struct RequestOf(Option<String>);

impl Visit for RequestOf {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == REQUEST_ID {
            self.0 = Some(format!("{value:?}"));
        }
    }
}

/// The message first, then its fields as `name=value`.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if self.0.len() > LONGEST {
            return;
        }
        if field.name() == "message" {
            let fields = std::mem::take(&mut self.0);
            let _ = write!(self.0, "{value:?}{fields}");
        } else {
            let _ = write!(self.0, " {}={value:?}", field.name());
        }
        if self.0.len() > LONGEST {
            let end = self.0.floor_char_boundary(LONGEST);
            self.0.truncate(end);
            self.0.push('…');
        }
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[test]
    fn the_newest_are_kept_with_their_request() {
        let recent = RecentErrors::default();
        let subscriber = tracing_subscriber::registry().with(recent.clone());
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!("not kept");
            tracing::error!(target: "hyper", "of a library");
            for number in 0..KEPT {
                tracing::warn!(number, "outside");
            }
            let span = tracing::info_span!("request", request.id = %"abc");
            span.in_scope(|| tracing::error!(job.id = 7, "it {}", "failed"));
            tracing::error!(long = "门".repeat(LONGEST), "long");
        });
        let kept = recent.list();
        assert_eq!(kept.len(), KEPT);
        assert!(kept[0].message.len() < LONGEST + 200 && kept[0].is_error);
        assert_eq!(
            (kept[1].message.as_str(), kept[1].request_id.as_deref()),
            ("it failed job.id=7", Some("abc"))
        );
        assert_eq!((kept[2].request_id.as_deref(), kept[2].is_error), (None, false));
    }
}
