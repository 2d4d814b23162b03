//! Synchronisation against the simulator, through the API.

use menpai::simulator::{Application, Fault, FaultKind, Shape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::World;

fn count(run: &Value, name: &str) -> u64 {
    run["counts"][name].as_u64().unwrap_or_else(|| panic!("no count {name} in {run:#}"))
}

/// Everything a run can do to people and departments.
const WRITES: [&str; 8] = [
    "departmentsCreated",
    "departmentsUpdated",
    "departmentsRemoved",
    "membersCreated",
    "membersJoined",
    "membersUpdated",
    "membersDisabled",
    "membersRestored",
];

#[tokio::test(flavor = "multi_thread")]
async fn everybody_arrives_once_and_a_second_run_changes_nothing() {
    let world = World::new(Shape::awkward(400, 7)).await;
    let tenant = world.connected_tenant().await;
    let first = world.sync(tenant).await;
    let upstream = world
        .dingtalk()
        .with_organisation(&world.credentials.corp_id, |it| it.employee_count(false))
        .unwrap();
    assert_eq!(count(&first, "membersRead"), upstream as u64);
    let members = world.members(tenant).await;
    assert_eq!(members.len() as u64, upstream as u64 - count(&first, "conflicts"));

    let before = world.members(tenant).await;
    let second = world.sync(tenant).await;
    for name in WRITES {
        assert_eq!(count(&second, name), 0, "{name} in {second:#}");
    }
    assert_eq!(world.members(tenant).await, before, "not a byte of the directory moved");
    let changes = world
        .all(&format!("/api/v1/tenants/{tenant}/syncRuns/{}/changes", second["id"].as_str().unwrap()))
        .await;
    let written: Vec<_> = changes
        .iter()
        .filter(|line| !["conflict", "skipped"].contains(&line["kind"].as_str().unwrap()))
        .collect();
    assert!(written.is_empty(), "{written:?}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calls_are_the_fewest_possible() {
    let world = World::new(Shape::plain(700, 3)).await;
    let tenant = world.connected_tenant().await;
    let run = world.sync(tenant).await;
    let (departments, pages) = world
        .dingtalk()
        .with_organisation(&world.credentials.corp_id, |it| {
            let pages: usize =
                it.departments().map(|one| it.members(one.dept_id).len().div_ceil(100).max(1)).sum();
            (it.departments().count(), pages)
        })
        .unwrap();
    let calls: u64 = run["calls"].as_object().unwrap().values().map(|calls| calls.as_u64().unwrap()).sum();
    assert_eq!(run["calls"]["/topapi/v2/department/listsub"], departments);
    assert_eq!(run["calls"]["/topapi/v2/user/list"], pages);
    assert!(calls <= (departments + pages + 5) as u64, "{run:#}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_issue_s_course_works_over_plain_http() {
    let world = World::new(Shape::plain(30, 5)).await;
    let login = world
        .call(
            Method::POST,
            "/sys/login",
            None,
            Some(json!({"username": "admin", "password": crate::support::ADMIN.1})),
        )
        .await;
    assert_eq!(login.body["success"], true, "{login:?}");
    let tenant = world.tenant("一号租户").await;
    let app = &world.credentials;
    let added = world.compat(Method::POST, "/sys/thirdApp/addThirdAppConfig", tenant, Some(json!({
        "tenantId": tenant, "thirdType": "dingtalk", "agentId": app.agent_id, "clientId": app.client_id,
        "clientSecret": app.client_secret, "corpId": app.corp_id, "status": 1,
    }))).await;
    assert_eq!(added.body["message"], "添加成功！", "{added:?}");

    let synced =
        world.compat(Method::GET, "/sys/thirdApp/sync/dingtalk/departAndUser/toLocal", tenant, None).await;
    assert_eq!(
        (synced.status, &synced.body["success"], &synced.body["message"]),
        (200, &json!(true), &json!("同步成功")),
        "{synced:?}"
    );
    let lines = synced.body["result"]["successInfo"].as_array().unwrap();
    assert_eq!(lines.iter().filter(|line| line.as_str().unwrap().starts_with("用户 ")).count(), 30);
    assert!(lines.iter().all(|line| line.as_str().unwrap().ends_with("创建成功！")), "{lines:?}");

    let members = world.members(tenant).await;
    assert_eq!(members.len(), 30);
    let house = world.get(&format!("/api/v1/tenants/{tenant}")).await.body["houseNumber"]
        .as_str()
        .unwrap()
        .to_owned();
    let person = members.iter().find(|one| one["username"].is_string()).unwrap();
    let username = person["username"].as_str().unwrap();
    let body = json!({"username": username, "password": format!("{house}{username}")});
    let session = world.call(Method::POST, "/api/v1/sessions", None, Some(body)).await;
    assert_eq!((session.status, &session.body["passwordChangeRequired"]), (201, &json!(true)), "{session:?}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_application_is_said_within_two_calls_and_changes_nothing() {
    let world = World::new(Shape::plain(20, 1)).await;
    let tenant = world.connected_tenant().await;
    let id = world.credentials.client_id.clone();
    let platform = world.dingtalk();
    let change = |change: &dyn Fn(&mut Application)| platform.change_application(&id, change).unwrap();
    let lacks = |code: &str| {
        change(&|app| {
            app.permissions.remove(code);
        });
    };
    let sound = platform.application(&id).unwrap();

    let faults: [(&str, &str, &dyn Fn()); 5] = [
        ("dingtalkIpNotAllowed", "203.0.113.9", &|| {
            platform.set_caller_address(Some("203.0.113.9".parse().unwrap()));
            change(&|app| app.ip_whitelist = Some(vec!["203.0.113.1".into()]));
        }),
        ("dingtalkApplicationDisabled", "", &|| change(&|app| app.enabled = false)),
        ("dingtalkPermissionMissing", "qyapi_get_department_list", &|| lacks("qyapi_get_department_list")),
        ("dingtalkPermissionMissing", "qyapi_get_department_member", &|| {
            lacks("qyapi_get_department_member")
        }),
        ("dingtalkWrongSecret", "", &|| {
            change(&|app| app.client_secret = "another".into());
            platform.expire_tokens(Some(&id));
        }),
    ];
    // Before anything was read, and when everybody is here; with a fresh token, and with one from before.
    for people in [0, 20] {
        for (code, named, fault) in &faults {
            fault();
            platform.clear_journal();
            let run = world.run(tenant, "apply").await;
            let error = &run["error"];
            assert_eq!((&run["status"], &error["code"]), (&json!("failed"), &json!(code)), "{run:#}");
            assert!(error.to_string().contains(named), "{error:#}");
            assert!(error["remedy"].as_str().is_some_and(|text| !text.is_empty()), "{error:#}");
            let calls: Vec<String> = platform.calls().into_iter().map(|call| call.api).collect();
            assert!(calls.iter().filter(|api| *api != "/gettoken").count() <= 2, "{calls:?}");
            assert!(calls.len() <= 3, "{calls:?}");
            assert_eq!(world.members(tenant).await.len(), people);
            platform.put_application(sound.clone()).unwrap();
            platform.set_caller_address(None);
        }
        world.sync(tenant).await;
    }
    world.finish().await;
}

/// The first look is a guess: where a read starts is what the contact scope says, and nothing else.
#[tokio::test(flavor = "multi_thread")]
async fn a_scope_without_the_enterprise_itself_is_read_all_the_same() {
    let world = World::new(Shape::plain(300, 6)).await;
    let below = world
        .dingtalk()
        .with_organisation(&world.credentials.corp_id, |it| it.children(1).first().copied().unwrap())
        .unwrap();
    let only = |app: &mut Application| app.authed_departments = vec![below];
    world.dingtalk().change_application(&world.credentials.client_id, only).unwrap();
    let tenant = world.connected_tenant().await;
    let first = world.sync(tenant).await;
    let departments = world.all(&format!("/api/v1/tenants/{tenant}/departments")).await;
    assert!(departments.iter().all(|one| one["dingtalkDeptId"] != "1"), "{departments:#?}");
    let calls = |run: &Value| run["calls"]["/topapi/v2/department/listsub"].as_u64().unwrap();
    assert_eq!(calls(&first), count(&first, "departmentsRead") + 1, "the enterprise was looked at in vain");
    let second = world.sync(tenant).await;
    assert_eq!(calls(&second), count(&second, "departmentsRead"), "now it is known where the top is");
    world.finish().await;
}

/// Each fault of the wire: the run either lands everybody, or fails and leaves everything as it was.
#[tokio::test(flavor = "multi_thread")]
async fn no_fault_of_the_wire_leaves_half_a_directory() {
    for kind in FaultKind::all() {
        let world = World::new(Shape::plain(150, 2)).await;
        let tenant = world.connected_tenant().await;
        world.dingtalk().add_fault(Fault::always("/topapi/v2/user/list", kind.clone()).after(3));
        let run = world.run(tenant, "apply").await;
        let members = world.members(tenant).await.len();
        match run["status"].as_str().unwrap() {
            "succeeded" => assert!(
                members == 150 || matches!(kind, FaultKind::EmptyList),
                "{kind:?}: {members} people, {run:#}"
            ),
            "failed" | "awaitingApproval" => assert_eq!(members, 0, "{kind:?}: {run:#}"),
            other => panic!("{kind:?}: {other}"),
        }
        world.finish().await;
    }
}
