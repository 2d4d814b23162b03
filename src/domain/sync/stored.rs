//! What the directory holds before a run, as far as the run's decisions need it.

use std::collections::HashMap;

use crate::domain::directory::account::{Account, Username};
use crate::domain::directory::department::Department;
use crate::domain::directory::member::{Binding, Member, MemberStatus};
use crate::domain::id::{AccountId, MemberId, TenantId};
use crate::domain::sync::conflict::Conflict;

/// The stored side of a plan: one tenant's directory, and the accounts its numbers touch.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The tenant.
    pub tenant: TenantId,
    /// All its departments.
    pub departments: Vec<Department>,
    /// Its members, whatever their status: all of them, or those that some people are and whose numbers they have.
    pub members: Vec<Member>,
    /// How many more members there are that DingTalk brought and that are here.
    pub others: u64,
    /// The accounts of its members, and those whose username is a number that the snapshot names.
    pub accounts: HashMap<AccountId, Account>,
    /// Memberships of those accounts in other tenants.
    pub elsewhere: HashMap<AccountId, Vec<Elsewhere>>,
    /// Its conflicts that are open or ignored.
    pub conflicts: Vec<Conflict>,
}

/// A membership in another tenant: enough to tell whether it is the same person, and nothing else.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// The member row there.
    pub member: MemberId,
    /// Its status there.
    pub status: MemberStatus,
    /// Who it is in DingTalk there.
    pub binding: Option<Binding>,
    /// The name there.
    pub name: Box<str>,
}

impl Stored {
    /// An empty directory.
    pub fn empty(tenant: TenantId) -> Self {
        Self {
            tenant,
            departments: Vec::new(),
            members: Vec::new(),
            others: 0,
            accounts: HashMap::new(),
            elsewhere: HashMap::new(),
            conflicts: Vec::new(),
        }
    }

    /// Which account a username belongs to.
    pub fn usernames(&self) -> HashMap<&Username, AccountId> {
        self.accounts
            .values()
            .filter_map(|account| account.username.as_ref().map(|name| (name, account.id)))
            .collect()
    }

    /// The memberships of an account in other tenants.
    pub fn elsewhere(&self, account: AccountId) -> &[Elsewhere] {
        self.elsewhere.get(&account).map(Vec::as_slice).unwrap_or_default()
    }
}
