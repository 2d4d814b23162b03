//! Events: known once, forgotten in order, one tenant's never another's; hints without content leave no row.

use super::fixture::{NOW, TestStore};
use crate::domain::id::TenantId;
use crate::domain::sync::event::{About, EventSubscription, EventTransport, Expected, Hints};
use crate::store::{Result, WriteTx};

const ONE: TenantId = TenantId(1000);
const OTHER: TenantId = TenantId(1001);

/// A tenant with a subscription, a hint and an event that was seen.
pub(super) fn watched(tx: &WriteTx<'_>, tenant: TenantId) -> Result<()> {
    let events = tx.in_tenant(tenant);
    let mut hints = Hints::new(tenant);
    hints.note(About::People(vec!["u".into()], Expected::Change), NOW);
    events.events().put_hints(&hints)?;
    events.events().put_subscription(&EventSubscription {
        tenant,
        transport: EventTransport::Stream,
        sealed_token: None,
        sealed_key: None,
        updated_at: NOW,
        reading_missed: false,
    })?;
    events.events().remember("e-1", NOW).map(drop)
}

#[test]
fn an_event_is_new_once_in_each_tenant() {
    let store = TestStore::new();
    let remember = |tenant: TenantId, id: &'static str| {
        store.write_blocking(move |tx| tx.in_tenant(tenant).events().remember(id, NOW)).unwrap()
    };
    assert!(remember(ONE, "e-1") && remember(OTHER, "e-1") && remember(ONE, "e-10"));
    assert!(!remember(ONE, "e-1") && !remember(OTHER, "e-1"));
    let count = store.read_blocking(|tx| tx.in_tenant(ONE).events().remembered()).unwrap();
    assert_eq!(count, 2);
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn the_oldest_are_forgotten_by_age_and_by_number() {
    let store = TestStore::new();
    store
        .write_blocking(|tx| {
            for number in 0..3000_i64 {
                for tenant in [ONE, OTHER] {
                    let at = NOW.plus_millis(number);
                    tx.in_tenant(tenant).events().remember(&format!("e-{number}"), at)?;
                }
            }
            Ok(())
        })
        .unwrap();
    let forget = |before: i64, most: u64| {
        let before = NOW.plus_millis(before);
        store.write_blocking(move |tx| tx.in_tenant(ONE).events().forget(before, most)).unwrap();
        store
            .read_blocking(|tx| {
                let events = tx.in_tenant(ONE).events();
                Ok((events.remembered()?, events.seen("e-99")?, events.seen("e-100")?))
            })
            .unwrap()
    };
    assert_eq!(forget(0, 5000), (3000, true, true));
    assert_eq!(forget(100, 5000), (2900, false, true));
    assert_eq!(forget(0, 2800), (2800, false, false));
    assert_eq!(forget(0, 0), (1776, false, false), "a bounded number at once");
    let other = store.read_blocking(|tx| tx.in_tenant(OTHER).events().remembered()).unwrap();
    assert_eq!(other, 3000);
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn hints_and_subscriptions_stay_in_their_tenant() {
    let store = TestStore::new();
    store
        .write_blocking(|tx| {
            let mut hints = Hints::new(ONE);
            hints.note(About::People(vec!["u".into()], Expected::Change), NOW);
            tx.in_tenant(ONE).events().put_hints(&hints)?;
            assert!(tx.in_tenant(OTHER).events().put_hints(&hints).is_err(), "another tenant's row");
            assert_eq!(tx.in_tenant(ONE).events().hints()?, Some(hints));
            assert_eq!(tx.in_tenant(OTHER).events().hints()?, None);
            tx.in_tenant(ONE).events().put_hints(&Hints::new(ONE))?;
            assert_eq!(tx.in_tenant(ONE).events().hints()?, None);
            let subscription = EventSubscription {
                tenant: OTHER,
                transport: EventTransport::Stream,
                sealed_token: None,
                sealed_key: None,
                updated_at: NOW,
                reading_missed: true,
            };
            tx.in_tenant(OTHER).events().put_subscription(&subscription)?;
            assert_eq!(tx.in_tenant(ONE).events().subscription()?, None);
            assert_eq!(tx.event_subscriptions()?, [subscription]);
            Ok(())
        })
        .unwrap();
    assert_eq!(store.check().unwrap(), []);
}
