//! The audit: who did what.

use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};

use super::Tag;
use crate::domain::audit::{self, Actor};
use crate::domain::id::TenantId;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::ApiResult;
use crate::service::system::System;

pub(crate) struct Audit {
    pub(super) system: System,
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
    /// In which tenant; absent for the platform.
    tenant_id: Option<u32>,
    /// What, as `noun.verb`.
    action: String,
    /// To whom or what.
    subject: String,
    /// What changed, one a line.
    detail: String,
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

/// An actor's kind, and the id of an account or API token.
pub(super) fn named(actor: Actor) -> (ActorKind, Option<String>) {
    match actor {
        Actor::Account(id) => (ActorKind::Account, Some(id.to_string())),
        Actor::ApiToken(id) => (ActorKind::ApiToken, Some(id.to_string())),
        Actor::Server => (ActorKind::Server, None),
        Actor::Anonymous => (ActorKind::Anonymous, None),
    }
}

impl From<audit::AuditEntry> for AuditEntry {
    fn from(entry: audit::AuditEntry) -> Self {
        let (actor_kind, actor_id) = named(entry.event.actor);
        Self {
            sequence: entry.sequence.to_string(),
            at: entry.event.at.into(),
            actor_kind,
            actor_id,
            tenant_id: entry.event.tenant.map(|tenant| tenant.0),
            action: entry.event.action,
            subject: entry.event.subject,
            detail: entry.event.detail,
        }
    }
}

#[OpenApi(prefix_path = "/audit", tag = "Tag::Platform")]
impl Audit {
    /// Who did what, the newest first
    #[oai(path = "/", method = "get", operation_id = "listAuditEntries")]
    async fn list(
        &self,
        caller: Caller,
        /// Only what concerns this tenant.
        #[oai(name = "tenantId")]
        tenant: Query<Option<u32>>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<AuditEntry>> {
        let (tenant, from) = (tenant.0.map(TenantId), cursor(from.0.as_deref())?);
        let page = self.system.audit(&caller.0, tenant, limit(asked.0), from).await?;
        Ok(Json(Page::of(page, AuditEntry::from)))
    }
}
