//! The course of a run: stopped by the guard, shown first, approved, refused, cancelled, followed.

use menpai::simulator::{Fault, FaultKind, Shape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, World, answer, events, until};

const MEMBERS: &str = "/topapi/v2/user/list";
/// A call that will not be answered while the test lasts.
const FOR_EVER: FaultKind = FaultKind::Slow { ms: 600_000 };

/// A tenant in step with an enterprise of a hundred people.
struct InStep {
    world: World,
    tenant: u64,
    people: Vec<String>,
}

impl InStep {
    async fn new() -> Self {
        let world = World::new(Shape::plain(100, 31)).await;
        let tenant = world.connected_tenant().await;
        world.sync(tenant).await;
        let people = world.dingtalk().with_organisation(&world.credentials.corp_id, |it| {
            it.users().map(|user| user.userid.clone()).collect()
        });
        Self { tenant, people: people.unwrap(), world }
    }

    fn leave(&self, people: &[String]) {
        for userid in people {
            self.world.dingtalk().remove_user(&self.world.credentials.corp_id, userid).unwrap();
        }
    }

    fn rename(&self, userid: &str, name: &str) {
        let corp_id = &self.world.credentials.corp_id;
        self.world.dingtalk().change_user(corp_id, userid, |user| user.name = name.into()).unwrap();
    }

    fn runs(&self) -> String {
        format!("/api/v1/tenants/{}/syncRuns", self.tenant)
    }

    async fn start(&self) -> String {
        let started = self.world.post(&self.runs(), json!({"mode": "apply"})).await;
        assert_eq!(started.status, 202, "{started:?}");
        started.body["id"].as_str().unwrap().to_owned()
    }

    async fn decide(&self, run: &Value, decision: &str) -> Answer {
        let path = format!("{}/{}/{decision}", self.runs(), run["id"].as_str().unwrap());
        self.world.send(Method::POST, &path, None).await
    }

    /// Approves a run and waits for its end.
    async fn applied(&self, run: &Value) -> Value {
        let approved = self.decide(run, "apply").await;
        assert_eq!(approved.status, 202, "{approved:?}");
        self.world.ended(self.tenant, run["id"].as_str().unwrap()).await
    }

    async fn changes(&self, run: &Value) -> Vec<Value> {
        self.world.all(&format!("{}/{}/changes", self.runs(), run["id"].as_str().unwrap())).await
    }

    async fn members(&self) -> Vec<Value> {
        self.world.members(self.tenant).await
    }

    async fn left(&self) -> usize {
        self.members().await.iter().filter(|member| member["status"] == "left").count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn removals_over_the_bound_wait_for_approval_and_land_as_shown() {
    let scene = InStep::new().await;
    scene.leave(&scene.people[..5]);
    assert_eq!(scene.world.sync(scene.tenant).await["counts"]["membersDisabled"], 5, "five are ordinary");
    let before = scene.members().await;
    scene.leave(&scene.people[5..11]);
    let stopped = scene.world.run(scene.tenant, "apply").await;
    assert_eq!(stopped["status"], "awaitingApproval", "{stopped:#}");
    assert_eq!(stopped["counts"]["membersDisabled"], 6);
    assert!(stopped["guard"][0].as_str().unwrap().contains('6'), "{stopped:#}");
    assert_eq!(scene.members().await, before, "nothing is changed yet");
    let listed = scene.changes(&stopped).await;
    assert_eq!(listed.iter().filter(|line| line["kind"] == "memberDisabled").count(), 6, "{listed:#?}");
    let landed = scene.applied(&stopped).await;
    assert_eq!(landed["status"], "succeeded", "{landed:#}");
    assert_eq!(scene.left().await, 11);
    assert_eq!(scene.changes(&landed).await, listed, "the record is what was shown");
    let again = scene.decide(&stopped, "apply").await;
    assert_eq!((again.status, &again.body["code"]), (409, &json!("syncRunState")), "{again:?}");
    scene.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approved_plan_that_no_longer_fits_is_refused() {
    let scene = InStep::new().await;
    let before = scene.members().await;
    scene.leave(&scene.people[..20]);
    let stopped = scene.world.run(scene.tenant, "apply").await;
    assert_eq!(stopped["status"], "awaitingApproval", "{stopped:#}");
    scene.leave(&scene.people[20..21]);
    let refused = scene.applied(&stopped).await;
    assert_eq!(
        (&refused["status"], &refused["error"]["code"]),
        (&json!("failed"), &json!("syncPlanOutdated")),
        "{refused:#}"
    );
    assert_eq!(refused["applied"], false);
    let remedy = refused["error"]["remedy"].as_str().unwrap();
    assert!(remedy.contains("并未执行"), "the list that is kept is not what was done: {remedy}");
    assert_eq!(scene.members().await, before);
    scene.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_changes_nothing_and_lands_exactly_or_not_at_all() {
    let scene = InStep::new().await;
    let before = scene.members().await;
    scene.rename(&scene.people[0], "新名");
    let shown = scene.world.run(scene.tenant, "preview").await;
    assert_eq!((&shown["status"], &shown["counts"]["membersUpdated"]), (&json!("previewed"), &json!(1)));
    assert_eq!(scene.members().await, before);
    let lines = scene.changes(&shown).await;
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert_eq!(
        (&lines[0]["fields"][0]["field"], &lines[0]["fields"][0]["after"]),
        (&json!("name"), &json!("新名"))
    );
    let landed = scene.applied(&shown).await;
    assert_eq!(landed["status"], "succeeded", "{landed:#}");
    assert_eq!(scene.changes(&landed).await, lines);
    assert!(scene.members().await.iter().any(|member| member["name"] == "新名"));

    scene.rename(&scene.people[1], "又一名");
    let shown = scene.world.run(scene.tenant, "preview").await;
    scene.rename(&scene.people[2], "不期而至");
    let before = scene.members().await;
    let refused = scene.applied(&shown).await;
    assert_eq!(refused["error"]["code"], "syncPlanOutdated", "{refused:#}");
    assert_eq!(scene.members().await, before);
    scene.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_run_at_a_time_and_a_cancelled_one_changes_nothing() {
    let scene = InStep::new().await;
    let before = scene.members().await;
    scene.rename(&scene.people[0], "新名");
    scene.world.dingtalk().add_fault(Fault::times(MEMBERS, 1, FOR_EVER).after(3));
    let run = scene.start().await;
    let second = scene.world.post(&scene.runs(), json!({"mode": "preview"})).await;
    assert_eq!((second.status, &second.body["code"]), (409, &json!("syncAlreadyRunning")), "{second:?}");
    until("the middle of the read", async || scene.world.dingtalk().faults().is_empty().then_some(())).await;
    let stopped = scene.decide(&json!({"id": run}), "cancel").await;
    assert_eq!(stopped.status, 202, "{stopped:?}");
    let ended = scene.world.ended(scene.tenant, &run).await;
    assert_eq!((&ended["status"], &ended["phase"]), (&json!("cancelled"), &json!("finished")), "{ended:#}");
    assert_eq!(scene.members().await, before);
    let again = scene.decide(&ended, "cancel").await;
    assert_eq!((again.status, &again.body["code"]), (409, &json!("syncRunState")), "{again:?}");
    assert_eq!(scene.world.sync(scene.tenant).await["counts"]["membersUpdated"], 1, "the next one is free");
    scene.world.finish().await;
}

/// What somebody decides about a run is kept with it and in the audit, with the reason; a program's token starts runs,
/// and does not overrule the guard.
#[tokio::test(flavor = "multi_thread")]
async fn the_guard_is_overruled_by_an_administrator_once_with_a_reason_that_is_kept() {
    let scene = InStep::new().await;
    scene.leave(&scene.people[..20]);
    let dismissed = scene.world.run(scene.tenant, "apply").await;
    let path = |run: &Value, word: &str| format!("{}/{}/{word}", scene.runs(), run["id"].as_str().unwrap());
    let why = json!({"reason": " 先问人事 "});
    assert_eq!(scene.world.post(&path(&dismissed, "cancel"), why).await.status, 202);
    let about = format!("{}/{}", scene.runs(), dismissed["id"].as_str().unwrap());
    let dismissed = scene.world.get(&about).await.body;
    assert_eq!((&dismissed["status"], &dismissed["applied"]), (&json!("cancelled"), &json!(false)));
    let decision = &dismissed["decision"];
    assert_eq!((&decision["action"], &decision["reason"]), (&json!("cancelled"), &json!("先问人事")));
    assert_eq!(decision["actorKind"], "account", "{decision:#}");

    let stopped = scene.world.run(scene.tenant, "apply").await;
    assert_eq!(stopped["status"], "awaitingApproval", "{stopped:#}");
    let tokens = format!("/api/v1/tenants/{}/apiTokens", scene.tenant);
    let token = scene.world.post(&tokens, json!({"name": "程序", "scopes": ["sync:run"]})).await;
    let token = token.body["token"].as_str().unwrap();
    let refused = scene.world.call(Method::POST, &path(&stopped, "apply"), Some(token), None).await;
    assert_eq!(refused.status, 403, "{refused:?}");
    let long = json!({"reason": "长".repeat(501)});
    assert_eq!(scene.world.post(&path(&stopped, "apply"), long).await.status, 400);
    assert_eq!(scene.world.post(&path(&stopped, "apply"), json!({"why": "x"})).await.status, 400);
    let why = json!({"reason": "人事已确认"});
    let approve = path(&stopped, "apply");
    let (one, other) = tokio::join!(scene.world.post(&approve, why.clone()), scene.world.post(&approve, why));
    let mut answers = [one.status, other.status];
    answers.sort_unstable();
    assert_eq!(answers, [202, 409], "approved once: {one:?} {other:?}");
    let landed = scene.world.ended(scene.tenant, stopped["id"].as_str().unwrap()).await;
    assert_eq!((&landed["status"], &landed["applied"]), (&json!("succeeded"), &json!(true)), "{landed:#}");
    assert_eq!(landed["decision"]["reason"], "人事已确认");
    let audit = scene.world.all(&format!("/api/v1/audit?tenantId={}", scene.tenant)).await;
    for (action, reason) in
        [("syncRun.cancel", "reason: 先问人事"), ("syncRun.approve", "reason: 人事已确认")]
    {
        let told = audit.iter().any(|entry| entry["action"] == action && entry["detail"] == reason);
        assert!(told, "{action} {reason}: {audit:#?}");
    }
    scene.world.finish().await;
}

/// While a run goes on nothing else may change what it reads into; afterwards everything may.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_decided_beside_a_run_that_goes_on() {
    let scene = InStep::new().await;
    let first = scene.world.all(&scene.runs()).await.remove(0);
    scene.rename(&scene.people[0], "新名");
    let shown = scene.world.run(scene.tenant, "preview").await;
    scene.world.dingtalk().add_fault(Fault::always(MEMBERS, FOR_EVER));
    let run = scene.start().await;
    let application = format!("/api/v1/tenants/{}/dingtalk", scene.tenant);
    for members in ["keep", "disable"] {
        let path = format!("{application}?members={members}");
        let refused = scene.world.send(Method::DELETE, &path, None).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (409, &json!("syncAlreadyRunning")),
            "{refused:?}"
        );
    }
    for (run, decision) in [(&first, "revert"), (&shown, "apply")] {
        let refused = scene.decide(run, decision).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (409, &json!("syncAlreadyRunning")),
            "{decision}"
        );
    }
    assert_eq!(scene.world.get(&application).await.status, 200, "the connection stands");
    assert_eq!(scene.decide(&json!({"id": run}), "cancel").await.status, 202);
    scene.world.ended(scene.tenant, &run).await;
    scene.world.dingtalk().clear_faults();
    assert_eq!(scene.applied(&shown).await["status"], "succeeded");
    scene.world.finish().await;
}

/// Nobody decides about another tenant's plan, not even with its id.
#[tokio::test(flavor = "multi_thread")]
async fn a_plan_belongs_to_its_tenant() {
    let scene = InStep::new().await;
    scene.leave(&scene.people[..20]);
    let stopped = scene.world.run(scene.tenant, "apply").await;
    let other = scene.world.tenant("另一家").await;
    for decision in ["apply", "cancel", "revert", "changes"] {
        let path = format!("/api/v1/tenants/{other}/syncRuns/{}/{decision}", stopped["id"].as_str().unwrap());
        let method = if decision == "changes" { Method::GET } else { Method::POST };
        let refused = scene.world.send(method, &path, None).await;
        assert_eq!(refused.status, 404, "{decision}: {refused:?}");
    }
    assert_eq!(scene.left().await, 0);
    scene.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_events_of_a_run_tell_its_course_and_end() {
    let scene = InStep::new().await;
    scene.world.dingtalk().add_fault(Fault::times(MEMBERS, 1, FOR_EVER).after(3));
    let run = scene.start().await;
    until("the middle of the read", async || scene.world.dingtalk().faults().is_empty().then_some(())).await;
    let path = format!("{}/{run}/events", scene.runs());
    let request = scene.world.request(Method::GET, &path).header("X-Access-Token", scene.world.token());
    let mut stream = request.send().await.unwrap();
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let mut text = String::new();
    while events(&text).is_empty() {
        text.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
    }
    let first = events(&text).remove(0);
    assert_eq!(
        (&first["id"], &first["status"], &first["phase"]),
        (&json!(run), &json!("running"), &json!("reading"))
    );
    assert_eq!(scene.decide(&first, "cancel").await.status, 202);
    while let Some(chunk) = stream.chunk().await.unwrap() {
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    let last = events(&text).pop().unwrap();
    assert_eq!(last["status"], "cancelled", "{last:#}");
    let once =
        answer(scene.world.request(Method::GET, &path).header("X-Access-Token", scene.world.token())).await;
    assert_eq!(once.content_type, "text/event-stream");
    let told = events(once.body.as_str().unwrap());
    assert_eq!(told.len(), 1, "a run that ended is told once: {told:#?}");
    scene.world.finish().await;
}
