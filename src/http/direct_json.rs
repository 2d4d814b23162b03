//! JSON answers written straight from their values. The framework's own ones are built as a tree first, which costs more
//! than finding the rows that are asked for most often.
//!
//! Must not know what an answer says. Invariant: it says what the framework's answer of the same value would say; the
//! type's tests compare both.

use poem::http::StatusCode;
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::payload::{Json, Payload};
use poem_openapi::registry::{MetaResponses, Registry};
use poem_openapi::types::ToJSON;
use serde::Serialize;

/// An answer that is written without a tree.
pub(super) struct DirectJson<T>(pub(super) T);

impl<T: Serialize + ToJSON> IntoResponse for DirectJson<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(text) => Response::builder().content_type(<Json<T> as Payload>::CONTENT_TYPE).body(text),
            Err(error) => {
                tracing::error!(http.error = %error, "an answer cannot be written as JSON");
                StatusCode::INTERNAL_SERVER_ERROR.into()
            }
        }
    }
}

impl<T: Serialize + ToJSON> ApiResponse for DirectJson<T> {
    fn meta() -> MetaResponses {
        Json::<T>::meta()
    }

    fn register(registry: &mut Registry) {
        <Json<T> as ApiResponse>::register(registry);
    }
}
