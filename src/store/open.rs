//! Opening a data directory: the lock, the sealing key, the database, and why each of them may be refused.
//!
//! Invariant: one process has the directory at a time, and nothing is made beside a database that lost its key.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use redb::Database;

use super::error::Error;
use super::migrate;
use super::seal::Sealer;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

const LOCK: &str = "menpai.lock";
const DATABASE: &str = "menpai.redb";
const KEY: &str = "sealing.key";

/// How a store is opened.
#[derive(Clone, Copy, Debug)]
pub struct StoreOptions {
    /// How much memory the database may use for pages.
    pub cache_bytes: usize,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self { cache_bytes: 40 << 20 }
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
    let lock = lock(&directory.join(LOCK))?;
    let path = directory.join(DATABASE);
    let is_new = !fs::exists(&path).map_err(OpenError::Directory)?;
    let sealer = Sealer::open(&directory.join(KEY), is_new)?;
    let database = Database::builder()
        .set_cache_size(options.cache_bytes)
        .create(&path)
        .map_err(|error| OpenError::Database(redb::Error::from(error).into()))?;
    migrate::run(&database, now)?;
    Ok(Opened { database, sealer, lock })
}

fn make_directory(directory: &Path) -> io::Result<()> {
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

fn lock(path: &Path) -> Result<File, OpenError> {
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
