//! Members of a tenant, how they are found, and how many there are.
//!
//! Invariant: `department_members` holds who belongs to a department now (active or disabled), never who left.

use std::collections::{BTreeMap, BTreeSet};

use super::bundle::Bundle;
use super::error::Result;
use super::key::{Key, last_id, text_at};
use super::row::{Derived, Prepared, Row, prepare};
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::{Direction, Tx, Writing};
use crate::domain::directory::member::{Member, MemberRole, MemberStatus};
use crate::domain::id::{AccountId, DepartmentId, MemberId, TenantId};
use crate::domain::page::{Limit, Page};

/// Which counter of a tenant is meant.
const COUNTER_STATUS: u8 = 0;
const COUNTER_DEPARTMENT: u8 = 1;

impl Row for Member {
    const TABLE: Table = Table::Members;

    fn key(&self) -> Option<Key> {
        Some(key(self.tenant, self.id))
    }

    fn derive(&self, _key: &Key) -> Derived {
        let mut derived = Derived::default();
        let account = Key::new().id(self.account.bytes()).u32(self.tenant.0).id(self.id.bytes());
        derived.mark(Table::MemberByAccount, account);
        if let Some(binding) = &self.binding {
            derived.mark(
                Table::MemberByDingTalk,
                Key::of(self.tenant).text(&binding.user_id).id(self.id.bytes()),
            );
        }
        if self.role == MemberRole::Administrator && self.status == MemberStatus::Active {
            derived.mark(Table::TenantAdministrators, key(self.tenant, self.id));
        }
        derived.counters.push(status_counter(self.tenant, self.status));
        if self.status != MemberStatus::Left {
            for membership in &self.memberships {
                let key = Key::of(self.tenant).id(membership.department.bytes());
                derived.counters.push(department_counter(self.tenant, membership.department));
                let place = Key::new().i64(membership.order).u8(u8::from(membership.leader));
                derived.point(Table::DepartmentMembers, key.id(self.id.bytes()), place.as_bytes());
            }
        }
        derived
    }
}

fn status_counter(tenant: TenantId, status: MemberStatus) -> Key {
    let status = match status {
        MemberStatus::Active => 0,
        MemberStatus::Disabled => 1,
        MemberStatus::Left => 2,
    };
    Key::of(tenant).u8(COUNTER_STATUS).u8(status)
}

/// The counter of a department's own members.
pub(crate) fn department_counter(tenant: TenantId, department: DepartmentId) -> Key {
    Key::of(tenant).u8(COUNTER_DEPARTMENT).id(department.bytes())
}

fn key(tenant: TenantId, member: MemberId) -> Key {
    Key::of(tenant).id(member.bytes())
}

impl<'a> Prepared<'a, Member> {
    /// A member ready to be written; `before` must be the stored row, or `None` when there is none.
    pub fn member(before: Option<&'a Member>, after: &'a Member) -> Result<Self> {
        prepare(key(after.tenant, after.id), before, after)
    }
}

/// The members of one tenant.
#[derive(Debug)]
pub struct Members<'a, 't, M> {
    pub(crate) tenant: InTenant<'a, 't, M>,
}

impl<'a, 't, M> InTenant<'a, 't, M> {
    /// The members of this tenant.
    pub fn members(&self) -> Members<'a, 't, M> {
        Members { tenant: *self }
    }
}

impl<M> Tx<'_, M> {
    /// An account's member rows over all tenants, by tenant.
    pub fn memberships_of(&self, account: AccountId) -> Result<Vec<Member>> {
        let found = self.member_ids_of(account)?;
        found.into_iter().filter_map(|(tenant, id)| self.row(&key(tenant, id)).transpose()).collect()
    }
}

impl<M> Members<'_, '_, M> {
    /// One member.
    pub fn get(&self, id: MemberId) -> Result<Option<Member>> {
        self.tenant.tx.row(&key(self.tenant.id, id))
    }

    /// Every member of every status, by id.
    pub fn all(&self) -> Result<Vec<Member>> {
        self.tenant.tx.rows(&self.tenant.key())
    }

    /// One page of the active members who administer this tenant, by id.
    pub fn administrators(&self, limit: Limit, cursor: Option<&[u8]>) -> Result<Page<Member>> {
        let (table, prefix) = (Table::TenantAdministrators, self.tenant.key());
        self.tenant.tx.page_of(table, &prefix, Direction::Forward, limit, cursor, |rest, _| {
            last_id(rest).map_or(Ok(None), |id| self.get(id))
        })
    }

    /// The members bound to this DingTalk userid: several when the tenant changed its enterprise.
    pub fn by_user_id(&self, user_id: &str) -> Result<Vec<Member>> {
        let mut ids = Vec::new();
        self.tenant.tx.each(
            Table::MemberByDingTalk,
            &self.tenant.key().text(user_id).range(),
            |key, _| {
                ids.extend(last_id::<MemberId>(key));
                Ok(())
            },
        )?;
        ids.into_iter().filter_map(|id| self.get(id).transpose()).collect()
    }

    /// The members whose userid is not among the `known` ones; of the others no row is read.
    pub fn bound_beyond(&self, known: impl Fn(&str) -> bool) -> Result<Vec<Member>> {
        let prefix = self.tenant.key();
        let mut ids = Vec::new();
        self.tenant.tx.each(Table::MemberByDingTalk, &prefix.range(), |key, _| {
            let user_id = text_at(prefix.rest(key)).and_then(|bytes| std::str::from_utf8(bytes).ok());
            if !user_id.is_some_and(&known) {
                ids.extend(last_id::<MemberId>(key));
            }
            Ok(())
        })?;
        ids.into_iter().filter_map(|id| self.get(id).transpose()).collect()
    }

    /// The account's member row in this tenant.
    pub fn by_account(&self, account: AccountId) -> Result<Option<Member>> {
        let found = self.tenant.tx.member_ids_of(account)?;
        let own = found.into_iter().find(|(tenant, _)| *tenant == self.tenant.id);
        own.map_or(Ok(None), |(_, id)| self.get(id))
    }

    /// An account's member rows in other tenants.
    pub fn elsewhere(&self, account: AccountId) -> Result<Vec<Member>> {
        let found = self.tenant.tx.member_ids_of(account)?;
        let others = found.into_iter().filter(|(tenant, _)| *tenant != self.tenant.id);
        others.filter_map(|(tenant, id)| self.tenant.tx.row(&key(tenant, id)).transpose()).collect()
    }

    /// The ids of those who belong to one of the departments now, in order.
    pub fn ids_in<'d>(
        &self,
        departments: impl IntoIterator<Item = &'d DepartmentId>,
    ) -> Result<BTreeSet<MemberId>> {
        let mut ids = BTreeSet::new();
        for department in departments {
            let range = self.tenant.key().id(department.bytes()).range();
            self.tenant.tx.each(Table::DepartmentMembers, &range, |key, _| {
                ids.extend(last_id::<MemberId>(key));
                Ok(())
            })?;
        }
        Ok(ids)
    }

    /// How many members there are of a status; not counted one by one.
    pub fn count(&self, status: MemberStatus) -> Result<u64> {
        self.tenant.tx.count(&status_counter(self.tenant.id, status))
    }

    /// How many members are bound to a DingTalk userid, whatever their status; counted one by one in an index.
    pub fn count_bound(&self) -> Result<u64> {
        let mut bound = 0;
        self.tenant.tx.each(Table::MemberByDingTalk, &self.tenant.key().range(), |_, _| {
            bound += 1;
            Ok(())
        })?;
        Ok(bound)
    }

    /// How many members there are of each status; not counted one by one.
    pub fn counts(&self) -> Result<BTreeMap<MemberStatus, u64>> {
        [MemberStatus::Active, MemberStatus::Disabled, MemberStatus::Left]
            .into_iter()
            .map(|status| Ok((status, self.count(status)?)))
            .collect()
    }
}

impl Members<'_, '_, Writing> {
    /// Makes or replaces a member.
    pub fn put(&self, member: &Member) -> Result<()> {
        let before = self.get(member.id)?;
        self.put_all(&[Prepared::member(before.as_ref(), member)?])
    }

    /// Writes prepared members. Fastest in the order of their ids.
    pub fn put_all(&self, writes: &[Prepared<'_, Member>]) -> Result<()> {
        self.tenant.tx.write_together(&[self.bundle(writes)?])
    }

    /// Prepared members, to be written together with other rows.
    pub fn bundle<'e>(&self, writes: &'e [Prepared<'_, Member>]) -> Result<Bundle<'e>> {
        for write in writes {
            self.tenant.own(Table::Members, write.after.tenant)?;
            self.tenant.tx.touch_member(self.tenant.id, write.after.id);
        }
        Ok(Bundle::of(writes))
    }
}
