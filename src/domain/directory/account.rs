//! Accounts: how a person signs in. Shared by all tenants the person is a member of; holds no profile.
//!
//! Invariant: a password is never here in clear; a default password not yet hashed is only *pending*.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::access::session::TokenHash;
use crate::domain::id::{AccountId, TenantId};
use crate::domain::mobile::Mobile;
use crate::domain::time::Timestamp;

/// A sign-in identity, one per person on this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// What is typed at sign-in: the canonical mobile number, or a name for administrators made here.
    /// `None` for a person without a mobile number, who signs in through DingTalk only.
    pub username: Option<Username>,
    /// The password's state.
    pub password: Password,
    /// Whether the next password sign-in must change the password first.
    pub password_change_required: bool,
    /// Whether this account administers the whole server.
    pub platform_administrator: bool,
    /// Whether it may sign in at all.
    pub enabled: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Account {
    /// The account with another username, or none. A default password follows the number, and goes with it; a chosen
    /// one, or a link to choose one, stays. `tenant` gives its house number to a person who gets a number for the first time.
    #[must_use]
    pub fn with_username(
        &self,
        username: Option<Username>,
        tenant: TenantId,
        require_password_change: bool,
        at: Timestamp,
    ) -> Self {
        let mut after = Self { updated_at: at, ..self.clone() };
        match (&self.password, &username) {
            (Password::Chosen(_) | Password::Link { .. }, _) => {}
            (_, None) => {
                after.password = Password::None;
                after.password_change_required = false;
            }
            (Password::None, Some(_)) => {
                after.password = Password::PendingDefault { tenant };
                after.password_change_required = require_password_change;
            }
            (Password::PendingDefault { tenant } | Password::Default { tenant, .. }, Some(_)) => {
                after.password = Password::PendingDefault { tenant: *tenant };
            }
        }
        after.username = username;
        after
    }
}

impl Account {
    /// A platform administrator with a chosen password (PHC string), made here and a member of nothing.
    pub fn platform_administrator(id: AccountId, username: Username, hash: String, at: Timestamp) -> Self {
        Self {
            id,
            username: Some(username),
            password: Password::Chosen(hash),
            password_change_required: false,
            platform_administrator: true,
            enabled: true,
            created_at: at,
            updated_at: at,
        }
    }
}

/// The states of a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Password {
    /// None: this account cannot sign in with a password.
    None,
    /// The tenant's house number + mobile number, to be hashed off the critical path or at the first sign-in.
    PendingDefault {
        /// Whose house number it begins with.
        tenant: TenantId,
    },
    /// The default password, hashed (PHC string).
    Default {
        /// Whose house number it begins with.
        tenant: TenantId,
        /// The argon2id PHC string.
        hash: String,
    },
    /// A password somebody chose, hashed (PHC string).
    Chosen(String),
    /// None until the person opens a one-time link and chooses one.
    Link {
        /// SHA-256 of the link's token.
        token_hash: TokenHash,
        /// When the link stops working.
        expires_at: Timestamp,
    },
}

impl Password {
    /// The tenant whose default password it still is, hashed or not.
    pub fn default_of(&self) -> Option<TenantId> {
        match self {
            Self::PendingDefault { tenant } | Self::Default { tenant, .. } => Some(*tenant),
            Self::None | Self::Chosen(_) | Self::Link { .. } => None,
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::None => "None",
            Self::PendingDefault { .. } => "PendingDefault",
            Self::Default { .. } => "Default(…)",
            Self::Chosen(_) => "Chosen(…)",
            Self::Link { .. } => "Link(…)",
        })
    }
}

/// What is typed at sign-in.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Username(Box<str>);

impl Username {
    /// A canonical mobile number as a username.
    pub fn from_mobile(mobile: &Mobile) -> Self {
        Self(mobile.as_str().into())
    }

    /// Reads what somebody typed: a mobile number in any spelling, else a name of 3 to 64 characters of
    /// `[a-z0-9._@-]` with at least one letter (capitals are taken as small letters).
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(mobile) = Mobile::parse(text, None) {
            return Some(Self::from_mobile(&mobile));
        }
        let name = text.trim().to_ascii_lowercase();
        let allowed =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._@-".contains(&byte);
        ((3..=64).contains(&name.len())
            && name.bytes().all(allowed)
            && name.bytes().any(|byte| byte.is_ascii_lowercase()))
        .then(|| Self(name.into_boxed_str()))
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The mobile number, when the username is one.
    pub fn mobile(&self) -> Option<Mobile> {
        Mobile::parse(&self.0, None)
    }
}

impl fmt::Display for Username {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Username {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mobile() {
            Some(mobile) => mobile.fmt_masked(formatter),
            None => write!(formatter, "Username({})", self.0),
        }
    }
}

impl Mobile {
    fn fmt_masked(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Username({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_a_number_or_a_name() {
        assert_eq!(Username::parse("+86 138 1234 5678").unwrap().as_str(), "13812345678");
        assert_eq!(Username::parse(" Admin ").unwrap().as_str(), "admin");
        assert!(Username::parse("12345").is_none());
        assert!(Username::parse("管理员").is_none());
        assert!(!format!("{:?}", Username::parse("13812345678")).contains("12345"));
    }
}
