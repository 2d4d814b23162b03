//! The doctor: what is wrong with a tenant's DingTalk application, and how to mend it.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};

use super::Tag;
use crate::domain::doctor::{self, Report};
use crate::domain::error::Error;
use crate::domain::id::TenantId;
use crate::domain::text::Language;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::problem::ApiResult;
use crate::http::request::RequestInfo;
use crate::service::doctor::Doctor;

pub(crate) struct DoctorApi {
    pub(super) doctor: Doctor,
}

/// Everything that one examination of a DingTalk application found.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct DoctorReport {
    /// When it was examined.
    examined_at: DateTime,
    /// What was found; always the same checks in the same order.
    checks: Vec<DoctorCheck>,
}

/// One thing that was looked at.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct DoctorCheck {
    /// Its stable name, such as `secret`, `egressIp` or `permission.qyapi_get_member`.
    id: String,
    /// What was looked at; sentences are in the language of `Accept-Language`.
    title: String,
    /// How it is.
    status: CheckStatus,
    /// What was seen.
    evidence: String,
    /// What to do; empty when there is nothing to do.
    remedy: String,
    /// The page of DingTalk's console where it is done.
    link: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "DoctorCheckStatus", rename_all = "camelCase")]
enum CheckStatus {
    /// Proven to be in order.
    Ok,
    /// Works, but may not be what is meant.
    Warning,
    /// Must be mended.
    Error,
    /// Neither proven nor disproven.
    Unproven,
}

fn on_wire(report: Report, language: Language) -> DoctorReport {
    let said = |text: doctor::Check| DoctorCheck {
        title: text.title.get(language).to_owned(),
        status: match text.status {
            doctor::CheckStatus::Ok => CheckStatus::Ok,
            doctor::CheckStatus::Warning => CheckStatus::Warning,
            doctor::CheckStatus::Error => CheckStatus::Error,
            doctor::CheckStatus::Unproven => CheckStatus::Unproven,
        },
        evidence: text.evidence.get(language).to_owned(),
        remedy: text.remedy.get(language).to_owned(),
        link: text.link,
        id: text.id,
    };
    let checks = report.checks.into_iter().map(said).collect();
    DoctorReport { examined_at: report.examined_at.into(), checks }
}

#[OpenApi(tag = "Tag::Tenants")]
impl DoctorApi {
    /// Examine the tenant's DingTalk application now
    ///
    /// Makes some ten calls to DingTalk and changes nothing there. What cannot be proven is said to be unproven.
    #[oai(
        path = "/tenants/:tenantId/dingtalk/doctor",
        method = "post",
        operation_id = "examineDingTalkApplication"
    )]
    async fn examine(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
    ) -> ApiResult<DoctorReport> {
        let report = self.doctor.examine(&caller.0, TenantId(tenant.0)).await?;
        Ok(Json(on_wire(report, info.language)))
    }

    /// What the last examination found
    ///
    /// Examinations also happen by themselves after a configuration was saved and after a run failed.
    #[oai(
        path = "/tenants/:tenantId/dingtalk/doctor",
        method = "get",
        operation_id = "getDingTalkExamination"
    )]
    async fn last(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
    ) -> ApiResult<DoctorReport> {
        let report = self.doctor.last(&caller.0, TenantId(tenant.0)).await?;
        let report = report.ok_or_else(|| Error::not_found("诊断报告", "examination yet; ask for one"))?;
        Ok(Json(on_wire(report, info.language)))
    }
}
