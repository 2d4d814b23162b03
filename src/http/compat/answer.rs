//! The wrapper: `{success, message, code, result, timestamp}`.
//!
//! Invariant: callers test `success`; HTTP is 200 for every refusal of the business but a missing token (401).

use poem::http::StatusCode;
use poem::web::Json;
use poem::{Endpoint, IntoResponse, Request, Response};
use serde_json::{Value, json};

use crate::domain::error::{Error, ErrorClass, ErrorCode};
use crate::domain::text::Language;
use crate::http::outcome::outcome;
use crate::http::problem;
use crate::service::ambient::Ambient;

/// What a handler returns.
pub(super) type Reply = Result<Answer, Refused>;

/// An answer before it gets its timestamp.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    status: StatusCode,
    success: bool,
    message: String,
    code: u16,
    result: Value,
}

/// A refusal, on its way through `?`.
#[derive(Debug)]
pub(super) struct Refused(Answer);

impl Answer {
    /// It was done.
    pub(super) fn success(message: impl Into<String>, result: Value) -> Self {
        Self { status: StatusCode::OK, success: true, message: message.into(), code: 200, result }
    }

    /// It was not done, and this is why.
    pub(super) fn failure(code: u16, message: impl Into<String>, result: Value) -> Self {
        Self { status: StatusCode::OK, success: false, message: message.into(), code, result }
    }

    fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// An error of the business as callers of the original know it.
    fn refusal(error: &Error) -> Self {
        let message = error.detail.get(Language::Zh);
        match (error.code, error.code.class()) {
            (ErrorCode::Unauthenticated, _) => Self::failure(401, "Token失效，请重新登录!", Value::Null)
                .with_status(StatusCode::UNAUTHORIZED),
            (ErrorCode::Forbidden, _) => Self::failure(510, "没有权限，请联系管理员分配权限！", Value::Null),
            (ErrorCode::PasswordChangeRequired, _) => Self::failure(510, message, Value::Null),
            (_, ErrorClass::Internal) => {
                Self::failure(500, message, Value::Null).with_status(StatusCode::INTERNAL_SERVER_ERROR)
            }
            _ => Self::failure(500, message, Value::Null),
        }
    }

    /// What no handler saw: an unknown address or method, a body above the limit, a panic.
    fn unhandled(error: &Error) -> Self {
        if error.code == ErrorCode::Unauthenticated {
            return Self::refusal(error);
        }
        let status = problem::status(error.code);
        Self::failure(status.as_u16(), error.detail.get(Language::Zh), Value::Null).with_status(status)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(Answer::refusal(&error))
    }
}

impl From<Answer> for Refused {
    fn from(answer: Answer) -> Self {
        Self(answer)
    }
}

impl From<Refused> for poem::Error {
    fn from(refused: Refused) -> Self {
        // What rides on a response is lost when an error is made of it; what is set on the error stays.
        let mut error = Self::from_response(Response::builder().status(refused.0.status).finish());
        error.set_data(refused.0);
        error
    }
}

/// The answer rides along until [`wrapped`] writes it out.
impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        Response::builder().status(self.status).extension(self).finish()
    }
}

/// Writes every answer of an endpoint as the wrapper.
pub(super) fn wrapped<E: Endpoint>(inner: E, ambient: Ambient) -> impl Endpoint<Output = Response> {
    Wrapped { inner, ambient }
}

struct Wrapped<E> {
    inner: E,
    ambient: Ambient,
}

impl<E: Endpoint> Endpoint for Wrapped<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (answer, route) = outcome(&self.inner, request).await;
        let response = match answer {
            Ok(response) => response,
            Err(error) => Answer::unhandled(&error).into_response(),
        };
        let Some(answer) = response.extensions().get::<Answer>() else { return Ok(response) };
        let body = json!({
            "success": answer.success,
            "message": answer.message,
            "code": answer.code,
            "result": answer.result,
            "timestamp": self.ambient.now().0,
        });
        let mut wrapped = Json(body).with_status(answer.status).into_response();
        if let Some(route) = route {
            wrapped.set_data(route);
        }
        Ok(wrapped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_the_words_of_the_original_or_its_own() {
        let told = |code| {
            let answer = Answer::refusal(&Error::new(code, "原因", "reason"));
            (answer.status.as_u16(), answer.code, answer.message)
        };
        assert_eq!(told(ErrorCode::Unauthenticated), (401, 401, "Token失效，请重新登录!".to_owned()));
        assert_eq!(told(ErrorCode::Forbidden), (200, 510, "没有权限，请联系管理员分配权限！".to_owned()));
        assert_eq!(told(ErrorCode::PasswordChangeRequired), (200, 510, "原因".to_owned()));
        // Not only passwords are guessed too often.
        assert_eq!(told(ErrorCode::TooManyAttempts), (200, 500, "原因".to_owned()));
        assert_eq!(told(ErrorCode::Internal), (500, 500, "原因".to_owned()));
    }
}
