//! Every operation of the specification, and every route of `/sys`, for every kind of caller: who gets in is what the
//! specification declares. A route that was forgotten is expected to be closed, and fails here by its name if it is not.

use std::collections::{BTreeMap, BTreeSet};

use menpai::domain::access::session::SignInMethod;
use menpai::simulator::{Application, Organisation, Shape, User, generate};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, World};

const NOBODY: &str = "018f0000-0000-7000-8000-000000000000";
/// Somebody who works for both enterprises.
const SHARED_MOBILE: &str = "13700000001";
/// Signs the caller out, who is needed for what follows.
const LAST: &str = "deleteCurrentSession";

/// A kind of caller, as the first tenant sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Nobody,
    Member,
    OtherAdministrator,
    /// Administers the tenant, but came through the other tenant's DingTalk.
    BoundElsewhere,
    Token(&'static str),
    /// Administers the tenant, and came through its DingTalk.
    BoundHere,
    Administrator,
    Platform,
}

impl Role {
    /// The code of the refusal; `None` where the caller gets in.
    fn refusal(self, permission: &str) -> Option<&'static str> {
        let in_tenant = !matches!(permission, "none" | "token" | "session" | "platform:administer");
        match (self, permission) {
            (_, "none") => None,
            (Self::Nobody, _) => Some("unauthenticated"),
            (Self::Platform, "tenant:member") => Some("forbidden"),
            (Self::Platform, _) | (_, "token") => None,
            (Self::Token(scope), _) => (scope != permission).then_some("forbidden"),
            (_, "session") | (Self::Member, "tenant:member") => None,
            (_, "platform:administer") | (Self::Member, _) => Some("forbidden"),
            (Self::OtherAdministrator | Self::BoundElsewhere, _) => in_tenant.then_some("notFound"),
            (Self::BoundHere | Self::Administrator, _) => None,
        }
    }
}

struct Operation {
    name: String,
    permission: String,
    method: Method,
    address: String,
}

fn operations(tenant: u64) -> Vec<Operation> {
    let specification: Value = serde_json::from_str(&menpai::http::specification()).unwrap();
    let mut operations = Vec::new();
    for (path, methods) in specification["paths"].as_object().unwrap() {
        let filled = path.split('/').map(|part| match part {
            "{tenantId}" => tenant.to_string(),
            _ if part.starts_with('{') => NOBODY.to_owned(),
            _ => part.to_owned(),
        });
        let address = format!("/api/v1{}", filled.collect::<Vec<_>>().join("/"));
        for (method, operation) in methods.as_object().unwrap() {
            let text = |name: &str| operation[name].as_str().unwrap().to_owned();
            let (name, permission) = (text("operationId"), text("x-permission"));
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            operations.push(Operation { name, permission, method, address: address.clone() });
        }
    }
    operations.sort_by_key(|operation| operation.name == LAST);
    operations
}

/// A body that can be read, where permission is asked for behind it.
fn body_of(operation: &str) -> Option<Value> {
    Some(match operation {
        "createSyncRun" => json!({"mode": "preview"}),
        "sendMessage" | "previewMessage" => {
            json!({"content": {"type": "text", "text": "x"}, "audience": {"everyone": true}})
        }
        "createWebhook" => json!({"url": "https://example.com", "events": ["sync.finished"]}),
        "changeWebhook" => json!({"enabled": false}),
        "changeMessageSettings" => json!({"keptDays": 30}),
        "createApiToken" => json!({"name": "x", "scopes": ["sync:run"]}),
        "changeTenant" | "createTenant" => json!({"name": "x"}),
        "putDingTalkApplication" => json!({"agentId": 1, "clientId": "x", "enabled": true}),
        "handBackFields" => json!({"fields": ["name"]}),
        "changeMember" => json!({"title": "x"}),
        "restoreBackup" => json!({"replaceData": true}),
        _ => return None,
    })
}

/// Whether the answer is the expected one. Who sent a body that cannot be read may be told that first.
fn fits(answer: &Answer, refusal: Option<&str>) -> bool {
    let code = answer.body["code"].as_str().unwrap_or_default();
    match refusal {
        Some("unauthenticated") => (answer.status, code) == (401, "unauthenticated"),
        Some(refusal) => code == refusal || code == "invalidRequest" || code == "unsupportedMediaType",
        None => !["unauthenticated", "forbidden"].contains(&code) && answer.status != 500,
    }
}

fn application(corp_id: &str, agent_id: i64) -> Application {
    Application {
        client_id: format!("{corp_id}-app"),
        client_secret: format!("secret-of-{corp_id}"),
        agent_id,
        corp_id: corp_id.into(),
        ..Application::default()
    }
}

fn enterprise(corp_id: &str, seed: u64) -> Organisation {
    let mut organisation = generate(&Shape::plain(8, seed), corp_id, corp_id);
    let shared = User {
        userid: format!("shared-{corp_id}"),
        name: "双栖".into(),
        mobile: Some(SHARED_MOBILE.into()),
        ..User::default()
    };
    organisation.put_user(shared).unwrap();
    organisation
}

/// A world with two tenants, and a token for each kind of caller.
async fn callers() -> (World, u64, BTreeMap<Role, Option<String>>) {
    let applications = [application("dingone", 1), application("dingtwo", 2)];
    let credentials = applications.clone().map(|application| application.credentials());
    let world = World::with(|settings| {
        settings.organisations.extend([enterprise("dingone", 21), enterprise("dingtwo", 22)]);
        settings.applications.extend(applications);
        credentials[0].clone()
    })
    .await;
    let (tenant, other) = (world.tenant("甲").await, world.tenant("乙").await);
    for (tenant, credentials) in [(tenant, &credentials[0]), (other, &credentials[1])] {
        assert_eq!(world.connect(tenant, credentials).await.status, 200);
        world.sync(tenant).await;
    }
    let members = world.members(tenant).await;
    let shared = members.iter().find(|member| member["username"] == SHARED_MOBILE).unwrap();
    let shared = shared["accountId"].as_str().unwrap().to_owned();
    let people = world.people_but(SHARED_MOBILE, tenant, 2).await;
    let others = world.people_but(SHARED_MOBILE, other, 1).await;
    for (tenant, account) in [(tenant, &shared), (tenant, &people[1].account), (other, &others[0].account)] {
        let right = format!("/api/v1/tenants/{tenant}/administrators/{account}");
        let made = world.send(Method::PUT, &right, None).await;
        assert_eq!(made.status, 200, "{made:?}");
    }
    let mut tokens = BTreeMap::from([
        (Role::Nobody, None),
        (Role::Member, Some(people[0].token.clone())),
        (Role::Administrator, Some(people[1].token.clone())),
        (Role::OtherAdministrator, Some(others[0].token.clone())),
        (Role::BoundElsewhere, Some(world.session_by(&shared, SignInMethod::DingTalkScan, other).await)),
        (Role::BoundHere, Some(world.session_by(&shared, SignInMethod::DingTalkClient, tenant).await)),
        (Role::Platform, Some(world.token().to_owned())),
    ]);
    for scope in ["directory:read", "sync:run", "messages:send"] {
        let body = json!({ "name": scope, "scopes": [scope] });
        let made = world.post(&format!("/api/v1/tenants/{tenant}/apiTokens"), body).await;
        tokens.insert(Role::Token(scope), made.body["token"].as_str().map(str::to_owned));
    }
    (world, tenant, tokens)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_lets_in_whom_the_specification_says() {
    let (world, tenant, callers) = callers().await;
    let operations = operations(tenant);
    assert!(operations.len() > 60, "{}", operations.len());
    let mut wrong = Vec::new();
    for (role, token) in &callers {
        for Operation { name, permission, method, address } in &operations {
            let answer = world.call(method.clone(), address, token.as_deref(), body_of(name)).await;
            let refusal = role.refusal(permission);
            if !fits(&answer, refusal) {
                let expected = refusal.unwrap_or("to get in");
                wrong.push(format!("{role:?} {name} ({permission}): expected {expected}, got {answer:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    world.finish().await;
}

/// Routes of `/sys` that are open to everybody.
const SYS_OPEN: [&str; 3] =
    ["/login", "/thirdLogin/get/corpId/clientId", "/thirdLogin/oauth2/dingding/login"];
/// Those for whoever is signed in, in any tenant or none.
const SYS_SIGNED_IN: [&str; 4] = ["/logout", "/user/getUserInfo", "/tenant/list", "/thirdApp/getEnabledType"];

/// The routes as the source declares them: path and methods.
fn sys_routes() -> Vec<(String, Vec<Method>)> {
    let source = include_str!("../../src/http/compat/mod.rs");
    let lines = source.split(".at(\"").skip(1);
    let route = |rest: &str| {
        let (path, rest) = rest.split_once('"').unwrap();
        let line = rest.lines().next().unwrap();
        let named = [
            ("get(", Method::GET),
            ("post(", Method::POST),
            ("put(", Method::PUT),
            ("delete(", Method::DELETE),
        ];
        let methods = named.into_iter().filter(|(name, _)| line.contains(name)).map(|(_, method)| method);
        (path.to_owned(), methods.collect())
    };
    lines.map(route).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_of_the_compatible_api_asks_who_calls() {
    let (world, tenant, callers) = callers().await;
    let routes = sys_routes();
    let paths: BTreeSet<_> = routes.iter().map(|(path, _)| path.as_str()).collect();
    assert!(paths.len() > 10 && routes.iter().all(|(_, methods)| !methods.is_empty()), "{routes:?}");
    for named in SYS_OPEN.iter().chain(&SYS_SIGNED_IN) {
        assert!(paths.contains(named), "{named} is not a route any more");
    }
    for (path, methods) in &routes {
        if SYS_OPEN.contains(&path.as_str()) {
            continue;
        }
        for method in methods {
            let ask = async |role: Role| {
                let request = world.request(method.clone(), &format!("/sys{path}?tenantId={tenant}&id=1"));
                let request = request.header("X-Tenant-Id", tenant.to_string());
                let token = callers[&role].iter();
                let request = token.fold(request, |request, token| request.header("X-Access-Token", token));
                let request = if *method == Method::GET { request } else { request.json(&json!({})) };
                crate::support::answer(request).await
            };
            let nobody = ask(Role::Nobody).await;
            assert_eq!(
                (nobody.status, &nobody.body["code"]),
                (401, &json!(401)),
                "{method} {path}: {nobody:?}"
            );
            if SYS_SIGNED_IN.contains(&path.as_str()) {
                continue;
            }
            for role in [Role::Member, Role::OtherAdministrator, Role::BoundElsewhere] {
                let refused = ask(role).await;
                assert_eq!(refused.body["success"], false, "{role:?} {method} {path}: {refused:?}");
            }
        }
    }
    world.finish().await;
}
