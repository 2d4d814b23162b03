//! Sessions and API tokens as they are stored: by the hash of the token, never the token.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::access::permission::Scope;
use crate::domain::id::{AccountId, ApiTokenId, SessionId, TenantId};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// SHA-256 of a 256-bit random token.
pub type TokenHash = [u8; 32];

/// How somebody came in. What came through a tenant's DingTalk is bound to that tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignInMethod {
    /// Username and password.
    Password,
    /// The one-time link that makes the first administrator.
    SetupLink,
    /// Inside DingTalk's client, with the code that the client gave to the page.
    DingTalkClient(TenantId),
    /// DingTalk's scan page in an ordinary browser.
    DingTalkScan(TenantId),
}

impl SignInMethod {
    /// The one tenant that a session of this kind opens; `None` for whatever the account opens.
    pub fn tenant(self) -> Option<TenantId> {
        match self {
            Self::Password | Self::SetupLink => None,
            Self::DingTalkClient(tenant) | Self::DingTalkScan(tenant) => Some(tenant),
        }
    }

    /// The method's name in the API and the audit.
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SetupLink => "setupLink",
            Self::DingTalkClient(_) => "dingtalkClient",
            Self::DingTalkScan(_) => "dingtalkScan",
        }
    }
}

/// Where a request came from, as far as it tells sessions and clients apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The client's address without its port.
    pub address: Box<str>,
    /// What the client calls itself, cut to [`Origin::USER_AGENT`] characters; never to be believed.
    pub user_agent: Box<str>,
}

impl Origin {
    /// How many characters of a user agent are kept.
    pub const USER_AGENT: usize = 200;

    /// An address, with a user agent as it was sent.
    pub fn new(address: impl Into<Box<str>>, user_agent: &str) -> Self {
        let printable = user_agent.chars().filter(|character| !character.is_control());
        let user_agent: String = printable.take(Self::USER_AGENT).collect();
        Self { address: address.into(), user_agent: user_agent.into() }
    }
}

/// A signed-in browser or program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id; neither the token nor anything made of it.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// How it came about, and with it what it is bound to.
    pub method: SignInMethod,
    /// Where it came about.
    pub origin: Origin,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
    /// When it was last used (kept to the minute).
    pub last_used_at: Timestamp,
}

impl Session {
    /// A session ends when it was not used for this long, in seconds.
    pub const IDLE: i64 = 12 * 3600;

    /// Whether it ended by itself: too old, or not used for too long.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at <= now || self.last_used_at.plus_seconds(Self::IDLE) <= now
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_is_kept_short_and_printable() {
        let origin = Origin::new("10.0.0.1", &format!("a\r\nb{}", "长".repeat(500)));
        assert_eq!(origin.user_agent.chars().count(), Origin::USER_AGENT);
        assert!(origin.user_agent.starts_with("ab长"));
    }

    #[test]
    fn only_what_came_through_dingtalk_is_bound() {
        assert_eq!(SignInMethod::Password.tenant(), None);
        assert_eq!(SignInMethod::DingTalkScan(TenantId(1001)).tenant(), Some(TenantId(1001)));
    }
}
