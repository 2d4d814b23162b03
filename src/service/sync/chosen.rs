//! What of an enterprise is brought in: the choice under which the last run landed, and the live tree to choose from.

use std::collections::BTreeMap;

use super::Synchroniser;
use crate::dingtalk::{Department, ErrorKind};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::domain::sync::choice::Choice;
use crate::store::{self, WriteTx};

/// Where the choices in force are kept.
const CHOICES: &str = "sync.choices";
/// The most tops of a contact scope that are shown to choose from.
const MOST_TOPS: usize = 200;

type Choices = BTreeMap<TenantId, Choice>;

/// A department as DingTalk has it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveDepartment {
    /// DingTalk's id.
    pub dept_id: i64,
    /// The department above.
    pub parent_id: Option<i64>,
    /// Its name.
    pub name: String,
}

/// The choice under which the tenant's last run landed; `None` before the first one.
pub(super) fn choice_in_force<M>(tx: &store::Tx<'_, M>, tenant: TenantId) -> store::Result<Option<Choice>> {
    Ok(tx.settings().get::<Choices>(CHOICES)?.and_then(|mut choices| choices.remove(&tenant)))
}

/// Notes the choice under which a run lands.
pub(super) fn put_in_force(tx: &WriteTx<'_>, tenant: TenantId, choice: &Choice) -> store::Result<()> {
    let mut choices: Choices = tx.settings().get(CHOICES)?.unwrap_or_default();
    if choices.get(&tenant) == Some(choice) {
        return Ok(());
    }
    choices.insert(tenant, choice.clone());
    tx.settings().put(CHOICES, &choices)
}

impl Synchroniser {
    /// The departments below `parent` as DingTalk has them now; the tops of what the application may see when there
    /// is no parent (the first 200 of them).
    pub async fn live_departments(
        &self,
        principal: &Principal,
        tenant: TenantId,
        parent: Option<i64>,
    ) -> Result<Vec<LiveDepartment>> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let connection = self.context.connection(tenant).await?;
        let application = self.client.application(connection.credentials);
        let found = match parent {
            Some(parent) => {
                application.sub_departments(parent).await.map_err(|error| missing_or_told(&error))?
            }
            None => {
                let scope = application.contact_scope().await.map_err(|error| told(&error))?;
                let mut tops = Vec::new();
                for dept_id in scope.departments.into_iter().take(MOST_TOPS) {
                    tops.push(application.department(dept_id).await.map_err(|error| told(&error))?);
                }
                tops
            }
        };
        Ok(found.into_iter().map(live).collect())
    }

    /// One department as DingTalk has it now; also one that is left out.
    pub async fn live_department(
        &self,
        principal: &Principal,
        tenant: TenantId,
        dept_id: i64,
    ) -> Result<LiveDepartment> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let connection = self.context.connection(tenant).await?;
        let application = self.client.application(connection.credentials);
        let found = application.department(dept_id).await.map_err(|error| missing_or_told(&error))?;
        Ok(live(found))
    }
}

/// A department that DingTalk does not have is not there; anything else is DingTalk's failure.
fn missing_or_told(error: &crate::dingtalk::Error) -> Error {
    match error.kind {
        ErrorKind::DepartmentNotFound => Error { code: ErrorCode::NotFound, ..told(error) },
        _ => told(error),
    }
}

fn live(department: Department) -> LiveDepartment {
    LiveDepartment { dept_id: department.dept_id, parent_id: department.parent_id, name: department.name }
}

/// What DingTalk answered instead, as an error of the business.
pub(super) fn told(error: &crate::dingtalk::Error) -> Error {
    let told = error.explain();
    Error::new(
        ErrorCode::DingTalkFailed,
        format!("{}：{}", told.title.zh, told.detail.zh),
        format!("{}: {}", told.title.en, told.detail.en),
    )
}
