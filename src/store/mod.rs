//! The store: everything that outlives the process, in one redb file, and the only module that names redb.
//!
//! Owns transactions, keys, encoding, indexes and the sealing of secrets. Must not know rules of the business beyond
//! uniqueness, nor who asks. Invariant: whatever a closure given to [`Store::write`] did is on disk as a whole when
//! `write` returns `Ok`, and not at all otherwise.

mod access_revision;
mod accounts;
mod api_tokens;
mod api_usage;
mod audit;
pub mod backup;
mod bulk;
mod bundle;
mod check;
mod codec;
mod conflicts;
mod departments;
mod dingtalk_apps;
mod directory_revision;
mod doctor;
mod earlier_messages;
mod error;
mod events;
mod jobs;
mod key;
mod member_history;
mod member_list;
mod members;
mod messages;
mod migrate;
mod open;
mod outlived;
mod row;
mod schema;
mod seal;
mod search;
mod sessions;
mod settings;
mod snapshot;
mod space;
mod sync_changes;
mod sync_runs;
mod tenant;
mod tenants;
#[cfg(test)]
mod tests;
mod tx;
mod webhooks;

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};

use redb::Database;
use tokio::time::{Duration, Instant};

pub use self::accounts::Accounts;
pub use self::api_tokens::ApiTokens;
pub use self::audit::Audit;
pub use self::bundle::Bundle;
pub use self::check::Finding;
pub use self::conflicts::Conflicts;
pub use self::departments::Departments;
pub use self::dingtalk_apps::DingTalkAppOf;
pub use self::doctor::DoctorReportOf;
pub use self::error::{Error, Result};
pub use self::events::Events;
pub use self::jobs::Jobs;
pub use self::member_list::MemberFilter;
pub use self::members::Members;
pub use self::messages::{Batches, Idempotency, IdempotentRequest, Messages, Recipients};
pub use self::open::{OpenError, StoreOptions};
pub use self::outlived::Outlived;
pub use self::row::Prepared;
pub use self::search::PublicSearch;
pub use self::sessions::Sessions;
pub use self::settings::Settings;
pub use self::space::Space;
pub use self::sync_changes::{EncodedChange, Lines, SyncChanges, encode_change};
pub use self::sync_runs::SyncRuns;
pub use self::tenant::{InTenant, TenantRead, TenantWrite};
pub use self::tenants::Tenants;
pub use self::tx::{ReadTx, Reading, Tx, WriteTx, Writing};

use self::access_revision::AccessRevision;
use self::schema::Table;
use self::seal::Sealer;
use self::search::Search;
use self::snapshot::Latest;
use crate::domain::error::{Error as BusinessError, ErrorCode, Result as BusinessResult};
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

/// How often a store that is to be released is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// The open data directory. Cheap to clone; all clones are one store.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    /// Dropped before the database, as its reader.
    latest: Latest,
    database: Database,
    sealer: Sealer,
    search: Search,
    access_revision: AccessRevision,
    /// Set when a commit failed: whether it landed is unknown until the file is opened again.
    failed: AtomicBool,
    directory: PathBuf,
    /// Kept locked as long as the store lives; dropped after the database.
    _lock: File,
}

/// How much the store holds.
#[derive(Clone, Debug)]
pub struct Stats {
    /// Rows by table, in the order of the schema.
    pub tables: Vec<(&'static str, u64)>,
    /// The schema version of the file.
    pub schema_version: u32,
}

impl Store {
    /// Opens a data directory; makes it (0700), its sealing key and its database when there is nothing yet.
    pub fn open(
        directory: &Path,
        options: &StoreOptions,
        now: Timestamp,
    ) -> std::result::Result<Self, OpenError> {
        let opened = open::open(directory, options, now)?;
        Ok(Self {
            inner: Arc::new(Inner {
                latest: Latest::default(),
                database: opened.database,
                sealer: opened.sealer,
                search: Search::default(),
                access_revision: AccessRevision::default(),
                failed: AtomicBool::new(false),
                directory: directory.to_owned(),
                _lock: opened.lock,
            }),
        })
    }

    /// Reads one snapshot of the whole database on a thread of its own.
    pub async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&ReadTx<'_>) -> Result<T> + Send + 'static,
    ) -> BusinessResult<T> {
        let store = self.clone();
        blocking(move || store.read_blocking(work)).await
    }

    /// Writes on a thread of its own: all that `work` did, or nothing when it fails. Waits for other writers.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> BusinessResult<T> {
        let store = self.clone();
        blocking(move || store.write_blocking(work)).await
    }

    /// [`Store::read`] on the caller's own thread, for a few rows under known keys: they are found in a few microseconds,
    /// while handing the work to another thread and back takes tens of them. Never for a list or a scan.
    pub fn point_read<T>(&self, work: impl FnOnce(&ReadTx<'_>) -> Result<T>) -> BusinessResult<T> {
        self.read_blocking(work)
    }

    /// [`Store::read`] for a thread that may block.
    pub fn read_blocking<T>(&self, work: impl FnOnce(&ReadTx<'_>) -> Result<T>) -> BusinessResult<T> {
        self.inner.read(work).map_err(Error::into_business)
    }

    /// [`Store::write`] for a thread that may block.
    pub fn write_blocking<T>(&self, work: impl FnOnce(&WriteTx<'_>) -> Result<T>) -> BusinessResult<T> {
        self.inner.write(work).map_err(Error::into_business)
    }

    /// Whether a commit failed: nothing more is written, and the process should end so that the file is opened anew.
    pub fn has_failed(&self) -> bool {
        self.inner.failed.load(Ordering::Acquire)
    }

    /// A number that moves with every commit to sessions, API tokens, accounts, members or tenants, before that write
    /// returns. Asked before a snapshot is taken, it tells how long what the snapshot said of a token holds.
    pub fn access_revision(&self) -> u64 {
        self.inner.access_revision.get()
    }

    /// The data directory.
    pub fn directory(&self) -> &Path {
        &self.inner.directory
    }

    /// The length of the database file, in bytes.
    pub fn file_bytes(&self) -> std::io::Result<u64> {
        Ok(std::fs::metadata(self.inner.directory.join(open::DATABASE))?.len())
    }

    /// Seals a secret; it opens again only in the same context (`tenant/1000/dingtalk`).
    pub fn seal(&self, secret: &Secret, context: &str) -> BusinessResult<Vec<u8>> {
        self.inner.sealer.seal(secret, context).ok_or_else(|| {
            tracing::error!(store.context = context, "a secret could not be sealed: no random bytes");
            BusinessError::internal()
        })
    }

    /// Opens a sealed secret.
    pub fn unseal(&self, sealed: &[u8], context: &str) -> BusinessResult<Secret> {
        self.inner.sealer.unseal(sealed, context).ok_or_else(|| {
            tracing::error!(
                store.context = context,
                "a sealed secret does not open: another key, or changed bytes"
            );
            BusinessError::internal()
        })
    }

    /// Recomputes every index, every counter and the audit's chain; what differs is named, nothing is repaired.
    pub fn check(&self) -> BusinessResult<Vec<Finding>> {
        self.read_blocking(check::check)
    }

    /// How much the store holds.
    pub fn stats(&self) -> BusinessResult<Stats> {
        self.read_blocking(|tx| {
            let tables = Table::ALL.into_iter().map(|table| Ok((table.name(), tx.len(table)?)));
            let schema_version = tx.value(Table::Meta, &migrate::version_key())?.unwrap_or(migrate::NEWEST);
            Ok(Stats { tables: tables.collect::<Result<_>>()?, schema_version })
        })
    }

    /// Tells when this store and all its clones are gone.
    pub fn released(&self) -> Released {
        Released(Arc::downgrade(&self.inner))
    }

    /// Closes the database, when this is the last clone; otherwise the last one does.
    pub fn close(self) {
        let closed = Arc::into_inner(self.inner).map(|inner| {
            drop(inner.latest);
            inner.database.close()
        });
        if let Some(Err(error)) = closed {
            tracing::error!(store.error = %error, "the database was not closed cleanly; the next start repairs it");
        }
    }
}

/// Knows when the last clone of a store is gone, so that its directory can be opened anew.
#[derive(Debug)]
pub struct Released(Weak<Inner>);

impl Released {
    /// Waits until nobody holds the store any more, at most so long; gives back whether that is so.
    pub async fn within(&self, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        while self.0.strong_count() > 0 {
            if Instant::now() >= end {
                return false;
            }
            tokio::time::sleep(LOOK).await;
        }
        true
    }
}

impl Inner {
    fn read<T>(&self, work: impl FnOnce(&ReadTx<'_>) -> Result<T>) -> Result<T> {
        let commits_before = self.search.commits();
        let snapshot = self.latest.get(&self.database)?;
        work(&ReadTx::reading(&snapshot, &self.search, commits_before))
    }

    fn write<T>(&self, work: impl FnOnce(&WriteTx<'_>) -> Result<T>) -> Result<T> {
        if self.failed.load(Ordering::Acquire) {
            return Err(failed().into());
        }
        let transaction = self.database.begin_write()?;
        let tx = WriteTx::writing(&transaction);
        let done = work(&tx)?;
        let moves_access = tx.moves_access();
        let touched = tx.settle()?;
        let committed = transaction.commit();
        self.latest.forget();
        if moves_access {
            self.access_revision.advance();
        }
        committed.inspect_err(|_| self.failed.store(true, Ordering::Release))?;
        // The commit stands whatever becomes of the search index, which drops what it cannot refresh.
        let refreshed = self.search.refresh(touched, |read| self.read(read));
        if let Err(error) = refreshed {
            error.into_business();
        }
        Ok(done)
    }
}

fn failed() -> BusinessError {
    BusinessError::new(
        ErrorCode::Unavailable,
        "数据库写入失败，服务需要重启；请检查磁盘空间与健康状况",
        "the database failed while writing and the server must restart; check the disk's space and health",
    )
}

/// Runs work on a thread that may block, inside the caller's span.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> BusinessResult<T> + Send + 'static,
) -> BusinessResult<T> {
    let span = tracing::Span::current();
    match tokio::task::spawn_blocking(move || span.in_scope(work)).await {
        Ok(done) => done,
        Err(error) => {
            tracing::error!(store.error = %error, "work on the database did not end");
            Err(BusinessError::internal())
        }
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Store")
    }
}
