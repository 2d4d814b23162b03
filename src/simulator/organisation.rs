//! One enterprise on the simulated platform: its departments, its people, and the indexes that make reading fast.
//!
//! Must not know applications, permissions, HTTP or events. Invariant: after every public call the indexes
//! (children of a department, members of a department, people by number and by unionid) agree with the records.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::records::{Department, ROOT, UNLISTED, User};

/// How far a chain of parents is followed before it is taken for a cycle.
const DEEPEST: usize = 64;

/// Why a change to an organisation was refused; a sentence for whoever drives the simulator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRefused(pub String);

impl std::fmt::Display for ChangeRefused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ChangeRefused {}

/// A member in the order in which a department lists its people.
type Listed = (Reverse<i64>, Arc<User>);

/// One enterprise.
#[derive(Clone, Debug)]
pub struct Organisation {
    corp_id: String,
    departments: BTreeMap<i64, Department>,
    users: BTreeMap<String, Arc<User>>,
    left: BTreeMap<String, Arc<User>>,
    children: HashMap<i64, Vec<i64>>,
    members: HashMap<i64, Vec<Listed>>,
    by_mobile: HashMap<String, Vec<String>>,
    by_unionid: HashMap<String, String>,
}

impl Organisation {
    /// An enterprise with nothing but its root department.
    pub fn new(corp_id: impl Into<String>, name: impl Into<String>) -> Self {
        let root = Department { dept_id: ROOT, parent_id: None, name: name.into(), ..Department::default() };
        Self {
            corp_id: corp_id.into(),
            departments: BTreeMap::from([(ROOT, root)]),
            users: BTreeMap::new(),
            left: BTreeMap::new(),
            children: HashMap::new(),
            members: HashMap::new(),
            by_mobile: HashMap::new(),
            by_unionid: HashMap::new(),
        }
    }

    /// The enterprise's id.
    pub fn corp_id(&self) -> &str {
        &self.corp_id
    }

    /// The enterprise's name, which is its root department's.
    pub fn name(&self) -> &str {
        self.departments.get(&ROOT).map_or("", |root| root.name.as_str())
    }

    /// One department.
    pub fn department(&self, dept_id: i64) -> Option<&Department> {
        self.departments.get(&dept_id)
    }

    /// All departments by id, the root and school contacts included.
    pub fn departments(&self) -> impl Iterator<Item = &Department> {
        self.departments.values()
    }

    /// One person who has not left.
    pub fn user(&self, userid: &str) -> Option<&Arc<User>> {
        self.users.get(userid)
    }

    /// Everybody who has not left, by userid, pupils included.
    pub fn users(&self) -> impl Iterator<Item = &Arc<User>> {
        self.users.values()
    }

    /// How many people work here; pupils and leavers are not counted.
    pub fn employee_count(&self, only_active: bool) -> usize {
        self.users.values().filter(|user| user.is_employee() && (user.active || !only_active)).count()
    }

    /// Somebody who has left, with the last record known.
    pub fn leaver(&self, userid: &str) -> Option<&Arc<User>> {
        self.left.get(userid)
    }

    /// The ids of the direct sub-departments, in the platform's order.
    pub fn children(&self, dept_id: i64) -> &[i64] {
        self.children.get(&dept_id).map_or(&[], Vec::as_slice)
    }

    /// The direct members of a department, in the platform's order.
    pub fn members(&self, dept_id: i64) -> impl ExactSizeIterator<Item = &Arc<User>> {
        self.members.get(&dept_id).map_or(&[] as &[Listed], Vec::as_slice).iter().map(|(_, user)| user)
    }

    /// The first person with this number, exactly as stored.
    pub fn user_by_mobile(&self, mobile: &str) -> Option<&Arc<User>> {
        self.by_mobile.get(mobile).and_then(|ids| ids.first()).and_then(|userid| self.users.get(userid))
    }

    /// The person with this unionid.
    pub fn user_by_unionid(&self, unionid: &str) -> Option<&Arc<User>> {
        let listed = self.by_unionid.get(unionid).map(String::as_str);
        let user = self.users.get(listed.or_else(|| unionid.strip_suffix(UNLISTED))?)?;
        (user.web_unionid() == unionid).then_some(user)
    }

    /// The department itself, its parent, and so on up to the root; bounded even if the data holds a cycle.
    pub fn lineage(&self, dept_id: i64) -> Vec<i64> {
        let mut chain = Vec::new();
        let mut next = self.departments.get(&dept_id);
        while let Some(department) = next {
            chain.push(department.dept_id);
            if chain.len() >= DEEPEST {
                break;
            }
            next = department.parent_id.and_then(|parent| self.departments.get(&parent));
        }
        chain
    }

    /// A department and everything below it.
    pub fn subtree(&self, dept_id: i64) -> Vec<i64> {
        let mut found = vec![dept_id];
        let mut next = 0;
        while let Some(&current) = found.get(next) {
            found.extend_from_slice(self.children(current));
            next += 1;
            if found.len() > self.departments.len() {
                break;
            }
        }
        found
    }

    /// Creates or replaces a department.
    ///
    /// # Errors
    /// When the parent does not exist or would make the department its own ancestor.
    pub fn put_department(&mut self, department: Department) -> Result<(), ChangeRefused> {
        let id = department.dept_id;
        match department.parent_id {
            None if id != ROOT => return Err(ChangeRefused(format!("department {id} needs a parent"))),
            Some(parent) if !self.departments.contains_key(&parent) => {
                return Err(ChangeRefused(format!("the parent {parent} of department {id} does not exist")));
            }
            Some(parent) if self.lineage(parent).contains(&id) => {
                return Err(ChangeRefused(format!("department {id} would be its own ancestor")));
            }
            _ => {}
        }
        self.forget_child(id);
        if let Some(parent) = department.parent_id {
            let key = (department.order, id);
            let departments = &self.departments;
            let siblings = self.children.entry(parent).or_default();
            let order_of = |child: &i64| (departments.get(child).map_or(0, |sibling| sibling.order), *child);
            let place = siblings.partition_point(|child| order_of(child) < key);
            siblings.insert(place, id);
        }
        self.departments.insert(id, department);
        Ok(())
    }

    /// Removes an empty department.
    ///
    /// # Errors
    /// When it is unknown, the root, or still has sub-departments or members.
    pub fn remove_department(&mut self, dept_id: i64) -> Result<Department, ChangeRefused> {
        if dept_id == ROOT {
            return Err(ChangeRefused("the root department cannot be removed".into()));
        }
        if !self.children(dept_id).is_empty() || self.members(dept_id).len() > 0 {
            return Err(ChangeRefused(format!("department {dept_id} still has sub-departments or members")));
        }
        self.forget_child(dept_id);
        self.departments
            .remove(&dept_id)
            .ok_or_else(|| ChangeRefused(format!("department {dept_id} does not exist")))
    }

    /// Creates, replaces or rehires a person; answers the record that stood there before.
    ///
    /// # Errors
    /// When the userid is empty or a department does not exist.
    pub fn put_user(&mut self, user: User) -> Result<Option<Arc<User>>, ChangeRefused> {
        if user.userid.is_empty() {
            return Err(ChangeRefused("a person needs a userid".into()));
        }
        if let Some(missing) =
            user.departments.iter().find(|place| !self.departments.contains_key(&place.dept_id))
        {
            return Err(ChangeRefused(format!(
                "department {} of {} does not exist",
                missing.dept_id, user.userid
            )));
        }
        let before = self.users.remove(&user.userid);
        if let Some(before) = &before {
            self.unindex(before);
        }
        self.left.remove(&user.userid);
        let user = Arc::new(user);
        for place in &user.departments {
            let listed = self.members.entry(place.dept_id).or_default();
            let at = position(listed, place.order, &user.userid);
            listed.insert(at, (Reverse(place.order), Arc::clone(&user)));
        }
        if let Some(mobile) = &user.mobile {
            self.by_mobile.entry(mobile.clone()).or_default().push(user.userid.clone());
        }
        if let Some(unionid) = &user.unionid {
            self.by_unionid.insert(unionid.clone(), user.userid.clone());
        }
        self.users.insert(user.userid.clone(), user);
        Ok(before)
    }

    /// Lets a person leave; the record is kept for a later rehire.
    ///
    /// # Errors
    /// When nobody has this userid.
    pub fn remove_user(&mut self, userid: &str) -> Result<Arc<User>, ChangeRefused> {
        let user = self
            .users
            .remove(userid)
            .ok_or_else(|| ChangeRefused(format!("nobody has the userid {userid}")))?;
        self.unindex(&user);
        self.left.insert(userid.to_owned(), Arc::clone(&user));
        Ok(user)
    }

    fn forget_child(&mut self, dept_id: i64) {
        let parent = self.departments.get(&dept_id).and_then(|department| department.parent_id);
        if let Some(siblings) = parent.and_then(|parent| self.children.get_mut(&parent)) {
            siblings.retain(|child| *child != dept_id);
        }
    }

    fn unindex(&mut self, user: &User) {
        for place in &user.departments {
            if let Some(listed) = self.members.get_mut(&place.dept_id) {
                listed.retain(|(_, other)| other.userid != user.userid);
            }
        }
        if let Some(ids) = user.mobile.as_ref().and_then(|mobile| self.by_mobile.get_mut(mobile)) {
            ids.retain(|userid| *userid != user.userid);
        }
        if let Some(unionid) = &user.unionid {
            self.by_unionid.remove(unionid);
        }
    }
}

/// Where somebody with this order stands among the listed: larger orders first, then by userid.
fn position(listed: &[Listed], order: i64, userid: &str) -> usize {
    listed.partition_point(|(other, user)| (*other, user.userid.as_str()) < (Reverse(order), userid))
}

#[cfg(test)]
mod tests {
    use super::super::records::Membership;
    use super::*;

    fn person(userid: &str, dept_id: i64, order: i64) -> User {
        User {
            userid: userid.into(),
            mobile: Some("13800000000".into()),
            departments: vec![Membership { dept_id, order, leader: false }],
            ..User::default()
        }
    }

    fn two_levels() -> Organisation {
        let mut organisation = Organisation::new("dingtest", "Test");
        for (dept_id, parent, order) in [(10, ROOT, 2), (11, ROOT, 1), (20, 10, 0)] {
            let department = Department { dept_id, parent_id: Some(parent), order, ..Department::default() };
            organisation.put_department(department).unwrap();
        }
        organisation
    }

    #[test]
    fn children_stand_in_order_and_follow_a_move() {
        let mut organisation = two_levels();
        assert_eq!(organisation.children(ROOT), [11, 10]);
        let moved = Department { parent_id: Some(11), ..organisation.department(20).unwrap().clone() };
        organisation.put_department(moved).unwrap();
        assert_eq!(organisation.children(10), [] as [i64; 0]);
        assert_eq!(organisation.lineage(20), [20, 11, ROOT]);
    }

    #[test]
    fn a_department_cannot_become_its_own_ancestor() {
        let mut organisation = two_levels();
        let cycle = Department { parent_id: Some(20), ..organisation.department(10).unwrap().clone() };
        assert!(organisation.put_department(cycle).is_err());
        assert!(organisation.remove_department(10).is_err(), "it still has a child");
    }

    #[test]
    fn members_stand_by_descending_order_and_leave_every_index() {
        let mut organisation = two_levels();
        for (userid, order) in [("c", 5), ("a", 5), ("b", 9)] {
            organisation.put_user(person(userid, 10, order)).unwrap();
        }
        let listed = |organisation: &Organisation| {
            organisation.members(10).map(|u| u.userid.clone()).collect::<Vec<_>>()
        };
        assert_eq!(listed(&organisation), ["b", "a", "c"]);
        assert_eq!(organisation.user_by_mobile("13800000000").unwrap().userid, "c", "the first who had it");
        organisation.remove_user("c").unwrap();
        assert_eq!(listed(&organisation), ["b", "a"]);
        assert_eq!(organisation.user_by_mobile("13800000000").unwrap().userid, "a");
        assert!(organisation.leaver("c").is_some());
        organisation.put_user(person("c", 20, 0)).unwrap();
        assert!(organisation.leaver("c").is_none());
        assert_eq!(organisation.subtree(10), [10, 20]);
    }
}
