//! Unique values: refused when taken, free again when given up, exchangeable inside one transaction.

use super::fixture::{NOW, TestStore, account, id, tenant};
use crate::domain::dingtalk_app::DingTalkApp;
use crate::domain::error::ErrorCode;
use crate::domain::id::TenantId;

#[test]
fn a_house_number_belongs_to_one_tenant() {
    let store = TestStore::new();
    store.write_blocking(|tx| tx.tenants().put(&tenant(1000, "AAAAAA"))).unwrap();
    let refusal = store.write_blocking(|tx| tx.tenants().put(&tenant(1001, "AAAAAA"))).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::HouseNumberTaken);
    // Rotated, the old number is free.
    store.write_blocking(|tx| tx.tenants().put(&tenant(1000, "BBBBBB"))).unwrap();
    store.write_blocking(|tx| tx.tenants().put(&tenant(1001, "AAAAAA"))).unwrap();
    assert_eq!(store.check().unwrap(), vec![]);
}

#[test]
fn usernames_can_be_exchanged_but_not_taken() {
    let store = TestStore::new();
    let (one, two) = ("13800000001", "13800000002");
    store
        .write_blocking(|tx| tx.accounts().put_many(&[account(1, Some(one)), account(2, Some(two))]))
        .unwrap();
    let refusal = store.write_blocking(|tx| tx.accounts().put(&account(3, Some(one)))).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::UsernameTaken);
    store
        .write_blocking(|tx| tx.accounts().put_many(&[account(1, Some(two)), account(2, Some(one))]))
        .unwrap();
    let owner = store
        .read_blocking(|tx| tx.accounts().by_username(account(1, Some(one)).username.as_ref().unwrap()))
        .unwrap();
    assert_eq!(owner.unwrap().id, id(2));
    assert_eq!(store.check().unwrap(), vec![]);
}

#[test]
fn a_refused_write_cannot_be_committed_by_ignoring_it() {
    let store = TestStore::new();
    store.write_blocking(|tx| tx.accounts().put(&account(1, Some("13800000001")))).unwrap();
    let committed = store.write_blocking(|tx| {
        let refused = tx.accounts().put(&account(2, Some("13800000001")));
        assert!(refused.is_err());
        Ok(())
    });
    assert!(committed.is_err());
    assert_eq!(store.check().unwrap(), vec![]);
}

#[test]
fn a_client_id_belongs_to_one_tenant_and_the_other_one_is_not_named() {
    let store = TestStore::new();
    let app = |number: u32| DingTalkApp {
        tenant: TenantId(number),
        agent_id: 1,
        client_id: "dingabc".into(),
        sealed_secret: vec![1, 2, 3],
        corp_id: None,
        enabled: true,
        created_at: NOW,
        updated_at: NOW,
    };
    store.write_blocking(|tx| tx.in_tenant(TenantId(1000)).dingtalk_app().put(&app(1000))).unwrap();
    let refusal =
        store.write_blocking(|tx| tx.in_tenant(TenantId(1001)).dingtalk_app().put(&app(1001))).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::ClientIdTaken);
    assert!(refusal.detail.zh.contains("AppKey重复") && !refusal.detail.zh.contains("1000"));
    let owner = store.read_blocking(|tx| tx.client_id_owner("dingabc")).unwrap();
    assert_eq!(owner, Some(TenantId(1000)));
    store.write_blocking(|tx| tx.in_tenant(TenantId(1000)).dingtalk_app().remove()).unwrap();
    store.write_blocking(|tx| tx.in_tenant(TenantId(1001)).dingtalk_app().put(&app(1001))).unwrap();
    assert_eq!(store.check().unwrap(), vec![]);
}

#[test]
fn a_row_of_another_tenant_is_refused() {
    let store = TestStore::new();
    let foreign = super::member(1001, 1, id(1));
    let refusal =
        store.write_blocking(|tx| tx.in_tenant(TenantId(1000)).members().put(&foreign)).unwrap_err();
    assert_eq!(refusal.code, ErrorCode::Internal);
}
