//! Cancelling what is still queued. What DingTalk has already, it keeps; taking that back is a recall.

use super::recall::wrong_state;
use super::{Messaging, no_message};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::id::{MessageId, TenantId};
use crate::domain::messaging::delivery::BatchState;
use crate::domain::messaging::outbox::{CANCELLED, cancelled};
use crate::service::audit::Record;

/// What cancelling came to, in people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cancelled {
    /// Who gets nothing now.
    pub cancelled: u32,
    /// Whose call was under way at that moment: they may get it.
    pub under_way: u32,
    /// Who was sent to before.
    pub sent: u32,
}

impl Messaging {
    /// Cancels what is queued of a message.
    pub async fn cancel_queued(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: MessageId,
    ) -> Result<Cancelled> {
        principal.require(Permission::SendMessages, tenant)?;
        let record =
            Record::by(principal, self.context.ambient.now(), Some(tenant), "message.cancel").about(id);
        let outcome = self
            .write_rows(tenant, id, move |rows, now| {
                let mut outcome = Cancelled::default();
                for mut batch in rows.batches()? {
                    let people = || {
                        Ok::<_, crate::store::Error>(
                            u32::try_from(rows.people(batch.number)?.len()).unwrap_or(u32::MAX),
                        )
                    };
                    match &batch.state {
                        // Its earlier call may have been taken; that it will not be repeated changes nothing about it.
                        BatchState::Queued => {
                            outcome.cancelled += people()?;
                            batch.cancel(CANCELLED, cancelled(), now);
                            rows.moved(&batch)?;
                        }
                        BatchState::Sending { .. } => outcome.under_way += people()?,
                        BatchState::Sent { .. } | BatchState::Recalled { .. } => outcome.sent += people()?,
                        BatchState::Failed { .. } => {}
                    }
                }
                if outcome.cancelled == 0 {
                    return Err(wrong_state(
                        "没有可取消的发送：均已送出，请改用撤回",
                        "there is nothing to cancel: nothing is queued any more; recall it instead",
                    )
                    .into());
                }
                rows.message.cancelled_at.get_or_insert(now);
                rows.audit(record.detail(format!("recipients: {}", outcome.cancelled)))?;
                Ok(outcome)
            })
            .await?;
        outcome.ok_or_else(no_message)
    }
}
