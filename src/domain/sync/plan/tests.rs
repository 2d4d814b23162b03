//! The planner against a small model of a directory: single decisions by name, and its laws by random histories.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::domain::directory::account::Password;
use crate::domain::id::MemberId;
use crate::domain::sync::guard::{Guard, GuardFinding};
use crate::domain::sync::model::*;
use crate::domain::sync::snapshot::UpstreamDepartment;
use crate::domain::sync::stored::Elsewhere;

#[test]
fn a_first_run_brings_departments_people_and_accounts() {
    let plan =
        make(&Stored::empty(TENANT), snapshot(vec![person("u1", "王芳", Some("+86-13800000001"), &[1, 2])]));
    let counts = plan.counts();
    assert_eq!((counts.departments_created, counts.members_created), (3, 1));
    let AccountStep::Write { after: account, .. } = &plan.members[0].account else {
        panic!("an account is made")
    };
    assert_eq!(account.username.as_ref().unwrap().as_str(), "13800000001");
    assert_eq!(account.password, Password::PendingDefault { tenant: TENANT });
    assert!(account.password_change_required);
    assert_eq!(plan.members[0].after.memberships.len(), 2, "every membership is kept");
    let root = plan.departments.iter().find(|step| step.after.dingtalk_dept_id == Some(1)).unwrap();
    assert_eq!((root.after.name.as_str(), root.after.parent), ("门牌科技", None));
}

#[test]
fn homonyms_and_equal_job_numbers_are_different_people() {
    let mut twins = vec![
        person("u1", "王芳", Some("13800000001"), &[2]),
        person("u2", "王芳", Some("13800000002"), &[2]),
    ];
    for twin in &mut twins {
        twin.fields.set(ProfileField::JobNumber, Upstream::Value("007".into()));
    }
    assert_eq!(landed(twins).members.len(), 2);
}

#[test]
fn without_a_number_there_is_a_member_but_no_password_sign_in() {
    for mobile in [None, Some(""), Some("not a number")] {
        let stored = landed(vec![person("u1", "王芳", mobile, &[2])]);
        let account = &stored.accounts[&member(&stored, "u1").account];
        assert_eq!((account.username.clone(), &account.password), (None, &Password::None), "{mobile:?}");
        assert!(!account.password_change_required);
    }
}

#[test]
fn a_number_that_comes_later_gives_the_account_its_sign_in() {
    let stored = landed(vec![person("u1", "王芳", None, &[2])]);
    let stored =
        land(&stored, &make(&stored, snapshot(vec![person("u1", "王芳", Some("13800000001"), &[2])])));
    assert_eq!(username(&stored, "u1").as_deref(), Some("13800000001"));
    let password = &stored.accounts[&member(&stored, "u1").account].password;
    assert_eq!(*password, Password::PendingDefault { tenant: TENANT });
}

#[test]
fn an_absent_field_keeps_the_stored_value_and_a_blank_one_clears_it() {
    let stored = landed(vec![person("u1", "王芳", Some("13800000001"), &[2])]);
    let absent = land(&stored, &make(&stored, snapshot(vec![person("u1", "王芳", None, &[2])])));
    assert_eq!(member(&absent, "u1").profile.get(ProfileField::Mobile), Some("13800000001"));
    let blank = land(&stored, &make(&stored, snapshot(vec![person("u1", "王芳", Some(""), &[2])])));
    assert_eq!(member(&blank, "u1").profile.get(ProfileField::Mobile), None);
    assert_eq!(username(&blank, "u1").as_deref(), Some("13800000001"), "the sign-in number is never blanked");
}

#[test]
fn a_pinned_field_stays() {
    let mut stored = landed(vec![person("u1", "王芳", Some("13800000001"), &[2])]);
    stored.members[0].pinned = [ProfileField::Name, ProfileField::Mobile].into();
    let plan = make(&stored, snapshot(vec![person("u1", "王大芳", Some("13800000009"), &[2])]));
    assert!(plan.is_empty(), "{plan:?}");
}

#[test]
fn a_changed_number_follows_the_person_and_people_may_swap() {
    let stored = landed(vec![
        person("u1", "王芳", Some("13800000001"), &[2]),
        person("u2", "李强", Some("13800000002"), &[2]),
    ]);
    let accounts = [member(&stored, "u1").account, member(&stored, "u2").account];
    let swapped = vec![
        person("u1", "王芳", Some("13800000002"), &[2]),
        person("u2", "李强", Some("13800000001"), &[2]),
    ];
    let plan = make(&stored, snapshot(swapped));
    assert_eq!(kinds(&plan), []);
    let stored = land(&stored, &plan);
    assert_eq!(username(&stored, "u1").as_deref(), Some("13800000002"));
    assert_eq!(username(&stored, "u2").as_deref(), Some("13800000001"));
    assert_eq!(
        accounts,
        [member(&stored, "u1").account, member(&stored, "u2").account],
        "accounts stay with people"
    );
}

#[test]
fn one_number_for_two_new_people_parks_both_and_lets_the_others_in() {
    let plan = make(
        &Stored::empty(TENANT),
        snapshot(vec![
            person("u1", "王芳", Some("13800000001"), &[2]),
            person("u2", "李强", Some("13800000001"), &[2]),
            person("u3", "张伟", Some("13800000003"), &[2]),
        ]),
    );
    assert_eq!(kinds(&plan), [ConflictKind::NumberTwice, ConflictKind::NumberTwice]);
    assert_eq!(plan.counts().members_created, 1);
}

#[test]
fn a_number_of_somebody_who_is_still_here_is_not_handed_over() {
    let stored = landed(vec![person("u1", "王芳", Some("13800000001"), &[2])]);
    let plan = make(
        &stored,
        snapshot(vec![person("u1", "王芳", None, &[2]), person("u2", "李强", Some("13800000001"), &[2])]),
    );
    assert_eq!(kinds(&plan), [ConflictKind::NumberTaken]);
    assert!(plan.members.is_empty());
}

#[test]
fn a_recycled_number_is_parked_but_the_same_name_comes_back() {
    let stored = landed(vec![person("u1", "王芳", Some("13800000001"), &[2])]);
    let stored = land(&stored, &make(&stored, snapshot(vec![person("u9", "孙八", None, &[2])])));
    assert_eq!(member(&stored, "u1").status, MemberStatus::Left);

    let other = vec![person("u2", "李强", Some("13800000001"), &[2]), person("u9", "孙八", None, &[2])];
    assert_eq!(kinds(&make(&stored, snapshot(other))), [ConflictKind::NumberRecycled]);

    let again = vec![person("u2", "王芳", Some("13800000001"), &[2]), person("u9", "孙八", None, &[2])];
    let plan = make(&stored, snapshot(again));
    assert_eq!((kinds(&plan), plan.counts().members_restored), (vec![], 1));
    let before = member(&stored, "u1").id;
    assert_eq!(member(&land(&stored, &plan), "u2").id, before, "the same member, under a new userid");
}

#[test]
fn a_leaver_is_disabled_and_comes_back_as_the_same_member() {
    let both = vec![
        person("u1", "王芳", Some("13800000001"), &[2]),
        person("u2", "李强", Some("13800000002"), &[3]),
    ];
    let stored = landed(both.clone());
    let plan = make(&stored, snapshot(both[1..].to_vec()));
    assert_eq!(plan.counts().members_disabled, 1);
    let without = land(&stored, &plan);
    assert_eq!(
        (member(&without, "u1").status, member(&without, "u1").memberships.len()),
        (MemberStatus::Left, 0)
    );
    let plan = make(&without, snapshot(both));
    assert_eq!(plan.counts().members_restored, 1);
    assert_eq!(member(&land(&without, &plan), "u1").id, member(&stored, "u1").id);
}

#[test]
fn a_unionid_finds_the_person_under_another_userid() {
    let mut first = person("u1", "王芳", Some("13800000001"), &[2]);
    first.union_id = Some("union-1".into());
    let stored = landed(vec![first.clone()]);
    let second = UpstreamPerson { user_id: "u7".into(), ..first };
    let plan = make(&stored, snapshot(vec![second]));
    assert_eq!((plan.counts().members_updated, plan.counts().members_disabled), (1, 0));
}

#[test]
fn an_account_of_another_tenant_joins_unless_it_is_somebody_else() {
    let account = landed(vec![person("u1", "王芳", Some("13800000001"), &[2])]).accounts;
    let id = *account.keys().next().unwrap();
    let elsewhere = |status, corp: &str, user_id: &str, name: &str| {
        let mut stored = Stored::empty(TENANT);
        stored.accounts = account.clone();
        stored.elsewhere.insert(
            id,
            vec![Elsewhere {
                member: MemberId(Uuid::from_u128(9)),
                status,
                binding: Some(Binding {
                    corp_id: Some(corp.into()),
                    user_id: user_id.into(),
                    union_id: None,
                }),
                name: name.into(),
            }],
        );
        make(&stored, snapshot(vec![person("u5", "王芳", Some("13800000001"), &[2])]))
    };
    use MemberStatus::{Active, Left};
    assert_eq!(elsewhere(Active, "dingother", "x", "Wang Fang").counts().members_joined, 1);
    assert_eq!(
        elsewhere(Active, "dingcorp", "u5", "任何名字").counts().members_joined,
        1,
        "the same enterprise twice"
    );
    assert_eq!(kinds(&elsewhere(Active, "dingcorp", "u6", "李强")), [ConflictKind::NumberTaken]);
    assert_eq!(kinds(&elsewhere(Left, "dingother", "x", "李强")), [ConflictKind::NumberRecycled]);
    assert_eq!(elsewhere(Left, "dingother", "x", "王芳").counts().members_joined, 1);
}

#[test]
fn a_number_shared_with_another_tenant_is_not_changed_for_it() {
    let mut stored = landed(vec![person("u1", "王芳", Some("13800000001"), &[2])]);
    let account = member(&stored, "u1").account;
    let there = Elsewhere {
        member: MemberId(Uuid::from_u128(9)),
        status: MemberStatus::Active,
        binding: None,
        name: "王芳".into(),
    };
    stored.elsewhere.insert(account, vec![there]);
    let plan = make(&stored, snapshot(vec![person("u1", "王芳", Some("13800000008"), &[2])]));
    assert_eq!(kinds(&plan), [ConflictKind::NumberShared]);
    let stored = land(&stored, &plan);
    assert_eq!(username(&stored, "u1").as_deref(), Some("13800000001"));
    assert_eq!(
        member(&stored, "u1").profile.get(ProfileField::Mobile),
        Some("13800000008"),
        "the profile is this tenant's"
    );
}

#[test]
fn a_moved_and_renamed_department_stays_the_same_one() {
    let stored = landed(vec![person("u1", "王芳", None, &[2])]);
    let mut moved = snapshot(vec![person("u1", "王芳", None, &[2])]);
    moved.departments[1].name = "新名字".into();
    moved.departments[1].parent = Some(3);
    let plan = make(&stored, moved);
    assert_eq!(plan.counts().departments_updated, 1);
    assert_eq!((plan.counts().departments_created, plan.members.len()), (0, 0));
}

#[test]
fn siblings_keep_the_order_in_which_they_were_listed() {
    let listed = |ids: &[i64]| {
        let mut snapshot = snapshot(vec![person("u1", "王芳", None, &[1])]);
        snapshot.departments.truncate(1);
        for (position, dept_id) in ids.iter().enumerate() {
            let position = u32::try_from(position).unwrap();
            let name = format!("部门{dept_id}");
            snapshot.departments.push(UpstreamDepartment {
                dept_id: *dept_id,
                parent: Some(1),
                name,
                order: None,
                position,
            });
        }
        snapshot.departments.sort_by_key(|one| one.dept_id);
        snapshot
    };
    let sequence = |stored: &Stored| {
        let mut rows: Vec<_> = stored.departments.iter().filter(|row| row.parent.is_some()).collect();
        rows.sort_by_key(|row| row.order);
        rows.iter().map(|row| row.dingtalk_dept_id.unwrap()).collect::<Vec<_>>()
    };
    let empty = Stored::empty(TENANT);
    let stored = land(&empty, &make(&empty, listed(&[30, 10, 20])));
    assert_eq!(sequence(&stored), [30, 10, 20]);
    assert!(make(&stored, listed(&[30, 10, 20])).is_empty());
    let plan = make(&stored, listed(&[30, 15, 10, 20]));
    assert_eq!(
        (plan.departments.len(), plan.counts().departments_created),
        (1, 1),
        "the others keep their places"
    );
    assert_eq!(sequence(&land(&stored, &plan)), [30, 15, 10, 20]);
    let plan = make(&stored, listed(&[20, 30, 10]));
    assert_eq!(sequence(&land(&stored, &plan)), [20, 30, 10]);
}

#[test]
fn the_guard_stops_an_empty_answer_and_a_mass_departure() {
    let guard = Guard { minimum: 5, percent: 5 };
    let people: Vec<_> = (0..20).map(|n| person(&format!("u{n:02}"), "甲", None, &[2])).collect();
    let stored = landed(people.clone());
    assert_eq!(make(&stored, snapshot(people[5..].to_vec())).guard(guard), []);
    let findings = make(&stored, snapshot(people[6..].to_vec())).guard(guard);
    assert_eq!(findings, [GuardFinding::Members { removed: 6, of: 20 }]);
    assert!(make(&stored, snapshot(vec![])).guard(guard).contains(&GuardFinding::Empty));
    assert_eq!(make(&Stored::empty(TENANT), snapshot(vec![])).guard(guard), [GuardFinding::Empty]);
}

#[test]
fn some_people_alone_say_nothing_about_the_others() {
    let stored = landed(vec![person("u1", "王芳", None, &[2]), person("u2", "李强", None, &[2])]);
    let mut some = snapshot(vec![person("u1", "王小芳", None, &[3])]);
    some.coverage = Coverage::People;
    some.departments.clear();
    let plan = make(&stored, some);
    assert_eq!((plan.members.len(), plan.departments.len()), (1, 0));
    assert_eq!(plan.counts().members_updated, 1);
}

#[test]
fn whom_dingtalk_no_longer_knows_leaves_and_nobody_else() {
    let people: Vec<_> = (0..20).map(|n| person(&format!("u{n:02}"), "甲", None, &[2])).collect();
    let stored = landed(people);
    let gone = |ids: std::ops::Range<usize>| {
        let departed = ids.map(|n| format!("u{n:02}").into()).chain(["stranger".into()]).collect();
        make(&stored, Snapshot::of_some(Some("dingcorp".into()), Vec::new(), Vec::new(), departed))
    };
    let plan = gone(0..1);
    assert_eq!((plan.counts().members_disabled, plan.members.len()), (1, 1));
    let left = land(&stored, &plan);
    assert_eq!(member(&left, "u00").status, MemberStatus::Left);
    assert_eq!(member(&left, "u01").status, MemberStatus::Active);
    let guard = Guard { minimum: 5, percent: 5 };
    assert_eq!(gone(0..5).guard(guard), []);
    assert_eq!(gone(0..6).guard(guard), [GuardFinding::Members { removed: 6, of: 20 }]);
    let elsewhere = Snapshot::of_some(Some("other".into()), Vec::new(), Vec::new(), ["u00".into()].into());
    assert!(make(&stored, elsewhere).is_empty(), "the same userid in another enterprise is another person");
}

#[test]
fn what_everybody_lacks_is_a_missing_permission() {
    assert_eq!(
        make(&Stored::empty(TENANT), snapshot(vec![person("u1", "王芳", None, &[2])])).warnings.len(),
        2
    );
    let mut one = person("u1", "王芳", Some("13800000001"), &[2]);
    one.fields.set(ProfileField::Email, Upstream::Blank);
    assert_eq!(
        make(&Stored::empty(TENANT), snapshot(vec![one, person("u2", "李强", None, &[2])])).warnings.len(),
        0
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Landing a plan leaves nothing to plan; every number belongs to one account; one account is one member.
    #[test]
    fn plans_converge(history in prop::collection::vec(any_people(), 1..5)) {
        let mut stored = Stored::empty(TENANT);
        for people in history {
            let plan = make(&stored, snapshot(people.clone()));
            stored = land(&stored, &plan);
            let again = make(&stored, snapshot(people));
            prop_assert!(again.is_empty(), "{again:#?}");
            if let Some(settled) = plan.settled() {
                let found = |plan: &Plan| (plan.digest(), plan.counts(), plan.warnings.clone());
                prop_assert_eq!(found(&settled), found(&again), "what is left was known");
            }
            prop_assert!(again.settled().is_some());

            let mut names = BTreeSet::new();
            for account in stored.accounts.values() {
                prop_assert!(account.username.iter().all(|name| names.insert(name.clone())), "a number twice");
            }
            let accounts: BTreeSet<_> = stored.members.iter().map(|row| row.account).collect();
            prop_assert_eq!(accounts.len(), stored.members.len(), "one account, one member");
        }
    }

    /// The order in which people and stored rows come does not matter.
    #[test]
    fn order_is_irrelevant(before in any_people(), after in any_people(), seed in any::<u64>()) {
        let stored = landed(before);
        let mut shuffled = stored.clone();
        let turn = |length: usize| usize::try_from(seed).unwrap_or(1) % length.max(1);
        let (members, departments) = (turn(stored.members.len()), turn(stored.departments.len()));
        shuffled.members.rotate_left(members);
        shuffled.departments.rotate_left(departments);
        prop_assert_eq!(make(&stored, snapshot(after.clone())).digest(), make(&shuffled, snapshot(after)).digest());
    }

    /// Nobody is lost: everybody of the snapshot is a member afterwards, or parked.
    #[test]
    fn everybody_lands_or_is_parked(before in any_people(), after in any_people()) {
        let stored = landed(before);
        let plan = make(&stored, snapshot(after.clone()));
        let landed = land(&stored, &plan);
        for person in after {
            let active = landed.members.iter().any(|row| {
                row.status == MemberStatus::Active
                    && row.binding.as_ref().is_some_and(|one| one.user_id == person.user_id)
            });
            let parked = landed.conflicts.iter().any(|one| one.user_id == person.user_id);
            prop_assert!(active || parked, "{} is neither here nor parked", person.user_id);
        }
    }
}

/// The carrier gave a leaver's number to somebody new; then the leaver comes back with it. Neither loses or takes anything.
#[test]
fn a_leaver_comes_back_while_somebody_else_has_the_number() {
    let old = || person("u1", "王芳", Some("13800000001"), &[2]);
    let new = || person("u2", "李强", Some("13800000001"), &[2]);
    let left = landed(vec![old()]);
    let left = land(&left, &make(&left, snapshot(vec![new()])));
    assert_eq!(left.conflicts[0].kind, ConflictKind::NumberRecycled);
    let plan = make(&left, snapshot(vec![old(), new()]));
    assert_eq!((plan.counts().members_restored, kinds(&plan)), (1, vec![ConflictKind::NumberTwice]));
    let back = land(&left, &plan);
    assert_eq!(username(&back, "u1").as_deref(), Some("13800000001"));
    assert_eq!((member(&back, "u1").id, back.members.len()), (left.members[0].id, 1));
    assert!(back.conflicts.iter().all(|one| one.kind == ConflictKind::NumberTwice), "the other one is over");
}
