//! A disk that is full, or fails, at every single write of a backup and of a restore: the error says so, nothing that
//! looks whole is half, the data stays as it was or is the backup's, and the next attempt succeeds on a well disk.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::super::disk::fault::{failing_after, writes_of};
use super::*;
use crate::store::tests::fixture::{account, member};

/// What the disk says: plain at every write, encrypted at those of the archive itself, since what comes before is the
/// same and opening an encrypted one takes its time.
const WAYS: [(ErrorKind, Option<&str>); 3] =
    [(ErrorKind::StorageFull, None), (ErrorKind::Other, None), (ErrorKind::StorageFull, Some("right"))];
/// The last writes, which are those of the archive.
const LAST: u64 = 16;
/// Fewer different failures would mean that the writes are not counted.
const FEWEST: u64 = 20;

/// Where to begin.
fn first(passphrase: Option<&str>, work: impl FnOnce()) -> u64 {
    if passphrase.is_some() { writes_of(work).saturating_sub(LAST) } else { 0 }
}

/// A store with a tenant of some people.
fn peopled() -> TestStore {
    let store = filled();
    store
        .write_blocking(|tx| {
            for place in 0..200_u128 {
                tx.accounts().put(&account(place + 1, None))?;
                tx.in_tenant(TenantId(1000)).members().put(&member(1000, place, id(place + 1)))?;
            }
            Ok(())
        })
        .unwrap();
    store
}

fn is_told(error: &BackupError, kind: ErrorKind) {
    // After the first failure the database only says that there was one.
    assert!(
        matches!(error, BackupError::Io(io) if [kind, ErrorKind::Other].contains(&io.kind())),
        "{error:?}"
    );
    assert!(error.text().en.contains("disk"), "{error}");
}

fn is_empty(directory: &Path) -> bool {
    fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_none())
}

#[test]
fn a_disk_that_fails_at_any_write_of_a_backup_costs_that_backup_alone() {
    for (kind, passphrase) in WAYS {
        let store = peopled();
        let shelf = shelf(&store);
        let secret = passphrase.map(Secret::new);
        let sound = |shelved: &Shelved| {
            verify(&shelf, &shelved.path, secret.as_ref(), &Progress::default()).unwrap().findings.is_empty()
        };
        let first = first(passphrase, || {
            store.back_up(&shelf, &request(1, passphrase), &Progress::default()).unwrap();
            shelf.remove(&shelf.list().unwrap()[0]).unwrap();
        });
        let mut failures = first;
        for writes in first.. {
            let wanted = request(u128::from(writes) * 2 + 1, passphrase);
            let made = failing_after(writes, kind, || store.back_up(&shelf, &wanted, &Progress::default()));
            let listed = shelf.list().unwrap();
            let Err(error) = made else {
                assert!(listed.len() == 1 && sound(&listed[0]), "{writes} writes: {listed:?}");
                break;
            };
            failures += 1;
            is_told(&error, kind);
            assert!(listed.is_empty(), "what is told as failed is there after {writes} writes: {listed:?}");
            let unfinished = default_shelf(store.directory.path()).join(".unfinished");
            assert!(!unfinished.exists() || is_empty(&unfinished), "something is left after {writes} writes");
            assert_eq!(store.check().unwrap(), vec![]);
            store.write_blocking(move |tx| tx.settings().put("after", &writes)).unwrap();

            let again = request(u128::from(writes) * 2 + 2, passphrase);
            store.back_up(&shelf, &again, &Progress::default()).unwrap();
            let listed = shelf.list().unwrap();
            assert!(listed.iter().any(|one| one.manifest.id == again.id) && listed.iter().all(&sound));
            listed.iter().for_each(|shelved| shelf.remove(shelved).unwrap());
        }
        assert!(failures > FEWEST, "only {failures} different failures were tried");
    }
}

/// Whether the data is the backup's (one tenant) rather than that of before (two); it must be one of them.
fn is_restored(data: &Path) -> bool {
    let store = reopen(data).unwrap();
    assert_eq!(store.check().unwrap(), vec![]);
    let people = store.read_blocking(|tx| Ok(tx.in_tenant(TenantId(1000)).members().all()?.len())).unwrap();
    assert!(has(&store, 1000) && people == 200);
    let restored = !has(&store, 1001);
    store.close();
    restored
}

/// A data directory with two tenants, its backup with one of them, and what opens that.
struct Prepared {
    directory: tempfile::TempDir,
    archive: PathBuf,
    passphrase: Option<Secret>,
}

impl Prepared {
    fn new(passphrase: Option<&str>) -> Self {
        let store = peopled();
        let shelf = shelf(&store);
        store.back_up(&shelf, &request(1, passphrase), &Progress::default()).unwrap();
        let archive = shelf.find(id(1)).unwrap().unwrap().path;
        store.write_blocking(|tx| tx.tenants().put(&tenant(1001, "BBBBBB"))).unwrap();
        Self { directory: store.into_directory(), archive, passphrase: passphrase.map(Secret::new) }
    }

    fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        for file in ["menpai.redb", "sealing.key"] {
            fs::copy(self.directory.path().join(file), copy.path().join(file)).unwrap();
        }
        copy
    }

    fn restore(&self, data: &Path) -> Result<(), BackupError> {
        restore(data, &self.archive, self.passphrase.as_ref(), false).map(drop)
    }

    /// As a running server does it.
    fn lay_ready(&self, data: &Path) -> Result<(), BackupError> {
        let request = RestoreRequest {
            path: self.archive.clone(),
            passphrase: self.passphrase.clone(),
            without_key: false,
            now: NOW,
            actor: Actor::Server,
            address: None,
        };
        lay_ready(data, &request, &Progress::default()).map(drop)
    }
}

/// Tries it on a fresh copy, failing after `first` writes, after one more, and so on, until it succeeds; `failed` looks at each failure.
fn at_every_write(
    prepared: &Prepared,
    kind: ErrorKind,
    first: u64,
    work: impl Fn(&Path) -> Result<(), BackupError>,
    mut failed: impl FnMut(&Path, u64),
) {
    for writes in first.. {
        let directory = prepared.copy();
        let data = directory.path();
        match failing_after(writes, kind, || work(data)) {
            Ok(()) => return assert!(is_restored(data)),
            Err(error) => is_told(&error, kind),
        }
        failed(data, writes);
        for left in ["restore.unfinished", "restore.ready"] {
            assert!(!data.join(left).exists(), "{left} is left after {writes} writes");
        }
    }
}

#[test]
fn a_disk_that_fails_at_any_write_of_a_restore_leaves_the_data_or_the_backup() {
    for (kind, passphrase) in WAYS {
        let prepared = Prepared::new(passphrase);
        let first = first(passphrase, || prepared.restore(prepared.copy().path()).unwrap());
        let (mut before, mut after) = (first, 0);
        at_every_write(
            &prepared,
            kind,
            first,
            |data| prepared.restore(data),
            |data, writes| {
                // Until it lies ready the data is untouched; from then on every opening finishes it.
                let was_ready = data.join("restore.ready").exists();
                let restored = is_restored(data);
                assert_eq!(restored, was_ready, "{writes} writes");
                if restored {
                    after += 1
                } else {
                    before += 1
                }
                prepared.restore(data).unwrap();
                assert!(is_restored(data), "it can be had again after {writes} writes");
            },
        );
        assert!(before > FEWEST && after > 0, "only {before} and {after} different failures were tried");
    }
}

/// A full disk while a running server read a backup through: it said "failed" and went on with its data. Had the
/// last of the writes failed alone, the next start would have put the backup in the place of everything since.
#[test]
fn a_restore_that_was_told_as_failed_never_comes_later() {
    let prepared = Prepared::new(None);
    let mut failures = 0;
    at_every_write(
        &prepared,
        ErrorKind::StorageFull,
        0,
        |data| prepared.lay_ready(data),
        |data, writes| {
            assert!(!is_restored(data), "it came although it had failed, after {writes} writes");
            failures += 1;
        },
    );
    assert!(failures > FEWEST, "only {failures} different failures were tried");
}
