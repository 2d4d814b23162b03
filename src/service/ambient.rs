//! Time, ids and randomness as values that are handed in, so that a test can choose them.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::time::Timestamp;

/// Fills a buffer with secure random bytes.
type Fill = dyn Fn(&mut [u8]) + Send + Sync;

/// Where "now" and chance come from; made once, in the composition root.
#[derive(Clone)]
pub struct Ambient {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    fill: Arc<Fill>,
}

impl Ambient {
    /// `now` tells the time; `fill` fills a buffer with cryptographically secure random bytes.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        fill: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Self { now: Arc::new(now), fill: Arc::new(fill) }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Secure random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.fill)(&mut bytes);
        bytes
    }

    /// A new id: UUID version 7, ordered by time.
    pub fn id(&self) -> Uuid {
        let millis = u64::try_from(self.now().0).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid()
    }

    /// Many new ids in ascending order: one clock reading and one random start, then counting up.
    pub fn ids(&self) -> impl FnMut() -> Uuid + Send + use<> {
        let first = self.id().as_u128() & !0xFFFF_FFFF;
        let mut count = 0_u128;
        move || {
            count += 1;
            Uuid::from_u128(first | (count & 0xFFFF_FFFF))
        }
    }
}
