//! Sending again to those whom a message did not reach, where that makes sense.

use std::collections::BTreeMap;

use super::recall::wrong_state;
use super::{Messaging, no_message};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::id::{MessageId, TenantId};
use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::message::{BATCH, Batch, Recipient};
use crate::domain::messaging::outbox::may_send_again;
use crate::domain::time::Timestamp;
use crate::service::audit::Record;

/// What is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resent {
    /// How many people are queued again.
    pub queued: u32,
    /// How many were not reached and would not be now either: invalid, refused for good, or of uncertain delivery.
    pub left: u32,
}

impl Messaging {
    /// Queues a message again for those whom it did not reach.
    pub async fn resend(&self, principal: &Principal, tenant: TenantId, id: MessageId) -> Result<Resent> {
        principal.require(Permission::SendMessages, tenant)?;
        self.context.require_connected(tenant).await?;
        let record =
            Record::by(principal, self.context.ambient.now(), Some(tenant), "message.resend").about(id);
        let resent = self
            .write_rows(tenant, id, move |rows, now| {
                if rows.message.recalled_at.is_some() {
                    return Err(wrong_state(
                        "消息已撤回，不能重发；请另发一条",
                        "the message was recalled and cannot be sent again; send another",
                    )
                    .into());
                }
                let (again, left) = divide(rows.everybody()?, now);
                if again.is_empty() {
                    return Err(wrong_state(
                        "没有可重发的接收人：其余均已发送，或重发也不会送达",
                        "there is nobody to send to again: all others were sent to, or would be refused again",
                    )
                    .into());
                }
                let first = rows.batches()?.last().map_or(0, |batch| batch.number + 1);
                let queued = u32::try_from(again.len()).unwrap_or(u32::MAX);
                for (number, people) in (first..).zip(again.chunks(BATCH)) {
                    let moved = people.iter().map(|person| Recipient { batch: number, ..person.clone() });
                    rows.deliver(moved.map(|person| (person, Delivery::Queued)))?;
                    rows.put_batch(&Batch::queued(number, now))?;
                }
                rows.send_at(now)?;
                rows.audit(record.detail(format!("recipients: {queued}")))?;
                Ok(Resent { queued, left })
            })
            .await?;
        resent.ok_or_else(no_message)
    }
}

/// Those to send to again, and the number of those whom it did not reach and would not now.
fn divide(people: Vec<Recipient>, now: Timestamp) -> (Vec<Recipient>, u32) {
    let mut again = BTreeMap::new();
    let mut left = 0;
    for person in people {
        match &person.delivery {
            Delivery::Refused(code) | Delivery::Failed(code)
                if may_send_again(code, person.updated_at, now) =>
            {
                again.insert(person.member, person);
            }
            Delivery::Refused(_) | Delivery::Failed(_) | Delivery::Invalid | Delivery::Unknown => left += 1,
            Delivery::Queued | Delivery::Sent | Delivery::Unread | Delivery::Read | Delivery::Untracked => {}
        }
    }
    (again.into_values().collect(), left)
}
