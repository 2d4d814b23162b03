//! The doctor as a use case: examine a tenant's DingTalk application, keep the last report, look again by itself
//! after a configuration was saved and after a run failed.
//!
//! Must not know what a finding means (that is `domain::doctor`). Invariant: an examination changes nothing at
//! DingTalk and nothing here but the report.

mod failure;
mod probes;

use crate::dingtalk::{Application, Client, Credentials, Retry};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::dingtalk_app::DingTalkApp;
use crate::domain::doctor::{
    ApplicationFacts, CheckStatus, Complaint, EventFacts, OtherTenant, Report, SAME_ENTERPRISE, decide,
    same_enterprise,
};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{JobId, TenantId};
use crate::domain::job::{Job, Work};
use crate::domain::messaging::delivery::BatchState;
use crate::domain::page::Limit;
use crate::domain::time::Timestamp;
use crate::service::Context;
use crate::service::audit::Record;
use crate::service::connection::secret_context;
use crate::service::sync::events::{EventStatus, Events};
use crate::store::{self, WriteTx};

/// How long after its cause an examination by itself begins: whoever saves a configuration often starts a run at
/// once, and the run goes first.
const PATIENCE_MS: i64 = 5_000;
/// How many messages are looked through for one that DingTalk took.
const LATEST_MESSAGES: usize = 5;
/// Somebody waits for the report, so a question is asked again once, and soon.
const RETRY: Retry = Retry { attempts: 2, base_ms: 300, elapsed_ms: 8_000, timeout_ms: 8_000 };

/// The doctor.
#[derive(Clone)]
pub struct Doctor {
    context: Context,
    client: Client,
    public_url: Option<String>,
    events: Events,
    unasked: bool,
}

/// What an examination starts from.
struct Patient {
    app: DingTalkApp,
    others: Vec<OtherTenant>,
    has_sent: bool,
}

impl Doctor {
    /// The doctor over the store, the DingTalk client and the events that it looks at; `public_url` is the address that people use, without a
    /// slash at the end.
    pub fn new(context: Context, client: Client, events: Events, public_url: Option<String>) -> Self {
        Self { context, client: client.with_retry(RETRY), public_url, events, unasked: true }
    }

    /// The same doctor, who looks at nothing without being asked.
    pub fn only_when_asked(self) -> Self {
        Self { unasked: false, ..self }
    }

    /// Examines the tenant's application now, keeps the report and returns it. Names other tenants to platform
    /// administrators only. Fails with `DingTalkNotConfigured` when there is nothing to examine.
    pub async fn examine(&self, principal: &Principal, tenant: TenantId) -> Result<Report> {
        principal.require(Permission::RunSync, tenant)?;
        let patient = self.patient(tenant).await?;
        let app = &patient.app;
        let application = self.application(app)?;
        let configured = ApplicationFacts {
            tenant,
            corp_id: app.corp_id.clone(),
            enabled: app.enabled,
            has_sent: patient.has_sent,
        };
        let facts = probes::ask(
            application,
            app.agent_id,
            configured,
            self.public_url.clone(),
            patient.others.clone(),
            event_facts(self.events.standing(tenant).await?),
        )
        .await;
        let report = decide(&facts, self.context.ambient.now());
        let record = Record::by(principal, report.examined_at, Some(tenant), "dingtalk.examine")
            .about(tenant)
            .detail(summary(&report));
        let kept = report.clone();
        self.context
            .store
            .write(move |tx| {
                // The application may have been removed meanwhile; a report about nothing is not kept.
                if tx.in_tenant(tenant).dingtalk_app().get()?.is_some() {
                    tx.in_tenant(tenant).doctor_report().put(&kept)?;
                    record.write(tx)?;
                }
                Ok(())
            })
            .await?;
        Ok(named_for(principal, report, &patient))
    }

    /// The last report, when there is one. What it says of other tenants is looked up anew.
    pub async fn last(&self, principal: &Principal, tenant: TenantId) -> Result<Option<Report>> {
        principal.require(Permission::RunSync, tenant)?;
        let patient = self.patient(tenant).await?;
        let report = self.context.store.read(move |tx| tx.in_tenant(tenant).doctor_report().get()).await?;
        Ok(report.map(|report| named_for(principal, report, &patient)))
    }

    /// Examines by itself: what the job runner calls. Waits while a run is going on, which has the first call on
    /// DingTalk's limits.
    pub async fn examine_unasked(&self, tenant: TenantId) -> Result<()> {
        if !self.unasked {
            return Ok(());
        }
        let (now, id) = (self.context.ambient.now(), self.context.ambient.id().into());
        let put_off = self
            .context
            .store
            .write(move |tx| {
                let busy = tx.in_tenant(tenant).sync_runs().active()?.is_some();
                if busy {
                    tx.jobs().push(&job(tenant, id, now))?;
                }
                Ok(busy)
            })
            .await?;
        if put_off {
            return Ok(());
        }
        match self.examine(&Principal::Server, tenant).await {
            Err(error) if matches!(error.code, ErrorCode::DingTalkNotConfigured | ErrorCode::NotFound) => {
                Ok(())
            }
            examined => examined.map(drop),
        }
    }

    async fn patient(&self, tenant: TenantId) -> Result<Patient> {
        self.context
            .store
            .read(move |tx| {
                if tx.tenants().get(tenant)?.is_none() {
                    return Err(Error::not_found("租户", "tenant").into());
                }
                let app = tx.in_tenant(tenant).dingtalk_app().get()?.ok_or_else(not_configured)?;
                let others = others(tx, &app)?;
                let has_sent = has_sent(tx, &app)?;
                Ok(Patient { app, others, has_sent })
            })
            .await
    }

    fn application(&self, app: &DingTalkApp) -> Result<Application> {
        let client_secret = self.context.store.unseal(&app.sealed_secret, &secret_context(app.tenant))?;
        Ok(self.client.application(Credentials { client_id: app.client_id.clone(), client_secret }))
    }
}

/// Asks for an examination, in the transaction of its cause.
pub fn request(tx: &WriteTx<'_>, tenant: TenantId, id: JobId, now: Timestamp) -> store::Result<()> {
    tx.jobs().push(&job(tenant, id, now))
}

fn job(tenant: TenantId, id: JobId, now: Timestamp) -> Job {
    let due_at = now.plus_millis(PATIENCE_MS);
    Job { id, work: Work::Examine { tenant }, due_at, attempts: 0, last_error: None }
}

fn not_configured() -> Error {
    Error::new(
        ErrorCode::DingTalkNotConfigured,
        "钉钉尚未配置,请配置钉钉",
        "this tenant has no DingTalk application; configure it first",
    )
}

/// The other tenants whose application belongs to the same enterprise.
fn others<M>(tx: &store::Tx<'_, M>, app: &DingTalkApp) -> store::Result<Vec<OtherTenant>> {
    let mut others = Vec::new();
    if app.corp_id.is_none() {
        return Ok(others);
    }
    for other in tx.dingtalk_apps_all()? {
        if other.tenant != app.tenant && other.corp_id == app.corp_id {
            let name = tx.tenants().get(other.tenant)?.map(|tenant| tenant.name).unwrap_or_default();
            others.push(OtherTenant { id: other.tenant, name });
        }
    }
    Ok(others)
}

/// Whether DingTalk took one of the latest messages since the application was configured.
fn has_sent<M>(tx: &store::Tx<'_, M>, app: &DingTalkApp) -> store::Result<bool> {
    let tenant = tx.in_tenant(app.tenant);
    for message in tenant.messages().list(Limit::new(Some(LATEST_MESSAGES)), None)?.items {
        let mut batches = tenant.batches().all(message.id)?.into_iter();
        if batches.any(|batch| matches!(batch.state, BatchState::Sent { at, .. } if at >= app.updated_at)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn event_facts(status: EventStatus) -> EventFacts {
    let stream = status.stream;
    EventFacts {
        transport: status.transport,
        connected_since: stream.as_ref().and_then(|stream| stream.connected_since),
        complaint: stream
            .and_then(|stream| stream.error)
            .map(|error| Complaint { detail: error.detail, remedy: error.remedy }),
        last_event_at: status.last_event_at,
        last_lag_ms: status.last_lag_ms,
        waiting: status.waiting,
    }
}

/// The report as this principal may see it.
fn named_for(principal: &Principal, mut report: Report, patient: &Patient) -> Report {
    let Patient { app, others, .. } = patient;
    let named = principal.is_platform_administrator();
    if let Some(check) = report.checks.iter_mut().find(|check| check.id == SAME_ENTERPRISE) {
        *check = same_enterprise(others, app.corp_id.is_some(), named);
    }
    report
}

fn summary(report: &Report) -> String {
    [CheckStatus::Error, CheckStatus::Warning, CheckStatus::Unproven, CheckStatus::Ok]
        .map(|status| format!("{}: {}", status.name(), report.count(status)))
        .join("\n")
}
