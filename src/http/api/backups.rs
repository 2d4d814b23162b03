//! Backups: making one, looking at them, reading one through, taking one away.

use poem::Body;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};

use super::schedule::ScheduleDocument;
use super::{Done, Tag, id};
use crate::domain::backup::{self, BackupPlan};
use crate::domain::error;
use crate::domain::id::BackupId;
use crate::domain::text::Language;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::{ApiResult, Problem};
use crate::http::request::RequestInfo;
use crate::service::backups::{self, BackupState, Backups};

pub(crate) struct BackupsApi {
    pub(super) backups: Backups,
}

/// A backup, or an attempt at one.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct Backup {
    /// Its id.
    id: String,
    /// How it is.
    status: BackupStatus,
    /// The moment of its snapshot; of one that is not there yet, when it was asked for.
    created_at: DateTime,
    /// Why it was made.
    reason: Option<BackupReason>,
    /// The file's length.
    bytes: Option<String>,
    /// Whether it is encrypted; then it carries the sealing key.
    encrypted: Option<bool>,
    /// The program that made it.
    app_version: Option<String>,
    /// The schema version of the database inside.
    schema_version: Option<u32>,
    /// Names the key that its secrets were sealed with.
    sealing_key_id: Option<String>,
    /// The SHA-256 of the database inside.
    database_sha256: Option<String>,
    /// Rows in it; while it is being made, those copied so far.
    rows: Option<String>,
    /// While it is being made: the rows there are.
    rows_total: Option<String>,
    /// Why it could not be made.
    error: Option<String>,
}

/// How a backup is.
#[derive(Clone, Copy, Enum)]
#[oai(rename_all = "camelCase")]
enum BackupStatus {
    /// It will be made.
    Queued,
    /// It is being made.
    Running,
    /// It was made and read back.
    Succeeded,
    /// It could not be made.
    Failed,
}

/// Why a backup was made.
#[derive(Clone, Copy, Enum)]
#[oai(rename_all = "camelCase")]
enum BackupReason {
    /// Somebody asked for it.
    Asked,
    /// It was due.
    Schedule,
    /// The database was about to be brought to a newer schema.
    Upgrade,
}

impl Backup {
    fn of(backup: backups::Backup, language: Language) -> Self {
        let mut document = Self {
            id: backup.id.to_string(),
            status: BackupStatus::Queued,
            created_at: backup.at.into(),
            reason: None,
            bytes: None,
            encrypted: None,
            app_version: None,
            schema_version: None,
            sealing_key_id: None,
            database_sha256: None,
            rows: None,
            rows_total: None,
            error: None,
        };
        match backup.state {
            BackupState::Queued => {}
            BackupState::Running { rows, of } => {
                document.status = BackupStatus::Running;
                document.rows = Some(rows.to_string());
                document.rows_total = Some(of.to_string());
            }
            BackupState::Kept { manifest, bytes } => {
                document.status = BackupStatus::Succeeded;
                document.reason = Some(match manifest.reason {
                    backup::Reason::Asked => BackupReason::Asked,
                    backup::Reason::Schedule => BackupReason::Schedule,
                    backup::Reason::Upgrade => BackupReason::Upgrade,
                });
                document.bytes = Some(bytes.to_string());
                document.encrypted = Some(manifest.encryption.is_some());
                document.app_version = Some(manifest.app_version);
                document.schema_version = Some(manifest.schema_version);
                document.sealing_key_id = Some(manifest.sealing_key_id);
                document.database_sha256 = Some(manifest.database_sha256);
                document.rows = Some(manifest.tables.values().sum::<u64>().to_string());
            }
            BackupState::Failed(why) => {
                document.status = BackupStatus::Failed;
                document.error = Some(why.get(language).to_owned());
            }
        }
        document
    }
}

/// What reading a backup through found.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct BackupVerification {
    /// Whether it is whole and every index agrees with its rows.
    sound: bool,
    /// What is wrong, in English, for a report.
    findings: Vec<String>,
}

/// When backups are made by themselves, and how many of those are kept.
#[derive(Object)]
#[oai(rename = "BackupPlan", deny_unknown_fields, rename_all = "camelCase")]
struct PlanDocument {
    /// When.
    schedule: ScheduleDocument,
    /// How many of the schedule's own are kept, 1 to 365; others are never taken away by themselves.
    keep: u32,
}

impl From<BackupPlan> for PlanDocument {
    fn from(plan: BackupPlan) -> Self {
        Self { schedule: (&plan.schedule).into(), keep: plan.keep }
    }
}

/// An archive.
#[derive(ApiResponse)]
enum Archive {
    /// The file: a tar with `manifest.json` and the database.
    #[oai(status = 200, content_type = "application/x-tar")]
    Tar(
        Binary<Body>,
        /// The file's name.
        #[oai(header = "Content-Disposition")]
        String,
        /// The file's length.
        #[oai(header = "Content-Length")]
        u64,
    ),
}

/// It will be made.
#[derive(ApiResponse)]
enum Asked {
    /// It will be made; ask again for how far it is.
    #[oai(status = 202)]
    Accepted(Json<Backup>),
}

pub(super) fn backup_id(text: &str) -> error::Result<BackupId> {
    id(text, "备份", "backup")
}

#[OpenApi(tag = "Tag::Platform")]
impl BackupsApi {
    /// Backups, the newest first
    ///
    /// Also one that is being made, and the last attempt that failed.
    #[oai(path = "/backups", method = "get", operation_id = "listBackups")]
    async fn list(
        &self,
        caller: Caller,
        info: RequestInfo,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<Backup>> {
        let page = self.backups.list(&caller.0, limit(asked.0), cursor(from.0.as_deref())?).await?;
        Ok(Json(Page::of(page, |backup| Backup::of(backup, info.language))))
    }

    /// Make a backup now
    ///
    /// Requests go on meanwhile. It is encrypted when the server has a passphrase for backups.
    #[oai(path = "/backups", method = "post", operation_id = "createBackup")]
    async fn create(&self, caller: Caller, info: RequestInfo) -> Result<Asked, Problem> {
        let backup = self.backups.request(&caller.0).await?;
        Ok(Asked::Accepted(Json(Backup::of(backup, info.language))))
    }

    /// When backups are made by themselves
    #[oai(path = "/backups/plan", method = "get", operation_id = "getBackupPlan")]
    async fn plan(&self, caller: Caller) -> ApiResult<PlanDocument> {
        Ok(Json(self.backups.plan(&caller.0).await?.into()))
    }

    /// Set when backups are made by themselves
    #[oai(path = "/backups/plan", method = "put", operation_id = "setBackupPlan")]
    async fn set_plan(&self, caller: Caller, plan: JsonBody<PlanDocument>) -> ApiResult<PlanDocument> {
        let plan = BackupPlan { schedule: plan.0.schedule.try_into()?, keep: plan.0.keep };
        Ok(Json(self.backups.set_plan(&caller.0, plan).await?.into()))
    }

    /// One backup
    #[oai(path = "/backups/:backupId", method = "get", operation_id = "getBackup")]
    async fn get(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "backupId")] backup: Path<String>,
    ) -> ApiResult<Backup> {
        let backup = self.backups.get(&caller.0, backup_id(&backup.0)?).await?;
        Ok(Json(Backup::of(backup, info.language)))
    }

    /// A backup's file
    ///
    /// It holds everything this server knows. It is written down who took it.
    #[oai(path = "/backups/:backupId/content", method = "get", operation_id = "downloadBackup")]
    async fn content(
        &self,
        caller: Caller,
        #[oai(name = "backupId")] backup: Path<String>,
    ) -> Result<Archive, Problem> {
        let (file, name, bytes) = self.backups.open(&caller.0, backup_id(&backup.0)?).await?;
        let body = Binary(Body::from_async_read(file));
        Ok(Archive::Tar(body, format!("attachment; filename=\"{name}\""), bytes))
    }

    /// Read a backup through
    ///
    /// Opens it as a restore would: its seal, its hash, the number of rows, every index.
    #[oai(path = "/backups/:backupId/verify", method = "post", operation_id = "verifyBackup")]
    async fn verify(
        &self,
        caller: Caller,
        #[oai(name = "backupId")] backup: Path<String>,
    ) -> ApiResult<BackupVerification> {
        let findings = self.backups.verify(&caller.0, backup_id(&backup.0)?).await?;
        Ok(Json(BackupVerification { sound: findings.is_empty(), findings }))
    }

    /// Take a backup away for good
    #[oai(path = "/backups/:backupId", method = "delete", operation_id = "deleteBackup")]
    async fn remove(
        &self,
        caller: Caller,
        #[oai(name = "backupId")] backup: Path<String>,
    ) -> Result<Done, Problem> {
        self.backups.remove(&caller.0, backup_id(&backup.0)?).await?;
        Ok(Done::Done)
    }
}
