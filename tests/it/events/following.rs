//! What changes upstream is in the directory after its events, read alone where that is sure.

use menpai::simulator::{Department, EventTransport, Membership};
use serde_json::json;

use super::{Stage, until};

#[tokio::test(flavor = "multi_thread")]
async fn people_who_change_move_leave_come_and_come_back_are_followed_alone() {
    let stage = Stage::listening(60).await;
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    let (ids, departments) = (stage.userids(), stage.departments());
    let scopes_read = platform.count_of("/auth/scopes").calls;
    let runs_before = stage.event_runs().await.len();

    platform.change_user(&corp, &ids[3], |user| user.name = "改了名".into()).unwrap();
    platform.move_user(&corp, &ids[4], &[departments[0], departments[2]]).unwrap();
    platform.remove_user(&corp, &ids[5]).unwrap();
    let template = platform.with_organisation(&corp, |it| (**it.user(&ids[6]).unwrap()).clone()).unwrap();
    let newcomer = menpai::simulator::User {
        userid: "newcomer".into(),
        unionid: Some("union-newcomer".into()),
        name: "新来的".into(),
        mobile: Some("13911112222".into()),
        departments: vec![Membership { dept_id: departments[1], order: 0, leader: false }],
        ..template
    };
    platform.put_user(&corp, newcomer).unwrap();
    stage.assert_followed().await;

    assert_eq!(stage.member(&ids[3]).await["name"], "改了名");
    assert_eq!(stage.member(&ids[4]).await["departments"].as_array().unwrap().len(), 2);
    assert_eq!(stage.member(&ids[5]).await["status"], "left");
    assert_eq!(stage.member("newcomer").await["username"], "13911112222");
    let read = platform.count_of("/auth/scopes").calls;
    assert_eq!(read - scopes_read, 1, "only the preview at the end read everything");
    let runs = stage.event_runs().await;
    assert!(runs.len() > runs_before, "{runs:#?}");
    assert!(runs.iter().all(|run| run["status"] == "succeeded" && run["finishedAt"].is_string()));
    let history =
        format!("/api/v1/tenants/{}/syncRuns/{}/changes", stage.tenant, runs[0]["id"].as_str().unwrap());
    assert!(!stage.world.all(&history).await.is_empty(), "what landed is in the history");

    platform.rehire(&corp, &ids[5]).unwrap();
    stage.assert_followed().await;
    assert_eq!(stage.member(&ids[5]).await["status"], "active");
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_that_are_made_renamed_moved_and_removed_are_followed() {
    let stage = Stage::listening(60).await;
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    let (ids, departments) = (stage.userids(), stage.departments());
    let scopes_read = platform.count_of("/auth/scopes").calls;

    platform.change_department(&corp, departments[0], |one| one.name = "改名部".into()).unwrap();
    let template =
        platform.with_organisation(&corp, |it| it.department(departments[0]).unwrap().clone()).unwrap();
    let made = |dept_id, parent_id, name: &str| Department {
        dept_id,
        parent_id: Some(parent_id),
        name: name.into(),
        ..template.clone()
    };
    // One after the other: a department below one that nobody has told of yet is not read alone.
    platform.put_department(&corp, made(990_001, 1, "新部门")).unwrap();
    stage.until_followed().await;
    platform.put_department(&corp, made(990_002, 990_001, "新部门之下")).unwrap();
    stage.until_followed().await;
    platform.move_user(&corp, &ids[7], &[990_002]).unwrap();
    stage.until_followed().await;
    assert_eq!(stage.member(&ids[7]).await["departments"].as_array().unwrap().len(), 1);
    // A machine too busy to keep the line up has a gap in its events, and looks at everything: nothing else may.
    let gaps = stage.status().await["stream"]["connections"].as_u64().unwrap() - 1;
    let everything = platform.count_of("/auth/scopes").calls - scopes_read;
    assert!(everything <= gaps, "{everything} looks at everything after {gaps} gaps");

    platform.change_department(&corp, 990_002, |one| one.parent_id = Some(departments[0])).unwrap();
    stage.assert_followed().await;
    platform.move_user(&corp, &ids[7], &[departments[1]]).unwrap();
    platform.remove_department(&corp, 990_002).unwrap();
    platform.remove_department(&corp, 990_001).unwrap();
    stage.assert_followed().await;
    let names = stage.world.all(&format!("/api/v1/tenants/{}/departments", stage.tenant)).await;
    assert!(names.iter().any(|one| one["name"] == "改名部"));
    assert!(names.iter().all(|one| one["name"] != "新部门"));
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_known_asks_for_a_full_run_and_a_mass_departure_stops_there() {
    let stage = Stage::listening(60).await;
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    let before = stage.event_runs().await.len();
    platform.emit(&corp, "label_conf_del", json!({ "labelIdList": [7] }).as_object().unwrap().clone());
    stage.until_event_runs(before + 1).await;
    stage.until_quiet().await;

    let ids = stage.userids();
    for id in &ids[..20] {
        platform.remove_user(&corp, id).unwrap();
    }
    until("the guard", async || {
        stage.event_runs().await.iter().any(|run| run["status"] == "awaitingApproval")
    })
    .await;
    let gone = stage.world.members(stage.tenant).await;
    let gone = gone.iter().filter(|member| member["status"] == "left").count();
    assert!(gone <= 5, "no more than the guard allows: {gone}");
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_dingtalk_fails_a_hint_waits() {
    let stage = Stage::listening(30).await;
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    let id = stage.userids()[2].clone();
    let kind = menpai::simulator::FaultKind::Http { status: 503 };
    platform.add_fault(menpai::simulator::Fault::times("/topapi/v2/user/get", 4, kind));
    platform.change_user(&corp, &id, |user| user.name = "等得到".into()).unwrap();
    until("the name", async || stage.member(&id).await["name"] == "等得到").await;
    stage.assert_followed().await;
    stage.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_without_a_connection_drops_what_nobody_can_look_at() {
    let stage = Stage::new(10, EventTransport::Stream).await;
    let denied = stage.world.call(reqwest::Method::GET, &stage.path(), None, None).await;
    assert_eq!(denied.status, 401);
    assert_eq!(stage.status().await["transport"], "off");
    assert!(stage.status().await.get("stream").is_none());
    stage.finish().await;
}
