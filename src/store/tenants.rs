//! Tenants and their house numbers.

use serde::{Deserialize, Serialize};

use super::codec;
use super::error::{Error, Result};
use super::key::{Key, tenant_at};
use super::row::{Derived, Row};
use super::schema::Table;
use super::tx::{Direction, Tx, WriteTx, Writing};
use crate::domain::directory::visibility::Visibility;
use crate::domain::id::TenantId;
use crate::domain::page::{Limit, Page};
use crate::domain::schedule::Schedule;
use crate::domain::sync::choice::Choice;
use crate::domain::tenant::{HouseNumber, Tenant, TenantSettings, TenantStatus};
use crate::domain::time::Timestamp;

/// The version that knows what members may see of each other.
const VERSION: u8 = 2;

impl Row for Tenant {
    const TABLE: Table = Table::Tenants;

    fn version(&self) -> u8 {
        VERSION
    }

    fn read(version: u8, bytes: &[u8]) -> Result<Self> {
        codec::read_either::<FirstTenant, Self>(Self::TABLE, VERSION, version, bytes)
    }

    fn key(&self) -> Option<Key> {
        Some(Key::of(self.id))
    }

    fn derive(&self, _key: &Key) -> Derived {
        let mut derived = Derived::default();
        derived.point(Table::HouseNumbers, house_number_key(&self.house_number), &self.id.0.to_be_bytes());
        derived
    }
}

/// A tenant as version 1 kept it.
#[derive(Serialize, Deserialize)]
struct FirstTenant {
    id: TenantId,
    name: String,
    house_number: HouseNumber,
    status: TenantStatus,
    settings: FirstSettings,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct FirstSettings {
    require_password_change: bool,
    guard_minimum: u32,
    guard_percent: u32,
    include_school_contacts: bool,
    choice: Choice,
    schedule: Schedule,
    history_days: u32,
}

impl From<FirstTenant> for Tenant {
    fn from(first: FirstTenant) -> Self {
        let FirstTenant { id, name, house_number, status, settings, created_at, updated_at } = first;
        let settings = TenantSettings {
            require_password_change: settings.require_password_change,
            guard_minimum: settings.guard_minimum,
            guard_percent: settings.guard_percent,
            include_school_contacts: settings.include_school_contacts,
            choice: settings.choice,
            schedule: settings.schedule,
            history_days: settings.history_days,
            visibility: Visibility::default(),
        };
        Self { id, name, house_number, status, settings, created_at, updated_at }
    }
}

fn house_number_key(house_number: &HouseNumber) -> Key {
    Key::new().text(house_number.as_str())
}

/// The key of the number that the next tenant gets.
pub(crate) fn next_tenant_key() -> Key {
    Key::new().text("next_tenant")
}

/// The tenants of this server.
#[derive(Debug)]
pub struct Tenants<'a, 't, M> {
    tx: &'a Tx<'t, M>,
}

impl<'t, M> Tx<'t, M> {
    /// The tenants of this server.
    pub fn tenants(&self) -> Tenants<'_, 't, M> {
        Tenants { tx: self }
    }
}

impl<M> Tenants<'_, '_, M> {
    /// One tenant.
    pub fn get(&self, id: TenantId) -> Result<Option<Tenant>> {
        self.tx.row(&Key::of(id))
    }

    /// Every tenant, by number, the platform's own first.
    pub fn all(&self) -> Result<Vec<Tenant>> {
        self.tx.rows(&Key::new())
    }

    /// A page of tenants by number; with `name`, only those whose name contains it.
    pub fn list(&self, limit: Limit, cursor: Option<&[u8]>, name: Option<&str>) -> Result<Page<Tenant>> {
        let name = name.map(str::to_lowercase);
        self.tx.page(&Key::new(), Direction::Forward, limit, cursor, |tenant: &Tenant| {
            name.as_ref().is_none_or(|name| tenant.name.to_lowercase().contains(name))
        })
    }

    /// The tenant with this house number.
    pub fn by_house_number(&self, house_number: &HouseNumber) -> Result<Option<Tenant>> {
        let Some(bytes) = self.tx.get(Table::HouseNumbers, &house_number_key(house_number))? else {
            return Ok(None);
        };
        let id = tenant_at(&bytes, 0)
            .ok_or_else(|| Error::corrupt(Table::HouseNumbers.name(), "an entry leads to no tenant"))?;
        self.get(id)
    }
}

impl Tenants<'_, '_, Writing> {
    /// Makes or replaces a tenant. Fails with `HouseNumberTaken`.
    pub fn put(&self, tenant: &Tenant) -> Result<()> {
        self.tx.put_row(Key::of(tenant.id), tenant)
    }

    /// The number for a new tenant; never given twice.
    pub fn allocate_id(&self) -> Result<TenantId> {
        allocate(self.tx)
    }
}

fn allocate(tx: &WriteTx<'_>) -> Result<TenantId> {
    let key = next_tenant_key();
    let next: u32 = tx.value(Table::Meta, &key)?.unwrap_or(TenantId::FIRST.0);
    let after = next
        .checked_add(1)
        .ok_or_else(|| Error::corrupt(Table::Meta.name(), "there are no tenant numbers left"))?;
    tx.put_value(Table::Meta, &key, &after)?;
    Ok(TenantId(next))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_the_first_version_is_read() {
        let settings = FirstSettings {
            require_password_change: false,
            guard_minimum: 7,
            guard_percent: 8,
            include_school_contacts: true,
            choice: Choice { roots: [5].into(), ..Choice::default() },
            schedule: Schedule::Off,
            history_days: 30,
        };
        let first = FirstTenant {
            id: TenantId(1000),
            name: "租户".into(),
            house_number: HouseNumber::parse("A1B2C3").unwrap(),
            status: TenantStatus::Active,
            settings,
            created_at: Timestamp(1),
            updated_at: Timestamp(2),
        };
        let bytes = codec::encode(Table::Tenants, &first).unwrap();
        let tenant: Tenant = super::super::row::decode(&bytes).unwrap();
        assert_eq!((tenant.settings.guard_minimum, tenant.settings.history_days), (7, 30));
        assert_eq!(tenant.settings.visibility, Visibility::default());
        assert_eq!(tenant.house_number.as_str(), "A1B2C3");
    }
}
