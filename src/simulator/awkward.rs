//! The cases that real directories hold and naive programs trip over.
//!
//! Must not know how ordinary people are made. Invariant: each case touches one or two people of a fixed position,
//! so that all of them are surely present in every enterprise of 30 people or more.

use super::records::{Department, Membership, ROOT, Role, User};

/// The container of school contacts.
pub(crate) const SCHOOL: i64 = -7;
/// A school class; its members are pupils, not employees.
const CLASS: i64 = -701;
/// A department without members above another one without.
const EMPTY: i64 = 700_099_000;
/// A hidden department with an emoji in its name and very large orders.
const LABORATORY: i64 = 700_099_002;
/// A position as DingTalk hands them out: above 2^53, so that a parser through floating point shows itself.
pub(crate) const LARGE_ORDER: i64 = 176_295_442_315_471_512;

/// Empty departments, optional texts, and the school tree with its negative ids; parents first.
pub(crate) fn departments() -> Vec<Department> {
    let plain = |dept_id: i64, parent: i64, name: &str| Department {
        dept_id,
        parent_id: Some(parent),
        name: name.to_owned(),
        ..Department::default()
    };
    vec![
        Department { order: 900, ..plain(EMPTY, ROOT, "筹备组（空）") },
        plain(EMPTY + 1, EMPTY, "筹备一组"),
        Department {
            order: LARGE_ORDER,
            hide_dept: true,
            source_identifier: Some("hr:lab".into()),
            ..plain(LABORATORY, ROOT, "🚀 创新实验室")
        },
        plain(SCHOOL, ROOT, "家校通讯录"),
        plain(CLASS, SCHOOL, "一年级1班"),
    ]
}

/// Three pupils, told apart from other enterprises' by a number.
pub(crate) fn pupils(unique: u64) -> impl Iterator<Item = User> {
    (0..3).map(move |index| User {
        userid: format!("pupil{unique:08}{index}"),
        name: format!("学生{}", index + 1),
        departments: vec![Membership { dept_id: CLASS, order: 0, leader: false }],
        ..User::default()
    })
}

/// Turns the first people, one case each, into what breaks naive programs, and crowds the last ones into one
/// department, if there are people enough, so that it has more than a page of direct members.
pub(crate) fn people(people: &mut [User], departments: &[i64], unique: u64) {
    let twin_mobile = people.get(15).and_then(|person| person.mobile.clone());
    let tail = unique % 10_000;
    let crowd = departments.first().copied().unwrap_or(ROOT);
    // One department with more than a page of direct members, if there are people enough.
    let crowded = if people.len() >= 240 { people.len() - 120 } else { people.len() };
    for person in people.iter_mut().skip(crowded) {
        person.departments.retain(|place| place.dept_id != crowd);
        person.departments.push(Membership { dept_id: crowd, order: 0, leader: false });
    }
    for (index, person) in people.iter_mut().enumerate().take(30) {
        match index {
            0 => {
                person.admin = true;
                person.boss = true;
                let role = Role { id: 1881, name: "主管理员".into(), group_name: "默认".into() };
                person.role_list = vec![role];
                person.departments = vec![Membership { dept_id: ROOT, order: LARGE_ORDER, leader: true }];
            }
            1 | 2 => {
                let places: Vec<i64> = departments.iter().copied().take(3 + index).collect();
                person.departments = places
                    .into_iter()
                    .map(|dept_id| Membership { dept_id, order: LARGE_ORDER + dept_id, leader: index == 1 })
                    .collect();
            }
            3 => person.departments = vec![Membership { dept_id: ROOT, order: 0, leader: false }],
            4 | 5 => person.name = "张伟".into(),
            6 | 7 => person.job_number = Some("G000007".into()),
            8 | 9 => {
                person.mobile = None;
                person.state_code = None;
            }
            10 => {
                person.state_code = Some("852".into());
                person.mobile = Some(format!("+852-5123{tail:04}"));
            }
            11 => person.mobile = Some(format!("186 1234 {tail:04}")),
            12 => person.mobile = Some(format!("+86-1390002{tail:04}")),
            13 => {
                person.telephone = Some(String::new());
                person.email = Some(String::new());
                person.remark = Some(String::new());
            }
            14 => {
                person.job_number = None;
                person.title = None;
                person.email = None;
                person.hired_date = None;
                person.unionid = None;
                person.avatar = None;
            }
            16 => person.mobile.clone_from(&twin_mobile),
            17 => person.name = "龘䶮🐉".into(),
            18 => person.name = "𠮷野Ａnna O'Neil".into(),
            19 => person.hide_mobile = true,
            20 => person.senior = true,
            21 => {
                person.extension = Some(r#"{"爱好":"乒乓球","工位":"A-17"}"#.into());
                person.remark = Some("左撇子，\"请勿\"移动\n工位".into());
                person.org_email = Some("o21@corp.example.com".into());
                person.telephone = Some("010-86123456-2345".into());
            }
            22 => {
                person.exclusive_account = true;
                person.login_id = Some("factory.22".into());
                person.nickname = Some("老张".into());
                person.mobile = None;
                person.state_code = None;
            }
            23 => person.active = false,
            24 => person.access_limited = true,
            25 => person.name = format!(" {} ", person.name),
            26 => {
                let lab = Membership { dept_id: LABORATORY, order: i64::MAX, leader: true };
                person.departments.push(lab);
            }
            _ => {}
        }
    }
    let superior = people.first().map(|person| person.userid.clone());
    for person in people.iter_mut().skip(27).take(3) {
        person.manager_userid.clone_from(&superior);
    }
}
