//! The check finds whatever is planted, and reading damaged rows fails without a panic.

use proptest::prelude::*;

use super::fixture::{NOW, TestStore, account, department, id, member};
use crate::domain::audit::{Actor, AuditEntry, AuditEvent, AuditFilter};
use crate::domain::directory::member::{Member, Membership};
use crate::domain::error::ErrorCode;
use crate::domain::id::TenantId;
use crate::domain::page::Limit;
use crate::domain::sync::change::Change;
use crate::domain::sync::run::SyncRun;
use crate::store::key::Key;
use crate::store::schema::Table;
use crate::store::tx::Direction;
use crate::store::{Error, MemberFilter, codec};

fn filled() -> TestStore {
    let store = TestStore::new();
    store
        .write_blocking(|tx| {
            tx.accounts().put(&account(1, Some("13800000001")))?;
            let mut person = member(1000, 1, id(1));
            person.memberships = vec![Membership { department: id(5), order: 1, leader: false }];
            tx.in_tenant(TenantId(1000)).members().put(&person)?;
            tx.in_tenant(TenantId(1000)).departments().put(&department(1000, 5))?;
            for number in 0..3 {
                tx.audit().append(event(number))?;
            }
            Ok(())
        })
        .unwrap();
    assert_eq!(store.check().unwrap(), vec![]);
    store
}

fn event(number: u32) -> AuditEvent {
    AuditEvent {
        at: NOW,
        actor: Actor::Server,
        tenant: None,
        action: "tenant.create".into(),
        subject: number.to_string(),
        detail: String::new(),
        address: number.is_multiple_of(2).then(|| "10.0.0.1".into()),
    }
}

/// Damages one table and expects the check to name it, and nothing else.
fn expect_found(table: Table, damage: impl FnOnce(&TestStore)) {
    let store = filled();
    damage(&store);
    let findings = store.check().unwrap();
    assert!(!findings.is_empty(), "{} was damaged and not found", table.name());
    assert!(findings.iter().all(|finding| finding.table == table.name()), "{findings:?}");
}

/// The first key of a table.
fn first(store: &TestStore, table: Table) -> Key {
    let mut first = None;
    store
        .read_blocking(|tx| {
            tx.scan(table, &Key::new().range(), Direction::Forward, |key, _| {
                first = Some(Key::from_bytes(key));
                Ok(std::ops::ControlFlow::Break(()))
            })
        })
        .unwrap();
    first.unwrap_or_else(|| panic!("{} is empty", table.name()))
}

#[test]
fn a_planted_a_lost_and_a_bent_index_entry_are_found() {
    for table in [
        Table::HouseNumbers,
        Table::AccountByUsername,
        Table::PendingPasswords,
        Table::MemberByAccount,
        Table::MemberByDingTalk,
        Table::DepartmentMembers,
    ] {
        expect_found(table, |store| {
            store.write_blocking(|tx| tx.insert(table, &Key::new().text("planted"), &[1])).unwrap();
        });
        expect_found(table, |store| {
            let key = first(store, table);
            store.write_blocking(|tx| tx.remove(table, &key)).unwrap();
        });
        expect_found(table, |store| {
            let key = first(store, table);
            store.write_blocking(|tx| tx.insert(table, &key, b"elsewhere")).unwrap();
        });
    }
}

#[test]
fn a_wrong_counter_is_found() {
    expect_found(Table::Counters, |store| {
        let key = first(store, Table::Counters);
        store.write_blocking(|tx| tx.put_value(Table::Counters, &key, &7_i64)).unwrap();
    });
    expect_found(Table::Counters, |store| {
        let key = first(store, Table::Counters);
        store.write_blocking(|tx| tx.remove(Table::Counters, &key)).unwrap();
    });
}

#[test]
fn a_member_without_account_or_department_is_found() {
    expect_found(Table::Members, |store| {
        store
            .write_blocking(|tx| tx.in_tenant(TenantId(1000)).members().put(&member(1000, 2, id(2))))
            .unwrap();
    });
    expect_found(Table::Members, |store| {
        store.write_blocking(|tx| tx.in_tenant(TenantId(1000)).departments().remove(id(5))).unwrap();
    });
}

#[test]
fn an_audit_entry_that_was_changed_or_removed_is_found() {
    expect_found(Table::Audit, |store| {
        store
            .write_blocking(|tx| {
                let mut entry: AuditEntry = tx.row(&Key::new().u64(2))?.unwrap();
                entry.event.subject = "somebody else".into();
                tx.put_value(Table::Audit, &Key::new().u64(2), &entry)
            })
            .unwrap();
    });
    expect_found(Table::Audit, |store| {
        store.write_blocking(|tx| tx.remove(Table::Audit, &Key::new().u64(2))).unwrap();
    });
}

#[test]
fn a_row_that_cannot_be_read_is_named_and_read_as_an_internal_error() {
    let store = filled();
    let key = first(&store, Table::Members);
    store.write_blocking(|tx| tx.insert(Table::Members, &key, &[1, 2, 3])).unwrap();
    assert!(store.check().unwrap().iter().any(|finding| finding.table == "members"));
    let refused = store
        .read_blocking(|tx| {
            tx.in_tenant(TenantId(1000)).members().list(&MemberFilter::default(), Limit::new(None), None)
        })
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::Internal);
}

#[test]
fn the_audit_has_no_gaps_and_each_entry_follows_the_one_before() {
    let store = filled();
    let entries = store
        .read_blocking(|tx| tx.audit().list(None, &AuditFilter::default(), Limit::new(None), None))
        .unwrap()
        .items;
    assert_eq!(entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [3, 2, 1]);
    assert!(entries.windows(2).all(|pair| pair[0].previous == pair[1].hash));
}

proptest! {
    #[test]
    fn no_bytes_make_the_decoder_panic(mut bytes in any::<Vec<u8>>(), versioned in any::<bool>()) {
        if versioned && !bytes.is_empty() {
            bytes[0] = 1;
        }
        for result in [
            codec::decode::<Member>(Table::Members, &bytes).map(drop),
            codec::decode::<SyncRun>(Table::SyncRuns, &bytes).map(drop),
            codec::decode::<Change>(Table::SyncChanges, &bytes).map(drop),
            crate::store::row::decode::<AuditEntry>(&bytes).map(drop),
        ] {
            let is_named = matches!(&result, Ok(()) | Err(Error::Corrupt { .. }));
            prop_assert!(is_named);
        }
    }

    #[test]
    fn cut_rows_are_refused(length in 0_usize..60) {
        let bytes = codec::encode(Table::Members, &member(1000, 1, id(1))).unwrap();
        prop_assume!(length < bytes.len());
        prop_assert!(codec::decode::<Member>(Table::Members, &bytes[..length]).is_err());
    }
}
