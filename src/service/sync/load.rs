//! The stored side of a plan, read in one transaction.

use std::collections::{HashMap, HashSet};

use crate::domain::directory::account::Username;
use crate::domain::id::TenantId;
use crate::domain::sync::conflict::Conflict;
use crate::domain::sync::identity::number_of;
use crate::domain::sync::snapshot::Snapshot;
use crate::domain::sync::stored::{Elsewhere, Stored};
use crate::store::{ReadTx, Result};

/// What the directory of a tenant holds, and the accounts that the snapshot's numbers touch.
pub(super) fn load(tx: &ReadTx<'_>, tenant: TenantId, snapshot: &Snapshot) -> Result<Stored> {
    let numbers = snapshot.people.iter().filter_map(number_of);
    load_with(tx, tenant, numbers.map(|mobile| Username::from_mobile(&mobile)))
}

/// What the directory of a tenant holds, and the accounts with these usernames.
pub(super) fn load_with(
    tx: &ReadTx<'_>,
    tenant: TenantId,
    usernames: impl IntoIterator<Item = Username>,
) -> Result<Stored> {
    let own = tx.in_tenant(tenant);
    let accounts = tx.accounts();
    let mut stored = Stored {
        tenant,
        departments: own.departments().all()?,
        members: own.members().all()?,
        accounts: HashMap::new(),
        elsewhere: HashMap::new(),
        conflicts: own.conflicts().all()?,
    };
    stored.conflicts.retain(Conflict::stands);
    for member in &stored.members {
        if let Some(account) = accounts.get(member.account)? {
            stored.accounts.insert(account.id, account);
        }
    }
    // Mostly a number belongs to one of the tenant's own members, whose account is here already.
    let own_names: HashSet<Username> =
        stored.accounts.values().filter_map(|one| one.username.clone()).collect();
    for username in usernames.into_iter().filter(|name| !own_names.contains(name)) {
        if let Some(account) = accounts.by_username(&username)? {
            stored.accounts.insert(account.id, account);
        }
    }
    for account in stored.accounts.keys() {
        let elsewhere: Vec<Elsewhere> = own
            .members()
            .elsewhere(*account)?
            .into_iter()
            .map(|member| Elsewhere {
                member: member.id,
                status: member.status,
                name: member.profile.name().into(),
                binding: member.binding,
            })
            .collect();
        if !elsewhere.is_empty() {
            stored.elsewhere.insert(*account, elsewhere);
        }
    }
    Ok(stored)
}
