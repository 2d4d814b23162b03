//! Files for spreadsheet programs: the directory, and what a run did.

use std::collections::BTreeMap;

use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};

use super::members::Status;
use super::sync_changes::{ChangeDocument, ChangeKindName, change_filter};
use super::{Tag, id};
use crate::domain::directory::member::MemberStatus;
use crate::domain::directory::profile::ProfileField;
use crate::domain::id::{DepartmentId, RunId, TenantId};
use crate::domain::text::Language;
use crate::http::auth::Caller;
use crate::http::csv::{Sheet, push_row};
use crate::http::date_time::DateTime;
use crate::http::problem::Problem;
use crate::http::request::RequestInfo;
use crate::service::directory::{Directory, MemberQuery, Person};
use crate::service::sync::Synchroniser;

/// The operations that answer with a file.
pub(crate) struct ExportsApi {
    pub(super) directory: Directory,
    pub(super) sync: Synchroniser,
}

#[OpenApi]
impl ExportsApi {
    /// A tenant's people as a file
    ///
    /// CSV, with the same choices as the list. It is written down who took it.
    #[oai(
        path = "/tenants/:tenantId/members.csv",
        method = "get",
        operation_id = "exportMembers",
        tag = "Tag::Directory"
    )]
    #[expect(clippy::too_many_arguments, reason = "one argument a query parameter")]
    async fn members(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// Part of the name (also in pinyin), mobile number, username, userid, job number, title or mail address.
        q: Query<Option<String>>,
        /// Only members of this department.
        #[oai(name = "departmentId")]
        department: Query<Option<String>>,
        /// With `departmentId`: members of the departments below it, too.
        #[oai(name = "includeSubDepartments", default)]
        include_sub_departments: Query<bool>,
        /// Only members of this status.
        status: Query<Option<Status>>,
    ) -> Result<Sheet, Problem> {
        let department = department.0.map(|text| id(&text, "部门", "department")).transpose()?;
        let query = MemberQuery {
            q: q.0,
            department,
            include_sub_departments: include_sub_departments.0,
            status: status.0.map(MemberStatus::from),
        };
        let tenant = TenantId(tenant.0);
        let export = self.directory.export_members(&caller.0, tenant, query).await?;
        let name = format!("members-{}.csv", tenant.0);
        let head = head(&MEMBER_HEAD, info.language);
        let departments = export.departments;
        Ok(Sheet::of(&name, &head, export.pages, move |person, text| {
            push_row(text, &member_cells(&person, &departments));
        }))
    }

    /// What a run did, or would do, as a file
    ///
    /// CSV, one row for each field that changed, with the same choices as the list. It is written down who took it.
    #[oai(
        path = "/tenants/:tenantId/syncRuns/:runId/changes.csv",
        method = "get",
        operation_id = "exportSyncRunChanges",
        tag = "Tag::Sync"
    )]
    #[expect(clippy::too_many_arguments, reason = "one argument a query parameter")]
    async fn changes(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "runId")] run: Path<String>,
        /// Only this kind.
        kind: Query<Option<ChangeKindName>>,
        /// Only subjects whose name contains this.
        q: Query<Option<String>>,
        /// Only changes that name this field.
        field: Query<Option<String>>,
        /// Only this department, and members who came into it, were moved in it, or left it.
        #[oai(name = "departmentId")]
        department: Query<Option<String>>,
    ) -> Result<Sheet, Problem> {
        let run: RunId = id(&run.0, "同步记录", "sync run")?;
        let filter = change_filter(kind, [q, field, department])?;
        let pages = self.sync.export_changes(&caller.0, TenantId(tenant.0), run, filter).await?;
        let language = info.language;
        let name = format!("changes-{run}.csv");
        Ok(Sheet::of(&name, &head(&CHANGE_HEAD, language), pages, move |change, text| {
            push_change(text, &ChangeDocument::of(change, language));
        }))
    }
}

const MEMBER_HEAD: [(&str, &str); 18] = [
    ("姓名", "Name"),
    ("登录账号", "Username"),
    ("手机号", "Mobile"),
    ("邮箱", "Email"),
    ("企业邮箱", "Work email"),
    ("工号", "Job number"),
    ("职位", "Title"),
    ("分机号", "Telephone"),
    ("办公地点", "Place of work"),
    ("备注", "Remark"),
    ("入职日期", "Date of entry"),
    ("部门", "Departments"),
    ("状态", "Status"),
    ("角色", "Role"),
    ("钉钉 userid", "DingTalk userid"),
    ("成员 ID", "Member ID"),
    ("创建时间", "Created"),
    ("更新时间", "Updated"),
];

const CHANGE_HEAD: [(&str, &str); 11] = [
    ("类型", "Kind"),
    ("对象", "Subject"),
    ("字段", "Field"),
    ("变更前", "Before"),
    ("变更后", "After"),
    ("说明", "Note"),
    ("登录账号", "Username"),
    ("成员 ID", "Member ID"),
    ("钉钉 userid", "DingTalk userid"),
    ("部门 ID", "Department ID"),
    ("钉钉部门 ID", "DingTalk department ID"),
];

fn head(columns: &[(&'static str, &'static str)], language: Language) -> Vec<&'static str> {
    let name = |&(zh, en): &(&'static str, &'static str)| match language {
        Language::Zh => zh,
        Language::En => en,
    };
    columns.iter().map(name).collect()
}

fn member_cells(person: &Person, departments: &BTreeMap<DepartmentId, Box<str>>) -> [String; 18] {
    let member = &person.member;
    let field = |field| member.profile.get(field).unwrap_or_default().to_owned();
    let username = person.account.as_ref().and_then(|account| account.username.as_ref());
    let places = member.memberships.iter().filter_map(|place| {
        let name = departments.get(&place.department)?;
        Some(format!("{name}{}", if place.leader { "*" } else { "" }))
    });
    [
        field(ProfileField::Name),
        username.map(ToString::to_string).unwrap_or_default(),
        field(ProfileField::Mobile),
        field(ProfileField::Email),
        field(ProfileField::OrgEmail),
        field(ProfileField::JobNumber),
        field(ProfileField::Title),
        field(ProfileField::Telephone),
        field(ProfileField::WorkPlace),
        field(ProfileField::Remark),
        field(ProfileField::HiredOn),
        places.collect::<Vec<_>>().join("、"),
        member.status.name().to_owned(),
        member.role.name().to_owned(),
        member.binding.as_ref().map(|binding| binding.user_id.to_string()).unwrap_or_default(),
        member.id.to_string(),
        DateTime::from(member.created_at).to_string(),
        DateTime::from(member.updated_at).to_string(),
    ]
}

/// One row a field; a change without fields has one row.
fn push_change(text: &mut String, change: &ChangeDocument) {
    let or_empty = |cell: &Option<String>| cell.clone().unwrap_or_default();
    let dept_id = change.dingtalk_dept_id.map(|id| id.0.to_string());
    let mut row = |field: &str, before: &str, after: &str| {
        push_row(
            text,
            &[
                change.kind.name(),
                &change.name,
                field,
                before,
                after,
                &or_empty(&change.note),
                &or_empty(&change.username),
                &or_empty(&change.member_id),
                &or_empty(&change.dingtalk_user_id),
                &or_empty(&change.department_id),
                &or_empty(&dept_id),
            ],
        );
    };
    if change.fields.is_empty() {
        row("", "", "");
    }
    for field in &change.fields {
        row(&field.field, &or_empty(&field.before), &or_empty(&field.after));
    }
}
