//! Departments of a tenant, who heads them and how many people are directly in them.

use std::collections::BTreeMap;

use super::error::Result;
use super::key::{Key, last_id};
use super::members::department_counter;
use super::row::{Derived, Prepared, Row, prepare};
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::Writing;
use crate::domain::directory::department::Department;
use crate::domain::id::{DepartmentId, MemberId, TenantId};

impl Row for Department {
    const TABLE: Table = Table::Departments;

    fn key(&self) -> Option<Key> {
        Some(key(self.tenant, self.id))
    }

    fn derive(&self, _key: &Key) -> Derived {
        let mut derived = Derived::default();
        if let Some(number) = self.dingtalk_dept_id {
            derived.point(Table::DepartmentByDingTalk, Key::of(self.tenant).i64(number), self.id.bytes());
        }
        derived
    }
}

fn key(tenant: TenantId, department: DepartmentId) -> Key {
    Key::of(tenant).id(department.bytes())
}

impl<'a> Prepared<'a, Department> {
    /// A department ready to be written; `before` must be the stored row, or `None` when there is none.
    pub fn department(before: Option<&'a Department>, after: &'a Department) -> Result<Self> {
        prepare(key(after.tenant, after.id), before, after)
    }
}

/// The departments of one tenant.
#[derive(Debug)]
pub struct Departments<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

impl<'a, 't, M> InTenant<'a, 't, M> {
    /// The departments of this tenant.
    pub fn departments(&self) -> Departments<'a, 't, M> {
        Departments { tenant: *self }
    }
}

impl<M> Departments<'_, '_, M> {
    /// One department.
    pub fn get(&self, id: DepartmentId) -> Result<Option<Department>> {
        self.tenant.tx.row(&key(self.tenant.id, id))
    }

    /// Every department, by id.
    pub fn all(&self) -> Result<Vec<Department>> {
        self.tenant.tx.rows(&self.tenant.key())
    }

    /// The department with this number in DingTalk.
    pub fn by_dingtalk(&self, dept_id: i64) -> Result<Option<Department>> {
        match self.tenant.tx.get(Table::DepartmentByDingTalk, &self.tenant.key().i64(dept_id))? {
            Some(id) => last_id(&id).map_or(Ok(None), |id| self.get(id)),
            None => Ok(None),
        }
    }

    /// How many people are directly in a department, without those who left.
    pub fn direct_members(&self, id: DepartmentId) -> Result<u64> {
        self.tenant.tx.count(&department_counter(self.tenant.id, id))
    }

    /// How many people are directly in each department; departments without any are absent.
    pub fn direct_member_counts(&self) -> Result<BTreeMap<DepartmentId, u64>> {
        self.all()?
            .into_iter()
            .map(|department| Ok((department.id, self.direct_members(department.id)?)))
            .filter(|count| !matches!(count, Ok((_, 0))))
            .collect()
    }

    /// Who heads a department.
    pub fn leaders(&self, id: DepartmentId) -> Result<Vec<MemberId>> {
        let mut leaders = Vec::new();
        self.tenant.tx.each(Table::DepartmentMembers, &key(self.tenant.id, id).range(), |key, place| {
            if place.last() == Some(&1) {
                leaders.extend(last_id::<MemberId>(key));
            }
            Ok(())
        })?;
        Ok(leaders)
    }

    /// Who heads which department, in one pass; departments without a head are absent.
    pub fn all_leaders(&self) -> Result<BTreeMap<DepartmentId, Vec<MemberId>>> {
        let mut leaders: BTreeMap<DepartmentId, Vec<MemberId>> = BTreeMap::new();
        let prefix = self.tenant.key();
        self.tenant.tx.each(Table::DepartmentMembers, &prefix.range(), |key, place| {
            if place.last() == Some(&1) {
                let department = super::key::id_at(prefix.rest(key), 0);
                if let Some((department, member)) = department.zip(last_id(key)) {
                    leaders.entry(department).or_default().push(member);
                }
            }
            Ok(())
        })?;
        Ok(leaders)
    }
}

impl Departments<'_, '_, Writing> {
    /// Makes or replaces a department.
    pub fn put(&self, department: &Department) -> Result<()> {
        let before = self.get(department.id)?;
        self.put_all(&[Prepared::department(before.as_ref(), department)?])
    }

    /// Writes prepared departments, which may exchange their numbers in DingTalk among them.
    pub fn put_all(&self, writes: &[Prepared<'_, Department>]) -> Result<()> {
        for write in writes {
            self.tenant.own(Table::Departments, write.after.tenant)?;
        }
        self.tenant.tx.write_rows(writes)
    }

    /// Removes a department; gives it back. Its members' rows are the caller's business.
    pub fn remove(&self, id: DepartmentId) -> Result<Option<Department>> {
        self.tenant.tx.remove_row(&key(self.tenant.id, id))
    }
}
