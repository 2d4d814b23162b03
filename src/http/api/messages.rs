//! Messages: sending, and the truth about every delivery.

mod afterwards;
mod content;
mod new_message;
mod preview;
mod query;
mod wire;

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;

use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::{EventStream, Json};
use poem_openapi::{ApiResponse, OpenApi};

use self::afterwards::{Cancelled, Recall, Resent};
use self::new_message::NewMessage;
use self::preview::Preview;
use self::query::{Status, query};
pub(super) use self::wire::DeliveryState;
use self::wire::{Accepted, Message, Recipient};
use super::{Tag, id};
use crate::domain::error;
use crate::domain::id::{MessageId, TenantId};
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::live::Live;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::{ApiResult, Problem};
use crate::http::request::RequestInfo;
use crate::service::messaging::Messaging;

/// How long an answer waits for DingTalk's first task ids.
const FIRST_MOMENT: Duration = Duration::from_secs(1);
/// The pause between two events.
const BREATH: Duration = Duration::from_millis(200);

pub(crate) struct Messages {
    pub(super) messaging: Messaging,
    pub(super) live: Live,
}

/// A message that was taken on.
#[derive(ApiResponse)]
enum MessageAccepted {
    /// On disk; sending goes on.
    #[oai(status = 202)]
    Accepted(Json<Accepted>),
}

/// A message that is sent again.
#[derive(ApiResponse)]
enum MessageResent {
    /// On disk; sending goes on.
    #[oai(status = 202)]
    Accepted(Json<Resent>),
}

pub(super) fn message_id(text: &str) -> error::Result<MessageId> {
    id(text, "消息", "message")
}

#[OpenApi(tag = "Tag::Messages")]
impl Messages {
    /// Send a message
    ///
    /// As DingTalk work notifications, in calls of up to 100 people. Whoever cannot receive it is named in
    /// `unresolved`; when nobody can, nothing is sent and the answer is `noRecipients`. `tasks` holds the task ids
    /// that DingTalk gave within the first moment; the message itself tells all of them later.
    #[oai(path = "/tenants/:tenantId/messages", method = "post", operation_id = "sendMessage")]
    async fn send(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// Makes repeating the request harmless for 24 hours: the same key with the same body gives the same answer.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        body: JsonBody<NewMessage>,
    ) -> Result<MessageAccepted, Problem> {
        let tenant = TenantId(tenant.0);
        let accepted = self.messaging.send(&caller.0, tenant, body.0.into_business(key.0)?).await?;
        let view = self.messaging.wait_sent(tenant, accepted.id, FIRST_MOMENT).await?;
        Ok(MessageAccepted::Accepted(Json(Accepted::of(view.into(), info.language))))
    }

    /// What a message would come to
    ///
    /// Nothing is sent. Whatever sending would refuse is refused here, but an audience that reaches nobody is shown.
    #[oai(path = "/tenants/:tenantId/messages/preview", method = "post", operation_id = "previewMessage")]
    async fn preview(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        body: JsonBody<NewMessage>,
    ) -> ApiResult<Preview> {
        let request = body.0.into_business(None)?;
        let preview = self.messaging.preview(&caller.0, TenantId(tenant.0), request).await?;
        Ok(Json(Preview::of(preview, info.language)))
    }

    /// Messages that were sent
    ///
    /// The newest first, without their calls.
    #[oai(path = "/tenants/:tenantId/messages", method = "get", operation_id = "listMessages")]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the request")]
    async fn list(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// Part of what it says, without regard to case.
        q: Query<Option<String>>,
        /// Only those that stand so.
        status: Query<Option<Status>>,
        /// Only those that this account or API token sent, by its id.
        sender: Query<Option<String>>,
        /// Only those accepted at this moment or later.
        since: Query<Option<DateTime>>,
        /// Only those accepted before this moment.
        until: Query<Option<DateTime>>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<Message>> {
        let from = cursor(from.0.as_deref())?;
        let query = query(q.0, status.0, sender.0, [since.0, until.0]);
        let page = self.messaging.list(&caller.0, TenantId(tenant.0), query, limit(asked.0), from).await?;
        Ok(Json(Page::of(page, |message| Message::listed(message, info.language))))
    }

    /// One message
    #[oai(path = "/tenants/:tenantId/messages/:messageId", method = "get", operation_id = "getMessage")]
    async fn get(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "messageId")] message: Path<String>,
    ) -> ApiResult<Message> {
        let view = self.messaging.get(&caller.0, TenantId(tenant.0), message_id(&message)?).await?;
        Ok(Json(Message::whole(view, info.language)))
    }

    /// Follow a message
    ///
    /// Server-sent events: the message without its calls as it stands, then again whenever it moves (at most a few times
    /// a second), until nothing about it changes any more, at most a day.
    #[oai(
        path = "/tenants/:tenantId/messages/:messageId/events",
        method = "get",
        operation_id = "followMessage"
    )]
    async fn events(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "messageId")] message: Path<String>,
    ) -> Result<EventStream<BoxStream<'static, Message>>, Problem> {
        let course = self.messaging.follow(&caller.0, TenantId(tenant.0), message_id(&message)?).await?;
        let language = info.language;
        let documents = course.enumerate().then(move |(number, view)| async move {
            // So that a fast message does not flood a browser; the first look comes at once.
            if number > 0 {
                tokio::time::sleep(BREATH).await;
            }
            Message::of(view.message, language)
        });
        Ok(self.live.tell(documents))
    }

    /// What became of it, person by person
    #[oai(
        path = "/tenants/:tenantId/messages/:messageId/recipients",
        method = "get",
        operation_id = "listRecipients"
    )]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the request")]
    async fn recipients(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "messageId")] message: Path<String>,
        /// Only those in this state.
        state: Query<Option<DeliveryState>>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<Recipient>> {
        let (tenant, message, from) = (TenantId(tenant.0), message_id(&message)?, cursor(from.0.as_deref())?);
        let state = state.0.map(DeliveryState::name);
        let page = self.messaging.recipients(&caller.0, tenant, message, state, limit(asked.0), from).await?;
        Ok(Json(Page::of(page, |recipient| Recipient::of(recipient, info.language))))
    }

    /// Cancel what is still queued
    ///
    /// What DingTalk has already, it keeps; that is for a recall.
    #[oai(
        path = "/tenants/:tenantId/messages/:messageId/cancel",
        method = "post",
        operation_id = "cancelMessage"
    )]
    async fn cancel(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "messageId")] message: Path<String>,
    ) -> ApiResult<Cancelled> {
        let tenant = TenantId(tenant.0);
        let outcome = self.messaging.cancel_queued(&caller.0, tenant, message_id(&message)?).await?;
        Ok(Json(outcome.into()))
    }

    /// Take a message back
    ///
    /// What is still queued is cancelled; what was sent is recalled within 24 hours, call by call.
    #[oai(
        path = "/tenants/:tenantId/messages/:messageId/recall",
        method = "post",
        operation_id = "recallMessage"
    )]
    async fn recall(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "messageId")] message: Path<String>,
    ) -> ApiResult<Recall> {
        let tasks = self.messaging.recall(&caller.0, TenantId(tenant.0), message_id(&message)?).await?;
        Ok(Json(Recall::of(tasks, info.language)))
    }

    /// Send again to those whom it did not reach
    ///
    /// To the failed, and to the refused where DingTalk would not refuse again; never to those whose delivery is
    /// uncertain.
    #[oai(
        path = "/tenants/:tenantId/messages/:messageId/resend",
        method = "post",
        operation_id = "resendMessage"
    )]
    async fn resend(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "messageId")] message: Path<String>,
    ) -> Result<MessageResent, Problem> {
        let resent = self.messaging.resend(&caller.0, TenantId(tenant.0), message_id(&message)?).await?;
        Ok(MessageResent::Accepted(Json(resent.into())))
    }
}
