//! Whom an audience reaches, and who in it cannot be resolved.

use uuid::Uuid;

use super::*;
use crate::domain::directory::member::{Binding, MemberRole};
use crate::domain::directory::profile::{Profile, ProfileField};
use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

fn member(number: u128, user_id: Option<&str>, status: MemberStatus) -> Member {
    let mut profile = Profile::default();
    profile.set(ProfileField::Name, Some(format!("员工{number}").into()));
    Member {
        id: Uuid::from_u128(number).into(),
        tenant: TenantId(1000),
        account: Uuid::from_u128(number + 1000).into(),
        binding: user_id.map(|user_id| Binding {
            corp_id: Some("corp".into()),
            user_id: user_id.into(),
            union_id: None,
        }),
        formerly: None,
        profile,
        pinned: BTreeSet::new(),
        memberships: Vec::new(),
        status,
        role: MemberRole::Member,
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
    }
}

fn person(name: &str, member: Option<Member>) -> Asked {
    Asked::Person { name: name.into(), member: member.map(Box::new), elsewhere: false }
}

fn reasons(resolution: &Resolution) -> Vec<(&str, UnresolvedReason)> {
    resolution.unresolved.iter().map(|unresolved| (unresolved.asked.as_str(), unresolved.reason)).collect()
}

#[test]
fn whoever_cannot_receive_is_named_with_the_reason() {
    let asked = vec![
        person("13800000001", Some(member(1, Some("u1"), MemberStatus::Active))),
        person("nobody", None),
        person("unbound", Some(member(2, None, MemberStatus::Active))),
        person("left", Some(member(3, Some("u3"), MemberStatus::Left))),
        person("comma", Some(member(4, Some("u4,u5"), MemberStatus::Active))),
        Asked::Department { name: "gone".into(), dept_id: Some(1), members: None },
        Asked::Department { name: "empty".into(), dept_id: Some(1), members: Some(vec![]) },
    ];
    let resolution = resolve(asked, Some("corp"), BTreeSet::new());
    assert_eq!(resolution.receivers.len(), 1);
    assert_eq!(&*resolution.receivers[0].user_id, "u1");
    assert_eq!(
        reasons(&resolution),
        [
            ("nobody", UnresolvedReason::Unknown),
            ("unbound", UnresolvedReason::NotBound),
            ("left", UnresolvedReason::Left),
            ("comma", UnresolvedReason::NotBound),
            ("gone", UnresolvedReason::Unknown),
            ("empty", UnresolvedReason::Empty),
        ]
    );
}

#[test]
fn each_person_receives_it_once() {
    let one = member(1, Some("u1"), MemberStatus::Active);
    let same_user = member(2, Some("u1"), MemberStatus::Active);
    let asked = vec![
        person("a", Some(one.clone())),
        person("a again", Some(one.clone())),
        Asked::Department {
            name: "d".into(),
            dept_id: Some(1),
            members: Some(vec![Arc::new(one.clone()), Arc::new(same_user.clone())]),
        },
        Asked::Everyone(vec![one, same_user]),
    ];
    let resolution = resolve(asked, None, BTreeSet::new());
    assert_eq!(resolution.receivers.len(), 1);
    assert!(resolution.unresolved.is_empty());
}

#[test]
fn in_a_group_the_unbound_are_named_once_and_leavers_are_no_part_of_it() {
    let unbound = member(7, None, MemberStatus::Active);
    let left = member(8, Some("u8"), MemberStatus::Left);
    let group = || vec![unbound.clone(), left.clone()];
    let asked = vec![
        Asked::Department {
            name: "d".into(),
            dept_id: Some(1),
            members: Some(group().into_iter().map(Arc::new).collect()),
        },
        Asked::Everyone(group()),
    ];
    let resolution = resolve(asked, Some("corp"), BTreeSet::new());
    assert!(resolution.receivers.is_empty());
    assert_eq!(reasons(&resolution), [("员工7", UnresolvedReason::NotBound)]);
}

#[test]
fn a_binding_to_another_enterprise_leads_nowhere() {
    let elsewhere = member(1, Some("u1"), MemberStatus::Active);
    let resolution = resolve(vec![person("a", Some(elsewhere.clone()))], Some("another"), BTreeSet::new());
    assert_eq!(reasons(&resolution), [("a", UnresolvedReason::OtherEnterprise)]);
    assert_eq!(resolve(vec![person("a", Some(elsewhere))], None, BTreeSet::new()).receivers.len(), 1);
}

#[test]
fn the_excluded_receive_nothing_and_are_counted() {
    let one = member(1, Some("u1"), MemberStatus::Active);
    let other = member(2, Some("u2"), MemberStatus::Active);
    let unbound = member(3, None, MemberStatus::Active);
    let exclude = [other.id, unbound.id].into();
    let asked =
        vec![person("other", Some(other.clone())), Asked::Everyone(vec![one.clone(), other, unbound])];
    let resolution = resolve(asked, Some("corp"), exclude);
    let reached: Vec<_> = resolution.receivers.iter().map(|receiver| receiver.member).collect();
    assert_eq!((reached, resolution.excluded), (vec![one.id], 2));
    assert!(resolution.unresolved.is_empty(), "nobody asks for those who are left out");
}

#[test]
fn somebody_of_another_tenant_is_told_apart_where_that_may_be_known() {
    let asked = vec![Asked::Person { name: "a".into(), member: None, elsewhere: true }, person("b", None)];
    let resolution = resolve(asked, None, BTreeSet::new());
    assert_eq!(
        reasons(&resolution),
        [("a", UnresolvedReason::OtherTenant), ("b", UnresolvedReason::Unknown)]
    );
}

#[test]
fn many_names_that_nobody_has_are_each_told_once() {
    let names = || (0..30_000).map(|number| person(&format!("nobody{number}"), None));
    let resolution = resolve(names().chain(names()).collect(), None, BTreeSet::new());
    assert_eq!(resolution.unresolved.len(), 30_000);
    assert_eq!(resolution.unresolved[1].asked, "nobody1", "in the order in which they were asked for");
}
