//! Whatever the worth of a token is made from moves the number; a commit that failed before it began does not.

use super::fixture::{NOW, TestStore, account, department, id, member, tenant};
use crate::domain::access::session::{ApiToken, Origin, Session, SignInMethod};
use crate::domain::id::TenantId;
use crate::store::{Result, WriteTx};

const OWN: TenantId = TenantId(1000);

fn moves(store: &TestStore, work: impl FnOnce(&WriteTx<'_>) -> Result<()>) -> bool {
    let before = store.access_revision();
    // What is refused is refused in what it wants, and never lands.
    drop(store.write_blocking(work));
    before != store.access_revision()
}

fn session() -> Session {
    let method = SignInMethod::Password;
    let (created_at, expires_at, last_used_at) = (NOW, NOW.plus_seconds(60), NOW);
    Session {
        id: id(7),
        account: id(1),
        method,
        origin: Origin::default(),
        created_at,
        expires_at,
        last_used_at,
    }
}

fn token() -> ApiToken {
    ApiToken {
        id: id(8),
        tenant: OWN,
        name: "考勤".into(),
        scopes: [].into(),
        token_hash: [8; 32],
        created_by: id(1),
        created_at: NOW,
        expires_at: None,
        last_used_at: None,
    }
}

#[test]
fn every_write_that_recognising_depends_on_moves_the_number() {
    let store = TestStore::new();
    assert!(moves(&store, |tx| tx.tenants().put(&tenant(1000, "A1B2C3"))));
    assert!(moves(&store, |tx| tx.accounts().put(&account(1, Some("13800000001")))));
    assert!(moves(&store, |tx| tx.in_tenant(OWN).members().put(&member(1000, 1, id(1)))));
    assert!(moves(&store, |tx| tx.sessions().put(&session(), &[7; 32])));
    assert!(moves(&store, |tx| tx.sessions().touch(id(7), NOW.plus_seconds(1))));
    assert!(moves(&store, |tx| tx.sessions().remove(id(7)).map(drop)));
    assert!(moves(&store, |tx| tx.in_tenant(OWN).api_tokens().put(&token())));
    assert!(moves(&store, |tx| tx.in_tenant(OWN).api_tokens().remove(id(8)).map(drop)));
}

#[test]
fn what_recognising_does_not_read_leaves_the_number_alone() {
    let store = TestStore::new();
    store.write_blocking(|tx| tx.tenants().put(&tenant(1000, "A1B2C3"))).unwrap();
    assert!(!moves(&store, |tx| tx.in_tenant(OWN).departments().put(&department(1000, 3))));
    assert!(!moves(&store, |tx| {
        tx.accounts().put(&account(1, Some("13800000001")))?;
        Err(crate::domain::error::Error::internal().into())
    }));
}
