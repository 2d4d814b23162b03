//! One at a time per message: whoever delivers or recalls a message holds its turn.
//!
//! Invariant: a message that nobody works on has no entry here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::domain::id::MessageId;

type Waiting = BTreeMap<MessageId, Arc<Semaphore>>;

/// Who works on which message.
#[derive(Clone, Default)]
pub(super) struct Turns {
    waiting: Arc<Mutex<Waiting>>,
}

/// The right to work on a message; ends when dropped.
pub(super) struct Turn {
    turns: Turns,
    message: MessageId,
    permit: Option<OwnedSemaphorePermit>,
}

impl Turns {
    /// Waits for the turn.
    pub(super) async fn take(&self, message: MessageId) -> Turn {
        let queue = Arc::clone(self.lock().entry(message).or_insert_with(|| Arc::new(Semaphore::new(1))));
        // Nobody closes these semaphores, so there is always a permit in the end.
        let permit = queue.acquire_owned().await.ok();
        Turn { turns: self.clone(), message, permit }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut waiting = self.turns.lock();
        self.permit = None;
        if waiting.get(&self.message).is_some_and(|queue| Arc::strong_count(queue) == 1) {
            waiting.remove(&self.message);
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[tokio::test]
    async fn a_message_is_worked_on_by_one_and_forgotten_afterwards() {
        let turns = Turns::default();
        let id = Uuid::from_u128(1).into();
        let first = turns.take(id).await;
        let second = tokio::spawn({
            let turns = turns.clone();
            async move { turns.take(id).await }
        });
        let other = turns.take(Uuid::from_u128(2).into()).await;
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        drop(first);
        drop(second.await.unwrap());
        drop(other);
        assert!(turns.lock().is_empty());
    }
}
