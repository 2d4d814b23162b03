//! Opening a data directory: the lock, the sealing key, the database, and why each of them may be refused.
//!
//! Invariant: one process has the directory at a time, and nothing is made beside a database that lost its key.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use redb::Database;

use super::backup::{self, BackupError, Shelf};
use super::error::Error;
use super::migrate;
use super::seal::Sealer;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

const LOCK: &str = "menpai.lock";
pub(super) const DATABASE: &str = "menpai.redb";
pub(super) const KEY: &str = "sealing.key";

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct StoreOptions {
    /// How much memory the database may use for pages.
    pub cache_bytes: usize,
    /// Where the backup before an upgrade goes; `None` takes the usual place in the data directory.
    pub backup_directory: Option<PathBuf>,
    /// Encrypts that backup.
    pub backup_passphrase: Option<Secret>,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { cache_bytes: 64 << 20, backup_directory: None, backup_passphrase: None }
    }
}

/// Why a data directory could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// Another process has it.
    Locked,
    /// The directory or a file in it cannot be made, read or written.
    Directory(io::Error),
    /// There is a database, but not the key its secrets were sealed with.
    KeyMissing,
    /// The key file is not a key.
    KeyInvalid,
    /// A newer version of this program wrote the database.
    NewerSchema {
        /// The schema version of the file.
        found: u32,
        /// The newest one that this program knows.
        known: u32,
    },
    /// The database cannot be opened or brought up to date.
    Database(Error),
    /// A restore cannot be finished, or the backup that must come before an upgrade cannot be made.
    Backup(Box<BackupError>),
}

impl OpenError {
    /// What is wrong and what to do, for the operator.
    pub fn text(&self) -> Text {
        match self {
            Self::Locked => Text::new(
                format!(
                    "数据目录正被另一个进程使用（{LOCK} 已被锁定）；请先停止该进程，或为本进程指定另一个数据目录"
                ),
                format!(
                    "another process is using this data directory (it holds {LOCK}); stop that one first, or give this one a directory of its own"
                ),
            ),
            Self::Directory(error) => Text::new(
                format!("无法使用数据目录：{error}；请检查其权限与磁盘空间"),
                format!(
                    "the data directory cannot be used: {error}; check its permissions and the free space"
                ),
            ),
            Self::KeyMissing => Text::new(
                format!("数据库存在，但缺少其密钥文件 {KEY}；请从备份中恢复该文件，否则已保存的密钥无法解开"),
                format!(
                    "there is a database, but its key file {KEY} is missing; restore it from a backup: without it, the stored secrets cannot be opened"
                ),
            ),
            Self::KeyInvalid => Text::new(
                format!("密钥文件 {KEY} 已损坏（应为 32 字节）；请从备份中恢复该文件"),
                format!("the key file {KEY} is damaged (it must have 32 bytes); restore it from a backup"),
            ),
            Self::NewerSchema { found, known } => Text::new(
                format!(
                    "数据库由更新版本的 Menpai 写入（结构版本 {found}，本程序最高支持 {known}）；请使用该更新版本，或恢复升级前的备份"
                ),
                format!(
                    "a newer Menpai wrote this database (schema {found}, this program knows up to {known}); run that version, or restore the backup from before the upgrade"
                ),
            ),
            Self::Backup(error) => {
                let why = error.text();
                Text::new(
                    format!("启动前的备份或恢复步骤失败：{}；数据未被改动", why.zh),
                    format!(
                        "a backup or restore that must come before the start failed: {}; the data is as it was",
                        why.en
                    ),
                )
            }
            Self::Database(error) => {
                let cause = match error {
                    Error::Business(error) => error.detail.en.clone(),
                    Error::Storage(error) => error.to_string(),
                    Error::Corrupt { table, detail } => format!("{table}: {detail}"),
                };
                Text::new(
                    format!("无法打开数据库：{cause}；请检查磁盘，必要时恢复备份"),
                    format!(
                        "the database cannot be opened: {cause}; check the disk, and restore a backup if need be"
                    ),
                )
            }
        }
    }
}

impl std::fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = self.text();
        write!(formatter, "{} / {}", text.zh, text.en)
    }
}

impl std::error::Error for OpenError {}

impl<E: Into<Error>> From<E> for OpenError {
    fn from(error: E) -> Self {
        Self::Database(error.into())
    }
}

/// What an open data directory consists of.
pub(crate) struct Opened {
    pub(crate) database: Database,
    pub(crate) sealer: Sealer,
    /// Held as long as the store lives.
    pub(crate) lock: File,
}

/// Opens a data directory, and makes it when it is not there.
pub(crate) fn open(directory: &Path, options: &StoreOptions, now: Timestamp) -> Result<Opened, OpenError> {
    make_directory(directory).map_err(OpenError::Directory)?;
    let lock = lock_directory(directory)?;
    backup::finish_restore(directory).map_err(|error| OpenError::Backup(Box::new(error)))?;
    let path = directory.join(DATABASE);
    let is_new = !fs::exists(&path).map_err(OpenError::Directory)?;
    let sealer = Sealer::open(&directory.join(KEY), is_new)?;
    if is_new {
        for_the_owner().open(&path).map_err(OpenError::Directory)?;
    }
    let database = Database::builder()
        .set_cache_size(options.cache_bytes)
        .create(&path)
        .map_err(|error| OpenError::Database(redb::Error::from(error).into()))?;
    back_up_before_upgrade(&database, directory, options, now)
        .map_err(|error| OpenError::Backup(Box::new(error)))?;
    migrate::run(&database, now)?;
    Ok(Opened { database, sealer, lock })
}

/// For a file that is written and that only its owner (0600) may read, also in a directory that shows more.
pub(super) fn for_the_owner() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// An older database is brought to this program's schema only after it was put into a backup.
fn back_up_before_upgrade(
    database: &Database,
    directory: &Path,
    options: &StoreOptions,
    now: Timestamp,
) -> Result<(), BackupError> {
    let place = options.backup_directory.clone().unwrap_or_else(|| backup::default_shelf(directory));
    let shelf = Shelf::new(place);
    if let Err(error) = shelf.clear() {
        // A backup disk that is away must not keep the server from starting.
        tracing::warn!(backup.error = %error.text().en, "what an interrupted backup left cannot be cleared away");
    }
    let found = migrate::version(database)?;
    if found == 0 || found >= migrate::NEWEST {
        return Ok(());
    }
    backup::before_upgrade(database, directory, &shelf, options.backup_passphrase.clone(), now).map(drop)
}

pub(super) fn make_directory(directory: &Path) -> io::Result<()> {
    if fs::exists(directory)? {
        return Ok(());
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(directory)
}

/// Takes a data directory for this process alone, as long as the file lives.
pub(super) fn lock_directory(directory: &Path) -> Result<File, OpenError> {
    let path = directory.join(LOCK);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(OpenError::Directory)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked),
        Err(TryLockError::Error(error)) => Err(OpenError::Directory(error)),
    }
}
