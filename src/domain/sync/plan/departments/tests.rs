//! Departments that appear, move and go, on the model of a directory.

use super::*;
use crate::domain::sync::model::*;
use crate::domain::sync::snapshot::{UpstreamDepartment, UpstreamPerson};

fn somebody(dept_id: i64) -> Vec<UpstreamPerson> {
    vec![person("u1", "王芳", Some("13800000001"), &[dept_id])]
}

fn with(mut snapshot: Snapshot, dept_id: i64, parent: i64, name: &str) -> Snapshot {
    let (parent, name) = (Some(parent), name.to_owned());
    snapshot.departments.push(UpstreamDepartment {
        dept_id,
        parent,
        name,
        order: Some(dept_id),
        position: 0,
    });
    snapshot
}

fn without(mut snapshot: Snapshot, dept_id: i64) -> Snapshot {
    snapshot.departments.retain(|department| department.dept_id != dept_id);
    snapshot
}

fn department(stored: &Stored, dept_id: i64) -> &Department {
    stored.departments.iter().find(|row| row.dingtalk_dept_id == Some(dept_id)).unwrap()
}

/// Lands a read and proves that the same read again would change nothing.
fn settled(stored: &Stored, read: &Snapshot) -> Stored {
    let after = land(stored, &make(stored, read.clone()));
    assert!(make(&after, read.clone()).is_empty());
    let ids: Vec<DepartmentId> = after.departments.iter().map(|row| row.id).collect();
    let hangs = |row: &&Department| row.parent.is_some_and(|parent| !ids.contains(&parent));
    assert_eq!(after.departments.iter().find(hangs), None, "no department hangs in the air");
    after
}

#[test]
fn one_that_was_made_anew_under_the_same_name_is_another_one() {
    let stored = landed(somebody(2));
    let read = with(without(snapshot(somebody(9)), 2), 9, 1, "部门2");
    let counts = make(&stored, read.clone()).counts();
    assert_eq!((counts.departments_created, counts.departments_removed, counts.members_updated), (1, 1, 1));
    let after = settled(&stored, &read);
    assert_eq!(member(&after, "u1").memberships[0].department, department(&after, 9).id);
    assert_ne!(department(&after, 9).id, department(&stored, 2).id);
}

#[test]
fn one_moves_below_another_that_is_made_in_the_same_run() {
    let stored = landed(somebody(2));
    let mut read = with(snapshot(somebody(2)), 9, 1, "新部门");
    read.departments.iter_mut().filter(|one| one.dept_id == 2).for_each(|one| one.parent = Some(9));
    let after = settled(&stored, &read);
    assert_eq!(department(&after, 2).parent, Some(department(&after, 9).id));
    assert_eq!(department(&after, 2).id, department(&stored, 2).id);
}

#[test]
fn one_outlives_the_one_above_it() {
    let grown = with(snapshot(somebody(9)), 9, 2, "小组");
    let stored = settled(&landed(somebody(2)), &grown);
    let after = settled(&stored, &with(without(snapshot(somebody(9)), 2), 9, 1, "小组"));
    assert_eq!(department(&after, 9).parent, Some(department(&after, 1).id));
    assert_eq!(member(&after, "u1").memberships, member(&stored, "u1").memberships);
}

/// A department that nobody in DingTalk knows hung below two that go: it moves up, and never hangs in the air.
#[test]
fn a_local_one_outlives_those_above_it() {
    let mut stored = settled(&landed(somebody(1)), &with(snapshot(somebody(1)), 9, 2, "小组"));
    let local = Department {
        id: DepartmentId(Uuid::from_u128(900)),
        tenant: TENANT,
        parent: Some(department(&stored, 9).id),
        name: "本地".into(),
        order: 0,
        dingtalk_dept_id: None,
        formerly: None,
    };
    stored.departments.push(local.clone());
    let after = settled(&stored, &without(snapshot(somebody(1)), 2));
    let lifted = after.departments.iter().find(|row| row.id == local.id).unwrap();
    assert_eq!(lifted.parent, Some(department(&after, 1).id));
}

/// The application's scope shrinks to two departments side by side, and widens again.
#[test]
fn two_tops_are_two_roots_and_become_a_tree_again() {
    let stored = landed(somebody(2));
    let mut narrow = without(snapshot(somebody(2)), 1);
    narrow.departments.iter_mut().for_each(|one| one.parent = None);
    let after = settled(&stored, &narrow);
    assert_eq!((department(&after, 2).parent, department(&after, 3).parent), (None, None));
    let wide = settled(&after, &snapshot(somebody(2)));
    assert_eq!(department(&wide, 2).parent, Some(department(&wide, 1).id));
    assert_eq!(department(&wide, 2).id, department(&stored, 2).id);
}
