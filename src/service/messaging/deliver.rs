//! Handing a message to DingTalk, batch by batch.
//!
//! Invariant: a batch is marked "sending" on disk before its call and its end is written after it, so a batch found
//! "sending" by whoever holds the message's turn is one whose answer was lost.

use std::sync::PoisonError;

use super::rows::Rows;
use super::wording::worded;
use super::{Messaging, outcome};
use crate::dingtalk::{Application, Receivers};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{MessageId, TenantId};
use crate::domain::messaging::content::Content;
use crate::domain::messaging::delivery::BatchState;
use crate::domain::messaging::message::Batch;
use crate::domain::messaging::outbox::Outcome;
use crate::domain::messaging::results::first_reading;
use crate::domain::messaging::way::Target;
use crate::domain::time::Timestamp;
use crate::store;

/// What to do about a batch.
enum Turned {
    /// Call DingTalk for this target, which for people are these userids.
    Call(Target, Vec<String>),
    /// Nothing, now or ever.
    Pass,
    /// Nothing more for the whole message, until its next job.
    Rest,
}

impl Messaging {
    /// Sends what is queued of a message; run by its job. What cannot be sent now has a job of its own when this
    /// returns.
    pub async fn deliver(&self, tenant: TenantId, id: MessageId) -> Result<()> {
        let _turn = self.turns.take(id).await;
        let Some((content, numbers)) = self.unsettled(tenant, id).await? else { return Ok(()) };
        let connection = match self.context.connection(tenant).await {
            Ok(connection) => connection,
            Err(refusal) if is_about_configuration(&refusal) => {
                return self.refuse_rest(tenant, id, &refusal).await;
            }
            Err(failure) => return Err(failure),
        };
        let agent_id = connection.app.agent_id;
        let application = self.client.application(connection.credentials);
        for number in numbers {
            match self.begin(tenant, id, number).await? {
                Turned::Pass => {}
                Turned::Rest => break,
                Turned::Call(target, user_ids) => {
                    let receivers = match &target {
                        Target::People => Receivers::Users(&user_ids),
                        Target::Departments(ids) => Receivers::Departments(ids),
                        Target::Everyone => Receivers::Everyone,
                    };
                    let ended = self.call(&application, agent_id, receivers, &content).await;
                    if self.end(tenant, id, number, ended).await? == BatchState::Queued {
                        break;
                    }
                }
            }
        }
        self.note_usage().await
    }

    async fn call(
        &self,
        application: &Application,
        agent_id: i64,
        receivers: Receivers<'_>,
        content: &Content,
    ) -> (Outcome, Option<Box<str>>) {
        let answer = application.send_notice(agent_id, receivers, &worded(content)).await;
        let request_id = match &answer {
            Ok(sent) => sent.request_id.as_deref(),
            Err(error) => error.request_id.as_deref(),
        };
        (outcome::of_send(&answer, self.context.ambient.now()), request_id.map(Into::into))
    }

    /// The content and the numbers of the batches that are not settled, if there are any.
    async fn unsettled(&self, tenant: TenantId, id: MessageId) -> Result<Option<(Content, Vec<u32>)>> {
        self.context
            .store
            .read(move |tx| {
                let tenant = tx.in_tenant(tenant);
                let Some(message) = tenant.messages().get(id)? else { return Ok(None) };
                let batches = tenant.batches().all(id)?;
                let open = batches.iter().filter(|batch| !batch.state.is_settled());
                let numbers: Vec<u32> = open.map(|batch| batch.number).collect();
                Ok((!numbers.is_empty()).then_some((message.content, numbers)))
            })
            .await
    }

    /// Marks a batch as being sent.
    async fn begin(&self, tenant: TenantId, id: MessageId, number: u32) -> Result<Turned> {
        let (ambient, paces) = (self.context.ambient.clone(), self.paces.clone());
        let [jitter] = ambient.random();
        self.write_rows(tenant, id, move |rows, now| {
            let Some(mut batch) = rows.batch(number)? else { return Ok(Turned::Pass) };
            if matches!(batch.state, BatchState::Sending { .. }) {
                batch.end(Outcome::Lost, now, jitter);
                rows.moved(&batch)?;
                return Ok(if batch.state.is_settled() { Turned::Pass } else { Turned::Rest });
            }
            if !batch.may_begin(now) {
                if batch.state.is_settled() {
                    rows.moved(&batch)?;
                }
                return Ok(Turned::Pass);
            }
            if let Some(until) = rows.usage()?.exhausted_until() {
                rows.hold(until)?;
                return Ok(Turned::Rest);
            }
            let people = rows.people(number)?;
            let count = u32::try_from(people.len()).unwrap_or(u32::MAX);
            let mut paces = paces.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(later) = paces.entry(tenant).or_default().admit(count, now) {
                rows.send_at(later)?;
                return Ok(Turned::Rest);
            }
            batch.begin(now);
            rows.moved(&batch)?;
            let user_ids = people.into_iter().map(|person| person.user_id.into()).collect();
            Ok(Turned::Call(batch.target, user_ids))
        })
        .await
        .map(|turned| turned.unwrap_or(Turned::Pass))
    }

    /// Writes down how a call ended; the batch's state then.
    async fn end(
        &self,
        tenant: TenantId,
        id: MessageId,
        number: u32,
        (outcome, request_id): (Outcome, Option<Box<str>>),
    ) -> Result<BatchState> {
        let [jitter] = self.context.ambient.random();
        let state = self
            .write_rows(tenant, id, move |rows, now| {
                let Some(mut batch) = rows.batch(number)? else { return Ok(None) };
                batch.request_id = request_id;
                take_down(&mut batch, outcome.clone(), now, jitter);
                rows.moved(&batch)?;
                match outcome {
                    Outcome::Refused { all: true, .. } => refuse_queued(rows, &outcome, now)?,
                    Outcome::Exhausted { until } => {
                        rows.exhaust()?;
                        rows.hold(until)?;
                    }
                    _ => {}
                }
                Ok(Some(batch.state))
            })
            .await?;
        Ok(state.flatten().unwrap_or(BatchState::Queued))
    }

    /// Gives up what is queued, because nothing can be sent in this tenant's name any more.
    async fn refuse_rest(&self, tenant: TenantId, id: MessageId, refusal: &Error) -> Result<()> {
        let code = refusal.code.as_str().into();
        let outcome = Outcome::Refused { all: true, code, detail: refusal.detail.clone() };
        self.write_rows(tenant, id, move |rows, now| {
            for mut batch in rows.batches()? {
                if matches!(batch.state, BatchState::Sending { .. }) {
                    batch.end(Outcome::Lost, now, 0);
                    rows.moved(&batch)?;
                }
            }
            refuse_queued(rows, &outcome, now)
        })
        .await?;
        Ok(())
    }

    /// Changes a message's rows in one transaction; `None` when there is no such message.
    pub(super) async fn write_rows<T: Send + 'static>(
        &self,
        tenant: TenantId,
        id: MessageId,
        change: impl FnOnce(&mut Rows<'_, '_>, Timestamp) -> store::Result<T> + Send + 'static,
    ) -> Result<Option<T>> {
        let ambient = self.context.ambient.clone();
        let now = ambient.now();
        let changed = self
            .context
            .store
            .write(move |tx| {
                let Some(mut rows) = Rows::open(tx, tenant, id, &ambient, now)? else { return Ok(None) };
                let changed = change(&mut rows, now)?;
                rows.finish()?;
                Ok(Some(changed))
            })
            .await?;
        self.context.wake.notify_one();
        self.moved.send_modify(|count| *count += 1);
        Ok(changed)
    }
}

fn take_down(batch: &mut Batch, outcome: Outcome, now: Timestamp, jitter: u8) {
    batch.end(outcome, now, jitter);
    if let BatchState::Sent { at, .. } = batch.state
        && batch.target == Target::People
    {
        batch.results_due_at = Some(first_reading(at));
    }
}

fn refuse_queued(rows: &mut Rows<'_, '_>, outcome: &Outcome, now: Timestamp) -> store::Result<()> {
    for mut batch in rows.batches()? {
        if batch.state == BatchState::Queued {
            batch.end(outcome.clone(), now, 0);
            rows.moved(&batch)?;
        }
    }
    Ok(())
}

fn is_about_configuration(error: &Error) -> bool {
    matches!(error.code, ErrorCode::DingTalkNotConfigured | ErrorCode::DingTalkDisabled | ErrorCode::NotFound)
}
