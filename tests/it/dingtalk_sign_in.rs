//! Coming in through a tenant's DingTalk: inside its client, by scanning, and as existing callers do it.

mod compat;
mod in_client;
mod on_the_spot;
mod scan;

use reqwest::Method;
use serde_json::json;

use crate::support::company::Company;
use crate::support::{Answer, World};

/// A sign-in inside DingTalk's client, as this person.
async fn come_in(company: &Company, userid: &str) -> Answer {
    let code = company.dingtalk().mint_code(&company.credentials().client_id, userid).unwrap();
    with_code(&company.world, company.tenant, &code).await
}

/// A sign-in inside DingTalk's client with this code.
async fn with_code(world: &World, tenant: u64, code: &str) -> Answer {
    let body = json!({"tenantId": tenant, "code": code});
    world.call(Method::POST, "/api/v1/sessions/dingtalk", None, Some(body)).await
}

fn problem(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.body["code"].as_str().unwrap_or_default())
}

fn token(answer: &Answer) -> &str {
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.body["token"].as_str().unwrap()
}
