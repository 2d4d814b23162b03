//! Undoing single things by name, and undoing whole runs by random histories.

use proptest::prelude::*;

use super::*;
use crate::domain::directory::account::Username;
use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::directory::profile::ProfileField;
use crate::domain::sync::model::*;
use crate::domain::sync::snapshot::{Snapshot, UpstreamDepartment};

fn undo(changes: &[Change], stored: &Stored) -> (Stored, Plan) {
    let plan = revert(changes, stored, POLICY, AT);
    (land(stored, &plan), plan)
}

/// What a directory says of somebody, without the times and without those who left.
fn export(stored: &Stored) -> Vec<(Member, Option<Username>)> {
    let here = stored.members.iter().filter(|member| member.status != MemberStatus::Left);
    here.map(|member| {
        let username = stored.accounts[&member.account].username.clone();
        (Member { updated_at: AT, ..member.clone() }, username)
    })
    .collect()
}

fn notes(plan: &Plan) -> Vec<String> {
    plan.changes()
        .filter(|change| change.kind == ChangeKind::Skipped)
        .map(|one| one.note.unwrap().en)
        .collect()
}

/// A snapshot with one more department, below `parent`.
fn grown(people: Vec<crate::domain::sync::snapshot::UpstreamPerson>, dept_id: i64, parent: i64) -> Snapshot {
    let mut snapshot = snapshot(people);
    snapshot.departments.push(UpstreamDepartment {
        dept_id,
        parent: Some(parent),
        name: format!("部门{dept_id}"),
        order: Some(dept_id),
        position: 0,
    });
    snapshot
}

#[test]
fn a_run_is_undone_field_by_field() {
    let before = landed(vec![
        person("u1", "王芳", Some("13800000001"), &[2]),
        person("u2", "李强", Some("13800000002"), &[2]),
    ]);
    let people = vec![
        person("u1", "王小芳", Some("13800000009"), &[3]),
        person("u3", "张伟", Some("13800000002"), &[2]),
    ];
    let plan = make(&before, snapshot(people.clone()));
    let changes: Vec<Change> = plan.changes().collect();
    let ran = land(&before, &plan);
    let (undone, plan) = undo(&changes, &ran);
    assert_eq!(export(&undone), export(&before));
    assert_eq!((plan.counts().members_updated, plan.counts().members_restored), (1, 1));
    assert!(!make(&undone, snapshot(people)).is_empty(), "the next run plans it again");
    let again: Vec<Change> = plan.changes().collect();
    assert_eq!(export(&undo(&again, &undone).0), export(&ran), "undoing the undoing");
}

#[test]
fn a_newcomer_leaves_and_gives_a_borrowed_number_back() {
    let before = landed(vec![person("u1", "王芳", Some("13800000001"), &[2])]);
    let plan = make(
        &before,
        snapshot(vec![
            person("u1", "王芳", Some("13800000002"), &[2]),
            person("u2", "李强", Some("13800000001"), &[2]),
        ]),
    );
    let changes: Vec<Change> = plan.changes().collect();
    let (undone, plan) = undo(&changes, &land(&before, &plan));
    assert_eq!(export(&undone), export(&before));
    assert_eq!(username(&undone, "u1").as_deref(), Some("13800000001"));
    assert_eq!(username(&undone, "u2"), None);
    assert_eq!(member(&undone, "u2").status, MemberStatus::Left);
    assert_eq!(plan.counts().skipped, 0);
}

#[test]
fn what_was_changed_again_or_pinned_since_stays_and_is_told() {
    let before = landed(vec![person("u1", "王芳", None, &[2]), person("u2", "李强", None, &[2])]);
    let people = vec![person("u1", "王小芳", None, &[3]), person("u2", "李小强", None, &[2])];
    let plan = make(&before, snapshot(people));
    let changes: Vec<Change> = plan.changes().collect();
    let mut ran = land(&before, &plan);
    for row in &mut ran.members {
        match row.profile.name() {
            "王小芳" => row.profile.set(ProfileField::Name, Some("王大芳".into())),
            _ => drop(row.pinned.insert(ProfileField::Name)),
        }
    }
    let (undone, plan) = undo(&changes, &ran);
    assert_eq!(member(&undone, "u1").profile.name(), "王大芳");
    assert_eq!(member(&undone, "u1").memberships, member(&before, "u1").memberships);
    assert_eq!(member(&undone, "u2").profile.name(), "李小强");
    assert_eq!(notes(&plan).len(), 2);
}

#[test]
fn departments_come_back_with_their_people_and_new_ones_go_when_empty() {
    let before = landed(vec![person("u1", "王芳", None, &[2]), person("u2", "李强", None, &[3])]);
    let mut upstream = grown(vec![person("u1", "王芳", None, &[4]), person("u2", "李强", None, &[3])], 4, 3);
    upstream.departments.retain(|one| one.dept_id != 2);
    let plan = make(&before, upstream);
    assert_eq!((plan.counts().departments_created, plan.counts().departments_removed), (1, 1));
    let changes: Vec<Change> = plan.changes().collect();
    let ran = land(&before, &plan);
    let (undone, _) = undo(&changes, &ran);
    assert_eq!(undone.departments, before.departments);
    assert_eq!(export(&undone), export(&before));

    let mut busy = ran;
    let new = busy.departments.iter().find(|row| row.dingtalk_dept_id == Some(4)).unwrap().id;
    let other = busy.members.iter_mut().find(|row| row.profile.name() == "李强").unwrap();
    other.memberships[0].department = new;
    let (undone, plan) = undo(&changes, &busy);
    assert!(undone.departments.iter().any(|row| row.id == new), "somebody else is in it now");
    assert_eq!(notes(&plan).len(), 1);
}

#[test]
fn a_department_moves_back_unless_it_would_lie_below_itself() {
    let before = landed(vec![]);
    let mut upstream = snapshot(vec![]);
    upstream.departments[2].parent = Some(2);
    let plan = make(&before, upstream);
    let changes: Vec<Change> = plan.changes().collect();
    let ran = land(&before, &plan);
    assert_eq!(undo(&changes, &ran).0.departments, before.departments);

    // Undo the move of 3 out of 1, after 1 itself was put below 3.
    let mut tangled = ran.clone();
    let id = |number| ran.departments.iter().find(|row| row.dingtalk_dept_id == Some(number)).unwrap().id;
    for row in &mut tangled.departments {
        match row.dingtalk_dept_id {
            Some(1) => row.parent = Some(id(3)),
            Some(2) => row.parent = None,
            _ => {}
        }
    }
    let (undone, plan) = undo(&changes, &tangled);
    let three = undone.departments.iter().find(|row| row.dingtalk_dept_id == Some(3)).unwrap();
    assert_eq!(three.parent, Some(id(2)));
    assert_eq!(notes(&plan).len(), 1);
}

#[test]
fn a_removed_department_that_exists_anew_takes_its_people_back() {
    let before = landed(vec![person("u1", "王芳", None, &[2])]);
    let mut without = snapshot(vec![person("u1", "王芳", None, &[1])]);
    without.departments.retain(|one| one.dept_id != 2);
    let plan = make(&before, without);
    let changes: Vec<Change> = plan.changes().collect();
    let ran = land(&before, &plan);
    let anew = land(&ran, &make(&ran, snapshot(vec![person("u1", "王芳", None, &[1])])));
    let (undone, plan) = undo(&changes, &anew);
    let two = undone.departments.iter().find(|row| row.dingtalk_dept_id == Some(2)).unwrap();
    assert_eq!(member(&undone, "u1").memberships[0].department, two.id);
    assert_eq!(notes(&plan).len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Right after a run, its revert puts back everybody who was here, as they were.
    #[test]
    fn a_run_and_its_revert_leave_nothing(history in prop::collection::vec(any_people(), 2..5)) {
        let mut stored = Stored::empty(TENANT);
        for people in history {
            let plan = make(&stored, snapshot(people));
            let changes: Vec<Change> = plan.changes().collect();
            let ran = land(&stored, &plan);
            let (undone, plan) = undo(&changes, &ran);
            prop_assert_eq!(notes(&plan), Vec::<String>::new());
            if !stored.members.is_empty() {
                prop_assert_eq!(export(&undone), export(&stored));
                prop_assert_eq!(&undone.departments, &stored.departments);
            }
            stored = ran;
        }
    }
}
