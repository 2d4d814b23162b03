//! The first platform administrator: from the operator's settings, or through a link that works once.
//!
//! Invariant: nothing here does anything once there is an administrator.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tracing::warn;

use super::Access;
use super::sessions::{OpenedSession, hash_of, new_token};
use super::sign_in::SignedIn;
use crate::domain::access::password::{PasswordOwner, check_policy};
use crate::domain::access::session::{Origin, SignInMethod, TokenHash};
use crate::domain::audit::Actor;
use crate::domain::directory::account::{Account, Username};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::service::audit::Record;
use crate::store;

/// Where the link's token is kept.
const SETUP_TOKEN: &str = "setup_token";
/// How long the link works, in seconds.
const LINK_LIFETIME: i64 = 24 * 3600;

#[derive(Clone, Serialize, Deserialize)]
struct SetupToken {
    hash: TokenHash,
    expires_at: Timestamp,
}

impl Access {
    /// Whether the server waits for its first administrator.
    pub async fn setup_required(&self) -> Result<bool> {
        self.context.store.read(|tx| Ok(!tx.accounts().any_platform_administrator()?)).await
    }

    /// Makes the first administrator as the operator's settings say; gives back whether one was made.
    pub async fn ensure_first_administrator(&self, username: &str, password: Secret) -> Result<bool> {
        if !self.setup_required().await? {
            return Ok(false);
        }
        match self.create_first(username, password, None).await {
            Ok(_) => Ok(true),
            Err(error) if error.code == ErrorCode::AlreadySetUp => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Makes the token of a setup link, which replaces an earlier one; `None` when the server was set up already.
    pub async fn create_setup_token(&self) -> Result<Option<Secret>> {
        let token = new_token(self.context.ambient.random());
        let expires_at = self.context.ambient.now().plus_seconds(LINK_LIFETIME);
        let stored = SetupToken { hash: hash_of(&token), expires_at };
        let waiting = self
            .context
            .store
            .write(move |tx| {
                let waiting = !tx.accounts().any_platform_administrator()?;
                if waiting {
                    tx.settings().put(SETUP_TOKEN, &stored)?;
                }
                Ok(waiting)
            })
            .await?;
        Ok(waiting.then_some(token))
    }

    /// Makes the first administrator for whoever holds the link, and signs that one in.
    /// Fails with `AlreadySetUp`, `SetupTokenInvalid` or `PasswordTooWeak` (the link then still works).
    pub async fn use_setup_token(
        &self,
        token: &Secret,
        username: &str,
        password: Secret,
        origin: Origin,
    ) -> Result<(SignedIn, OpenedSession)> {
        let now = self.context.ambient.now();
        let hash = hash_of(token);
        self.context.store.read(move |tx| check_token(tx, &hash, now)).await?;
        let account = self.create_first(username, password, Some((hash, &origin))).await?;
        let who = self.profile(account.id).await?;
        let session = self.open_session(&who, SignInMethod::SetupLink, origin).await?;
        Ok((who, session))
    }

    /// Forgets a setup link that nobody used in time; gives back whether there was one.
    pub async fn prune_setup_token(&self) -> Result<bool> {
        let now = self.context.ambient.now();
        self.context
            .store
            .write(move |tx| {
                let stored: Option<SetupToken> = tx.settings().get(SETUP_TOKEN)?;
                match stored {
                    Some(stored) if stored.expires_at <= now => tx.settings().remove(SETUP_TOKEN),
                    _ => Ok(false),
                }
            })
            .await
    }

    /// For whoever came with a link's token, else as the settings of the server say.
    async fn create_first(
        &self,
        username: &str,
        password: Secret,
        visitor: Option<(TokenHash, &Origin)>,
    ) -> Result<Account> {
        let name = Username::parse(username).ok_or_else(bad_username)?;
        let policy = check_policy(&password, PasswordOwner { username: name.as_str(), house_numbers: &[] });
        match (policy, visitor) {
            // Whoever holds the machine decides; a weak choice is told, not refused.
            (Err(weak), None) => {
                warn!(reason = %weak.detail.en, "the first administrator's password is weak")
            }
            (policy, _) => policy?,
        }
        let hash = self.hashing.hash(password).await?;
        let now = self.context.ambient.now();
        let id = self.context.ambient.id().into();
        let account = Account::platform_administrator(id, name, hash, now);
        let action = "platform.setUp";
        let record = match visitor {
            Some((_, origin)) => Record::at_the_door(Actor::Anonymous, origin, now, None, action),
            None => Record::by_server(now, None, action),
        };
        let (record, token) = (record.about(account.id), visitor.map(|(token, _)| token));
        self.context
            .store
            .write(move |tx| {
                if tx.accounts().any_platform_administrator()? {
                    return Err(already().into());
                }
                if let Some(hash) = token {
                    check_token(tx, &hash, now)?;
                }
                tx.accounts().put(&account)?;
                tx.settings().remove(SETUP_TOKEN)?;
                record.write(tx)?;
                Ok(account)
            })
            .await
    }
}

fn check_token<M>(tx: &store::Tx<'_, M>, hash: &TokenHash, now: Timestamp) -> store::Result<()> {
    if tx.accounts().any_platform_administrator()? {
        return Err(already().into());
    }
    let stored: Option<SetupToken> = tx.settings().get(SETUP_TOKEN)?;
    match stored {
        Some(stored) if stored.expires_at > now && bool::from(stored.hash.ct_eq(hash)) => Ok(()),
        _ => Err(Error::new(
            ErrorCode::SetupTokenInvalid,
            "初始化链接无效或已过期，请重启服务以获取新的链接",
            "the setup link is unknown, used or expired; restart the server to get a new one",
        )
        .into()),
    }
}

fn already() -> Error {
    Error::new(
        ErrorCode::AlreadySetUp,
        "系统已完成初始化，请直接登录",
        "the server was set up already; sign in",
    )
}

fn bad_username() -> Error {
    Error::invalid(
        "账号须为手机号，或 3 到 64 个字符的小写字母、数字与 . _ @ -（至少一个字母）",
        "a username is a mobile number, or 3 to 64 of small letters, digits and . _ @ - with at least one letter",
    )
}
