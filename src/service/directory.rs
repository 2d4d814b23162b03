//! The directory as people and programs read it, and what an administrator changes by hand.

mod departments;
mod edit;
mod export;
mod reveal;

use std::collections::{BTreeMap, BTreeSet};

pub use self::departments::{DepartmentNode, Manager};
pub use self::edit::MemberPatch;
pub use self::export::MemberExport;

use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::directory::account::Account;
use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::directory::outline::{Place, Wanted, look};
use crate::domain::directory::tree::subtree;
use crate::domain::error::{Error, Result};
use crate::domain::id::{DepartmentId, MemberId, TenantId};
use crate::domain::page::{Limit, Page};
use crate::domain::sync::conflict::Conflict;
use crate::service::Context;
use crate::store::{self, MemberFilter};

/// The use cases of the directory.
#[derive(Clone)]
pub struct Directory {
    context: Context,
}

/// A member with the account by which the person signs in.
#[derive(Clone, Debug)]
pub struct Person {
    /// The member.
    pub member: Member,
    /// The account; `None` only when the database lost it.
    pub account: Option<Account>,
}

/// Which members are asked for; everybody, when nothing is said.
#[derive(Clone, Debug, Default)]
pub struct MemberQuery {
    /// Text that is part of the name (also in pinyin), mobile number, username and more.
    pub q: Option<String>,
    /// Those of this department.
    pub department: Option<DepartmentId>,
    /// Those of the departments below it, too.
    pub include_sub_departments: bool,
    /// Those of this status.
    pub status: Option<MemberStatus>,
}

impl Directory {
    /// The use cases over a store.
    pub fn new(context: Context) -> Self {
        Self { context }
    }

    /// The nodes of the department tree with their counts and managers.
    pub async fn departments(&self, principal: &Principal, tenant: TenantId) -> Result<Vec<DepartmentNode>> {
        principal.require(Permission::ReadDirectory, tenant)?;
        self.context.store.read(move |tx| departments::nodes(&tx.in_tenant(tenant))).await
    }

    /// A page of departments by their place in the tree, without a look at who is in them.
    pub async fn places(
        &self,
        principal: &Principal,
        tenant: TenantId,
        wanted: Wanted,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<Place>> {
        principal.require(Permission::ReadDirectory, tenant)?;
        self.context
            .store
            .read(move |tx| {
                let departments = tx.in_tenant(tenant).departments().all()?;
                Ok(look(&departments, &wanted, limit, cursor.as_deref())?)
            })
            .await
    }

    /// A page of members. Fails with `NotFound` for an unknown department.
    pub async fn members(
        &self,
        principal: &Principal,
        tenant: TenantId,
        query: MemberQuery,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<Person>> {
        principal.require(Permission::ReadDirectory, tenant)?;
        self.context
            .store
            .read(move |tx| {
                let filter = filter(tx, tenant, query)?;
                let page = tx.in_tenant(tenant).members().list(&filter, limit, cursor.as_deref())?;
                let items =
                    page.items.into_iter().map(|member| person(tx, member)).collect::<store::Result<_>>()?;
                Ok(Page { items, next: page.next })
            })
            .await
    }

    /// One member.
    pub async fn member(&self, principal: &Principal, tenant: TenantId, id: MemberId) -> Result<Person> {
        principal.require(Permission::ReadDirectory, tenant)?;
        self.context.store.point_read(|tx| person(tx, existing_member(tx, tenant, id)?))
    }

    /// A page of conflicts, the newest first: those that wait for a decision, or all.
    pub async fn conflicts(
        &self,
        principal: &Principal,
        tenant: TenantId,
        open_only: bool,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<Conflict>> {
        principal.require(Permission::ReadDirectory, tenant)?;
        self.context
            .store
            .read(move |tx| tx.in_tenant(tenant).conflicts().list(open_only, limit, cursor.as_deref()))
            .await
    }
}

fn filter(tx: &store::ReadTx<'_>, tenant: TenantId, query: MemberQuery) -> store::Result<MemberFilter> {
    let MemberQuery { q, department, include_sub_departments, status } = query;
    let Some(id) = department else {
        return Ok(MemberFilter { q, department, subtree: None, status, public: None });
    };
    let departments = tx.in_tenant(tenant).departments();
    if departments.get(id)?.is_none() {
        return Err(Error::not_found("部门", "department").into());
    }
    if !include_sub_departments {
        return Ok(MemberFilter { q, department, subtree: None, status, public: None });
    }
    let mut children: BTreeMap<DepartmentId, Vec<DepartmentId>> = BTreeMap::new();
    for department in departments.all()? {
        if let Some(parent) = department.parent {
            children.entry(parent).or_default().push(department.id);
        }
    }
    let below: BTreeSet<DepartmentId> = subtree(&children, id);
    Ok(MemberFilter { q, department: None, subtree: Some(below), status, public: None })
}

fn existing_member<M>(tx: &store::Tx<'_, M>, tenant: TenantId, id: MemberId) -> store::Result<Member> {
    let member = tx.in_tenant(tenant).members().get(id)?;
    member.ok_or_else(|| Error::not_found("成员", "member").into())
}

fn person<M>(tx: &store::Tx<'_, M>, member: Member) -> store::Result<Person> {
    let account = tx.accounts().get(member.account)?;
    Ok(Person { member, account })
}
