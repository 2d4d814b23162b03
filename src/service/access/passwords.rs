//! Changing and resetting passwords, and hashing the default ones that wait.

use std::time::Duration;

use futures_util::stream::{self, StreamExt, TryStreamExt};

use super::Access;
use super::sign_in::Candidate;
use crate::domain::access::password::{PasswordOwner, check_policy};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::directory::account::{Account, Password, Username};
use crate::domain::directory::member::MemberStatus;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{MemberId, TenantId};
use crate::domain::job::{Job, Work};
use crate::domain::secret::Secret;
use crate::domain::tenant::HouseNumber;
use crate::service::audit::Record;
use crate::store;

/// How many hashes are stored in one transaction.
const BATCH: usize = 8;
/// How long hashing rests before it looks again whether a run is still going on.
const GIVE_WAY: Duration = Duration::from_millis(100);

impl Access {
    /// Changes the password of whoever asks and ends that account's other sessions.
    pub async fn change_password(
        &self,
        principal: &Principal,
        current: Secret,
        new: Secret,
        address: &str,
    ) -> Result<()> {
        let Principal::Person { account, session, .. } = *principal else { return Err(not_a_person()) };
        let candidate = self
            .context
            .store
            .read(move |tx| {
                let account = tx.accounts().get(account)?.ok_or_else(not_a_person)?;
                Candidate::load(tx, account)
            })
            .await?;
        let name = candidate.account.username.as_ref().map(ToString::to_string).unwrap_or_default();
        // Whoever holds a session is no stranger.
        self.admit(&name, address, true)?;
        if !self.is_right(&candidate, &current).await? {
            return Err(wrong_current());
        }
        self.throttle().succeeded(&name, address, self.context.ambient.now());
        let houses: Vec<HouseNumber> =
            candidate.homes.iter().map(|(tenant, _)| tenant.house_number.clone()).collect();
        check_policy(&new, PasswordOwner { username: &name, house_numbers: &houses })?;
        if new == current {
            return Err(Error::new(
                ErrorCode::PasswordTooWeak,
                "新密码不能与当前密码相同",
                "the new password must not be the current one",
            ));
        }
        let hash = self.hashing.hash(new).await?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, None, "account.changePassword").about(account);
        self.context
            .store
            .write(move |tx| {
                let mut account = tx.accounts().get(account)?.ok_or_else(not_a_person)?;
                account.password = Password::Chosen(hash);
                account.password_change_required = false;
                account.updated_at = now;
                tx.accounts().put(&account)?;
                let ended = tx.sessions().remove_for_account(account.id, Some(session))?;
                record.detail(format!("sessionsEnded: {ended}")).write(tx)
            })
            .await
    }

    /// Gives a member the default password again and ends every session of the account.
    pub async fn reset_password(
        &self,
        principal: &Principal,
        tenant: TenantId,
        member: MemberId,
    ) -> Result<()> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let now = self.context.ambient.now();
        let job = self.hashing_job();
        let record = Record::by(principal, now, Some(tenant), "member.resetPassword").about(member);
        let principal = principal.clone();
        self.context
            .store
            .write(move |tx| {
                let member = tx.in_tenant(tenant).members().get(member)?;
                let member = member.ok_or_else(|| Error::not_found("成员", "member"))?;
                let account = tx.accounts().get(member.account)?;
                let mut account = account.ok_or_else(|| Error::not_found("账号", "account"))?;
                has_default(&account)?;
                may_reset(tx, &principal, tenant, &account)?;
                account.password = Password::PendingDefault { tenant };
                account.password_change_required = true;
                account.updated_at = now;
                tx.accounts().put(&account)?;
                let ended = tx.sessions().remove_for_account(account.id, None)?;
                tx.jobs().push(&job)?;
                record.detail(format!("sessionsEnded: {ended}")).write(tx)
            })
            .await?;
        self.context.wake.notify_one();
        Ok(())
    }

    /// Hashes the default passwords that wait, until none is left. Gives way while a sync run is going on: somebody
    /// watches the run, and whoever signs in meanwhile has the own password hashed at once.
    pub async fn hash_pending(&self) -> Result<()> {
        loop {
            let (waiting, busy) = self
                .context
                .store
                .read(|tx| Ok((pending(tx, BATCH)?, !tx.active_sync_runs()?.is_empty())))
                .await?;
            if waiting.is_empty() {
                return Ok(());
            }
            if busy {
                tokio::time::sleep(GIVE_WAY).await;
                continue;
            }
            self.hash_batch(waiting).await?;
        }
    }

    /// Hashes a batch side by side, then stores it in one transaction; a password changed meanwhile is left alone.
    async fn hash_batch(&self, waiting: Vec<Candidate>) -> Result<()> {
        let hashed: Vec<(Account, Password)> = stream::iter(waiting)
            .map(|candidate| async move {
                let password = match (candidate.pending_password(), candidate.account.password.default_of()) {
                    (Some(default), Some(tenant)) => {
                        Password::Default { tenant, hash: self.hashing.hash(default).await? }
                    }
                    // The number or the tenant is gone: there is nothing such a password could consist of.
                    _ => Password::None,
                };
                Ok::<_, Error>((candidate.account, password))
            })
            .buffer_unordered(self.hashing.width())
            .try_collect()
            .await?;
        self.context
            .store
            .write(move |tx| {
                for (known, password) in hashed {
                    let Some(mut account) = tx.accounts().get(known.id)? else { continue };
                    if account.password == known.password && account.username == known.username {
                        account.password = password;
                        tx.accounts().put(&account)?;
                    }
                }
                Ok(())
            })
            .await
    }

    fn hashing_job(&self) -> Job {
        Job {
            id: self.context.ambient.id().into(),
            work: Work::HashPasswords,
            due_at: self.context.ambient.now(),
            attempts: 0,
            last_error: None,
        }
    }
}

fn pending(tx: &store::ReadTx<'_>, limit: usize) -> store::Result<Vec<Candidate>> {
    let mut waiting = Vec::new();
    for id in tx.accounts().pending(limit)? {
        if let Some(account) = tx.accounts().get(id)? {
            waiting.push(Candidate::load(tx, account)?);
        }
    }
    Ok(waiting)
}

/// Whether there is a default password for the account that nobody could misuse.
fn has_default(account: &Account) -> Result<()> {
    if account.username.as_ref().and_then(Username::mobile).is_none() {
        return Err(Error::new(
            ErrorCode::InvalidRequest,
            "此成员没有手机号登录账号，无法重置为默认密码",
            "this member does not sign in with a mobile number; there is no default password to reset to",
        ));
    }
    if account.platform_administrator {
        return Err(Error::new(
            ErrorCode::Forbidden,
            "此账号管理整个平台，不能使用默认密码；请改用一次性链接",
            "this account administers the platform and gets no default password; make a one-time link instead",
        ));
    }
    Ok(())
}

/// The default password is known to every administrator of the tenant: giving it to an account opens whatever else
/// that account opens, so nobody may who does not administer all of it.
pub(super) fn may_reset(
    tx: &store::WriteTx<'_>,
    principal: &Principal,
    tenant: TenantId,
    account: &Account,
) -> store::Result<()> {
    if principal.is_platform_administrator() {
        return Ok(());
    }
    let mut elsewhere = tx.memberships_of(account.id)?.into_iter().filter(|member| {
        member.tenant != tenant
            && member.status != MemberStatus::Left
            && principal.require(Permission::AdministerTenant, member.tenant).is_err()
    });
    if account.platform_administrator || elsewhere.next().is_some() {
        return Err(Error::new(
            ErrorCode::Forbidden,
            "此账号还可进入其他租户或管理平台，请由平台管理员重置",
            "this account also opens other tenants or the platform; ask a platform administrator to reset it",
        )
        .into());
    }
    Ok(())
}

fn wrong_current() -> Error {
    Error::new(ErrorCode::CurrentPasswordWrong, "当前密码不正确", "the current password is wrong")
}

fn not_a_person() -> Error {
    Error::new(
        ErrorCode::Forbidden,
        "只有登录的用户才能修改密码",
        "only a signed-in person has a password to change",
    )
}
