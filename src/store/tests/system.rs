//! What belongs to the server as a whole: sessions, jobs, pending passwords, settings, transactions themselves.

use super::fixture::{NOW, TestStore, account, id};
use crate::domain::access::session::{Origin, Session, SignInMethod};
use crate::domain::directory::account::Password;
use crate::domain::id::{MessageId, TenantId};
use crate::domain::job::{Job, Work};
use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::message::Recipient;

pub(super) fn session(number: u128, account: u128, seconds: i64) -> Session {
    Session {
        id: id(number),
        account: id(account),
        method: SignInMethod::Password,
        origin: Origin::default(),
        created_at: NOW,
        expires_at: NOW.plus_seconds(seconds),
        last_used_at: NOW,
    }
}

pub(super) fn job(number: u128, seconds: i64) -> Job {
    let due_at = NOW.plus_seconds(seconds);
    Job { id: id(number), work: Work::HashPasswords, due_at, attempts: 0, last_error: None }
}

#[test]
fn sessions_are_found_by_token_and_end_for_an_account() {
    let store = TestStore::new();
    store
        .write_blocking(|tx| {
            for number in 1..=4_u8 {
                let owner = if number == 4 { 20 } else { 10 };
                tx.sessions().put(&session(number.into(), owner, i64::from(number) * 60), &[number; 32])?;
            }
            tx.sessions().touch(id(2), NOW.plus_seconds(5))
        })
        .unwrap();
    let found = store.read_blocking(|tx| tx.sessions().by_hash(&[2; 32])).unwrap().unwrap();
    assert_eq!((found.id, found.last_used_at), (id(2), NOW.plus_seconds(5)));
    let ended = store.write_blocking(|tx| tx.sessions().remove_for_account(id(10), Some(id(2)))).unwrap();
    assert_eq!(ended, 2);
    assert!(store.read_blocking(|tx| tx.sessions().by_hash(&[1; 32])).unwrap().is_none());
    assert_eq!(store.read_blocking(|tx| tx.sessions().of_account(id(10))).unwrap().len(), 1);
    assert_eq!(store.write_blocking(|tx| tx.sessions().prune(NOW.plus_seconds(120))).unwrap(), 1);
    assert!(store.read_blocking(|tx| tx.sessions().by_hash(&[4; 32])).unwrap().is_some());
    assert_eq!(store.check().unwrap(), vec![]);
}

#[test]
fn jobs_come_in_the_order_in_which_they_are_due() {
    let store = TestStore::new();
    store
        .write_blocking(|tx| {
            [job(1, 30), job(2, 10), job(3, 20), job(4, 90)].iter().try_for_each(|job| tx.jobs().push(job))
        })
        .unwrap();
    let due = |seconds: i64, limit: usize| {
        let jobs =
            store.read_blocking(|tx| tx.jobs().due(NOW.plus_seconds(seconds), limit, |_| true)).unwrap();
        jobs.into_iter().map(|job| job.id).collect::<Vec<_>>()
    };
    assert_eq!(due(30, 10), [id(2), id(3), id(1)]);
    assert_eq!(due(30, 2), [id(2), id(3)]);
    assert_eq!(due(9, 10), []);
    let others =
        store.read_blocking(|tx| tx.jobs().due(NOW.plus_seconds(30), 10, |job| job.id != id(2))).unwrap();
    assert_eq!(others.into_iter().map(|job| job.id).collect::<Vec<_>>(), [id(3), id(1)]);
    store
        .write_blocking(|tx| {
            tx.jobs().put(&job(2, 100))?;
            tx.jobs().remove(id(3))
        })
        .unwrap();
    assert_eq!(due(30, 10), [id(1)]);
    let next = store.read_blocking(|tx| tx.jobs().next_due()).unwrap();
    assert_eq!(next, Some(NOW.plus_seconds(30)));
    assert_eq!(store.check().unwrap(), vec![]);
}

#[test]
fn a_password_is_pending_until_it_is_hashed() {
    let store = TestStore::new();
    let mut person = account(1, Some("13800000001"));
    person.platform_administrator = true;
    store.write_blocking(|tx| tx.accounts().put_many(&[person.clone(), account(2, None)])).unwrap();
    assert_eq!(store.read_blocking(|tx| tx.accounts().pending(10)).unwrap().len(), 2);
    assert_eq!(store.read_blocking(|tx| tx.accounts().pending(1)).unwrap().len(), 1);
    assert!(store.read_blocking(|tx| tx.accounts().any_platform_administrator()).unwrap());
    person.password = Password::Chosen("hash".into());
    person.platform_administrator = false;
    store.write_blocking(|tx| tx.accounts().put(&person)).unwrap();
    assert_eq!(store.read_blocking(|tx| tx.accounts().pending(10)).unwrap(), [id(2)]);
    assert!(!store.read_blocking(|tx| tx.accounts().any_platform_administrator()).unwrap());
}

#[test]
fn a_recipient_that_moves_to_another_batch_leaves_the_first() {
    let store = TestStore::new();
    let message: MessageId = id(1);
    let recipient = |batch: u32| Recipient {
        member: id(7),
        user_id: "user7".into(),
        name: "张三".into(),
        batch,
        delivery: Delivery::Queued,
        updated_at: NOW,
    };
    let of_batch = |batch: u32| {
        store
            .read_blocking(|tx| tx.in_tenant(TenantId(1000)).recipients().of_batch(message, batch))
            .unwrap()
            .len()
    };
    for batch in [0, 3] {
        store
            .write_blocking(|tx| {
                tx.in_tenant(TenantId(1000)).recipients().put_many(message, &[recipient(batch)])
            })
            .unwrap();
    }
    assert_eq!((of_batch(0), of_batch(3)), (0, 1));
    assert_eq!(store.check().unwrap(), vec![]);
}

#[test]
fn tenant_numbers_are_never_given_twice() {
    let store = TestStore::new();
    let first = store.write_blocking(|tx| tx.tenants().allocate_id()).unwrap();
    let directory = store.into_directory();
    let store =
        crate::store::Store::open(directory.path(), &crate::store::StoreOptions::default(), NOW).unwrap();
    let second = store.write_blocking(|tx| tx.tenants().allocate_id()).unwrap();
    assert_eq!((first, second), (TenantId(1000), TenantId(1001)));
}

#[test]
fn settings_keep_their_values() {
    let store = TestStore::new();
    store.write_blocking(|tx| tx.settings().put("setup_token", &([1_u8; 32], NOW))).unwrap();
    let stored: Option<([u8; 32], crate::domain::time::Timestamp)> =
        store.read_blocking(|tx| tx.settings().get("setup_token")).unwrap();
    assert_eq!(stored, Some(([1; 32], NOW)));
    assert!(store.write_blocking(|tx| tx.settings().remove("setup_token")).unwrap());
    assert_eq!(store.read_blocking(|tx| tx.settings().get::<u8>("setup_token")).unwrap(), None);
}

#[tokio::test]
async fn readers_keep_their_snapshot_while_others_write() {
    let store = TestStore::new();
    let other = store.clone();
    let (before, after) = store
        .read(move |tx| {
            let before = tx.settings().get::<u8>("number")?;
            other.write_blocking(|tx| tx.settings().put("number", &1_u8))?;
            Ok((before, tx.settings().get::<u8>("number")?))
        })
        .await
        .unwrap();
    assert_eq!((before, after), (None, None));
    assert_eq!(store.read(|tx| tx.settings().get::<u8>("number")).await.unwrap(), Some(1));
}

#[tokio::test]
async fn work_that_panics_writes_nothing_and_stops_nobody() {
    let store = TestStore::new();
    let failed = store
        .write(|tx| {
            tx.settings().put("number", &1_u8)?;
            if tx.settings().get::<u8>("number")?.is_some() {
                panic!("a mistake in a closure");
            }
            Ok(())
        })
        .await;
    assert!(failed.is_err());
    assert_eq!(store.read(|tx| tx.settings().get::<u8>("number")).await.unwrap(), None);
    store.write(|tx| tx.settings().put("number", &2_u8)).await.unwrap();
}
