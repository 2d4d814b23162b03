//! The month's calls of each tenant's application, and what its administrators chose about messages.
//!
//! Invariant: what the client counted is written down with the next look at it; only a crash in between forgets some.

use super::Messaging;
use super::rows::Rows;
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, Result};
use crate::domain::id::{MessageId, TenantId};
use crate::domain::job::{Job, Work};
use crate::domain::messaging::quota::{ApiUsage, Level, MessageSettings, Month};
use crate::domain::time::Timestamp;
use crate::service::audit::Record;
use crate::store::{self, WriteTx};

/// The month's calls, and what they mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageView {
    /// What was counted.
    pub usage: ApiUsage,
    /// What was chosen.
    pub settings: MessageSettings,
    /// How near the end is.
    pub level: Level,
}

/// What changes of the settings; `None` stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct MessageSettingsPatch {
    /// The enterprise's calls a month.
    pub monthly_calls: Option<u32>,
    /// For how many days messages are kept.
    pub kept_days: Option<u32>,
}

impl Messaging {
    /// This month's calls.
    pub async fn usage(&self, principal: &Principal, tenant: TenantId) -> Result<UsageView> {
        principal.require(Permission::SendMessages, tenant)?;
        self.note_usage().await?;
        self.usage_view(tenant).await
    }

    /// Sends on, although DingTalk said that the month's calls are used up: somebody bought more.
    pub async fn resume(&self, principal: &Principal, tenant: TenantId) -> Result<UsageView> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let (ambient, now) = (self.context.ambient.clone(), self.context.ambient.now());
        let record = Record::by(principal, now, Some(tenant), "usage.resume").about(Month::of(now));
        self.context
            .store
            .write(move |tx| {
                let own = tx.in_tenant(tenant);
                let usage = ApiUsage { exhausted_at: None, ..own.api_usage(Month::of(now))? };
                own.put_api_usage(&usage)?;
                for (job, message) in waiting(tx, tenant, now)? {
                    let Some(mut rows) = Rows::open(tx, tenant, message, &ambient, now)? else { continue };
                    if rows.message.held_until.take().is_none() {
                        continue;
                    }
                    for mut batch in rows.batches()? {
                        batch.hasten(now);
                        rows.put_batch(&batch)?;
                    }
                    rows.finish()?;
                    tx.jobs().put(&Job { due_at: now, ..job })?;
                }
                record.write(tx)
            })
            .await?;
        self.context.wake.notify_one();
        self.usage_view(tenant).await
    }

    /// What was chosen about messages.
    pub async fn settings(&self, principal: &Principal, tenant: TenantId) -> Result<MessageSettings> {
        principal.require(Permission::SendMessages, tenant)?;
        self.usage_view(tenant).await.map(|view| view.settings)
    }

    /// Chooses about messages.
    pub async fn change_settings(
        &self,
        principal: &Principal,
        tenant: TenantId,
        patch: MessageSettingsPatch,
    ) -> Result<MessageSettings> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(tenant), "messageSettings.change").about(tenant.0);
        self.context
            .store
            .write(move |tx| {
                tx.tenants().get(tenant)?.ok_or_else(|| Error::not_found("租户", "tenant"))?;
                let own = tx.in_tenant(tenant);
                let before = own.message_settings()?;
                let after = MessageSettings {
                    monthly_calls: patch.monthly_calls.unwrap_or(before.monthly_calls),
                    kept_days: patch.kept_days.unwrap_or(before.kept_days),
                    ..before
                };
                let after = after.checked()?;
                own.put_message_settings(&after)?;
                let line = format!("monthlyCalls: {}\nkeptDays: {}", after.monthly_calls, after.kept_days);
                record.detail(line).write(tx)?;
                Ok(after)
            })
            .await
    }

    /// How near the end of the month's calls a tenant is.
    pub(super) async fn level(&self, tenant: TenantId) -> Result<Level> {
        self.usage_view(tenant).await.map(|view| view.level)
    }

    /// Writes down what the client counted since the last time.
    pub async fn note_usage(&self) -> Result<()> {
        let counted = self.client.take_counted();
        if counted.is_empty() {
            return Ok(());
        }
        let (month, taken) = (Month::of(self.context.ambient.now()), counted.clone());
        let written = self
            .context
            .store
            .write(move |tx| {
                for (client_id, calls) in counted {
                    // An application that was taken away in the meantime counts for nobody.
                    let Some(tenant) = tx.client_id_owner(&client_id)? else { continue };
                    let own = tx.in_tenant(tenant);
                    let mut usage = own.api_usage(month)?;
                    for (api, count) in calls {
                        *usage.calls.entry(api.to_owned()).or_default() += count;
                    }
                    own.put_api_usage(&usage)?;
                }
                Ok(())
            })
            .await;
        if written.is_err() {
            self.client.put_counted_back(taken);
        }
        written
    }

    async fn usage_view(&self, tenant: TenantId) -> Result<UsageView> {
        let month = Month::of(self.context.ambient.now());
        self.context
            .store
            .read(move |tx| {
                tx.tenants().get(tenant)?.ok_or_else(|| Error::not_found("租户", "tenant"))?;
                let own = tx.in_tenant(tenant);
                let (usage, settings) = (own.api_usage(month)?, own.message_settings()?);
                let level = usage.level(settings.monthly_calls);
                Ok(UsageView { usage, settings, level })
            })
            .await
    }
}

/// The tenant's messages whose sending waits for a later moment, with their jobs.
fn waiting(tx: &WriteTx<'_>, tenant: TenantId, now: Timestamp) -> store::Result<Vec<(Job, MessageId)>> {
    let jobs = tx.jobs().all()?.into_iter().filter(|job| job.due_at > now);
    Ok(jobs
        .filter_map(|job| match job.work {
            Work::Send { tenant: own, message } if own == tenant => Some((job, message)),
            _ => None,
        })
        .collect())
}
