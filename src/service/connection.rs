//! A tenant's connection to DingTalk, ready for use: the application, its opened secret, the tenant's settings.

use crate::dingtalk::Credentials;
use crate::domain::dingtalk_app::DingTalkApp;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::domain::tenant::{TenantSettings, TenantStatus};
use crate::service::Context;

/// What a call in a tenant's name needs.
pub struct Connection {
    /// The application as it is configured.
    pub app: DingTalkApp,
    /// Its opened secret.
    pub credentials: Credentials,
    /// What the tenant's administrators chose.
    pub settings: TenantSettings,
}

/// What a sealed client secret is bound to, so that it opens for its own tenant only.
pub fn secret_context(tenant: TenantId) -> String {
    format!("tenant/{tenant}/dingtalk")
}

impl Context {
    /// The tenant's connection, if it is configured, enabled, and the tenant is in use.
    pub async fn connection(&self, tenant: TenantId) -> Result<Connection> {
        let (app, settings) = self.connected(tenant).await?;
        let client_secret = self.store.unseal(&app.sealed_secret, &secret_context(tenant))?;
        let credentials = Credentials { client_id: app.client_id.clone(), client_secret };
        Ok(Connection { app, credentials, settings })
    }

    /// Refuses when the tenant has no usable connection.
    pub async fn require_connected(&self, tenant: TenantId) -> Result<()> {
        self.connected(tenant).await.map(|_| ())
    }

    async fn connected(&self, tenant: TenantId) -> Result<(DingTalkApp, TenantSettings)> {
        let found = self
            .store
            .read(move |tx| Ok((tx.tenants().get(tenant)?, tx.in_tenant(tenant).dingtalk_app().get()?)))
            .await?;
        match found {
            (None, _) => Err(Error::not_found("租户", "tenant")),
            (Some(_), None) => Err(Error::new(
                ErrorCode::DingTalkNotConfigured,
                "钉钉尚未配置,请配置钉钉",
                "this tenant has no DingTalk application; configure it first",
            )),
            (Some(row), Some(app)) if app.enabled && row.status == TenantStatus::Active => {
                Ok((app, row.settings))
            }
            (Some(_), Some(_)) => Err(Error::new(
                ErrorCode::DingTalkDisabled,
                "本租户或其钉钉配置已停用，请先启用",
                "this tenant or its DingTalk application is switched off here; switch it on first",
            )),
        }
    }
}
