//! The frozen databases under `tests/fixtures/db`: one of each released schema, which every later version must open.
//!
//! `make fixture` writes the one of the present schema, until that is released; afterwards it is never written again.

use std::fs;
use std::path::{Path, PathBuf};

use super::events::watched;
use super::fixture::{NOW, TestStore, account, id};
use super::isolation::{TENANTS, fill};
use super::system::{job, session};
use crate::domain::audit::Actor;
use crate::domain::backup::Reason;
use crate::domain::id::TenantId;
use crate::domain::secret::Secret;
use crate::store::backup::{
    BackupRequest, Progress, RestoreRequest, Shelf, default_shelf, manifest_of, restore,
};
use crate::store::migrate::NEWEST;
use crate::store::{Store, StoreOptions};

const PASSPHRASE: &str = "a frozen database";
const SEALED: &str = "frozen.sealed";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/db")
}

/// A database with rows in every table.
fn filled() -> TestStore {
    let store = TestStore::new();
    let sealed = store.seal(&Secret::new("s3cret"), SEALED).unwrap();
    store
        .write_blocking(|tx| {
            TENANTS.into_iter().try_for_each(|number| fill(tx, number))?;
            let mut administrator = account(1, Some("admin"));
            administrator.platform_administrator = true;
            tx.accounts().put(&administrator)?;
            tx.sessions().put(&session(1, 1, 3600), &[1; 32])?;
            tx.jobs().push(&job(1, 30))?;
            watched(tx, TenantId(1000))?;
            tx.settings().put(SEALED, &sealed)
        })
        .unwrap();
    let empty: Vec<_> = store.stats().unwrap().tables.into_iter().filter(|(_, rows)| *rows == 0).collect();
    assert!(empty.is_empty(), "fill these, too, here or in `isolation::fill`: {empty:?}");
    store
}

#[test]
#[ignore = "writes the fixture of the present schema: `make fixture`"]
fn write_the_fixture_of_the_present_schema() {
    let store = filled();
    let shelf = Shelf::new(default_shelf(store.directory.path()));
    let passphrase = Some(Secret::new(PASSPHRASE));
    let request = BackupRequest { id: id(1), reason: Reason::Asked, now: NOW, passphrase };
    store.back_up(&shelf, &request, &Progress::default()).unwrap();
    let made = shelf.list().unwrap().remove(0).path;
    fs::create_dir_all(folder()).unwrap();
    fs::copy(made, folder().join(format!("schema-{NEWEST}.tar"))).unwrap();
}

#[test]
fn every_table_can_be_filled() {
    assert_eq!(filled().check().unwrap(), vec![]);
}

#[test]
fn every_released_database_opens_and_is_sound() {
    let mut schemas = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let manifest = manifest_of(&path).unwrap();
        schemas.push(manifest.schema_version);
        let directory = tempfile::tempdir().unwrap();
        let request = RestoreRequest {
            path: path.clone(),
            passphrase: Some(Secret::new(PASSPHRASE)),
            without_key: false,
            now: NOW,
            actor: Actor::Server,
            address: None,
        };
        restore(directory.path(), &request).unwrap();
        let store = Store::open(directory.path(), &StoreOptions::default(), NOW).unwrap();
        assert_eq!(store.check().unwrap(), vec![], "{}", path.display());
        let sealed: Vec<u8> = store.read_blocking(|tx| tx.settings().get(SEALED)).unwrap().unwrap();
        assert_eq!(store.unseal(&sealed, SEALED).unwrap(), Secret::new("s3cret"));
        for (table, rows) in &manifest.tables {
            assert!(*rows > 0, "{} was frozen without rows in {table}", path.display());
        }
        let tables = store.stats().unwrap();
        assert_eq!(tables.schema_version, NEWEST);
        let tenants = tables.tables.iter().find(|(name, _)| *name == "tenants").unwrap().1;
        assert_eq!(tenants, manifest.tables["tenants"]);
    }
    schemas.sort_unstable();
    // Schema 1 was never released.
    assert_eq!(
        schemas,
        (2..=NEWEST).collect::<Vec<_>>(),
        "one frozen database a released schema: `make fixture`"
    );
}
