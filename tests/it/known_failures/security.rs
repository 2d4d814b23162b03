//! Lines 30 and 32 to 34: who may do what, and where secrets are.

use std::fs;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Company, person, staff};
use crate::support::binary::Installation;
use crate::support::{ADMIN, Answer, until};

const CHOSEN: &str = "my own long password 9";

impl Company {
    /// Signs in with the default password and chooses another one; the token of the session that stays.
    async fn settled(&self, mobile: &str) -> String {
        let token = self.sign_in(mobile).await.body["token"].as_str().unwrap().to_owned();
        let current = format!("{}{mobile}", self.house_number().await);
        let body = json!({"currentPassword": current, "newPassword": CHOSEN});
        let changed = self.call_as(&token, Method::POST, "/api/v1/me/password", Some(body)).await;
        assert_eq!(changed.status, 204, "{changed:?}");
        token
    }

    async fn call_as(&self, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        self.world.call(method, path, Some(token), body).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn f30_being_signed_in_is_no_right_to_anything() {
    let company = Company::synchronised(&[], staff(2)).await;
    let token = company.settled("13800010000").await;
    let message = json!({"content": {"type": "text", "text": "x"}, "audience": {"everyone": true}});
    let refused = [
        (Method::GET, company.path("/dingtalk"), None),
        (Method::POST, company.path("/syncRuns"), Some(json!({"mode": "apply"}))),
        (Method::POST, company.path("/messages"), Some(message)),
        (Method::PATCH, company.path(""), Some(json!({"name": "mine"}))),
        (Method::GET, "/api/v1/audit".to_owned(), None),
        (Method::POST, "/api/v1/tenants".to_owned(), Some(json!({"name": "mine"}))),
    ];
    for (method, path, body) in refused {
        let answer = company.call_as(&token, method, &path, body).await;
        assert_eq!((answer.status, &answer.body["code"]), (403, &json!("forbidden")), "{path}: {answer:?}");
    }
    assert_eq!(company.dingtalk().messages().len(), 0);
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f32_the_default_password_opens_nothing_but_its_own_change() {
    let company = Company::synchronised(&[], staff(1)).await;
    let session = company.sign_in("13800010000").await;
    assert_eq!(session.body["passwordChangeRequired"], true);
    let token = session.body["token"].as_str().unwrap();
    let refused = company.call_as(token, Method::GET, &company.path("/members"), None).await;
    assert_eq!((refused.status, &refused.body["code"]), (403, &json!("passwordChangeRequired")));
    let current = format!("{}13800010000", company.house_number().await);
    let same = json!({"currentPassword": current, "newPassword": current});
    let refused = company.call_as(token, Method::POST, "/api/v1/me/password", Some(same)).await;
    assert_eq!(refused.status, 422, "the default password is no new one: {refused:?}");
    company.settled("13800010000").await;
    assert_eq!(company.sign_in("13800010000").await.status, 401, "the default is over");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f33_a_changed_password_ends_the_other_sessions() {
    let company = Company::synchronised(&[], staff(1)).await;
    let other = company.sign_in("13800010000").await.body["token"].as_str().unwrap().to_owned();
    let kept = company.settled("13800010000").await;
    let ended = company.call_as(&other, Method::GET, "/api/v1/me", None).await;
    let stays = company.call_as(&kept, Method::GET, "/api/v1/me", None).await;
    assert_eq!((ended.status, stays.status), (401, 200));
    company.finish().await;
}

/// Neither in any answer, nor in any stored byte, nor in the most talkative log of the real binary.
#[tokio::test(flavor = "multi_thread")]
async fn f33_and_f34_no_secret_and_no_password_is_anywhere_to_be_read() {
    let mut company = Company::synchronised(&[], vec![person("a", "王芳", "13800010000")]).await;
    company.settled("13800010000").await;
    let default = format!("{}13800010000", company.house_number().await);
    let secret = company.credentials().client_secret.clone();
    let session = company.world.token().to_owned();
    let dingtalk = company.world.simulator.base_url();
    company.world.rest().await;
    let installation = Installation::copy(company.world.park().await, &dingtalk, &session);

    let served = installation.serve().await;
    let runs = company.path("/syncRuns");
    let asked = installation.call(&served, Method::POST, &runs, Some(json!({"mode": "apply"}))).await;
    let run = format!("{runs}/{}", asked.body["id"].as_str().unwrap());
    until("the run's end", async || {
        let run = installation.call(&served, Method::GET, &run, None).await.body;
        (run["status"] == "succeeded").then_some(())
    })
    .await;
    let message = json!({"content": {"type": "text", "text": "口令勿传"}, "audience": {"everyone": true}});
    installation.call(&served, Method::POST, &company.path("/messages"), Some(message)).await;
    until("the message", async || (!company.dingtalk().messages().is_empty()).then_some(())).await;

    let shown = [
        company.path("/dingtalk"),
        company.path(""),
        company.path("/members"),
        company.path("/messages"),
        run,
        "/api/v1/audit".to_owned(),
        "/api/v1/system".to_owned(),
        format!("/sys/thirdApp/getThirdConfigByTenantId?tenantId={}&thirdType=dingtalk", company.tenant),
    ];
    let mut places = Vec::new();
    for path in shown {
        let answer = installation.call(&served, Method::GET, &path, None).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        places.push((path, answer.body.to_string().into_bytes()));
    }
    served.kill().await;
    for entry in fs::read_dir(installation.data()).unwrap().map(Result::unwrap) {
        places.push((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap()));
    }
    let log = installation.log();
    assert!(log.contains("synchronisation ended"), "the log is the server's: {log}");
    assert!(!log.contains("13800010000") && !log.contains("口令勿传"), "nor people's numbers and messages");
    places.push(("the log".to_owned(), log.into_bytes()));
    for hidden in [&secret, &session, ADMIN.1, CHOSEN, &default] {
        for (place, bytes) in &places {
            let found = bytes.windows(hidden.len()).any(|window| window == hidden.as_bytes());
            assert!(!found, "{hidden} stands in {place}");
        }
    }
}
