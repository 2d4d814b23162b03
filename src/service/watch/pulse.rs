//! When the job runner looked for work last.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::domain::time::Timestamp;

/// Beats whenever the runner looks for work. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<AtomicI64>);

impl Pulse {
    /// A pulse that begins now.
    pub fn new(now: Timestamp) -> Self {
        Self(Arc::new(AtomicI64::new(now.0)))
    }

    /// The runner looked.
    pub fn beat(&self, now: Timestamp) {
        self.0.store(now.0, Ordering::Relaxed);
    }

    /// How long ago it looked, in milliseconds; never negative, whatever the clock does.
    pub fn age(&self, now: Timestamp) -> i64 {
        now.millis_since(Timestamp(self.0.load(Ordering::Relaxed))).max(0)
    }
}
