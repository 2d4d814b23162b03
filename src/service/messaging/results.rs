//! Reading back what became of a message, person by person.
//!
//! Invariant: whoever DingTalk says nothing about keeps the state that is known, and only after DingTalk's 24 hours
//! without ever an answer is a delivery called unknown.

use std::collections::BTreeMap;

use super::Messaging;
use super::rows::Rows;
use crate::dingtalk::{Application, NoticeResult};
use crate::domain::error::{ErrorCode, Result};
use crate::domain::id::{MessageId, TenantId};
use crate::domain::messaging::delivery::{BatchState, Delivery, settle};
use crate::domain::messaging::message::Batch;
use crate::domain::messaging::quota::Level;
use crate::domain::messaging::results::{Openness, is_over, is_worth_a_call, next_reading};
use crate::domain::time::Timestamp;
use crate::store;

/// A batch whose results are due.
struct Due {
    number: u32,
    task_id: String,
    sent_at: Timestamp,
}

type Said = BTreeMap<String, Delivery>;

impl Messaging {
    /// Asks DingTalk what became of a message's batches that are due; run by its job. The next reading has a job of
    /// its own when this returns.
    pub async fn read_results(&self, tenant: TenantId, id: MessageId) -> Result<()> {
        let Some(due) = self.due(tenant, id).await? else { return Ok(()) };
        let level = self.level(tenant).await?;
        let connection = match self.context.connection(tenant).await {
            Ok(connection) => Some(connection),
            Err(error) if error.code == ErrorCode::Internal => return Err(error),
            // Not connected now; the next reading may find it so again.
            Err(_) => None,
        };
        let asked = connection
            .map(|connection| (connection.app.agent_id, self.client.application(connection.credentials)));
        for batch in due {
            let now = self.context.ambient.now();
            let ask_now = !is_over(batch.sent_at, now) && is_worth_a_call(batch.sent_at, now, level);
            let said = match &asked {
                Some((agent_id, application)) if ask_now => ask(application, *agent_id, &batch).await,
                _ => None,
            };
            self.write_rows(tenant, id, move |rows, now| note(rows, batch.number, said.as_ref(), level, now))
                .await?;
        }
        self.write_rows(tenant, id, plan_next).await?;
        self.note_usage().await
    }

    /// The batches to ask about now; `None` when this job is a late double of one that ran.
    async fn due(&self, tenant: TenantId, id: MessageId) -> Result<Option<Vec<Due>>> {
        let now = self.context.ambient.now();
        self.context
            .store
            .read(move |tx| {
                let tenant = tx.in_tenant(tenant);
                let message = tenant.messages().get(id)?;
                if message.and_then(|message| message.results_due_at).is_none_or(|due_at| due_at > now) {
                    return Ok(None);
                }
                let batches = tenant.batches().all(id)?.into_iter();
                Ok(Some(batches.filter_map(|batch| due(batch, now)).collect()))
            })
            .await
    }
}

fn due(batch: Batch, now: Timestamp) -> Option<Due> {
    batch.results_due_at.filter(|due_at| *due_at <= now)?;
    match batch.state {
        BatchState::Sent { task_id, at } => {
            Some(Due { number: batch.number, task_id: task_id.into(), sent_at: at })
        }
        _ => None,
    }
}

/// What DingTalk says of a batch's people; `None` when it could not be learnt now. The client has logged why.
async fn ask(application: &Application, agent_id: i64, batch: &Due) -> Option<Said> {
    application.notice_result(agent_id, &batch.task_id).await.ok().map(by_person)
}

/// DingTalk's lists turned round. Someone in several lists counts as what is worst to be told wrongly.
fn by_person(result: NoticeResult) -> Said {
    let mut said = Said::new();
    said.extend(result.unread.into_iter().map(|user| (user, Delivery::Unread)));
    said.extend(result.read.into_iter().map(|user| (user, Delivery::Read)));
    said.extend(result.failed.into_iter().map(|user| (user, Delivery::Failed("undelivered".into()))));
    said.extend(result.forbidden.into_iter().map(|forbidden| {
        let code = forbidden.code.unwrap_or_else(|| "refused".to_owned());
        (forbidden.userid, Delivery::Refused(code.into()))
    }));
    said.extend(result.invalid.into_iter().map(|user| (user, Delivery::Invalid)));
    said
}

/// Writes down what DingTalk said of a batch, and when it is asked again.
fn note(
    rows: &mut Rows<'_, '_>,
    number: u32,
    said: Option<&Said>,
    level: Level,
    now: Timestamp,
) -> store::Result<()> {
    let Some(mut batch) = rows.batch(number)? else { return Ok(()) };
    let BatchState::Sent { at: sent_at, .. } = batch.state else { return Ok(()) };
    let people = rows.people(number)?;
    let lost = batch.lost_answers > 0;
    if said.is_some() {
        batch.results_read_at = Some(now);
        rows.message.results_read_at = Some(now);
    }
    let ever_read = batch.results_read_at.is_some();
    let closed = !ever_read && is_over(sent_at, now);
    let after = |person: &Delivery, user_id: &str| match person {
        Delivery::Sent if closed => Delivery::Unknown,
        before => settle(before, said.and_then(|said| said.get(user_id)), lost),
    };
    let settled: Vec<Delivery> =
        people.iter().map(|person| after(&person.delivery, &person.user_id)).collect();
    batch.results_due_at = next_reading(sent_at, now, Openness::of(&settled), ever_read, level);
    rows.deliver(people.into_iter().zip(settled))?;
    rows.put_batch(&batch)
}

/// Lets the earliest reading that any batch waits for be the message's next.
fn plan_next(rows: &mut Rows<'_, '_>, _now: Timestamp) -> store::Result<()> {
    rows.message.results_due_at = None;
    let due_at = rows.batches()?.into_iter().filter_map(|batch| batch.results_due_at).min();
    due_at.map_or(Ok(()), |due_at| rows.read_at(due_at))
}
