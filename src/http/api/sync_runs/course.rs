//! A run as it moves, for whoever watches.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use super::wire::SyncRunDocument;
use crate::domain::text::Language;
use crate::service::sync::LiveRun;

/// The pause between two events, so that a fast run does not flood a browser.
const BREATH: Duration = Duration::from_millis(200);

/// The course of a run, at most one item a [`BREATH`] but for the first look and the end.
pub(super) fn paced(
    course: BoxStream<'static, LiveRun>,
    language: Language,
) -> BoxStream<'static, SyncRunDocument> {
    let documents = course.enumerate().then(move |(number, live)| async move {
        if number > 0 && live.run.status.is_active() {
            tokio::time::sleep(BREATH).await;
        }
        SyncRunDocument::of(live, language)
    });
    documents.boxed()
}
