//! Applications that enterprises have made in the developer console: credentials, permissions, scope, addresses.
//!
//! Must not know HTTP or tokens. Invariant: scope questions are answered here and nowhere else.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::organisation::Organisation;
use super::records::{ROOT, User};

/// Every interface permission that the simulator knows.
pub const PERMISSIONS: &[&str] = &[
    "qyapi_base",
    "qyapi_get_department_list",
    "qyapi_get_member",
    "qyapi_get_department_member",
    "qyapi_get_member_by_mobile",
    "qyapi_manage_addresslist",
    "open_app_api_base",
    "Contact.User.Read",
    "Contact.User.mobile",
];

/// How contact events reach an application.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "transport", rename_all = "camelCase")]
pub enum EventTransport {
    /// No events are ticked.
    #[default]
    None,
    /// Over the application's own outgoing connection.
    Stream,
    /// By HTTP POST to an address.
    #[serde(rename_all = "camelCase")]
    Push {
        /// `http://…`; the simulator speaks no TLS.
        url: String,
        /// The signing token of the console.
        token: String,
        /// 43 letters and digits.
        aes_key: String,
    },
}

/// An enterprise-internal application.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Application {
    /// Client ID, formerly AppKey.
    pub client_id: String,
    /// Client Secret, formerly AppSecret.
    pub client_secret: String,
    /// The number that work notices carry.
    pub agent_id: i64,
    /// The enterprise that owns the application.
    pub corp_id: String,
    /// Shown to people.
    pub name: String,
    /// Codes from [`PERMISSIONS`].
    pub permissions: BTreeSet<String>,
    /// Whether mobile numbers are included.
    pub field_mobile: bool,
    /// Whether mail address, work place, remark and own fields are included.
    pub field_email: bool,
    /// Visible departments with everything below; `[1]` is everybody.
    pub authed_departments: Vec<i64>,
    /// People visible besides.
    pub authed_users: Vec<String>,
    /// Allowed callers, `*` as wildcard inside an address; without a list everybody is allowed.
    pub ip_whitelist: Option<Vec<String>>,
    /// Redirect addresses for signing in on the web; an empty list allows any.
    pub redirect_urls: Vec<String>,
    /// Whether the application is switched on.
    pub enabled: bool,
    /// Whether a version is published; without it nobody can sign in.
    pub published: bool,
    /// Where contact events go.
    pub events: EventTransport,
}

impl Default for Application {
    fn default() -> Self {
        Self {
            client_id: String::new(),
            client_secret: String::new(),
            agent_id: 0,
            corp_id: String::new(),
            name: "门牌".into(),
            permissions: PERMISSIONS.iter().map(|code| (*code).to_owned()).collect(),
            field_mobile: true,
            field_email: true,
            authed_departments: vec![ROOT],
            authed_users: Vec::new(),
            ip_whitelist: None,
            redirect_urls: Vec::new(),
            enabled: true,
            published: true,
            events: EventTransport::None,
        }
    }
}

/// What somebody needs to connect a tenant to an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Credentials {
    /// The enterprise.
    pub corp_id: String,
    /// The application's number.
    pub agent_id: i64,
    /// Client ID.
    pub client_id: String,
    /// Client Secret.
    pub client_secret: String,
}

impl Application {
    /// What a tenant needs to be connected.
    pub fn credentials(&self) -> Credentials {
        Credentials {
            corp_id: self.corp_id.clone(),
            agent_id: self.agent_id,
            client_id: self.client_id.clone(),
            client_secret: self.client_secret.clone(),
        }
    }

    pub(crate) fn sees_everything(&self) -> bool {
        self.authed_departments.contains(&ROOT)
    }

    pub(crate) fn sees_department(&self, organisation: &Organisation, dept_id: i64) -> bool {
        self.sees_everything()
            || organisation.lineage(dept_id).iter().any(|id| self.authed_departments.contains(id))
    }

    pub(crate) fn sees_user(&self, organisation: &Organisation, user: &User) -> bool {
        self.sees_everything()
            || self.authed_users.contains(&user.userid)
            || user.departments.iter().any(|place| self.sees_department(organisation, place.dept_id))
    }

    pub(crate) fn allows_caller(&self, caller: IpAddr) -> bool {
        let Some(patterns) = &self.ip_whitelist else { return true };
        let caller = caller.to_string();
        patterns.iter().any(|pattern| match pattern.split_once('*') {
            None => *pattern == caller,
            Some((before, after)) => {
                caller.len() >= before.len() + after.len()
                    && caller.starts_with(before)
                    && caller.ends_with(after)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_white_list_takes_one_wildcard_and_an_empty_list_refuses() {
        let caller: IpAddr = "203.0.113.9".parse().unwrap();
        let with = |patterns: &[&str]| Application {
            ip_whitelist: Some(patterns.iter().map(|p| (*p).to_owned()).collect()),
            ..Application::default()
        };
        assert!(Application::default().allows_caller(caller));
        assert!(with(&["203.0.113.9"]).allows_caller(caller));
        assert!(with(&["10.0.0.1", "203.0.113.*"]).allows_caller(caller));
        assert!(!with(&["203.0.114.*"]).allows_caller(caller));
        assert!(!with(&[]).allows_caller(caller));
    }
}
