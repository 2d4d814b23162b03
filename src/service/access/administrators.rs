//! Administrators of the platform and of tenants: who they are, and how the right is given and taken.
//!
//! Invariant: rights are read anew with every request, so whoever gains or loses one feels it at once.

use super::Access;
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::access::role::{Realm, can_act_for_platform, check_loser, check_receiver};
use crate::domain::directory::account::Account;
use crate::domain::directory::member::{Member, MemberRole, MemberStatus};
use crate::domain::error::{Error, Result};
use crate::domain::id::{AccountId, TenantId};
use crate::domain::page::{Limit, Page};
use crate::service::audit::{Differences, Record};
use crate::store::{self, WriteTx};

/// An administrator, with the member row for a tenant's.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// The account.
    pub account: Account,
    /// The person in the tenant.
    pub member: Option<Member>,
}

impl Access {
    /// A page of a realm's administrators.
    pub async fn administrators(
        &self,
        principal: &Principal,
        realm: Realm,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<Administrator>> {
        require(principal, realm)?;
        self.context
            .store
            .read(move |tx| {
                let cursor = cursor.as_deref();
                let Realm::Tenant(tenant) = realm else {
                    let page = tx.accounts().platform_administrator_page(limit, cursor)?;
                    let items = page.items.into_iter();
                    let items = items.map(|account| Administrator { account, member: None }).collect();
                    return Ok(Page { items, next: page.next });
                };
                existing(tx, tenant)?;
                let page = tx.in_tenant(tenant).members().administrators(limit, cursor)?;
                let mut items = Vec::new();
                for member in page.items {
                    let account = tx.accounts().get(member.account)?;
                    let named = |account| Administrator { account, member: Some(member) };
                    items.extend(account.map(named));
                }
                Ok(Page { items, next: page.next })
            })
            .await
    }

    /// Makes an account an administrator; nothing happens when it is one. Fails with `NotFound` for a stranger to the
    /// tenant, and with `PasswordNotChosen`.
    pub async fn make_administrator(
        &self,
        principal: &Principal,
        realm: Realm,
        account: AccountId,
    ) -> Result<Administrator> {
        require(principal, realm)?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, realm.tenant(), "administrator.give").about(account);
        self.context
            .store
            .write(move |tx| {
                let mut account = existing_account(tx, account)?;
                let Realm::Tenant(tenant) = realm else {
                    if !account.platform_administrator {
                        check_receiver(&account, realm)?;
                        account.platform_administrator = true;
                        account.updated_at = now;
                        tx.accounts().put(&account)?;
                        record.detail(changed("platformAdministrator", false, true)).write(tx)?;
                    }
                    return Ok(Administrator { account, member: None });
                };
                let mut member = active_member(tx, tenant, account.id)?;
                if member.role != MemberRole::Administrator {
                    check_receiver(&account, realm)?;
                    member.role = MemberRole::Administrator;
                    member.updated_at = now;
                    tx.in_tenant(tenant).members().put(&member)?;
                    record.detail(changed("role", "member", "administrator")).write(tx)?;
                }
                Ok(Administrator { account, member: Some(member) })
            })
            .await
    }

    /// Takes the right from an administrator. Fails with `NotFound` when it is none, with `LastAdministrator`, and
    /// with `Forbidden` for oneself.
    pub async fn unmake_administrator(
        &self,
        principal: &Principal,
        realm: Realm,
        account: AccountId,
    ) -> Result<()> {
        require(principal, realm)?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, realm.tenant(), "administrator.take").about(account);
        let themselves = principal.account() == Some(account);
        // A tenant without administrators of its own is governed by those of the platform; the platform by nobody.
        let stays_governed = realm != Realm::Platform && principal.is_platform_administrator();
        self.context
            .store
            .write(move |tx| {
                let mut account = existing_account(tx, account)?;
                let Realm::Tenant(tenant) = realm else {
                    if !account.platform_administrator {
                        return Err(none().into());
                    }
                    let all = tx.accounts().platform_administrators()?;
                    let others = all.iter().filter(|other| other.id != account.id);
                    let others = others.filter(|other| can_act_for_platform(other)).count();
                    check_loser(others, themselves, stays_governed)?;
                    account.platform_administrator = false;
                    account.updated_at = now;
                    tx.accounts().put(&account)?;
                    return record.detail(changed("platformAdministrator", true, false)).write(tx);
                };
                let members = tx.in_tenant(tenant).members();
                let mut member = active_member(tx, tenant, account.id)?;
                if member.role != MemberRole::Administrator {
                    return Err(none().into());
                }
                // Two are enough to know whether there is another one.
                let some = members.administrators(Limit::new(Some(2)), None)?.items;
                let others = some.iter().filter(|other| other.id != member.id).count();
                check_loser(others, themselves, stays_governed)?;
                member.role = MemberRole::Member;
                member.updated_at = now;
                members.put(&member)?;
                record.detail(changed("role", "administrator", "member")).write(tx)
            })
            .await
    }
}

fn require(principal: &Principal, realm: Realm) -> Result<()> {
    match realm {
        Realm::Platform => principal.require_platform(),
        Realm::Tenant(tenant) => principal.require(Permission::AdministerTenant, tenant),
    }
}

fn existing<M>(tx: &store::Tx<'_, M>, tenant: TenantId) -> store::Result<()> {
    let found = tx.tenants().get(tenant)?;
    found.map(drop).ok_or_else(|| Error::not_found("租户", "tenant").into())
}

fn existing_account(tx: &WriteTx<'_>, id: AccountId) -> store::Result<Account> {
    tx.accounts().get(id)?.ok_or_else(|| Error::not_found("账号", "account").into())
}

/// The account's active member row in a tenant. Who is none is not shown to exist elsewhere.
fn active_member(tx: &WriteTx<'_>, tenant: TenantId, account: AccountId) -> store::Result<Member> {
    existing(tx, tenant)?;
    let mut members = tx.memberships_of(account)?.into_iter();
    let found = members.find(|member| member.tenant == tenant && member.status == MemberStatus::Active);
    found.ok_or_else(|| Error::not_found("账号", "account").into())
}

fn changed(field: &str, before: impl std::fmt::Display, after: impl std::fmt::Display) -> String {
    let mut differences = Differences::default();
    differences.note(field, &before, &after);
    differences.text()
}

fn none() -> Error {
    Error::not_found("管理员", "administrator")
}
