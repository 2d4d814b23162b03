//! What a client may take of the server: a bounded body that arrives in time, and one of a bounded number of places.
//!
//! Invariant: a body reaches a handler whole and within the limit, or not at all, whether or not it was announced; but for
//! the one that is larger than memory should hold.

use std::sync::Arc;
use std::time::Duration;

use poem::error::ReadBodyError;
use poem::http::Method;
use poem::http::header::CONTENT_LENGTH;
use poem::{Body, Endpoint, Request, Result};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::outcome::larger_than;
use super::problem::Problem;
use crate::domain::error::{Error, ErrorCode};
use crate::domain::messaging::media;

/// The largest body, in bytes.
pub(super) const BODY: usize = 1024 * 1024;
/// The largest body that brings a file for messages: the file and the form around it.
const UPLOAD: usize = media::LARGEST + 64 * 1024;
/// How many files arrive at once; each is held in memory as a whole.
const UPLOADS: usize = 4;
/// The one route whose body goes straight to the disk; its service bounds it.
const STREAMED: &str = "/backups/uploads";
/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many requests are worked on at once; an event stream counts only until it begins.
const PLACES: usize = 512;

/// The places that all endpoints share.
pub(super) type Places = Arc<Semaphore>;

/// The places of a server.
pub(super) fn places() -> Places {
    Arc::new(Semaphore::new(PLACES))
}

/// Puts the limits around an endpoint.
pub(super) fn limited<E: Endpoint>(inner: E, places: &Places) -> impl Endpoint<Output = E::Output> + use<E> {
    Limited { inner, places: Arc::clone(places), uploads: Semaphore::new(UPLOADS) }
}

struct Limited<E> {
    inner: E,
    places: Places,
    uploads: Semaphore,
}

impl<E: Endpoint> Endpoint for Limited<E> {
    type Output = E::Output;

    async fn call(&self, mut request: Request) -> Result<Self::Output> {
        let _place = self.places.try_acquire().map_err(|_| Problem::from(overloaded()))?;
        let streams = request.original_uri().path().ends_with(STREAMED);
        if !streams && !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
            let brings_file = request.original_uri().path().ends_with("/media");
            let _upload = match brings_file {
                true => Some(self.uploads.try_acquire().map_err(|_| Problem::from(overloaded()))?),
                false => None,
            };
            let most = if brings_file { UPLOAD } else { BODY };
            let announced = request.header(CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
            if announced.is_some_and(|length| length > most) {
                return Err(Problem::from(larger_than(most >> 20)).into());
            }
            let body = timeout(PATIENCE, request.take_body().into_bytes_limit(most)).await;
            let body = body.map_err(|_| Problem::from(too_slow()))?.map_err(|failure| match failure {
                ReadBodyError::PayloadTooLarge => Problem::from(larger_than(most >> 20)).into(),
                other => poem::Error::from(other),
            })?;
            request.set_body(Body::from(body));
        }
        self.inner.call(request).await
    }
}

fn overloaded() -> Error {
    Error::new(
        ErrorCode::Unavailable,
        "服务器繁忙，请稍后重试",
        "the server has too much to do at once; try again in a moment",
    )
    .retry_after(1)
}

fn too_slow() -> Error {
    Error::invalid("请求体未能在 30 秒内到达", "the body did not arrive within 30 seconds")
}
