//! Tokens that were recognised lately, in memory: what the rows said of each, so that they are not read for every request.
//!
//! Must not know what a token is worth. Invariant: an answer from here is the one that the rows would give now. What was
//! kept counts only at the store's revision from before it was read, and only until time alone changes it.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

use crate::domain::access::principal::Principal;
use crate::domain::access::session::TokenHash;
use crate::domain::time::Timestamp;

/// How many tokens are kept; all are forgotten when one more comes.
const MOST: usize = 4096;

/// The tokens that were recognised lately.
#[derive(Debug, Default)]
pub(super) struct Recognised {
    known: RwLock<HashMap<TokenHash, Known>>,
    /// Tokens whose use is being stored.
    noting: Mutex<HashSet<TokenHash>>,
}

#[derive(Debug)]
struct Known {
    principal: Principal,
    revision: u64,
    until: Timestamp,
}

/// The right to store the use of a token; given back when dropped.
pub(super) struct Turn<'a> {
    recognised: &'a Recognised,
    hash: TokenHash,
}

impl Recognised {
    /// Who a token belongs to, when that is known at this revision and time.
    pub(super) fn get(&self, hash: &TokenHash, revision: u64, now: Timestamp) -> Option<Principal> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(hash).filter(|known| known.revision == revision && now < known.until)?;
        Some(known.principal.clone())
    }

    /// Keeps what was read behind this revision, and holds until then.
    pub(super) fn keep(&self, hash: TokenHash, principal: Principal, revision: u64, until: Timestamp) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(&hash) {
            known.clear();
        }
        known.insert(hash, Known { principal, revision, until });
    }

    /// Gives the right to store a token's use to one at a time.
    pub(super) fn take_turn(&self, hash: TokenHash) -> Option<Turn<'_>> {
        // Made only where it is given: dropping one gives back the right of whoever has it.
        let is_first = self.noting().insert(hash);
        is_first.then(|| Turn { recognised: self, hash })
    }

    fn noting(&self) -> MutexGuard<'_, HashSet<TokenHash>> {
        self.noting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.recognised.noting().remove(&self.hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: TokenHash = [1; 32];

    #[test]
    fn what_is_known_counts_at_its_revision_and_for_its_time() {
        let recognised = Recognised::default();
        assert!(recognised.get(&TOKEN, 0, Timestamp(0)).is_none());
        recognised.keep(TOKEN, Principal::Server, 7, Timestamp(100));
        assert!(recognised.get(&TOKEN, 7, Timestamp(99)).is_some());
        assert!(recognised.get(&TOKEN, 7, Timestamp(100)).is_none(), "its time is over");
        assert!(recognised.get(&TOKEN, 8, Timestamp(99)).is_none(), "something was written since");
        assert!(recognised.get(&[2; 32], 7, Timestamp(99)).is_none(), "another token");
    }

    #[test]
    fn no_more_than_so_many_are_kept() {
        let recognised = Recognised::default();
        for number in 0..=MOST {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&number.to_le_bytes());
            recognised.keep(hash, Principal::Server, 0, Timestamp(1));
        }
        assert_eq!(recognised.known.read().unwrap().len(), 1);
    }

    #[test]
    fn one_at_a_time_stores_a_use() {
        let recognised = Recognised::default();
        let turn = recognised.take_turn(TOKEN);
        assert!(turn.is_some() && recognised.take_turn(TOKEN).is_none());
        drop(turn);
        assert!(recognised.take_turn(TOKEN).is_some());
    }
}
