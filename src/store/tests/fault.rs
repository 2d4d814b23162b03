//! A disk that is full, or fails, at every single write of a run: the error is clear, what was acknowledged is there
//! afterwards, what was not is there as a whole or not at all, and the store goes on once the disk is well again.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use redb::backends::FileBackend;
use redb::{Database, StorageBackend};

use super::fixture::{NOW, TestStore, account, id, member, tenant};
use crate::domain::error::ErrorCode;
use crate::domain::id::TenantId;
use crate::store::access_revision::AccessRevision;
use crate::store::seal::Sealer;
use crate::store::search::Search;
use crate::store::snapshot::Latest;
use crate::store::{Inner, Store, StoreOptions};

/// A file that fails from a chosen write on.
#[derive(Debug)]
struct FaultyDisk {
    file: FileBackend,
    /// Writes until the first failure; below zero from then on.
    left: Arc<AtomicI64>,
    kind: io::ErrorKind,
}

impl FaultyDisk {
    fn turn(&self) -> io::Result<()> {
        if self.left.fetch_sub(1, Ordering::SeqCst) > 0 { Ok(()) } else { Err(self.kind.into()) }
    }
}

impl StorageBackend for FaultyDisk {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.turn()?;
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.turn()?;
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.turn()?;
        self.file.write(offset, data)
    }
}

/// The store over a database that was opened in another way.
fn over(directory: &Path, database: Database) -> Store {
    let sealer = Sealer::open(&directory.join("sealing.key"), false).unwrap();
    Store {
        inner: Arc::new(Inner {
            latest: Latest::default(),
            database,
            sealer,
            search: Search::default(),
            access_revision: AccessRevision::default(),
            failed: AtomicBool::new(false),
            directory: directory.to_owned(),
            _lock: File::open(directory.join("menpai.redb")).unwrap(),
        }),
    }
}

/// Three commits of some size; gives how many were acknowledged, and the code of what stopped the rest.
fn work(store: &Store) -> (u32, Option<ErrorCode>) {
    for round in 0..3_u32 {
        let done = store.write_blocking(move |tx| {
            let number = 1000 + round;
            tx.tenants().put(&tenant(number, &format!("{number:06}")))?;
            for place in 0..40_u128 {
                let person = u128::from(number) * 100 + place;
                tx.accounts().put(&account(person, None))?;
                tx.in_tenant(TenantId(number)).members().put(&member(number, place, id(person)))?;
            }
            Ok(())
        });
        if let Err(error) = done {
            // Whatever comes after a failed commit is refused, not half done.
            let after = store.write_blocking(|tx| tx.settings().put("after", &1)).unwrap_err();
            assert!(matches!(after.code, ErrorCode::Unavailable | ErrorCode::Internal), "{after}");
            return (round, Some(error.code));
        }
    }
    (3, None)
}

#[test]
fn a_disk_that_fails_at_any_write_loses_nothing_that_was_acknowledged() {
    let prepared = TestStore::new().into_directory();
    for kind in [io::ErrorKind::StorageFull, io::ErrorKind::Other] {
        let mut failures = 0;
        for writes in 0.. {
            let directory = tempfile::tempdir().unwrap();
            for file in ["menpai.redb", "sealing.key"] {
                fs::copy(prepared.path().join(file), directory.path().join(file)).unwrap();
            }
            let path = directory.path().join("menpai.redb");
            let file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
            let left = Arc::new(AtomicI64::new(i64::MAX));
            let disk = FaultyDisk { file: FileBackend::new(file).unwrap(), left: Arc::clone(&left), kind };
            let database = Database::builder().create_with_backend(disk).unwrap();
            let store = over(directory.path(), database);
            left.store(writes, Ordering::SeqCst);
            let (acknowledged, stopped) = work(&store);
            if let Some(code) = stopped {
                failures += 1;
                assert!(matches!(code, ErrorCode::Unavailable | ErrorCode::Internal), "{code}");
                let readable = store.read_blocking(|tx| tx.tenants().get(TenantId::PLATFORM));
                assert!(readable.is_ok_and(|platform| platform.is_some()), "reading goes on");
            }
            drop(store);

            // The disk is well again, the process starts anew.
            let store = Store::open(directory.path(), &StoreOptions::default(), NOW).unwrap();
            assert_eq!(store.check().unwrap(), vec![], "after {writes} writes");
            let there = |number: u32| {
                let people = move |tx: &crate::store::ReadTx<'_>| {
                    let people = tx.in_tenant(TenantId(number)).members().all()?.len();
                    Ok((tx.tenants().get(TenantId(number))?.is_some(), people))
                };
                store.read_blocking(people).unwrap()
            };
            for round in 0..3 {
                let (tenant, people) = there(1000 + round);
                assert!(tenant || round >= acknowledged, "round {round} was acknowledged, {writes} writes");
                assert_eq!(people, if tenant { 40 } else { 0 }, "half a commit, {writes} writes");
            }
            work(&store);
            assert_eq!(there(1002), (true, 40), "it goes on");
            store.close();
            if stopped.is_none() {
                break;
            }
        }
        assert!(failures > 20, "only {failures} different failures were tried");
    }
}
