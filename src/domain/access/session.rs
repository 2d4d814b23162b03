//! Sessions and API tokens as they are stored: by the hash of the token, never the token.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::access::permission::Scope;
use crate::domain::id::{AccountId, ApiTokenId, SessionId, TenantId};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// SHA-256 of a 256-bit random token.
pub type TokenHash = [u8; 32];

/// A signed-in browser or program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// The one tenant it opens, when it came through that tenant's DingTalk.
    pub tenant: Option<TenantId>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// When it was last used (kept to the minute).
    pub last_used_at: Timestamp,
}

/// A program's key to one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// The tenant it opens.
    pub tenant: TenantId,
    /// What its administrator calls it.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// SHA-256 of the token.
    pub token_hash: TokenHash,
    /// Who made it.
    pub created_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
    /// When it was last used (kept to the minute).
    pub last_used_at: Option<Timestamp>,
}

impl ApiToken {
    /// Whether it stopped working by itself.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A token's name, checked: 1 to 100 characters, no control characters.
pub fn valid_token_name(name: &str) -> Result<String, Text> {
    let name = name.trim();
    let length = name.chars().count();
    if (1..=100).contains(&length) && !name.chars().any(char::is_control) {
        return Ok(name.to_owned());
    }
    Err(Text::new(
        format!("令牌名称 name 须为 1 到 100 个字符且不含控制字符，收到 {length} 个字符"),
        format!("a token's name has 1 to 100 characters and no control characters; got {length}"),
    ))
}
