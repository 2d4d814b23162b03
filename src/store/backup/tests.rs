//! Backups that are made, read, damaged and restored.

mod faults;

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;

use super::cipher::ArchiveKey;
use super::*;
use crate::domain::audit::Actor;
use crate::domain::id::TenantId;
use crate::store::tests::fixture::{NOW, TestStore, id, tenant};
use crate::store::{OpenError, StoreOptions};

fn shelf(store: &TestStore) -> Shelf {
    Shelf::new(default_shelf(store.directory.path()))
}

fn request(number: u128, passphrase: Option<&str>) -> BackupRequest {
    BackupRequest { id: id(number), reason: Reason::Asked, now: NOW, passphrase: passphrase.map(Secret::new) }
}

/// A restore as the command line asks for it.
fn restore(
    data: &Path,
    path: &Path,
    passphrase: Option<&Secret>,
    without_key: bool,
) -> Result<Restored, BackupError> {
    let request = RestoreRequest {
        path: path.to_owned(),
        passphrase: passphrase.cloned(),
        without_key,
        now: NOW,
        actor: Actor::Server,
        address: None,
    };
    super::restore(data, &request)
}

fn filled() -> TestStore {
    let store = TestStore::new();
    store.write_blocking(|tx| tx.tenants().put(&tenant(1000, "AAAAAA"))).unwrap();
    store
}

fn has(store: &Store, number: u32) -> bool {
    store.read_blocking(move |tx| tx.tenants().get(TenantId(number))).unwrap().is_some()
}

fn reopen(directory: &Path) -> Result<Store, OpenError> {
    Store::open(directory, &StoreOptions::default(), NOW)
}

#[test]
fn a_backup_is_the_snapshot_and_comes_back() {
    for passphrase in [None, Some("correct horse battery")] {
        let store = filled();
        let shelf = shelf(&store);
        let sealed = store.seal(&Secret::new("s3cret"), "tenant/1000/dingtalk").unwrap();
        let manifest = store.back_up(&shelf, &request(1, passphrase), &Progress::default()).unwrap();
        assert_eq!(manifest.encryption.is_some(), passphrase.is_some());
        assert_eq!(manifest.tables["tenants"], 2);
        store.write_blocking(|tx| tx.tenants().put(&tenant(1001, "BBBBBB"))).unwrap();
        let shelved = shelf.find(id(1)).unwrap().unwrap();
        assert_eq!(shelved.manifest, manifest);
        let secret = passphrase.map(Secret::new);
        let verified = verify(&shelf, &shelved.path, secret.as_ref(), &Progress::default()).unwrap();
        assert!(verified.findings.is_empty());

        let busy = restore(store.directory.path(), &shelved.path, secret.as_ref(), false).unwrap_err();
        assert!(matches!(busy, BackupError::Directory(error) if matches!(*error, OpenError::Locked)));
        let directory = store.into_directory();
        let restored = restore(directory.path(), &shelved.path, secret.as_ref(), false).unwrap();
        assert!(!restored.lost_secrets);
        let store = reopen(directory.path()).unwrap();
        assert!(has(&store, 1000) && !has(&store, 1001));
        assert_eq!(store.unseal(&sealed, "tenant/1000/dingtalk").unwrap(), Secret::new("s3cret"));
        assert!(store.check().unwrap().is_empty());
        let aside = restored.aside.unwrap();
        store.close();
        assert!(has(&reopen(&aside).unwrap(), 1001), "what was replaced is whole");
        assert!(!default_shelf(directory.path()).join(".unfinished").join("x").exists());
    }
}

#[test]
fn two_may_read_backups_through_at_once() {
    let store = filled();
    let shelf = shelf(&store);
    store.back_up(&shelf, &request(1, None), &Progress::default()).unwrap();
    let path = shelf.find(id(1)).unwrap().unwrap().path;
    let other = shelf.reading_place().unwrap();
    fs::write(other.path().join("copy.redb"), "half read").unwrap();
    assert!(verify(&shelf, &path, None, &Progress::default()).unwrap().findings.is_empty());
    assert_eq!(fs::read(other.path().join("copy.redb")).unwrap(), b"half read");
}

#[test]
fn an_encrypted_backup_carries_the_key_and_a_plain_one_does_not() {
    let store = filled();
    let shelf = shelf(&store);
    store.back_up(&shelf, &request(1, None), &Progress::default()).unwrap();
    store.back_up(&shelf, &request(2, Some("correct horse")), &Progress::default()).unwrap();
    let key = fs::read(store.directory.path().join("sealing.key")).unwrap();
    let [sealed, plain] = [2, 1].map(|number| shelf.find(id(number)).unwrap().unwrap().path);
    for path in [&sealed, &plain] {
        let bytes = fs::read(path).unwrap();
        assert!(!bytes.windows(32).any(|window| window == key), "the key lies open in an archive");
    }
    let elsewhere = tempfile::tempdir().unwrap();
    let passphrase = Secret::new("correct horse");
    restore(elsewhere.path(), &sealed, Some(&passphrase), false).unwrap();
    assert_eq!(fs::read(elsewhere.path().join("sealing.key")).unwrap(), key);

    let elsewhere = tempfile::tempdir().unwrap();
    let refused = restore(elsewhere.path(), &plain, None, false).unwrap_err();
    assert!(matches!(refused, BackupError::KeyMissing));
    assert!(restore(elsewhere.path(), &plain, None, true).unwrap().lost_secrets);
    assert!(has(&reopen(elsewhere.path()).unwrap(), 1000));
}

#[test]
fn the_passphrase_must_be_right() {
    let store = filled();
    let shelf = shelf(&store);
    store.back_up(&shelf, &request(1, Some("right")), &Progress::default()).unwrap();
    let path = shelf.find(id(1)).unwrap().unwrap().path;
    let open = |passphrase: Option<Secret>| {
        verify(&shelf, &path, passphrase.as_ref(), &Progress::default()).unwrap_err()
    };
    assert!(matches!(open(None), BackupError::PassphraseMissing));
    assert!(matches!(open(Some(Secret::new("wrong"))), BackupError::PassphraseWrong));
}

#[test]
fn whatever_is_cut_off_or_changed_is_refused_and_the_data_stays() {
    for passphrase in [None, Some(Secret::new("right"))] {
        let store = filled();
        let shelf = shelf(&store);
        let request = BackupRequest { passphrase: passphrase.clone(), ..request(1, None) };
        store.back_up(&shelf, &request, &Progress::default()).unwrap();
        let path = shelf.find(id(1)).unwrap().unwrap().path;
        let whole = fs::read(&path).unwrap();
        let directory = store.into_directory();
        let broken = directory.path().join("broken.tar");
        let try_it = |bytes: &[u8]| {
            fs::write(&broken, bytes).unwrap();
            restore(directory.path(), &broken, passphrase.as_ref(), false)
        };
        for step in 0..24 {
            // The last 1,600 bytes hold little but the zeros at a tar's end.
            let place = (whole.len() - 1600) * step / 24;
            assert!(try_it(&whole[..place]).is_err(), "cut at {place}");
            let mut changed = whole.clone();
            changed[place] ^= 0x10;
            if let Ok(restored) = try_it(&changed) {
                // A flipped bit in the padding between entries, or in the manifest's version, changes nothing that is used.
                assert_eq!(restored.manifest.tables["tenants"], 2, "changed at {place}");
            }
        }
        assert!(has(&reopen(directory.path()).unwrap(), 1000));
    }
}

#[test]
fn a_newer_backup_is_refused() {
    let store = filled();
    let shelf = shelf(&store);
    let version = migrate::NEWEST + 1;
    store
        .write_blocking(move |tx| {
            tx.put_value(crate::store::schema::Table::Meta, &migrate::version_key(), &version)
        })
        .unwrap();
    store.back_up(&shelf, &request(1, None), &Progress::default()).unwrap();
    let path = shelf.find(id(1)).unwrap().unwrap().path;
    let refused = verify(&shelf, &path, None, &Progress::default()).unwrap_err();
    assert!(matches!(refused, BackupError::Newer { found, .. } if found == version));
    let directory = store.into_directory();
    assert!(matches!(restore(directory.path(), &path, None, false).unwrap_err(), BackupError::Newer { .. }));
}

fn replaced(data: &Path) -> BTreeSet<String> {
    let names = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("replaced-")).collect()
}

#[test]
fn a_note_that_was_torn_still_tells_of_a_restore() {
    let store = filled();
    let shelf = shelf(&store);
    store.back_up(&shelf, &request(1, Some("right")), &Progress::default()).unwrap();
    let archive = shelf.find(id(1)).unwrap().unwrap().path;
    let elsewhere = tempfile::tempdir().unwrap();
    let data = elsewhere.path();
    assert_eq!(restore_note(data).unwrap(), None);
    restore(data, &archive, Some(&Secret::new("right")), false).unwrap();
    let FoundNote::Whole(note) = restore_note(data).unwrap().unwrap() else { panic!("it is whole") };
    assert_eq!(note.backup, id(1));
    let whole = fs::read(data.join("restored.json")).unwrap();
    for torn in [&[][..], &whole[..whole.len() / 2], &[0; 64]] {
        fs::write(data.join("restored.json"), torn).unwrap();
        assert_eq!(restore_note(data).unwrap(), Some(FoundNote::Unreadable));
    }
    forget_restore_note(data).unwrap();
    assert_eq!(restore_note(data).unwrap(), None);
}

#[test]
fn an_interrupted_restore_is_finished_by_whoever_opens_next() {
    let store = filled();
    let shelf = shelf(&store);
    store.back_up(&shelf, &request(1, Some("right")), &Progress::default()).unwrap();
    let archive = shelf.find(id(1)).unwrap().unwrap().path;
    store.write_blocking(|tx| tx.tenants().put(&tenant(1001, "BBBBBB"))).unwrap();
    let directory = store.into_directory();
    let data = directory.path();
    let elsewhere = tempfile::tempdir().unwrap();
    restore(elsewhere.path(), &archive, Some(&Secret::new("right")), false).unwrap();
    // Ready but not begun; then with the key in place and the database not yet; then with a name that was lost.
    for (key_is_in_place, name) in [(false, "replaced-1"), (true, "replaced-2"), (false, ""), (false, "../x")]
    {
        let ready = data.join("restore.ready");
        fs::create_dir(&ready).unwrap();
        fs::copy(elsewhere.path().join("menpai.redb"), ready.join("menpai.redb")).unwrap();
        if !key_is_in_place {
            fs::copy(elsewhere.path().join("sealing.key"), ready.join("sealing.key")).unwrap();
        }
        fs::write(ready.join("aside"), name).unwrap();
        let before = replaced(data);
        let store = reopen(data).unwrap();
        assert!(has(&store, 1000) && !has(&store, 1001) && !ready.exists());
        store.close();
        let kept: Vec<_> = replaced(data).difference(&before).cloned().collect();
        let [kept] = kept.as_slice() else { panic!("{kept:?}") };
        assert!(data.join(kept).join("menpai.redb").exists());
        assert!(name != "replaced-1" || kept == name);
    }
    // What was never made ready is nothing.
    fs::create_dir(data.join("restore.unfinished")).unwrap();
    fs::write(data.join("restore.unfinished").join("menpai.redb"), b"half").unwrap();
    assert!(has(&reopen(data).unwrap(), 1000));
    assert!(!data.join("restore.unfinished").exists());
}

#[test]
fn a_stopped_backup_leaves_nothing() {
    let store = filled();
    let shelf = shelf(&store);
    let progress = Progress::default();
    progress.stop();
    let stopped = store.back_up(&shelf, &request(1, None), &progress).unwrap_err();
    assert!(matches!(stopped, BackupError::Stopped));
    assert!(shelf.list().unwrap().is_empty());
    assert_eq!(fs::read_dir(default_shelf(store.directory.path()).join(".unfinished")).unwrap().count(), 0);
}

#[test]
fn an_older_database_is_backed_up_before_it_is_brought_on() {
    let store = filled();
    let older = migrate::NEWEST - 1;
    store
        .write_blocking(move |tx| {
            tx.put_value(crate::store::schema::Table::Meta, &migrate::version_key(), &older)
        })
        .unwrap();
    let directory = store.into_directory();
    let shelf = Shelf::new(default_shelf(directory.path()));
    let trial = try_upgrade(directory.path(), &shelf, NOW).unwrap();
    assert_eq!((trial.from, trial.to, trial.findings), (older, migrate::NEWEST, vec![]));
    assert!(shelf.list().unwrap().is_empty(), "a trial leaves nothing");

    // Without a backup no upgrade.
    let in_the_way = directory.path().join("a-file");
    fs::write(&in_the_way, b"").unwrap();
    let options =
        StoreOptions { backup_directory: Some(in_the_way.join("backups")), ..StoreOptions::default() };
    let refused = Store::open(directory.path(), &options, NOW).unwrap_err();
    assert!(matches!(refused, OpenError::Backup(_)), "{refused}");

    let store = reopen(directory.path()).unwrap();
    assert_eq!(store.stats().unwrap().schema_version, migrate::NEWEST);
    let made = shelf.list().unwrap().remove(0);
    assert_eq!((made.manifest.reason, made.manifest.schema_version), (Reason::Upgrade, older));
    store.close();
    restore(directory.path(), &made.path, None, false).unwrap();
    assert!(has(&reopen(directory.path()).unwrap(), 1000), "the way back, and on again");
}

#[test]
fn sealed_pieces_keep_their_order_and_their_end() {
    let (key, how) = ArchiveKey::new(&Secret::new("right")).unwrap();
    let again = ArchiveKey::derive(&Secret::new("right"), &how).unwrap();
    for length in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
        let plain: Vec<u8> = (0..length).map(|byte: u32| byte.to_le_bytes()[0]).collect();
        let mut sealing = key.seal(Vec::new(), "here".into()).unwrap();
        sealing.write_all(&plain).unwrap();
        let sealed = sealing.finish().unwrap();
        let open = |bytes: &[u8], context: &str| {
            let mut opened = Vec::new();
            let mut opening = again.open(bytes, context.to_owned())?;
            opening.read_to_end(&mut opened).map(|_| opened)
        };
        assert_eq!(open(&sealed, "here").unwrap(), plain);
        assert!(open(&sealed, "elsewhere").is_err());
        for cut in [0, 18, 19, sealed.len() - 1, sealed.len().saturating_sub(65_552)] {
            if cut < sealed.len() {
                assert!(open(&sealed[..cut], "here").is_err(), "{length} cut at {cut}");
            }
        }
        let mut longer = sealed.clone();
        longer.push(0);
        assert!(open(&longer, "here").is_err());
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 64, ..Default::default() })]

    /// Whatever lies among the backups: it is refused in words, and nothing is believed or left behind.
    #[test]
    fn no_file_is_too_strange_to_be_refused(
        bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..4096), as_tar in proptest::bool::ANY
    ) {
        let directory = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(directory.path().join("backups"));
        let path = directory.path().join("strange.tar");
        let content = if as_tar {
            let mut tar = tar::Builder::new(Vec::new());
            for name in ["manifest.json", "database.zst"] {
                let mut header = tar::Header::new_gnu();
                header.set_size(bytes.len() as u64);
                tar.append_data(&mut header, name, bytes.as_slice()).unwrap();
            }
            tar.into_inner().unwrap()
        } else {
            bytes
        };
        fs::write(&path, content).unwrap();
        let passphrase = Secret::new("right");
        proptest::prop_assert!(verify(&shelf, &path, Some(&passphrase), &Progress::default()).is_err());
        let data = directory.path().join("data");
        proptest::prop_assert!(restore(&data, &path, Some(&passphrase), false).is_err());
        proptest::prop_assert!(!data.join("menpai.redb").exists());
    }
}
