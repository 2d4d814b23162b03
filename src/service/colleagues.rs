//! What members see of their own tenant: themselves, the colleagues whom the tenant shows, the messages they received.
//!
//! Invariants: everything here is for an active member of the very tenant; of a colleague, public fields only are
//! searched and shown; what the tenant hides is neither found nor counted.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::access::principal::Principal;
use crate::domain::directory::department::Department;
use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::directory::tree;
use crate::domain::directory::visibility::{ColleagueScope, Visibility};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{AccountId, DepartmentId, TenantId};
use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::message::Message;
use crate::domain::page::{Limit, Page};
use crate::domain::tenant::Tenant;
use crate::service::Context;
use crate::store::{self, MemberFilter, PublicSearch, ReadTx};

/// How many messages of the tenant one page looks through at most: most of them are for others.
const LOOKED_THROUGH: usize = 2_000;

/// The use cases of a member among colleagues.
#[derive(Clone)]
pub struct Colleagues {
    context: Context,
}

/// A member's own place in a tenant.
#[derive(Clone, Debug)]
pub struct Membership {
    /// The tenant.
    pub tenant: Tenant,
    /// The member.
    pub member: Member,
    /// The member's departments.
    pub departments: Vec<Department>,
}

/// One level of the departments that a member may see.
#[derive(Clone, Debug, Default)]
pub struct DepartmentLevel {
    /// From the top down to the department that was asked for.
    pub trail: Vec<Department>,
    /// The departments below it, in their order.
    pub items: Vec<Department>,
}

/// A colleague as the tenant shows people to each other.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// The member.
    pub member: Member,
    /// The member's departments, as far as they may be seen.
    pub departments: Vec<Department>,
    /// Whether the mobile number may be shown.
    pub mobile: bool,
}

impl Colleagues {
    /// The use cases over a store.
    pub fn new(context: Context) -> Self {
        Self { context }
    }

    /// Who I am in this tenant.
    pub async fn myself(&self, principal: &Principal, tenant: TenantId) -> Result<Membership> {
        let account = principal.require_membership(tenant)?;
        self.context.store.read(move |tx| membership(tx, account, tenant)).await
    }

    /// One level of the departments: the tops, or what is directly below one.
    pub async fn departments(
        &self,
        principal: &Principal,
        tenant: TenantId,
        parent: Option<DepartmentId>,
    ) -> Result<DepartmentLevel> {
        let account = principal.require_membership(tenant)?;
        self.context
            .store
            .read(move |tx| {
                let own = membership(tx, account, tenant)?;
                let mut all = tx.in_tenant(tenant).departments().all()?;
                all.sort_by_key(|department| (department.order, department.id));
                Ok(match own.tenant.settings.visibility.colleagues {
                    ColleagueScope::Nobody => return Err(hidden().into()),
                    ColleagueScope::Everyone => level(all, parent)?,
                    ColleagueScope::OwnDepartments => own_level(own.departments, parent)?,
                })
            })
            .await
    }

    /// A page of colleagues by member id: those of a department, or those who match what was typed.
    pub async fn list(
        &self,
        principal: &Principal,
        tenant: TenantId,
        q: Option<String>,
        department: Option<DepartmentId>,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<Colleague>> {
        let account = principal.require_membership(tenant)?;
        self.context
            .store
            .read(move |tx| {
                let own = membership(tx, account, tenant)?;
                let Visibility { colleagues, mobiles } = own.tenant.settings.visibility;
                let among: Option<BTreeSet<DepartmentId>> = match colleagues {
                    ColleagueScope::Nobody => return Err(hidden().into()),
                    ColleagueScope::Everyone => None,
                    ColleagueScope::OwnDepartments => {
                        Some(own.departments.iter().map(|department| department.id).collect())
                    }
                };
                let known: BTreeMap<DepartmentId, Department> =
                    tx.in_tenant(tenant).departments().all()?.into_iter().map(|row| (row.id, row)).collect();
                let visible = |id: &DepartmentId| {
                    known.contains_key(id) && among.as_ref().is_none_or(|among| among.contains(id))
                };
                if department.is_some_and(|id| !visible(&id)) {
                    return Err(Error::not_found("部门", "department").into());
                }
                let filter = MemberFilter {
                    q,
                    department,
                    subtree: among.clone(),
                    status: Some(MemberStatus::Active),
                    public: Some(PublicSearch { mobile: mobiles }),
                };
                let page = tx.in_tenant(tenant).members().list(&filter, limit, cursor.as_deref())?;
                Ok(page.map(|member| {
                    let places = member.memberships.iter().map(|place| place.department);
                    let departments =
                        places.filter(|id| visible(id)).filter_map(|id| known.get(&id).cloned()).collect();
                    Colleague { member, departments, mobile: mobiles }
                }))
            })
            .await
    }

    /// A page of the messages that reached me, the newest first. A page can be empty and still have a next one.
    pub async fn messages(
        &self,
        principal: &Principal,
        tenant: TenantId,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<Message>> {
        let account = principal.require_membership(tenant)?;
        self.context
            .store
            .read(move |tx| {
                let own = membership(tx, account, tenant)?.member.id;
                let in_tenant = tx.in_tenant(tenant);
                let mut received: Page<Message> = Page { items: Vec::new(), next: cursor };
                let mut looked_through = 0;
                while received.items.len() < limit.get() && looked_through < LOOKED_THROUGH {
                    // Never more than still fit: what was read must not be skipped by the next page.
                    let wanted = Limit::new(Some(limit.get() - received.items.len()));
                    let page = in_tenant.messages().list(wanted, received.next.as_deref())?;
                    looked_through += page.items.len();
                    received.next = page.next;
                    for message in page.items {
                        let recipient = in_tenant.recipients().get(message.id, own)?;
                        let arrived = recipient.is_some_and(|one| arrived(&one.delivery));
                        if arrived && message.recalled_at.is_none() {
                            received.items.push(message);
                        }
                    }
                    if received.next.is_none() {
                        break;
                    }
                }
                Ok(received)
            })
            .await
    }
}

/// The caller's own row and departments; the session may be older than its end.
fn membership(tx: &ReadTx<'_>, account: AccountId, tenant: TenantId) -> store::Result<Membership> {
    let row = tx.tenants().get(tenant)?;
    let member = tx.in_tenant(tenant).members().by_account(account)?;
    let (Some(row), Some(member)) = (row, member.filter(|member| member.status == MemberStatus::Active))
    else {
        return Err(Error::not_found("租户", "tenant").into());
    };
    let mut departments = Vec::new();
    for place in &member.memberships {
        departments.extend(tx.in_tenant(tenant).departments().get(place.department)?);
    }
    departments.sort_by_key(|department| (department.order, department.id));
    Ok(Membership { tenant: row, member, departments })
}

/// The departments directly below one, with the way to it; `all` in their order.
fn level(all: Vec<Department>, parent: Option<DepartmentId>) -> Result<DepartmentLevel> {
    let mut trail = Vec::new();
    if let Some(asked) = parent {
        let by_id: BTreeMap<DepartmentId, &Department> = all.iter().map(|row| (row.id, row)).collect();
        if !by_id.contains_key(&asked) {
            return Err(Error::not_found("部门", "department"));
        }
        let parents: BTreeMap<DepartmentId, DepartmentId> =
            all.iter().filter_map(|row| Some((row.id, row.parent?))).collect();
        trail = tree::lineage(&parents, asked)
            .into_iter()
            .filter_map(|id| by_id.get(&id).map(|row| Department::clone(row)))
            .collect();
    }
    let items = all.into_iter().filter(|department| department.parent == parent).collect();
    Ok(DepartmentLevel { trail, items })
}

/// The same for somebody who sees the own departments only: these are the tops, and nothing is below them.
fn own_level(own: Vec<Department>, parent: Option<DepartmentId>) -> Result<DepartmentLevel> {
    let Some(asked) = parent else { return Ok(DepartmentLevel { trail: Vec::new(), items: own }) };
    let here = own.into_iter().find(|department| department.id == asked);
    let here = here.ok_or_else(|| Error::not_found("部门", "department"))?;
    Ok(DepartmentLevel { trail: vec![here], items: Vec::new() })
}

/// Whether DingTalk took it and did not say that it went nowhere.
fn arrived(delivery: &Delivery) -> bool {
    !matches!(delivery, Delivery::Queued | Delivery::Refused(_) | Delivery::Invalid | Delivery::Failed(_))
}

fn hidden() -> Error {
    Error::new(
        ErrorCode::Forbidden,
        "本租户未开放同事名录，如有需要请联系管理员",
        "this tenant does not show its people to each other; ask an administrator if you need it",
    )
}
