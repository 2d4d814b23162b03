//! A run as it moves, for whoever watches.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::sync::watch;

use super::wire::SyncRunDocument;
use crate::domain::text::Language;
use crate::service::sync::LiveRun;

/// The pause between two events, so that a fast run does not flood a browser.
const BREATH: Duration = Duration::from_millis(200);

/// The course of a run, one item whenever it moved, at most one a [`BREATH`], until it ends.
pub(super) fn moves(
    course: watch::Receiver<LiveRun>,
    language: Language,
) -> BoxStream<'static, SyncRunDocument> {
    stream::unfold(Some(course), move |course| async move {
        let mut course = course?;
        let ended = course.changed().await.is_err();
        let live = course.borrow_and_update().clone();
        if ended {
            return None;
        }
        let last = !live.run.status.is_active();
        if !last {
            tokio::time::sleep(BREATH).await;
        }
        Some((SyncRunDocument::of(live, language), (!last).then_some(course)))
    })
    .boxed()
}
