//! The names behind the ids of the audit, looked up when it is read: names change, what was written down does not.
//!
//! Must not know how entries are kept or searched. Invariants: whoever reads one tenant's part learns names of that tenant
//! only; a mobile number in the place of a name is masked.

use uuid::Uuid;

use crate::domain::access::role::Realm;
use crate::domain::audit::{Actor, AuditEntry};
use crate::domain::directory::account::Username;
use crate::domain::id::{AccountId, ApiTokenId, MemberId, TenantId};
use crate::store::{self, ReadTx};

/// An entry of the audit with today's names of whom it is about.
#[derive(Clone, Debug)]
pub struct NamedEntry {
    /// What was written down.
    pub entry: AuditEntry,
    /// Who did it, when that has a name here.
    pub actor: Option<String>,
    /// To whom it was done, when that has a name here.
    pub subject: Option<String>,
}

/// The entry with the names that somebody may see who reads for `realm`.
pub(super) fn named(tx: &ReadTx<'_>, realm: Realm, entry: AuditEntry) -> store::Result<NamedEntry> {
    let tenant = entry.event.tenant;
    let actor = match entry.event.actor {
        Actor::Account(id) => account(tx, realm, tenant, id)?,
        Actor::ApiToken(id) => api_token(tx, tenant, id)?,
        Actor::Server | Actor::Anonymous => None,
    };
    let subject = match entry.event.subject.parse() {
        Ok(id) => thing(tx, realm, tenant, id)?,
        Err(_) => None,
    };
    Ok(NamedEntry { entry, actor, subject })
}

/// Whoever or whatever has this id: no two things have one.
fn thing(tx: &ReadTx<'_>, realm: Realm, tenant: Option<TenantId>, id: Uuid) -> store::Result<Option<String>> {
    if let Some(tenant) = tenant
        && let Some(member) = tx.in_tenant(tenant).members().get(MemberId(id))?
    {
        return Ok(Some(member.profile.name().to_owned()));
    }
    match api_token(tx, tenant, ApiTokenId(id))? {
        None => account(tx, realm, tenant, AccountId(id)),
        found => Ok(found),
    }
}

fn api_token(tx: &ReadTx<'_>, tenant: Option<TenantId>, id: ApiTokenId) -> store::Result<Option<String>> {
    let Some(tenant) = tenant else { return Ok(None) };
    Ok(tx.in_tenant(tenant).api_tokens().get(id)?.map(|token| token.name))
}

/// The person's name in the tenant; for the platform also the account's own name, or the person's in another tenant.
fn account(
    tx: &ReadTx<'_>,
    realm: Realm,
    tenant: Option<TenantId>,
    id: AccountId,
) -> store::Result<Option<String>> {
    if let Some(tenant) = tenant
        && let Some(member) = tx.in_tenant(tenant).members().by_account(id)?
    {
        return Ok(Some(member.profile.name().to_owned()));
    }
    if realm != Realm::Platform {
        return Ok(None);
    }
    let username = tx.accounts().get(id)?.and_then(|account| account.username);
    let number = username.as_ref().and_then(Username::mobile);
    if let (Some(username), None) = (&username, &number) {
        return Ok(Some(username.to_string()));
    }
    let elsewhere = tx.memberships_of(id)?.into_iter().next();
    Ok(elsewhere
        .map(|member| member.profile.name().to_owned())
        .or_else(|| number.map(|number| number.masked())))
}
