//! A tenant as one of its members sees it: the own place, the colleagues, the received messages.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};

use super::{Tag, id};
use crate::domain::directory::department::Department;
use crate::domain::directory::profile::ProfileField;
use crate::domain::directory::visibility::ColleagueScope;
use crate::domain::id::TenantId;
use crate::domain::messaging::content::Content;
use crate::domain::messaging::message::Message;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::ApiResult;
use crate::service::colleagues::{self, Colleagues};

pub(crate) struct MyTenantApi {
    pub(super) colleagues: Colleagues,
}

/// My own place in a tenant. Fields that nothing is known of are absent.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct MyMembership {
    /// The tenant's number.
    tenant_id: u32,
    /// The tenant's name.
    tenant_name: String,
    /// My member row.
    member_id: String,
    /// My name here.
    name: String,
    /// My mobile number as this tenant knows it.
    mobile: Option<String>,
    /// My mail address, the enterprise's first.
    email: Option<String>,
    /// My job number.
    job_number: Option<String>,
    /// My position.
    title: Option<String>,
    /// My departments.
    departments: Vec<MyDepartment>,
    /// Which colleagues I may see.
    colleagues: VisibleColleagues,
}

/// A department of mine.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct MyDepartment {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Whether I head it.
    leader: bool,
}

/// Which colleagues members may see.
#[derive(Clone, Copy, Enum)]
#[oai(rename_all = "camelCase")]
pub(super) enum VisibleColleagues {
    /// Everybody of the tenant.
    Everyone,
    /// Those who share a department.
    OwnDepartments,
    /// Nobody.
    Nobody,
}

/// A department as members see it.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct VisibleDepartment {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
}

/// One level of the departments that members may see.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct VisibleDepartments {
    /// From the top down to the department that was asked for; empty at the top.
    trail: Vec<VisibleDepartment>,
    /// The departments directly below it, in their order.
    items: Vec<VisibleDepartment>,
}

/// A colleague, as far as the tenant shows people to each other.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct Colleague {
    /// The member's id.
    id: String,
    /// The name.
    name: String,
    /// The position.
    title: Option<String>,
    /// The mail address that the enterprise gave.
    email: Option<String>,
    /// The mobile number, where the tenant shows it.
    mobile: Option<String>,
    /// The departments, as far as they may be seen.
    departments: Vec<VisibleDepartment>,
}

/// A message that reached me.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct ReceivedMessage {
    /// Its id.
    id: String,
    /// When it was sent.
    sent_at: DateTime,
    /// Its title, where it has one.
    title: Option<String>,
    /// What it says.
    text: Option<String>,
    /// Where it leads: an address of the web.
    url: Option<String>,
    /// What was sent with it, to be looked at in DingTalk.
    attachment: Option<Attachment>,
}

/// What cannot be shown outside of DingTalk.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "ReceivedAttachment", rename_all = "camelCase")]
enum Attachment {
    /// A picture.
    Image,
    /// A recording.
    Voice,
    /// A file.
    File,
}

impl From<ColleagueScope> for VisibleColleagues {
    fn from(scope: ColleagueScope) -> Self {
        match scope {
            ColleagueScope::Everyone => Self::Everyone,
            ColleagueScope::OwnDepartments => Self::OwnDepartments,
            ColleagueScope::Nobody => Self::Nobody,
        }
    }
}

impl From<VisibleColleagues> for ColleagueScope {
    fn from(visible: VisibleColleagues) -> Self {
        match visible {
            VisibleColleagues::Everyone => Self::Everyone,
            VisibleColleagues::OwnDepartments => Self::OwnDepartments,
            VisibleColleagues::Nobody => Self::Nobody,
        }
    }
}

impl From<Department> for VisibleDepartment {
    fn from(department: Department) -> Self {
        Self { id: department.id.to_string(), name: department.name }
    }
}

impl From<colleagues::Membership> for MyMembership {
    fn from(own: colleagues::Membership) -> Self {
        let colleagues::Membership { tenant, member, departments } = own;
        let field = |field| member.profile.get(field).map(str::to_owned);
        let heads = |department: &Department| {
            member.memberships.iter().any(|place| place.department == department.id && place.leader)
        };
        Self {
            tenant_id: tenant.id.0,
            tenant_name: tenant.name,
            member_id: member.id.to_string(),
            name: member.profile.name().to_owned(),
            mobile: field(ProfileField::Mobile),
            email: field(ProfileField::OrgEmail).or_else(|| field(ProfileField::Email)),
            job_number: field(ProfileField::JobNumber),
            title: field(ProfileField::Title),
            departments: departments
                .into_iter()
                .map(|department| MyDepartment {
                    leader: heads(&department),
                    id: department.id.to_string(),
                    name: department.name,
                })
                .collect(),
            colleagues: tenant.settings.visibility.colleagues.into(),
        }
    }
}

impl From<colleagues::Colleague> for Colleague {
    fn from(colleague: colleagues::Colleague) -> Self {
        let colleagues::Colleague { member, departments, mobile } = colleague;
        let field = |field| member.profile.get(field).map(str::to_owned);
        Self {
            id: member.id.to_string(),
            name: member.profile.name().to_owned(),
            title: field(ProfileField::Title),
            email: field(ProfileField::OrgEmail),
            mobile: field(ProfileField::Mobile).filter(|_| mobile),
            departments: departments.into_iter().map(VisibleDepartment::from).collect(),
        }
    }
}

#[OpenApi(tag = "Tag::Portal")]
impl MyTenantApi {
    /// Who am I in this tenant
    #[oai(path = "/me/tenants/:tenantId", method = "get", operation_id = "getMyMembership")]
    async fn myself(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
    ) -> ApiResult<MyMembership> {
        Ok(Json(self.colleagues.myself(&caller.0, TenantId(tenant.0)).await?.into()))
    }

    /// The departments of my tenant, level by level
    ///
    /// As far as the tenant shows its people to each other.
    #[oai(
        path = "/me/tenants/:tenantId/departments",
        method = "get",
        operation_id = "listVisibleDepartments"
    )]
    async fn departments(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// What is directly below this one; the tops when absent.
        #[oai(name = "parentId")]
        parent: Query<Option<String>>,
    ) -> ApiResult<VisibleDepartments> {
        let parent = parent.0.map(|text| id(&text, "部门", "department")).transpose()?;
        let level = self.colleagues.departments(&caller.0, TenantId(tenant.0), parent).await?;
        let shown =
            |departments: Vec<Department>| departments.into_iter().map(VisibleDepartment::from).collect();
        Ok(Json(VisibleDepartments { trail: shown(level.trail), items: shown(level.items) }))
    }

    /// My colleagues
    ///
    /// As far as the tenant shows its people to each other, with their public fields.
    #[oai(path = "/me/tenants/:tenantId/colleagues", method = "get", operation_id = "listColleagues")]
    async fn list(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// Part of the name (also in pinyin) or the position; of the mobile number, where the tenant shows it.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// Only people of this department.
        #[oai(name = "departmentId")]
        department: Query<Option<String>>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<Colleague>> {
        let department = department.0.map(|text| id(&text, "部门", "department")).transpose()?;
        let (limit, from) = (limit(asked.0), cursor(from.0.as_deref())?);
        let page = self.colleagues.list(&caller.0, TenantId(tenant.0), q.0, department, limit, from).await?;
        Ok(Json(Page::of(page, Colleague::from)))
    }

    /// The messages that reached me
    ///
    /// The newest first. A page can be empty and still have a next one: messages to others are passed over.
    #[oai(path = "/me/tenants/:tenantId/messages", method = "get", operation_id = "listReceivedMessages")]
    async fn messages(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<ReceivedMessage>> {
        let (limit, from) = (limit(asked.0), cursor(from.0.as_deref())?);
        let page = self.colleagues.messages(&caller.0, TenantId(tenant.0), limit, from).await?;
        Ok(Json(Page::of(page, ReceivedMessage::from)))
    }
}

/// What of a message is read here; its layout is DingTalk's.
impl From<Message> for ReceivedMessage {
    fn from(message: Message) -> Self {
        let plain = Self {
            id: message.id.to_string(),
            sent_at: message.created_at.into(),
            title: None,
            text: None,
            url: None,
            attachment: None,
        };
        match message.content {
            Content::Text(text) => Self { text: Some(text), ..plain },
            Content::Markdown { title, text } => Self { title: Some(title), text: Some(text), ..plain },
            Content::Link { title, text, url, .. } => {
                Self { title: Some(title), text: Some(text), url: web(url), ..plain }
            }
            Content::ActionCard(card) => Self {
                title: Some(card.title),
                text: Some(card.markdown),
                url: card.buttons.into_iter().find_map(|button| web(button.url)),
                ..plain
            },
            Content::Oa(oa) | Content::OaWithStatus { oa, .. } => {
                let rows = oa.rows.iter().map(|(key, value)| format!("{key} {value}"));
                let lines: Vec<String> = rows.chain(oa.text).collect();
                let text = (!lines.is_empty()).then(|| lines.join("\n"));
                Self { title: oa.title, text, url: web(oa.url), ..plain }
            }
            Content::Image { .. } => Self { attachment: Some(Attachment::Image), ..plain },
            Content::Voice { .. } => Self { attachment: Some(Attachment::Voice), ..plain },
            Content::File { .. } => Self { attachment: Some(Attachment::File), ..plain },
        }
    }
}

/// The address, when a browser can open it; DingTalk's own links lead nowhere outside of it.
fn web(url: String) -> Option<String> {
    let start = url.get(..8).unwrap_or(&url).to_ascii_lowercase();
    (start.starts_with("http://") || start.starts_with("https://")).then_some(url)
}
