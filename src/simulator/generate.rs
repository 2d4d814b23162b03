//! Makes organisations of any size from a seed.
//!
//! Must not know applications or HTTP. Invariant: the same [`Shape`] always gives the same organisation, and
//! `members` is exactly the number of employees, awkward cases included (pupils come on top).

use super::awkward::{self, LARGE_ORDER};
use super::names::{DIVISIONS, GIVEN, MOBILE_PREFIXES, PLACES, SECTIONS, SURNAMES, TEAMS, TITLES};
use super::organisation::Organisation;
use super::random::Random;
use super::records::{Department, Membership, ROOT, User};

use serde::{Deserialize, Serialize};

/// What to generate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Shape {
    /// How many employees.
    pub members: usize,
    /// How many departments below the root; by default one for fifteen employees, at most 3,000.
    pub departments: Option<usize>,
    /// Where the random numbers start.
    pub seed: u64,
    /// Whether the cases that real directories hold and programs trip over are present.
    pub awkward: bool,
}

impl Default for Shape {
    fn default() -> Self {
        Self { members: 120, departments: None, seed: 1, awkward: true }
    }
}

impl Shape {
    /// An organisation without awkward cases.
    pub fn plain(members: usize, seed: u64) -> Self {
        Self { members, departments: None, seed, awkward: false }
    }

    /// An organisation with all awkward cases.
    pub fn awkward(members: usize, seed: u64) -> Self {
        Self { members, departments: None, seed, awkward: true }
    }

    fn department_count(&self) -> usize {
        self.departments.unwrap_or((self.members / 15).clamp(4, 3_000))
    }
}

/// The first generated department id; real ones are of this size.
const FIRST_DEPARTMENT: i64 = 700_100_000;
/// 2015-01-01, the earliest day on which generated people were hired.
const FIRST_HIRED: i64 = 1_420_041_600_000;

/// Builds the organisation.
pub fn generate(shape: &Shape, corp_id: &str, name: &str) -> Organisation {
    let mut maker = Maker {
        organisation: Organisation::new(corp_id, name),
        random: Random::new(shape.seed),
        unique: shape.seed.wrapping_mul(48_271) % 100_000_000,
    };
    let departments = maker.departments(shape.department_count());
    let mut people = maker.people(shape.members, &departments);
    if shape.awkward {
        awkward::departments().into_iter().for_each(|department| maker.put_department(department));
        awkward::pupils(maker.unique).for_each(|pupil| maker.put(pupil));
        awkward::people(&mut people, &departments, maker.unique);
    }
    for person in people {
        maker.put(person);
    }
    maker.appoint_heads(&departments);
    maker.organisation
}

struct Maker {
    organisation: Organisation,
    random: Random,
    /// Sets the numbers and ids of one seed apart from another's.
    unique: u64,
}

impl Maker {
    /// A tree of even width, at most five levels below the root.
    fn departments(&mut self, count: usize) -> Vec<i64> {
        let width = (1..).find(|width: &usize| width.pow(4) >= count).unwrap_or(1).max(3);
        let mut ids: Vec<i64> = Vec::with_capacity(count);
        for index in 0..count {
            let dept_id = FIRST_DEPARTMENT + i64::try_from(index).unwrap_or(0) * 37;
            let parent = if index < width { None } else { ids.get(index / width - 1).copied() };
            let position = index % width;
            let words = match (parent, index / width) {
                (None, _) => DIVISIONS,
                (_, group) if group <= width => SECTIONS,
                _ => TEAMS,
            };
            let word = words.get(position % words.len()).copied().unwrap_or_default();
            let round = position / words.len();
            let name = if round == 0 { word.to_owned() } else { format!("{word}{}", round + 1) };
            let department = Department {
                dept_id,
                parent_id: Some(parent.unwrap_or(ROOT)),
                name,
                order: i64::try_from(position).unwrap_or(0) * 10,
                create_dept_group: self.random.once_in(3),
                auto_add_user: self.random.once_in(2),
                ..Department::default()
            };
            self.put_department(department);
            ids.push(dept_id);
        }
        ids
    }

    fn people(&mut self, count: usize, departments: &[i64]) -> Vec<User> {
        (0..count).map(|index| self.person(index, departments)).collect()
    }

    fn person(&mut self, index: usize, departments: &[i64]) -> User {
        let number = (self.unique + index as u64 * 7_919) % 100_000_000;
        let dept_id = departments.get(self.random.below(departments.len())).copied().unwrap_or(ROOT);
        let order = LARGE_ORDER - i64::try_from(index).unwrap_or(0) * 512;
        let name = format!("{}{}", self.random.pick(SURNAMES), self.given());
        let hired = FIRST_HIRED + i64::try_from(self.random.below(4_000)).unwrap_or(0) * 86_400_000;
        let mut places = vec![Membership { dept_id, order, leader: false }];
        if self.random.once_in(12) {
            self.add_place(&mut places, departments);
        }
        User {
            userid: format!("{:04}{number:08}", self.random.below(10_000)),
            unionid: Some(format!("{}iEiE", self.random.hex(16))),
            name,
            avatar: Some(String::new()),
            state_code: Some("86".into()),
            mobile: Some(format!("{}{number:08}", self.random.pick(MOBILE_PREFIXES))),
            job_number: Some(format!("G{:06}", index + 1)),
            title: (!self.random.once_in(5)).then(|| self.random.pick(TITLES).to_owned()),
            email: self.random.once_in(3).then(|| format!("u{number:08}@example.com")),
            work_place: self.random.once_in(4).then(|| self.random.pick(PLACES).to_owned()),
            hired_date: Some(hired),
            active: !self.random.once_in(25),
            departments: places,
            ..User::default()
        }
    }

    fn given(&mut self) -> String {
        let first = self.random.pick(GIVEN);
        if self.random.once_in(3) { first.to_owned() } else { format!("{first}{}", self.random.pick(GIVEN)) }
    }

    fn add_place(&mut self, places: &mut Vec<Membership>, departments: &[i64]) {
        let dept_id = departments.get(self.random.below(departments.len())).copied().unwrap_or(ROOT);
        if places.iter().all(|place| place.dept_id != dept_id) {
            places.push(Membership { dept_id, order: LARGE_ORDER + 1, leader: false });
        }
    }

    /// The first member of each department leads it.
    fn appoint_heads(&mut self, departments: &[i64]) {
        for dept_id in departments {
            let Some(first) = self.organisation.members(*dept_id).next() else { continue };
            let mut head = User::clone(first);
            for place in &mut head.departments {
                place.leader |= place.dept_id == *dept_id;
            }
            if let Some(mut department) = self.organisation.department(*dept_id).cloned() {
                department.dept_manager_userid_list = vec![head.userid.clone()];
                self.put_department(department);
            }
            self.put(head);
        }
    }

    fn put_department(&mut self, department: Department) {
        let put = self.organisation.put_department(department);
        debug_assert_eq!(put, Ok(()), "generated departments have existing parents");
    }

    fn put(&mut self, person: User) {
        let put = self.organisation.put_user(person);
        debug_assert!(put.is_ok(), "generated people stand in existing departments");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn the_same_shape_gives_the_same_organisation() {
        let shape = Shape::awkward(300, 42);
        let [one, two] = [1, 2].map(|_| generate(&shape, "ding1", "甲"));
        assert!(one.users().eq(two.users()));
        assert!(one.departments().eq(two.departments()));
        let other = generate(&Shape::awkward(300, 43), "ding1", "甲");
        assert!(!one.users().eq(other.users()));
    }

    #[test]
    fn every_size_has_exactly_its_members_and_a_shallow_tree() {
        for members in [0, 1, 50, 120, 1_000, 5_000] {
            let organisation = generate(&Shape::awkward(members, 7), "ding1", "甲");
            assert_eq!(organisation.employee_count(false), members);
            let deepest = organisation.departments().map(|d| organisation.lineage(d.dept_id).len()).max();
            assert!(deepest <= Some(7), "root plus at most six levels, found {deepest:?}");
            for department in organisation.departments() {
                let names: Vec<_> = organisation
                    .children(department.dept_id)
                    .iter()
                    .filter_map(|id| organisation.department(*id))
                    .collect();
                let distinct: BTreeSet<_> = names.iter().map(|child| &child.name).collect();
                assert_eq!(names.len(), distinct.len(), "equal names under {}", department.name);
            }
        }
    }

    #[test]
    fn the_awkward_cases_are_all_there() {
        let organisation = generate(&Shape::awkward(240, 3), "ding1", "甲");
        let some = |case: &str, test: &dyn Fn(&User) -> bool| {
            assert!(organisation.users().any(|user| test(user)), "missing: {case}");
        };
        some("three departments", &|user| user.departments.len() >= 3);
        some("under the root", &|user| user.departments.iter().any(|place| place.dept_id == ROOT));
        some("no mobile", &|user| user.is_employee() && user.mobile.is_none());
        some("Hong Kong", &|user| user.mobile.as_deref().is_some_and(|number| number.starts_with("+852-")));
        some("spaces", &|user| user.mobile.as_deref().is_some_and(|number| number.contains(' ')));
        some("prefix", &|user| user.mobile.as_deref().is_some_and(|number| number.starts_with("+86-")));
        some("hidden", &|user| user.hide_mobile);
        some("empty text", &|user| user.email.as_deref() == Some(""));
        some("no unionid", &|user| user.is_employee() && user.unionid.is_none());
        some("restricted", &|user| user.access_limited);
        some("emoji", &|user| user.name.contains('🐉'));
        some("large order", &|user| user.departments.iter().any(|place| place.order > 1 << 53));
        let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
        let mut by_mobile: BTreeMap<&str, usize> = BTreeMap::new();
        let mut by_job_number: BTreeMap<&str, usize> = BTreeMap::new();
        for user in organisation.users() {
            *by_name.entry(&user.name).or_default() += 1;
            *by_mobile.entry(user.mobile.as_deref().unwrap_or("none")).or_default() += 1;
            *by_job_number.entry(user.job_number.as_deref().unwrap_or("none")).or_default() += 1;
        }
        by_mobile.remove("none");
        by_job_number.remove("none");
        assert!(by_name.get("张伟") >= Some(&2));
        assert_eq!(by_mobile.values().filter(|count| **count == 2).count(), 1, "one pair shares a number");
        assert!(by_job_number.values().any(|count| *count >= 2));
        assert!(organisation.departments().any(|d| organisation.members(d.dept_id).len() > 100), "a crowd");
        assert!(organisation.children(ROOT).iter().any(|id| *id < 0), "school contacts");
        assert!(
            organisation.departments().any(|d| d.dept_id > 1 && organisation.members(d.dept_id).len() == 0)
        );
    }
}
