//! The month's calls to DingTalk, and what was chosen about messages.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use crate::domain::id::TenantId;
use crate::domain::messaging::quota;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::problem::ApiResult;
use crate::service::messaging::{MessageSettingsPatch, Messaging, UsageView};

pub(crate) struct UsageApi {
    pub(super) messaging: Messaging,
}

/// The month's calls.
#[derive(Object)]
#[oai(rename = "DingTalkUsage", rename_all = "camelCase", skip_serializing_if_is_none)]
struct Usage {
    /// The month in China.
    month: String,
    /// How many calls the enterprise has a month, as set here.
    limit: u32,
    /// How many were counted here; other applications of the enterprise use up the same month.
    used: u32,
    /// `normal`; `low` from four fifths on, when results are asked for less often; `usedUp` by our count; `exhausted`
    /// when DingTalk said so: nothing is sent then.
    level: String,
    /// The same by interface.
    calls: Vec<ApiCalls>,
    /// When the next month begins.
    resets_at: DateTime,
    /// Until when nothing is sent, because DingTalk said that the calls are used up.
    exhausted_until: Option<DateTime>,
}

/// Calls of one interface.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct ApiCalls {
    /// DingTalk's path of it.
    api: String,
    /// How many.
    count: u32,
}

/// What was chosen about messages.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct MessageSettings {
    /// The enterprise's API calls a month: 5,000 in DingTalk's standard edition.
    monthly_calls: u32,
    /// For how many days messages and their results are kept.
    kept_days: u32,
}

/// What changes of it.
#[derive(Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields)]
struct MessageSettingsChange {
    /// 100 to 100,000,000.
    monthly_calls: Option<u32>,
    /// 2 to 3,650.
    kept_days: Option<u32>,
}

impl From<UsageView> for Usage {
    fn from(UsageView { usage, settings, level }: UsageView) -> Self {
        let narrow = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            month: usage.month.to_string(),
            limit: settings.monthly_calls,
            used: narrow(usage.total()),
            level: level.name().to_owned(),
            resets_at: usage.month.end().into(),
            exhausted_until: usage.exhausted_until().map(DateTime),
            calls: usage
                .calls
                .into_iter()
                .map(|(api, count)| ApiCalls { api, count: narrow(count) })
                .collect(),
        }
    }
}

impl From<quota::MessageSettings> for MessageSettings {
    fn from(settings: quota::MessageSettings) -> Self {
        Self { monthly_calls: settings.monthly_calls, kept_days: settings.kept_days }
    }
}

#[OpenApi(tag = "Tag::Messages")]
impl UsageApi {
    /// The month's calls to DingTalk
    ///
    /// Those that DingTalk counts toward the enterprise's month, as far as this server made them.
    #[oai(path = "/tenants/:tenantId/dingtalk/usage", method = "get", operation_id = "getDingTalkUsage")]
    async fn usage(&self, caller: Caller, #[oai(name = "tenantId")] tenant: Path<u32>) -> ApiResult<Usage> {
        Ok(Json(self.messaging.usage(&caller.0, TenantId(tenant.0)).await?.into()))
    }

    /// Send on in a month that DingTalk called used up
    ///
    /// For when more calls were bought. When DingTalk refuses again, sending stops again.
    #[oai(
        path = "/tenants/:tenantId/dingtalk/usage/resume",
        method = "post",
        operation_id = "resumeDingTalkUsage"
    )]
    async fn resume(&self, caller: Caller, #[oai(name = "tenantId")] tenant: Path<u32>) -> ApiResult<Usage> {
        Ok(Json(self.messaging.resume(&caller.0, TenantId(tenant.0)).await?.into()))
    }

    /// What was chosen about messages
    #[oai(path = "/tenants/:tenantId/messageSettings", method = "get", operation_id = "getMessageSettings")]
    async fn settings(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
    ) -> ApiResult<MessageSettings> {
        Ok(Json(self.messaging.settings(&caller.0, TenantId(tenant.0)).await?.into()))
    }

    /// Choose about messages
    #[oai(
        path = "/tenants/:tenantId/messageSettings",
        method = "patch",
        operation_id = "changeMessageSettings"
    )]
    async fn change_settings(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        body: JsonBody<MessageSettingsChange>,
    ) -> ApiResult<MessageSettings> {
        let patch = MessageSettingsPatch { monthly_calls: body.0.monthly_calls, kept_days: body.0.kept_days };
        Ok(Json(self.messaging.change_settings(&caller.0, TenantId(tenant.0), patch).await?.into()))
    }
}
