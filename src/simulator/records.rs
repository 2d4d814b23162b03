//! What the platform stores: departments, people, memberships and roles, field by field.
//!
//! Must not know indexes, HTTP or events. Invariant: `None` means that the platform leaves the key out, an empty
//! text is sent as such; both occur in real enterprises.

use serde::{Deserialize, Serialize};

/// The id of every enterprise's root department.
pub const ROOT: i64 = 1;
/// Ends the unionids of people whose contact entry lacks the key.
pub(crate) const UNLISTED: &str = "-unlisted";

/// A department, in the words of the platform's own answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Department {
    /// Unique in the enterprise; negative for school contacts.
    pub dept_id: i64,
    /// The parent; absent only for the root.
    pub parent_id: Option<i64>,
    /// 1 to 64 characters.
    pub name: String,
    /// Position inside the parent, smaller first.
    pub order: i64,
    /// Whether the department has a chat group of its own.
    pub create_dept_group: bool,
    /// Whether newcomers join that group by themselves.
    pub auto_add_user: bool,
    /// The userids of the heads.
    pub dept_manager_userid_list: Vec<String>,
    /// Hidden in the client's contacts; the interfaces still return it.
    pub hide_dept: bool,
    /// Its members see only a part of the contacts.
    pub outer_dept: bool,
    /// A key that some other system stored here.
    pub source_identifier: Option<String>,
    /// The owner of the department's group.
    pub org_dept_owner: Option<String>,
}

impl Default for Department {
    fn default() -> Self {
        Self {
            dept_id: 0,
            parent_id: Some(ROOT),
            name: String::new(),
            order: 0,
            create_dept_group: false,
            auto_add_user: false,
            dept_manager_userid_list: Vec::new(),
            hide_dept: false,
            outer_dept: false,
            source_identifier: None,
            org_dept_owner: None,
        }
    }
}

/// One person's place in one department.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Membership {
    /// The department.
    pub dept_id: i64,
    /// Larger first; values around 1.7e17 occur.
    pub order: i64,
    /// Whether the person leads it.
    pub leader: bool,
}

/// A role somebody holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// The role's id.
    pub id: i64,
    /// The role's name.
    pub name: String,
    /// The group the role is listed under.
    pub group_name: String,
}

/// A person of the enterprise. `None` means that the platform leaves the key out; an empty text is sent as such.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields carry the platform's own names, explained in its documentation")]
pub struct User {
    pub userid: String,
    pub unionid: Option<String>,
    pub name: String,
    pub avatar: Option<String>,
    pub state_code: Option<String>,
    pub mobile: Option<String>,
    pub hide_mobile: bool,
    pub telephone: Option<String>,
    pub job_number: Option<String>,
    pub title: Option<String>,
    pub email: Option<String>,
    pub org_email: Option<String>,
    pub work_place: Option<String>,
    pub remark: Option<String>,
    /// A JSON object inside a text.
    pub extension: Option<String>,
    pub departments: Vec<Membership>,
    pub manager_userid: Option<String>,
    /// Milliseconds since 1970.
    pub hired_date: Option<i64>,
    pub active: bool,
    pub admin: bool,
    pub boss: bool,
    pub senior: bool,
    pub real_authed: bool,
    pub role_list: Vec<Role>,
    pub exclusive_account: bool,
    pub login_id: Option<String>,
    pub nickname: Option<String>,
    /// Left out of lists unless `contain_access_limit` asks for such people.
    pub access_limited: bool,
}

impl Default for User {
    fn default() -> Self {
        Self {
            userid: String::new(),
            unionid: None,
            name: String::new(),
            avatar: Some(String::new()),
            state_code: None,
            mobile: None,
            hide_mobile: false,
            telephone: None,
            job_number: None,
            title: None,
            email: None,
            org_email: None,
            work_place: None,
            remark: None,
            extension: None,
            departments: vec![Membership { dept_id: ROOT, order: 0, leader: false }],
            manager_userid: None,
            hired_date: None,
            active: true,
            admin: false,
            boss: false,
            senior: false,
            real_authed: true,
            role_list: Vec::new(),
            exclusive_account: false,
            login_id: None,
            nickname: None,
            access_limited: false,
        }
    }
}

impl User {
    /// Whether the person works here: pupils and parents stand only in departments with negative ids.
    pub fn is_employee(&self) -> bool {
        self.departments.iter().any(|membership| membership.dept_id > 0)
    }

    /// The unionid that signing in on the web reveals, also of people whose contact entry lacks the key.
    pub fn web_unionid(&self) -> String {
        self.unionid.clone().unwrap_or_else(|| format!("{}{UNLISTED}", self.userid))
    }
}
