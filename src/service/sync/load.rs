//! The stored side of a plan, read in one transaction: all of a tenant's directory, or what some people touch.
//!
//! Invariant: whether all of it or a part is loaded, the plan is the same.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::domain::directory::account::Username;
use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::id::{MemberId, TenantId};
use crate::domain::sync::conflict::Conflict;
use crate::domain::sync::identity::{binding_of, numbers_of};
use crate::domain::sync::snapshot::{Coverage, Snapshot};
use crate::domain::sync::stored::{Elsewhere, Stored};
use crate::store::{ReadTx, Result, TenantRead};

/// What the directory of a tenant holds, as far as a plan of the snapshot needs it, and the accounts that the
/// snapshot's numbers touch.
pub(super) fn load(tx: &ReadTx<'_>, tenant: TenantId, snapshot: &Snapshot) -> Result<Stored> {
    let usernames: Vec<Username> = numbers_of(snapshot).into_iter().flatten().collect();
    let named = match snapshot.coverage {
        Coverage::Whole => None,
        Coverage::People => named(tx, tenant, snapshot, &usernames)?,
    };
    match named {
        Some(members) => with_accounts(tx, tenant, members, usernames),
        None => load_with(tx, tenant, usernames),
    }
}

/// What the directory of a tenant holds, and the accounts with these usernames.
pub(super) fn load_with(
    tx: &ReadTx<'_>,
    tenant: TenantId,
    usernames: impl IntoIterator<Item = Username>,
) -> Result<Stored> {
    let members = tx.in_tenant(tenant).members().all()?;
    with_accounts(tx, tenant, Members { loaded: members, others: 0 }, usernames)
}

/// Members, and how many more there are that DingTalk brought and that are here.
struct Members {
    loaded: Vec<Member>,
    others: u64,
}

/// The members that some people are, or whose numbers they have. `None` when somebody is not known by the userid: only
/// all members together show whether it is somebody known under another one.
fn named(
    tx: &ReadTx<'_>,
    tenant: TenantId,
    snapshot: &Snapshot,
    usernames: &[Username],
) -> Result<Option<Members>> {
    let members = tx.in_tenant(tenant).members();
    let mut loaded: BTreeMap<MemberId, Member> = BTreeMap::new();
    for person in &snapshot.people {
        let known = members.by_user_id(&person.user_id)?;
        let now = binding_of(snapshot.corp_id.as_deref(), person);
        let is_same = |row: &Member| row.binding.as_ref().is_some_and(|binding| !binding.contradicts(&now));
        if !known.iter().any(is_same) {
            return Ok(None);
        }
        loaded.extend(known.into_iter().map(|row| (row.id, row)));
    }
    for user_id in &snapshot.departed {
        loaded.extend(members.by_user_id(user_id)?.into_iter().map(|row| (row.id, row)));
    }
    for username in usernames {
        if let Some(account) = tx.accounts().by_username(username)?
            && let Some(row) = members.by_account(account.id)?
        {
            loaded.insert(row.id, row);
        }
    }
    let loaded: Vec<Member> = loaded.into_values().collect();
    Ok(Some(Members { others: others(tx.in_tenant(tenant), &loaded)?, loaded }))
}

/// How many members are here by DingTalk's word besides those that are loaded; rather too few than too many, for the
/// guard measures removals against it.
fn others(own: TenantRead<'_, '_>, loaded: &[Member]) -> Result<u64> {
    let members = own.members();
    let elsewhere = members.count(MemberStatus::Left)? + members.count(MemberStatus::Disabled)?;
    let bound = members.count_bound()?.saturating_sub(elsewhere);
    let is_bound = |row: &&Member| row.binding.is_some() && row.status == MemberStatus::Active;
    Ok(bound.saturating_sub(loaded.iter().filter(is_bound).count() as u64))
}

fn with_accounts(
    tx: &ReadTx<'_>,
    tenant: TenantId,
    members: Members,
    usernames: impl IntoIterator<Item = Username>,
) -> Result<Stored> {
    let own = tx.in_tenant(tenant);
    let accounts = tx.accounts();
    let mut stored = Stored {
        tenant,
        departments: own.departments().all()?,
        members: members.loaded,
        others: members.others,
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

#[cfg(test)]
mod tests;
