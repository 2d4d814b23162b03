//! One-time links by which a person chooses a new password, handed out by administrators.
//!
//! Invariant: a link replaces the password and ends the sessions when it is made, works once and for a day, and is
//! stored as a hash only. Its token stands behind `#` in the address, where no server and no log sees it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::Access;
use super::passwords::may_reset;
use super::sessions::hash_of;
use super::sign_in::Candidate;
use crate::domain::access::password::{PasswordOwner, check_policy};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::access::role::Realm;
use crate::domain::access::session::Origin;
use crate::domain::audit::Actor;
use crate::domain::directory::account::{Account, Password};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{AccountId, MemberId, TenantId};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::service::audit::Record;
use crate::store::{self, WriteTx};

/// How long a link works, in seconds.
const LIFETIME: i64 = 24 * 3600;
/// How many bytes of a token name the account; the rest is random.
const ACCOUNT: usize = 16;
/// The bytes of a token.
const TOKEN: usize = ACCOUNT + 32;

/// A link that was just made, with what nobody can read again.
#[derive(Debug)]
pub struct PasswordLink {
    /// The token, for the address behind `/reset#`.
    pub token: Secret,
    /// When it stops working.
    pub expires_at: Timestamp,
}

impl Access {
    /// Takes a member's password away and makes a link to choose another. Whoever has the link opens whatever the
    /// account opens, so the same rule holds as for the default password.
    pub async fn create_password_link(
        &self,
        principal: &Principal,
        tenant: TenantId,
        member: MemberId,
    ) -> Result<PasswordLink> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let asking = principal.clone();
        self.make_link(principal, Realm::Tenant(tenant), move |tx| {
            let member = tx.in_tenant(tenant).members().get(member)?;
            let member = member.ok_or_else(|| Error::not_found("成员", "member"))?;
            let account = tx.accounts().get(member.account)?;
            let account = account.ok_or_else(|| Error::not_found("账号", "account"))?;
            may_reset(tx, &asking, tenant, &account)?;
            Ok(account)
        })
        .await
    }

    /// The same for another platform administrator.
    pub async fn create_administrator_password_link(
        &self,
        principal: &Principal,
        account: AccountId,
    ) -> Result<PasswordLink> {
        principal.require_platform()?;
        if principal.account() == Some(account) {
            return Err(Error::new(
                ErrorCode::Forbidden,
                "不能重置自己的密码，请使用修改密码",
                "you cannot reset your own password; change it instead",
            ));
        }
        self.make_link(principal, Realm::Platform, move |tx| {
            let found = tx.accounts().get(account)?.filter(|account| account.platform_administrator);
            found.ok_or_else(|| Error::not_found("管理员", "administrator").into())
        })
        .await
    }

    async fn make_link(
        &self,
        principal: &Principal,
        realm: Realm,
        find: impl FnOnce(&WriteTx<'_>) -> store::Result<Account> + Send + 'static,
    ) -> Result<PasswordLink> {
        let now = self.context.ambient.now();
        let expires_at = now.plus_seconds(LIFETIME);
        let random: [u8; 32] = self.context.ambient.random();
        let record = Record::by(principal, now, realm.tenant(), "account.createPasswordLink");
        self.context
            .store
            .write(move |tx| {
                let mut account = find(tx)?;
                if account.username.is_none() {
                    return Err(no_username().into());
                }
                let token = token(account.id, &random);
                account.password = Password::Link { token_hash: hash_of(&token), expires_at };
                account.password_change_required = false;
                account.updated_at = now;
                tx.accounts().put(&account)?;
                let ended = tx.sessions().remove_for_account(account.id, None)?;
                record.about(account.id).detail(format!("sessionsEnded: {ended}")).write(tx)?;
                Ok(PasswordLink { token, expires_at })
            })
            .await
    }

    /// Chooses a password by a link, which is then used up. Fails with `PasswordLinkInvalid` or `PasswordTooWeak` (the
    /// link then still works).
    pub async fn use_password_link(&self, token: &Secret, new: Secret, origin: &Origin) -> Result<()> {
        let now = self.context.ambient.now();
        let (id, hash) = (named_account(token).ok_or_else(invalid)?, hash_of(token));
        let candidate =
            self.context.store.read(move |tx| Candidate::load(tx, linked(tx, id, &hash, now)?)).await?;
        let name = candidate.account.username.as_ref().map(ToString::to_string).unwrap_or_default();
        let houses: Vec<_> = candidate.homes.iter().map(|(tenant, _)| tenant.house_number.clone()).collect();
        check_policy(&new, PasswordOwner { username: &name, house_numbers: &houses })?;
        let password = Password::Chosen(self.hashing.hash(new).await?);
        let actor = Actor::Account(id);
        let record = Record::at_the_door(actor, origin, now, None, "account.usePasswordLink").about(id);
        self.context
            .store
            .write(move |tx| {
                let mut account = linked(tx, id, &hash, now)?;
                account.password = password;
                account.password_change_required = false;
                account.updated_at = now;
                tx.accounts().put(&account)?;
                tx.sessions().remove_for_account(id, None)?;
                record.write(tx)
            })
            .await
    }
}

/// The account that waits for this link.
fn linked<M>(
    tx: &store::Tx<'_, M>,
    id: AccountId,
    hash: &[u8; 32],
    now: Timestamp,
) -> store::Result<Account> {
    let account = tx.accounts().get(id)?.ok_or_else(invalid)?;
    match &account.password {
        Password::Link { token_hash, expires_at }
            if *expires_at > now && bool::from(token_hash.ct_eq(hash)) =>
        {
            Ok(account)
        }
        _ => Err(invalid().into()),
    }
}

fn token(account: AccountId, random: &[u8; 32]) -> Secret {
    Secret::new(URL_SAFE_NO_PAD.encode([account.bytes().as_slice(), random].concat()))
}

fn named_account(token: &Secret) -> Option<AccountId> {
    let bytes = URL_SAFE_NO_PAD.decode(token.reveal()).ok().filter(|bytes| bytes.len() == TOKEN)?;
    let account: &[u8; ACCOUNT] = bytes.first_chunk()?;
    Some(Uuid::from_bytes(*account).into())
}

fn invalid() -> Error {
    Error::new(
        ErrorCode::PasswordLinkInvalid,
        "此链接无效、已使用或已过期，请联系管理员重新获取",
        "this link is unknown, used or expired; ask an administrator for another",
    )
}

fn no_username() -> Error {
    Error::invalid(
        "此成员没有登录账号，只能通过钉钉登录，没有可重置的密码",
        "this member signs in through DingTalk only; there is no password to reset",
    )
}
