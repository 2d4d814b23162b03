//! Departments: the nodes of a tenant's tree.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::dingtalk_number::DeptId;
use super::{Tag, id};
use crate::domain::directory::outline::{Place, Wanted};
use crate::domain::id::TenantId;
use crate::http::auth::Caller;
use crate::http::paging::{Page, cursor, limit};
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
    dingtalk_dept_id: Option<DeptId>,
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
            dingtalk_dept_id: node.department.dingtalk_dept_id.map(DeptId::from),
            managers: managers
                .map(|manager| DepartmentManager { id: manager.member.to_string(), name: manager.name })
                .collect(),
        }
    }
}

/// A department by its place in the tree.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct DepartmentPlace {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// The names above it, the company first.
    above: Vec<String>,
    /// How many departments are directly below it.
    child_count: usize,
}

impl From<Place> for DepartmentPlace {
    fn from(Place { id, name, above, below }: Place) -> Self {
        Self { id: id.to_string(), name, above, child_count: below }
    }
}

/// What the parameters of a search mean: the first that is there counts.
fn wanted(
    ids: &[String],
    name: Option<String>,
    parent: Option<&str>,
) -> crate::domain::error::Result<Wanted> {
    let parsed = |text: &str| id(text, "部门", "department");
    Ok(match (ids, name.filter(|name| !name.trim().is_empty()), parent) {
        ([], None, None) => Wanted::Tops,
        ([], None, Some(parent)) => Wanted::Below(parsed(parent)?),
        ([], Some(name), _) => Wanted::Named(name),
        (ids, _, _) => Wanted::These(ids.iter().map(|text| parsed(text)).collect::<Result<_, _>>()?),
    })
}

#[OpenApi(tag = "Tag::Directory")]
impl Departments {
    /// Departments by their place in the tree
    ///
    /// For walking through a large tree: the level below `parentId`, or those whose name contains `q`, or those with
    /// these `id`s; the tops without any of them. Says nothing about who is in them.
    #[oai(
        path = "/tenants/:tenantId/departmentPlaces",
        method = "get",
        operation_id = "listDepartmentPlaces"
    )]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the request")]
    async fn places(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// Those directly below this one.
        #[oai(name = "parentId")]
        parent: Query<Option<String>>,
        /// Those whose name contains this, wherever they are.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// These; what is not there is left out.
        #[oai(default, validator(max_items = 500))]
        id: Query<Vec<String>>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<DepartmentPlace>> {
        let from = cursor(from.0.as_deref())?;
        let wanted = wanted(&id.0, q.0, parent.0.as_deref())?;
        let page = self.directory.places(&caller.0, TenantId(tenant.0), wanted, limit(asked.0), from).await?;
        Ok(Json(Page::of(page, DepartmentPlace::from)))
    }

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
