//! Two neighbouring tenants hold rows with the same ids in every tenant table; neither ever sees the other's.

use super::fixture::{NOW, TestStore, account, id, member, tenant};
use crate::domain::access::session::ApiToken;
use crate::domain::audit::{Actor, AuditEvent, AuditFilter};
use crate::domain::dingtalk_app::DingTalkApp;
use crate::domain::directory::department::Department;
use crate::domain::directory::member::{MemberRole, MemberStatus, Membership};
use crate::domain::doctor::Report;
use crate::domain::id::{DepartmentId, MessageId, RunId, TenantId};
use crate::domain::messaging::content::Content;
use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::message::{Audience, Batch, Message, Recipient};
use crate::domain::messaging::quota::{ApiUsage, MessageSettings, Month};
use crate::domain::messaging::tally::Tally;
use crate::domain::messaging::way::Way;
use crate::domain::mobile::Mobile;
use crate::domain::page::Limit;
use crate::domain::sync::change::{Change, ChangeKind, Subject};
use crate::domain::sync::change_filter::ChangeFilter;
use crate::domain::sync::conflict::{Conflict, ConflictKind, ConflictState};
use crate::domain::sync::run::{RunCounts, RunMode, RunPhase, RunStatus, RunTrigger, SyncRun};
use crate::domain::webhook::{EventKind, Webhook, WebhookDelivery};
use crate::store::schema::Table;
use crate::store::{MemberFilter, Result, TenantRead, WriteTx, encode_change};

/// The tenants in between are empty, the outer ones would be met by a range that runs too far.
pub(super) const TENANTS: [u32; 4] = [999, 1000, 1001, u32::MAX];
const SHARED: u128 = 77;
/// Ids at both ends of the key space, where ranges go wrong first.
const ENDS: [u128; 3] = [0, SHARED, u128::MAX];

pub(super) fn run(tenant: TenantId, number: u128) -> SyncRun {
    SyncRun {
        id: id(number),
        tenant,
        mode: RunMode::Apply,
        trigger: RunTrigger::Manual,
        reverts: None,
        reverted_by: None,
        requested_by: Actor::Server,
        status: RunStatus::Running,
        phase: RunPhase::Reading,
        counts: RunCounts::default(),
        calls: [].into(),
        error: None,
        guard: Vec::new(),
        warnings: Vec::new(),
        plan_digest: None,
        approved: None,
        cancelled: None,
        attempts: 1,
        created_at: NOW,
        started_at: None,
        finished_at: None,
    }
}

fn conflict(tenant: TenantId, number: u128) -> Conflict {
    Conflict {
        id: id(number),
        tenant,
        kind: ConflictKind::NumberTaken,
        user_id: "user".into(),
        union_id: None,
        name: "李四".into(),
        mobile: Mobile::parse("13800000001", None).unwrap(),
        member: None,
        holder: None,
        found_at: NOW,
        state: ConflictState::Open,
        decision: None,
    }
}

fn message(tenant: TenantId, number: u128) -> Message {
    Message {
        id: id(number),
        tenant,
        content: Content::Text("你好".into()),
        audience: Audience::default(),
        way: Way::Tracked,
        sender: Actor::Server,
        created_at: NOW,
        tally: Tally::default(),
        unresolved: Vec::new(),
        recalled_at: None,
        cancelled_at: None,
        held_until: None,
        settled_at: None,
        results_read_at: None,
        results_due_at: None,
    }
}

fn webhook(tenant: TenantId, number: u128) -> Webhook {
    Webhook {
        id: id(number),
        tenant,
        url: "https://example.com/".into(),
        description: String::new(),
        events: EventKind::ALL.into(),
        sealed_secret: Vec::new(),
        enabled: true,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(super) fn fill(tx: &WriteTx<'_>, number: u32) -> Result<()> {
    let tenant_id = TenantId(number);
    tx.tenants().put(&tenant(number, &format!("{:06}", number % 1_000_000)))?;
    let own = tx.in_tenant(tenant_id);
    for (place, end) in ENDS.into_iter().enumerate() {
        let place = u8::try_from(place).unwrap();
        let mut person = member(number, end, id(u128::from(number) * 10 + u128::from(place)));
        tx.accounts().put(&account(u128::from(number) * 10 + u128::from(place), None))?;
        person.role = MemberRole::Administrator;
        person.memberships = vec![Membership { department: id(end), order: 0, leader: true }];
        own.members().put(&person)?;
        own.departments().put(&Department {
            id: id(end),
            tenant: tenant_id,
            parent: None,
            name: number.to_string(),
            order: 0,
            dingtalk_dept_id: Some([i64::MIN, 0, i64::MAX][usize::from(place)]),
            formerly: None,
        })?;
        own.sync_runs().put(&run(tenant_id, end))?;
        own.conflicts().put(&conflict(tenant_id, end))?;
        own.messages().put(&message(tenant_id, end))?;
        let change = Change {
            kind: ChangeKind::Skipped,
            subject: Subject::Member { id: Some(id(end)), user_id: None, username: None },
            name: number.to_string().into(),
            fields: Vec::new(),
            note: None,
        };
        own.sync_changes().append_encoded(id(end), &[encode_change(&change)?])?;
        let recipient = Recipient {
            member: id(end),
            user_id: "user".into(),
            name: number.to_string().into(),
            batch: 0,
            delivery: Delivery::Queued,
            updated_at: NOW,
        };
        own.recipients().put(id(end), &recipient)?;
        own.batches().put(id(end), &Batch { attempts: number, ..Batch::queued(0, NOW) })?;
        own.webhooks().put(&webhook(tenant_id, end))?;
        let (hook, event) = (id(end), EventKind::Ping);
        let told = WebhookDelivery::queued(id(end), hook, event, number.to_string(), NOW);
        own.webhooks().put_delivery(&told)?;
        own.idempotency().put(&end.to_string(), [0; 32], id(end), NOW)?;
        let mut token_hash = [place; 32];
        token_hash[..4].copy_from_slice(&number.to_be_bytes());
        own.api_tokens().put(&ApiToken {
            id: id(end),
            tenant: tenant_id,
            name: number.to_string(),
            scopes: [].into(),
            token_hash,
            created_by: id(1),
            created_at: NOW,
            expires_at: None,
            last_used_at: None,
        })?;
    }
    own.put_api_usage(&ApiUsage::none(tenant_id, Month(202_611)))?;
    own.put_message_settings(&MessageSettings::standard(tenant_id))?;
    own.doctor_report().put(&Report { tenant: tenant_id, examined_at: NOW, checks: Vec::new() })?;
    own.dingtalk_app().put(&DingTalkApp {
        tenant: tenant_id,
        agent_id: 1,
        client_id: number.to_string(),
        sealed_secret: Vec::new(),
        corp_id: None,
        enabled: true,
        created_at: NOW,
        updated_at: NOW,
    })?;
    tx.audit().append(AuditEvent {
        at: NOW,
        actor: Actor::Server,
        tenant: Some(tenant_id),
        action: "tenant.create".into(),
        subject: number.to_string(),
        detail: String::new(),
        address: None,
    })?;
    Ok(())
}

/// Every list of a tenant, each holding the tenant's three rows and nothing else.
fn look(own: TenantRead<'_, '_>, number: u32) -> Result<()> {
    let limit = Limit::new(None);
    let tenant_id = TenantId(number);
    let is_own = |tenant: TenantId| assert_eq!(tenant, tenant_id);
    let name = number.to_string();
    let filters = [
        MemberFilter::default(),
        MemberFilter { q: Some("zs".into()), ..MemberFilter::default() },
        MemberFilter { status: Some(MemberStatus::Active), ..MemberFilter::default() },
        MemberFilter { subtree: Some(ENDS.map(id).into()), ..MemberFilter::default() },
    ];
    for filter in filters {
        let page = own.members().list(&filter, limit, None)?;
        assert_eq!(page.items.len(), 3, "{filter:?}");
        page.items.iter().for_each(|member| is_own(member.tenant));
    }
    assert_eq!(own.members().all()?.len(), 3);
    assert_eq!(own.members().count(MemberStatus::Active)?, 3);
    assert_eq!(own.departments().all()?.len(), 3);
    own.departments().all()?.iter().for_each(|department| is_own(department.tenant));
    assert_eq!(own.departments().all_leaders()?.len(), 3);
    assert_eq!(own.departments().direct_member_counts()?.len(), 3);
    assert_eq!(own.sync_runs().list(limit, None)?.items.len(), 3);
    own.sync_runs().list(limit, None)?.items.iter().for_each(|run| is_own(run.tenant));
    is_own(own.sync_runs().active()?.unwrap().tenant);
    is_own(own.sync_runs().latest()?.unwrap().tenant);
    for open_only in [true, false] {
        let page = own.conflicts().list(open_only, limit, None)?;
        assert_eq!(page.items.len(), 3);
        page.items.iter().for_each(|conflict| is_own(conflict.tenant));
    }
    assert_eq!(own.conflicts().open()?.len(), 3);
    assert_eq!(own.messages().list(limit, None)?.items.len(), 3);
    own.messages().list(limit, None)?.items.iter().for_each(|message| is_own(message.tenant));
    assert_eq!(own.api_tokens().list(limit, None)?.items.len(), 3);
    own.api_tokens().list(limit, None)?.items.iter().for_each(|token| is_own(token.tenant));
    assert_eq!(own.webhooks().all()?.len(), 3);
    own.webhooks().all()?.iter().for_each(|webhook| is_own(webhook.tenant));
    is_own(own.api_usage(Month(202_611))?.tenant);
    is_own(own.message_settings()?.tenant);
    is_own(own.dingtalk_app().get()?.unwrap().tenant);
    is_own(own.doctor_report().get()?.unwrap().tenant);
    for end in ENDS {
        let (run, message, department): (RunId, MessageId, DepartmentId) = (id(end), id(end), id(end));
        assert_eq!(own.members().by_user_id(&format!("user{end}"))?.len(), 1);
        is_own(own.members().get(id(end))?.unwrap().tenant);
        assert_eq!(own.departments().leaders(department)?.len(), 1);
        assert_eq!(own.departments().direct_members(department)?, 1);
        let changes = own.sync_changes().list(run, &ChangeFilter::default(), limit, None)?.items;
        assert!(changes.len() == 1 && *changes[0].name == name);
        let recipients = own.recipients().all(message)?;
        assert!(recipients.len() == 1 && *recipients[0].name == name);
        assert_eq!(own.recipients().of_batch(message, 0)?, recipients);
        assert_eq!(own.recipients().list(message, Some("queued"), limit, None)?.items, recipients);
        assert_eq!(
            own.batches().all(message)?.iter().map(|batch| batch.attempts).collect::<Vec<_>>(),
            [number]
        );
        let told = own.webhooks().deliveries(id(end), limit, None)?.items;
        assert!(told.len() == 1 && told[0].body == name);
        assert_eq!(own.idempotency().get(&end.to_string())?.unwrap().message, message);
    }
    is_own(own.departments().by_dingtalk(i64::MAX)?.unwrap().tenant);
    Ok(())
}

#[test]
fn no_list_shows_a_neighbours_row() {
    let store = TestStore::new();
    store.write_blocking(|tx| TENANTS.into_iter().try_for_each(|number| fill(tx, number))).unwrap();
    store
        .read_blocking(|tx| {
            for number in TENANTS {
                look(tx.in_tenant(TenantId(number)), number)?;
                let audit = tx
                    .audit()
                    .list(Some(TenantId(number)), &AuditFilter::default(), Limit::new(None), None)?
                    .items;
                assert_eq!(
                    audit.iter().map(|entry| entry.event.tenant).collect::<Vec<_>>(),
                    [Some(TenantId(number))]
                );
            }
            assert_eq!(tx.active_sync_runs()?.len(), 12);
            assert_eq!(tx.dingtalk_apps_all()?.len(), 4);
            Ok(())
        })
        .unwrap();
    assert_eq!(store.check().unwrap(), vec![]);
}

#[test]
fn every_tenant_table_is_part_of_this_test() {
    let store = TestStore::new();
    store.write_blocking(|tx| TENANTS.into_iter().try_for_each(|number| fill(tx, number))).unwrap();
    // What has no tenant in its key, or is filled elsewhere.
    let apart = [
        Table::Settings,
        Table::AccountByUsername,
        Table::PlatformAdministrators,
        Table::Sessions,
        Table::SessionByHash,
        Table::SessionsByAccount,
        Table::Jobs,
        Table::JobsByDue,
        Table::EventSubscriptions,
        Table::EventHints,
        Table::EventsSeen,
        Table::EventsSeenByTime,
    ]
    .map(Table::name);
    for (table, rows) in store.stats().unwrap().tables {
        assert_eq!(rows == 0, apart.contains(&table), "{table} has {rows} rows");
    }
}
