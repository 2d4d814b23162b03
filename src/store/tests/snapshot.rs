//! What readers share is never older than a write that returned.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use super::TestStore;

#[test]
fn whoever_reads_after_a_write_returned_sees_it() {
    const WRITES: u32 = 40;
    let store = TestStore::new();
    let acknowledged = AtomicU32::new(0);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let mut newest = 0;
                while newest < WRITES {
                    let at_least = acknowledged.load(Ordering::SeqCst);
                    let read = store.point_read(|tx| tx.settings().get::<u32>("number")).unwrap();
                    newest = read.unwrap_or(0);
                    assert!(newest >= at_least, "{newest} is read after {at_least} was acknowledged");
                }
            });
        }
        for number in 1..=WRITES {
            store.write_blocking(|tx| tx.settings().put("number", &number)).unwrap();
            acknowledged.store(number, Ordering::SeqCst);
        }
    });
}
