//! The state of the simulated platform and what a test may ask of it or do to it.
//!
//! Must not know HTTP. Invariant: no lock is held across an await, and locks are taken one at a time or in the
//! order of the fields below.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::{mpsc, watch};

use super::application::{Application, Credentials};
use super::codes::Codes;
use super::events::{Emission, EventLog};
use super::faults::{Fault, FaultKind, Faults};
use super::generate::Shape;
use super::journal::{Call, Count, Counts, Journal};
use super::limits::Limits;
use super::notices::{Fate, Message, Notices, Upload, forbidden_code};
use super::organisation::{ChangeRefused, Organisation};
use super::push::FailedEvents;
use super::random::Random;
use super::settings::{Behaviour, Clock, Settings, seeded};
use super::stream::Hub;
use super::tokens::Tokens;

/// The enterprises and their applications.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) organisations: BTreeMap<String, Organisation>,
    pub(crate) applications: BTreeMap<String, Application>,
}

/// The simulated platform.
pub struct Platform {
    clock: Clock,
    offset: AtomicI64,
    sequence: AtomicU64,
    pub(crate) world: RwLock<World>,
    behaviour: RwLock<Behaviour>,
    pub(crate) tokens: Mutex<Tokens>,
    pub(crate) codes: Mutex<Codes>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) limits: Mutex<Limits>,
    pub(crate) journal: Mutex<Journal>,
    pub(crate) notices: Mutex<Notices>,
    pub(crate) hub: Mutex<Hub>,
    pub(crate) failed_events: Mutex<FailedEvents>,
    pub(crate) event_log: Mutex<EventLog>,
    pub(crate) random: Mutex<Random>,
    pub(crate) emissions: mpsc::UnboundedSender<Emission>,
    /// Becomes true when the simulator stops.
    pub(crate) stopping: watch::Sender<bool>,
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Platform").finish_non_exhaustive()
    }
}

/// Locks, also after another thread's panic: a test that failed must not hide behind a second failure.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Platform {
    pub(crate) fn new(settings: Settings, emissions: mpsc::UnboundedSender<Emission>) -> Self {
        let world = World {
            organisations: settings.organisations.into_iter().map(|o| (o.corp_id().to_owned(), o)).collect(),
            applications: settings.applications.into_iter().map(|a| (a.client_id.clone(), a)).collect(),
        };
        Self {
            clock: settings.clock,
            offset: AtomicI64::new(0),
            sequence: AtomicU64::new(0),
            world: RwLock::new(world),
            behaviour: RwLock::new(settings.behaviour),
            tokens: Mutex::default(),
            codes: Mutex::default(),
            faults: Mutex::default(),
            limits: Mutex::default(),
            journal: Mutex::default(),
            notices: Mutex::default(),
            hub: Mutex::default(),
            failed_events: Mutex::default(),
            event_log: Mutex::default(),
            random: Mutex::new(Random::new(settings.seed)),
            emissions,
            stopping: watch::Sender::new(false),
        }
    }

    pub(crate) fn world(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn world_mut(&self) -> RwLockWriteGuard<'_, World> {
        self.world.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time on the platform, in milliseconds since 1970.
    pub fn now(&self) -> i64 {
        (self.clock)() + self.offset.load(Ordering::Relaxed)
    }

    /// Sets how far the platform's time is ahead of the caller's clock, in milliseconds.
    pub fn set_clock_offset(&self, milliseconds: i64) {
        self.offset.store(milliseconds, Ordering::Relaxed);
    }

    /// A number that no earlier call got, for request and event ids.
    pub(crate) fn next_number(&self) -> u64 {
        self.sequence.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// How the platform behaves now.
    pub fn behaviour(&self) -> Behaviour {
        self.behaviour.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes how the platform behaves from now on.
    pub fn set_behaviour(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Switches call limits, quotas and bans; switching lifts bans.
    pub fn set_limits(&self, on: bool) {
        self.set_behaviour(|behaviour| behaviour.limits = on);
        lock(&self.limits).forgive();
    }

    /// The address that white lists and error texts see instead of the socket's.
    pub fn set_caller_address(&self, address: Option<IpAddr>) {
        self.set_behaviour(|behaviour| behaviour.caller_address = address);
    }

    /// Calls of this month that count toward the enterprise's quota.
    pub fn used_this_month(&self, corp_id: &str) -> u64 {
        let now = self.now();
        lock(&self.limits).used_this_month(corp_id, now)
    }

    // --- enterprises and applications -------------------------------------------------------------------------

    /// Generates an enterprise with one application that may do everything.
    pub fn add_generated(&self, shape: &Shape) -> Credentials {
        let mut world = self.world_mut();
        let free = (world.organisations.len() + 1..)
            .find(|number| !world.organisations.contains_key(&format!("dingcorp{number:08}")));
        let (organisation, application) = seeded(shape, free.unwrap_or(0));
        let credentials = application.credentials();
        world.organisations.insert(organisation.corp_id().to_owned(), organisation);
        world.applications.insert(application.client_id.clone(), application);
        credentials
    }

    /// Adds or replaces an enterprise.
    pub fn put_organisation(&self, organisation: Organisation) {
        self.world_mut().organisations.insert(organisation.corp_id().to_owned(), organisation);
    }

    /// Reads an enterprise; `None` when there is no such one.
    pub fn with_organisation<T>(&self, corp_id: &str, read: impl FnOnce(&Organisation) -> T) -> Option<T> {
        self.world().organisations.get(corp_id).map(read)
    }

    /// An application by Client ID.
    pub fn application(&self, client_id: &str) -> Option<Application> {
        self.world().applications.get(client_id).cloned()
    }

    /// Adds or replaces an application.
    ///
    /// # Errors
    /// When the Client ID is empty or the enterprise does not exist.
    pub fn put_application(&self, application: Application) -> Result<(), ChangeRefused> {
        let mut world = self.world_mut();
        if application.client_id.is_empty() {
            return Err(ChangeRefused("an application needs a clientId".into()));
        }
        if !world.organisations.contains_key(&application.corp_id) {
            return Err(ChangeRefused(format!("there is no enterprise {}", application.corp_id)));
        }
        world.applications.insert(application.client_id.clone(), application);
        Ok(())
    }

    /// Changes an application in place.
    ///
    /// # Errors
    /// When there is no such application.
    pub fn change_application(
        &self,
        client_id: &str,
        change: impl FnOnce(&mut Application),
    ) -> Result<(), ChangeRefused> {
        match self.world_mut().applications.get_mut(client_id) {
            Some(application) => change(application),
            None => return Err(ChangeRefused(format!("there is no application {client_id}"))),
        }
        Ok(())
    }

    /// Grants or takes away one permission.
    ///
    /// # Errors
    /// When there is no such application.
    pub fn set_permission(&self, client_id: &str, code: &str, granted: bool) -> Result<(), ChangeRefused> {
        self.change_application(client_id, |application| {
            if granted {
                application.permissions.insert(code.to_owned());
            } else {
                application.permissions.remove(code);
            }
        })
    }

    // --- tokens and faults ------------------------------------------------------------------------------------

    /// Lets the tokens of one application, or of all, expire at once.
    pub fn expire_tokens(&self, client_id: Option<&str>) {
        lock(&self.tokens).expire(client_id);
    }

    /// How many different application tokens were handed out.
    pub fn tokens_issued(&self) -> u64 {
        lock(&self.tokens).issued()
    }

    /// Adds a fault behind those that wait already.
    pub fn add_fault(&self, fault: Fault) {
        lock(&self.faults).add(fault);
    }

    /// Drops all faults.
    pub fn clear_faults(&self) {
        lock(&self.faults).clear();
    }

    /// The faults that wait.
    pub fn faults(&self) -> Vec<Fault> {
        lock(&self.faults).list().to_vec()
    }

    pub(crate) fn meet_fault(
        &self,
        api: &str,
        client_id: Option<&str>,
        dept_id: Option<i64>,
    ) -> Option<FaultKind> {
        lock(&self.faults).meet(api, client_id, dept_id)
    }

    // --- what was received ------------------------------------------------------------------------------------

    /// The calls received, oldest first; the list is bounded, the counters are not.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.journal).calls().cloned().collect()
    }

    /// The calls received with a higher sequence number, at most `limit` of the latest.
    pub fn calls_after(&self, seq: u64, limit: usize) -> Vec<Call> {
        let journal = lock(&self.journal);
        let mut calls: Vec<Call> =
            journal.calls().rev().take_while(|call| call.seq > seq).take(limit).cloned().collect();
        calls.reverse();
        calls
    }

    /// Counters by application and interface.
    pub fn counts(&self) -> Counts {
        lock(&self.journal).counts().clone()
    }

    /// The counter of one interface, over all applications: sums, and the highest busiest second.
    pub fn count_of(&self, api: &str) -> Count {
        let journal = lock(&self.journal);
        journal.counts().iter().filter(|((_, path), _)| path == api).fold(
            Count::default(),
            |sum, (_, count)| Count {
                calls: sum.calls + count.calls,
                errors: sum.errors + count.errors,
                busiest_second: sum.busiest_second.max(count.busiest_second),
            },
        )
    }

    /// All calls of all applications.
    pub fn total_calls(&self) -> u64 {
        lock(&self.journal).counts().values().map(|count| count.calls).sum()
    }

    /// Forgets the calls and counters.
    pub fn clear_journal(&self) {
        lock(&self.journal).clear();
    }

    // --- notices ----------------------------------------------------------------------------------------------

    /// The files that were handed over for messages, oldest first.
    pub fn uploads(&self) -> Vec<Upload> {
        lock(&self.notices).uploads()
    }

    /// All notices that were accepted, one entry for each receiver, oldest first.
    pub fn messages(&self) -> Vec<Message> {
        let now = self.now();
        lock(&self.notices).messages(now).collect()
    }

    /// The notices of one person.
    pub fn messages_of(&self, userid: &str) -> Vec<Message> {
        let now = self.now();
        lock(&self.notices).messages(now).filter(|message| message.userid == userid).collect()
    }

    /// Marks delivered notices as read, of one person or all, of one send or all; answers how many.
    pub fn mark_read(&self, userid: Option<&str>, task_id: Option<i64>) -> usize {
        let now = self.now();
        lock(&self.notices).read(userid, task_id, now)
    }

    /// From now on notices to this person are swallowed with the given code, or fail with `None`.
    ///
    /// # Errors
    /// When the platform knows no such code.
    pub fn forbid(&self, userid: &str, code: Option<&str>) -> Result<(), ChangeRefused> {
        let fate = match code {
            None => Fate::Failed,
            Some(code) => Fate::Forbidden(
                forbidden_code(code)
                    .ok_or_else(|| ChangeRefused(format!("{code} is no reason for refusal")))?,
            ),
        };
        lock(&self.notices).refuse(userid, Some(fate));
        Ok(())
    }

    /// Notices reach this person again.
    pub fn allow(&self, userid: &str) {
        lock(&self.notices).refuse(userid, None);
    }
}
