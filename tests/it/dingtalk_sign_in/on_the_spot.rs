//! Somebody whom the last synchronisation has not seen is synchronised alone, by the rules of every run.

use menpai::simulator::Membership;
use reqwest::Method;
use serde_json::{Value, json};

use super::{come_in, problem, token};
use crate::support::company::{CORP, Company, among, department, person, staff};
use crate::support::until;

async fn runs(company: &Company) -> Vec<Value> {
    company.world.all(&company.path("/syncRuns")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_is_brought_in_alone_with_a_run_of_its_own() {
    let company = Company::synchronised(&[(2, 1, "研发部")], staff(2)).await;
    let newcomer = among(&[2], person("new", "新来的", "13900000001"));
    company.dingtalk().put_user(CORP, newcomer).unwrap();
    company.dingtalk().put_user(CORP, person("other", "另一位", "13900000002")).unwrap();
    company.dingtalk().change_department(CORP, 2, |department| department.name = "改名部".into()).unwrap();

    let opened = come_in(&company, "new").await;
    let me = company.world.call(Method::GET, "/api/v1/me", Some(token(&opened)), None).await.body;
    assert_eq!(me["account"]["username"], "13900000001");
    assert_eq!(company.members().await.len(), 3, "nobody else came along");
    let places: Vec<_> = company.places("new").await.into_iter().collect();
    assert_eq!(places, ["研发部"], "a department is not touched by it");
    let run = runs(&company).await.remove(0);
    assert_eq!((&run["trigger"], &run["status"]), (&json!("signIn"), &json!("succeeded")));
    assert_eq!((&run["counts"]["membersCreated"], &run["counts"]["membersRead"]), (&json!(1), &json!(1)));
    let changes = company.path(&format!("/syncRuns/{}/changes", run["id"].as_str().unwrap()));
    assert_eq!(company.world.all(&changes).await.len(), 1);

    let before = runs(&company).await.len();
    assert_eq!(come_in(&company, "new").await.status, 201);
    assert_eq!(runs(&company).await.len(), before, "somebody who is known costs no run");
    company.world.rest().await;
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_visits_at_once_bring_in_one_person() {
    let company = Company::synchronised(&[], staff(1)).await;
    let newcomer = menpai::simulator::User { mobile: None, ..person("new", "无手机", "") };
    company.dingtalk().put_user(CORP, newcomer).unwrap();
    let visits = futures_util::future::join_all((0..6).map(|_| come_in(&company, "new"))).await;
    assert!(visits.iter().all(|visit| visit.status == 201), "{visits:?}");
    company.member("new").await;
    let alone = runs(&company).await.iter().filter(|run| run["trigger"] == "signIn").count();
    assert_eq!(alone, 1);
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_stays_outside_until_dingtalk_says_otherwise() {
    let company = Company::synchronised(&[], staff(8)).await;
    let id = company.member("u000").await["id"].clone();
    let kept = company.dingtalk().mint_code(&company.credentials().client_id, "u000").unwrap();
    company.dingtalk().remove_user(CORP, "u000").unwrap();
    company.sync().await;
    assert_eq!(company.member("u000").await["status"], "left");
    let refused = super::with_code(&company.world, company.tenant, &kept).await;
    assert!([401, 403].contains(&refused.status), "{refused:?}");
    assert_eq!(company.member("u000").await["status"], "left");
    company.dingtalk().rehire(CORP, "u000").unwrap();
    assert_eq!(come_in(&company, "u000").await.status, 201);
    let back = company.member("u000").await;
    assert_eq!((&back["status"], &back["id"]), (&json!("active"), &id), "the same member");
    company.world.rest().await;
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_switched_off_here_stays_so() {
    let company = Company::synchronised(&[], staff(2)).await;
    let member = company.member("u000").await;
    let path = company.path(&format!("/members/{}", member["id"].as_str().unwrap()));
    let off = company.world.send(Method::PATCH, &path, Some(json!({"status": "disabled"}))).await;
    assert_eq!(off.status, 200, "{off:?}");
    assert_eq!(problem(&come_in(&company, "u000").await), (403, "notAdmitted"));
    assert_eq!(company.member("u000").await["status"], "disabled");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_is_taken_is_parked_and_lets_nobody_in() {
    let company = Company::synchronised(&[], staff(2)).await;
    let double = person("double", "同号", "13800010000");
    // The number moves on in DingTalk; here, it still belongs to the one who had it.
    company.change("u000", |user| user.mobile = Some("13800019999".into()));
    company.dingtalk().put_user(CORP, double).unwrap();
    for _ in 0..2 {
        assert_eq!(problem(&come_in(&company, "double").await), (403, "notAdmitted"));
    }
    assert_eq!(company.conflicts().await.len(), 1);
    assert_eq!(company.members().await.len(), 2);
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_full_read_would_leave_out_is_left_out() {
    let company = Company::synchronised(&[(2, 1, "销售部"), (3, 1, "外包部")], staff(2)).await;
    let choice = json!({"settings": {"rootDepartments": [2]}});
    let chosen = company.world.send(Method::PATCH, &company.path(""), Some(choice)).await;
    assert_eq!(chosen.status, 200, "{chosen:?}");
    for (userid, dept_id, mobile) in [("in", 2, "13900000001"), ("out", 3, "13900000002")] {
        company.dingtalk().put_user(CORP, among(&[dept_id], person(userid, userid, mobile))).unwrap();
    }
    let run = company.world.run(company.tenant, "apply").await;
    let approve = company.path(&format!("/syncRuns/{}/apply", run["id"].as_str().unwrap()));
    if run["status"] == "awaitingApproval" {
        assert_eq!(company.world.post(&approve, json!({})).await.status, 202);
        company.world.ended(company.tenant, run["id"].as_str().unwrap()).await;
    }
    assert_eq!(come_in(&company, "in").await.status, 201);
    assert_eq!(problem(&come_in(&company, "out").await), (403, "notAdmitted"));
    company.world.rest().await;
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_department_that_nobody_read_yet_follows_a_moment_later() {
    let company = Company::synchronised(&[], staff(1)).await;
    company.dingtalk().put_department(CORP, department(9, 1, "新部门")).unwrap();
    let places = vec![Membership { dept_id: 9, order: 0, leader: true }];
    let newcomer =
        menpai::simulator::User { departments: places, ..person("new", "新来的", "13900000001") };
    company.dingtalk().put_user(CORP, newcomer).unwrap();
    assert_eq!(come_in(&company, "new").await.status, 201);
    until("the new department", async || company.places("new").await.contains("新部门").then_some(())).await;
    company.world.rest().await;
    company.finish().await;
}
