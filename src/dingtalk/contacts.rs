//! Contacts: the application's scope, departments, people.
//!
//! Must not know what is done with them. Invariants: a page that promises more names where more begins, or the
//! call fails; nothing is read but what the caller asked for, no root department is assumed.

use std::collections::BTreeSet;

use serde_json::json;

use super::Application;
use super::call::Call;
use super::error::Error;
use super::user::User;
use super::wire::{self, Object, Unexpected};

/// The most people that DingTalk gives in one page [S-0066].
const PAGE: u32 = 100;

/// What the application may see [S-0053].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContactScope {
    /// Departments with all below them; `1` is the whole enterprise.
    pub departments: Vec<i64>,
    /// Single people.
    pub users: Vec<String>,
    /// The fields of people, in DingTalk's older vocabulary; a hint, not a proof.
    pub fields: BTreeSet<String>,
}

/// A department.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Department {
    /// The id; 1 is the enterprise itself, negative ones belong to school contacts.
    pub dept_id: i64,
    /// The department above; the enterprise itself has none.
    pub parent_id: Option<i64>,
    /// The name.
    pub name: String,
    /// The place among its siblings, smaller first; usually only when asked for the department alone.
    pub order: Option<i64>,
    /// The heads; `None` when DingTalk did not say, as in lists.
    pub manager_userids: Option<Vec<String>>,
}

/// A page of the people directly in a department.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserPage {
    /// In the administrator's order.
    pub users: Vec<User>,
    /// Where the next page begins; `None` on the last page.
    pub next_cursor: Option<i64>,
}

impl Application {
    /// The departments and people that the application may see. Synchronising starts from here.
    pub async fn contact_scope(&self) -> Result<ContactScope, Error> {
        self.call(Call::old_get("/auth/scopes"), |answer| {
            let scopes = answer.object("auth_org_scopes")?;
            Ok(ContactScope {
                departments: scopes.integers("authed_dept")?.unwrap_or_default(),
                users: scopes.texts("authed_user")?.unwrap_or_default(),
                fields: answer.texts("auth_user_field")?.unwrap_or_default().into_iter().collect(),
            })
        })
        .await
    }

    /// One department in full.
    pub async fn department(&self, dept_id: i64) -> Result<Department, Error> {
        let call = Call::old("/topapi/v2/department/get", &json!({"dept_id": dept_id}));
        self.call(call, |answer| Department::read(answer.object("result")?)).await
    }

    /// The departments directly below one, within the scope, with their basic fields.
    pub async fn sub_departments(&self, dept_id: i64) -> Result<Vec<Department>, Error> {
        let call = Call::old("/topapi/v2/department/listsub", &json!({"dept_id": dept_id}));
        self.call(call, |answer| {
            let departments = answer.list("result", |item| Department::read(Object::of("result", item)?))?;
            departments.ok_or_else(|| Unexpected::missing("result"))
        })
        .await
    }

    /// The ids of all departments directly below one, also outside the scope: for diagnosis only.
    pub async fn sub_department_ids(&self, dept_id: i64) -> Result<Vec<i64>, Error> {
        let call = Call::old("/topapi/v2/department/listsubid", &json!({"dept_id": dept_id}));
        self.call(call, |answer| required(answer.object("result")?.integers("dept_id_list")?, "dept_id_list"))
            .await
    }

    /// The department itself, the one above it, and so on up to the enterprise; not limited by the scope.
    pub async fn department_ancestry(&self, dept_id: i64) -> Result<Vec<i64>, Error> {
        let call = Call::old("/topapi/v2/department/listparentbydept", &json!({"dept_id": dept_id}));
        self.call(call, |answer| {
            required(answer.object("result")?.integers("parent_id_list")?, "parent_id_list")
        })
        .await
    }

    /// A page of the people directly in a department. `cursor` is the previous page's `next_cursor`, or
    /// `None` for the first page. A page that promises more without a usable cursor is an error.
    pub async fn department_users(&self, dept_id: i64, cursor: Option<i64>) -> Result<UserPage, Error> {
        let cursor = cursor.unwrap_or(0);
        let body = json!({"dept_id": dept_id, "cursor": cursor, "size": PAGE, "contain_access_limit": true});
        let call = Call::old("/topapi/v2/user/list", &body);
        self.call(call, |answer| user_page(answer.object("result")?)).await
    }

    /// One person in full.
    pub async fn user(&self, userid: &str) -> Result<User, Error> {
        let call = Call::old("/topapi/v2/user/get", &json!({"userid": userid}));
        self.call(call, |answer| User::read(answer.object("result")?)).await
    }

    /// The ids of all people directly in a department, also outside the scope: for diagnosis only.
    pub async fn user_ids(&self, dept_id: i64) -> Result<Vec<String>, Error> {
        let call = Call::old("/topapi/user/listid", &json!({"dept_id": dept_id}));
        self.call(call, |answer| required(answer.object("result")?.texts("userid_list")?, "userid_list"))
            .await
    }

    /// How many people the enterprise has, within the scope or not; `only_active` counts activated ones only.
    pub async fn user_count(&self, only_active: bool) -> Result<i64, Error> {
        let call = Call::old("/topapi/user/count", &json!({"only_active": only_active}));
        self.call(call, |answer| answer.object("result")?.required_integer("count")).await
    }
}

impl Department {
    fn read(department: Object<'_>) -> Result<Self, Unexpected> {
        Ok(Self {
            dept_id: department.required_integer("dept_id")?,
            parent_id: department.integer("parent_id")?.value().copied(),
            name: department.required_text("name")?,
            order: department.integer("order")?.value().copied(),
            manager_userids: department.texts("dept_manager_userid_list")?,
        })
    }
}

fn user_page(result: Object<'_>) -> Result<UserPage, Unexpected> {
    let has_more = result.boolean("has_more")?;
    let cursor = result.get("next_cursor").and_then(wire::integer);
    let users = result.list("list", |item| User::read(Object::of("list", item)?))?;
    let next_cursor = match (has_more, cursor) {
        (Some(false), _) | (None, None) => None,
        (None, Some(_)) => return Err(Unexpected::missing("has_more")),
        (Some(true), None) => return Err(Unexpected("`has_more` without a usable `next_cursor`".to_owned())),
        (Some(true), Some(next)) => Some(next),
    };
    match users {
        Some(users) => Ok(UserPage { users, next_cursor }),
        // An empty department may lose its list on the way, but only when it says that nothing follows.
        None if has_more == Some(false) => Ok(UserPage::default()),
        None => Err(Unexpected::missing("list")),
    }
}

fn required<T>(list: Option<T>, key: &str) -> Result<T, Unexpected> {
    list.ok_or_else(|| Unexpected::missing(key))
}
