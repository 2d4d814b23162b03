//! Looks an audience up in the directory; who can receive is decided in `domain::messaging::audience`.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::directory::account::Username;
use crate::domain::directory::member::Member;
use crate::domain::directory::tree;
use crate::domain::error::Error;
use crate::domain::id::{DepartmentId, MemberId, TenantId};
use crate::domain::messaging::audience::Asked;
use crate::domain::messaging::message::{Audience, Exclusion};
use crate::store::{ReadTx, Result};

/// Whom the departments that are asked for hold; each is read once, however many of those a person is in or below.
type People = BTreeMap<MemberId, Arc<Member>>;

/// Who is asked for, as the directory knows them. `everyone` includes whomever else is named; `sees_others`: whether the
/// sender may know of accounts in other tenants.
pub(super) fn look_up(
    tx: &ReadTx<'_>,
    tenant: TenantId,
    audience: &Audience,
    sees_others: bool,
) -> Result<Vec<Asked>> {
    let members = tx.in_tenant(tenant).members();
    if audience.everyone {
        return Ok(vec![Asked::Everyone(members.all()?)]);
    }
    let mut asked = Vec::new();
    for name in &audience.usernames {
        let (member, elsewhere) = by_username(tx, tenant, name)?;
        let elsewhere = elsewhere && sees_others;
        asked.push(Asked::Person { name: name.clone(), member: member.map(Box::new), elsewhere });
    }
    for id in &audience.members {
        let member = members.get(*id)?.map(Box::new);
        asked.push(Asked::Person { name: id.to_string(), member, elsewhere: false });
    }
    if !audience.departments.is_empty() {
        let children = children(tx, tenant)?;
        let mut people = People::new();
        let mut seen = BTreeSet::new();
        for id in audience.departments.iter().filter(|id| seen.insert(**id)) {
            asked.push(department(tx, tenant, *id, &children, &mut people)?);
        }
    }
    Ok(asked)
}

/// Whom the exclusion names. An exclusion that names nobody would reach the person it was meant for, so it is refused.
pub(super) fn look_up_excluded(
    tx: &ReadTx<'_>,
    tenant: TenantId,
    exclusion: &Exclusion,
) -> Result<BTreeSet<MemberId>> {
    let own = tx.in_tenant(tenant);
    let mut excluded = BTreeSet::new();
    for name in &exclusion.usernames {
        let (member, _) = by_username(tx, tenant, name)?;
        excluded.insert(member.ok_or_else(|| excludes_nobody(name))?.id);
    }
    for id in &exclusion.members {
        excluded.insert(own.members().get(*id)?.ok_or_else(|| excludes_nobody(&id.to_string()))?.id);
    }
    if !exclusion.departments.is_empty() {
        let children = children(tx, tenant)?;
        for id in &exclusion.departments {
            own.departments().get(*id)?.ok_or_else(|| excludes_nobody(&id.to_string()))?;
            excluded.extend(own.members().ids_in(&tree::subtree(&children, *id))?);
        }
    }
    Ok(excluded)
}

fn excludes_nobody(name: &str) -> Error {
    Error::invalid(
        format!("audience.exclude 中的 {name} 不在本租户中；为避免误发，未发送"),
        format!(
            "audience.exclude names {name}, who is not in this tenant; nothing is sent, lest it reach the wrong people"
        ),
    )
}

/// The member of that name; else, whether an account has it.
fn by_username(tx: &ReadTx<'_>, tenant: TenantId, name: &str) -> Result<(Option<Member>, bool)> {
    let Some(username) = Username::parse(name) else { return Ok((None, false)) };
    match tx.accounts().by_username(&username)? {
        Some(account) => {
            let member = tx.in_tenant(tenant).members().by_account(account.id)?;
            let elsewhere = member.is_none();
            Ok((member, elsewhere))
        }
        None => Ok((None, false)),
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
    people: &mut People,
) -> Result<Asked> {
    let tenant = tx.in_tenant(tenant);
    let Some(department) = tenant.departments().get(id)? else {
        return Ok(Asked::Department { name: id.to_string(), dept_id: None, members: None });
    };
    let members = tenant.members();
    let ids = members.ids_in(&tree::subtree(children, id))?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let member = match people.entry(id) {
            Entry::Occupied(known) => Some(known.get().clone()),
            Entry::Vacant(place) => members.get(id)?.map(|member| place.insert(Arc::new(member)).clone()),
        };
        found.extend(member);
    }
    let dept_id = department.dingtalk_dept_id;
    Ok(Asked::Department { name: department.name, dept_id, members: Some(found) })
}
