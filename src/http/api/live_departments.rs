//! DingTalk's departments as they are there now, to choose from.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::dingtalk_number::DeptId;
use crate::domain::id::TenantId;
use crate::http::auth::Caller;
use crate::http::problem::ApiResult;
use crate::service::sync::{Synchroniser, chosen};

pub(crate) struct LiveDepartmentsApi {
    pub(super) sync: Synchroniser,
}

/// A department as DingTalk has it now.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct LiveDepartment {
    /// DingTalk's id.
    dept_id: DeptId,
    /// The department above.
    parent_id: Option<DeptId>,
    /// Its name.
    name: String,
}

impl From<chosen::LiveDepartment> for LiveDepartment {
    fn from(one: chosen::LiveDepartment) -> Self {
        Self { dept_id: one.dept_id.into(), parent_id: one.parent_id.map(DeptId::from), name: one.name }
    }
}

/// Departments as DingTalk has them now.
#[derive(Object)]
struct LiveDepartments {
    /// In DingTalk's order.
    items: Vec<LiveDepartment>,
}

#[OpenApi(tag = "Tag::Tenants")]
impl LiveDepartmentsApi {
    /// DingTalk's departments, live
    ///
    /// To choose what is brought in: the tops of what the application may see, or what lies directly below `parent`.
    #[oai(
        path = "/tenants/:tenantId/dingtalk/departments",
        method = "get",
        operation_id = "listDingTalkDepartments"
    )]
    async fn departments(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// A department's id in DingTalk.
        parent: Query<Option<DeptId>>,
    ) -> ApiResult<LiveDepartments> {
        let found =
            self.sync.live_departments(&caller.0, TenantId(tenant.0), parent.0.map(|id| id.0)).await?;
        let items = found.into_iter().map(LiveDepartment::from).collect();
        Ok(Json(LiveDepartments { items }))
    }

    /// One of DingTalk's departments, live
    ///
    /// Also one that is left out of what is brought in, and so is not known here.
    #[oai(
        path = "/tenants/:tenantId/dingtalk/departments/:deptId",
        method = "get",
        operation_id = "getDingTalkDepartment"
    )]
    async fn department(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// The department's id in DingTalk.
        #[oai(name = "deptId")]
        department: Path<DeptId>,
    ) -> ApiResult<LiveDepartment> {
        Ok(Json(self.sync.live_department(&caller.0, TenantId(tenant.0), department.0.0).await?.into()))
    }
}
