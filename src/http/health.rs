//! What an operator's monitor asks: does the process live, and can it serve.

use poem::http::StatusCode;
use poem::web::Json;
use poem::{IntoResponse, Response, handler};
use serde_json::json;

use crate::service::system::System;

/// The process lives.
#[handler]
pub(super) fn alive() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

/// The process can serve: its store answers.
#[handler]
pub(super) async fn ready(system: poem::web::Data<&System>) -> Response {
    if system.is_ready().await {
        Json(json!({ "status": "ok" })).into_response()
    } else {
        Json(json!({ "status": "unavailable" })).with_status(StatusCode::SERVICE_UNAVAILABLE).into_response()
    }
}
