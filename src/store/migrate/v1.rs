//! Version 1: every table, and the platform's own tenant.

use rand::TryRng;
use rand::rngs::SysRng;
use redb::WriteTransaction;

use crate::domain::id::TenantId;
use crate::domain::tenant::{HouseNumber, Tenant, TenantSettings, TenantStatus};
use crate::domain::time::Timestamp;
use crate::store::error::{Error, Result};
use crate::store::schema::Table;
use crate::store::tx::WriteTx;

/// How often random bytes are drawn before the source counts as broken.
const DRAWS: usize = 8;

pub(super) fn create(transaction: &WriteTransaction, now: Timestamp) -> Result<()> {
    // A reader fails on a table that was never opened by a writer.
    for table in Table::ALL {
        transaction.open_table(table.definition())?;
    }
    let tx = WriteTx::writing(transaction);
    tx.tenants().put(&Tenant {
        id: TenantId::PLATFORM,
        name: "平台".to_owned(),
        house_number: house_number()?,
        status: TenantStatus::Active,
        settings: TenantSettings::default(),
        created_at: now,
        updated_at: now,
    })?;
    tx.settle().map(drop)
}

fn house_number() -> Result<HouseNumber> {
    for _ in 0..DRAWS {
        let mut bytes = [0; 16];
        let drawn = SysRng.try_fill_bytes(&mut bytes).ok().and_then(|()| HouseNumber::from_random(&bytes));
        if let Some(house_number) = drawn {
            return Ok(house_number);
        }
    }
    Err(Error::corrupt(Table::Tenants.name(), "the system gives no random bytes"))
}
