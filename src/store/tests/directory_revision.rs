//! Whatever a plan is made from moves the revision, and nothing else does.

use super::fixture::{NOW, TestStore, account, department, id, member};
use crate::domain::audit::{Actor, AuditEvent};
use crate::domain::directory::account::{Account, Password};
use crate::domain::id::TenantId;
use crate::domain::mobile::Mobile;
use crate::domain::sync::conflict::{Conflict, ConflictKind, ConflictState};
use crate::store::{Result, WriteTx};

const OWN: TenantId = TenantId(1000);

fn conflict() -> Conflict {
    Conflict {
        id: id(5),
        tenant: OWN,
        kind: ConflictKind::NumberTaken,
        user_id: "u5".into(),
        union_id: None,
        name: "李四".into(),
        mobile: Mobile::parse("13800000005", None).unwrap(),
        member: None,
        holder: None,
        found_at: NOW,
        state: ConflictState::Open,
        decision: None,
    }
}

fn revision(store: &TestStore) -> u64 {
    store.read_blocking(|tx| tx.directory_revision()).unwrap()
}

/// Writes one thing; gives back whether that moved the revision. The writer itself must see what is stored after it.
fn moves(store: &TestStore, work: impl FnOnce(&WriteTx<'_>) -> Result<()>) -> bool {
    let before = revision(store);
    let told = store.write_blocking(|tx| work(tx).and_then(|()| tx.directory_revision())).unwrap();
    assert_eq!(told, revision(store));
    told != before
}

#[test]
fn every_write_that_a_plan_sees_moves_the_revision() {
    let store = TestStore::new();
    let row = member(1000, 1, id(1));
    assert!(moves(&store, |tx| tx.accounts().put(&account(1, Some("13800000001")))));
    assert!(moves(&store, |tx| tx.in_tenant(OWN).members().put(&row)));
    assert!(moves(&store, |tx| tx.in_tenant(OWN).departments().put(&department(1000, 3))));
    assert!(moves(&store, |tx| tx.in_tenant(OWN).departments().remove(id(3)).map(drop)));
    assert!(moves(&store, |tx| tx.in_tenant(OWN).conflicts().put(&conflict())));
    assert!(moves(&store, |tx| tx.accounts().put(&account(1, Some("13800000002")))), "another number");
    assert!(moves(&store, |tx| tx.accounts().put_many(&[account(1, None)])), "no number any more");
    let elsewhere = member(1001, 1, id(1));
    assert!(
        moves(&store, |tx| tx.in_tenant(TenantId(1001)).members().put(&elsewhere)),
        "another tenant's row"
    );
}

#[test]
fn what_no_plan_sees_does_not_move_it() {
    let store = TestStore::new();
    let known = account(1, Some("13800000001"));
    store.write_blocking(|tx| tx.accounts().put(&known)).unwrap();
    let hashed = Account { password: Password::Chosen("hash".into()), ..known };
    assert!(!moves(&store, |tx| tx.accounts().put(&hashed)), "a password");
    assert!(!moves(&store, |tx| {
        let event = AuditEvent {
            at: NOW,
            actor: Actor::Server,
            address: None,
            tenant: Some(OWN),
            action: "test".into(),
            subject: String::new(),
            detail: String::new(),
        };
        tx.audit().append(event).map(drop)
    }));
    let before = revision(&store);
    let refused = store.write_blocking(|tx| {
        tx.in_tenant(OWN).departments().put(&department(1000, 3))?;
        Err::<(), _>(crate::domain::error::Error::internal().into())
    });
    assert!(refused.is_err());
    assert_eq!(revision(&store), before, "what failed did not move it either");
}
