//! Lines 17 to 24: failures of the other side.

use menpai::simulator::{Credentials, Fault, FaultKind, ROOT};
use reqwest::Method;
use serde_json::{Value, json};

use super::{CHILDREN, CORP, Company, MEMBERS, among, person, staff};

/// A call that will not be answered while the test lasts.
const FOR_EVER: FaultKind = FaultKind::Slow { ms: 600_000 };
/// How long nobody calls after a ban.
const BAN_MILLIS: i64 = 5 * 60_000;

/// Some departments with people in each, so that a fault in the middle has something before and after it.
async fn company() -> Company {
    let departments: Vec<_> = (10..20).map(|dept_id| (dept_id, ROOT, "部门")).collect();
    let people = staff(60).into_iter().zip((10..20).cycle()).map(|(one, dept_id)| among(&[dept_id], one));
    Company::new(&departments, people.collect()).await
}

fn failed_with(run: &Value, code: &str) {
    assert_eq!((&run["status"], &run["error"]["code"]), (&json!("failed"), &json!(code)), "{run:#}");
}

impl Company {
    async fn run(&self) -> Value {
        self.world.run(self.tenant, "apply").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f17_a_lost_field_permission_blanks_nothing() {
    let mut somebody = person("a", "王芳", "13800000001");
    somebody.email = Some("fang@example.com".into());
    let company = Company::synchronised(&[], vec![somebody]).await;
    let before = company.member("a").await;
    assert_eq!((&before["email"], &before["mobile"]), (&json!("fang@example.com"), &json!("13800000001")));
    company.configure(|application| {
        application.field_mobile = false;
        application.field_email = false;
    });
    let run = company.run().await;
    assert_eq!(
        (&run["status"], &run["counts"]["membersUpdated"]),
        (&json!("succeeded"), &json!(0)),
        "{run:#}"
    );
    assert_eq!(run["warnings"].as_array().unwrap().len(), 2, "one for each permission: {run:#}");
    assert_eq!(company.member("a").await, before);
    assert_eq!(company.sign_in("13800000001").await.status, 201);

    company.configure(|application| application.field_mobile = true);
    let run = company.run().await;
    let warnings = run["warnings"].as_array().unwrap();
    assert!(warnings.len() == 1 && warnings[0].as_str().unwrap().contains("邮箱"), "{run:#}");
    company.configure(|application| application.field_email = true);
    assert_eq!(company.run().await["warnings"], json!([]));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f18_a_throttled_call_is_repeated_or_fails_the_run_but_never_leaves_a_gap() {
    let throttled = FaultKind::Errcode { code: 90018, wrapped: true };
    for api in [CHILDREN, MEMBERS] {
        let company = company().await;
        company.dingtalk().add_fault(Fault::always(api, throttled.clone()).after(4));
        failed_with(&company.run().await, "dingtalkThrottled");
        assert!(company.members().await.is_empty() && company.departments().await.is_empty());
        company.dingtalk().clear_faults();
        company.dingtalk().add_fault(Fault::times(api, 2, throttled.clone()).after(4));
        assert_eq!(company.sync().await["membersCreated"], 60);
        company.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f19_an_empty_answer_stops_for_approval() {
    let company = company().await;
    company.sync().await;
    let before = company.members().await;
    company.dingtalk().add_fault(Fault::always(MEMBERS, FaultKind::EmptyList));
    let run = company.run().await;
    assert_eq!(run["status"], "awaitingApproval", "{run:#}");
    assert!(!run["guard"].as_array().unwrap().is_empty(), "it says why: {run:#}");
    assert_eq!(company.members().await, before);
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f19_an_incomplete_answer_changes_nothing() {
    let company = company().await;
    company.sync().await;
    let before = company.members().await;
    let torn = [FaultKind::Truncate, FaultKind::MissingResult, FaultKind::NullResult, FaultKind::EmptyBody];
    for kind in torn {
        company.dingtalk().add_fault(Fault::always(MEMBERS, kind.clone()).after(6));
        let run = company.run().await;
        assert_eq!(run["status"], "failed", "{kind:?}: {run:#}");
        assert_eq!(company.members().await, before, "{kind:?}");
        company.dingtalk().clear_faults();
    }
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f20_the_reason_is_named_at_once_with_what_to_do() {
    let company = company().await;
    let right = company.credentials().clone();
    let wrong = Credentials { client_secret: "not-it".into(), ..right.clone() };
    assert_eq!(company.world.connect(company.tenant, &wrong).await.status, 200);
    fails_at_once(&company, "dingtalkWrongSecret", "Secret").await;
    assert_eq!(company.world.connect(company.tenant, &right).await.status, 200);

    company.dingtalk().set_caller_address(Some("203.0.113.77".parse().unwrap()));
    company.configure(|application| application.ip_whitelist = Some(vec!["198.51.100.1".into()]));
    fails_at_once(&company, "dingtalkIpNotAllowed", "203.0.113.77").await;
    company.configure(|application| application.ip_whitelist = None);

    for permission in ["qyapi_get_department_list", "qyapi_get_department_member"] {
        company.dingtalk().set_permission(&right.client_id, permission, false).unwrap();
        let run = company.run().await;
        failed_with(&run, "dingtalkPermissionMissing");
        assert!(run["error"].to_string().contains(permission), "{run:#}");
        company.dingtalk().set_permission(&right.client_id, permission, true).unwrap();
    }
    assert!(company.members().await.is_empty());
    assert_eq!(company.sync().await["membersCreated"], 60, "mended, it works");
    company.finish().await;
}

async fn fails_at_once(company: &Company, code: &str, says: &str) {
    let run = company.run().await;
    failed_with(&run, code);
    assert!(run["error"].to_string().contains(says), "{run:#}");
    assert!(!run["error"]["remedy"].as_str().unwrap().is_empty());
    let calls = run["calls"].as_object().unwrap().values().map(|calls| calls.as_u64().unwrap());
    assert!(calls.sum::<u64>() <= 2, "{run:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn f21_the_ban_page_is_no_data_and_is_heeded() {
    for html in [true, false] {
        let company = company().await;
        company.sync().await;
        let before = company.members().await;
        company.dingtalk().add_fault(Fault::times(MEMBERS, 1, FaultKind::BanPage { html }).after(3));
        failed_with(&company.run().await, "dingtalkBanned");
        assert_eq!(company.members().await, before);

        let heard = company.dingtalk().total_calls();
        failed_with(&company.run().await, "dingtalkBanned");
        assert_eq!(company.dingtalk().total_calls(), heard, "not one call while the ban lasts");
        company.world.advance_millis(BAN_MILLIS + 1_000);
        company.sync().await;
        company.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f22_dingtalk_down_while_the_server_boots_does_no_lasting_harm() {
    let mut company = company().await;
    company.dingtalk().add_fault(Fault::always("*", FaultKind::CloseConnection));
    company.world.restart().await;
    let run = company.run().await;
    assert_eq!(run["status"], "failed", "{run:#}");
    assert!(run["error"]["code"].as_str().unwrap().starts_with("dingtalk"), "{run:#}");
    company.dingtalk().clear_faults();
    assert_eq!(company.sync().await["membersCreated"], 60, "no restart was needed");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f23_a_token_that_expires_in_the_walk_is_renewed_once() {
    let company = company().await;
    company.dingtalk().add_fault(Fault::times(MEMBERS, 1, FaultKind::ExpireToken).after(5));
    assert_eq!(company.sync().await["membersCreated"], 60);
    assert_eq!(company.dingtalk().tokens_issued(), 2);
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f24_a_run_goes_on_in_the_background() {
    let company = company().await;
    company.dingtalk().add_fault(Fault::always(MEMBERS, FOR_EVER));
    let asked = company.world.post(&company.path("/syncRuns"), json!({"mode": "apply"})).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let id = asked.body["id"].as_str().unwrap();
    let path = company.path(&format!("/syncRuns/{id}"));
    let run = company.world.get(&path).await.body;
    assert!(["queued", "running"].contains(&run["status"].as_str().unwrap()), "{run:#}");
    assert!(company.members().await.is_empty(), "and everything else answers meanwhile");
    let stopped = company.world.send(Method::POST, &format!("{path}/cancel"), None).await;
    assert_eq!(stopped.status, 202, "{stopped:?}");
    assert_eq!(company.world.ended(company.tenant, id).await["status"], "cancelled");
    company.finish().await;
}

/// Somebody whom a read does not show need not have left: who moves while it goes on may be shown by no department.
/// Whoever would leave is asked for by name first.
#[tokio::test(flavor = "multi_thread")]
async fn f19_whom_a_read_overlooked_stays_and_who_left_goes() {
    let mut people = staff(20);
    people.extend(["x", "y"].map(|id| among(&[777], person(id, id, &format!("1390000000{}", id.len())))));
    people[20].mobile = Some("13900000001".into());
    people[21].mobile = Some("13900000002".into());
    let company = Company::synchronised(&[(777, ROOT, "研发")], people).await;
    let before = (company.member("x").await, company.member("y").await);
    let overlook = || Fault { dept_id: Some(777), ..Fault::times(MEMBERS, 1, FaultKind::EmptyList) };
    let asked = || company.dingtalk().count_of("/topapi/v2/user/get").calls;

    company.dingtalk().add_fault(overlook());
    let counts = company.sync().await;
    assert_eq!((&counts["membersDisabled"], &counts["membersUpdated"]), (&json!(0), &json!(0)), "{counts:#}");
    assert_eq!((company.member("x").await, company.member("y").await), before);
    assert_eq!(asked(), 2);

    company.dingtalk().remove_user(CORP, "y").unwrap();
    company.dingtalk().add_fault(overlook());
    assert_eq!(company.sync().await["membersDisabled"], 1);
    assert_eq!(company.member("y").await["status"], "left");
    assert_eq!(company.member("x").await["status"], "active");

    // Without the permission to ask for people one by one, the read has to do.
    company.configure(|application| assert!(application.permissions.remove("qyapi_get_member")));
    company.dingtalk().add_fault(overlook());
    assert_eq!(company.sync().await["membersDisabled"], 1);
    company.finish().await;
}
