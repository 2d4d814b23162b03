//! Messages of a restored backup that were queued when it was made: since then they may have gone out.
//!
//! Invariant: none of them is called for as if it were new. A call is repeated only while DingTalk's rule absorbs the
//! repetition; otherwise its people are "unknown", which is the truth.

use std::collections::BTreeSet;

use super::rows::Rows;
use crate::domain::job::Work;
use crate::domain::time::Timestamp;
use crate::service::ambient::Ambient;
use crate::store::{Result, WriteTx};

/// Treats every call that could have been made since the snapshot as one whose answer was lost; gives their number.
pub(crate) fn doubt(
    tx: &WriteTx<'_>,
    ambient: &Ambient,
    snapshot_at: Timestamp,
    now: Timestamp,
) -> Result<u32> {
    let jobs = tx.jobs().all()?;
    let open: BTreeSet<_> = jobs
        .into_iter()
        .filter_map(|job| match job.work {
            Work::Send { tenant, message } => Some((tenant, message)),
            _ => None,
        })
        .collect();
    let mut doubtful = 0;
    for (tenant, message) in open {
        let Some(mut rows) = Rows::open(tx, tenant, message, ambient, now)? else { continue };
        for mut batch in rows.batches()? {
            let [jitter] = ambient.random();
            if batch.doubt(snapshot_at, now, jitter) {
                doubtful += 1;
                rows.moved(&batch)?;
            }
        }
        rows.finish()?;
    }
    Ok(doubtful)
}
