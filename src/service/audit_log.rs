//! Reading the audit: page by page, and as a whole for a file.
//!
//! Invariant: whoever administers one tenant reads of that tenant only; an export is written down before it begins.

use futures_util::stream::{self, BoxStream, StreamExt};

use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::access::role::Realm;
use crate::domain::audit::AuditFilter;
use crate::domain::error::Result;
use crate::domain::id::TenantId;
use crate::domain::page::{Limit, Page};
use crate::service::Context;
use crate::service::audit::Record;
use crate::service::audit_names::{NamedEntry, named};
use crate::store::{self, ReadTx};

/// What of the audit is asked for.
#[derive(Clone, Debug)]
pub struct AuditQuery {
    /// In whose name it is asked for: all of it, or a tenant's part.
    pub realm: Realm,
    /// For the platform: only what concerns this tenant.
    pub tenant: Option<TenantId>,
    /// Which events.
    pub filter: AuditFilter,
}

/// The use cases of reading the audit.
#[derive(Clone)]
pub struct AuditLog {
    context: Context,
}

impl AuditLog {
    /// The audit over this store.
    pub fn new(context: Context) -> Self {
        Self { context }
    }

    /// A page, the newest first. It can hold fewer entries than asked for, or none, and still have a next page.
    pub async fn list(
        &self,
        principal: &Principal,
        query: AuditQuery,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<NamedEntry>> {
        match query.realm {
            Realm::Platform => principal.require_platform()?,
            Realm::Tenant(tenant) => principal.require(Permission::AdministerTenant, tenant)?,
        }
        let AuditQuery { realm, tenant, filter } = query;
        // Who may see every tenant sees every name, also where a tenant's part is read.
        let reader = if principal.require_platform().is_ok() { Realm::Platform } else { realm };
        let tenant = realm.tenant().or(tenant);
        let read = move |tx: &ReadTx<'_>| {
            let page = tx.audit().list(tenant, &filter, limit, cursor.as_deref())?;
            let items =
                page.items.into_iter().map(|entry| named(tx, reader, entry)).collect::<store::Result<_>>()?;
            Ok(Page { items, next: page.next })
        };
        self.context.store.read(read).await
    }

    /// Everything that the query finds, page by page.
    pub async fn export(
        &self,
        principal: &Principal,
        query: AuditQuery,
    ) -> Result<BoxStream<'static, Result<Vec<NamedEntry>>>> {
        // Asks for the permission as each page does, and tells a bad question before the file begins.
        self.list(principal, query.clone(), Limit::new(Some(1)), None).await?;
        let tenant = query.realm.tenant();
        let record = Record::by(principal, self.context.ambient.now(), tenant, "audit.export");
        self.context.store.write(move |tx| record.write(tx)).await?;
        let reader = (self.clone(), principal.clone(), query);
        let pages = stream::try_unfold(Some((reader, None)), move |state| async move {
            let Some((reader, cursor)) = state else { return Ok(None) };
            let (log, principal, query) = &reader;
            let page = log.list(principal, query.clone(), Limit::new(Some(Limit::MAX)), cursor).await?;
            Ok(Some((page.items, page.next.map(|next| (reader, Some(next))))))
        });
        Ok(pages.boxed())
    }
}
