//! Errors as the native API tells them: `application/problem+json` (RFC 9457) with a stable code and the request id.
//!
//! Invariant: a handler fails with a [`Problem`] and nothing else; it is written out in one place, where the language
//! and the id of the request are known.

use poem::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use poem::http::{HeaderValue, StatusCode};
use poem::{IntoResponse, Response};
use poem_openapi::payload::Json;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::Type;
use poem_openapi::{ApiResponse, Object};

use super::request::RequestInfo;
use crate::domain::error::{Error, ErrorClass, ErrorCode};

/// The media type of errors.
const PROBLEM_JSON: &str = "application/problem+json";

/// Why a request was refused: the one error of every operation.
#[derive(Debug)]
pub struct Problem(Error);

/// The result of an operation with a JSON answer.
pub(super) type ApiResult<T> = Result<Json<T>, Problem>;

/// What went wrong.
#[derive(Debug, Object)]
#[oai(rename = "Problem", rename_all = "camelCase")]
struct ProblemDocument {
    /// Names the kind of problem: `urn:menpai:problem:` and the code.
    #[oai(rename = "type")]
    kind: String,
    /// The HTTP status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What failed, for which input, and what to do next; in the language of `Accept-Language`.
    detail: String,
    /// The stable name of the problem, for programs.
    code: String,
    /// Finds the request in the server's log.
    request_id: String,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Problem> for poem::Error {
    fn from(problem: Problem) -> Self {
        let status = status(problem.0.code);
        Self::new(problem.0, status)
    }
}

/// The HTTP status of a code.
pub(super) fn status(code: ErrorCode) -> StatusCode {
    match (code, code.class()) {
        (ErrorCode::MethodNotAllowed, _) => StatusCode::METHOD_NOT_ALLOWED,
        (ErrorCode::UnsupportedMediaType, _) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        (ErrorCode::BodyTooLarge, _) => StatusCode::PAYLOAD_TOO_LARGE,
        (_, ErrorClass::Invalid) => StatusCode::BAD_REQUEST,
        (_, ErrorClass::Unauthenticated) => StatusCode::UNAUTHORIZED,
        (_, ErrorClass::Forbidden) => StatusCode::FORBIDDEN,
        (_, ErrorClass::NotFound) => StatusCode::NOT_FOUND,
        (_, ErrorClass::Conflict) => StatusCode::CONFLICT,
        (_, ErrorClass::Unprocessable) => StatusCode::UNPROCESSABLE_ENTITY,
        (_, ErrorClass::TooMany) => StatusCode::TOO_MANY_REQUESTS,
        (_, ErrorClass::Internal) => StatusCode::INTERNAL_SERVER_ERROR,
        (_, ErrorClass::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

/// Every status with which an operation can fail, for the specification.
const STATUSES: [(u16, &str); 12] = [
    (400, "The request is malformed"),
    (401, "Nobody is signed in, or the credentials are wrong"),
    (403, "Signed in, but not allowed"),
    (404, "There is no such thing, or none that the caller may see"),
    (405, "The address does not take this method"),
    (409, "It contradicts what is there or going on"),
    (413, "The body is too large"),
    (415, "The body is not JSON"),
    (422, "Well-formed, but it cannot be done"),
    (429, "Too many attempts; `Retry-After` says how long to wait"),
    (500, "Something failed inside the server"),
    (503, "The server, or DingTalk, is away for the moment"),
];

impl ApiResponse for Problem {
    fn meta() -> MetaResponses {
        let response = |(status, description): (u16, &'static str)| MetaResponse {
            description,
            status: Some(status),
            status_range: None,
            content: vec![MetaMediaType {
                content_type: PROBLEM_JSON,
                schema: ProblemDocument::schema_ref(),
            }],
            headers: Vec::new(),
        };
        MetaResponses { responses: STATUSES.into_iter().map(response).collect() }
    }

    fn register(registry: &mut Registry) {
        ProblemDocument::register(registry);
    }
}

/// An error written out for the client that asked.
pub(super) fn render(error: &Error, info: &RequestInfo) -> Response {
    let status = status(error.code);
    let document = ProblemDocument {
        kind: format!("urn:menpai:problem:{}", error.code),
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        detail: error.detail.get(info.language).to_owned(),
        code: error.code.as_str().to_owned(),
        request_id: info.id.clone(),
    };
    let mut response =
        Json(document).with_header(CACHE_CONTROL, "no-store").with_status(status).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    if let Some(seconds) = error.retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}
