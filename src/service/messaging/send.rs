//! Accepting a message: who receives it is found out, everything is stored, and then the answer is given.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::audience::look_up;
use super::{MessageView, Messaging, worded};
use crate::dingtalk::message::encoded_bytes;
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::audit::AuditEvent;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{MessageId, TenantId};
use crate::domain::job::{Job, Work};
use crate::domain::messaging::audience::{Receiver, Resolution, resolve};
use crate::domain::messaging::content::Content;
use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::message::{Audience, BATCH, Batch, Message, Recipient, Unresolved};
use crate::domain::messaging::tally::Tally;
use crate::domain::time::Timestamp;
use crate::store::{self, WriteTx};

/// How long an idempotency key is remembered.
const KEY_MILLIS: i64 = 24 * 3_600_000;
/// The longest idempotency key, in bytes.
const LONGEST_KEY: usize = 200;
/// How many of those who cannot receive are named in an error; the rest are counted.
const NAMED: usize = 20;

/// A message that somebody wants to send.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// What it says.
    pub content: Content,
    /// For whom.
    pub audience: Audience,
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
        request.content.check(encoded_bytes(&worded(&request.content)))?;
        check_audience(&request.audience)?;
        let claim = claim(&request)?;
        if let Some(before) = self.accepted_before(tenant, claim.clone()).await? {
            return Ok(self.view(tenant, before).await?.into());
        }
        let app = self.context.connection(tenant).await?.app;
        let audience = Arc::new(request.audience);
        let wanted = Arc::clone(&audience);
        let resolution = self
            .context
            .store
            .read(move |tx| Ok(resolve(look_up(tx, tenant, &wanted)?, app.corp_id.as_deref())))
            .await?;
        if resolution.receivers.is_empty() {
            return Err(nobody(&resolution.unresolved));
        }
        let now = self.context.ambient.now();
        let Resolution { receivers, unresolved } = resolution;
        let message = Message {
            id: self.context.ambient.id().into(),
            tenant,
            content: request.content,
            audience: Arc::unwrap_or_clone(audience),
            sender: principal.actor(),
            created_at: now,
            tally: Tally::all_queued(u32::try_from(receivers.len()).unwrap_or(u32::MAX)),
            unresolved,
            recalled_at: None,
            results_read_at: None,
            results_due_at: None,
        };
        let recipients = recipients(receivers, now);
        let work = Work::Send { tenant, message: message.id };
        let job =
            Job { id: self.context.ambient.id().into(), work, due_at: now, attempts: 0, last_error: None };
        let address = principal.address();
        let id = self
            .context
            .store
            .write(move |tx| match claimed(tx, tenant, claim.as_ref(), now)? {
                Some(before) => Ok(before),
                None => store_message(tx, &message, &recipients, &job, claim.as_ref(), address),
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
    /// Forgets the idempotency keys whose time is over, tenant by tenant; gives back how many.
    pub async fn prune_idempotency_keys(&self) -> Result<usize> {
        let until = self.context.ambient.now().plus_millis(-KEY_MILLIS);
        self.context
            .store
            .write(move |tx| {
                let mut count = 0;
                for tenant in tx.tenants().all()? {
                    count += tx.in_tenant(tenant.id).idempotency().prune(until)?;
                }
                Ok(count)
            })
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
    recipients: &[Recipient],
    job: &Job,
    claim: Option<&Claim>,
    address: Option<Box<str>>,
) -> store::Result<MessageId> {
    let (id, now) = (message.id, message.created_at);
    let tenant = tx.in_tenant(message.tenant);
    tenant.messages().put(message)?;
    tenant.recipients().put_many(id, recipients)?;
    let last = recipients.last().map_or(0, |recipient| recipient.batch);
    for number in 0..=last {
        tenant.batches().put(id, &Batch::queued(number, now))?;
    }
    if let Some(claim) = claim {
        tenant.idempotency().put(&claim.key, claim.request_hash, id, now)?;
    }
    tx.jobs().push(job)?;
    tx.audit().append(AuditEvent {
        at: now,
        actor: message.sender,
        tenant: Some(message.tenant),
        action: "message.send".to_owned(),
        subject: id.to_string(),
        detail: format!("recipients: {}, unresolved: {}", recipients.len(), message.unresolved.len()),
        address,
    })?;
    Ok(id)
}

fn recipients(receivers: Vec<Receiver>, now: Timestamp) -> Vec<Recipient> {
    let numbered = receivers.into_iter().enumerate().map(|(index, receiver)| Recipient {
        member: receiver.member,
        user_id: receiver.user_id,
        name: receiver.name,
        batch: u32::try_from(index / BATCH).unwrap_or(u32::MAX),
        delivery: Delivery::Queued,
        updated_at: now,
    });
    numbered.collect()
}

fn check_audience(audience: &Audience) -> Result<()> {
    let Audience { usernames, members, departments, everyone } = audience;
    if !everyone && usernames.is_empty() && members.is_empty() && departments.is_empty() {
        return Err(Error::invalid(
            "请指定接收人：账号、成员、部门或全体",
            "say who is to receive this: accounts, members, departments or everyone",
        ));
    }
    Ok(())
}

fn claim(request: &NewMessage) -> Result<Option<Claim>> {
    let Some(key) = &request.idempotency_key else { return Ok(None) };
    if key.is_empty() || key.len() > LONGEST_KEY || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::invalid(
            format!("Idempotency-Key 须为 1 到 {LONGEST_KEY} 个可见 ASCII 字符"),
            format!("an Idempotency-Key has 1 to {LONGEST_KEY} visible ASCII characters"),
        ));
    }
    let encoded =
        postcard::to_stdvec(&(&request.content, &request.audience)).map_err(|_| Error::internal())?;
    Ok(Some(Claim { key: key.clone(), request_hash: Sha256::digest(encoded).into() }))
}

fn nobody(unresolved: &[Unresolved]) -> Error {
    if unresolved.is_empty() {
        return Error::new(
            ErrorCode::NoRecipients,
            "没有可接收的成员，请先从钉钉同步",
            "nobody can receive this; synchronise with DingTalk first",
        );
    }
    let mut zh = Vec::new();
    let mut en = Vec::new();
    for one in unresolved.iter().take(NAMED) {
        let reason = one.reason.text();
        zh.push(format!("{}（{}）", one.asked, reason.zh));
        en.push(format!("{} ({})", one.asked, reason.en));
    }
    let rest = unresolved.len().saturating_sub(NAMED);
    if rest > 0 {
        zh.push(format!("另有 {rest} 个"));
        en.push(format!("{rest} more"));
    }
    Error::new(
        ErrorCode::NoRecipients,
        format!("消息未发送，没有可接收的人：{}", zh.join("、")),
        format!("nothing was sent, for nobody can receive it: {}", en.join(", ")),
    )
}
