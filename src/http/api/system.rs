//! The server as a whole.

use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};

use super::Tag;
use crate::domain::error::Error;
use crate::domain::setting::{Origin, ShownSetting};
use crate::domain::watch::RecentError;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::metrics::RequestMeter;
use crate::http::paging::Page;
use crate::http::problem::{ApiResult, Problem};
use crate::service::system::System;
use crate::service::watch::{BundleFile, Watch, archive};

pub(crate) struct SystemApi {
    pub(super) system: System,
    pub(super) watch: Watch,
    pub(super) meter: RequestMeter,
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
    /// What the operator decided: every setting, secrets hidden.
    settings: Vec<ServerSetting>,
}

/// A setting of the server. It is changed where it was set; `docs/CONFIGURATION.md` says what it does.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct ServerSetting {
    /// The name of its environment variable.
    name: String,
    /// Its value; left out while it is not set, `(hidden)` when it is a secret.
    value: Option<String>,
    /// Where the value came from; left out while it is not set.
    origin: Option<SettingOrigin>,
}

/// Where a setting's value came from; a later one rules over an earlier.
#[derive(Clone, Copy, Enum)]
#[oai(rename_all = "camelCase")]
enum SettingOrigin {
    /// The program's own.
    Default,
    /// The file of settings.
    File,
    /// An environment variable.
    Environment,
    /// The command line.
    Flag,
}

impl From<Origin> for SettingOrigin {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Default => Self::Default,
            Origin::File => Self::File,
            Origin::Environment => Self::Environment,
            Origin::Flag => Self::Flag,
        }
    }
}

impl From<&ShownSetting> for ServerSetting {
    fn from(setting: &ShownSetting) -> Self {
        let (value, origin) = setting.value.clone().unzip();
        Self { name: setting.name.to_owned(), value, origin: origin.map(Into::into) }
    }
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

/// Something that was logged as a warning or an error.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct LoggedError {
    /// When.
    at: DateTime,
    /// How bad it is.
    level: LogLevel,
    /// Which part of the program said it.
    source: String,
    /// What was said, with its fields; as the log, in English.
    message: String,
    /// The request in which it happened, when it was one.
    request_id: Option<String>,
}

/// How bad something is.
#[derive(Clone, Copy, Enum)]
#[oai(rename_all = "camelCase")]
enum LogLevel {
    /// Somebody should know.
    Warning,
    /// Something failed.
    Error,
}

impl From<RecentError> for LoggedError {
    fn from(error: RecentError) -> Self {
        Self {
            at: error.at.into(),
            level: if error.is_error { LogLevel::Error } else { LogLevel::Warning },
            source: error.source,
            message: error.message,
            request_id: error.request_id,
        }
    }
}

/// A support bundle.
#[derive(ApiResponse)]
enum Bundle {
    /// The files, as a tar.gz.
    #[oai(status = 200, content_type = "application/gzip")]
    TarGz(
        Binary<Vec<u8>>,
        /// The file's name.
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

#[OpenApi(prefix_path = "/system", tag = "Tag::Platform")]
impl SystemApi {
    /// What the server is and holds
    #[oai(path = "/", method = "get", operation_id = "getSystem")]
    async fn get(&self, caller: Caller) -> ApiResult<SystemState> {
        let facts = self.system.facts(&caller.0).await?;
        let settings = self.watch.settings(&caller.0)?;
        let size = |(name, rows): (&str, u64)| TableSize { name: name.to_owned(), rows: rows.to_string() };
        Ok(Json(SystemState {
            version: facts.version.to_owned(),
            now: facts.now.into(),
            tables: facts.tables.into_iter().map(size).collect(),
            settings: settings.iter().map(ServerSetting::from).collect(),
        }))
    }

    /// The last warnings and errors, the newest first
    ///
    /// At most 200, from memory: they are gone after a restart, the log is not.
    #[oai(path = "/errors", method = "get", operation_id = "listRecentErrors")]
    async fn errors(&self, caller: Caller) -> ApiResult<Page<LoggedError>> {
        let errors = self.watch.recent_errors(&caller.0)?;
        Ok(Json(Page { items: errors.into_iter().map(LoggedError::from).collect(), next_cursor: None }))
    }

    /// A support bundle
    ///
    /// Text files to read before they are sent: version, settings without secrets, health, numbers, last errors and
    /// runs. Nobody is named in it. It is written down who took it.
    #[oai(path = "/supportBundle", method = "get", operation_id = "downloadSupportBundle")]
    async fn support_bundle(&self, caller: Caller) -> Result<Bundle, Problem> {
        let mut files = self.watch.bundle(&caller.0).await?;
        let text = self.meter.text(&self.watch.measures().await?)?;
        files.push(BundleFile { name: "metrics.txt", text });
        let bytes = archive(&files, self.watch.context.ambient.now()).map_err(|error| {
            tracing::error!(%error, "a support bundle cannot be packed");
            Problem::from(Error::internal())
        })?;
        let name = "attachment; filename=\"menpai-support.tar.gz\"".to_owned();
        Ok(Bundle::TarGz(Binary(bytes), name))
    }
}
