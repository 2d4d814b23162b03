//! People of a tenant as they come in: signed in, with a password of their own.

use menpai::domain::access::session::{Origin, SignInMethod};
use menpai::domain::id::TenantId;
use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, World, logs};

/// The password that people choose in tests.
pub(crate) const CHOSEN: &str = "correct horse battery";

/// A member who signed in and chose a password.
#[derive(Debug)]
pub(crate) struct Someone {
    /// The account's id.
    pub(crate) account: String,
    /// The member's id.
    pub(crate) member: String,
    /// What is typed at sign-in.
    pub(crate) username: String,
    /// The session's token.
    pub(crate) token: String,
}

impl World {
    /// A tenant in step with an enterprise of so many people.
    pub(crate) async fn synchronised(people: usize) -> (Self, u64) {
        let world = Self::new(Shape::plain(people, 5)).await;
        let tenant = world.connected_tenant().await;
        world.sync(tenant).await;
        (world, tenant)
    }

    /// Makes somebody an administrator of the tenant.
    pub(crate) async fn raise(&self, tenant: u64, one: &Someone) {
        let right = format!("/api/v1/tenants/{tenant}/administrators/{}", one.account);
        assert_eq!(self.status(Method::PUT, &right, self.token()).await, 200);
    }

    /// Signs in with a password.
    pub(crate) async fn try_sign_in(&self, username: &str, password: &str) -> Answer {
        let body = json!({ "username": username, "password": password });
        self.call(Method::POST, "/api/v1/sessions", None, Some(body)).await
    }

    /// A new session's token.
    pub(crate) async fn session(&self, username: &str, password: &str) -> String {
        let session = self.try_sign_in(username, password).await;
        assert_eq!(session.status, 201, "{session:?}");
        logs::keep_secret(password);
        session.body["token"].as_str().unwrap().to_owned()
    }

    /// The first `count` members of a synchronised tenant, each signed in with a password of their own.
    pub(crate) async fn people(&self, tenant: u64, count: usize) -> Vec<Someone> {
        self.people_but("", tenant, count).await
    }

    /// The same, passing somebody over.
    pub(crate) async fn people_but(&self, other: &str, tenant: u64, count: usize) -> Vec<Someone> {
        let found = self.get(&format!("/api/v1/tenants/{tenant}")).await;
        let house = found.body["houseNumber"].as_str().unwrap().to_owned();
        let members = self.members(tenant).await;
        let signs_in = |member: &&Value| member["username"].as_str().is_some_and(|name| name != other);
        let members = members.iter().filter(signs_in).take(count);
        let mut people = Vec::new();
        for member in members {
            let text = |name: &str| member[name].as_str().unwrap().to_owned();
            let username = text("username");
            let default = format!("{house}{username}");
            let token = self.session(&username, &default).await;
            let change = json!({ "currentPassword": default, "newPassword": CHOSEN });
            let changed = self.call(Method::POST, "/api/v1/me/password", Some(&token), Some(change)).await;
            assert_eq!(changed.status, 204, "{changed:?}");
            people.push(Someone { account: text("accountId"), member: text("id"), username, token });
        }
        assert_eq!(people.len(), count, "the tenant has too few people");
        people
    }

    /// The token of a session that came about by another method, such as a tenant's DingTalk.
    pub(crate) async fn session_by(
        &self,
        account: &str,
        method: impl Fn(TenantId) -> SignInMethod,
        tenant: u64,
    ) -> String {
        let access = &self.app().services().access;
        let who = access.profile(account.parse().unwrap()).await.unwrap();
        let method = method(TenantId(u32::try_from(tenant).unwrap()));
        let opened = access.open_session(&who, method, Origin::new("10.0.0.1", "DingTalk")).await.unwrap();
        opened.token.reveal().to_owned()
    }

    /// What a caller's status is for an address.
    pub(crate) async fn status(&self, method: Method, path: &str, token: &str) -> u16 {
        self.call(method, path, Some(token), None).await.status
    }

    /// The actions of the audit, the newest first.
    pub(crate) async fn audited(&self, query: &str) -> Vec<String> {
        let entries = self.all(&format!("/api/v1/audit{query}")).await;
        let action = |entry: &Value| entry["action"].as_str().unwrap().to_owned();
        entries.iter().map(action).collect()
    }
}
