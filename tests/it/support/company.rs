//! A small company whose departments and people a test chooses one by one, and the tenant connected to it.

use std::collections::BTreeSet;

use menpai::simulator::{Application, Credentials, Department, Membership, Organisation, Platform, User};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, World};

pub(crate) const CORP: &str = "dingsmallcorp";
pub(crate) const COMPANY: &str = "小门牌有限公司";

/// A small company made for one test, and the tenant connected to it.
pub(crate) struct Company {
    pub(crate) world: World,
    pub(crate) tenant: u64,
}

impl Company {
    /// A company of these departments (id, parent, name) and people; connected, not yet synchronised.
    pub(crate) async fn new(departments: &[(i64, i64, &str)], people: Vec<User>) -> Self {
        let organisation = organisation(departments, people);
        let world = World::with(|settings| {
            let application = application(&organisation);
            settings.organisations.push(organisation);
            settings.applications.push(application.clone());
            application.credentials()
        })
        .await;
        let tenant = world.connected_tenant().await;
        Self { world, tenant }
    }

    /// The same, synchronised.
    pub(crate) async fn synchronised(departments: &[(i64, i64, &str)], people: Vec<User>) -> Self {
        let company = Self::new(departments, people).await;
        company.sync().await;
        company
    }

    pub(crate) fn dingtalk(&self) -> &Platform {
        self.world.dingtalk()
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.world.credentials
    }

    pub(crate) fn change(&self, userid: &str, change: impl FnOnce(&mut User)) {
        self.dingtalk().change_user(CORP, userid, change).unwrap();
    }

    pub(crate) fn configure(&self, change: impl FnOnce(&mut Application)) {
        self.dingtalk().change_application(&self.credentials().client_id, change).unwrap();
    }

    /// A run that must succeed; its counts.
    pub(crate) async fn sync(&self) -> Value {
        self.world.sync(self.tenant).await["counts"].clone()
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api/v1/tenants/{}{rest}", self.tenant)
    }

    pub(crate) async fn members(&self) -> Vec<Value> {
        self.world.members(self.tenant).await
    }

    /// The one member with this userid.
    pub(crate) async fn member(&self, userid: &str) -> Value {
        let mut found = self.members().await;
        found.retain(|member| member["dingtalkUserId"] == userid);
        assert_eq!(found.len(), 1, "{userid}: {found:#?}");
        found.remove(0)
    }

    pub(crate) async fn departments(&self) -> Vec<Value> {
        self.world.all(&self.path("/departments")).await
    }

    /// The one department with this id in DingTalk.
    pub(crate) async fn department(&self, dept_id: i64) -> Value {
        let (mut found, wanted) = (self.departments().await, json!(dept_id.to_string()));
        found.retain(|department| department["dingtalkDeptId"] == wanted);
        assert_eq!(found.len(), 1, "{dept_id}: {found:#?}");
        found.remove(0)
    }

    /// The names of a member's departments.
    pub(crate) async fn places(&self, userid: &str) -> BTreeSet<String> {
        let (member, departments) = (self.member(userid).await, self.departments().await);
        let names = member["departments"].as_array().unwrap().iter().map(|place| {
            let department = departments.iter().find(|one| one["id"] == place["id"]).unwrap();
            department["name"].as_str().unwrap().to_owned()
        });
        names.collect()
    }

    pub(crate) async fn conflicts(&self) -> Vec<Value> {
        self.world.all(&self.path("/conflicts")).await
    }

    pub(crate) async fn house_number(&self) -> String {
        self.world.get(&self.path("")).await.body["houseNumber"].as_str().unwrap().to_owned()
    }

    /// An attempt to sign in with the default password that belongs to a number.
    pub(crate) async fn sign_in(&self, mobile: &str) -> Answer {
        let password = format!("{}{mobile}", self.house_number().await);
        let body = json!({"username": mobile, "password": password});
        self.world.call(Method::POST, "/api/v1/sessions", None, Some(body)).await
    }

    pub(crate) async fn finish(self) {
        self.world.finish().await;
    }
}

pub(crate) fn organisation(departments: &[(i64, i64, &str)], people: Vec<User>) -> Organisation {
    let mut organisation = Organisation::new(CORP, COMPANY);
    for (dept_id, parent, name) in departments {
        organisation.put_department(department(*dept_id, *parent, name)).unwrap();
    }
    for person in people {
        organisation.put_user(person).unwrap();
    }
    organisation
}

pub(crate) fn application(organisation: &Organisation) -> Application {
    Application {
        client_id: format!("{}-app", organisation.corp_id()),
        client_secret: "a-secret-that-nobody-must-see".into(),
        agent_id: 77,
        corp_id: organisation.corp_id().into(),
        ..Application::default()
    }
}

pub(crate) fn department(dept_id: i64, parent: i64, name: &str) -> Department {
    Department { dept_id, parent_id: Some(parent), name: name.into(), ..Department::default() }
}

/// Somebody directly under the root.
pub(crate) fn person(userid: &str, name: &str, mobile: &str) -> User {
    User {
        userid: userid.into(),
        unionid: Some(format!("union-{userid}")),
        name: name.into(),
        state_code: Some("86".into()),
        mobile: Some(mobile.into()),
        ..User::default()
    }
}

/// The same person, in exactly these departments.
pub(crate) fn among(departments: &[i64], person: User) -> User {
    let places = departments.iter().map(|dept_id| Membership { dept_id: *dept_id, order: 0, leader: false });
    User { departments: places.collect(), ..person }
}

/// So many people directly under the root.
pub(crate) fn staff(count: usize) -> Vec<User> {
    (0..count)
        .map(|index| person(&format!("u{index:03}"), &format!("员工{index}"), &format!("1380001{index:04}")))
        .collect()
}
