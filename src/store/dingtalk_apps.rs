//! The tenants' DingTalk applications.

use super::error::Result;
use super::key::{Key, tenant_at};
use super::row::{Derived, Row};
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::{Tx, Writing};
use crate::domain::dingtalk_app::DingTalkApp;
use crate::domain::id::TenantId;

impl Row for DingTalkApp {
    const TABLE: Table = Table::DingTalkApps;

    fn key(&self) -> Option<Key> {
        Some(Key::of(self.tenant))
    }

    fn derive(&self, _key: &Key) -> Derived {
        let mut derived = Derived::default();
        derived.point(Table::AppByClientId, client_id_key(&self.client_id), &self.tenant.0.to_be_bytes());
        derived
    }
}

fn client_id_key(client_id: &str) -> Key {
    Key::new().text(client_id)
}

/// The DingTalk application of one tenant.
#[derive(Debug)]
pub struct DingTalkAppOf<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

impl<'a, 't, M> InTenant<'a, 't, M> {
    /// The DingTalk application of this tenant.
    pub fn dingtalk_app(&self) -> DingTalkAppOf<'a, 't, M> {
        DingTalkAppOf { tenant: *self }
    }
}

impl<M> Tx<'_, M> {
    /// Every tenant's DingTalk application, by tenant.
    pub fn dingtalk_apps_all(&self) -> Result<Vec<DingTalkApp>> {
        self.rows(&Key::new())
    }

    /// The tenant whose application has this Client ID (AppKey).
    pub fn client_id_owner(&self, client_id: &str) -> Result<Option<TenantId>> {
        Ok(self.get(Table::AppByClientId, &client_id_key(client_id))?.and_then(|bytes| tenant_at(&bytes, 0)))
    }
}

impl<M> DingTalkAppOf<'_, '_, M> {
    /// The application, when one is configured.
    pub fn get(&self) -> Result<Option<DingTalkApp>> {
        self.tenant.tx.row(&self.tenant.key())
    }
}

impl DingTalkAppOf<'_, '_, Writing> {
    /// Makes or replaces the application. Fails with `ClientIdTaken`, which does not name the other tenant.
    pub fn put(&self, app: &DingTalkApp) -> Result<()> {
        self.tenant.own(Table::DingTalkApps, app.tenant)?;
        self.tenant.tx.put_row(self.tenant.key(), app)
    }

    /// Removes the application; gives it back.
    pub fn remove(&self) -> Result<Option<DingTalkApp>> {
        self.tenant.tx.remove_row(&self.tenant.key())
    }
}
