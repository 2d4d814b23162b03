//! What an operator's monitor asks: does the process live, and can it serve.
//!
//! Open to everybody, so it tells states and no numbers beyond seconds and bytes.

use poem::http::StatusCode;
use poem::web::{Data, Json};
use poem::{IntoResponse, Response, handler};
use serde_json::{Map, Value, json};

use crate::domain::watch::{Health, Vitals};
use crate::service::watch::Watch;

/// The process lives.
#[handler]
pub(super) fn alive() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

/// The process can serve: 503 when a part that it needs does not work; a warning is still 200.
#[handler]
pub(super) async fn ready(watch: Data<&Watch>) -> Response {
    let vitals = watch.vitals().await;
    let status = match vitals.overall() {
        Health::Error => StatusCode::SERVICE_UNAVAILABLE,
        Health::Ok | Health::Warning => StatusCode::OK,
    };
    Json(document(&vitals)).with_status(status).into_response()
}

/// Each part with its state and the numbers it was judged by.
fn document(vitals: &Vitals) -> Value {
    let seconds = |millis: i64| millis / 1000;
    let parts: Map<String, Value> = vitals
        .parts()
        .into_iter()
        .map(|part| {
            let mut shown = json!({ "status": part.health.name() });
            let numbers = match part.name {
                "jobs" => json!({
                    "lookedSecondsAgo": seconds(vitals.jobs_looked_ms),
                    "behindSeconds": seconds(vitals.jobs_behind_ms),
                }),
                "disk" => json!({ "freeBytes": vitals.free_bytes.map(|bytes| bytes.to_string()) }),
                "backup" => json!({
                    "ageSeconds": vitals.backup_age_ms.map(seconds),
                    "lastAttemptFailed": vitals.backup_failed,
                }),
                _ => json!({}),
            };
            if let (Value::Object(shown), Value::Object(numbers)) = (&mut shown, numbers) {
                shown.extend(numbers);
            }
            (part.name.to_owned(), shown)
        })
        .collect();
    let status = if vitals.overall() == Health::Error { "unavailable" } else { "ok" };
    json!({ "status": status, "parts": parts })
}
