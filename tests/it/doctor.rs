//! The doctor against the simulator: each defect, one at a time, is found, and nothing else turns red.

use std::process::{Command, Output};
use std::time::Duration;

use menpai::simulator::{Application, Fault, FaultKind, Platform, Shape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{World, answer};

const GATEWAY: &str = "/v1.0/gateway/connections/open";
/// The address that the simulated white list sees.
const EGRESS: &str = "203.0.113.9";

/// A world that has told its public address, and a tenant connected to the first enterprise.
async fn examined(shape: Shape) -> (World, u64) {
    let mut world = World::with(|settings| {
        settings.behaviour.caller_address = Some(EGRESS.parse().unwrap());
        settings.organisation(&shape)
    })
    .await;
    world.config.public_url = Some("http://192.168.1.6:3100".into());
    world.restart().await;
    let tenant = world.connected_tenant().await;
    (world, tenant)
}

fn path(tenant: u64) -> String {
    format!("/api/v1/tenants/{tenant}/dingtalk/doctor")
}

async fn checks(world: &World, tenant: u64) -> Vec<Value> {
    checks_in(world, tenant, "zh").await
}

async fn checks_in(world: &World, tenant: u64, language: &str) -> Vec<Value> {
    let request = world.request(Method::POST, &path(tenant)).header("X-Access-Token", world.token());
    let report = answer(request.header("Accept-Language", language)).await;
    assert_eq!(report.status, 200, "{report:?}");
    report.body["checks"].as_array().unwrap().clone()
}

/// The ids of the checks that are wrong or may be, with their states.
fn red(checks: &[Value]) -> Vec<(&str, &str)> {
    checks
        .iter()
        .map(|check| (check["id"].as_str().unwrap(), check["status"].as_str().unwrap()))
        .filter(|(_, status)| matches!(*status, "error" | "warning"))
        .collect()
}

fn find<'a>(checks: &'a [Value], id: &str) -> &'a Value {
    checks.iter().find(|check| check["id"] == id).unwrap_or_else(|| panic!("no check {id}"))
}

#[tokio::test]
async fn a_healthy_application_is_examined_in_a_dozen_calls() {
    let (world, tenant) = examined(Shape::awkward(120, 5)).await;
    let before = world.dingtalk().total_calls();
    let checks = checks(&world, tenant).await;
    let calls = world.dingtalk().total_calls() - before;
    assert_eq!(red(&checks), [], "{checks:#?}");
    assert!(calls <= 12, "{calls} calls");
    for id in [
        "network",
        "secret",
        "egressIp",
        "applicationEnabled",
        "clock",
        "corpId",
        "permission.fieldMobile",
        "permission.fieldEmail",
        "permission.qyapi_get_department_list",
        "permission.qyapi_get_member",
        "permission.qyapi_get_department_member",
        "contactScope",
        "stream",
        "publicUrl",
        "sameEnterprise",
    ] {
        assert_eq!(find(&checks, id)["status"], "ok", "{id}");
    }
    for id in
        ["permission.Contact.User.mobile", "permission.Contact.User.Read", "homePage", "redirectAddress"]
    {
        assert_eq!(find(&checks, id)["status"], "unproven", "{id}");
    }
    let home = find(&checks, "homePage")["evidence"].as_str().unwrap();
    assert!(home.contains(&format!("http://192.168.1.6:3100/tenantId/{tenant}")), "{home}");
    world.finish().await;
}

/// Something that is wrong at DingTalk, and how it shows.
struct Defect {
    check: &'static str,
    status: &'static str,
    /// Whether a page of DingTalk's console mends it.
    linked: bool,
    make: Make,
}

type Make = Box<dyn Fn(&Platform, &str) + Send + Sync>;

fn defect(
    check: &'static str,
    status: &'static str,
    change: impl Fn(&mut Application) + Send + Sync + 'static,
) -> Defect {
    let make = move |platform: &Platform, id: &str| platform.change_application(id, &change).unwrap();
    Defect { check, status, linked: true, make: Box::new(make) }
}

fn lacks(check: &'static str) -> Defect {
    let code = check.strip_prefix("permission.").unwrap();
    defect(check, "error", move |app| assert!(app.permissions.remove(code), "{code}"))
}

fn clock_off(millis: i64) -> Defect {
    let make = move |platform: &Platform, _: &str| platform.set_clock_offset(millis);
    Defect { check: "clock", status: "error", linked: false, make: Box::new(make) }
}

/// What of people must never be told: numbers, names and addresses.
fn personal_data(world: &World) -> Vec<String> {
    let read = |it: &menpai::simulator::Organisation| {
        it.users().flat_map(|one| [one.mobile.clone(), Some(one.name.clone()), one.email.clone()]).collect()
    };
    let told: Vec<Option<String>> =
        world.dingtalk().with_organisation(&world.credentials.corp_id, read).unwrap();
    told.into_iter().flatten().filter(|text| !text.is_empty()).collect()
}

#[tokio::test]
async fn each_defect_alone_turns_exactly_its_own_check_red() {
    let (world, tenant) = examined(Shape::plain(80, 3)).await;
    let platform = world.dingtalk();
    let id = world.credentials.client_id.clone();
    let child = platform
        .with_organisation(&world.credentials.corp_id, |organisation| {
            organisation.departments().find(|department| department.dept_id != 1).unwrap().dept_id
        })
        .unwrap();
    let defects = [
        defect("secret", "error", |app| app.client_secret = "rotated".into()),
        defect("egressIp", "error", |app| app.ip_whitelist = Some(vec!["198.51.100.7".into()])),
        defect("applicationEnabled", "error", |app| app.enabled = false),
        defect("agentId", "error", |app| app.agent_id += 1),
        defect("permission.fieldMobile", "error", |app| app.field_mobile = false),
        defect("permission.fieldEmail", "error", |app| app.field_email = false),
        lacks("permission.qyapi_get_department_list"),
        lacks("permission.qyapi_get_member"),
        lacks("permission.qyapi_get_department_member"),
        defect("contactScope", "warning", move |app| app.authed_departments = vec![child]),
        defect("contactScope", "error", |app| app.authed_departments = Vec::new()),
        clock_off(3_600_000),
        clock_off(-3_600_000),
    ];
    let personal = personal_data(&world);
    let healthy = platform.application(&id).unwrap();
    for Defect { check, status, linked, make } in defects {
        make(platform, &id);
        let mut remedies = Vec::new();
        for language in ["zh", "en"] {
            let checks = checks_in(&world, tenant, language).await;
            assert_eq!(red(&checks), [(check, status)], "{:#}", find(&checks, check));
            let found = find(&checks, check);
            remedies.push(found["remedy"].as_str().unwrap().to_owned());
            let link = found["link"].as_str();
            assert_eq!(link.is_some_and(|link| link.starts_with("https://")), linked, "{found:#}");
            let told = serde_json::to_string(&checks).unwrap();
            assert!(!told.contains(&world.credentials.client_secret), "{check}: the secret is told");
            let betrayed = personal.iter().find(|text| told.contains(*text));
            assert_eq!(betrayed, None, "{check}: something of a person is told");
        }
        assert!(!remedies[0].is_ascii() && !remedies[1].is_empty(), "{check}: {remedies:?}");
        assert_ne!(remedies[0], remedies[1], "{check}: each in its language");
        platform.put_application(healthy.clone()).unwrap();
        platform.set_clock_offset(0);
    }
    assert_eq!(red(&checks(&world, tenant).await), [], "all is mended");
    world.finish().await;
}

#[tokio::test]
async fn what_is_wrong_around_the_application_is_found_as_well() {
    let (world, tenant) = examined(Shape::plain(30, 3)).await;
    let platform = world.dingtalk();
    let refusal = FaultKind::ApiError { status: 401, code: "authFailed".into() };
    platform.add_fault(Fault::always(GATEWAY, refusal));
    assert_eq!(red(&checks(&world, tenant).await), [("stream", "error")]);
    platform.clear_faults();

    platform.add_fault(Fault::always("*", FaultKind::CloseConnection));
    assert_eq!(red(&checks(&world, tenant).await), [("network", "error")]);
    platform.clear_faults();

    let mut elsewhere = world.credentials.clone();
    elsewhere.corp_id = "dingsomebodyelse01".into();
    assert_eq!(world.connect(tenant, &elsewhere).await.status, 200);
    assert_eq!(red(&checks(&world, tenant).await), [("corpId", "warning")]);
    world.finish().await;
}

#[tokio::test]
async fn the_address_to_allow_and_the_permission_to_request_are_told() {
    let (world, tenant) = examined(Shape::plain(30, 3)).await;
    let platform = world.dingtalk();
    let id = &world.credentials.client_id;
    platform.change_application(id, |app| app.ip_whitelist = Some(Vec::new())).unwrap();
    let refused = checks(&world, tenant).await;
    assert!(find(&refused, "egressIp")["remedy"].as_str().unwrap().contains(EGRESS));
    assert_eq!(find(&refused, "permission.qyapi_get_member")["status"], "unproven");
    platform
        .change_application(id, |app| {
            app.ip_whitelist = None;
            app.field_mobile = false;
        })
        .unwrap();
    let checks = checks_in(&world, tenant, "en").await;
    let mobile = find(&checks, "permission.fieldMobile");
    assert_eq!(mobile["title"], "Permission: Company employee mobile phone number information");
    assert!(mobile["link"].as_str().unwrap().ends_with(&format!("{id}%23fieldMobile")), "{mobile:#}");
    assert!(mobile["evidence"].as_str().unwrap().contains("none of the "), "{mobile:#}");
    world.finish().await;
}

#[tokio::test]
async fn few_people_prove_nothing_about_fields() {
    let (world, tenant) = examined(Shape { departments: Some(1), ..Shape::plain(4, 3) }).await;
    withhold_fields(world.dingtalk(), &world.credentials.client_id);
    let checks = checks(&world, tenant).await;
    assert_eq!(red(&checks), []);
    assert_eq!(find(&checks, "permission.fieldMobile")["status"], "unproven");
    assert_eq!(find(&checks, "permission.fieldEmail")["status"], "unproven");
    world.finish().await;
}

fn withhold_fields(platform: &Platform, client_id: &str) {
    let withhold = |app: &mut Application| (app.field_mobile, app.field_email) = (false, false);
    platform.change_application(client_id, withhold).unwrap();
}

#[tokio::test]
async fn two_tenants_of_one_enterprise_are_warned_with_names_for_the_platform() {
    let (world, tenant) = examined(Shape::plain(10, 3)).await;
    let mut second = world.dingtalk().application(&world.credentials.client_id).unwrap();
    second.client_id = "dingsecondapp".into();
    second.agent_id += 1;
    world.dingtalk().put_application(second.clone()).unwrap();
    let north = world.tenant("北方工厂").await;
    assert_eq!(world.connect(north, &second.credentials()).await.status, 200);
    let checks = checks(&world, tenant).await;
    assert_eq!(red(&checks), [("sameEnterprise", "warning")]);
    assert!(find(&checks, "sameEnterprise")["evidence"].as_str().unwrap().contains("北方工厂"));
    world.finish().await;
}

#[tokio::test]
async fn the_last_report_is_kept_and_goes_with_the_application() {
    let (world, tenant) = examined(Shape::plain(10, 3)).await;
    assert_eq!(world.get(&path(tenant)).await.status, 404, "nobody has looked yet");
    let made = world.post(&path(tenant), json!({})).await;
    assert_eq!(world.get(&path(tenant)).await.body, made.body);
    assert_eq!(world.call(Method::POST, &path(tenant), None, None).await.status, 401);
    let application = format!("/api/v1/tenants/{tenant}/dingtalk");
    assert_eq!(world.send(Method::DELETE, &application, None).await.status, 204);
    let refused = world.post(&path(tenant), json!({})).await;
    assert_eq!((refused.status, &refused.body["code"]), (422, &json!("dingtalkNotConfigured")));
    assert_eq!(world.post(&path(4711), json!({})).await.status, 404);
    world.finish().await;
}

#[tokio::test]
async fn after_saving_and_after_a_failed_run_the_doctor_comes_unasked() {
    let (mut world, tenant) = examined(Shape::plain(10, 3)).await;
    world.examines_unasked = true;
    world.restart().await;
    world.advance_millis(60_000);
    let first = reported(&world, tenant, &Value::Null).await;
    assert_eq!(red(first["checks"].as_array().unwrap()), []);

    let id = world.credentials.client_id.clone();
    world.dingtalk().change_application(&id, |app| app.client_secret = "rotated".into()).unwrap();
    world.dingtalk().expire_tokens(Some(&id));
    let run = world.run(tenant, "apply").await;
    assert_eq!(run["status"], "failed", "{run:#}");
    world.advance_millis(60_000);
    let second = reported(&world, tenant, &first["examinedAt"]).await;
    assert_eq!(red(second["checks"].as_array().unwrap()), [("secret", "error")]);
    world.finish().await;
}

/// The report that is not the one of `before`; the job runner makes it within a moment.
async fn reported(world: &World, tenant: u64, before: &Value) -> Value {
    let awaited = async {
        loop {
            let report = world.get(&path(tenant)).await;
            if report.status == 200 && report.body["examinedAt"] != *before {
                return report.body;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), awaited).await.unwrap()
}

#[tokio::test]
async fn the_command_line_examines_through_a_running_server() {
    let (world, tenant) = examined(Shape::plain(10, 3)).await;
    let healthy = command(&world, tenant, world.token()).await;
    assert!(healthy.status.success(), "{healthy:?}");
    let text = String::from_utf8(healthy.stdout).unwrap();
    assert!(text.contains("✓ Contact scope  [contactScope]"), "{text}");
    assert!(text.ends_with("✗ error 0\n"), "{text}");

    let id = &world.credentials.client_id;
    world.dingtalk().change_application(id, |app| app.enabled = false).unwrap();
    let broken = command(&world, tenant, world.token()).await;
    assert_eq!(broken.status.code(), Some(1));
    let text = String::from_utf8(broken.stdout).unwrap();
    assert!(text.contains("✗ Application enabled  [applicationEnabled]"), "{text}");

    let stranger = command(&world, tenant, "not-a-token").await;
    assert_eq!(stranger.status.code(), Some(1));
    let complaint = String::from_utf8(stranger.stderr).unwrap();
    assert!(complaint.contains("(unauthenticated)") && !complaint.contains("not-a-token"), "{complaint}");
    world.finish().await;
}

async fn command(world: &World, tenant: u64, token: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_menpai"));
    command
        .args(["doctor", "--language", "en", "--tenant", &tenant.to_string()])
        .env_clear()
        .env("MENPAI_SERVER", world.app().base_url())
        .env("MENPAI_API_TOKEN", token);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

#[tokio::test]
async fn a_message_that_dingtalk_took_proves_the_agent_id_until_it_is_configured_anew() {
    let (world, tenant) = examined(Shape::plain(10, 3)).await;
    assert_eq!(find(&checks(&world, tenant).await, "agentId")["status"], "unproven");
    world.sync(tenant).await;
    let body = json!({"app": "DINGTALK", "sendAll": true, "content": "你好"});
    let sent = world.compat(Method::POST, "/sys/thirdApp/sendMessageTest", tenant, Some(body)).await;
    assert_eq!(sent.body["success"], true, "{sent:?}");
    assert_eq!(find(&checks(&world, tenant).await, "agentId")["status"], "ok");
    let mut elsewhere = world.credentials.clone();
    elsewhere.agent_id += 1;
    assert_eq!(world.connect(tenant, &elsewhere).await.status, 200);
    assert_eq!(red(&checks(&world, tenant).await), [("agentId", "error")]);
    world.finish().await;
}
