//! Every table of the database, by name. Backup, statistics and check walk [`Table::ALL`], so none can be forgotten.
//!
//! Invariant: a name, once released, is never reused for something else. Keys and values are bytes: keys are built
//! by `key`, values by `codec`, so that redb's own type checks never stand between a new binary and an old file.

use redb::TableDefinition;

/// A table of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    /// name → schema version, next tenant id.
    Meta,
    /// key → value of the server's own small settings.
    Settings,
    /// name of a counter → number; derived from rows.
    Counters,
    /// tenant → row.
    Tenants,
    /// house number → tenant.
    HouseNumbers,
    /// account → row.
    Accounts,
    /// username → account.
    AccountByUsername,
    /// accounts whose default password is still to be hashed.
    PendingPasswords,
    /// accounts that administer the server.
    PlatformAdministrators,
    /// tenant, member → row.
    Members,
    /// account, tenant, member.
    MemberByAccount,
    /// tenant, userid, member.
    MemberByDingTalk,
    /// tenant, department → row.
    Departments,
    /// tenant, dept_id → department.
    DepartmentByDingTalk,
    /// tenant, department, member → order and leader; nobody who left.
    DepartmentMembers,
    /// tenant → row.
    DingTalkApps,
    /// Client ID → tenant.
    AppByClientId,
    /// tenant, run → row.
    SyncRuns,
    /// tenant, run: those on their way.
    ActiveSyncRuns,
    /// tenant, run, number → row.
    SyncChanges,
    /// tenant, member, run, number.
    ChangesByMember,
    /// tenant, conflict → row.
    Conflicts,
    /// tenant, conflict: those that wait.
    OpenConflicts,
    /// tenant, message → row.
    Messages,
    /// tenant, message, member → row.
    Recipients,
    /// tenant, message, batch, member.
    RecipientsByBatch,
    /// tenant, message, batch → row.
    Batches,
    /// tenant, key → request hash and message.
    IdempotencyKeys,
    /// tenant, token → row.
    ApiTokens,
    /// token hash → tenant, token.
    ApiTokenByHash,
    /// session → row.
    Sessions,
    /// token hash → session.
    SessionByHash,
    /// account, session.
    SessionsByAccount,
    /// job → row.
    Jobs,
    /// due time, job.
    JobsByDue,
    /// sequence → entry.
    Audit,
    /// tenant, sequence.
    AuditByTenant,
    /// tenant → row.
    DoctorReports,
    /// tenant → row.
    EventSubscriptions,
    /// tenant → what events ask to be looked at.
    EventHints,
    /// tenant, event id → row.
    EventsSeen,
    /// tenant, time, event id → event id.
    EventsSeenByTime,
    /// tenant, member: those active who administer it.
    TenantAdministrators,
    /// tenant, month → row.
    ApiUsage,
    /// tenant → row.
    MessageSettings,
    /// tenant, webhook → row.
    Webhooks,
    /// tenant, webhook, delivery → row.
    WebhookDeliveries,
}

impl Table {
    /// Every table, in the order of the enum.
    pub(crate) const ALL: [Self; 47] = [
        Self::Meta,
        Self::Settings,
        Self::Counters,
        Self::Tenants,
        Self::HouseNumbers,
        Self::Accounts,
        Self::AccountByUsername,
        Self::PendingPasswords,
        Self::PlatformAdministrators,
        Self::Members,
        Self::MemberByAccount,
        Self::MemberByDingTalk,
        Self::Departments,
        Self::DepartmentByDingTalk,
        Self::DepartmentMembers,
        Self::DingTalkApps,
        Self::AppByClientId,
        Self::SyncRuns,
        Self::ActiveSyncRuns,
        Self::SyncChanges,
        Self::ChangesByMember,
        Self::Conflicts,
        Self::OpenConflicts,
        Self::Messages,
        Self::Recipients,
        Self::RecipientsByBatch,
        Self::Batches,
        Self::IdempotencyKeys,
        Self::ApiTokens,
        Self::ApiTokenByHash,
        Self::Sessions,
        Self::SessionByHash,
        Self::SessionsByAccount,
        Self::Jobs,
        Self::JobsByDue,
        Self::Audit,
        Self::AuditByTenant,
        Self::DoctorReports,
        Self::EventSubscriptions,
        Self::EventHints,
        Self::EventsSeen,
        Self::EventsSeenByTime,
        Self::TenantAdministrators,
        Self::ApiUsage,
        Self::MessageSettings,
        Self::Webhooks,
        Self::WebhookDeliveries,
    ];

    /// The table's name in the file.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Settings => "settings",
            Self::Counters => "counters",
            Self::Tenants => "tenants",
            Self::HouseNumbers => "house_numbers",
            Self::Accounts => "accounts",
            Self::AccountByUsername => "account_by_username",
            Self::PendingPasswords => "pending_passwords",
            Self::PlatformAdministrators => "platform_administrators",
            Self::Members => "members",
            Self::MemberByAccount => "member_by_account",
            Self::MemberByDingTalk => "member_by_dingtalk",
            Self::Departments => "departments",
            Self::DepartmentByDingTalk => "department_by_dingtalk",
            Self::DepartmentMembers => "department_members",
            Self::DingTalkApps => "dingtalk_apps",
            Self::AppByClientId => "app_by_client_id",
            Self::SyncRuns => "sync_runs",
            Self::ActiveSyncRuns => "active_sync_runs",
            Self::SyncChanges => "sync_changes",
            Self::ChangesByMember => "changes_by_member",
            Self::Conflicts => "conflicts",
            Self::OpenConflicts => "open_conflicts",
            Self::Messages => "messages",
            Self::Recipients => "recipients",
            Self::RecipientsByBatch => "recipients_by_batch",
            Self::Batches => "batches",
            Self::IdempotencyKeys => "idempotency_keys",
            Self::ApiTokens => "api_tokens",
            Self::ApiTokenByHash => "api_token_by_hash",
            Self::Sessions => "sessions",
            Self::SessionByHash => "session_by_hash",
            Self::SessionsByAccount => "sessions_by_account",
            Self::Jobs => "jobs",
            Self::JobsByDue => "jobs_by_due",
            Self::Audit => "audit",
            Self::AuditByTenant => "audit_by_tenant",
            Self::DoctorReports => "doctor_reports",
            Self::EventSubscriptions => "event_subscriptions",
            Self::EventHints => "event_hints",
            Self::EventsSeen => "events_seen",
            Self::EventsSeenByTime => "events_seen_by_time",
            Self::TenantAdministrators => "tenant_administrators",
            Self::ApiUsage => "api_usage",
            Self::MessageSettings => "message_settings",
            Self::Webhooks => "webhooks",
            Self::WebhookDeliveries => "webhook_deliveries",
        }
    }

    /// How redb knows it.
    pub(crate) fn definition(self) -> TableDefinition<'static, &'static [u8], &'static [u8]> {
        TableDefinition::new(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_table_is_listed_once_and_named_once() {
        let names: BTreeSet<_> = Table::ALL.iter().map(|table| table.name()).collect();
        assert_eq!(names.len(), Table::ALL.len());
        for (index, table) in Table::ALL.iter().enumerate() {
            assert_eq!(*table as usize, index, "{} stands in the wrong place", table.name());
        }
    }
}
