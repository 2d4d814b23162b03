//! Parting and coming back, on the model of a directory.

use super::*;
use crate::domain::sync::model::*;

fn parted(stored: &Stored, members: DetachedMembers) -> Stored {
    let plan = detach(stored, Some("dingcorp"), members, POLICY, AT, &mut || panic!("nothing is made"));
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

/// Whom and what one parting left behind is found again by what it was in DingTalk, whatever changed meanwhile.
#[test]
fn the_same_enterprise_finds_everything_again() {
    let stored = two();
    let local = parted(&stored, DetachedMembers::Keep);
    let mut again =
        snapshot(vec![person("u1", "王芳", Some("13911111111"), &[2]), person("u2", "李强", None, &[3])]);
    again.departments.retain(|department| department.dept_id != 3);
    again.departments.iter_mut().for_each(|department| department.name.push('新'));
    let plan = make(&local, again);
    let back = land(&local, &plan);
    assert_eq!((plan.counts().departments_created, plan.counts().departments_removed), (0, 0));
    assert_eq!(back.departments.len(), 3, "a department that is gone upstream stays, as a local one");
    assert_eq!(back.members.len(), 2);
    for user_id in ["u1", "u2"] {
        assert_eq!(member(&back, user_id).id, member(&stored, user_id).id);
        assert_eq!(member(&back, user_id).formerly, None);
    }
    let kept = back.departments.iter().find(|department| department.dingtalk_dept_id.is_none()).unwrap();
    let root = back.departments.iter().find(|department| department.dingtalk_dept_id == Some(1)).unwrap();
    assert_eq!((kept.parent, &*kept.name, &*root.name), (Some(root.id), "部门3", "门牌科技新"));
}

/// Another enterprise has departments and people with the same ids, who are others.
#[test]
fn another_enterprise_finds_nobody_by_ids() {
    let local = parted(&two(), DetachedMembers::Keep);
    let mut other = snapshot(vec![person("u1", "赵六", Some("13922222222"), &[2])]);
    other.corp_id = Some("dingother".into());
    let plan = make(&local, other);
    assert_eq!((plan.counts().departments_created, plan.counts().members_created), (3, 1));
    let back = land(&local, &plan);
    assert_eq!((back.departments.len(), back.members.len()), (6, 3));
}

/// While the connection was gone somebody left, and the carrier gave the number to a colleague: whom the enterprise had
/// as another person is not handed over, and whoever it does not show any more is told of.
#[test]
fn a_number_that_was_recycled_meanwhile_hands_nobody_over() {
    let local = parted(&two(), DetachedMembers::Keep);
    let read = || {
        snapshot(vec![
            person("u1", "王芳", Some("13800000001"), &[2]),
            person("u3", "赵六", Some("13800000002"), &[3]),
        ])
    };
    let plan = make(&local, read());
    assert_eq!(kinds(&plan), [crate::domain::sync::conflict::ConflictKind::NumberRecycled]);
    assert_eq!(
        plan.warnings.iter().filter(|one| one.en.starts_with("1 of the members who stayed")).count(),
        1
    );
    let back = land(&local, &plan);
    assert_eq!(back.members.len(), 2, "the new colleague waits for a decision");
    let same_name = snapshot(vec![person("u9", "李强", Some("13800000002"), &[3])]);
    assert_eq!(make(&local, same_name).counts().members_updated, 1, "the same person under another userid");
}
