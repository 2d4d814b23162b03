//! Putting a backup in the place of the server's data, and bringing one from elsewhere.

use poem::Body;
use poem_openapi::param::Path;
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};

use super::Tag;
use super::backups::backup_id;
use crate::domain::backup::RestoreNote;
use crate::domain::error::Error;
use crate::domain::secret::Secret;
use crate::domain::text::Language;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::problem::{ApiResult, Problem};
use crate::http::request::RequestInfo;
use crate::service::backups::{Backups, RestoreState, RestoreTerms};

pub(crate) struct RestoresApi {
    pub(super) backups: Backups,
}

/// On which terms a backup is restored.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct RestoreBackup {
    /// Must be `true`: everything that this server holds is replaced by the backup.
    replace_data: bool,
    /// Opens an encrypted backup, when the server's own passphrase does not.
    passphrase: Option<JsonString>,
    /// Restore although the sealing key is lost: every Client Secret must be entered again.
    without_key: Option<bool>,
}

/// How the restoring of a backup is.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct Restore {
    /// How it is.
    status: RestoreStatus,
    /// The backup.
    backup_id: Option<String>,
    /// While it is read: bytes of its database that were read.
    bytes: Option<String>,
    /// While it is read: the bytes there are.
    bytes_total: Option<String>,
    /// Why it could not be restored.
    error: Option<String>,
    /// While nothing is being restored: where this data came from, if it came out of a backup.
    last: Option<LastRestore>,
}

/// Where this server's data came from.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct LastRestore {
    /// The backup.
    backup_id: String,
    /// The moment of its snapshot.
    snapshot_at: DateTime,
    /// When it was restored.
    restored_at: DateTime,
}

/// How the restoring of a backup is.
#[derive(Clone, Copy, Enum)]
#[oai(rename_all = "camelCase")]
enum RestoreStatus {
    /// Nothing is being restored.
    None,
    /// The backup is read through; the server goes on with its data.
    Reading,
    /// The server starts anew with the backup's data: expect refused connections for a moment, and then to sign in
    /// with a session or a password of the backup.
    Restarting,
    /// It could not be restored; the data is as it was.
    Failed,
}

impl From<RestoreNote> for LastRestore {
    fn from(note: RestoreNote) -> Self {
        let (snapshot_at, restored_at) = (note.snapshot_at.into(), note.asked_at.into());
        Self { backup_id: note.backup.to_string(), snapshot_at, restored_at }
    }
}

impl Restore {
    fn of(state: RestoreState, language: Language) -> Self {
        let new = |status| Self {
            status,
            backup_id: None,
            bytes: None,
            bytes_total: None,
            error: None,
            last: None,
        };
        match state {
            RestoreState::Idle(last) => {
                Self { last: last.map(LastRestore::from), ..new(RestoreStatus::None) }
            }
            RestoreState::Reading { backup, bytes, of } => Self {
                backup_id: Some(backup.to_string()),
                bytes: Some(bytes.to_string()),
                bytes_total: Some(of.to_string()),
                ..new(RestoreStatus::Reading)
            },
            RestoreState::Restarting(backup) => {
                Self { backup_id: Some(backup.to_string()), ..new(RestoreStatus::Restarting) }
            }
            RestoreState::Failed { backup, why } => Self {
                backup_id: Some(backup.to_string()),
                error: Some(why.get(language).to_owned()),
                ..new(RestoreStatus::Failed)
            },
        }
    }
}

/// It began.
#[derive(ApiResponse)]
enum Begun {
    /// The backup is read through; ask `getRestore` how far it is.
    #[oai(status = 202)]
    Accepted(Json<Restore>),
}

/// It is on the shelf.
#[derive(ApiResponse)]
enum Uploaded {
    /// The backup is among the others.
    #[oai(status = 201)]
    Created(Json<UploadedBackup>),
}

/// A backup that was brought from elsewhere.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct UploadedBackup {
    /// Its id.
    id: String,
}

#[OpenApi(tag = "Tag::Platform")]
impl RestoresApi {
    /// Put a backup in the place of this server's data
    ///
    /// The backup is read through first; when it is damaged, of a newer schema, or does not open, nothing happens.
    /// Then the server starts anew with it, by itself. What is replaced is kept in the data directory. Sessions, API
    /// tokens and passwords are those of the backup, also those that were revoked since.
    #[oai(path = "/backups/:backupId/restore", method = "post", operation_id = "restoreBackup")]
    async fn restore(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "backupId")] backup: Path<String>,
        body: JsonBody<RestoreBackup>,
    ) -> Result<Begun, Problem> {
        let RestoreBackup { replace_data, passphrase, without_key } = body.0;
        if !replace_data {
            caller.0.require_platform()?;
            return Err(unconfirmed().into());
        }
        let passphrase = passphrase.map(|passphrase| Secret::new(passphrase.0));
        let terms = RestoreTerms { passphrase, without_key: without_key.unwrap_or_default() };
        let state = self.backups.restore(&caller.0, backup_id(&backup.0)?, terms).await?;
        Ok(Begun::Accepted(Json(Restore::of(state, info.language))))
    }

    /// How the restoring of a backup is
    #[oai(path = "/backups/restore", method = "get", operation_id = "getRestore")]
    async fn state(&self, caller: Caller, info: RequestInfo) -> ApiResult<Restore> {
        Ok(Json(Restore::of(self.backups.restore_state(&caller.0).await?, info.language)))
    }

    /// Bring a backup from elsewhere
    ///
    /// The body is the archive, as `downloadBackup` gives it. It is put among the others when it is one of this
    /// program's and not of a newer schema; it is never taken away by the schedule.
    #[oai(path = "/backups/uploads", method = "post", operation_id = "uploadBackup")]
    async fn upload(&self, caller: Caller, archive: Binary<Body>) -> Result<Uploaded, Problem> {
        let id = self.backups.upload(&caller.0, archive.0.into_async_read()).await?;
        Ok(Uploaded::Created(Json(UploadedBackup { id: id.to_string() })))
    }
}

fn unconfirmed() -> Error {
    Error::invalid(
        "恢复会替换本服务器的全部数据；确认后请将 replaceData 设为 true",
        "restoring replaces everything that this server holds; confirm it with replaceData: true",
    )
}
