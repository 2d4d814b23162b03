//! Looks an audience up in the directory; who can receive is decided in `domain::messaging::audience`.

use std::collections::BTreeMap;

use crate::domain::directory::account::Username;
use crate::domain::directory::member::Member;
use crate::domain::directory::tree;
use crate::domain::id::{DepartmentId, TenantId};
use crate::domain::messaging::audience::Asked;
use crate::domain::messaging::message::Audience;
use crate::store::{ReadTx, Result};

/// Who is asked for, as the directory knows them. `everyone` includes whomever else is named.
pub(super) fn look_up(tx: &ReadTx<'_>, tenant: TenantId, audience: &Audience) -> Result<Vec<Asked>> {
    let members = tx.in_tenant(tenant).members();
    if audience.everyone {
        return Ok(vec![Asked::Everyone(members.all()?)]);
    }
    let mut asked = Vec::new();
    for name in &audience.usernames {
        let member = by_username(tx, tenant, name)?;
        asked.push(Asked::Person { name: name.clone(), member: member.map(Box::new) });
    }
    for id in &audience.members {
        let member = members.get(*id)?.map(Box::new);
        asked.push(Asked::Person { name: id.to_string(), member });
    }
    if !audience.departments.is_empty() {
        let children = children(tx, tenant)?;
        for id in &audience.departments {
            asked.push(department(tx, tenant, *id, &children)?);
        }
    }
    Ok(asked)
}

fn by_username(tx: &ReadTx<'_>, tenant: TenantId, name: &str) -> Result<Option<Member>> {
    let Some(username) = Username::parse(name) else { return Ok(None) };
    match tx.accounts().by_username(&username)? {
        Some(account) => tx.in_tenant(tenant).members().by_account(account.id),
        None => Ok(None),
    }
}

fn children(tx: &ReadTx<'_>, tenant: TenantId) -> Result<BTreeMap<DepartmentId, Vec<DepartmentId>>> {
    let mut children: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for department in tx.in_tenant(tenant).departments().all()? {
        if let Some(parent) = department.parent {
            children.entry(parent).or_default().push(department.id);
        }
    }
    Ok(children)
}

fn department(
    tx: &ReadTx<'_>,
    tenant: TenantId,
    id: DepartmentId,
    children: &BTreeMap<DepartmentId, Vec<DepartmentId>>,
) -> Result<Asked> {
    let tenant = tx.in_tenant(tenant);
    let Some(department) = tenant.departments().get(id)? else {
        return Ok(Asked::Department { name: id.to_string(), members: None });
    };
    let members = tenant.members();
    let ids = members.ids_in(&tree::subtree(children, id))?;
    let people = ids.into_iter().filter_map(|id| members.get(id).transpose()).collect::<Result<_>>()?;
    Ok(Asked::Department { name: department.name, members: Some(people) })
}
