//! Departments: the nodes of a tenant's tree.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use crate::domain::id::TenantId;
use crate::http::auth::Caller;
use crate::http::paging::Page;
use crate::http::problem::ApiResult;
use crate::service::directory::{DepartmentNode, Directory};

pub(crate) struct Departments {
    pub(super) directory: Directory,
}

/// A department.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct Department {
    /// Its id.
    id: String,
    /// The department above; absent for the company itself.
    parent_id: Option<String>,
    /// Its name; the company's name at the root.
    name: String,
    /// Place among its siblings; the smaller comes first.
    order: i64,
    /// Its own active members.
    member_count: usize,
    /// The active members in it and below it, each once.
    total_member_count: usize,
    /// Its id in DingTalk; absent for a department made here.
    dingtalk_dept_id: Option<String>,
    /// Who heads it.
    managers: Vec<DepartmentManager>,
}

/// Who heads a department.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct DepartmentManager {
    /// The member's id.
    id: String,
    /// The member's name.
    name: String,
}

impl From<DepartmentNode> for Department {
    fn from(node: DepartmentNode) -> Self {
        let managers = node.managers.into_iter();
        Self {
            id: node.department.id.to_string(),
            parent_id: node.department.parent.map(|parent| parent.to_string()),
            name: node.department.name,
            order: node.department.order,
            member_count: node.member_count,
            total_member_count: node.total_member_count,
            dingtalk_dept_id: node.department.dingtalk_dept_id.map(|id| id.to_string()),
            managers: managers
                .map(|manager| DepartmentManager { id: manager.member.to_string(), name: manager.name })
                .collect(),
        }
    }
}

#[OpenApi(tag = "Tag::Directory")]
impl Departments {
    /// The department tree
    ///
    /// All nodes at once, sorted by parent, order and id.
    #[oai(path = "/tenants/:tenantId/departments", method = "get", operation_id = "listDepartments")]
    async fn list(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
    ) -> ApiResult<Page<Department>> {
        let nodes = self.directory.departments(&caller.0, TenantId(tenant.0)).await?;
        Ok(Json(Page { items: nodes.into_iter().map(Department::from).collect(), next_cursor: None }))
    }
}
