//! The audit: who did what to whom, kept in a chain in which each entry vouches for the one before.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::id::{AccountId, ApiTokenId, TenantId};
use crate::domain::time::Timestamp;

/// Who did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Actor {
    /// A person.
    Account(AccountId),
    /// A program.
    ApiToken(ApiTokenId),
    /// The server itself (schedule, event, resumed job, command line).
    Server,
    /// Nobody signed in.
    Anonymous,
}

impl Actor {
    /// The account's or token's id.
    pub fn id(self) -> Option<Uuid> {
        match self {
            Self::Account(id) => Some(Uuid::from_bytes(*id.bytes())),
            Self::ApiToken(id) => Some(Uuid::from_bytes(*id.bytes())),
            Self::Server | Self::Anonymous => None,
        }
    }
}

/// One thing that was done, before it gets its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEvent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// In which tenant; `None` for the platform.
    pub tenant: Option<TenantId>,
    /// What, as `noun.verb`: `tenant.create`, `syncRun.apply`.
    pub action: String,
    /// To whom or what: an id, or a name that is not secret.
    pub subject: String,
    /// What changed, where it is not secret: `field: before → after`, one a line.
    pub detail: String,
    /// From where: the client's address; `None` for what the server does by itself. Left out of the bytes when there
    /// is none, so that such an event is the same bytes, and has the same hash, as before addresses were kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Box<str>>,
}

/// An entry with its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number, from 1, without gaps.
    pub sequence: u64,
    /// What was done.
    pub event: AuditEvent,
    /// The hash of the entry before (zeros for the first).
    pub previous: [u8; 32],
    /// The hash of this entry with `previous`.
    pub hash: [u8; 32],
}

/// Which events to show. What is `None` is not asked for.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Done by this account or API token.
    pub actor: Option<Uuid>,
    /// The action, or its noun: `member` keeps `member.change` and `member.resetPassword`.
    pub action: Option<String>,
    /// Done to this: an id, whole.
    pub subject: Option<String>,
    /// At this moment or later.
    pub since: Option<Timestamp>,
    /// Before this moment.
    pub until: Option<Timestamp>,
    /// Contained in the action, the subject, the detail or the address, in capital or small letters.
    pub text: Option<String>,
}

impl AuditFilter {
    /// Whether the event is one of those asked for.
    pub fn keeps(&self, event: &AuditEvent) -> bool {
        self.actor.is_none_or(|id| event.actor.id() == Some(id))
            && self.action.as_deref().is_none_or(|action| is_or_begins(&event.action, action))
            && self.subject.as_deref().is_none_or(|subject| event.subject == subject)
            && self.since.is_none_or(|since| event.at >= since)
            && self.until.is_none_or(|until| event.at < until)
            && self.text.as_deref().is_none_or(|text| contains(event, text))
    }
}

fn is_or_begins(action: &str, asked: &str) -> bool {
    action.strip_prefix(asked).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn contains(event: &AuditEvent, text: &str) -> bool {
    let text = text.to_lowercase();
    let address = event.address.as_deref().unwrap_or_default();
    [event.action.as_str(), &event.subject, &event.detail, address]
        .iter()
        .any(|field| field.to_lowercase().contains(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> AuditEvent {
        AuditEvent {
            at: Timestamp(1000),
            actor: Actor::Account(Uuid::from_u128(7).into()),
            tenant: Some(TenantId(1000)),
            action: "member.resetPassword".into(),
            subject: "someone".into(),
            detail: "Sessions ended: 2".into(),
            address: Some("10.0.0.1".into()),
        }
    }

    #[test]
    fn a_filter_keeps_what_was_asked_for() {
        let all = AuditFilter::default();
        let kept = [
            AuditFilter { actor: Some(Uuid::from_u128(7)), ..all.clone() },
            AuditFilter { action: Some("member".into()), ..all.clone() },
            AuditFilter { action: Some("member.resetPassword".into()), ..all.clone() },
            AuditFilter { subject: Some("someone".into()), ..all.clone() },
            AuditFilter { since: Some(Timestamp(1000)), until: Some(Timestamp(1001)), ..all.clone() },
            AuditFilter { text: Some("sessions".into()), ..all.clone() },
            AuditFilter { text: Some("0.0.1".into()), ..all.clone() },
        ];
        assert!(all.keeps(&event()) && kept.iter().all(|filter| filter.keeps(&event())));
        let others = [
            AuditFilter { actor: Some(Uuid::from_u128(8)), ..all.clone() },
            AuditFilter { action: Some("mem".into()), ..all.clone() },
            AuditFilter { subject: Some("some".into()), ..all.clone() },
            AuditFilter { since: Some(Timestamp(1001)), ..all.clone() },
            AuditFilter { until: Some(Timestamp(1000)), ..all.clone() },
            AuditFilter { text: Some("sync".into()), ..all },
        ];
        assert!(!others.iter().any(|filter| filter.keeps(&event())));
    }
}
