//! The questions to DingTalk: some ten calls, side by side where none depends on another.
//!
//! Must not know what an answer means. Invariants: a question that fails leaves the others to be asked, unless it
//! was the one that the others need; every walk is bounded; of people nothing is kept but counts.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use crate::dingtalk::permissions::{self, Absence, SETUP};
use crate::dingtalk::{Application, ContactScope, Error, ServerClock, User};
use crate::domain::doctor::{
    ApplicationFacts, EventFacts, Facts, OtherTenant, Outside, Permission, Probe, Proof, Sample, ScopeFacts,
};
use crate::domain::text::Text;
use crate::service::doctor::failure::probe;

/// The whole enterprise, as a department.
const ROOT: i64 = 1;
/// People after whom no further department is read for the sample.
const ENOUGH_PEOPLE: usize = 20;
/// Departments read for the sample, at most.
const SAMPLE_DEPARTMENTS: usize = 4;
/// Single people read for the sample, where the scope has no departments.
const SAMPLE_SINGLES: usize = 5;
/// Calls spent on counting departments outside the scope.
const OUTSIDE_CALLS: usize = 12;

/// Asks everything.
pub(super) async fn ask(
    application: Application,
    agent_id: i64,
    configured: ApplicationFacts,
    public_url: Option<String>,
    same_enterprise: Vec<OtherTenant>,
    events: EventFacts,
) -> Facts {
    let clock = Arc::new(ServerClock::default());
    let application = application.timed(Arc::clone(&clock));
    let token = probe(application.prove_secret().await);
    let permissions = SETUP.iter().map(|known| permission(known, application.client_id())).collect();
    let mut facts = Facts {
        permissions,
        public_url,
        same_enterprise,
        scope: not_asked(&token),
        departments: not_asked(&token),
        members: not_asked(&token),
        sample: not_asked(&token),
        count: not_asked(&token),
        outside: not_asked(&token),
        agent: not_asked(&token),
        enterprise: not_asked(&token),
        stream: not_asked(&token),
        events,
        token,
        application: configured,
        clock_ahead_ms: None,
    };
    if facts.token.answer().is_some() {
        let corp_id = facts.application.corp_id.clone();
        let (contacts, count, agent, enterprise, stream) = tokio::join!(
            contacts(&application),
            application.user_count(false),
            application.probe_agent(agent_id),
            enterprise(&application, corp_id.as_deref()),
            application.open_gateway(),
        );
        facts.scope = contacts.scope;
        facts.departments = contacts.departments;
        facts.members = contacts.members;
        facts.sample = contacts.sample;
        facts.outside = contacts.outside;
        facts.count = probe(count);
        facts.agent = probe(agent);
        facts.enterprise = enterprise;
        facts.stream = probe(stream.map(|ticket| host(&ticket.endpoint)));
    }
    facts.clock_ahead_ms = clock.ahead_ms();
    facts
}

/// Without a token there is nothing else to ask.
fn not_asked<T>(token: &Probe<()>) -> Probe<T> {
    let why = token.failure().map_or_else(|| Text::new("", ""), |failure| failure.title.clone());
    Probe::NotAsked(why)
}

fn permission(known: &permissions::Permission, client_id: &str) -> Permission {
    let proof = match (known.code, known.absence) {
        (_, Absence::Unneeded) => Proof::Writing,
        ("fieldMobile", _) => Proof::MobileNumbers,
        ("fieldEmail", _) => Proof::PersonalFields,
        ("qyapi_get_department_list", _) => Proof::Departments,
        ("qyapi_get_member", _) => Proof::Persons,
        ("qyapi_get_department_member", _) => Proof::Members,
        _ => Proof::OwnSignIn,
    };
    let request_link = permissions::request_link(client_id, known.code);
    Permission { code: known.code, zh: known.zh, en: known.en, request_link, proof }
}

/// The part of an address between the scheme and the path.
fn host(endpoint: &str) -> String {
    let rest = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default().to_owned()
}

async fn enterprise(application: &Application, corp_id: Option<&str>) -> Probe<()> {
    match corp_id {
        Some(corp_id) => probe(application.prove_enterprise(corp_id).await),
        None => Probe::NotAsked(Text::new("未填写 CorpId", "no CorpId was entered")),
    }
}

/// What was learnt about departments and people.
struct Contacts {
    scope: Probe<ScopeFacts>,
    departments: Probe<()>,
    members: Probe<()>,
    sample: Probe<Sample>,
    outside: Probe<Outside>,
}

async fn contacts(application: &Application) -> Contacts {
    let scope = application.contact_scope().await;
    // Without the scope, the enterprise itself still shows whether the permissions are there.
    let seen = scope
        .as_ref()
        .cloned()
        .unwrap_or(ContactScope { departments: vec![ROOT], ..ContactScope::default() });
    let first = seen.departments.iter().copied().find(|dept_id| *dept_id > 0);
    let (departments, members, sample) = match first {
        Some(first) => below(application, first, &seen.departments).await,
        None => (no_department(), no_department(), singles(application, &seen.users).await),
    };
    let whole = seen.departments.contains(&ROOT);
    let outside = match &scope {
        Ok(_) if !whole => probe(outside(application, &seen.departments).await),
        _ => Probe::NotAsked(Text::new("", "")),
    };
    Contacts {
        scope: probe(scope.map(|scope| facts_of(&scope, whole))),
        departments,
        members,
        sample,
        outside,
    }
}

fn facts_of(scope: &ContactScope, whole: bool) -> ScopeFacts {
    ScopeFacts {
        whole,
        departments: scope.departments.len(),
        people: scope.users.len(),
        fields: scope.fields.clone(),
    }
}

fn no_department<T>() -> Probe<T> {
    Probe::NotAsked(Text::new("授权范围内没有部门", "the scope has no department"))
}

/// Lists the departments and the people of the first department, and reads on for the sample.
async fn below(
    application: &Application,
    first: i64,
    roots: &[i64],
) -> (Probe<()>, Probe<()>, Probe<Sample>) {
    let (children, page) =
        tokio::join!(application.sub_departments(first), application.department_users(first, None));
    let children_ids = children.as_deref().unwrap_or_default().iter().map(|child| child.dept_id);
    let next: Vec<i64> = children_ids.chain(roots.iter().copied().filter(|root| *root != first)).collect();
    match page {
        Ok(page) => {
            let sample = sample(application, page.users, &next).await;
            (probe(children.map(drop)), Probe::Answered(()), Probe::Answered(sample))
        }
        Err(error) => (probe(children.map(drop)), probe(Err(error.clone())), probe(Err(error))),
    }
}

/// Goes on reading until there are people enough, or departments no more; a page that fails ends it, for the first
/// one has shown that the call works.
async fn sample(application: &Application, first: Vec<User>, next: &[i64]) -> Sample {
    let mut sample = Sample::default();
    let mut seen = BTreeSet::new();
    add(&mut sample, &mut seen, first);
    for dept_id in next.iter().filter(|dept_id| **dept_id > 0).take(SAMPLE_DEPARTMENTS - 1) {
        if sample.people >= ENOUGH_PEOPLE {
            break;
        }
        match application.department_users(*dept_id, None).await {
            Ok(page) => add(&mut sample, &mut seen, page.users),
            Err(_) => break,
        }
    }
    sample
}

/// The sample where only single people are in the scope.
async fn singles(application: &Application, userids: &[String]) -> Probe<Sample> {
    if userids.is_empty() {
        return no_department();
    }
    let mut sample = Sample::default();
    let mut seen = BTreeSet::new();
    for userid in userids.iter().take(SAMPLE_SINGLES) {
        match application.user(userid).await {
            Ok(user) => add(&mut sample, &mut seen, vec![user]),
            Err(error) => return probe(Err(error)),
        }
    }
    Probe::Answered(sample)
}

fn add(sample: &mut Sample, seen: &mut BTreeSet<String>, users: Vec<User>) {
    for user in users {
        let personal = [&user.email, &user.org_email, &user.work_place, &user.remark, &user.extension];
        let has_personal = personal.iter().any(|field| !field.is_absent());
        let has_mobile = !user.mobile.is_absent() || !user.state_code.is_absent();
        if seen.insert(user.userid) {
            sample.people += 1;
            sample.with_mobile += usize::from(has_mobile);
            sample.with_personal += usize::from(has_personal);
        }
    }
}

/// Counts departments that are not in the scope nor below it, from the enterprise downwards. The call that lists ids
/// is not limited by the scope, which makes it good for this alone.
async fn outside(application: &Application, inside: &[i64]) -> Result<Outside, Error> {
    let mut found = Outside { departments: 0, complete: true };
    let mut queue = VecDeque::from([ROOT]);
    let mut seen = BTreeSet::from([ROOT]);
    for _ in 0..OUTSIDE_CALLS {
        let Some(dept_id) = queue.pop_front() else { return Ok(found) };
        for child in application.sub_department_ids(dept_id).await? {
            if child > 0 && !inside.contains(&child) && seen.insert(child) {
                found.departments += 1;
                queue.push_back(child);
            }
        }
    }
    found.complete = queue.is_empty();
    Ok(found)
}
