//! Parting and coming back, on the model of a directory.

use super::*;
use crate::domain::sync::model::*;

fn parted(stored: &Stored, members: DetachedMembers) -> Stored {
    let plan = detach(stored, members, POLICY, AT, &mut || panic!("nothing is made"));
    land(stored, &plan)
}

fn two() -> Stored {
    landed(vec![
        person("u1", "王芳", Some("13800000001"), &[2]),
        person("u2", "李强", Some("13800000002"), &[3]),
    ])
}

#[test]
fn kept_people_are_local_and_found_again_by_their_number() {
    let stored = two();
    let local = parted(&stored, DetachedMembers::Keep);
    assert!(local.members.iter().all(|member| member.binding.is_none()));
    assert!(local.members.iter().all(|member| member.status == MemberStatus::Active));
    assert!(local.departments.iter().all(|department| department.dingtalk_dept_id.is_none()));
    assert_eq!(local.departments.len(), stored.departments.len());

    let again = snapshot(vec![
        person("n1", "王芳", Some("13800000001"), &[2]),
        person("n2", "李强", Some("13800000002"), &[3]),
    ]);
    let back = land(&local, &make(&local, again));
    assert_eq!(back.members.len(), 2, "nobody is there twice");
    assert_eq!(member(&back, "n1").account, member(&stored, "u1").account);
}

#[test]
fn disabled_people_leave_and_come_back_as_themselves() {
    let stored = two();
    let empty = parted(&stored, DetachedMembers::Disable);
    assert!(empty.members.iter().all(|member| member.status == MemberStatus::Left));
    assert!(empty.departments.is_empty());
    let again = snapshot(vec![person("u1", "王芳", Some("13800000001"), &[2])]);
    let back = land(&empty, &make(&empty, again));
    assert_eq!((member(&back, "u1").status, back.members.len()), (MemberStatus::Active, 2));
}

#[test]
fn a_leaver_keeps_the_identity_in_dingtalk() {
    let stored = two();
    let one = snapshot(vec![person("u1", "王芳", Some("13800000001"), &[2])]);
    let stored = land(&stored, &make(&stored, one));
    let local = parted(&stored, DetachedMembers::Keep);
    assert_eq!(member(&local, "u2").status, MemberStatus::Left);
}
