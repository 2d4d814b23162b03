//! The server as a whole.

use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::problem::ApiResult;
use crate::service::system::System;

pub(crate) struct SystemApi {
    pub(super) system: System,
}

/// The server.
#[derive(Object)]
#[oai(rename = "System", rename_all = "camelCase")]
struct SystemState {
    /// The program's version.
    version: String,
    /// The time as the server sees it; DingTalk refuses calls when it is far off.
    now: DateTime,
    /// How much is stored.
    tables: Vec<TableSize>,
}

/// How much a table holds.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct TableSize {
    /// The table.
    name: String,
    /// Its rows.
    rows: String,
}

#[OpenApi(prefix_path = "/system", tag = "Tag::Platform")]
impl SystemApi {
    /// What the server is and holds
    #[oai(path = "/", method = "get", operation_id = "getSystem")]
    async fn get(&self, caller: Caller) -> ApiResult<SystemState> {
        let facts = self.system.facts(&caller.0).await?;
        let size = |(name, rows): (&str, u64)| TableSize { name: name.to_owned(), rows: rows.to_string() };
        Ok(Json(SystemState {
            version: facts.version.to_owned(),
            now: facts.now.into(),
            tables: facts.tables.into_iter().map(size).collect(),
        }))
    }
}
