//! What a death left in a data directory, looked at on a copy: the next server meets the original as it was left.

use std::fs;
use std::path::Path;

use menpai::app::now_millis;
use menpai::domain::time::Timestamp;
use menpai::store::{Store, StoreOptions};
use tempfile::TempDir;

use crate::support::binary::Installation;

/// The copy, opened as a starting server opens it, and found sound by what `menpai check` does.
pub(super) struct Remains {
    pub(super) store: Store,
    _directory: TempDir,
}

impl Remains {
    pub(super) fn of(installation: &Installation) -> Self {
        let directory = tempfile::tempdir().unwrap();
        copy(&installation.data(), directory.path());
        let store = Store::open(directory.path(), &StoreOptions::default(), Timestamp(now_millis())).unwrap();
        assert_eq!(store.check().unwrap(), vec![], "the database is not sound after the end");
        Self { store, _directory: directory }
    }
}

/// Everything but the backups, which are looked at where they lie.
fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let copied = to.join(entry.file_name());
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), copied).unwrap();
        } else if entry.file_name() != "backups" {
            fs::create_dir(&copied).unwrap();
            copy(&entry.path(), &copied);
        }
    }
}
