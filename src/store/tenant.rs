//! One tenant's part of the database: whoever holds this handle reaches that tenant's rows and no others.

use super::error::{Error, Result};
use super::key::Key;
use super::schema::Table;
use super::tx::{Reading, Tx, Writing};
use crate::domain::id::TenantId;

/// One tenant's part of the database.
#[derive(Debug)]
pub struct InTenant<'a, 't, M> {
    pub(crate) tx: &'a Tx<'t, M>,
    pub(crate) id: TenantId,
}

/// One tenant's part of the database, for reading.
pub type TenantRead<'a, 't> = InTenant<'a, 't, Reading>;

/// One tenant's part of the database, for writing.
pub type TenantWrite<'a, 't> = InTenant<'a, 't, Writing>;

impl<M> Clone for InTenant<'_, '_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for InTenant<'_, '_, M> {}

impl<'t, M> Tx<'t, M> {
    /// One tenant's part of the database.
    pub fn in_tenant(&self, id: TenantId) -> InTenant<'_, 't, M> {
        InTenant { tx: self, id }
    }
}

impl<M> InTenant<'_, '_, M> {
    /// The tenant.
    pub fn id(&self) -> TenantId {
        self.id
    }

    /// The beginning of this tenant's keys.
    pub(crate) fn key(&self) -> Key {
        Key::of(self.id)
    }

    /// Refuses a row of another tenant.
    pub(crate) fn own(&self, table: Table, tenant: TenantId) -> Result<()> {
        if tenant == self.id {
            Ok(())
        } else {
            Err(Error::corrupt(table.name(), "a row of another tenant was about to be written"))
        }
    }
}
