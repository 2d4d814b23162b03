//! Somebody whom DingTalk vouches for, synchronised alone and at once: read, planned and landed as a run of its own.
//!
//! Must not know how DingTalk vouched. Invariants: one person is brought in by one visitor at a time, and never beside
//! a run that is going on; whoever is switched off here stays so; conflicts are parked as in any run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tracing::info;

use super::Synchroniser;
use super::events::{lock, note_vouched};
use super::person;
use crate::dingtalk::{Application, CallMeter, Error as DingTalkError, ErrorKind};
use crate::domain::audit::Actor;
use crate::domain::directory::member::{Binding, Member, MemberStatus};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::domain::sync::arrival::{Arrival, Wanted, arrival};
use crate::domain::sync::run::{RunMode, RunPhase, RunStatus, RunTrigger, SyncRun};
use crate::domain::sync::snapshot::{Snapshot, UpstreamPerson};
use crate::service::connection::Connection;
use crate::store::{self, ReadTx};

/// How often it is planned again because the directory moved under the plan.
const MOST_TRIES: usize = 3;
/// How long a visitor waits for a run that is going on, or for another visit of the same person.
const PATIENCE: Duration = Duration::from_secs(20);

/// How a person whom DingTalk vouches for stands here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// An active member.
    Member(Box<Member>),
    /// Switched off here by an administrator.
    SwitchedOff,
    /// The mobile number belongs to another account here; an administrator has to decide.
    Parked,
    /// Not among those whom this tenant brings in, or no longer an employee.
    NotWanted,
}

/// Why somebody could not be brought in.
#[derive(Debug)]
pub enum NotBroughtIn {
    /// DingTalk refused, or failed.
    DingTalk(DingTalkError),
    /// Something here.
    Here(Error),
}

impl From<Error> for NotBroughtIn {
    fn from(error: Error) -> Self {
        Self::Here(error)
    }
}

/// The people who are being brought in this moment.
#[derive(Clone, Default)]
pub(super) struct Arrivals(Arc<Waiting>);

type Visitor = (TenantId, Box<str>);

#[derive(Default)]
struct Waiting {
    busy: Mutex<BTreeMap<Visitor, Arc<Notify>>>,
}

struct Turn {
    arrivals: Arrivals,
    visitor: Visitor,
}

impl Arrivals {
    /// The turn to bring somebody in; waits while another visit of the same person has it.
    async fn turn(&self, visitor: Visitor) -> Turn {
        loop {
            let over = {
                let mut busy = lock(&self.0.busy);
                match busy.get(&visitor) {
                    None => {
                        busy.insert(visitor.clone(), Arc::default());
                        return Turn { arrivals: self.clone(), visitor };
                    }
                    // Registered while the place is held, so that its end cannot be missed.
                    Some(over) => Arc::clone(over).notified_owned(),
                }
            };
            over.await;
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(over) = lock(&self.arrivals.0.busy).remove(&self.visitor) {
            over.notify_waiters();
        }
    }
}

impl Synchroniser {
    /// How a person of the connected enterprise stands here; who is unknown or left is brought in first.
    pub async fn vouched(
        &self,
        connection: &Connection,
        application: &Application,
        user_id: &str,
    ) -> std::result::Result<Standing, NotBroughtIn> {
        let tenant = connection.app.tenant;
        let binding = Binding {
            corp_id: connection.app.corp_id.as_deref().map(Into::into),
            user_id: user_id.into(),
            union_id: None,
        };
        if let Some(standing) = self.standing(tenant, &binding).await? {
            return Ok(standing);
        }
        let patient = tokio::time::timeout(PATIENCE, self.bring_in(connection, application, binding));
        patient.await.map_err(|_| busy())?
    }

    /// How the person stands, unless that can only be told by bringing the person in.
    async fn standing(&self, tenant: TenantId, binding: &Binding) -> Result<Option<Standing>> {
        let binding = binding.clone();
        let members = self
            .context
            .store
            .read(move |tx| {
                tx.in_tenant(tenant).members().by_user_id(&binding.user_id).map(|rows| same(rows, &binding))
            })
            .await?;
        if let Some(member) = members.iter().find(|member| member.status == MemberStatus::Active) {
            return Ok(Some(Standing::Member(Box::new(member.clone()))));
        }
        let switched_off = members.iter().any(|member| member.status == MemberStatus::Disabled);
        Ok(switched_off.then_some(Standing::SwitchedOff))
    }

    async fn bring_in(
        &self,
        connection: &Connection,
        application: &Application,
        binding: Binding,
    ) -> std::result::Result<Standing, NotBroughtIn> {
        let tenant = connection.app.tenant;
        let _turn = self.arrivals.turn((tenant, binding.user_id.clone())).await;
        for _ in 0..MOST_TRIES {
            // A run that is going on may have read before this person came, and would land after.
            let active = self.context.store.read(move |tx| tx.in_tenant(tenant).sync_runs().active()).await?;
            if let Some(run) = active {
                self.wait(tenant, run.id).await?;
            }
            if let Some(standing) = self.standing(tenant, &binding).await? {
                return Ok(standing);
            }
            match self.try_bring_in(connection, application, &binding).await {
                Err(NotBroughtIn::Here(error)) if error.code == ErrorCode::SyncPlanOutdated => {}
                outcome => return outcome,
            }
        }
        Err(busy().into())
    }

    async fn try_bring_in(
        &self,
        connection: &Connection,
        application: &Application,
        binding: &Binding,
    ) -> std::result::Result<Standing, NotBroughtIn> {
        let tenant = connection.app.tenant;
        let meter = Arc::new(CallMeter::default());
        let Some(person) = read(&application.clone().metered(Arc::clone(&meter)), &binding.user_id).await?
        else {
            return Ok(Standing::NotWanted);
        };
        let known = self.context.store.read(move |tx| known(tx, tenant)).await?;
        let wanted = Wanted {
            known: &known,
            choice: &connection.settings.choice,
            school_contacts: connection.settings.include_school_contacts,
        };
        let arrival = arrival(&person, wanted);
        if arrival == Arrival::Unwanted {
            return Ok(Standing::NotWanted);
        }
        let snapshot = Snapshot::of_some(binding.corp_id.clone(), Vec::new(), vec![person], BTreeSet::new());
        let run = self.new_run(tenant, RunMode::Apply, RunTrigger::SignIn, Actor::Server);
        let planned = self.plan(&run, snapshot, None, &connection.settings).await?;
        let plan = &planned.plan;
        if !plan.is_empty() {
            let now = self.context.ambient.now();
            let run = SyncRun {
                status: RunStatus::Succeeded,
                phase: RunPhase::Finished,
                counts: plan.counts(),
                calls: meter.snapshot(),
                warnings: plan.warnings.clone(),
                plan_digest: Some(planned.record.digest),
                attempts: 1,
                started_at: Some(run.created_at),
                finished_at: Some(now),
                ..run
            };
            let run = self.land(run, planned, None).await?;
            self.moved.send_modify(|count| *count += 1);
            info!(tenant.id = tenant.0, sync.run = %run.id, "somebody whom DingTalk vouches for was brought in");
        }
        if arrival == Arrival::Partial {
            note_vouched(&self.context, tenant, &binding.user_id, self.event_pace.delay_ms).await?;
        }
        Ok(self.standing(tenant, binding).await?.unwrap_or(Standing::Parked))
    }
}

/// The person as DingTalk tells it now; `None` for somebody whom it no longer knows or does not show us.
async fn read(
    application: &Application,
    user_id: &str,
) -> std::result::Result<Option<UpstreamPerson>, NotBroughtIn> {
    match application.user(user_id).await {
        // Somebody else than asked for, or without a place: not to be believed.
        Ok(user) if user.userid != user_id || user.dept_id_list.is_none() => {
            Err(NotBroughtIn::Here(Error::new(
                ErrorCode::DingTalkFailed,
                "钉钉返回的员工信息不完整，请稍后重试；若一直如此，请联系管理员",
                "DingTalk's answer about this person is incomplete; try again later, and tell an administrator if it stays",
            )))
        }
        Ok(user) => Ok(Some(person::alone(user))),
        Err(error) if matches!(error.kind, ErrorKind::UserNotFound | ErrorKind::OutsideScope(_)) => Ok(None),
        Err(error) => Err(NotBroughtIn::DingTalk(error)),
    }
}

/// The rows that can be this person: a userid of another enterprise is somebody else.
fn same(rows: Vec<Member>, binding: &Binding) -> Vec<Member> {
    let fits = |row: &Member| row.binding.as_ref().is_some_and(|own| !own.contradicts(binding));
    rows.into_iter().filter(fits).collect()
}

fn known(tx: &ReadTx<'_>, tenant: TenantId) -> store::Result<BTreeSet<i64>> {
    let rows = tx.in_tenant(tenant).departments().all()?;
    Ok(rows.iter().filter_map(|row| row.dingtalk_dept_id).collect())
}

fn busy() -> Error {
    Error::new(
        ErrorCode::Unavailable,
        "本租户正在同步，请稍后重新打开页面",
        "this tenant is being synchronised; open the page again in a moment",
    )
    .retry_after(10)
}
