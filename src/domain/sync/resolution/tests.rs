//! Every way out of every conflict, and that the next synchronisation agrees with it.

use super::*;
use crate::domain::audit::Actor;
use crate::domain::directory::account::Password;
use crate::domain::sync::conflict::{ConflictDecision, ConflictState};
use crate::domain::sync::model::*;
use crate::domain::sync::snapshot::{Coverage, UpstreamPerson};
use crate::domain::sync::stored::Elsewhere;

const ACTIONS: [ConflictAction; 3] =
    [ConflictAction::LinkAccount, ConflictAction::GiveNumber, ConflictAction::KeepSeparate];

fn decide(
    stored: &Stored,
    people: &[UpstreamPerson],
    action: ConflictAction,
    decides_for_server: bool,
) -> Result<Stored> {
    let conflict = stored.conflicts.iter().find(|one| one.state == ConflictState::Open).unwrap();
    let mut alone = snapshot(people.iter().filter(|one| one.user_id == conflict.user_id).cloned().collect());
    alone.departments.clear();
    alone.coverage = Coverage::People;
    let case = Case { conflict, action, stored, policy: POLICY, decides_for_server, at: AT };
    let mut plan = resolve(case, alone, &mut ids(1_000_000 * (1 + stored.members.len() as u128)))?;
    let state = if action == ConflictAction::Ignore {
        ConflictState::Ignored(AT)
    } else {
        ConflictState::Resolved(AT)
    };
    let decision = Some(ConflictDecision { action, by: Actor::Server, run: None, reason: None });
    plan.conflicts.push(Conflict { state, decision, ..conflict.clone() });
    let mut after = land(stored, &plan);
    for account in &plan.accounts {
        if let AccountStep::Write { after: account, .. } = account {
            after.accounts.insert(account.id, account.clone());
        }
    }
    Ok(after)
}

/// The directory after these people were synchronised upon those.
fn met(before: Vec<UpstreamPerson>, now: &[UpstreamPerson]) -> Stored {
    let stored = landed(before);
    let stored = land(&stored, &make(&stored, snapshot(now.to_vec())));
    assert_eq!(stored.conflicts.len(), 1, "{:#?}", stored.conflicts);
    stored
}

fn settled(stored: &Stored, people: &[UpstreamPerson]) {
    let plan = make(stored, snapshot(people.to_vec()));
    assert!(plan.is_empty(), "{plan:#?}");
    assert_eq!(plan.counts().conflicts, 0);
}

/// Somebody left, and a person of another name comes with the same number.
fn recycled() -> (Stored, Vec<UpstreamPerson>) {
    let now = vec![person("u2", "李强", Some("13800000001"), &[2]), person("u3", "张伟", None, &[2])];
    (met(vec![person("u1", "王芳", Some("13800000001"), &[2])], &now), now)
}

/// A newcomer has the number by which a member who is still here signs in.
fn taken() -> (Stored, Vec<UpstreamPerson>) {
    let now = vec![person("u1", "王芳", None, &[2]), person("u2", "李强", Some("13800000001"), &[2])];
    (met(vec![person("u1", "王芳", Some("13800000001"), &[2])], &now), now)
}

#[test]
fn a_recycled_number_goes_every_way() {
    for action in ACTIONS {
        let (stored, people) = recycled();
        let after = decide(&stored, &people, action, false).unwrap();
        let name = username(&after, "u2");
        match action {
            ConflictAction::LinkAccount => {
                assert_eq!(name.as_deref(), Some("13800000001"));
                assert_eq!(after.members.len(), 2, "the leaver's row is this person now");
            }
            ConflictAction::GiveNumber => {
                assert_eq!(name.as_deref(), Some("13800000001"));
                assert_eq!(username(&after, "u1"), None);
                assert_eq!(after.accounts[&member(&after, "u1").account].password, Password::None);
            }
            _ => {
                assert_eq!((name, username(&after, "u1").as_deref()), (None, Some("13800000001")));
                assert_eq!(after.accounts[&member(&after, "u2").account].password, Password::None);
            }
        }
        settled(&after, &people);
    }
}

#[test]
fn a_taken_number_can_be_given_or_left_but_two_people_do_not_become_one() {
    let (stored, people) = taken();
    let refused = decide(&stored, &people, ConflictAction::LinkAccount, true).unwrap_err();
    assert_eq!(refused.code, ErrorCode::ConflictState);
    for action in [ConflictAction::GiveNumber, ConflictAction::KeepSeparate] {
        let after = decide(&stored, &people, action, false).unwrap();
        let owner = if action == ConflictAction::GiveNumber { "u2" } else { "u1" };
        assert_eq!(username(&after, owner).as_deref(), Some("13800000001"));
        settled(&after, &people);
    }
}

#[test]
fn a_number_that_two_have_goes_to_the_one_that_is_chosen() {
    let people = vec![
        person("u1", "王芳", Some("13800000001"), &[2]),
        person("u2", "李强", Some("13800000001"), &[2]),
    ];
    let stored = landed(people.clone());
    assert_eq!(stored.conflicts.len(), 2);
    let after = decide(&stored, &people, ConflictAction::GiveNumber, false).unwrap();
    let after = decide(&after, &people, ConflictAction::KeepSeparate, false).unwrap();
    let names: Vec<_> = ["u1", "u2"].iter().map(|id| username(&after, id)).collect();
    assert_eq!(names.iter().flatten().count(), 1);
    settled(&after, &people);
    // Some people alone do not open it again either.
    let mut alone = snapshot(people[1..].to_vec());
    alone.coverage = Coverage::People;
    assert!(make(&after, alone).is_empty());
}

#[test]
fn giving_a_number_that_two_have_settles_it_for_the_other_as_well() {
    let before = vec![person("u1", "王芳", Some("13800000001"), &[2]), person("u2", "李强", None, &[2])];
    let people = vec![
        person("u1", "王芳", Some("13800000001"), &[2]),
        person("u2", "李强", Some("13800000001"), &[2]),
    ];
    let stored = met(before, &people);
    let after = decide(&stored, &people, ConflictAction::GiveNumber, false).unwrap();
    assert_eq!((username(&after, "u1"), username(&after, "u2").as_deref()), (None, Some("13800000001")));
    settled(&after, &people);
}

#[test]
fn a_person_alone_does_not_take_a_number_that_two_have() {
    let people = vec![
        person("u1", "王芳", Some("13800000001"), &[2]),
        person("u2", "李强", Some("13800000001"), &[2]),
    ];
    let stored = landed(people.clone());
    let mut alone = snapshot(people[..1].to_vec());
    alone.coverage = Coverage::People;
    assert!(make(&stored, alone).is_empty());
}

#[test]
fn an_ignored_conflict_is_not_opened_again() {
    let (stored, people) = recycled();
    let after = decide(&stored, &people, ConflictAction::Ignore, false).unwrap();
    assert_eq!(after.members, stored.members);
    settled(&after, &people);
}

#[test]
fn an_account_of_other_tenants_is_touched_by_the_servers_administrator_only() {
    let (mut stored, people) = taken();
    let holder = member(&stored, "u1").account;
    let there = Elsewhere {
        member: Uuid::from_u128(77).into(),
        status: MemberStatus::Active,
        binding: None,
        name: "王芳".into(),
    };
    stored.elsewhere.insert(holder, vec![there]);
    let refused = decide(&stored, &people, ConflictAction::GiveNumber, false).unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    let after = decide(&stored, &people, ConflictAction::GiveNumber, true).unwrap();
    assert_eq!(username(&after, "u2").as_deref(), Some("13800000001"));
}

#[test]
fn a_shared_account_keeps_its_number_when_kept_separate_and_changes_by_the_servers_administrator() {
    let before = vec![person("u1", "王芳", Some("13800000001"), &[2])];
    let mut stored = landed(before);
    let account = member(&stored, "u1").account;
    let there = Elsewhere {
        member: Uuid::from_u128(77).into(),
        status: MemberStatus::Active,
        binding: None,
        name: "王芳".into(),
    };
    stored.elsewhere.insert(account, vec![there]);
    let people = vec![person("u1", "王芳", Some("13800000009"), &[2])];
    let stored = land(&stored, &make(&stored, snapshot(people.clone())));
    assert_eq!(stored.conflicts[0].kind, ConflictKind::NumberShared);
    let kept = decide(&stored, &people, ConflictAction::KeepSeparate, false).unwrap();
    assert_eq!(username(&kept, "u1").as_deref(), Some("13800000001"));
    settled(&kept, &people);
    assert!(decide(&stored, &people, ConflictAction::GiveNumber, false).is_err());
    let given = decide(&stored, &people, ConflictAction::GiveNumber, true).unwrap();
    assert_eq!(username(&given, "u1").as_deref(), Some("13800000009"));
    settled(&given, &people);
}

#[test]
fn a_member_can_move_to_the_account_of_another_tenant() {
    let stored = landed(vec![person("u1", "王芳", Some("13800000001"), &[2])]);
    let mut stored = stored;
    // Another tenant has an account with the number that this person gets.
    let elsewhere = Account {
        id: Uuid::from_u128(500).into(),
        username: Username::parse("13800000002"),
        ..stored.accounts.values().next().unwrap().clone()
    };
    let there = Elsewhere {
        member: Uuid::from_u128(77).into(),
        status: MemberStatus::Active,
        binding: None,
        name: "王芳".into(),
    };
    stored.elsewhere.insert(elsewhere.id, vec![there]);
    stored.accounts.insert(elsewhere.id, elsewhere.clone());
    let people = vec![person("u1", "王芳", Some("13800000002"), &[2])];
    let stored = land(&stored, &make(&stored, snapshot(people.clone())));
    let after = decide(&stored, &people, ConflictAction::LinkAccount, false).unwrap();
    assert_eq!(member(&after, "u1").account, elsewhere.id);
    settled(&after, &people);
}

#[test]
fn a_conflict_that_does_not_hold_any_more_is_refused() {
    let (stored, _) = recycled();
    for people in [vec![], vec![person("u2", "李强", Some("13800000005"), &[2])]] {
        let refused = decide(&stored, &people, ConflictAction::GiveNumber, false).unwrap_err();
        assert_eq!(refused.code, ErrorCode::ConflictState);
    }
}
