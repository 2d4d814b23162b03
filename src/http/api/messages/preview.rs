//! What a message would come to, as the API tells it.

use poem_openapi::Object;

use super::content::Content;
use super::wire::{Unresolved, unresolved};
use crate::domain::messaging::content::MAXIMUM_BYTES;
use crate::domain::messaging::forecast;
use crate::domain::messaging::way;
use crate::domain::text::Language;
use crate::http::date_time::DateTime;
use crate::service::messaging;

/// What a message would come to.
#[derive(Object)]
#[oai(rename = "MessagePreview", rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct Preview {
    // Without a description: beside one, generators of clients lose the kinds.
    content: Content,
    /// Its size as DingTalk counts it.
    bytes: u32,
    /// The largest size that DingTalk takes.
    maximum_bytes: u32,
    /// How many people would receive it.
    recipients: u32,
    /// How many are left out because `exclude` names them.
    excluded: u32,
    /// Who cannot receive it.
    unresolved: Vec<Unresolved>,
    /// How it would go out: `tracked` or `broadcast`.
    delivery: String,
    /// What it costs to send it tracked.
    tracked: Cost,
    /// What it costs to broadcast it; absent when that is not possible.
    broadcast: Option<Cost>,
    /// Why it cannot be broadcast.
    no_broadcast: Option<String>,
    /// The month's calls.
    quota: Quota,
    /// What to know before sending.
    warnings: Vec<Warning>,
}

/// The calls that a way takes.
#[derive(Object)]
#[oai(rename = "MessageCost", rename_all = "camelCase")]
struct Cost {
    /// To send it.
    sending: u32,
    /// To read its results, at least.
    reading_least: u32,
    /// To read its results, at most.
    reading_most: u32,
}

/// The month's calls before and after a message.
#[derive(Object)]
#[oai(rename = "MessageQuota", rename_all = "camelCase", skip_serializing_if_is_none)]
struct Quota {
    /// The month in China.
    month: String,
    /// How many calls it has.
    limit: u32,
    /// How many were counted here.
    used: u32,
    /// How many it would be at most after this message.
    used_after_at_most: u32,
    /// `normal`, `low`, `usedUp` or `exhausted`, after it.
    level_after: String,
    /// Until when DingTalk refuses everything, when it said so.
    exhausted_until: Option<DateTime>,
}

/// Something to know before sending.
#[derive(Object)]
#[oai(rename = "MessageWarning", rename_all = "camelCase")]
struct Warning {
    /// `sameContentToday`, `dailyLimit`, `minuteLimit`, `untracked`, `monthlyCalls` or `quotaExhausted`.
    kind: String,
    /// How many people it concerns.
    people: u32,
    /// Up to 20 of them by name.
    names: Vec<String>,
    /// What happens.
    detail: String,
    /// The way around it.
    remedy: String,
}

fn narrow(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl From<way::Cost> for Cost {
    fn from(cost: way::Cost) -> Self {
        Self {
            sending: narrow(cost.sending),
            reading_least: narrow(cost.reading_least),
            reading_most: narrow(cost.reading_most),
        }
    }
}

impl Warning {
    fn of(warning: forecast::Warning, language: Language) -> Self {
        Self {
            kind: warning.kind.name().to_owned(),
            people: warning.people,
            names: warning.names,
            detail: warning.detail.get(language).to_owned(),
            remedy: warning.remedy.get(language).to_owned(),
        }
    }
}

impl Preview {
    pub(super) fn of(preview: messaging::Preview, language: Language) -> Self {
        let used = preview.usage.total();
        let quota = Quota {
            month: preview.usage.month.to_string(),
            limit: preview.monthly_calls,
            used: narrow(used),
            used_after_at_most: narrow(used.saturating_add(preview.cost().most())),
            level_after: preview.level_after.name().to_owned(),
            exhausted_until: preview.usage.exhausted_until().map(DateTime),
        };
        let (broadcast, no_broadcast) = match preview.broadcast {
            Ok(cost) => (Some(cost.into()), None),
            Err(obstacle) => (None, Some(obstacle.get(language).to_owned())),
        };
        Self {
            content: preview.content.into(),
            bytes: u32::try_from(preview.bytes).unwrap_or(u32::MAX),
            maximum_bytes: u32::try_from(MAXIMUM_BYTES).unwrap_or(u32::MAX),
            recipients: preview.recipients,
            excluded: preview.excluded,
            unresolved: unresolved(preview.unresolved, language),
            delivery: preview.way.name().to_owned(),
            tracked: preview.tracked.into(),
            broadcast,
            no_broadcast,
            quota,
            warnings: preview.warnings.into_iter().map(|warning| Warning::of(warning, language)).collect(),
        }
    }
}
