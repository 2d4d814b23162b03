//! From a request to whom it reaches and how: what sending and its preview have in common.
//!
//! Must not write anything. Invariant: a preview and the message that follows it decide alike.

use std::sync::Arc;

use super::audience::{look_up, look_up_excluded};
use super::wording::worded;
use super::{Messaging, NewMessage};
use crate::dingtalk::message::encoded_bytes;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::domain::messaging::audience::{Resolution, resolve};
use crate::domain::messaging::content::Content;
use crate::domain::messaging::message::{Audience, Unresolved};
use crate::domain::messaging::quota::{ApiUsage, MessageSettings, Month};
use crate::domain::messaging::way::{self, Course};
use crate::domain::text::Text;

/// How many of those who cannot receive are named in an error; the rest are counted.
const NAMED: usize = 20;

/// What a request comes to.
pub(super) struct Intended {
    /// Who receives it and who cannot.
    pub(super) resolution: Resolution,
    /// How it goes out; an error when it cannot go out as wanted.
    pub(super) course: Result<Course>,
    /// The calls of a broadcast, or why there can be none.
    pub(super) broadcast: std::result::Result<usize, Text>,
    /// The month's calls before it.
    pub(super) usage: ApiUsage,
    /// What the tenant's administrators chose.
    pub(super) settings: MessageSettings,
    /// The size of the message object.
    pub(super) bytes: usize,
}

impl Messaging {
    /// Checks a request and finds out what it comes to.
    pub(super) async fn intend(
        &self,
        principal: &Principal,
        tenant: TenantId,
        request: &NewMessage,
    ) -> Result<Intended> {
        let bytes = encoded_bytes(&worded(&request.content));
        request.content.check(bytes)?;
        check_audience(&request.audience)?;
        let app = self.context.connection(tenant).await?.app;
        self.note_usage().await?;
        let (audience, sees_others) =
            (Arc::new(request.audience.clone()), principal.is_platform_administrator());
        let (wanted, month) = (Arc::clone(&audience), Month::of(self.context.ambient.now()));
        let (resolution, usage, settings) = self
            .context
            .store
            .read(move |tx| {
                let excluded = look_up_excluded(tx, tenant, &wanted.exclude)?;
                let asked = look_up(tx, tenant, &wanted, sees_others)?;
                let own = tx.in_tenant(tenant);
                let resolution = resolve(asked, app.corp_id.as_deref(), excluded);
                Ok((resolution, own.api_usage(month)?, own.message_settings()?))
            })
            .await?;
        let remaining = u64::from(settings.monthly_calls).saturating_sub(usage.total());
        let broadcast = match request.content.most_people() {
            Some(most) => Err(for_few(most)),
            None => way::broadcast(&audience, &resolution.groups, &resolution.receivers),
        };
        let broadcast_calls = broadcast.as_ref().map(Vec::len).map_err(Text::clone);
        let course = within_reach(&request.content, resolution.receivers.len())
            .and_then(|()| way::choose(request.delivery, broadcast, &resolution.receivers, remaining));
        Ok(Intended { resolution, course, broadcast: broadcast_calls, usage, settings, bytes })
    }
}

/// DingTalk delivers some contents to a few people only.
fn within_reach(content: &Content, people: usize) -> Result<()> {
    match content.most_people() {
        Some(most) if people > most => Err(Error::new(
            ErrorCode::MessageInvalid,
            format!("带状态栏的 OA 消息一次最多发给 {most} 人，当前为 {people} 人，请减少接收人或去掉状态栏"),
            format!(
                "an OA message with a status bar goes to {most} people at most, this one to {people}: name fewer, or drop the status"
            ),
        )),
        _ => Ok(()),
    }
}

fn for_few(most: usize) -> Text {
    Text::new(
        format!("带状态栏的 OA 消息只能逐人发送，最多 {most} 人"),
        format!("an OA message with a status bar is sent to people by name, {most} at most"),
    )
}

fn check_audience(audience: &Audience) -> Result<()> {
    let Audience { usernames, members, departments, everyone, .. } = audience;
    if !everyone && usernames.is_empty() && members.is_empty() && departments.is_empty() {
        return Err(Error::invalid(
            "请指定接收人：账号、成员、部门或全体",
            "say who is to receive this: accounts, members, departments or everyone",
        ));
    }
    Ok(())
}

/// The answer when nobody can receive a message.
pub(super) fn nobody(unresolved: &[Unresolved]) -> Error {
    if unresolved.is_empty() {
        return Error::new(
            ErrorCode::NoRecipients,
            "没有可接收的成员，请先从钉钉同步，或检查排除名单",
            "nobody can receive this; synchronise with DingTalk first, or look at the exclusions",
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
