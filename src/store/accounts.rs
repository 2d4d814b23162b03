//! Accounts, the usernames that lead to them, and which of them still need their default password hashed.

use std::ops::ControlFlow;

use super::bundle::Bundle;
use super::error::Result;
use super::key::{Key, id_at, last_id, tenant_at};
use super::row::{Derived, Prepared, Row, prepare};
use super::schema::Table;
use super::tx::{Direction, Tx, Writing};
use crate::domain::directory::account::{Account, Password, Username};
use crate::domain::id::{AccountId, MemberId, TenantId};
use crate::domain::page::{Limit, Page};

impl Row for Account {
    const TABLE: Table = Table::Accounts;

    fn key(&self) -> Option<Key> {
        Some(key(self.id))
    }

    fn derive(&self, _key: &Key) -> Derived {
        let mut derived = Derived::default();
        if let Some(username) = &self.username {
            derived.point(Table::AccountByUsername, username_key(username), self.id.bytes());
        }
        if matches!(self.password, Password::PendingDefault { .. }) {
            derived.mark(Table::PendingPasswords, key(self.id));
        }
        if self.platform_administrator {
            derived.mark(Table::PlatformAdministrators, key(self.id));
        }
        derived
    }
}

fn key(id: AccountId) -> Key {
    Key::new().id(id.bytes())
}

fn username_key(username: &Username) -> Key {
    Key::new().text(username.as_str())
}

impl<'a> Prepared<'a, Account> {
    /// An account ready to be written; `before` must be the stored row, or `None` when there is none.
    pub fn account(before: Option<&'a Account>, after: &'a Account) -> Result<Self> {
        prepare(key(after.id), before, after)
    }
}

/// The accounts of this server.
#[derive(Debug)]
pub struct Accounts<'a, 't, M> {
    tx: &'a Tx<'t, M>,
}

impl<'t, M> Tx<'t, M> {
    /// The accounts of this server.
    pub fn accounts(&self) -> Accounts<'_, 't, M> {
        Accounts { tx: self }
    }

    /// The ids of an account's member rows over all tenants, by tenant.
    pub(crate) fn member_ids_of(&self, account: AccountId) -> Result<Vec<(TenantId, MemberId)>> {
        let prefix = key(account);
        let mut members = Vec::new();
        self.each(Table::MemberByAccount, &prefix.range(), |key, _| {
            let rest = prefix.rest(key);
            members.extend(tenant_at(rest, 0).zip(id_at(rest, 4)));
            Ok(())
        })?;
        Ok(members)
    }
}

impl<M> Accounts<'_, '_, M> {
    /// One account.
    pub fn get(&self, id: AccountId) -> Result<Option<Account>> {
        self.tx.row(&key(id))
    }

    /// Every account, by id.
    pub fn all(&self) -> Result<Vec<Account>> {
        self.tx.rows(&Key::new())
    }

    /// The account with this username.
    pub fn by_username(&self, username: &Username) -> Result<Option<Account>> {
        match self.tx.get(Table::AccountByUsername, &username_key(username))? {
            Some(id) => last_id(&id).map_or(Ok(None), |id| self.get(id)),
            None => Ok(None),
        }
    }

    /// Accounts whose default password waits to be hashed, at most `limit` of them.
    pub fn pending(&self, limit: usize) -> Result<Vec<AccountId>> {
        let mut found = Vec::new();
        self.tx.scan(Table::PendingPasswords, &Key::new().range(), Direction::Forward, |key, _| {
            if found.len() == limit {
                return Ok(ControlFlow::Break(()));
            }
            found.extend(last_id::<AccountId>(key));
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// Whether anybody administers the server.
    pub fn any_platform_administrator(&self) -> Result<bool> {
        self.tx.any(Table::PlatformAdministrators, &Key::new().range())
    }

    /// One page of those who administer the server, by id.
    pub fn platform_administrator_page(&self, limit: Limit, cursor: Option<&[u8]>) -> Result<Page<Account>> {
        let table = Table::PlatformAdministrators;
        self.tx.page_of(table, &Key::new(), Direction::Forward, limit, cursor, |key, _| {
            last_id(key).map_or(Ok(None), |id| self.get(id))
        })
    }

    /// Who administers the server.
    pub fn platform_administrators(&self) -> Result<Vec<Account>> {
        let mut ids = Vec::new();
        self.tx.each(Table::PlatformAdministrators, &Key::new().range(), |key, _| {
            ids.extend(last_id::<AccountId>(key));
            Ok(())
        })?;
        ids.into_iter().filter_map(|id| self.get(id).transpose()).collect()
    }
}

impl Accounts<'_, '_, Writing> {
    /// Makes or replaces an account. Fails with `UsernameTaken`.
    pub fn put(&self, account: &Account) -> Result<()> {
        let before = self.get(account.id)?;
        self.put_all(&[Prepared::account(before.as_ref(), account)?])
    }

    /// Makes or replaces accounts, which may exchange usernames among them. Fails with `UsernameTaken`.
    pub fn put_many(&self, accounts: &[Account]) -> Result<()> {
        let before: Vec<_> = accounts.iter().map(|account| self.get(account.id)).collect::<Result<_>>()?;
        let writes: Vec<_> = accounts
            .iter()
            .zip(&before)
            .map(|(after, before)| Prepared::account(before.as_ref(), after))
            .collect::<Result<_>>()?;
        self.put_all(&writes)
    }

    /// Writes prepared accounts, which may exchange usernames among them. Fails with `UsernameTaken`.
    pub fn put_all(&self, writes: &[Prepared<'_, Account>]) -> Result<()> {
        self.tx.write_together(&[self.bundle(writes)?])
    }

    /// Prepared accounts, to be written together with other rows.
    pub fn bundle<'e>(&self, writes: &'e [Prepared<'_, Account>]) -> Result<Bundle<'e>> {
        // The username is part of what member lists are searched for.
        for write in writes {
            if write.before.is_some_and(|before| before.username != write.after.username) {
                for (tenant, member) in self.tx.member_ids_of(write.after.id)? {
                    self.tx.touch_member(tenant, member);
                }
            }
        }
        Ok(Bundle::of(writes))
    }
}
