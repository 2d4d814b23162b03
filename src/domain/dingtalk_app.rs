//! A tenant's DingTalk application as it is configured here.
//!
//! Invariant: the client secret is held sealed; whoever needs it opens it for one use.

use serde::{Deserialize, Serialize};

use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

/// A DingTalk application (AgentId, Client ID = AppKey, Client Secret = AppSecret, CorpId) of one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DingTalkApp {
    /// Whose it is; one application a tenant.
    pub tenant: TenantId,
    /// Needed to send work notifications (numeric, per application and enterprise).
    pub agent_id: i64,
    /// Client ID, in older consoles AppKey; unique on this server.
    pub client_id: String,
    /// The sealed Client Secret (AppSecret).
    pub sealed_secret: Vec<u8>,
    /// The enterprise, when known.
    pub corp_id: Option<String>,
    /// Whether it may be used.
    pub enabled: bool,
    /// When it was first configured.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}
