//! Tenants: making, finding and changing them.

use std::collections::BTreeSet;

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};

use super::Tag;
use super::dingtalk_number::DeptId;
use super::my_tenant::VisibleColleagues;
use super::schedule::ScheduleDocument;
use crate::domain::error::Error;
use crate::domain::id::TenantId;
use crate::domain::schedule::Schedule;
use crate::domain::tenant::{self, TenantStatus};
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::{ApiResult, Problem};
use crate::service::tenants::{TenantPatch, Tenants};

pub(crate) struct TenantsApi {
    pub(super) tenants: Tenants,
    /// The address that people use, when it was told.
    pub(super) public_url: Option<String>,
}

/// A tenant.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct Tenant {
    /// Its number, as it stands in `/tenantId/<id>`.
    id: u32,
    /// Its name.
    name: String,
    /// The house number (门牌号) with which default passwords begin.
    house_number: String,
    /// Whether it is in use.
    status: Status,
    /// What its administrators chose.
    settings: Settings,
    /// What DingTalk must know of this server; absent while the server does not know its own address
    /// (`MENPAI_PUBLIC_URL`).
    addresses: Option<Addresses>,
    /// When it was made.
    created_at: DateTime,
    /// When it was last changed.
    updated_at: DateTime,
}

/// The addresses that are entered in DingTalk's console.
#[derive(Object)]
#[oai(rename = "TenantAddresses", rename_all = "camelCase")]
struct Addresses {
    /// The application's home page, on phones and computers: the employees' portal.
    homepage: String,
    /// Where DingTalk sends people back after it recognised them.
    redirect: String,
    /// Where DingTalk pushes its events, when they come by HTTP.
    push: String,
}

/// Whether a tenant is in use.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "TenantStatus", rename_all = "camelCase")]
enum Status {
    /// In use.
    Active,
    /// Switched off: nobody signs in, nothing runs.
    Disabled,
}

/// What a tenant's administrators chose.
#[derive(Object)]
#[oai(rename = "TenantSettings", rename_all = "camelCase")]
struct Settings {
    /// Whether a default password must be changed at the first password sign-in.
    require_password_change: bool,
    /// Removals up to this number never stop a synchronisation.
    guard_minimum: u32,
    /// Removals up to this share, in percent, never stop a synchronisation.
    guard_percent: u32,
    /// Whether departments with negative ids (school contacts) are brought in.
    include_school_contacts: bool,
    /// Ids of DingTalk departments that are brought in with all below them; empty is everything.
    root_departments: Vec<DeptId>,
    /// Ids of DingTalk departments that are left out with all below them.
    excluded_departments: Vec<DeptId>,
    /// When it synchronises by itself.
    schedule: ScheduleDocument,
    /// For how many days the lines of a run's history are kept.
    history_days: u32,
    /// Which colleagues its members may see in the portal.
    colleagues: VisibleColleagues,
    /// Whether they see each other's mobile numbers.
    show_mobiles: bool,
}

/// A tenant to make.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct CreateTenant {
    /// Its name, 1 to 100 characters.
    name: JsonString,
    /// Six of `0-9A-Z`; drawn by chance when absent.
    house_number: Option<JsonString>,
}

/// What changes of a tenant; what is absent stays.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct ChangeTenant {
    /// A new name.
    name: Option<JsonString>,
    /// A new house number: six of `0-9A-Z`.
    house_number: Option<JsonString>,
    /// In use or not; for platform administrators.
    status: Option<Status>,
    /// Settings to change.
    settings: Option<ChangeSettings>,
}

/// What changes of a tenant's settings; what is absent stays.
#[derive(Default, Object)]
#[oai(rename = "ChangeTenantSettings", deny_unknown_fields, rename_all = "camelCase")]
struct ChangeSettings {
    /// Whether a default password must be changed at the first password sign-in.
    require_password_change: Option<bool>,
    /// Removals up to this number never stop a synchronisation.
    guard_minimum: Option<u32>,
    /// Removals up to this share, in percent (0 to 100), never stop a synchronisation.
    guard_percent: Option<u32>,
    /// Whether departments with negative ids (school contacts) are brought in.
    include_school_contacts: Option<bool>,
    /// Ids of DingTalk departments that are brought in with all below them; empty is everything. When somebody would
    /// leave because of another choice, the next run waits for approval.
    root_departments: Option<Vec<DeptId>>,
    /// Ids of DingTalk departments that are left out with all below them.
    excluded_departments: Option<Vec<DeptId>>,
    /// When it synchronises by itself.
    schedule: Option<ScheduleDocument>,
    /// For how many days the lines of a run's history are kept, 1 to 3650.
    history_days: Option<u32>,
    /// Which colleagues its members may see in the portal.
    colleagues: Option<VisibleColleagues>,
    /// Whether they see each other's mobile numbers.
    show_mobiles: Option<bool>,
}

/// A tenant that was just made.
#[derive(ApiResponse)]
enum TenantCreated {
    /// Made.
    #[oai(status = 201)]
    Created(Json<Tenant>),
}

impl From<TenantStatus> for Status {
    fn from(status: TenantStatus) -> Self {
        match status {
            TenantStatus::Active => Self::Active,
            TenantStatus::Disabled => Self::Disabled,
        }
    }
}

impl From<Status> for TenantStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Disabled => Self::Disabled,
        }
    }
}

impl Addresses {
    fn of(tenant: TenantId, public_url: &str) -> Self {
        let server = public_url.trim_end_matches('/');
        Self {
            homepage: format!("{server}/tenantId/{tenant}"),
            redirect: format!("{server}/tenantId/{tenant}"),
            push: format!("{server}/dingtalk/callback/{tenant}"),
        }
    }
}

impl TenantsApi {
    fn shown(&self, tenant: tenant::Tenant) -> Tenant {
        Tenant {
            addresses: self.public_url.as_deref().map(|url| Addresses::of(tenant.id, url)),
            id: tenant.id.0,
            name: tenant.name,
            house_number: tenant.house_number.to_string(),
            status: tenant.status.into(),
            settings: Settings {
                require_password_change: tenant.settings.require_password_change,
                guard_minimum: tenant.settings.guard_minimum,
                guard_percent: tenant.settings.guard_percent,
                include_school_contacts: tenant.settings.include_school_contacts,
                root_departments: dept_ids(tenant.settings.choice.roots),
                excluded_departments: dept_ids(tenant.settings.choice.excluded),
                schedule: (&tenant.settings.schedule).into(),
                history_days: tenant.settings.history_days,
                colleagues: tenant.settings.visibility.colleagues.into(),
                show_mobiles: tenant.settings.visibility.mobiles,
            },
            created_at: tenant.created_at.into(),
            updated_at: tenant.updated_at.into(),
        }
    }
}

fn dept_ids(numbers: BTreeSet<i64>) -> Vec<DeptId> {
    numbers.into_iter().map(DeptId::from).collect()
}

fn numbers(ids: Vec<DeptId>) -> BTreeSet<i64> {
    ids.into_iter().map(|id| id.0).collect()
}

impl TryFrom<ChangeTenant> for TenantPatch {
    type Error = Error;

    fn try_from(change: ChangeTenant) -> Result<Self, Error> {
        let settings = change.settings.unwrap_or_default();
        Ok(Self {
            name: change.name.map(|name| name.0),
            house_number: change.house_number.map(|number| number.0),
            status: change.status.map(TenantStatus::from),
            require_password_change: settings.require_password_change,
            guard_minimum: settings.guard_minimum,
            guard_percent: settings.guard_percent,
            include_school_contacts: settings.include_school_contacts,
            root_departments: settings.root_departments.map(numbers),
            excluded_departments: settings.excluded_departments.map(numbers),
            schedule: settings.schedule.map(Schedule::try_from).transpose()?,
            history_days: settings.history_days,
            colleagues: settings.colleagues.map(Into::into),
            show_mobiles: settings.show_mobiles,
        })
    }
}

#[OpenApi(prefix_path = "/tenants", tag = "Tag::Tenants")]
impl TenantsApi {
    /// The tenants that I administer
    ///
    /// Everything for a platform administrator.
    #[oai(path = "/", method = "get", operation_id = "listTenants")]
    async fn list(
        &self,
        caller: Caller,
        /// Part of the name.
        name: Query<Option<String>>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<Tenant>> {
        let from = cursor(from.0.as_deref())?;
        let page = self.tenants.list(&caller.0, name.0, limit(asked.0), from).await?;
        Ok(Json(Page::of(page, |tenant| self.shown(tenant))))
    }

    /// Make a tenant
    #[oai(path = "/", method = "post", operation_id = "createTenant")]
    async fn create(&self, caller: Caller, body: JsonBody<CreateTenant>) -> Result<TenantCreated, Problem> {
        let CreateTenant { name, house_number } = body.0;
        let house_number = house_number.as_ref().map(|number| number.0.as_str());
        let tenant = self.tenants.create(&caller.0, &name.0, house_number).await?;
        Ok(TenantCreated::Created(Json(self.shown(tenant))))
    }

    /// One tenant
    #[oai(path = "/:tenantId", method = "get", operation_id = "getTenant")]
    async fn get(&self, caller: Caller, #[oai(name = "tenantId")] tenant: Path<u32>) -> ApiResult<Tenant> {
        Ok(Json(self.shown(self.tenants.get(&caller.0, TenantId(tenant.0)).await?)))
    }

    /// Change a tenant
    #[oai(path = "/:tenantId", method = "patch", operation_id = "changeTenant")]
    async fn change(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        body: JsonBody<ChangeTenant>,
    ) -> ApiResult<Tenant> {
        Ok(Json(self.shown(self.tenants.change(&caller.0, TenantId(tenant.0), body.0.try_into()?).await?)))
    }

    /// Draw a new house number
    ///
    /// Default passwords that were given out keep working with the old one.
    #[oai(path = "/:tenantId/rotateHouseNumber", method = "post", operation_id = "rotateHouseNumber")]
    async fn rotate(&self, caller: Caller, #[oai(name = "tenantId")] tenant: Path<u32>) -> ApiResult<Tenant> {
        Ok(Json(self.shown(self.tenants.rotate_house_number(&caller.0, TenantId(tenant.0)).await?)))
    }
}
