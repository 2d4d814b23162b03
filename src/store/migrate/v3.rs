//! Version 3: the tables of the month's calls, of what was chosen about messages, and of webhooks.

use redb::WriteTransaction;

use crate::domain::time::Timestamp;
use crate::store::error::Result;
use crate::store::schema::Table;

pub(super) fn add_tables(transaction: &WriteTransaction, _now: Timestamp) -> Result<()> {
    for table in [Table::ApiUsage, Table::MessageSettings, Table::Webhooks, Table::WebhookDeliveries] {
        transaction.open_table(table.definition())?;
    }
    Ok(())
}
