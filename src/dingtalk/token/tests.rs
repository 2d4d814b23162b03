//! The slot alone, with fetches that the test completes.

use futures_util::future::{self, join_all};
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;
use crate::dingtalk::ErrorKind;

const HOUR_S: i64 = 3600;

fn good(value: &str, now_ms: i64, lifetime_s: i64) -> Result<Token, Error> {
    Ok(Token::new(Secret::new(value), now_ms, lifetime_s))
}

fn bad() -> Result<Token, Error> {
    Err(Error::new("/gettoken", ErrorKind::WrongSecret))
}

async fn get(slot: &Arc<TokenSlot>, now_ms: i64, answer: Result<Token, Error>) -> Result<String, ErrorKind> {
    let got = slot.get(now_ms, || future::ready(answer)).await;
    got.map(|token| token.reveal().to_owned()).map_err(|error| error.kind)
}

#[tokio::test]
async fn many_waiters_share_one_fetch_even_a_failing_one() {
    for answer in [good("t", 0, HOUR_S), bad()] {
        let slot = Arc::<TokenSlot>::default();
        let fetches = Arc::new(AtomicU32::new(0));
        let (release, released) = tokio::sync::watch::channel(false);
        let waiter = |_| {
            let (slot, answer, fetches) = (Arc::clone(&slot), answer.clone(), Arc::clone(&fetches));
            let mut released = released.clone();
            let fetch = || async move {
                fetches.fetch_add(1, Ordering::Relaxed);
                released.wait_for(|released| *released).await.expect("the test goes on");
                answer
            };
            Box::pin(async move { slot.get(0, fetch).await.is_ok() })
        };
        let mut waiters: Vec<_> = (0..50).map(waiter).collect();
        for waiter in &mut waiters {
            assert!(future::poll_immediate(waiter).await.is_none(), "all of them wait");
        }
        release.send_replace(true);
        let results = join_all(waiters).await;
        assert!(results.iter().all(|ok| *ok == answer.is_ok()));
        assert_eq!(fetches.load(Ordering::Relaxed), 1);
    }
}

#[tokio::test]
async fn a_failure_is_forgotten() {
    let slot = Arc::<TokenSlot>::default();
    assert_eq!(get(&slot, 0, bad()).await, Err(ErrorKind::WrongSecret));
    assert_eq!(get(&slot, 0, good("t", 0, HOUR_S)).await, Ok("t".to_owned()));
}

#[tokio::test]
async fn a_fetch_outlives_the_caller_that_began_it() {
    let slot = Arc::<TokenSlot>::default();
    let (give, wait) = tokio::sync::oneshot::channel();
    let mut first = Box::pin(slot.get(0, || async move { wait.await.expect("an answer") }));
    assert!(future::poll_immediate(&mut first).await.is_none());
    let mut second = Box::pin(get(&slot, 0, bad()));
    assert!(future::poll_immediate(&mut second).await.is_none());
    drop(first);
    assert!(give.send(good("t", 0, HOUR_S)).is_ok());
    assert_eq!(second.await, Ok("t".to_owned()));
}

#[tokio::test]
async fn an_abandoned_fetch_is_begun_anew() {
    let slot = Arc::<TokenSlot>::default();
    let mut first = Box::pin(slot.get(0, future::pending));
    assert!(future::poll_immediate(&mut first).await.is_none());
    drop(first);
    assert_eq!(get(&slot, 0, good("t", 0, HOUR_S)).await, Ok("t".to_owned()));
}

#[tokio::test]
async fn a_token_is_renewed_ten_minutes_before_its_end() {
    let slot = Arc::<TokenSlot>::default();
    assert_eq!(get(&slot, 0, good("first", 0, 2 * HOUR_S)).await, Ok("first".to_owned()));
    let almost = 110 * 60 * 1000 - 1;
    assert_eq!(get(&slot, almost, bad()).await, Ok("first".to_owned()));
    assert_eq!(get(&slot, almost + 1, good("second", almost, 2 * HOUR_S)).await, Ok("second".to_owned()));
}

#[tokio::test]
async fn a_failed_renewal_leaves_the_token_in_force_until_it_ends() {
    let slot = Arc::<TokenSlot>::default();
    assert!(get(&slot, 0, good("first", 0, HOUR_S)).await.is_ok());
    assert_eq!(get(&slot, 3_500_000, bad()).await, Ok("first".to_owned()));
    assert_eq!(get(&slot, 3_600_000, bad()).await, Err(ErrorKind::WrongSecret));
}

#[tokio::test]
async fn only_the_fetch_that_was_refused_is_forgotten() {
    let slot = Arc::<TokenSlot>::default();
    let first = slot.get(0, || future::ready(good("same", 0, HOUR_S))).await.expect("a token");
    slot.forget(&first);
    let second = slot.get(0, || future::ready(good("same", 0, HOUR_S))).await.expect("a token");
    slot.forget(&first);
    assert!(slot.current(0).is_some_and(|token| Arc::ptr_eq(&token, &second)));
}
