//! Taking a message back: what is queued is cancelled, what was sent is recalled where DingTalk still can.
//!
//! Invariant: every call that was made, or may have been made, is named with what became of its recall.

use super::{Messaging, no_message, outcome};
use crate::dingtalk::Application;
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{MessageId, TenantId};
use crate::domain::messaging::delivery::BatchState;
use crate::domain::messaging::outbox::{ANSWER_LOST, RECALLED, recalled};
use crate::domain::messaging::results::is_over;
use crate::domain::page::Limit;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::service::audit::Record;
use crate::store::ReadTx;

/// How many of the newest messages are searched for a task id.
const SEARCHED: usize = 2_000;

/// What became of the recall of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecalledTask {
    /// DingTalk's task id.
    pub task_id: String,
    /// Why it was not recalled; `None` when it was.
    pub refusal: Option<Refusal>,
}

/// DingTalk's no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Its code, or ours where it gave none.
    pub code: String,
    /// Its own words, or ours.
    pub message: String,
    /// What it means and what to do.
    pub detail: Text,
}

/// A call that was made.
struct Call {
    batch: u32,
    task_id: String,
    sent_at: Timestamp,
    /// Whether an earlier call for the same people was never answered.
    lost_answer: bool,
}

/// What cancelling left and did.
#[derive(Default)]
struct Cancelled {
    /// The calls that were made.
    sent: Vec<Call>,
    /// How many batches were taken back before their call.
    cancelled: u32,
}

impl Messaging {
    /// Takes a message back. Tells of each call that was made whether DingTalk took it back.
    pub async fn recall(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: MessageId,
    ) -> Result<Vec<RecalledTask>> {
        principal.require(Permission::SendMessages, tenant)?;
        let connection = self.context.connection(tenant).await?;
        let application = self.client.application(connection.credentials);
        // Once before the turn, so that a delivery under way ends soon; once after it, for what it left.
        let early = self.cancel(tenant, id, false).await?;
        let _turn = self.turns.take(id).await;
        let late = self.cancel(tenant, id, true).await?;
        let mut tasks = Vec::new();
        let mut taken_back = Vec::new();
        for call in late.sent {
            let refusal = self.take_back(&application, connection.app.agent_id, &call).await;
            if refusal.is_none() {
                taken_back.push(call.batch);
            }
            tasks.push(RecalledTask { task_id: call.task_id, refusal });
        }
        let cancelled = early.cancelled + late.cancelled;
        if tasks.is_empty() && cancelled == 0 {
            return Err(wrong_state(
                "没有可撤回的发送：均未送出或已撤回",
                "there is nothing to recall: nothing was sent, or all is recalled",
            ));
        }
        self.note_recall(principal, tenant, id, taken_back, cancelled).await?;
        self.note_usage().await?;
        Ok(tasks)
    }

    /// Takes back what went out under one of DingTalk's task ids.
    pub async fn recall_task(
        &self,
        principal: &Principal,
        tenant: TenantId,
        task_id: &str,
    ) -> Result<RecalledTask> {
        principal.require(Permission::SendMessages, tenant)?;
        if task_id.is_empty() || !task_id.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::invalid("msg_task_id 无效", "this is not a task id"));
        }
        let connection = self.context.connection(tenant).await?;
        let application = self.client.application(connection.credentials);
        let wanted = task_id.to_owned();
        let found = self.context.store.read(move |tx| find(tx, tenant, &wanted)).await?;
        let answer = application.recall_notice(connection.app.agent_id, task_id).await;
        let refusal = answer.err().map(|error| refusal(&error));
        self.note_usage().await?;
        match found {
            _ if refusal.is_some() => {}
            Some((id, number)) => self.note_recall(principal, tenant, id, vec![number], 0).await?,
            // Sent by another program in the application's name, or long ago.
            None => {
                let now = self.context.ambient.now();
                let record = Record::by(principal, now, Some(tenant), "message.recall").about(task_id);
                self.context.store.write(move |tx| record.write(tx)).await?;
            }
        }
        Ok(RecalledTask { task_id: task_id.to_owned(), refusal })
    }

    async fn take_back(&self, application: &Application, agent_id: i64, call: &Call) -> Option<Refusal> {
        if is_over(call.sent_at, self.context.ambient.now()) {
            return Some(too_late());
        }
        match application.recall_notice(agent_id, &call.task_id).await {
            Err(error) => Some(refusal(&error)),
            Ok(()) if call.lost_answer => Some(out_of_reach()),
            Ok(()) => None,
        }
    }

    /// Cancels what is not sent yet; with `begun`, also calls whose answer was never written down, which only
    /// whoever holds the turn can tell from calls under way.
    async fn cancel(&self, tenant: TenantId, id: MessageId, begun: bool) -> Result<Cancelled> {
        let cancelled = self
            .write_rows(tenant, id, move |rows, now| {
                let mut result = Cancelled::default();
                for mut batch in rows.batches()? {
                    match &batch.state {
                        BatchState::Sent { task_id, at } => {
                            result.sent.push(Call {
                                batch: batch.number,
                                task_id: task_id.to_string(),
                                sent_at: *at,
                                lost_answer: batch.lost_answers > 0,
                            });
                        }
                        BatchState::Sending { .. } if !begun => {}
                        BatchState::Queued | BatchState::Sending { .. } => {
                            batch.cancel(RECALLED, recalled(), now);
                            rows.moved(&batch)?;
                            result.cancelled += 1;
                        }
                        BatchState::Failed { .. } | BatchState::Recalled { .. } => {}
                    }
                }
                Ok(result)
            })
            .await?;
        cancelled.ok_or_else(no_message)
    }

    async fn note_recall(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: MessageId,
        recalled: Vec<u32>,
        cancelled: u32,
    ) -> Result<()> {
        let record =
            Record::by(principal, self.context.ambient.now(), Some(tenant), "message.recall").about(id);
        self.write_rows(tenant, id, move |rows, now| {
            for number in &recalled {
                let Some(mut batch) = rows.batch(*number)? else { continue };
                if let BatchState::Sent { task_id, at } = batch.state {
                    batch.state = BatchState::Recalled { task_id, at };
                    batch.results_due_at = None;
                    rows.put_batch(&batch)?;
                }
            }
            if cancelled > 0 || !recalled.is_empty() {
                rows.message.recalled_at.get_or_insert(now);
            }
            rows.audit(record.detail(format!("callsRecalled: {}\ncancelled: {cancelled}", recalled.len())))
        })
        .await
        .map(|_| ())
    }
}

/// The message and the batch that went out under a task id, among the newest.
fn find(tx: &ReadTx<'_>, tenant: TenantId, task_id: &str) -> crate::store::Result<Option<(MessageId, u32)>> {
    let tenant = tx.in_tenant(tenant);
    let (mut seen, mut cursor) = (0, None::<Vec<u8>>);
    loop {
        let page = tenant.messages().list(Limit::new(Some(Limit::MAX)), cursor.as_deref())?;
        seen += page.items.len();
        for message in page.items {
            let batches = tenant.batches().all(message.id)?;
            let batch = batches.iter().find(|batch| batch.state.task_id() == Some(task_id));
            if let Some(batch) = batch {
                return Ok(Some((message.id, batch.number)));
            }
        }
        cursor = page.next;
        if cursor.is_none() || seen >= SEARCHED {
            return Ok(None);
        }
    }
}

fn refusal(error: &crate::dingtalk::Error) -> Refusal {
    let message = error.message.as_deref().map_or_else(|| error.explain().title.zh, str::to_owned);
    Refusal { code: outcome::code(error).into(), message, detail: outcome::words(error) }
}

fn too_late() -> Refusal {
    our_own(
        "tooLate",
        Text::new(
            "发送已超过 24 小时，钉钉不再支持撤回",
            "more than 24 hours have passed; DingTalk no longer takes it back",
        ),
    )
}

/// The task id of a call whose answer was lost is not known, so what it may have delivered stays.
fn out_of_reach() -> Refusal {
    our_own(
        ANSWER_LOST,
        Text::new(
            "此任务已撤回，但更早一次发送的应答丢失、任务号未知；若那次已送达，则无法撤回",
            "this task was recalled, but the answer of an earlier call was lost and with it the task id; \
             what that call may have delivered cannot be recalled",
        ),
    )
}

fn our_own(code: &str, detail: Text) -> Refusal {
    Refusal { code: code.to_owned(), message: detail.zh.clone(), detail }
}

/// The answer to what cannot be done with a message in its state.
pub(super) fn wrong_state(zh: &str, en: &str) -> Error {
    Error::new(ErrorCode::MessageState, zh, en)
}
