//! Messages as a use case: accepting them, handing them to DingTalk, reading back what became of them.
//!
//! Invariant: what was accepted is on disk before the answer, and no state here claims more than DingTalk said.
//!
//! A message passes `send` (audience → recipients and batches, one transaction) → `deliver` (each batch a call)
//! → `results` (each person's state); `recall` and `resend` are what can be done about it afterwards.

pub(crate) mod after_restore;
mod audience;
mod cancel;
mod course;
mod deliver;
mod history;
mod media;
mod outcome;
mod preview;
mod recall;
mod resend;
mod results;
mod rows;
mod send;
#[cfg(test)]
mod tests;
mod turns;
mod usage;
mod wording;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;

use crate::dingtalk::Client;
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, Result};
use crate::domain::id::{MessageId, TenantId};
use crate::domain::messaging::delivery::{BatchState, Delivery, reason};
use crate::domain::messaging::message::{Batch, Message, Recipient};
use crate::domain::messaging::pace::Pace;
use crate::domain::page::{Limit, Page};
use crate::domain::text::Text;
use crate::service::Context;

pub use cancel::Cancelled;
pub use history::MessageQuery;
pub use media::Uploaded;
pub use preview::Preview;
pub use recall::{RecalledTask, Refusal};
pub use resend::Resent;
pub use send::{Accepted, NewMessage};
use turns::Turns;
pub use usage::{MessageSettingsPatch, UsageView};

/// The messaging service.
#[derive(Clone)]
pub struct Messaging {
    context: Context,
    client: Client,
    /// One delivery of a message at a time, so that a batch found "sending" is one whose answer was lost.
    turns: Turns,
    /// How many people each tenant's application reached lately.
    paces: Arc<Mutex<BTreeMap<TenantId, Pace>>>,
    /// Counts the changes of any message, so that somebody can wait for one.
    moved: watch::Sender<u64>,
}

/// A message with the calls it goes out with.
#[derive(Clone, Debug)]
pub struct MessageView {
    /// The message.
    pub message: Message,
    /// Its calls, by number.
    pub batches: Vec<Batch>,
}

/// A recipient with the call it was sent with.
#[derive(Clone, Debug)]
pub struct RecipientView {
    /// The recipient.
    pub recipient: Recipient,
    /// DingTalk's task id, once there is one.
    pub task_id: Option<String>,
    /// Why it was refused or failed, in words.
    pub reason: Option<Text>,
}

impl RecipientView {
    fn of(recipient: Recipient, batches: &BTreeMap<u32, Batch>) -> Self {
        let state = batches.get(&recipient.batch).map(|batch| &batch.state);
        let reason = match (&recipient.delivery, state) {
            (Delivery::Failed(_) | Delivery::Unknown, Some(BatchState::Failed { detail, .. })) => {
                Some(detail.clone())
            }
            (delivery, _) => delivery.code().map(reason),
        };
        let task_id = state.and_then(BatchState::task_id).map(str::to_owned);
        Self { recipient, task_id, reason }
    }
}

impl MessageView {
    /// Whether nothing more will be sent.
    pub fn is_settled(&self) -> bool {
        self.batches.iter().all(|batch| batch.state.is_settled())
    }

    /// DingTalk's task ids, as far as it gave any.
    pub fn tasks(&self) -> Vec<String> {
        self.batches.iter().filter_map(|batch| batch.state.task_id()).map(str::to_owned).collect()
    }
}

impl Messaging {
    /// The service over the store and the DingTalk client.
    pub fn new(context: Context, client: Client) -> Self {
        Self { context, client, turns: Turns::default(), paces: Arc::default(), moved: watch::Sender::new(0) }
    }

    /// A message with what is known of it.
    pub async fn get(&self, principal: &Principal, tenant: TenantId, id: MessageId) -> Result<MessageView> {
        principal.require(Permission::SendMessages, tenant)?;
        self.view(tenant, id).await
    }

    /// A message's recipients with what is known of each; with `state`, only those in the state of that name.
    pub async fn recipients(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: MessageId,
        state: Option<String>,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<RecipientView>> {
        principal.require(Permission::SendMessages, tenant)?;
        self.context
            .store
            .read(move |tx| {
                let tenant = tx.in_tenant(tenant);
                tenant.messages().get(id)?.ok_or_else(no_message)?;
                let page = tenant.recipients().list(id, state.as_deref(), limit, cursor.as_deref())?;
                let batches = tenant.batches();
                let mut known = BTreeMap::new();
                for recipient in &page.items {
                    if let Entry::Vacant(place) = known.entry(recipient.batch)
                        && let Some(batch) = batches.get(id, recipient.batch)?
                    {
                        place.insert(batch);
                    }
                }
                Ok(page.map(|recipient| RecipientView::of(recipient, &known)))
            })
            .await
    }

    /// Waits until DingTalk answered for every batch of a message, at most `patience`; then tells how it stands.
    pub async fn wait_sent(
        &self,
        tenant: TenantId,
        id: MessageId,
        patience: Duration,
    ) -> Result<MessageView> {
        self.wait_until(tenant, id, patience, MessageView::is_settled).await
    }

    /// Waits until a message stands as wanted, at most `patience`; then tells how it stands.
    pub async fn wait_until(
        &self,
        tenant: TenantId,
        id: MessageId,
        patience: Duration,
        wanted: impl Fn(&MessageView) -> bool,
    ) -> Result<MessageView> {
        let reached = async {
            let mut moved = self.moved.subscribe();
            loop {
                let view = self.view(tenant, id).await?;
                if wanted(&view) || moved.changed().await.is_err() {
                    return Ok(view);
                }
            }
        };
        match tokio::time::timeout(patience, reached).await {
            Ok(view) => view,
            Err(_) => self.view(tenant, id).await,
        }
    }

    async fn view(&self, tenant: TenantId, id: MessageId) -> Result<MessageView> {
        self.context
            .store
            .read(move |tx| {
                let tenant = tx.in_tenant(tenant);
                let message = tenant.messages().get(id)?.ok_or_else(no_message)?;
                Ok(MessageView { message, batches: tenant.batches().all(id)? })
            })
            .await
    }
}

fn no_message() -> Error {
    Error::not_found("消息", "message")
}
