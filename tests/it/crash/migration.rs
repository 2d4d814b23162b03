//! The process dies at random moments while an older database is backed up and brought to the present schema.

use std::path::{Path, PathBuf};
use std::time::Instant;

use menpai::domain::secret::Secret;
use menpai::store::backup::{Progress, Shelf, default_shelf, manifest_of, verify};

use super::chance::{Chance, moments};
use crate::support::binary::Installation;

/// The passphrase of the frozen databases.
const PASSPHRASE: &str = "a frozen database";

/// The oldest frozen database.
fn frozen() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/db");
    let mut all: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all.remove(0)
}

fn installation(data: &Path) -> Installation {
    Installation::copy(data, "http://127.0.0.1:9", "nobody").knowing(PASSPHRASE)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_at_one_schema_whenever_the_upgrade_dies() {
    let mut chance = Chance::new("crash::migration");
    let empty = tempfile::tempdir().unwrap();
    let original = installation(empty.path());
    let fixture = frozen();
    let restored = original.run(&["backup", "restore", fixture.to_str().unwrap()]).await;
    assert!(restored.status.success(), "{restored:?}");
    let tenants = manifest_of(&fixture).unwrap().tables["tenants"];

    let undisturbed = installation(&original.data());
    let began = Instant::now();
    undisturbed.check().await;
    let span = began.elapsed();
    let newest = undisturbed.store().stats().unwrap().schema_version;
    let passphrase = Secret::new(PASSPHRASE);
    let mut after = 0;
    for _ in 0..moments() {
        let installation = installation(&original.data());
        let mut upgrading = installation.start(&["check"]);
        tokio::time::sleep(chance.within(span)).await;
        after += usize::from(upgrading.try_wait().unwrap().is_some());
        drop(upgrading.kill());
        upgrading.wait().unwrap();

        installation.check().await;
        let store = installation.store();
        let stats = store.stats().unwrap();
        assert_eq!(stats.schema_version, newest);
        assert_eq!(stats.tables.iter().find(|(name, _)| *name == "tenants").unwrap().1, tenants);
        store.close();
        // The backup that came before it is there, once or (when it was whole before the end) twice, and each is whole.
        let shelf = Shelf::new(default_shelf(&installation.data()));
        let listed = shelf.list().unwrap();
        assert!((1..=2).contains(&listed.len()), "{listed:?}");
        for backup in listed {
            let verified = verify(&shelf, &backup.path, Some(&passphrase), &Progress::default()).unwrap();
            assert!(
                verified.findings.is_empty() && verified.manifest.schema_version < newest,
                "{verified:?}"
            );
        }
    }
    eprintln!("crash::migration: span {span:?}, {after} of {} ended before their moment", moments());
}
