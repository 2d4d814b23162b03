//! Tenants: creating them, their names, house numbers, settings and state.

use std::collections::BTreeSet;

use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::directory::visibility::ColleagueScope;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::domain::page::{Limit, Page};
use crate::domain::schedule::Schedule;
use crate::domain::tenant::{HouseNumber, Tenant, TenantSettings, TenantStatus, valid_name};
use crate::domain::text::Text;
use crate::service::Context;
use crate::service::ambient::Ambient;
use crate::service::audit::{Differences, Record};
use crate::store;

/// How often a free house number is drawn before giving up; two thousand million exist.
const DRAWS: usize = 16;

/// The use cases of tenants.
#[derive(Clone)]
pub struct Tenants {
    context: Context,
}

/// What changes of a tenant; `None` leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct TenantPatch {
    /// A new name.
    pub name: Option<String>,
    /// A new house number, as typed.
    pub house_number: Option<String>,
    /// In use or not; for platform administrators.
    pub status: Option<TenantStatus>,
    /// Whether a default password must be changed at the first sign-in.
    pub require_password_change: Option<bool>,
    /// The number of removals that never stops a run.
    pub guard_minimum: Option<u32>,
    /// The share of removals, in percent, that never stops a run.
    pub guard_percent: Option<u32>,
    /// Whether school contacts are brought in.
    pub include_school_contacts: Option<bool>,
    /// Departments that are brought in; none is everything.
    pub root_departments: Option<BTreeSet<i64>>,
    /// Departments that are left out.
    pub excluded_departments: Option<BTreeSet<i64>>,
    /// When it synchronises by itself.
    pub schedule: Option<Schedule>,
    /// For how many days the lines of a run's history are kept, 1 to 3650.
    pub history_days: Option<u32>,
    /// Which colleagues its members may see.
    pub colleagues: Option<ColleagueScope>,
    /// Whether with their mobile numbers.
    pub show_mobiles: Option<bool>,
}

impl Tenants {
    /// The use cases over a store.
    pub fn new(context: Context) -> Self {
        Self { context }
    }

    /// Makes a tenant, with the house number asked for or a random one. Fails with `HouseNumberTaken`.
    pub async fn create(
        &self,
        principal: &Principal,
        name: &str,
        house_number: Option<&str>,
    ) -> Result<Tenant> {
        principal.require_platform()?;
        let name = checked_name(name)?;
        let asked = house_number.map(checked_house_number).transpose()?;
        let draws = house_numbers(&self.context.ambient);
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, None, "tenant.create");
        self.context
            .store
            .write(move |tx| {
                let house_number = match asked {
                    Some(asked) => asked,
                    None => free_house_number(tx, draws)?,
                };
                let tenant = Tenant {
                    id: tx.tenants().allocate_id()?,
                    name,
                    house_number,
                    status: TenantStatus::Active,
                    settings: TenantSettings::default(),
                    created_at: now,
                    updated_at: now,
                };
                tx.tenants().put(&tenant)?;
                record.about(tenant.id).detail(format!("name: {}", tenant.name)).write(tx)?;
                Ok(tenant)
            })
            .await
    }

    /// One tenant, for those who administer it.
    pub async fn get(&self, principal: &Principal, id: TenantId) -> Result<Tenant> {
        principal.require(Permission::AdministerTenant, id)?;
        self.context.store.read(move |tx| existing(tx, id)).await
    }

    /// The tenants that the caller administers, by number; those whose name contains `name`, when it is said.
    pub async fn list(
        &self,
        principal: &Principal,
        name: Option<String>,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<Tenant>> {
        principal.settled()?;
        let own = match principal {
            Principal::Person { platform_administrator: false, administers, .. } => administers.clone(),
            Principal::Program { .. } => return Err(programs_stay_out()),
            Principal::Person { .. } | Principal::Server => {
                return self
                    .context
                    .store
                    .read(move |tx| tx.tenants().list(limit, cursor.as_deref(), name.as_deref()))
                    .await;
            }
        };
        let after = cursor.and_then(|key| Some(TenantId(u32::from_be_bytes(key.try_into().ok()?))));
        let ids: Vec<TenantId> = own.into_iter().filter(|id| after.is_none_or(|after| *id > after)).collect();
        self.context.store.read(move |tx| page_of(tx, &ids, name.as_deref(), limit)).await
    }

    /// Every tenant whose name contains `name`, by number. For platform administrators.
    pub async fn all(&self, principal: &Principal, name: &str) -> Result<Vec<Tenant>> {
        principal.require_platform()?;
        let name = name.to_lowercase();
        let all = self.context.store.read(|tx| tx.tenants().all()).await?;
        Ok(all.into_iter().filter(|tenant| tenant.name.to_lowercase().contains(&name)).collect())
    }

    /// Changes a tenant; its status only for platform administrators.
    pub async fn change(&self, principal: &Principal, id: TenantId, patch: TenantPatch) -> Result<Tenant> {
        principal.require(Permission::AdministerTenant, id)?;
        if patch.status.is_some() {
            principal.require_platform()?;
        }
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(id), "tenant.change").about(id);
        self.context
            .store
            .write(move |tx| {
                let before = existing(tx, id)?;
                let mut tenant = changed(&before, patch)?;
                let differences = differences(&before, &tenant);
                if differences.is_empty() {
                    return Ok(before);
                }
                tenant.updated_at = now;
                tx.tenants().put(&tenant)?;
                record.detail(differences.text()).write(tx)?;
                Ok(tenant)
            })
            .await
    }

    /// Draws a new house number. Default passwords that wait begin with the new one; those that were hashed keep
    /// the old one.
    pub async fn rotate_house_number(&self, principal: &Principal, id: TenantId) -> Result<Tenant> {
        principal.require(Permission::AdministerTenant, id)?;
        let draws = house_numbers(&self.context.ambient);
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(id), "tenant.rotateHouseNumber").about(id);
        self.context
            .store
            .write(move |tx| {
                let mut tenant = existing(tx, id)?;
                tenant.house_number = free_house_number(tx, draws)?;
                tenant.updated_at = now;
                tx.tenants().put(&tenant)?;
                record.write(tx)?;
                Ok(tenant)
            })
            .await
    }
}

fn changed(before: &Tenant, patch: TenantPatch) -> Result<Tenant> {
    let mut tenant = before.clone();
    if let Some(name) = patch.name {
        tenant.name = checked_name(&name)?;
    }
    if let Some(house_number) = patch.house_number {
        tenant.house_number = checked_house_number(&house_number)?;
    }
    if let Some(status) = patch.status {
        if tenant.id == TenantId::PLATFORM && status == TenantStatus::Disabled {
            return Err(Error::invalid(
                "平台租户不能停用",
                "the platform's own tenant cannot be switched off",
            ));
        }
        tenant.status = status;
    }
    let settings = &mut tenant.settings;
    settings.require_password_change =
        patch.require_password_change.unwrap_or(settings.require_password_change);
    settings.guard_minimum = patch.guard_minimum.unwrap_or(settings.guard_minimum);
    settings.guard_percent = patch.guard_percent.unwrap_or(settings.guard_percent);
    settings.include_school_contacts =
        patch.include_school_contacts.unwrap_or(settings.include_school_contacts);
    let choice = &mut settings.choice;
    choice.roots = patch.root_departments.unwrap_or_else(|| std::mem::take(&mut choice.roots));
    choice.excluded = patch.excluded_departments.unwrap_or_else(|| std::mem::take(&mut choice.excluded));
    settings.choice.check().map_err(malformed)?;
    settings.schedule = patch.schedule.unwrap_or_else(|| settings.schedule.clone());
    settings.history_days = patch.history_days.unwrap_or(settings.history_days);
    let visibility = &mut settings.visibility;
    visibility.colleagues = patch.colleagues.unwrap_or(visibility.colleagues);
    visibility.mobiles = patch.show_mobiles.unwrap_or(visibility.mobiles);
    if !(1..=3650).contains(&settings.history_days) {
        return Err(Error::invalid("historyDays 须为 1 到 3650", "historyDays is between 1 and 3650"));
    }
    if settings.guard_percent > 100 {
        return Err(Error::invalid("guardPercent 须为 0 到 100", "guardPercent is between 0 and 100"));
    }
    Ok(tenant)
}

/// What changed, for the audit; a house number is half of every default password and is not written down.
fn differences(before: &Tenant, after: &Tenant) -> Differences {
    let mut differences = Differences::default();
    differences.note("name", &before.name, &after.name);
    if before.house_number != after.house_number {
        differences.note("houseNumber", &"(old)", &"(new)");
    }
    let (old, new) = (&before.settings, &after.settings);
    differences.note("status", &before.status.name(), &after.status.name());
    differences.note("requirePasswordChange", &old.require_password_change, &new.require_password_change);
    differences.note("guardMinimum", &old.guard_minimum, &new.guard_minimum);
    differences.note("guardPercent", &old.guard_percent, &new.guard_percent);
    differences.note("rootDepartments", &listed(&old.choice.roots), &listed(&new.choice.roots));
    differences.note("excludedDepartments", &listed(&old.choice.excluded), &listed(&new.choice.excluded));
    differences.note("schedule", &old.schedule, &new.schedule);
    differences.note("historyDays", &old.history_days, &new.history_days);
    let seen = |settings: &TenantSettings| settings.visibility.colleagues.name();
    differences.note("colleagues", &seen(old), &seen(new));
    differences.note("showMobiles", &old.visibility.mobiles, &new.visibility.mobiles);
    differences.note("includeSchoolContacts", &old.include_school_contacts, &new.include_school_contacts);
    differences
}

/// DingTalk's numbers of departments, one after the other.
fn listed(departments: &BTreeSet<i64>) -> String {
    departments.iter().map(i64::to_string).collect::<Vec<_>>().join(" ")
}

fn page_of(
    tx: &store::ReadTx<'_>,
    ids: &[TenantId],
    name: Option<&str>,
    limit: Limit,
) -> store::Result<Page<Tenant>> {
    let name = name.unwrap_or_default().to_lowercase();
    let mut page = Page { items: Vec::new(), next: None };
    for id in ids {
        let Some(tenant) = tx.tenants().get(*id)?.filter(|tenant| tenant.name.to_lowercase().contains(&name))
        else {
            continue;
        };
        if page.items.len() == limit.get() {
            page.next = page.items.last().map(|last: &Tenant| last.id.0.to_be_bytes().to_vec());
            break;
        }
        page.items.push(tenant);
    }
    Ok(page)
}

pub(crate) fn existing<M>(tx: &store::Tx<'_, M>, id: TenantId) -> store::Result<Tenant> {
    tx.tenants().get(id)?.ok_or_else(|| Error::not_found("租户", "tenant").into())
}

/// House numbers by chance, drawn before the transaction.
fn house_numbers(ambient: &Ambient) -> Vec<HouseNumber> {
    (0..DRAWS).filter_map(|_| HouseNumber::from_random(&ambient.random::<16>())).collect()
}

fn free_house_number(tx: &store::WriteTx<'_>, draws: Vec<HouseNumber>) -> store::Result<HouseNumber> {
    for house_number in draws {
        if tx.tenants().by_house_number(&house_number)?.is_none() {
            return Ok(house_number);
        }
    }
    tracing::error!("no free house number was drawn: the random source may be broken");
    Err(Error::internal().into())
}

fn checked_name(name: &str) -> Result<String> {
    valid_name(name).map_err(malformed)
}

fn malformed(detail: Text) -> Error {
    Error { code: ErrorCode::InvalidRequest, detail, retry_after: None }
}

fn checked_house_number(text: &str) -> Result<HouseNumber> {
    HouseNumber::parse(text).ok_or_else(|| {
        Error::invalid("门牌号须为 6 位大写字母或数字", "a house number is six characters of 0-9 and A-Z")
    })
}

fn programs_stay_out() -> Error {
    Error::new(ErrorCode::Forbidden, "API 令牌不能查看租户列表", "an API token cannot list tenants")
}
