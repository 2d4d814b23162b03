//! What a client may take of the server: a bounded body that arrives in time, and one of a bounded number of places.
//!
//! Invariants: a body reaches a handler whole and within the limit, or not at all, whether or not it was announced, but for
//! the one that is larger than memory should hold; a file's body is read of nobody who is not signed in.

use std::sync::Arc;
use std::time::Duration;

use poem::error::ReadBodyError;
use poem::http::Method;
use poem::http::header::CONTENT_LENGTH;
use poem::{Body, Endpoint, Request, Result};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

use super::auth::Gate;
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
const STREAMED: &str = "/api/v1/backups/uploads";
/// How many requests are worked on at once; an event stream counts only until it begins.
const PLACES: usize = 512;

/// The limits of a server, which all its endpoints share.
#[derive(Clone)]
pub(super) struct Limits {
    places: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
    /// How long a body may take to arrive.
    patience: Duration,
}

impl Limits {
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            places: Arc::new(Semaphore::new(PLACES)),
            uploads: Arc::new(Semaphore::new(UPLOADS)),
            patience,
        }
    }

    /// Puts the limits around an endpoint.
    pub(super) fn around<E: Endpoint>(&self, inner: E) -> impl Endpoint<Output = E::Output> + use<E> {
        Limited { inner, limits: self.clone() }
    }

    /// Reads the body whole; a file's body keeps its place until the permit is dropped.
    async fn read_body(&self, request: &mut Request) -> Result<Option<SemaphorePermit<'_>>> {
        let brings_file = is_upload(request);
        if brings_file {
            // The handler asks as well, but only once the body is there: a stranger would fill the memory, and take the
            // places of those who may.
            let gate = request.data::<Arc<Gate>>().ok_or_else(|| Problem::from(Error::internal()))?;
            gate.admit(request).await.map_err(Problem::from)?;
        }
        let upload = match brings_file {
            true => Some(self.uploads.try_acquire().map_err(|_| Problem::from(overloaded()))?),
            false => None,
        };
        let most = if brings_file { UPLOAD } else { BODY };
        let announced = request.header(CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
        if announced.is_some_and(|length| length > most) {
            return Err(Problem::from(larger_than(most >> 20)).into());
        }
        let body = timeout(self.patience, request.take_body().into_bytes_limit(most)).await;
        let body = body.map_err(|_| Problem::from(too_slow(self.patience)))?;
        let body = body.map_err(|failure| match failure {
            ReadBodyError::PayloadTooLarge => Problem::from(larger_than(most >> 20)).into(),
            other => poem::Error::from(other),
        })?;
        request.set_body(Body::from(body));
        Ok(upload)
    }
}

struct Limited<E> {
    inner: E,
    limits: Limits,
}

impl<E: Endpoint> Endpoint for Limited<E> {
    type Output = E::Output;

    async fn call(&self, mut request: Request) -> Result<Self::Output> {
        let _place = self.limits.places.try_acquire().map_err(|_| Problem::from(overloaded()))?;
        let streams = request.original_uri().path() == STREAMED;
        let _upload = match *request.method() {
            Method::GET | Method::HEAD | Method::OPTIONS => None,
            _ if streams => None,
            _ => self.limits.read_body(&mut request).await?,
        };
        self.inner.call(request).await
    }
}

/// Whether the body is a file for messages, which may be large.
fn is_upload(request: &Request) -> bool {
    let path = request.original_uri().path();
    path.starts_with("/api/v1/tenants/") && path.ends_with("/media")
}

fn overloaded() -> Error {
    Error::new(
        ErrorCode::Unavailable,
        "服务器繁忙，请稍后重试",
        "the server has too much to do at once; try again in a moment",
    )
    .retry_after(1)
}

fn too_slow(patience: Duration) -> Error {
    let seconds = patience.as_secs();
    Error::invalid(
        format!("请求体未能在 {seconds} 秒内到达"),
        format!("the body did not arrive within {seconds} seconds"),
    )
}
