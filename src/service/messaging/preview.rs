//! What a message would come to, without sending it.
//!
//! Must not write anything but what was counted. Invariant: the preview decides as sending does.

use super::course::Intended;
use super::{Messaging, NewMessage};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::id::TenantId;
use crate::domain::messaging::content::Content;
use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::forecast::{MOST_A_DAY, Today, Warning, WarningKind, day_begins, warnings};
use crate::domain::messaging::message::{BATCH, Unresolved};
use crate::domain::messaging::quota::{ApiUsage, Level};
use crate::domain::messaging::way::{Cost, Way};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;
use crate::store::{self, ReadTx};

/// How many of today's messages are looked through.
const LOOKED_THROUGH: usize = 2_000;
/// How many recipients of today's messages are looked at.
const RECIPIENTS_LOOKED_AT: u32 = 200_000;

/// What a message would come to.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The content, checked.
    pub content: Content,
    /// The size of the message object.
    pub bytes: usize,
    /// How many people would receive it.
    pub recipients: u32,
    /// How many are left out by the exclusion.
    pub excluded: u32,
    /// Who cannot receive it.
    pub unresolved: Vec<Unresolved>,
    /// How it would go out.
    pub way: Way,
    /// What each way costs.
    pub tracked: Cost,
    /// The same for a broadcast, or why there can be none.
    pub broadcast: std::result::Result<Cost, Text>,
    /// The month's calls before it.
    pub usage: ApiUsage,
    /// The calls of a month.
    pub monthly_calls: u32,
    /// How near the month's end would be after it.
    pub level_after: Level,
    /// What to know before sending.
    pub warnings: Vec<Warning>,
}

impl Preview {
    /// What it costs the way it would go.
    pub fn cost(&self) -> Cost {
        match (self.way, &self.broadcast) {
            (Way::Broadcast, Ok(cost)) => *cost,
            _ => self.tracked,
        }
    }
}

impl Messaging {
    /// Tells what a message would come to. What sending would refuse is refused, but for an audience that reaches nobody.
    pub async fn preview(
        &self,
        principal: &Principal,
        tenant: TenantId,
        request: NewMessage,
    ) -> Result<Preview> {
        principal.require(Permission::SendMessages, tenant)?;
        let Intended { resolution, course, broadcast, usage, settings, bytes } =
            self.intend(principal, tenant, &request).await?;
        let course = course?;
        let receivers = resolution.receivers;
        let now = self.context.ambient.now();
        let content = request.content.clone();
        let today = self.context.store.read(move |tx| today(tx, tenant, &content, now)).await?;
        let tracked = Cost::of(Way::Tracked, receivers.len().div_ceil(BATCH));
        let broadcast = broadcast.map(|calls| Cost::of(Way::Broadcast, calls));
        let mut preview = Preview {
            content: request.content,
            bytes,
            recipients: u32::try_from(receivers.len()).unwrap_or(u32::MAX),
            excluded: resolution.excluded,
            unresolved: resolution.unresolved,
            way: course.way,
            tracked,
            broadcast,
            monthly_calls: settings.monthly_calls,
            level_after: Level::Normal,
            warnings: warnings(&receivers, course.way, &today),
            usage,
        };
        let mut after = preview.usage.clone();
        *after.calls.entry(String::new()).or_default() += preview.cost().most();
        preview.level_after = after.level(settings.monthly_calls);
        preview.warnings.extend(about_quota(&preview));
        Ok(preview)
    }
}

fn about_quota(preview: &Preview) -> Option<Warning> {
    let warning = |kind, detail, remedy| {
        Some(Warning { kind, people: preview.recipients, names: Vec::new(), detail, remedy })
    };
    if preview.usage.exhausted_at.is_some() {
        return warning(
            WarningKind::QuotaExhausted,
            Text::new(
                "钉钉已告知本月 API 调用次数用尽，消息会保存并在下月自动发送",
                "DingTalk says that the month's API calls are used up; the message is kept and goes out next month",
            ),
            Text::new(
                "如已在钉钉购买更多次数，请在用量页点击“恢复发送”",
                "if more calls were bought, let sending be resumed on the usage page",
            ),
        );
    }
    let left = u64::from(preview.monthly_calls).saturating_sub(preview.usage.total());
    let (least, most) = (preview.cost().sending, preview.cost().most());
    if most <= left {
        return None;
    }
    warning(
        WarningKind::MonthlyCalls,
        Text::new(
            format!("需要 {least} 到 {most} 次调用，本月按记录只剩 {left} 次"),
            format!("this takes {least} to {most} calls; by our count {left} are left of the month"),
        ),
        Text::new(
            "可改用广播、缩小范围，或在钉钉购买更多次数；结果会自动减少查询",
            "broadcast it, send it to fewer people, or buy more calls; results will be asked for less often",
        ),
    )
}

/// What was sent today, as far as it concerns this content. Counting each person's messages is left out while there are
/// too few messages for anybody to have too many.
fn today(tx: &ReadTx<'_>, tenant: TenantId, content: &Content, now: Timestamp) -> store::Result<Today> {
    let own = tx.in_tenant(tenant);
    let messages = own.messages().since(day_begins(now), LOOKED_THROUGH)?;
    let counts = messages.len() >= usize::try_from(MOST_A_DAY).unwrap_or(usize::MAX);
    let (mut today, mut looked_at) = (Today::default(), 0);
    for message in messages {
        let same = message.content == *content;
        if !(same || counts) || looked_at > RECIPIENTS_LOOKED_AT {
            continue;
        }
        looked_at += message.tally.total();
        for recipient in own.recipients().all(message.id)? {
            let arrived = matches!(
                recipient.delivery,
                Delivery::Queued | Delivery::Sent | Delivery::Unread | Delivery::Read | Delivery::Untracked
            );
            if arrived {
                *today.messages.entry(recipient.member).or_default() += 1;
                if same {
                    today.same_content.insert(recipient.member);
                }
            }
        }
    }
    Ok(today)
}
