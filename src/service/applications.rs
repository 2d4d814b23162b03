//! The tenants' DingTalk applications: configuring them, and the secret that goes in and never comes out.

use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::dingtalk_app::DingTalkApp;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;
use crate::service::Context;
use crate::service::audit::{Differences, Record};
use crate::service::connection::secret_context;
use crate::service::doctor;
use crate::service::tenants::existing;
use crate::store;

/// The longest Client ID, Client Secret or CorpId, in characters.
const LONGEST: usize = 256;

/// The use cases of DingTalk applications.
#[derive(Clone)]
pub struct Applications {
    context: Context,
}

/// An application as somebody types it.
#[derive(Clone, Debug)]
pub struct ApplicationInput {
    /// The AgentId.
    pub agent_id: i64,
    /// The Client ID (AppKey).
    pub client_id: String,
    /// The Client Secret (AppSecret); absent, empty or masked (`******`) keeps the stored one.
    pub client_secret: Option<Secret>,
    /// The CorpId; absent or empty is not known.
    pub corp_id: Option<String>,
    /// Whether it may be used.
    pub enabled: bool,
}

/// What is expected to be there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Nothing: fails with `DingTalkAlreadyConfigured`.
    Absent,
    /// Something: fails with `NotFound`.
    Present,
    /// Either.
    Either,
}

/// An application as it is shown: without its secret.
#[derive(Clone, Debug)]
pub struct Application {
    /// The application; its sealed secret goes nowhere.
    pub app: DingTalkApp,
    /// Other tenants that are connected to the same enterprise through applications of their own: allowed, and why
    /// people seem to be there twice. Told by name to platform administrators only.
    pub same_enterprise: Vec<String>,
    /// How many there are.
    pub same_enterprise_count: usize,
}

impl Applications {
    /// The use cases over a store.
    pub fn new(context: Context) -> Self {
        Self { context }
    }

    /// A tenant's application, for those who administer it; `None` when there is none.
    pub async fn find(&self, principal: &Principal, tenant: TenantId) -> Result<Option<Application>> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let sees_all = principal.is_platform_administrator();
        self.context
            .store
            .read(move |tx| {
                existing(tx, tenant)?;
                let app = tx.in_tenant(tenant).dingtalk_app().get()?;
                app.map(|app| described(tx, app, sees_all)).transpose()
            })
            .await
    }

    /// Whether a tenant has an application in use, for those who belong to it.
    pub async fn is_enabled(&self, principal: &Principal, tenant: TenantId) -> Result<bool> {
        principal.settled()?;
        if !principal.sees(tenant) {
            return Err(Error::not_found("租户", "tenant"));
        }
        let app = self.context.store.read(move |tx| tx.in_tenant(tenant).dingtalk_app().get()).await?;
        Ok(app.is_some_and(|app| app.enabled))
    }

    /// Makes or changes a tenant's application. Fails with `ClientIdTaken` (its sentence contains `AppKey重复`), which
    /// names the other tenant to platform administrators only.
    pub async fn put(
        &self,
        principal: &Principal,
        tenant: TenantId,
        input: ApplicationInput,
        expect: Expect,
    ) -> Result<Application> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let input = checked(input)?;
        let context = secret_context(tenant);
        let sealed = input.client_secret.as_ref().map(|secret| self.context.store.seal(secret, &context));
        let sealed = sealed.transpose()?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(tenant), "dingtalk.configure").about(tenant);
        let sees_all = principal.is_platform_administrator();
        let examination = self.context.ambient.id().into();
        self.context
            .store
            .write(move |tx| {
                existing(tx, tenant)?;
                let before = tx.in_tenant(tenant).dingtalk_app().get()?;
                expected(before.as_ref(), expect)?;
                unused(tx, tenant, &input.client_id, sees_all)?;
                let new_secret = sealed.is_some();
                let app = merged(tenant, before.as_ref(), input, sealed, now)?;
                let differences = differences(before.as_ref(), &app, new_secret);
                if !differences.is_empty() {
                    tx.in_tenant(tenant).dingtalk_app().put(&app)?;
                    record.detail(differences.text()).write(tx)?;
                    doctor::request(tx, tenant, examination, now)?;
                }
                described(tx, app, sees_all)
            })
            .await
    }
}

/// There is no application.
pub fn none_configured() -> Error {
    Error::not_found("钉钉应用配置", "DingTalk application; configure it first")
}

fn expected(before: Option<&DingTalkApp>, expect: Expect) -> Result<()> {
    match (before, expect) {
        (Some(_), Expect::Absent) => Err(Error::new(
            ErrorCode::DingTalkAlreadyConfigured,
            "操作失败,同一个租户下只允许绑定一个钉钉或者企业微信",
            "this tenant already has a DingTalk application; change that one",
        )),
        (None, Expect::Present) => Err(none_configured()),
        _ => Ok(()),
    }
}

/// Refuses a Client ID of another tenant; the store would too, but cannot tell whose it is.
fn unused(tx: &store::WriteTx<'_>, tenant: TenantId, client_id: &str, sees_all: bool) -> store::Result<()> {
    let owner = tx.client_id_owner(client_id)?.filter(|owner| *owner != tenant && sees_all);
    let Some(owner) = owner else { return Ok(()) };
    let name = tx.tenants().get(owner)?.map(|owner| owner.name).unwrap_or_default();
    Err(Error::new(
        ErrorCode::ClientIdTaken,
        format!("AppKey重复：该 Client ID（AppKey）已用于租户「{name}」（{owner}），请为本租户新建一个钉钉应用"),
        format!(
            "AppKey重复: this Client ID (AppKey) is used by the tenant \"{name}\" ({owner}); create an application of its own for this one"
        ),
    )
    .into())
}

fn merged(
    tenant: TenantId,
    before: Option<&DingTalkApp>,
    input: ApplicationInput,
    sealed: Option<Vec<u8>>,
    now: Timestamp,
) -> Result<DingTalkApp> {
    let sealed_secret = sealed.or_else(|| before.map(|app| app.sealed_secret.clone())).ok_or_else(|| {
        Error::invalid(
            "缺少 clientSecret：首次配置需要填写 Client Secret（AppSecret）",
            "clientSecret is missing: the first time, the Client Secret (AppSecret) is needed",
        )
    })?;
    Ok(DingTalkApp {
        tenant,
        agent_id: input.agent_id,
        client_id: input.client_id,
        sealed_secret,
        corp_id: input.corp_id,
        enabled: input.enabled,
        created_at: before.map_or(now, |app| app.created_at),
        updated_at: now,
    })
}

fn differences(before: Option<&DingTalkApp>, after: &DingTalkApp, new_secret: bool) -> Differences {
    let mut differences = Differences::default();
    let none = String::new();
    let text = |id: Option<i64>| id.map_or(none.clone(), |id| id.to_string());
    let corp = |app: Option<&DingTalkApp>| app.and_then(|app| app.corp_id.clone()).unwrap_or_default();
    differences.note("agentId", &text(before.map(|app| app.agent_id)), &after.agent_id);
    differences.note("clientId", before.map_or(&none, |app| &app.client_id), &after.client_id);
    differences.note("corpId", &corp(before), &corp(Some(after)));
    differences.note("enabled", &before.map_or(none.clone(), |app| app.enabled.to_string()), &after.enabled);
    if new_secret {
        differences.note("clientSecret", &"(old)", &"(new)");
    }
    differences
}

fn described<M>(tx: &store::Tx<'_, M>, app: DingTalkApp, sees_all: bool) -> store::Result<Application> {
    let mut same_enterprise = Vec::new();
    let mut same_enterprise_count = 0;
    if app.corp_id.is_some() {
        for other in tx.dingtalk_apps_all()? {
            if other.tenant != app.tenant && other.corp_id == app.corp_id {
                same_enterprise_count += 1;
                let name =
                    if sees_all { tx.tenants().get(other.tenant)?.map(|tenant| tenant.name) } else { None };
                same_enterprise.extend(name);
            }
        }
    }
    Ok(Application { app, same_enterprise, same_enterprise_count })
}

fn checked(input: ApplicationInput) -> Result<ApplicationInput> {
    if input.agent_id <= 0 {
        return Err(Error::invalid("agentId 须为正整数", "agentId is a positive number"));
    }
    let client_id = word("clientId", &input.client_id)?;
    let typed = input.client_secret.filter(|secret| !is_masked(secret.reveal().trim()));
    let client_secret =
        typed.map(|secret| word("clientSecret", secret.reveal()).map(Secret::new)).transpose()?;
    let corp_id = input.corp_id.filter(|id| !id.trim().is_empty());
    let corp_id = corp_id.map(|id| word("corpId", &id)).transpose()?;
    Ok(ApplicationInput { client_id, client_secret, corp_id, ..input })
}

/// Nothing typed, or the stars that stand for the stored secret.
fn is_masked(text: &str) -> bool {
    text.chars().all(|character| matches!(character, '*' | '•'))
}

fn word(field: &str, text: &str) -> Result<String> {
    let text = text.trim();
    let fine = (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    fine.then(|| text.to_owned()).ok_or_else(|| {
        Error::invalid(
            format!("{field} 须为 1 到 {LONGEST} 个可见的 ASCII 字符，请从钉钉开发者后台复制"),
            format!("{field} is 1 to {LONGEST} visible ASCII characters; copy it from the DingTalk console"),
        )
    })
}
