//! Tests of the store as its callers see it.

mod access_revision;
mod bulk;
mod check;
mod directory_revision;
mod events;
mod fault;
pub(super) mod fixture;
mod frozen;
mod isolation;
mod lists;
mod opening;
mod outlived;
mod snapshot;
mod sync_changes;
mod system;
mod uniqueness;

use fixture::{TestStore, account, member, tenant};
use uuid::Uuid;

#[test]
fn what_was_written_is_read_and_the_check_is_clean() {
    let store = TestStore::new();
    let written = store
        .write_blocking(|tx| {
            let id = tx.tenants().allocate_id()?;
            assert_eq!(id.0, 1000);
            let tenant = tenant(id.0, "A1B2C3");
            tx.tenants().put(&tenant)?;
            let account = account(1, Some("13800000001"));
            tx.accounts().put(&account)?;
            let member = member(id.0, 1, account.id);
            tx.in_tenant(id).members().put(&member)?;
            Ok((tenant, account, member))
        })
        .unwrap();
    let (tenant, account, member) = written;
    store
        .read_blocking(|tx| {
            assert_eq!(tx.tenants().get(tenant.id)?, Some(tenant.clone()));
            assert_eq!(tx.tenants().by_house_number(&tenant.house_number)?, Some(tenant.clone()));
            assert_eq!(tx.accounts().by_username(account.username.as_ref().unwrap())?, Some(account.clone()));
            assert_eq!(tx.memberships_of(account.id)?, vec![member.clone()]);
            let members = tx.in_tenant(tenant.id).members();
            assert_eq!(members.by_account(account.id)?, Some(member.clone()));
            assert_eq!(members.by_user_id("user1")?, vec![member.clone()]);
            assert_eq!(members.by_user_id("user")?, vec![]);
            Ok(())
        })
        .unwrap();
    assert_eq!(store.check().unwrap(), vec![]);
}

#[test]
fn a_write_that_fails_leaves_nothing() {
    let store = TestStore::new();
    let refused = store.write_blocking(|tx| {
        tx.accounts().put(&account(1, Some("13800000001")))?;
        Err::<(), _>(crate::domain::error::Error::internal().into())
    });
    assert!(refused.is_err());
    let found = store.read_blocking(|tx| tx.accounts().get(Uuid::from_u128(1).into())).unwrap();
    assert_eq!(found, None);
}
