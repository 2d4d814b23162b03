//! The server as a whole: whether it can serve, and what it is.

use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, Result};
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

    /// What the server is. For platform administrators.
    pub async fn facts(&self, principal: &Principal) -> Result<SystemFacts> {
        principal.require_platform()?;
        let store = self.context.store.clone();
        let stats =
            tokio::task::spawn_blocking(move || store.stats()).await.map_err(|_| Error::internal())??;
        Ok(SystemFacts {
            version: env!("CARGO_PKG_VERSION"),
            now: self.context.ambient.now(),
            tables: stats.tables,
        })
    }
}
