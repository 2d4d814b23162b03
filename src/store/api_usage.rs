//! What each tenant's application called, month by month, and what its administrators chose about messages.

use super::error::Result;
use super::key::Key;
use super::row::Row;
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::Writing;
use crate::domain::messaging::quota::{ApiUsage, MessageSettings, Month};

impl Row for ApiUsage {
    const TABLE: Table = Table::ApiUsage;

    fn key(&self) -> Option<Key> {
        Some(Key::of(self.tenant).u32(self.month.0))
    }
}

impl Row for MessageSettings {
    const TABLE: Table = Table::MessageSettings;

    fn key(&self) -> Option<Key> {
        Some(Key::of(self.tenant))
    }
}

impl<M> InTenant<'_, '_, M> {
    /// What was called in a month.
    pub fn api_usage(&self, month: Month) -> Result<ApiUsage> {
        let row = self.tx.row(&self.key().u32(month.0))?;
        Ok(row.unwrap_or_else(|| ApiUsage::none(self.id, month)))
    }

    /// What was chosen about messages.
    pub fn message_settings(&self) -> Result<MessageSettings> {
        Ok(self.tx.row(&self.key())?.unwrap_or_else(|| MessageSettings::standard(self.id)))
    }
}

impl InTenant<'_, '_, Writing> {
    /// Replaces what was called in a month.
    pub fn put_api_usage(&self, usage: &ApiUsage) -> Result<()> {
        self.own(Table::ApiUsage, usage.tenant)?;
        self.tx.put_row(self.key().u32(usage.month.0), usage)
    }

    /// Replaces what was chosen about messages.
    pub fn put_message_settings(&self, settings: &MessageSettings) -> Result<()> {
        self.own(Table::MessageSettings, settings.tenant)?;
        self.tx.put_row(self.key(), settings)
    }
}
