//! Opening a data directory, and why it is refused.

use std::fs;

use super::fixture::{NOW, TestStore};
use crate::domain::id::TenantId;
use crate::domain::secret::Secret;
use crate::store::migrate;
use crate::store::schema::Table;
use crate::store::{OpenError, Store, StoreOptions};

fn reopen(directory: &std::path::Path) -> Result<Store, OpenError> {
    Store::open(directory, &StoreOptions::default(), NOW)
}

#[test]
fn the_platforms_tenant_is_there_from_the_start() {
    let store = TestStore::new();
    let platform = store.read_blocking(|tx| tx.tenants().get(TenantId::PLATFORM)).unwrap().unwrap();
    assert_eq!(platform.name, "平台");
    assert_eq!(store.check().unwrap(), vec![]);
    assert!(store.stats().unwrap().tables.contains(&("tenants", 1)));
}

#[test]
fn a_directory_opens_once_at_a_time() {
    let store = TestStore::new();
    let refusal = reopen(store.directory.path()).unwrap_err();
    assert!(matches!(refusal, OpenError::Locked), "{refusal}");
    assert!(refusal.text().en.contains("another process"));
    let directory = store.into_directory();
    assert!(reopen(directory.path()).is_ok());
}

#[test]
fn a_database_without_its_key_is_refused_and_left_alone() {
    let directory = TestStore::new().into_directory();
    let key = directory.path().join("sealing.key");
    fs::remove_file(&key).unwrap();
    assert!(matches!(reopen(directory.path()).unwrap_err(), OpenError::KeyMissing));
    assert!(!key.exists(), "no new key is made");
    fs::write(&key, b"short").unwrap();
    assert!(matches!(reopen(directory.path()).unwrap_err(), OpenError::KeyInvalid));
}

#[test]
fn a_secret_opens_under_its_key_and_context_only() {
    let store = TestStore::new();
    let secret = Secret::new("s3cret");
    let sealed = store.seal(&secret, "tenant/1000/dingtalk").unwrap();
    assert_ne!(sealed, store.seal(&secret, "tenant/1000/dingtalk").unwrap(), "a nonce is used once");
    assert_eq!(store.unseal(&sealed, "tenant/1000/dingtalk").unwrap(), secret);
    assert!(store.unseal(&sealed, "tenant/1001/dingtalk").is_err());
    for length in 0..sealed.len() {
        assert!(store.unseal(&sealed[..length], "tenant/1000/dingtalk").is_err());
    }
    let directory = store.into_directory();
    fs::write(directory.path().join("sealing.key"), [7; 32]).unwrap();
    let other = reopen(directory.path()).unwrap();
    assert!(other.unseal(&sealed, "tenant/1000/dingtalk").is_err());
}

#[test]
fn a_newer_schema_is_refused_with_both_versions() {
    let store = TestStore::new();
    store
        .write_blocking(|tx| tx.put_value(Table::Meta, &migrate::version_key(), &(migrate::NEWEST + 1)))
        .unwrap();
    let directory = store.into_directory();
    let refusal = reopen(directory.path()).unwrap_err();
    assert!(matches!(refusal, OpenError::NewerSchema { found, known } if found == known + 1));
    assert!(refusal.text().zh.contains("更新版本") && refusal.text().en.contains("newer"));
}

#[cfg(unix)]
#[test]
fn only_the_owner_reads_the_directory_the_database_and_the_key() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("data");
    reopen(&directory).unwrap().close();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    let open_to_all = parent.path().join("volume");
    fs::create_dir(&open_to_all).unwrap();
    fs::set_permissions(&open_to_all, fs::Permissions::from_mode(0o755)).unwrap();
    reopen(&open_to_all).unwrap().close();
    for file in
        [directory.join("menpai.redb"), open_to_all.join("menpai.redb"), open_to_all.join("sealing.key")]
    {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}
