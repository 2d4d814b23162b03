//! The server as a whole: whether it can serve, and what it is.

use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::time::Timestamp;
use crate::service::Context;

/// Questions about the server itself.
#[derive(Clone)]
pub struct System {
    context: Context,
}

/// What an administrator is told about the server.
#[derive(Clone, Debug)]
pub struct SystemFacts {
    /// The program's version.
    pub version: &'static str,
    /// The time as the server sees it; DingTalk refuses calls when it is far off.
    pub now: Timestamp,
    /// Rows by table, in the order of the schema.
    pub tables: Vec<(&'static str, u64)>,
}

impl System {
    /// Questions about the server over this store.
    pub fn new(context: Context) -> Self {
        Self { context }
    }

    /// Whether the store answers and may still be written.
    pub async fn is_ready(&self) -> bool {
        let answers =
            self.context.store.read(|tx| tx.tenants().get(crate::domain::id::TenantId::PLATFORM)).await;
        !self.context.store.has_failed() && matches!(answers, Ok(Some(_)))
    }

    /// What the server is. For platform administrators.
    pub fn facts(&self, principal: &Principal) -> Result<SystemFacts> {
        principal.require_platform()?;
        let tables = self.context.store.stats()?.tables;
        Ok(SystemFacts { version: env!("CARGO_PKG_VERSION"), now: self.context.ambient.now(), tables })
    }
}
