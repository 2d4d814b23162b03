//! A person as the two detailed calls show them.
//!
//! Must not know HTTP or scope. Invariant: what [`FieldRights`] does not cover is not written at all.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::oapi::Asked;
use super::records::{Membership, Role, User};

/// Which protected fields an application may see.
#[derive(Clone, Copy)]
pub(crate) struct FieldRights {
    mobile: bool,
    personal: bool,
    hidden_mobile: bool,
}

impl FieldRights {
    pub(crate) fn of(asked: &Asked<'_>) -> Self {
        Self {
            mobile: asked.application.field_mobile,
            personal: asked.application.field_email,
            hidden_mobile: !asked.platform.behaviour().hidden_mobile_absent,
        }
    }
}

/// The fields that both calls have.
#[derive(Serialize)]
struct Common<'a> {
    userid: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unionid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mobile: Option<&'a str>,
    hide_mobile: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    org_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    work_place: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remark: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extension: Option<&'a str>,
    dept_id_list: Ids<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hired_date: Option<i64>,
    active: bool,
    admin: bool,
    boss: bool,
    exclusive_account: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    login_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nickname: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exclusive_account_type: Option<&'static str>,
}

impl<'a> Common<'a> {
    fn new(user: &'a User, rights: FieldRights) -> Self {
        let number = rights.mobile && (rights.hidden_mobile || !user.hide_mobile);
        let text = |value: &'a Option<String>, shown: bool| value.as_deref().filter(|_| shown);
        Self {
            userid: &user.userid,
            name: &user.name,
            unionid: text(&user.unionid, true),
            avatar: text(&user.avatar, true),
            state_code: text(&user.state_code, number),
            mobile: text(&user.mobile, number),
            hide_mobile: user.hide_mobile,
            telephone: text(&user.telephone, true),
            job_number: text(&user.job_number, true),
            title: text(&user.title, true),
            email: text(&user.email, rights.personal),
            org_email: text(&user.org_email, rights.personal),
            work_place: text(&user.work_place, rights.personal),
            remark: text(&user.remark, rights.personal),
            extension: text(&user.extension, rights.personal),
            dept_id_list: Ids(&user.departments),
            hired_date: user.hired_date,
            active: user.active,
            admin: user.admin,
            boss: user.boss,
            exclusive_account: user.exclusive_account,
            login_id: text(&user.login_id, true),
            nickname: text(&user.nickname, user.exclusive_account),
            exclusive_account_type: user.exclusive_account.then_some("dingtalk"),
        }
    }
}

/// Memberships written as the ids of their departments.
struct Ids<'a>(&'a [Membership]);

impl Serialize for Ids<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut ids = serializer.serialize_seq(Some(self.0.len()))?;
        for place in self.0 {
            ids.serialize_element(&place.dept_id)?;
        }
        ids.end()
    }
}

/// A person in the list of one department.
#[derive(Serialize)]
pub(crate) struct Listed<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    dept_order: i64,
    leader: bool,
}

impl<'a> Listed<'a> {
    pub(crate) fn new(user: &'a User, dept_id: i64, rights: FieldRights) -> Self {
        let place = user.departments.iter().find(|place| place.dept_id == dept_id);
        Self {
            common: Common::new(user, rights),
            dept_order: place.map_or(0, |place| place.order),
            leader: place.is_some_and(|place| place.leader),
        }
    }
}

#[derive(Serialize)]
struct OrderIn {
    dept_id: i64,
    order: i64,
}

#[derive(Serialize)]
struct LeaderIn {
    dept_id: i64,
    leader: bool,
}

/// A person alone, with everything.
#[derive(Serialize)]
pub(crate) struct Detail<'a> {
    #[serde(flatten)]
    common: Common<'a>,
    dept_order_list: Vec<OrderIn>,
    leader_in_dept: Vec<LeaderIn>,
    senior: bool,
    real_authed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    manager_userid: Option<&'a str>,
    #[serde(skip_serializing_if = "<[Role]>::is_empty")]
    role_list: &'a [Role],
}

impl<'a> Detail<'a> {
    pub(crate) fn new(user: &'a User, rights: FieldRights) -> Self {
        let places = user.departments.iter();
        Self {
            common: Common::new(user, rights),
            dept_order_list: places.clone().map(|p| OrderIn { dept_id: p.dept_id, order: p.order }).collect(),
            leader_in_dept: places.map(|p| LeaderIn { dept_id: p.dept_id, leader: p.leader }).collect(),
            senior: user.senior,
            real_authed: user.real_authed,
            manager_userid: user.manager_userid.as_deref(),
            role_list: &user.role_list,
        }
    }
}
