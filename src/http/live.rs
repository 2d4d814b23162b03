//! Answers that go on: server-sent events, for whoever watches something move.
//!
//! Must not know what is watched. Invariant: such an answer ends as soon as the server is to stop, so that nobody who
//! watches holds it up; the client asks the next server.

use std::time::Duration;

use futures_util::stream::{BoxStream, Stream, StreamExt};
use poem_openapi::payload::EventStream;
use poem_openapi::types::{ToJSON, Type};
use tokio::sync::watch;

/// How often a silent stream says that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Makes such answers.
#[derive(Clone)]
pub(crate) struct Live {
    stopping: watch::Receiver<bool>,
}

impl Live {
    /// Until `stopping` becomes true.
    pub(crate) fn new(stopping: watch::Receiver<bool>) -> Self {
        Self { stopping }
    }

    /// Tells this course.
    pub(crate) fn tell<T: Type + ToJSON + 'static>(
        &self,
        course: impl Stream<Item = T> + Send + 'static,
    ) -> EventStream<BoxStream<'static, T>> {
        let mut stopping = self.stopping.clone();
        let stopped = async move {
            // Without a sender there is no server either.
            drop(stopping.wait_for(|stop| *stop).await);
        };
        EventStream::new(course.take_until(stopped).boxed()).keep_alive(KEEP_ALIVE)
    }
}
