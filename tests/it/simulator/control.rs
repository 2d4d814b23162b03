//! The control interface, used as curl would.

use super::{Stage, code};
use menpai::simulator::Shape;
use serde_json::{Value, json};

impl Stage {
    async fn control(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request = self.http.request(method, self.url(&format!("/control/v1{path}"))).json(&body);
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.control(method, path, body).await;
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answer
    }
}

#[tokio::test]
async fn an_organisation_is_made_and_changed_from_outside() {
    let stage = Stage::new(Shape::plain(5, 1)).await;
    let app = stage.ok("POST", "/organisations", json!({ "members": 60, "seed": 3, "awkward": false })).await;
    let corp = format!("/organisations/{}", app["corpId"].as_str().unwrap());
    stage.ok("PATCH", &format!("{corp}/departments/900"), json!({ "name": "新部门", "parent_id": 1 })).await;
    let place = json!([{ "dept_id": 900, "order": 5, "leader": true }]);
    let person = json!({ "name": "新人", "mobile": "13900000000", "state_code": "86", "departments": place });
    stage.ok("PATCH", &format!("{corp}/users/newcomer"), person).await;
    let changed = stage
        .ok("PATCH", &format!("{corp}/users/newcomer"), json!({ "mobile": null, "title": "厂长" }))
        .await;
    assert_eq!(
        (&changed["name"], &changed["mobile"], &changed["title"]),
        (&json!("新人"), &Value::Null, &json!("厂长"))
    );
    stage.ok("POST", &format!("{corp}/users/newcomer/move"), json!({ "departments": [1] })).await;
    stage.ok("DELETE", &format!("{corp}/departments/900"), json!({})).await;
    stage.ok("DELETE", &format!("{corp}/users/newcomer"), json!({})).await;
    assert_eq!(stage.control("GET", &format!("{corp}/users/newcomer"), json!({})).await.0, 404);
    stage.ok("POST", &format!("{corp}/users/newcomer/rehire"), json!({})).await;
    let root = stage.ok("PATCH", &format!("{corp}/departments/1"), json!({ "name": "新名称" })).await;
    assert_eq!(
        (&root["name"], &root["parent_id"]),
        (&json!("新名称"), &Value::Null),
        "the root has no parent"
    );
    let users = stage.ok("GET", &format!("{corp}/users?limit=7"), json!({})).await;
    assert_eq!(users.as_array().unwrap().len(), 7);
    let state = stage.ok("GET", "/state", json!({})).await;
    assert_eq!(state["organisations"][1]["employees"], 61);
}

#[tokio::test]
async fn applications_faults_and_the_journal_are_reached_from_outside() {
    let stage = Stage::new(Shape::plain(5, 1)).await;
    let app = format!("/applications/{}", stage.app.client_id);
    stage.ok("PATCH", &app, json!({ "permissions": ["qyapi_base"], "fieldMobile": false })).await;
    assert_eq!(code(&stage.call("/topapi/user/count", json!({ "only_active": true })).await), 60_011);
    let fault = json!({ "api": "/auth/scopes", "times": 1, "kind": "errcode", "code": 15 });
    stage.ok("POST", "/faults", fault).await;
    let token = stage.token().await;
    assert_eq!(code(&stage.get(&format!("/auth/scopes?access_token={token}")).await), 15);
    let journal = stage.ok("GET", "/journal?after=0&limit=10", json!({})).await;
    let last = journal.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["api"], &last["fault"], &last["errcode"]),
        (&json!("/auth/scopes"), &json!("errcode"), &json!("15"))
    );
    let counts = stage.ok("GET", "/counts", json!({})).await;
    assert!(counts.as_array().unwrap().iter().any(|line| line["api"] == "/gettoken" && line["calls"] == 2));
    stage.ok("DELETE", "/journal", json!({})).await;
    assert_eq!(stage.ok("GET", "/journal", json!({})).await, json!([]));
    stage.ok("PUT", "/limits", json!({ "on": true })).await;
    stage.ok("PUT", "/clock", json!({ "offsetMs": 86_400_000 })).await;
    assert_eq!(stage.ok("GET", "/state", json!({})).await["time"], 1_900_086_400_000_i64);
}

#[tokio::test]
async fn mistakes_are_explained() {
    let stage = Stage::new(Shape::plain(5, 1)).await;
    let corp = format!("/organisations/{}", stage.app.corp_id);
    for (method, path, body, status) in [
        ("GET", "/nowhere".to_owned(), json!({}), 404),
        ("POST", "/faults".to_owned(), json!({ "api": "*", "kind": "dance" }), 400),
        ("PATCH", format!("{corp}/departments/900"), json!({ "parent_id": 12345 }), 422),
        ("PATCH", format!("/applications/{}", stage.app.client_id), json!({ "secret": "typo" }), 400),
        ("POST", "/codes".to_owned(), json!({ "clientId": stage.app.client_id, "userid": "nobody" }), 422),
        ("DELETE", format!("{corp}/departments/1"), json!({}), 422),
    ] {
        let (answered, explanation) = stage.control(method, &path, body).await;
        assert_eq!(answered, status, "{method} {path}");
        assert!(!explanation["error"].as_str().unwrap().is_empty());
    }
}
