//! Signing in with a password.
//!
//! Invariant: an unknown account, a wrong password, a disabled account and one without a tenant give the same error
//! after the same work.

use subtle::ConstantTimeEq;

use super::Access;
use super::hashing::is_outdated;
use crate::domain::access::password::{self, as_default, default_password};
use crate::domain::access::session::Origin;
use crate::domain::directory::account::{Account, Password, Username};
use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::AccountId;
use crate::domain::mobile::Mobile;
use crate::domain::secret::Secret;
use crate::domain::tenant::{Tenant, TenantStatus};
use crate::store;

/// What somebody typed, and from where.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The account: a mobile number in any spelling, or a name.
    pub username: String,
    /// The password.
    pub password: Secret,
    /// Where it was typed.
    pub origin: Origin,
}

/// Somebody whose password was right. No session yet, see [`Access::open_session`].
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The account.
    pub account: Account,
    /// Whether the default password must be changed before anything else.
    pub password_change_required: bool,
    /// The tenants in use of which the account is an active member, with the member row.
    pub homes: Vec<(Tenant, Member)>,
    /// The tenants that the account can open: its homes; for platform administrators, every one in use.
    pub tenants: Vec<Tenant>,
}

impl SignedIn {
    /// The name by which the person is greeted: the profile's, else the username.
    pub fn name(&self) -> &str {
        let names = self.homes.iter().map(|(_, member)| member.profile.name());
        let username = self.account.username.as_ref().map_or("", Username::as_str);
        names.chain([username]).find(|name| !name.is_empty()).unwrap_or_default()
    }
}

/// An account with all that signing in depends on.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) account: Account,
    /// The tenant whose default password it is.
    pub(super) default_of: Option<Tenant>,
    /// Active members in tenants in use.
    pub(super) homes: Vec<(Tenant, Member)>,
}

impl Candidate {
    /// Whether the account may sign in at all.
    pub(super) fn may_enter(&self) -> bool {
        self.account.enabled && (self.account.platform_administrator || !self.homes.is_empty())
    }

    /// Whether the password must be changed: its own mark, unless the tenant whose default it is does not ask for it.
    pub(super) fn must_change(&self) -> bool {
        let asked = self.default_of.as_ref().is_none_or(|tenant| tenant.settings.require_password_change);
        self.account.password_change_required && asked
    }

    /// What the password must be while it is pending.
    pub(super) fn pending_password(&self) -> Option<Secret> {
        match (&self.account.password, &self.default_of, self.mobile()) {
            (Password::PendingDefault { .. }, Some(tenant), Some(mobile)) => {
                Some(default_password(&tenant.house_number, &mobile))
            }
            _ => None,
        }
    }

    /// What was typed, brought to the form of the default password where it is one.
    fn typed(&self, typed: &Secret) -> Secret {
        match (&self.default_of, self.mobile()) {
            (Some(tenant), Some(mobile)) => as_default(typed.reveal(), &tenant.house_number, &mobile),
            _ => typed.clone(),
        }
    }

    fn mobile(&self) -> Option<Mobile> {
        self.account.username.as_ref().and_then(Username::mobile)
    }

    pub(super) fn load<M>(tx: &store::Tx<'_, M>, account: Account) -> store::Result<Self> {
        let mut homes = Vec::new();
        for member in tx.memberships_of(account.id)? {
            if member.status != MemberStatus::Active {
                continue;
            }
            let tenant = tx.tenants().get(member.tenant)?;
            homes.extend(
                tenant.filter(|tenant| tenant.status == TenantStatus::Active).map(|tenant| (tenant, member)),
            );
        }
        let default_of = match account.password.default_of() {
            Some(tenant) => tx.tenants().get(tenant)?,
            None => None,
        };
        Ok(Self { account, default_of, homes })
    }
}

impl Access {
    /// Checks a username and a password. Fails with `WrongCredentials`, `TooManyAttempts` or `Unavailable`.
    pub async fn sign_in(&self, credentials: Credentials) -> Result<SignedIn> {
        let username = Username::parse(&credentials.username);
        let name = username.as_ref().map_or_else(|| unknown_name(&credentials.username), ToString::to_string);
        let address = &credentials.origin.address;
        let candidate = self.candidate(username).await?;
        self.admit(&name, address, self.is_known(candidate.as_ref(), address).await?)?;
        if credentials.password.reveal().len() > password::MAXIMUM_BYTES {
            return Err(wrong_credentials());
        }
        let candidate = self.verified(candidate, &credentials.password).await?;
        self.throttle().succeeded(&name, address, self.context.ambient.now());
        self.describe(candidate).await
    }

    /// Whether an account has a session that was opened at this address: strangers cannot keep it out there.
    async fn is_known(&self, candidate: Option<&Candidate>, address: &str) -> Result<bool> {
        let Some(account) = candidate.map(|candidate| candidate.account.id) else { return Ok(false) };
        let sessions = self.context.store.read(move |tx| tx.sessions().of_account(account)).await?;
        Ok(sessions.iter().any(|session| &*session.origin.address == address))
    }

    /// Lets an attempt pass or tells how long to wait. `known`: see [`Access::is_known`].
    pub(super) fn admit(&self, name: &str, address: &str, known: bool) -> Result<()> {
        self.throttle().admit(name, address, known, self.context.ambient.now()).map_err(|seconds| {
            Error::new(
                ErrorCode::TooManyAttempts,
                format!("登录失败次数过多，请于 {seconds} 秒后再次登录"),
                format!("too many failed attempts; try again in {seconds} seconds"),
            )
            .retry_after(seconds)
        })
    }

    pub(super) fn throttle(&self) -> std::sync::MutexGuard<'_, super::Throttle> {
        self.throttle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    async fn candidate(&self, username: Option<Username>) -> Result<Option<Candidate>> {
        let Some(username) = username else { return Ok(None) };
        self.context
            .store
            .read(move |tx| match tx.accounts().by_username(&username)? {
                Some(account) => Candidate::load(tx, account).map(Some),
                None => Ok(None),
            })
            .await
    }

    /// The candidate, when the password is right and the account may enter; one hash is computed in every case.
    async fn verified(&self, candidate: Option<Candidate>, password: &Secret) -> Result<Candidate> {
        let Some(candidate) = candidate else {
            self.hashing.verify(password.clone(), None).await?;
            return Err(wrong_credentials());
        };
        let right = self.is_right(&candidate, password).await?;
        if right && candidate.may_enter() { Ok(candidate) } else { Err(wrong_credentials()) }
    }

    /// Whether the password is the account's. A pending default password is hashed and stored on the way; a hash
    /// made with other parameters than today's is made anew.
    pub(super) async fn is_right(&self, candidate: &Candidate, password: &Secret) -> Result<bool> {
        let typed = candidate.typed(password);
        if let Some(expected) = candidate.pending_password() {
            let right = bool::from(expected.reveal().as_bytes().ct_eq(typed.reveal().as_bytes()));
            let hash = self.hashing.hash(expected).await?;
            self.replace_hash(&candidate.account, hash).await?;
            return Ok(right);
        }
        let hash = match &candidate.account.password {
            Password::Chosen(hash) | Password::Default { hash, .. } => Some(hash.clone()),
            Password::None | Password::PendingDefault { .. } | Password::Link { .. } => None,
        };
        let outdated = hash.as_deref().is_some_and(is_outdated);
        let right = self.hashing.verify(typed.clone(), hash).await?;
        if right && outdated {
            let hash = self.hashing.hash(typed).await?;
            self.replace_hash(&candidate.account, hash).await?;
        }
        Ok(right)
    }

    /// Stores a fresh hash of the password that the account has, unless the password changed meanwhile.
    async fn replace_hash(&self, known: &Account, hash: String) -> Result<()> {
        let known = known.clone();
        self.context
            .store
            .write(move |tx| {
                let Some(mut account) = tx.accounts().get(known.id)? else { return Ok(()) };
                if account.password != known.password || account.username != known.username {
                    return Ok(());
                }
                account.password = match account.password.default_of() {
                    Some(tenant) => Password::Default { tenant, hash },
                    None => Password::Chosen(hash),
                };
                tx.accounts().put(&account)
            })
            .await
    }

    /// An account with its tenants, as signing in shows it.
    pub async fn profile(&self, account: AccountId) -> Result<SignedIn> {
        let candidate = self
            .context
            .store
            .read(move |tx| {
                let account = tx.accounts().get(account)?;
                Candidate::load(tx, account.ok_or_else(|| Error::not_found("账号", "account"))?)
            })
            .await?;
        self.describe(candidate).await
    }

    async fn describe(&self, candidate: Candidate) -> Result<SignedIn> {
        let password_change_required = candidate.must_change();
        let tenants = if candidate.account.platform_administrator {
            let all = self.context.store.read(|tx| tx.tenants().all()).await?;
            all.into_iter().filter(|tenant| tenant.status == TenantStatus::Active).collect()
        } else {
            candidate.homes.iter().map(|(tenant, _)| tenant.clone()).collect()
        };
        let Candidate { account, homes, .. } = candidate;
        Ok(SignedIn { account, password_change_required, homes, tenants })
    }
}

/// What stands for a name that cannot be an account's, so that guessing with such names is slowed down too.
fn unknown_name(typed: &str) -> String {
    typed.chars().take(64).collect()
}

/// The one answer to everything that is wrong with a username and a password.
pub(super) fn wrong_credentials() -> Error {
    Error::new(ErrorCode::WrongCredentials, "用户名或密码错误", "the username or the password is wrong")
}
