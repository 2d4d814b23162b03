//! Several tenants on one server: what one of them does, another never sees and never feels.

mod load;

use menpai::simulator::{Application, Credentials, Organisation, Shape, User, generate};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, World};

const SHARED_MOBILE: &str = "13700000001";

/// An application of an enterprise.
fn application(corp_id: &str, name: &str, agent_id: i64) -> Application {
    Application {
        client_id: format!("{corp_id}-{name}"),
        client_secret: format!("secret-of-{corp_id}-{name}"),
        agent_id,
        corp_id: corp_id.into(),
        ..Application::default()
    }
}

/// Somebody who works for both enterprises, under another userid in each.
fn shared(userid: &str, title: &str) -> User {
    User {
        userid: userid.into(),
        name: "双栖".into(),
        mobile: Some(SHARED_MOBILE.into()),
        title: Some(title.into()),
        ..User::default()
    }
}

fn enterprise(corp_id: &str, seed: u64, title: &str) -> Organisation {
    let mut organisation = generate(&Shape::plain(40, seed), corp_id, &format!("{corp_id}有限公司"));
    organisation.put_user(shared(&format!("shared-{corp_id}"), title)).unwrap();
    organisation
}

/// Tenants `a` and `b` of two enterprises, and `a_too`, connected to `a`'s enterprise by another application.
struct Neighbours {
    world: World,
    a: u64,
    a_too: u64,
    b: u64,
}

impl Neighbours {
    async fn new() -> Self {
        let applications = [
            application("dingone", "first", 1),
            application("dingone", "second", 2),
            application("dingtwo", "only", 3),
        ];
        let credentials = applications.clone().map(|application| application.credentials());
        let world = World::with(|settings| {
            settings.organisations.push(enterprise("dingone", 21, "顾问"));
            settings.organisations.push(enterprise("dingtwo", 22, "董事"));
            settings.applications.extend(applications);
            credentials[0].clone()
        })
        .await;
        let [a, a_too, b] = [
            tenant(&world, "甲", &credentials[0]).await,
            tenant(&world, "甲二", &credentials[1]).await,
            tenant(&world, "乙", &credentials[2]).await,
        ];
        Self { world, a, a_too, b }
    }

    async fn synchronised() -> Self {
        let neighbours = Self::new().await;
        for tenant in [neighbours.a, neighbours.a_too, neighbours.b] {
            neighbours.world.sync(tenant).await;
        }
        neighbours
    }

    /// Everything that can be read of a tenant.
    async fn everything(&self, tenant: u64) -> Vec<Vec<Value>> {
        let mut all = Vec::new();
        for list in ["departments", "members", "conflicts", "syncRuns", "messages"] {
            all.push(self.world.all(&format!("/api/v1/tenants/{tenant}/{list}")).await);
        }
        all
    }

    /// The member who works for both enterprises.
    async fn shared_in(&self, tenant: u64) -> Value {
        let mut members = self.world.members(tenant).await;
        members.retain(|member| member["mobile"] == SHARED_MOBILE);
        assert_eq!(members.len(), 1, "{members:#?}");
        members.remove(0)
    }
}

async fn tenant(world: &World, name: &str, credentials: &Credentials) -> u64 {
    let tenant = world.tenant(name).await;
    let connected = world.connect(tenant, credentials).await;
    assert_eq!(connected.status, 200, "{connected:?}");
    tenant
}

/// Moves everything that a run can bring: names, titles, departments, leavers and newcomers.
fn stir(world: &World, corp_id: &str) {
    let dingtalk = world.dingtalk();
    let (people, departments) = dingtalk
        .with_organisation(corp_id, |it| {
            let people: Vec<String> = it.users().map(|user| user.userid.clone()).collect();
            (people, it.departments().map(|one| one.dept_id).collect::<Vec<_>>())
        })
        .unwrap();
    for userid in &people[2..] {
        dingtalk.change_user(corp_id, userid, |user| user.title = Some("全新职位".into())).unwrap();
    }
    dingtalk.remove_user(corp_id, &people[0]).unwrap();
    let newcomer = User {
        userid: "newcomer".into(),
        name: "新人".into(),
        mobile: Some("13700009999".into()),
        ..User::default()
    };
    dingtalk.put_user(corp_id, newcomer).unwrap();
    dingtalk.change_department(corp_id, departments[1], |one| one.name = "改名部".into()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn synchronising_one_tenant_changes_not_a_byte_of_the_others() {
    let neighbours = Neighbours::synchronised().await;
    let before = [neighbours.everything(neighbours.a_too).await, neighbours.everything(neighbours.b).await];
    stir(&neighbours.world, "dingone");
    let run = neighbours.world.sync(neighbours.a).await;
    let counts = &run["counts"];
    for count in ["membersCreated", "membersUpdated", "membersDisabled", "departmentsUpdated"] {
        let joined = if count == "membersCreated" { &counts["membersJoined"] } else { &Value::Null };
        assert!(counts[count] != 0 || joined != &json!(0), "{count}: {counts}");
    }
    let after = [neighbours.everything(neighbours.a_too).await, neighbours.everything(neighbours.b).await];
    assert_eq!(before, after);
    neighbours.world.finish().await;
}

/// Line 5 of the known failures: two applications of one enterprise, in two tenants.
#[tokio::test(flavor = "multi_thread")]
async fn f05_two_tenants_of_one_enterprise_do_not_disturb_each_other() {
    let neighbours = Neighbours::synchronised().await;
    let [a, a_too] = [neighbours.a, neighbours.a_too];
    let world = &neighbours.world;
    for tenant in [a, a_too, a, a_too] {
        let counts = world.sync(tenant).await["counts"].clone();
        let written = counts.as_object().unwrap().iter().filter(|(name, count)| {
            let writes = ["Created", "Joined", "Updated", "Disabled", "Restored", "Removed"];
            writes.iter().any(|end| name.ends_with(end)) && **count != 0
        });
        assert_eq!(written.count(), 0, "{counts}");
    }
    let [ones, others] = [world.members(a).await, world.members(a_too).await];
    assert_eq!((ones.len(), others.len()), (41, 41));
    for (field, same) in [("accountId", true), ("id", false)] {
        let set = |members: &[Value]| {
            members.iter().map(|member| member[field].to_string()).collect::<std::collections::BTreeSet<_>>()
        };
        let common = set(&ones).intersection(&set(&others)).count();
        assert_eq!(common, if same { 41 } else { 0 }, "{field}");
    }
    let shown = world.get(&format!("/api/v1/tenants/{a}/dingtalk")).await.body;
    assert_eq!(shown["warnings"][0]["code"], "sameEnterprise", "and it is said: {shown:#}");
    neighbours.world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_of_two_enterprises_is_one_account_with_two_profiles() {
    let neighbours = Neighbours::synchronised().await;
    let [in_a, in_b] = [neighbours.shared_in(neighbours.a).await, neighbours.shared_in(neighbours.b).await];
    assert_eq!(in_a["accountId"], in_b["accountId"]);
    assert_ne!(in_a["id"], in_b["id"]);
    assert_eq!((&in_a["title"], &in_b["title"]), (&json!("顾问"), &json!("董事")));

    let dingtalk = neighbours.world.dingtalk();
    dingtalk
        .change_user("dingone", "shared-dingone", |user| {
            user.name = "改名".into();
            user.title = Some("总监".into());
        })
        .unwrap();
    neighbours.world.sync(neighbours.a).await;
    assert_eq!(neighbours.shared_in(neighbours.a).await["title"], "总监");
    assert_eq!(neighbours.shared_in(neighbours.b).await, in_b, "b's profile is b's own");

    dingtalk.remove_user("dingone", "shared-dingone").unwrap();
    neighbours.world.sync(neighbours.a).await;
    assert_eq!(neighbours.shared_in(neighbours.a).await["status"], "left");
    assert_eq!(neighbours.shared_in(neighbours.b).await, in_b, "leaving a is not leaving b");
    neighbours.world.finish().await;
}

/// A number that changed in one enterprise must not change the sign-in that another one relies on.
#[tokio::test(flavor = "multi_thread")]
async fn one_enterprise_does_not_change_the_sign_in_of_a_shared_account() {
    let neighbours = Neighbours::synchronised().await;
    let in_b = neighbours.shared_in(neighbours.b).await;
    let moved = |user: &mut User| user.mobile = Some("13700000002".into());
    neighbours.world.dingtalk().change_user("dingone", "shared-dingone", moved).unwrap();
    let counts = neighbours.world.sync(neighbours.a).await["counts"].clone();
    assert_eq!(counts["conflicts"], 1, "{counts}");
    assert_eq!(neighbours.shared_in(neighbours.b).await, in_b);
    neighbours.world.finish().await;
}

/// The administrator of `b` asks for everything of `a` in every way there is.
#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_of_one_tenant_learns_nothing_of_another() {
    let neighbours = Neighbours::synchronised().await;
    let Neighbours { world, a, a_too, b } = neighbours;
    let token = administrator(&world, b).await;
    let asks = async |method: Method, path: &str, body: Option<Value>| -> Answer {
        world.call(method, path, Some(&token), body).await
    };
    let members = asks(Method::GET, &format!("/api/v1/tenants/{b}/members"), None).await;
    assert_eq!(members.status, 200, "the own tenant is open: {members:?}");

    let run = world.sync(a).await["id"].as_str().unwrap().to_owned();
    let member = world.members(a).await[0]["id"].as_str().unwrap().to_owned();
    let message = json!({"content": {"type": "text", "text": "x"}, "audience": {"everyone": true}});
    let connection = json!({"agentId": "9", "clientId": "x", "clientSecret": "y", "enabled": true});
    let cases = [
        (Method::GET, String::new(), None),
        (Method::PATCH, String::new(), Some(json!({"name": "mine"}))),
        (Method::GET, "/dingtalk".into(), None),
        (Method::PUT, "/dingtalk".into(), Some(connection)),
        (Method::DELETE, "/dingtalk".into(), None),
        (Method::GET, "/dingtalk/detachment".into(), None),
        (Method::GET, "/members".into(), None),
        (Method::GET, format!("/members/{member}"), None),
        (Method::PATCH, format!("/members/{member}"), Some(json!({"title": "x"}))),
        (Method::POST, format!("/members/{member}/resetPassword"), None),
        (Method::GET, "/departments".into(), None),
        (Method::GET, "/departmentPlaces".into(), None),
        (Method::GET, "/conflicts".into(), None),
        (Method::GET, "/syncRuns".into(), None),
        (Method::POST, "/syncRuns".into(), Some(json!({"mode": "apply"}))),
        (Method::GET, format!("/syncRuns/{run}"), None),
        (Method::GET, format!("/syncRuns/{run}/changes"), None),
        (Method::GET, format!("/syncRuns/{run}/events"), None),
        (Method::POST, format!("/syncRuns/{run}/apply"), None),
        (Method::POST, format!("/syncRuns/{run}/cancel"), None),
        (Method::GET, "/messages".into(), None),
        (Method::POST, "/messages".into(), Some(message)),
    ];
    for (method, rest, body) in cases {
        let path = format!("/api/v1/tenants/{a}{rest}");
        let refused = asks(method.clone(), &path, body).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (404, &json!("notFound")),
            "{method} {path}: {refused:?}"
        );
    }
    // Ids of another tenant under the own one lead nowhere either.
    for rest in [format!("/members/{member}"), format!("/syncRuns/{run}"), format!("/syncRuns/{run}/changes")]
    {
        let path = format!("/api/v1/tenants/{b}{rest}");
        assert_eq!(asks(Method::GET, &path, None).await.status, 404, "{path}");
    }
    let listed = asks(Method::GET, "/api/v1/tenants", None).await.body;
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|tenant| tenant["id"].clone()).collect();
    assert_eq!(ids, [json!(b)]);
    for platform_only in ["/api/v1/audit", "/api/v1/system"] {
        assert_eq!(asks(Method::GET, platform_only, None).await.status, 403, "{platform_only}");
    }
    let taken = json!({"agentId": "1", "clientId": "dingone-first", "clientSecret": "y", "enabled": true});
    let refused = asks(Method::PUT, &format!("/api/v1/tenants/{b}/dingtalk"), Some(taken)).await;
    assert_eq!((refused.status, &refused.body["code"]), (409, &json!("clientIdTaken")), "{refused:?}");
    let told = refused.body.to_string();
    assert!(told.contains("AppKey重复") || told.contains("AppKey"), "{told}");
    assert!(!told.contains("甲") && !told.contains(&a.to_string()), "not whose it is: {told}");
    assert_eq!(world.dingtalk().messages().len(), 0);
    assert_eq!(world.members(a_too).await.len(), 41);
    world.finish().await;
}

/// Makes somebody of the tenant its administrator and signs in as that person.
async fn administrator(world: &World, tenant: u64) -> String {
    let path = format!("/api/v1/tenants/{tenant}");
    let mut members = world.members(tenant).await;
    members.retain(|member| member["username"].is_string() && member["mobile"] != SHARED_MOBILE);
    let (id, name) = (members[0]["id"].as_str().unwrap(), members[0]["username"].as_str().unwrap());
    let raised = Some(json!({"role": "administrator"}));
    let raised = world.send(Method::PATCH, &format!("{path}/members/{id}"), raised).await;
    assert_eq!(raised.status, 200, "{raised:?}");
    let house = world.get(&path).await.body["houseNumber"].as_str().unwrap().to_owned();
    let current = format!("{house}{name}");
    let login = json!({"username": name, "password": current});
    let session = world.call(Method::POST, "/api/v1/sessions", None, Some(login)).await;
    let token = session.body["token"].as_str().unwrap().to_owned();
    let change = json!({"currentPassword": current, "newPassword": "the neighbour's long password"});
    let changed = world.call(Method::POST, "/api/v1/me/password", Some(&token), Some(change)).await;
    assert_eq!(changed.status, 204, "{changed:?}");
    token
}
