//! The audit: who did what.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};

use super::Tag;
use crate::domain::access::role::Realm;
use crate::domain::audit::{Actor, AuditFilter};
use crate::domain::error::{Error, Result as Outcome};
use crate::domain::id::TenantId;
use crate::http::auth::Caller;
use crate::http::csv::{Sheet, push_row};
use crate::http::date_time::DateTime;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::{ApiResult, Problem};
use crate::service::audit_log::{AuditLog, AuditQuery};
use crate::service::audit_names::NamedEntry;

pub(crate) struct Audit {
    pub(super) audit_log: AuditLog,
}

/// One thing that was done.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct AuditEntry {
    /// Its number, from 1, without gaps.
    sequence: String,
    /// When.
    at: DateTime,
    /// What kind of actor did it.
    actor_kind: ActorKind,
    /// The account or API token.
    actor_id: Option<String>,
    /// The person's or token's name today; absent where there is none that the reader may see.
    actor_name: Option<String>,
    /// In which tenant; absent for the platform.
    tenant_id: Option<u32>,
    /// What, as `noun.verb`.
    action: String,
    /// To whom or what.
    subject: String,
    /// The name today of the person or token that `subject` is the id of.
    subject_name: Option<String>,
    /// What changed, one a line.
    detail: String,
    /// The client's address; absent for what the server did by itself.
    address: Option<String>,
}

/// Who can do something.
#[derive(Clone, Copy, Debug, Enum)]
#[oai(rename_all = "camelCase")]
pub(super) enum ActorKind {
    /// A person.
    Account,
    /// A program.
    ApiToken,
    /// The server itself.
    Server,
    /// Nobody signed in.
    Anonymous,
}

impl ActorKind {
    fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::ApiToken => "apiToken",
            Self::Server => "server",
            Self::Anonymous => "anonymous",
        }
    }
}

/// An actor's kind, and the id of an account or API token.
pub(super) fn named(actor: Actor) -> (ActorKind, Option<String>) {
    match actor {
        Actor::Account(id) => (ActorKind::Account, Some(id.to_string())),
        Actor::ApiToken(id) => (ActorKind::ApiToken, Some(id.to_string())),
        Actor::Server => (ActorKind::Server, None),
        Actor::Anonymous => (ActorKind::Anonymous, None),
    }
}

impl From<NamedEntry> for AuditEntry {
    fn from(NamedEntry { entry, actor, subject }: NamedEntry) -> Self {
        let (actor_kind, actor_id) = named(entry.event.actor);
        Self {
            sequence: entry.sequence.to_string(),
            at: entry.event.at.into(),
            actor_kind,
            actor_id,
            actor_name: actor,
            tenant_id: entry.event.tenant.map(|tenant| tenant.0),
            action: entry.event.action,
            subject: entry.event.subject,
            subject_name: subject,
            detail: entry.event.detail,
            address: entry.event.address.map(String::from),
        }
    }
}

/// The columns of an export; the same in every language, as programs read it, too.
const HEAD: [&str; 11] = [
    "sequence",
    "at",
    "actorKind",
    "actorId",
    "tenantId",
    "action",
    "subject",
    "detail",
    "address",
    "actorName",
    "subjectName",
];

/// What both lists and both files are asked for, by the parameters `actorId`, `action`, `subject`, `q`, and `since` and
/// `until`.
fn filter(
    texts: [Query<Option<String>>; 4],
    [since, until]: [Query<Option<DateTime>>; 2],
) -> Outcome<AuditFilter> {
    let [actor, action, subject, text] = texts.map(|text| text.0.filter(|text| !text.is_empty()));
    let actor = actor.map(|id| id.parse()).transpose();
    let actor = actor.map_err(|_| Error::invalid("actorId 不是有效的 ID", "actorId is not an id"))?;
    let [since, until] = [since, until].map(|moment| moment.0.map(|moment| moment.0));
    Ok(AuditFilter { actor, action, subject, since, until, text })
}

fn platform(Query(tenant): Query<Option<u32>>, filter: AuditFilter) -> AuditQuery {
    AuditQuery { realm: Realm::Platform, tenant: tenant.map(TenantId), filter }
}

fn of_tenant(tenant: TenantId, filter: AuditFilter) -> AuditQuery {
    AuditQuery { realm: Realm::Tenant(tenant), tenant: None, filter }
}

impl Audit {
    async fn page(
        &self,
        caller: &Caller,
        query: AuditQuery,
        asked: Option<u32>,
        from: Option<&str>,
    ) -> ApiResult<Page<AuditEntry>> {
        let page = self.audit_log.list(&caller.0, query, limit(asked), cursor(from)?).await?;
        Ok(Json(Page::of(page, AuditEntry::from)))
    }

    async fn sheet(&self, caller: &Caller, query: AuditQuery, name: &str) -> Result<Sheet, Problem> {
        let pages = self.audit_log.export(&caller.0, query).await?;
        Ok(Sheet::of(name, &HEAD, pages, |entry, text| push_row(text, &cells(entry))))
    }
}

fn cells(NamedEntry { entry, actor, subject }: NamedEntry) -> [String; 11] {
    let (kind, id) = named(entry.event.actor);
    [
        entry.sequence.to_string(),
        DateTime::from(entry.event.at).to_string(),
        kind.name().to_owned(),
        id.unwrap_or_default(),
        entry.event.tenant.map(|tenant| tenant.0.to_string()).unwrap_or_default(),
        entry.event.action,
        entry.event.subject,
        entry.event.detail,
        entry.event.address.map(String::from).unwrap_or_default(),
        actor.unwrap_or_default(),
        subject.unwrap_or_default(),
    ]
}

#[OpenApi(tag = "Tag::Platform")]
impl Audit {
    /// Who did what, the newest first
    ///
    /// A page can hold fewer entries than asked for while `nextCursor` says that there is more to search.
    #[oai(path = "/audit", method = "get", operation_id = "listAuditEntries")]
    #[expect(clippy::too_many_arguments, reason = "one argument a query parameter")]
    async fn list(
        &self,
        caller: Caller,
        /// Only what concerns this tenant.
        #[oai(name = "tenantId")]
        tenant: Query<Option<u32>>,
        /// Only what this account or API token did.
        #[oai(name = "actorId")]
        actor: Query<Option<String>>,
        /// Only this action (`member.change`), or every one of this noun (`member`).
        action: Query<Option<String>>,
        /// Only what was done to this: an id, whole.
        subject: Query<Option<String>>,
        /// Only from this moment on.
        since: Query<Option<DateTime>>,
        /// Only before this moment.
        until: Query<Option<DateTime>>,
        /// Contained in action, subject, detail or address.
        q: Query<Option<String>>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<AuditEntry>> {
        let filter = filter([actor, action, subject, q], [since, until])?;
        let query = platform(tenant, filter);
        self.page(&caller, query, asked.0, from.0.as_deref()).await
    }

    /// Who did what, as a file
    ///
    /// CSV, with the same choices as the list. It is written down who took it.
    #[oai(path = "/audit.csv", method = "get", operation_id = "exportAuditEntries")]
    #[expect(clippy::too_many_arguments, reason = "one argument a query parameter")]
    async fn export(
        &self,
        caller: Caller,
        /// Only what concerns this tenant.
        #[oai(name = "tenantId")]
        tenant: Query<Option<u32>>,
        /// Only what this account or API token did.
        #[oai(name = "actorId")]
        actor: Query<Option<String>>,
        /// Only this action (`member.change`), or every one of this noun (`member`).
        action: Query<Option<String>>,
        /// Only what was done to this: an id, whole.
        subject: Query<Option<String>>,
        /// Only from this moment on.
        since: Query<Option<DateTime>>,
        /// Only before this moment.
        until: Query<Option<DateTime>>,
        /// Contained in action, subject, detail or address.
        q: Query<Option<String>>,
    ) -> Result<Sheet, Problem> {
        let filter = filter([actor, action, subject, q], [since, until])?;
        self.sheet(&caller, platform(tenant, filter), "audit.csv").await
    }

    /// Who did what in a tenant, the newest first
    ///
    /// A page can hold fewer entries than asked for while `nextCursor` says that there is more to search.
    #[oai(path = "/tenants/:tenantId/audit", method = "get", operation_id = "listTenantAuditEntries")]
    #[expect(clippy::too_many_arguments, reason = "one argument a query parameter")]
    async fn list_of_tenant(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// Only what this account or API token did.
        #[oai(name = "actorId")]
        actor: Query<Option<String>>,
        /// Only this action (`member.change`), or every one of this noun (`member`).
        action: Query<Option<String>>,
        /// Only what was done to this: an id, whole.
        subject: Query<Option<String>>,
        /// Only from this moment on.
        since: Query<Option<DateTime>>,
        /// Only before this moment.
        until: Query<Option<DateTime>>,
        /// Contained in action, subject, detail or address.
        q: Query<Option<String>>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<AuditEntry>> {
        let filter = filter([actor, action, subject, q], [since, until])?;
        let query = of_tenant(TenantId(tenant.0), filter);
        self.page(&caller, query, asked.0, from.0.as_deref()).await
    }

    /// Who did what in a tenant, as a file
    ///
    /// CSV, with the same choices as the list. It is written down who took it.
    #[oai(path = "/tenants/:tenantId/audit.csv", method = "get", operation_id = "exportTenantAuditEntries")]
    #[expect(clippy::too_many_arguments, reason = "one argument a query parameter")]
    async fn export_of_tenant(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// Only what this account or API token did.
        #[oai(name = "actorId")]
        actor: Query<Option<String>>,
        /// Only this action (`member.change`), or every one of this noun (`member`).
        action: Query<Option<String>>,
        /// Only what was done to this: an id, whole.
        subject: Query<Option<String>>,
        /// Only from this moment on.
        since: Query<Option<DateTime>>,
        /// Only before this moment.
        until: Query<Option<DateTime>>,
        /// Contained in action, subject, detail or address.
        q: Query<Option<String>>,
    ) -> Result<Sheet, Problem> {
        let filter = filter([actor, action, subject, q], [since, until])?;
        let query = of_tenant(TenantId(tenant.0), filter);
        self.sheet(&caller, query, &format!("audit-{}.csv", tenant.0)).await
    }
}
