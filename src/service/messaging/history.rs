//! Looking back: finding messages, following one, taking its people out as a file, and forgetting old ones.
//!
//! Invariant: a message that may still change is never forgotten, whatever its age.

use futures_util::stream::{self, BoxStream, StreamExt};

use super::{MessageView, Messaging, RecipientView, no_message};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::id::{MessageId, TenantId};
use crate::domain::messaging::message::{Message, MessageStatus};
use crate::domain::page::{Limit, Page};
use crate::domain::tenant::Tenant;
use crate::domain::time::{DAY_MILLIS, Timestamp};
use crate::service::audit::Record;
use crate::store;

/// After about so many forgotten messages of a tenant a round ends; the next goes on.
const FORGOTTEN_AT_ONCE: usize = 500;
/// How many messages are read at once to see which may be forgotten.
const READ_AT_ONCE: usize = 100;

/// Which messages are wanted; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct MessageQuery {
    /// Part of what it says, without regard to case.
    pub q: Option<String>,
    /// Where it stands.
    pub status: Option<MessageStatus>,
    /// The account's or the token's id of who sent it.
    pub sender: Option<String>,
    /// Accepted at this moment or later.
    pub from: Option<Timestamp>,
    /// Accepted before this moment.
    pub until: Option<Timestamp>,
}

impl MessageQuery {
    fn wants(&self, message: &Message) -> bool {
        let says = |q: &String| message.content.words().iter().any(|words| words.to_lowercase().contains(q));
        let sender = || message.sender.id().map(|id| id.to_string());
        self.status.is_none_or(|status| message.status() == status)
            && self.from.is_none_or(|from| message.created_at >= from)
            && self.until.is_none_or(|until| message.created_at < until)
            && self.sender.as_ref().is_none_or(|wanted| sender().as_ref() == Some(wanted))
            && self.q.as_ref().is_none_or(says)
    }
}

impl Messaging {
    /// The tenant's messages that the query finds, the newest first.
    pub async fn list(
        &self,
        principal: &Principal,
        tenant: TenantId,
        query: MessageQuery,
        limit: Limit,
        cursor: Option<Vec<u8>>,
    ) -> Result<Page<Message>> {
        principal.require(Permission::SendMessages, tenant)?;
        let q = query.q.map(|q| q.trim().to_lowercase()).filter(|q| !q.is_empty());
        let query = MessageQuery { q, ..query };
        self.context
            .store
            .read(move |tx| {
                let messages = tx.in_tenant(tenant).messages();
                messages.find(limit, cursor.as_deref(), |message| query.wants(message))
            })
            .await
    }

    /// A message as it stands, then again whenever it moved, until nothing about it changes any more.
    pub async fn follow(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: MessageId,
    ) -> Result<BoxStream<'static, MessageView>> {
        principal.require(Permission::SendMessages, tenant)?;
        // Before the first look, so that no step between the two is missed.
        let moved = self.moved.subscribe();
        let first = self.view(tenant, id).await?;
        let state = (self.clone(), moved, Some(first.clone()));
        let rest = stream::unfold(state, move |(messaging, mut moved, last)| async move {
            let last = last?;
            if last.is_settled() && last.message.results_due_at.is_none() {
                return None;
            }
            loop {
                moved.changed().await.ok()?;
                let view = messaging.view(tenant, id).await.ok()?;
                if view.message != last.message {
                    return Some((view.clone(), (messaging, moved, Some(view))));
                }
            }
        });
        Ok(stream::iter([first]).chain(rest).boxed())
    }

    /// Everybody of a message with what is known of each, page by page. It is written down who took it.
    pub async fn export_recipients(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: MessageId,
        state: Option<String>,
    ) -> Result<BoxStream<'static, Result<Vec<RecipientView>>>> {
        principal.require(Permission::SendMessages, tenant)?;
        let record = Record::by(principal, self.context.ambient.now(), Some(tenant), "message.export");
        let record = record.about(id);
        self.context
            .store
            .write(move |tx| {
                tx.in_tenant(tenant).messages().get(id)?.ok_or_else(no_message)?;
                record.write(tx)
            })
            .await?;
        let reader = (self.clone(), principal.clone(), state);
        let pages = stream::try_unfold(Some((reader, None)), move |step| async move {
            let Some((reader, cursor)) = step else { return Ok(None) };
            let (messaging, principal, state) = &reader;
            let limit = Limit::new(Some(Limit::MAX));
            let page = messaging.recipients(principal, tenant, id, state.clone(), limit, cursor).await?;
            Ok(Some((page.items, page.next.map(|next| (reader, Some(next))))))
        });
        Ok(pages.boxed())
    }

    /// Forgets messages older than their tenant keeps them; gives back how many. One transaction a message, so that
    /// nobody waits long for the writer.
    pub async fn prune_messages(&self) -> Result<usize> {
        let now = self.context.ambient.now();
        let tenants = self
            .context
            .store
            .read(move |tx| {
                let kept = |tenant: Tenant| {
                    let days = tx.in_tenant(tenant.id).message_settings()?.kept_days;
                    Ok((tenant.id, now.plus_millis(-i64::from(days) * DAY_MILLIS)))
                };
                tx.tenants().all()?.into_iter().map(kept).collect::<store::Result<Vec<_>>>()
            })
            .await?;
        let mut count = 0;
        for (tenant, moment) in tenants {
            count += self.forget_before(tenant, moment).await?;
        }
        Ok(count)
    }

    /// Forgets a tenant's messages from before a moment, the oldest first; gives back how many. Those that may still
    /// change are passed over: some stay so for good, and must not stand in the way of the others.
    async fn forget_before(&self, tenant: TenantId, moment: Timestamp) -> Result<usize> {
        let (mut count, mut last) = (0, None);
        while count < FORGOTTEN_AT_ONCE {
            let page = self
                .context
                .store
                .read(move |tx| tx.in_tenant(tenant).messages().before(moment, last, READ_AT_ONCE))
                .await?;
            last = page.last().map(|message| message.id);
            if last.is_none() {
                break;
            }
            for message in page.into_iter().filter(is_over) {
                count += usize::from(self.forget(tenant, message.id).await?);
            }
        }
        Ok(count)
    }

    async fn forget(&self, tenant: TenantId, id: MessageId) -> Result<bool> {
        self.context
            .store
            .write(move |tx| {
                let messages = tx.in_tenant(tenant).messages();
                match messages.get(id)? {
                    Some(message) if is_over(&message) => messages.remove(id).map(|gone| gone.is_some()),
                    _ => Ok(false),
                }
            })
            .await
    }
}

/// Whether nothing of a message is to be sent or asked for any more.
fn is_over(message: &Message) -> bool {
    message.tally.queued == 0 && message.results_due_at.is_none()
}
