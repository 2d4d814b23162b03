//! Departments of a tenant.

use serde::{Deserialize, Serialize};

use crate::domain::id::{DepartmentId, TenantId};

/// A department of one tenant. Heads are told by the memberships, so that there is one truth about them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Its id here.
    pub id: DepartmentId,
    /// The tenant.
    pub tenant: TenantId,
    /// The department above; `None` for the company itself (or the top of a partial scope).
    pub parent: Option<DepartmentId>,
    /// Its name; the company's name at the root.
    pub name: String,
    /// Place among its siblings; the smaller comes first. [S-0081]
    pub order: i64,
    /// Its id in DingTalk; `None` for a department made here.
    pub dingtalk_dept_id: Option<i64>,
    /// Which one it was in DingTalk before the connection was removed, so that it is known again with the next one.
    pub formerly: Option<FormerDepartment>,
}

/// A department of DingTalk's that a local one once was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormerDepartment {
    /// The enterprise, when it was known.
    pub corp_id: Option<Box<str>>,
    /// The id there.
    pub dept_id: i64,
}
