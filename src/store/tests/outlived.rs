//! Forgetting what is over, some rows at a time, while others go on writing.

use super::fixture::{NOW, TestStore, id, tenant};
use crate::domain::id::TenantId;
use crate::store::Outlived;

const TENANT: TenantId = TenantId(1000);
const OTHER: TenantId = TenantId(1001);
/// More than are forgotten at once.
const MANY: usize = 1500;

fn filled() -> TestStore {
    let store = TestStore::new();
    store
        .write_blocking(|tx| {
            for (number, house_number) in [(TENANT, "A1B2C3"), (OTHER, "A1B2C4")] {
                tx.tenants().put(&tenant(number.0, house_number))?;
                let keys = tx.in_tenant(number).idempotency();
                for key in 0..MANY {
                    keys.put(&key.to_string(), [0; 32], id(1), NOW)?;
                }
            }
            Ok(())
        })
        .unwrap();
    store
}

fn find(store: &TestStore) -> Outlived {
    store.read_blocking(|tx| tx.in_tenant(TENANT).idempotency().outlived(NOW)).unwrap()
}

fn forget(store: &TestStore, found: &Outlived) -> usize {
    store.write_blocking(|tx| tx.in_tenant(TENANT).idempotency().forget(found, NOW)).unwrap()
}

fn left(store: &TestStore, tenant: TenantId) -> usize {
    let is_there = |key: &usize| {
        let found = store.read_blocking(|tx| tx.in_tenant(tenant).idempotency().get(&key.to_string()));
        found.unwrap().is_some()
    };
    (0..MANY).filter(is_there).count()
}

#[test]
fn much_is_forgotten_in_several_rounds_and_another_tenants_not_at_all() {
    let store = filled();
    let mut rounds = Vec::new();
    loop {
        let found = find(&store);
        if found.is_empty() {
            break;
        }
        rounds.push(forget(&store, &found));
    }
    assert!(rounds.len() > 1 && rounds.iter().sum::<usize>() == MANY, "{rounds:?}");
    assert_eq!((left(&store, TENANT), left(&store, OTHER)), (0, MANY));
    assert_eq!(store.check().unwrap(), vec![]);
}

#[test]
fn what_was_used_again_since_it_was_found_stays() {
    let store = filled();
    let found = find(&store);
    let later = NOW.plus_seconds(1);
    store.write_blocking(|tx| tx.in_tenant(TENANT).idempotency().put("0", [1; 32], id(2), later)).unwrap();
    let gone = forget(&store, &found);
    assert_eq!(gone + left(&store, TENANT), MANY);
    let kept = store.read_blocking(|tx| tx.in_tenant(TENANT).idempotency().get("0")).unwrap();
    assert_eq!(kept.map(|request| request.at), Some(later));
}
