//! The check: recomputes every index, every counter and the audit's chain from the rows, and names what differs.
//!
//! Must not repair. Invariant: what is expected comes from the same [`Row::derive`] that writers use.

use std::collections::BTreeMap;
use std::fmt;

use super::audit::hash_of;
use super::codec;
use super::error::{Error, Result};
use super::key::Key;
use super::messages::IdempotentRequest;
use super::row::{Row, decode};
use super::schema::Table;
use super::sessions::SessionRow;
use super::tx::ReadTx;
use crate::domain::access::session::ApiToken;
use crate::domain::audit::AuditEntry;
use crate::domain::dingtalk_app::DingTalkApp;
use crate::domain::directory::account::Account;
use crate::domain::directory::department::Department;
use crate::domain::directory::member::Member;
use crate::domain::doctor::Report;
use crate::domain::job::Job;
use crate::domain::messaging::message::{Batch, Message, Recipient};
use crate::domain::messaging::quota::{ApiUsage, MessageSettings};
use crate::domain::sync::change::Change;
use crate::domain::sync::conflict::Conflict;
use crate::domain::sync::event::{EventSubscription, Hints, SeenEvent};
use crate::domain::sync::run::SyncRun;
use crate::domain::tenant::Tenant;
use crate::domain::webhook::{Webhook, WebhookDelivery};

/// The index tables: everything in them follows from rows.
const INDEXES: [Table; 20] = [
    Table::HouseNumbers,
    Table::AccountByUsername,
    Table::PendingPasswords,
    Table::PlatformAdministrators,
    Table::MemberByAccount,
    Table::MemberByDingTalk,
    Table::DepartmentByDingTalk,
    Table::DepartmentMembers,
    Table::AppByClientId,
    Table::ActiveSyncRuns,
    Table::ChangesByMember,
    Table::OpenConflicts,
    Table::RecipientsByBatch,
    Table::ApiTokenByHash,
    Table::SessionByHash,
    Table::SessionsByAccount,
    Table::JobsByDue,
    Table::AuditByTenant,
    Table::EventsSeenByTime,
    Table::TenantAdministrators,
];

/// How much of a `member_by_account` key is the account's key.
const ACCOUNT_PART: usize = 16;
/// How much of a `department_members` key is the department's key.
const DEPARTMENT_PART: usize = 4 + 16;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The table's name.
    pub table: &'static str,
    /// What is wrong, with keys in hexadecimal and no content of rows.
    pub detail: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.table, self.detail)
    }
}

/// What the rows say must be there.
#[derive(Default)]
struct Expected {
    entries: BTreeMap<Table, BTreeMap<Key, Vec<u8>>>,
    counters: BTreeMap<Key, i64>,
    findings: Vec<Finding>,
}

/// Looks at everything; an empty answer means that nothing is wrong.
pub(crate) fn check(tx: &ReadTx<'_>) -> Result<Vec<Finding>> {
    let mut expected = Expected::default();
    expected.expect_rows::<Tenant>(tx)?;
    expected.expect_rows::<Account>(tx)?;
    expected.expect_rows::<Member>(tx)?;
    expected.expect_rows::<Department>(tx)?;
    expected.expect_rows::<DingTalkApp>(tx)?;
    expected.expect_rows::<SyncRun>(tx)?;
    expected.expect_rows::<Change>(tx)?;
    expected.expect_rows::<Conflict>(tx)?;
    expected.expect_rows::<Message>(tx)?;
    expected.expect_rows::<Recipient>(tx)?;
    expected.expect_rows::<Batch>(tx)?;
    expected.expect_rows::<IdempotentRequest>(tx)?;
    expected.expect_rows::<ApiToken>(tx)?;
    expected.expect_rows::<SessionRow>(tx)?;
    expected.expect_rows::<Job>(tx)?;
    expected.expect_rows::<AuditEntry>(tx)?;
    expected.expect_rows::<Report>(tx)?;
    expected.expect_rows::<EventSubscription>(tx)?;
    expected.expect_rows::<Hints>(tx)?;
    expected.expect_rows::<SeenEvent>(tx)?;
    expected.expect_rows::<ApiUsage>(tx)?;
    expected.expect_rows::<MessageSettings>(tx)?;
    expected.expect_rows::<Webhook>(tx)?;
    expected.expect_rows::<WebhookDelivery>(tx)?;
    for index in INDEXES {
        expected.compare_index(tx, index)?;
    }
    expected.compare_counters(tx)?;
    expected.follow_references(tx)?;
    expected.follow_audit(tx)?;
    Ok(expected.findings)
}

impl Expected {
    fn find(&mut self, table: Table, detail: impl Into<String>) {
        self.findings.push(Finding { table: table.name(), detail: detail.into() });
    }

    fn expect_rows<R: Row>(&mut self, tx: &ReadTx<'_>) -> Result<()> {
        tx.each(R::TABLE, &Key::new().range(), |key, value| {
            let row: R = match decode(value) {
                Ok(row) => row,
                Err(Error::Corrupt { detail, .. }) => {
                    self.find(R::TABLE, format!("{}: {detail}", hex(key)));
                    return Ok(());
                }
                Err(error) => return Err(error),
            };
            let key = Key::from_bytes(key);
            let derived = row.derive(&key);
            if row.key().is_some_and(|own| own != key) {
                self.find(R::TABLE, format!("{}: the row stands under a foreign key", hex(key.as_bytes())));
            }
            for entry in derived.entries {
                let table = self.entries.entry(entry.table).or_default();
                if table.insert(entry.key.clone(), entry.value.into_vec()).is_some() {
                    self.find(
                        entry.table,
                        format!("{}: two rows claim this entry", hex(entry.key.as_bytes())),
                    );
                }
            }
            for counter in derived.counters {
                *self.counters.entry(counter).or_insert(0) += 1;
            }
            Ok(())
        })
    }

    fn compare_index(&mut self, tx: &ReadTx<'_>, index: Table) -> Result<()> {
        let mut missing = self.entries.remove(&index).unwrap_or_default();
        tx.each(index, &Key::new().range(), |key, value| {
            match missing.remove(&Key::from_bytes(key)) {
                None => self.find(index, format!("{}: no row leads to this entry", hex(key))),
                Some(expected) if expected != value => {
                    self.find(index, format!("{}: the entry leads elsewhere than its row says", hex(key)));
                }
                Some(_) => {}
            }
            Ok(())
        })?;
        for key in missing.keys() {
            self.find(index, format!("{}: the entry of a row is missing", hex(key.as_bytes())));
        }
        Ok(())
    }

    fn compare_counters(&mut self, tx: &ReadTx<'_>) -> Result<()> {
        let mut missing = std::mem::take(&mut self.counters);
        tx.each(Table::Counters, &Key::new().range(), |key, value| {
            let counted = missing.remove(&Key::from_bytes(key)).unwrap_or(0);
            match codec::decode::<i64>(Table::Counters, value) {
                Ok(stored) if stored == counted => {}
                Ok(stored) => {
                    self.find(Table::Counters, format!("{}: {stored} stored, {counted} counted", hex(key)));
                }
                Err(_) => self.find(Table::Counters, format!("{}: no number", hex(key))),
            }
            Ok(())
        })?;
        for (key, counted) in missing {
            self.find(Table::Counters, format!("{}: none stored, {counted} counted", hex(key.as_bytes())));
        }
        Ok(())
    }

    /// A member's account and departments must be there. Walks the indexes, which were compared with the rows above.
    fn follow_references(&mut self, tx: &ReadTx<'_>) -> Result<()> {
        let targets = [
            (Table::MemberByAccount, Table::Accounts, ACCOUNT_PART),
            (Table::DepartmentMembers, Table::Departments, DEPARTMENT_PART),
        ];
        for (index, target, length) in targets {
            let mut checked = Vec::new();
            tx.each(index, &Key::new().range(), |key, _| {
                let Some(start) = key.get(..length).filter(|start| *start != checked.as_slice()) else {
                    return Ok(());
                };
                start.clone_into(&mut checked);
                if tx.get(target, &Key::from_bytes(start))?.is_none() {
                    self.find(Table::Members, format!("{}: not in {}", hex(start), target.name()));
                }
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Every entry must vouch for the one before; a chain that was cut at its end cannot be noticed here.
    fn follow_audit(&mut self, tx: &ReadTx<'_>) -> Result<()> {
        let (mut sequence, mut previous) = (0, [0; 32]);
        tx.each(Table::Audit, &Key::new().range(), |_, value| {
            // A row that cannot be read was found above, and shows here as a gap.
            let Ok(entry) = decode::<AuditEntry>(value) else { return Ok(()) };
            sequence += 1;
            if entry.sequence != sequence {
                self.find(Table::Audit, format!("entry {sequence} is missing before {}", entry.sequence));
                sequence = entry.sequence;
            } else if entry.previous != previous {
                self.find(Table::Audit, format!("entry {sequence} does not follow the one before"));
            }
            if hash_of(&entry.previous, &entry.event, entry.sequence)? != entry.hash {
                self.find(Table::Audit, format!("entry {sequence} was changed"));
            }
            previous = entry.hash;
            Ok(())
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
