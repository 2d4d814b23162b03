//! What became of a request: an answer, or one business error for everything that can go wrong on the way:
//! a service that refuses, a framework that cannot read the request, a handler that panics.
//!
//! Invariant: nothing leaves as the framework's plain text, and no cause of a failure inside reaches a client.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use poem::error::{MethodNotAllowedError, NotFoundError, ReadBodyError};
use poem::http::StatusCode;
use poem::{Endpoint, IntoResponse, PathPattern, Request, Response};
use poem_openapi::error::{
    AuthorizationError, ContentTypeError, ParseParamError, ParsePathError, ParseRequestPayloadError,
};

use crate::domain::error::{Error, ErrorCode, Result};

/// Calls an endpoint; every failure comes back as an error of the business. Beside it: the route that was taken, as
/// it is written with its parameters' names.
pub(super) async fn outcome<E: Endpoint>(
    endpoint: &E,
    request: Request,
) -> (Result<Response>, Option<PathPattern>) {
    match AssertUnwindSafe(endpoint.call(request)).catch_unwind().await {
        Ok(Ok(answer)) => {
            let answer = answer.into_response();
            let route = answer.data::<PathPattern>().cloned();
            (Ok(answer), route)
        }
        Ok(Err(refusal)) => {
            let route = refusal.data::<PathPattern>().cloned();
            // An answer that was made as one, only on the way of errors.
            let is_answer = refusal.is_from_response();
            (if is_answer { Ok(refusal.into_response()) } else { Err(business(&refusal)) }, route)
        }
        Err(_) => {
            tracing::error!("a handler panicked; its message stands above in the log");
            (Err(Error::internal()), None)
        }
    }
}

/// The framework's error as one of the business.
fn business(refusal: &poem::Error) -> Error {
    if let Some(error) = refusal.downcast_ref::<Error>() {
        return error.clone();
    }
    if let Some(error) = refusal.downcast_ref::<ParseRequestPayloadError>() {
        return unreadable("请求体", "the body", &error.reason);
    }
    if let Some(error) = refusal.downcast_ref::<ParseParamError>() {
        return unreadable(
            &format!("参数 {} ", error.name),
            &format!("the parameter {}", error.name),
            &error.reason,
        );
    }
    if let Some(error) = refusal.downcast_ref::<ParsePathError>() {
        // The framework numbers the path's parameters instead of naming them.
        return unreadable("网址中的参数", "a parameter in the path", &error.reason);
    }
    if let Some(ReadBodyError::PayloadTooLarge) = refusal.downcast_ref() {
        return too_large();
    }
    if refusal.is::<ContentTypeError>() {
        return Error::new(
            ErrorCode::UnsupportedMediaType,
            "请求体的类型不受支持，请使用 Content-Type: application/json",
            "the body's media type is not supported; send Content-Type: application/json",
        );
    }
    if refusal.is::<NotFoundError>() {
        return Error::new(
            ErrorCode::NotFound,
            "没有这个地址，接口列表见 /api/docs",
            "there is nothing at this address; /api/docs lists what there is",
        );
    }
    if refusal.is::<MethodNotAllowedError>() {
        return Error::new(
            ErrorCode::MethodNotAllowed,
            "此地址不支持该请求方法，接口列表见 /api/docs",
            "this address does not take this method; /api/docs lists what there is",
        );
    }
    if refusal.is::<AuthorizationError>() {
        return unauthenticated();
    }
    by_status(refusal)
}

/// What the framework may add in later versions: told apart by its status alone.
fn by_status(refusal: &poem::Error) -> Error {
    match refusal.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        status if status.is_client_error() => Error::invalid("请求无法读取", "the request cannot be read"),
        status => {
            tracing::error!(http.status = status.as_u16(), error = %refusal, "a request failed");
            Error::internal()
        }
    }
}

fn unreadable(zh: &str, en: &str, words: &str) -> Error {
    let reason = super::unreadable::reason(words);
    Error::invalid(format!("{zh}无效：{}", reason.zh), format!("{en} is not valid: {}", reason.en))
}

/// A body above the limit.
pub(super) fn too_large() -> Error {
    larger_than(1)
}

/// A body above a limit in MiB.
pub(super) fn larger_than(mebibytes: usize) -> Error {
    Error::new(
        ErrorCode::BodyTooLarge,
        format!("请求体超过 {mebibytes} MiB，请缩小后重试"),
        format!("the body is larger than {mebibytes} MiB; send less at once"),
    )
}

/// No token, or one that is not valid (any more).
pub(super) fn unauthenticated() -> Error {
    Error::new(
        ErrorCode::Unauthenticated,
        "请先登录：令牌缺失、无效或已过期",
        "sign in first: the token is missing, unknown or expired",
    )
}
