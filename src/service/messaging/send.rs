//! Accepting a message: who receives it is found out, everything is stored, and then the answer is given.

use sha2::{Digest, Sha256};

use super::course::{Intended, nobody};
use super::{MessageView, Messaging};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{MessageId, TenantId};
use crate::domain::job::{Job, Work};
use crate::domain::messaging::content::Content;
use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::message::{Audience, Batch, Message, Recipient, Unresolved};
use crate::domain::messaging::tally::Tally;
use crate::domain::messaging::way::{Share, Way, Wish};
use crate::domain::time::Timestamp;
use crate::service::audit::Record;
use crate::store::{self, WriteTx};

/// How long an idempotency key is remembered.
const KEY_MILLIS: i64 = 24 * 3_600_000;
/// The longest idempotency key, in bytes.
const LONGEST_KEY: usize = 200;

/// A message that somebody wants to send.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// What it says.
    pub content: Content,
    /// For whom.
    pub audience: Audience,
    /// How it is to go out.
    pub delivery: Wish,
    /// Makes repeating the request harmless for 24 hours.
    pub idempotency_key: Option<String>,
}

/// A message that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Its id.
    pub id: MessageId,
    /// How many people it goes to.
    pub accepted: u32,
    /// How it goes out.
    pub way: Way,
    /// Who of the audience cannot receive it.
    pub unresolved: Vec<Unresolved>,
    /// DingTalk's task ids, as far as it gave any by now.
    pub tasks: Vec<String>,
}

impl From<MessageView> for Accepted {
    fn from(view: MessageView) -> Self {
        Self {
            id: view.message.id,
            accepted: view.message.tally.total(),
            way: view.message.way,
            tasks: view.tasks(),
            unresolved: view.message.unresolved,
        }
    }
}

/// A request under its idempotency key.
#[derive(Clone)]
struct Claim {
    key: String,
    request_hash: [u8; 32],
}

impl Messaging {
    /// Accepts a message. It is on disk when this returns; sending begins at once.
    pub async fn send(
        &self,
        principal: &Principal,
        tenant: TenantId,
        request: NewMessage,
    ) -> Result<Accepted> {
        principal.require(Permission::SendMessages, tenant)?;
        let claim = claim(&request)?;
        if let Some(before) = self.accepted_before(tenant, claim.clone()).await? {
            return Ok(self.view(tenant, before).await?.into());
        }
        let Intended { resolution, course, .. } = self.intend(principal, tenant, &request).await?;
        if resolution.receivers.is_empty() {
            return Err(nobody(&resolution.unresolved));
        }
        let course = course?;
        let now = self.context.ambient.now();
        let message = Message {
            id: self.context.ambient.id().into(),
            tenant,
            content: request.content,
            audience: request.audience,
            way: course.way,
            sender: principal.actor(),
            created_at: now,
            tally: Tally::all_queued(u32::try_from(resolution.receivers.len()).unwrap_or(u32::MAX)),
            unresolved: resolution.unresolved,
            recalled_at: None,
            cancelled_at: None,
            held_until: None,
            settled_at: None,
            results_read_at: None,
            results_due_at: None,
        };
        let (batches, recipients) = divided(course.shares, now);
        let work = Work::Send { tenant, message: message.id };
        let job =
            Job { id: self.context.ambient.id().into(), work, due_at: now, attempts: 0, last_error: None };
        let told = format!("recipients: {}\nunresolved: {}", recipients.len(), message.unresolved.len());
        let record = Record::by(principal, now, Some(tenant), "message.send").about(message.id).detail(told);
        let id = self
            .context
            .store
            .write(move |tx| match claimed(tx, tenant, claim.as_ref(), now)? {
                Some(before) => Ok(before),
                None => store_message(tx, &message, &batches, &recipients, &job, claim.as_ref(), record),
            })
            .await?;
        self.context.wake.notify_one();
        Ok(self.view(tenant, id).await?.into())
    }

    /// The message that the same request led to before.
    async fn accepted_before(&self, tenant: TenantId, claim: Option<Claim>) -> Result<Option<MessageId>> {
        let now = self.context.ambient.now();
        self.context.store.read(move |tx| claimed(tx, tenant, claim.as_ref(), now)).await
    }
}

impl Messaging {
    /// Forgets the idempotency keys whose time is over; gives back how many.
    pub async fn prune_idempotency_keys(&self) -> Result<usize> {
        let until = self.context.ambient.now().plus_millis(-KEY_MILLIS);
        self.context
            .forget_outlived(
                move |tenant| tenant.idempotency().outlived(until),
                move |tenant, found| tenant.idempotency().forget(found, until),
            )
            .await
    }
}

/// What was accepted under the key. Another request under the same key is refused.
fn claimed<M>(
    tx: &store::Tx<'_, M>,
    tenant: TenantId,
    claim: Option<&Claim>,
    now: Timestamp,
) -> store::Result<Option<MessageId>> {
    let Some(claim) = claim else { return Ok(None) };
    let before = tx.in_tenant(tenant).idempotency().get(&claim.key)?;
    match before.filter(|before| now.millis_since(before.at) < KEY_MILLIS) {
        None => Ok(None),
        Some(before) if before.request_hash == claim.request_hash => Ok(Some(before.message)),
        Some(_) => Err(Error::new(
            ErrorCode::IdempotencyKeyReused,
            "此 Idempotency-Key 在 24 小时内已用于另一条消息，请换一个",
            "this Idempotency-Key was used for another message within 24 hours; use a new one",
        )
        .into()),
    }
}

fn store_message(
    tx: &WriteTx<'_>,
    message: &Message,
    batches: &[Batch],
    recipients: &[Recipient],
    job: &Job,
    claim: Option<&Claim>,
    record: Record,
) -> store::Result<MessageId> {
    let (id, now) = (message.id, message.created_at);
    let tenant = tx.in_tenant(message.tenant);
    tenant.messages().put(message)?;
    tenant.recipients().put_many(id, recipients)?;
    batches.iter().try_for_each(|batch| tenant.batches().put(id, batch))?;
    if let Some(claim) = claim {
        tenant.idempotency().put(&claim.key, claim.request_hash, id, now)?;
    }
    tx.jobs().push(job)?;
    record.write(tx)?;
    Ok(id)
}

/// The calls and their people; a call's people are stored with its number.
fn divided(shares: Vec<Share>, now: Timestamp) -> (Vec<Batch>, Vec<Recipient>) {
    let mut batches = Vec::new();
    let mut recipients = Vec::new();
    for (number, share) in (0..).zip(shares) {
        batches.push(Batch { target: share.target, ..Batch::queued(number, now) });
        recipients.extend(share.receivers.into_iter().map(|receiver| Recipient {
            member: receiver.member,
            user_id: receiver.user_id,
            name: receiver.name,
            batch: number,
            delivery: Delivery::Queued,
            updated_at: now,
        }));
    }
    (batches, recipients)
}

fn claim(request: &NewMessage) -> Result<Option<Claim>> {
    let Some(key) = &request.idempotency_key else { return Ok(None) };
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::invalid(
            format!("Idempotency-Key 须为 1 到 {LONGEST_KEY} 个可见 ASCII 字符"),
            format!("an Idempotency-Key has 1 to {LONGEST_KEY} visible ASCII characters"),
        ));
    }
    let encoded = postcard::to_stdvec(&(&request.content, &request.audience, request.delivery))
        .map_err(|_| Error::internal())?;
    Ok(Some(Claim { key: key.clone(), request_hash: Sha256::digest(encoded).into() }))
}
