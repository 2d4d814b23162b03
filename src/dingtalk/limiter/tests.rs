//! The rules on a clock of their own, and the queue without waiting for any.

use futures_util::FutureExt as _;
use proptest::prelude::*;

use super::*;

/// Starts of a caller that always wants to call, each wake-up late by the next of `lateness` (milliseconds).
fn starts(rule: &mut Spacing, count: usize, lateness: &[u64]) -> Vec<Duration> {
    let zero = Instant::now();
    let mut now = zero;
    let late = lateness.iter().copied().cycle().chain(std::iter::repeat(0));
    let mut starts = Vec::new();
    for late in late.take(count) {
        if let Some(until) = rule.wait_until(now) {
            now = until + Duration::from_millis(late);
        }
        rule.take(now);
        starts.push(now - zero);
    }
    starts
}

fn most_in_a_second(times: &[Duration]) -> usize {
    let second = Duration::from_secs(1);
    let within =
        |from: &Duration| times.iter().filter(|time| (*from..*from + second).contains(*time)).count();
    times.iter().map(within).max().unwrap_or_default()
}

proptest! {
    #[test]
    fn no_second_holds_more_than_twenty(
        rate in 15_u32..=19,
        lateness in prop::collection::vec(prop_oneof![9 => 0_u64..20, 1 => 0_u64..3000], 1..60),
    ) {
        let starts = starts(&mut Spacing::new(rate), 200, &lateness);
        prop_assert!(most_in_a_second(&starts) <= 20);
    }

    #[test]
    fn the_network_may_shift_calls_by_forty_milliseconds(
        rate in 15_u32..=19,
        lateness in prop::collection::vec(0_u64..5, 1..20),
        shifts in prop::collection::vec(0_u64..40, 200),
    ) {
        let starts = starts(&mut Spacing::new(rate), 200, &lateness);
        let mut seen: Vec<_> = starts.iter().zip(shifts).map(|(at, late)| *at + Duration::from_millis(late)).collect();
        seen.sort();
        prop_assert!(most_in_a_second(&seen) <= 20);
    }

    #[test]
    fn no_window_holds_more_than_its_limit(waits in prop::collection::vec(0_u64..300, 1..200)) {
        let length = Duration::from_secs(2);
        let mut rule = Window::new(10, length);
        let mut now = Instant::now();
        let mut starts: Vec<Instant> = Vec::new();
        for wait in waits {
            now += Duration::from_millis(wait);
            now = rule.wait_until(now).unwrap_or(now);
            rule.take(now);
            starts.push(now);
        }
        let crowded = starts.windows(11).any(|eleven| eleven[10] - eleven[0] < length);
        prop_assert!(!crowded);
    }
}

#[test]
fn small_delays_cost_no_throughput() {
    let starts = starts(&mut Spacing::new(19), 1000, &[1, 2, 0, 5]);
    let took = starts.last().expect("a thousand").as_secs_f64();
    assert!(took <= 1.1 * 1000.0 / 20.0, "{took} s");
}

#[test]
fn no_limit_never_waits() {
    let mut rule = Spacing::new(0);
    let now = Instant::now();
    for _ in 0..1000 {
        assert_eq!(rule.wait_until(now), None);
        rule.take(now);
    }
    let mut window = Window::new(0, ADDRESS_WINDOW);
    window.take(now);
    assert_eq!(window.wait_until(now), None);
}

#[tokio::test]
async fn a_pause_holds_everyone_of_that_api_only() {
    let limiter = Limiter::new(Pace { per_api_per_second: 0, per_address: 0 });
    limiter.pause("app", "/a", Duration::from_secs(3600));
    assert!(limiter.turn("app", "/a").now_or_never().is_none());
    assert!(limiter.turn("app", "/b").now_or_never().is_some());
    assert!(limiter.turn("other", "/a").now_or_never().is_some());
}

#[tokio::test]
async fn who_stops_waiting_leaves_no_trace() {
    let limiter = Limiter::new(Pace { per_api_per_second: 1, per_address: 1 });
    limiter.turn("app", "/a").await;
    let queue = limiter.queue("app", "/a");
    let next = queue.rule().next;
    assert!(limiter.turn("app", "/a").now_or_never().is_none(), "has to wait, and goes away");
    assert!(limiter.turn("app", "/b").now_or_never().is_none(), "the address has to wait, and goes away");
    assert_eq!(queue.rule().next, next);
    assert_eq!(limiter.address.rule().starts.len(), 1);
    let free = [&queue.turnstile, &limiter.queue("app", "/b").turnstile, &limiter.address.turnstile];
    assert!(free.iter().all(|turnstile| turnstile.available_permits() == 1));
}

#[tokio::test]
async fn turns_come_in_the_order_of_asking() {
    let limiter = Limiter::new(Pace { per_api_per_second: 2000, per_address: 0 });
    let served = Mutex::new(Vec::new());
    let callers = (0..30).map(|caller| {
        let (limiter, served) = (&limiter, &served);
        async move {
            limiter.turn("app", "/a").await;
            served.lock().expect("not poisoned").push(caller);
        }
    });
    futures_util::future::join_all(callers).await;
    assert_eq!(*served.lock().expect("not poisoned"), (0..30).collect::<Vec<_>>());
}
