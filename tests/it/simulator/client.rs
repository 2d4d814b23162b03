//! The appliance's own client against the simulator: two programs written apart that must agree on the wire.

use std::collections::BTreeSet;
use std::sync::Arc;

use menpai::dingtalk::{
    Ambient, Application, Client, Credentials, Endpoints, Error, ErrorKind, Pace, Receivers, Retry,
};
use menpai::domain::secret::Secret;
use menpai::simulator::{Fault, FaultKind, Shape};
use serde_json::json;

use super::Stage;

const LIST: &str = "/topapi/v2/user/list";

fn client(stage: &Stage) -> Application {
    let base = stage.simulator.base_url();
    let endpoints = Endpoints { oapi: base.clone(), api: base.clone(), login: base };
    let platform = Arc::clone(stage.simulator.platform());
    let ambient = Ambient { now_ms: Arc::new(move || platform.now()), jitter: Arc::new(|| 0) };
    let pace = Pace { per_api_per_second: 0, per_address: 0 };
    let retry = Retry { attempts: 3, base_ms: 1, elapsed_ms: 10_000, timeout_ms: 10_000 };
    let client_secret = Secret::new(stage.app.client_secret.clone());
    let credentials = Credentials { client_id: stage.app.client_id.clone(), client_secret };
    Client::new(endpoints, pace, ambient).unwrap().with_retry(retry).application(credentials)
}

/// Everybody below the departments of the scope, school contacts left out.
async fn walk(app: &Application) -> Result<BTreeSet<String>, Error> {
    let mut found = BTreeSet::new();
    let mut queue = app.contact_scope().await?.departments;
    while let Some(dept_id) = queue.pop() {
        let children = app.sub_departments(dept_id).await?;
        queue.extend(children.iter().map(|child| child.dept_id).filter(|dept_id| *dept_id > 0));
        let mut cursor = None;
        loop {
            let page = app.department_users(dept_id, cursor).await?;
            found.extend(page.users.into_iter().map(|user| user.userid));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(found)
}

#[tokio::test]
async fn the_client_finds_every_employee() {
    let stage = Stage::new(Shape::awkward(300, 11)).await;
    let employees: BTreeSet<String> = stage
        .simulator
        .platform()
        .with_organisation(&stage.app.corp_id, |organisation| {
            organisation.users().filter(|user| user.is_employee()).map(|user| user.userid.clone()).collect()
        })
        .unwrap();
    assert_eq!(walk(&client(&stage)).await.unwrap(), employees);
    assert_eq!(stage.simulator.platform().tokens_issued(), 1);
}

#[tokio::test]
async fn a_passing_fault_costs_nothing_but_time() {
    let stage = Stage::new(Shape::plain(60, 11)).await;
    let platform = stage.simulator.platform();
    let app = client(&stage);
    let everybody = walk(&app).await.unwrap();
    for kind in [
        FaultKind::Errcode { code: -1, wrapped: false },
        FaultKind::Errcode { code: 15, wrapped: true },
        FaultKind::Errcode { code: 90_002, wrapped: true },
        FaultKind::Http { status: 502 },
        FaultKind::Slow { ms: 5 },
        FaultKind::CloseConnection,
        FaultKind::LoseAnswer,
        FaultKind::ExpireToken,
        FaultKind::Stringly,
        FaultKind::UnknownFields,
    ] {
        platform.add_fault(Fault::times(LIST, 1, kind.clone()).after(2));
        assert_eq!(walk(&app).await.as_ref(), Ok(&everybody), "{kind:?}");
        assert!(platform.faults().is_empty(), "{kind:?} was met");
    }
    platform.add_fault(Fault::always("*", FaultKind::Stringly));
    assert_eq!(walk(&client(&stage)).await, Ok(everybody), "a platform that writes everything as text");
}

#[tokio::test]
async fn a_lasting_fault_is_an_error_and_never_an_empty_page() {
    for kind in [
        FaultKind::Http { status: 500 },
        FaultKind::CloseConnection,
        FaultKind::Truncate,
        FaultKind::NullResult,
        FaultKind::MissingResult,
        FaultKind::WrongShape,
        FaultKind::EmptyBody,
        FaultKind::BanPage { html: true },
        FaultKind::BanPage { html: false },
    ] {
        let stage = Stage::new(Shape::plain(60, 11)).await;
        stage.simulator.platform().add_fault(Fault::always(LIST, kind.clone()));
        let error = walk(&client(&stage)).await.expect_err(&format!("{kind:?}"));
        if matches!(kind, FaultKind::BanPage { .. }) {
            assert!(matches!(error.kind, ErrorKind::Banned { .. }), "{kind:?}: {error:?}");
            let calls = stage.simulator.platform().total_calls();
            assert!(walk(&client(&stage)).await.is_err());
            assert!(
                stage.simulator.platform().total_calls() > calls,
                "another process knows nothing of the ban"
            );
        }
    }
}

#[tokio::test]
async fn refusals_say_what_to_mend() {
    let stage = Stage::with(Shape::plain(60, 11), |settings| {
        settings.behaviour.caller_address = Some("203.0.113.9".parse().unwrap());
    })
    .await;
    let platform = stage.simulator.platform();
    let id = stage.app.client_id.clone();
    let app = client(&stage);
    platform.set_permission(&id, "qyapi_get_department_member", false).unwrap();
    let error = walk(&app).await.unwrap_err();
    let ErrorKind::PermissionMissing { scopes, link } = error.kind else { panic!("{error:?}") };
    assert_eq!(scopes, ["qyapi_get_department_member"]);
    assert!(link.unwrap().ends_with(&format!("content={id}%23qyapi_get_department_member")));
    platform.change_application(&id, |app| app.ip_whitelist = Some(Vec::new())).unwrap();
    let error = app.contact_scope().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::IpNotAllowed { ip: Some("203.0.113.9".into()) });
    platform.change_application(&id, |app| app.client_secret = "rotated".into()).unwrap();
    assert_eq!(client(&stage).contact_scope().await.unwrap_err().kind, ErrorKind::WrongSecret);
    platform
        .change_application(&id, |app| {
            app.client_secret = stage.app.client_secret.clone();
            app.ip_whitelist = None;
            app.enabled = false;
        })
        .unwrap();
    assert_eq!(client(&stage).contact_scope().await.unwrap_err().kind, ErrorKind::ApplicationDisabled);
}

#[tokio::test]
async fn notices_and_signing_in_agree() {
    let stage = Stage::new(Shape::plain(20, 11)).await;
    let platform = stage.simulator.platform();
    let app = client(&stage);
    let people: Vec<String> = walk(&app).await.unwrap().into_iter().take(2).collect();
    let msg = json!({ "msgtype": "text", "text": { "content": "你好" } });
    let sent = app.send_notice(stage.app.agent_id, Receivers::Users(&people), &msg).await.unwrap();
    assert!(app.notice_progress(stage.app.agent_id, &sent.task_id).await.unwrap().done);
    platform.mark_read(Some(&people[0]), None);
    let result = app.notice_result(stage.app.agent_id, &sent.task_id).await.unwrap();
    assert_eq!((result.read, result.unread), (vec![people[0].clone()], vec![people[1].clone()]));
    app.recall_notice(stage.app.agent_id, &sent.task_id).await.unwrap();
    let wrong = app.send_notice(1, Receivers::Users(&people), &msg).await.unwrap_err();
    assert_eq!(wrong.kind, ErrorKind::AgentInvalid);

    let code = platform.mint_code(&stage.app.client_id, &people[0]).unwrap();
    assert_eq!(app.user_by_code(&code).await.unwrap().userid, people[0]);
    assert_eq!(app.user_by_code(&code).await.unwrap_err().kind, ErrorKind::CodeInvalid);
    let web = platform.mint_web_code(&stage.app.client_id, &people[1]).unwrap();
    let token = app.user_token(&web).await.unwrap();
    let profile = app.me(&token).await.unwrap();
    assert_eq!(app.userid_by_unionid(&profile.unionid).await.unwrap(), people[1]);
    assert_eq!(app.user_token(&web).await.unwrap_err().kind, ErrorKind::CodeInvalid);
}
