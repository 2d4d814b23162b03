//! Where DingTalk calls with events (HTTP push): `POST /dingtalk/callback/{tenantId}`.
//!
//! Must not know what is inside an envelope. Invariant: an answer leaves within 2.5 seconds [S-1435], and what is
//! refused learns no more than its status.

use std::time::Duration;

use poem::web::{Data, Json, Path, Query};
use poem::{Body, Result, handler};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::outcome::too_large;
use super::problem::Problem;
use crate::domain::error::{Error, ErrorCode};
use crate::domain::id::TenantId;
use crate::service::sync::events::{Events, PushAnswer, PushRefused, PushRequest};

/// DingTalk waits 2.5 s; what has not been done by then is done when it calls again.
const PATIENCE: Duration = Duration::from_millis(2_300);
/// The largest body that is looked at, in bytes.
const LONGEST: usize = 256 * 1024;

/// What stands in the address. Newer consoles send `msg_signature`, older ones `signature`.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    msg_signature: String,
    #[serde(default)]
    signature: String,
    #[serde(default)]
    timestamp: String,
    #[serde(default)]
    nonce: String,
}

/// What DingTalk wants to read.
#[derive(Serialize)]
struct Confirmation {
    msg_signature: String,
    #[serde(rename = "timeStamp")]
    timestamp: String,
    nonce: String,
    encrypt: String,
}

/// Takes an event.
#[handler]
pub(super) async fn take(
    Path(tenant): Path<u32>,
    Query(envelope): Query<Envelope>,
    body: Body,
    Data(events): Data<&Events>,
) -> Result<Json<Confirmation>> {
    let body = body.into_bytes_limit(LONGEST).await.map_err(|_| Problem::from(too_large()))?;
    let Envelope { msg_signature, signature, timestamp, nonce } = envelope;
    let signature = if msg_signature.is_empty() { signature } else { msg_signature };
    let request = PushRequest { signature, timestamp, nonce, body: body.into() };
    let taken = timeout(PATIENCE, events.take_push(TenantId(tenant), request)).await;
    let taken = taken.unwrap_or_else(|_| Err(PushRefused::Failed(busy())));
    let PushAnswer { signature, timestamp, nonce, encrypt } =
        taken.map_err(|refused| Problem::from(explain(refused)))?;
    Ok(Json(Confirmation { msg_signature: signature, timestamp, nonce, encrypt }))
}

fn explain(refused: PushRefused) -> Error {
    match refused {
        PushRefused::NotSubscribed => Error::not_found("事件订阅", "event subscription of this kind"),
        PushRefused::TooLarge => too_large(),
        PushRefused::Unreadable => Error::invalid("无法读取该回调", "this callback cannot be read"),
        PushRefused::Forged | PushRefused::Replayed => {
            Error::new(ErrorCode::Forbidden, "该回调未被接受", "this callback is not accepted")
        }
        PushRefused::Failed(error) => error,
    }
}

fn busy() -> Error {
    Error::new(ErrorCode::Unavailable, "服务器繁忙，请稍后重试", "the server is busy; call again in a moment")
}
