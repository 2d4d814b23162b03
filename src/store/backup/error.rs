//! Why a backup cannot be made, read or restored, for the operator.

use std::io;

use crate::domain::error::{Error as BusinessError, ErrorCode};
use crate::domain::text::Text;
use crate::store::OpenError;
use crate::store::error::Error;

/// What can go wrong with a backup.
#[derive(Debug)]
pub enum BackupError {
    /// A file cannot be made, read or written.
    Io(io::Error),
    /// The database cannot be read or copied.
    Database(Error),
    /// Too little room on the disk, in bytes.
    NoSpace {
        /// What it takes.
        needed: u64,
        /// What there is.
        free: u64,
    },
    /// The file is not a backup of ours, or not whole; in words.
    Damaged(String),
    /// It is encrypted and no passphrase is set.
    PassphraseMissing,
    /// It does not open with the passphrase that is set.
    PassphraseWrong,
    /// A newer program made it.
    Newer {
        /// The schema version of the backup.
        found: u32,
        /// The newest one that this program knows.
        known: u32,
    },
    /// The key its secrets were sealed with is neither in it nor in the data directory.
    KeyMissing,
    /// The data directory cannot be taken.
    Directory(Box<OpenError>),
    /// The server stops, or the one who waited went away.
    Stopped,
}

impl BackupError {
    pub(super) fn damaged(detail: impl Into<String>) -> Self {
        Self::Damaged(detail.into())
    }

    /// What is wrong and what to do.
    pub fn text(&self) -> Text {
        match self {
            Self::Io(error) => Text::new(
                format!("备份文件读写失败（{}）；请检查磁盘空间与目录权限", error.kind()),
                format!(
                    "a backup's file cannot be read or written ({}); check the disk's space and the directory's permissions",
                    error.kind()
                ),
            ),
            Self::Database(_) => Text::new(
                "读取或复制数据库失败；原因见日志，请运行 menpai check",
                "the database cannot be read or copied; the log tells why; run menpai check",
            ),
            Self::NoSpace { needed, free } => {
                let (needed, free) = (needed >> 20, free >> 20);
                Text::new(
                    format!("磁盘空间不足：需要约 {needed} MiB，剩余 {free} MiB；请清理磁盘或删除旧备份"),
                    format!(
                        "the disk has too little room: about {needed} MiB are needed, {free} MiB are free; make room, or delete old backups"
                    ),
                )
            }
            Self::Damaged(detail) => Text::new(
                format!("备份文件不完整或已损坏（{detail}）；请改用另一个备份"),
                format!("the backup is damaged or not whole ({detail}); use another one"),
            ),
            Self::PassphraseMissing => Text::new(
                "备份已加密，请通过 MENPAI_BACKUP_PASSPHRASE_FILE 提供口令",
                "the backup is encrypted; name its passphrase's file with MENPAI_BACKUP_PASSPHRASE_FILE",
            ),
            Self::PassphraseWrong => Text::new(
                "备份口令不正确，或备份内容被改动过",
                "the passphrase is not the one of this backup, or its content was changed",
            ),
            Self::Newer { found, known } => Text::new(
                format!(
                    "备份由更新版本的 Menpai 生成（结构版本 {found}，本程序最高支持 {known}）；请使用该更新版本"
                ),
                format!(
                    "a newer Menpai made this backup (schema {found}, this program knows up to {known}); use that version"
                ),
            ),
            Self::KeyMissing => Text::new(
                "备份中不含密钥，数据目录里也没有与之对应的 sealing.key；请先将原密钥文件放回数据目录，或加 --without-key（之后须重新填写每个钉钉应用的 Client Secret）",
                "the backup carries no sealing key and the data directory has not the one it needs; put the original sealing.key there first, or add --without-key (then every DingTalk application's Client Secret must be entered again)",
            ),
            Self::Directory(error) => error.text(),
            Self::Stopped => Text::new("备份已中止", "the backup was stopped"),
        }
    }

    /// As the rest of the program sees it; a cause inside is logged here, once.
    pub fn into_business(self) -> BusinessError {
        let text = self.text();
        let code = match self {
            Self::NoSpace { .. } | Self::Stopped => ErrorCode::Unavailable,
            Self::Io(error) => {
                tracing::error!(backup.error = %error, "a backup's file cannot be read or written");
                ErrorCode::Unavailable
            }
            Self::Database(error) => {
                error.into_business();
                ErrorCode::Unavailable
            }
            _ => ErrorCode::BackupUnusable,
        };
        BusinessError { code, detail: text, retry_after: None }
    }
}

impl std::fmt::Display for BackupError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.text();
        write!(formatter, "{}\n{}", text.en, text.zh)
    }
}

impl std::error::Error for BackupError {}

impl From<io::Error> for BackupError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<redb::Error> for BackupError {
    /// A disk that is full or fails is told as such, whether the database or we were writing.
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::Io(error) => Self::Io(error),
            redb::Error::PreviousIo => Self::Io(io::Error::other("an earlier write failed")),
            other => Self::Database(other.into()),
        }
    }
}

impl From<Error> for BackupError {
    fn from(error: Error) -> Self {
        match error {
            Error::Storage(error) => Self::from(*error),
            other => Self::Database(other),
        }
    }
}

impl From<OpenError> for BackupError {
    fn from(error: OpenError) -> Self {
        Self::Directory(Box::new(error))
    }
}
