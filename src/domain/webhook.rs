//! Webhooks (网络回调): addresses of other programs that are told what happened in a tenant.
//!
//! The headers and the signature are those of Standard Webhooks. Must not know how a call is made. Invariant: what is to
//! be told is stored with what it tells, so a delivery can be late or doubled, but not lost.

pub mod reach;

use std::collections::BTreeSet;
use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::domain::error::{Error, Result};
use crate::domain::id::{TenantId, WebhookDeliveryId, WebhookId};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// The most webhooks of a tenant.
pub const MOST_WEBHOOKS: usize = 20;
/// How many bytes a secret has.
pub const SECRET_BYTES: usize = 32;
/// What a secret begins with.
const SECRET_PREFIX: &str = "whsec_";
/// The longest address, in characters.
const LONGEST_URL: usize = 1_000;
/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 200;
/// The waits between the tries of a delivery, in seconds: soon, then rarer, for a day.
const WAITS: [i64; 8] = [5, 60, 300, 1_800, 7_200, 14_400, 21_600, 39_600];
/// How many tries of a delivery are remembered.
const TRIES_KEPT: usize = 10;

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventKind {
    /// Nothing of a message will be sent any more, and each delivery is known as far as it will be.
    MessageSettled,
    /// A sync run ended.
    SyncFinished,
    /// Members came, changed, left or came back.
    MemberChanged,
    /// A test.
    Ping,
}

impl EventKind {
    /// What one can subscribe to.
    pub const ALL: [Self; 3] = [Self::MessageSettled, Self::SyncFinished, Self::MemberChanged];

    /// Its name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::MessageSettled => "message.settled",
            Self::SyncFinished => "sync.finished",
            Self::MemberChanged => "member.changed",
            Self::Ping => "ping",
        }
    }
}

/// An address that is told what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose.
    pub tenant: TenantId,
    /// Where to call.
    pub url: String,
    /// What it is for, in the administrator's words.
    pub description: String,
    /// What it is told.
    pub events: BTreeSet<EventKind>,
    /// The secret that signs, sealed.
    pub sealed_secret: Vec<u8>,
    /// Whether it is told anything.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Something to tell a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDelivery {
    /// Its id, the same on every try: receivers know a repetition by it.
    pub id: WebhookDeliveryId,
    /// Whom it is told.
    pub webhook: WebhookId,
    /// What happened.
    pub event: EventKind,
    /// What is told, as JSON.
    pub body: String,
    /// When it happened.
    pub created_at: Timestamp,
    /// Where it stands.
    pub state: DeliveryState,
    /// The last tries, the newest last.
    pub tries: Vec<Try>,
    /// How often it was tried since it was last queued.
    pub attempts: u32,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeliveryState {
    /// To be tried, not before this moment.
    Pending(Timestamp),
    /// Answered with a status of 200 to 299.
    Delivered(Timestamp),
    /// Given up.
    Failed(Timestamp),
}

impl DeliveryState {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending(_) => "pending",
            Self::Delivered(_) => "delivered",
            Self::Failed(_) => "failed",
        }
    }
}

/// One try of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Try {
    /// When.
    pub at: Timestamp,
    /// The status that was answered.
    pub status: Option<u16>,
    /// Why there was none.
    pub failure: Option<Text>,
}

impl WebhookDelivery {
    /// Something to tell at once.
    pub fn queued(
        id: WebhookDeliveryId,
        webhook: WebhookId,
        event: EventKind,
        body: String,
        now: Timestamp,
    ) -> Self {
        let state = DeliveryState::Pending(now);
        Self { id, webhook, event, body, created_at: now, state, tries: Vec::new(), attempts: 0 }
    }

    /// Takes a try down; the moment of the next one, when there is to be one.
    pub fn tried(&mut self, status: Option<u16>, failure: Option<Text>, now: Timestamp) -> Option<Timestamp> {
        self.tries.push(Try { at: now, status, failure });
        if self.tries.len() > TRIES_KEPT {
            self.tries.remove(0);
        }
        let wait = usize::try_from(self.attempts).ok().and_then(|tried| WAITS.get(tried)).copied();
        self.attempts += 1;
        // 410: the receiver says that it wants nothing any more.
        self.state = match (status, wait) {
            (Some(200..=299), _) => DeliveryState::Delivered(now),
            (Some(410), _) | (_, None) => DeliveryState::Failed(now),
            (_, Some(seconds)) => DeliveryState::Pending(now.plus_seconds(seconds)),
        };
        match self.state {
            DeliveryState::Pending(next) => Some(next),
            DeliveryState::Delivered(_) | DeliveryState::Failed(_) => None,
        }
    }

    /// Begins anew.
    pub fn replay(&mut self, now: Timestamp) {
        self.state = DeliveryState::Pending(now);
        self.attempts = 0;
    }
}

/// An address that may be called, as far as its text tells.
pub fn checked_url(url: &str) -> Result<String> {
    let url = url.trim();
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let plain = url.chars().all(|character| !character.is_whitespace() && !character.is_control());
    if host.is_empty() || host.contains('@') || !plain || url.chars().count() > LONGEST_URL {
        return Err(Error::invalid(
            format!("url 须为不含账号、空格的 http 或 https 地址，最长 {LONGEST_URL} 个字符"),
            format!(
                "url is an address with http or https, without user names or blanks, of at most {LONGEST_URL} characters"
            ),
        ));
    }
    Ok(url.to_owned())
}

/// A description.
pub fn checked_description(text: &str) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > LONGEST_DESCRIPTION || text.chars().any(char::is_control) {
        return Err(Error::invalid(
            format!("description 最长 {LONGEST_DESCRIPTION} 个字符，不含控制字符"),
            format!("description has at most {LONGEST_DESCRIPTION} characters and no control characters"),
        ));
    }
    Ok(text.to_owned())
}

/// A secret as it is shown once.
pub fn shown_secret(bytes: &[u8; SECRET_BYTES]) -> String {
    format!("{SECRET_PREFIX}{}", STANDARD.encode(bytes))
}

/// The value of `webhook-signature`: HMAC-SHA256 over id, time in seconds and body, with points between.
pub fn signature(secret: &str, id: &str, seconds: i64, body: &str) -> Result<String> {
    let key = secret.strip_prefix(SECRET_PREFIX).and_then(|text| STANDARD.decode(text).ok());
    let mut mac =
        key.and_then(|key| Hmac::<Sha256>::new_from_slice(&key).ok()).ok_or_else(Error::internal)?;
    let mut signed = String::with_capacity(id.len() + body.len() + 24);
    let _ = write!(signed, "{id}.{seconds}.{body}");
    mac.update(signed.as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the Standard Webhooks specification's reference libraries.
    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        let signed = signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(signature("plain", "a", 0, "").is_err());
    }

    #[test]
    fn a_delivery_is_tried_for_a_day_and_then_given_up() {
        let mut delivery = WebhookDelivery::queued(
            uuid::Uuid::nil().into(),
            uuid::Uuid::nil().into(),
            EventKind::Ping,
            "{}".into(),
            Timestamp(0),
        );
        let mut now = Timestamp(0);
        while let Some(next) = delivery.tried(Some(500), None, now) {
            assert!(next > now);
            now = next;
        }
        assert_eq!(delivery.attempts, 9);
        assert!((23 * 3_600_000..=25 * 3_600_000).contains(&now.0), "{now:?}");
        assert_eq!(delivery.state, DeliveryState::Failed(now));
        delivery.replay(now);
        assert_eq!(delivery.tried(Some(204), None, now), None);
        assert_eq!(delivery.state, DeliveryState::Delivered(now));
        delivery.replay(now);
        assert_eq!(delivery.tried(Some(410), None, now), None);
        assert_eq!(delivery.state, DeliveryState::Failed(now));
    }

    #[test]
    fn addresses_are_http_and_name_no_user() {
        assert!(checked_url(" https://example.com/hook?x=1 ").is_ok());
        for evil in [
            "ftp://example.com",
            "https://",
            "https://u:p@example.com",
            "https://a b",
            "example.com",
            "http:///x",
        ] {
            assert!(checked_url(evil).is_err(), "{evil}");
        }
    }
}
