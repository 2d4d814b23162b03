//! Changes to a running organisation, each followed by the contact event it causes.
//!
//! Must not know HTTP or how events travel. Invariant: the change is visible to every call before its event is sent.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::organisation::{ChangeRefused, Organisation};
use super::platform::Platform;
use super::records::{Department, Membership, ROOT, User};

impl Platform {
    fn change<T>(
        &self,
        corp_id: &str,
        change: impl FnOnce(&mut Organisation) -> Result<T, ChangeRefused>,
    ) -> Result<T, ChangeRefused> {
        let mut world = self.world_mut();
        let organisation = world.organisations.get_mut(corp_id);
        change(organisation.ok_or_else(|| ChangeRefused(format!("there is no enterprise {corp_id}")))?)
    }

    fn emit_about_user(&self, corp_id: &str, event_type: &str, userid: &str, extra: Option<(&str, Value)>) {
        let mut data = Map::new();
        data.insert("timeStamp".into(), json!(self.now().to_string()));
        data.insert("userId".into(), json!([userid]));
        data.extend(extra.map(|(key, value)| (key.to_owned(), value)));
        self.emit(corp_id, event_type, data);
    }

    fn emit_about_department(&self, corp_id: &str, event_type: &str, dept_id: i64) {
        self.emit(corp_id, event_type, Map::from_iter([("deptId".to_owned(), json!([dept_id]))]));
    }

    /// Creates or replaces a department.
    ///
    /// # Errors
    /// When the enterprise or the parent does not exist, or a cycle would arise.
    pub fn put_department(&self, corp_id: &str, department: Department) -> Result<(), ChangeRefused> {
        let dept_id = department.dept_id;
        let known = self.change(corp_id, |organisation| {
            let known = organisation.department(dept_id).is_some();
            organisation.put_department(department).map(|()| known)
        })?;
        match (dept_id, known) {
            (ROOT, _) => drop(self.emit(corp_id, "org_change", Map::new())),
            (_, true) => self.emit_about_department(corp_id, "org_dept_modify", dept_id),
            (_, false) => self.emit_about_department(corp_id, "org_dept_create", dept_id),
        }
        Ok(())
    }

    /// Changes a department in place.
    ///
    /// # Errors
    /// When it does not exist or the change is impossible.
    pub fn change_department(
        &self,
        corp_id: &str,
        dept_id: i64,
        change: impl FnOnce(&mut Department),
    ) -> Result<(), ChangeRefused> {
        let found = self.with_organisation(corp_id, |organisation| organisation.department(dept_id).cloned());
        let mut department =
            found.flatten().ok_or_else(|| ChangeRefused(format!("department {dept_id} does not exist")))?;
        change(&mut department);
        self.put_department(corp_id, department)
    }

    /// Removes an empty department.
    ///
    /// # Errors
    /// When it is unknown, the root, or not empty.
    pub fn remove_department(&self, corp_id: &str, dept_id: i64) -> Result<(), ChangeRefused> {
        self.change(corp_id, |organisation| organisation.remove_department(dept_id))?;
        self.emit_about_department(corp_id, "org_dept_remove", dept_id);
        Ok(())
    }

    /// Creates, replaces or rehires a person.
    ///
    /// # Errors
    /// When the enterprise or one of the departments does not exist.
    pub fn put_user(&self, corp_id: &str, user: User) -> Result<(), ChangeRefused> {
        let after = user.clone();
        match self.change(corp_id, |organisation| organisation.put_user(user))? {
            None => self.emit_about_user(corp_id, "user_add_org", &after.userid, None),
            Some(before) => {
                let difference = difference(&before, &after);
                self.emit_about_user(
                    corp_id,
                    "user_modify_org",
                    &after.userid,
                    Some(("diffInfo", difference)),
                );
                let turned = [
                    ("org_admin_add", !before.admin && after.admin),
                    ("org_admin_remove", before.admin && !after.admin),
                    ("user_active_org", !before.active && after.active),
                ];
                for (event_type, _) in turned.into_iter().filter(|(_, happened)| *happened) {
                    self.emit_about_user(corp_id, event_type, &after.userid, None);
                }
            }
        }
        Ok(())
    }

    /// Changes a person in place.
    ///
    /// # Errors
    /// When nobody has the userid or the change is impossible.
    pub fn change_user(
        &self,
        corp_id: &str,
        userid: &str,
        change: impl FnOnce(&mut User),
    ) -> Result<(), ChangeRefused> {
        let found = self.with_organisation(corp_id, |organisation| organisation.user(userid).cloned());
        let user = found.flatten().ok_or_else(|| ChangeRefused(format!("nobody has the userid {userid}")))?;
        let mut user = Arc::unwrap_or_clone(user);
        change(&mut user);
        self.put_user(corp_id, user)
    }

    /// Moves a person to exactly these departments.
    ///
    /// # Errors
    /// When nobody has the userid or a department does not exist.
    pub fn move_user(&self, corp_id: &str, userid: &str, departments: &[i64]) -> Result<(), ChangeRefused> {
        self.change_user(corp_id, userid, |user| {
            let places = departments.iter().map(|dept_id| {
                let kept = user.departments.iter().find(|place| place.dept_id == *dept_id).cloned();
                kept.unwrap_or(Membership { dept_id: *dept_id, order: 0, leader: false })
            });
            user.departments = places.collect();
        })
    }

    /// Lets a person leave.
    ///
    /// # Errors
    /// When nobody has the userid.
    pub fn remove_user(&self, corp_id: &str, userid: &str) -> Result<(), ChangeRefused> {
        self.change(corp_id, |organisation| organisation.remove_user(userid))?;
        self.emit_about_user(corp_id, "user_leave_org", userid, None);
        Ok(())
    }

    /// Brings back a person who left, exactly as before.
    ///
    /// # Errors
    /// When nobody with this userid has left, or the department is gone.
    pub fn rehire(&self, corp_id: &str, userid: &str) -> Result<(), ChangeRefused> {
        let left = self.with_organisation(corp_id, |organisation| organisation.leaver(userid).cloned());
        let user = left.flatten().ok_or_else(|| ChangeRefused(format!("{userid} has not left")))?;
        self.put_user(corp_id, Arc::unwrap_or_clone(user))
    }
}

/// The fields that modification events tell about, before and after, as far as they differ.
fn difference(before: &User, after: &User) -> Value {
    let shown = |user: &User| {
        [
            ("name", Some(user.name.clone())),
            ("managerUserid", user.manager_userid.clone()),
            ("telephone", user.telephone.clone()),
            ("email", user.email.clone()),
            ("jobNumber", user.job_number.clone()),
            ("workPlace", user.work_place.clone()),
        ]
    };
    let (mut prev, mut curr) = (Map::new(), Map::new());
    for ((key, old), (_, new)) in shown(before).into_iter().zip(shown(after)) {
        if old != new {
            prev.extend(old.map(|old| (key.to_owned(), json!(old))));
            curr.extend(new.map(|new| (key.to_owned(), json!(new))));
        }
    }
    json!({ "userid": after.userid, "prev": prev, "curr": curr })
}
