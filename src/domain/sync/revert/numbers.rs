//! The numbers that people sign in with, when a run is undone.
//!
//! Invariant: a number never ends up with two accounts, and is taken only from accounts that the run itself made.

use std::collections::{HashMap, HashSet};

use super::members::{Members, about_members};
use super::{Facts, changed_since, left_alone, turned};
use crate::domain::directory::account::Username;
use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::id::{AccountId, MemberId};
use crate::domain::sync::change::{Change, ChangeKind, ChangedField, Value};
use crate::domain::text::Text;

/// A number that goes back to an account.
struct PutBack<'a, 'c> {
    member: &'a Member,
    username: Option<Username>,
    change: &'c Change,
}

/// Gives accounts the numbers they had before the run; gives back those that stay as they are.
pub(super) fn settle<'a>(members: &mut Members<'a>, changes: &[Change], facts: &Facts<'a>) -> Vec<Change> {
    let known: HashMap<MemberId, &'a Member> =
        facts.stored.members.iter().map(|member| (member.id, member)).collect();
    let mut skipped = Vec::new();
    let mut wanted: Vec<PutBack<'a, '_>> = Vec::new();
    for (id, change) in about_members(changes) {
        let Some(field) = change.fields.iter().find(|one| one.field == ChangedField::Username) else {
            continue;
        };
        // A number that came with a new account stays with it, unless its former owner gets it back.
        let Some(member) = known.get(&id).copied().filter(|_| change.kind != ChangeKind::MemberCreated)
        else {
            continue;
        };
        let now = facts.stored.accounts.get(&member.account).and_then(|account| account.username.as_ref());
        if now.map(Username::as_str) != field.after.as_ref().and_then(text) {
            skipped.push(left_alone(change, vec![turned(field)], changed_since()));
            continue;
        }
        let username = field.before.as_ref().and_then(text).and_then(Username::parse);
        wanted.push(PutBack { member, username, change });
    }
    let made: HashMap<AccountId, &'a Member> = about_members(changes)
        .filter(|(_, change)| change.kind == ChangeKind::MemberCreated)
        .filter_map(|(id, _)| known.get(&id).copied())
        .filter(|member| is_only_here(facts, member))
        .map(|member| (member.account, member))
        .collect();
    let holders = facts.stored.usernames();
    loop {
        let leaving: HashSet<AccountId> = wanted.iter().map(|one| one.member.account).collect();
        let mut given = HashSet::new();
        let count = wanted.len();
        wanted.retain(|one| {
            let Some(username) = &one.username else { return true };
            let free = holders
                .get(username)
                .is_none_or(|holder| leaving.contains(holder) || made.contains_key(holder));
            let fine = free && given.insert(username.clone());
            if !fine {
                let fields = one.change.fields.iter().filter(|field| field.field == ChangedField::Username);
                let note = Text::new(
                    "原登录手机号现由他人使用，保留现号码",
                    "somebody else signs in with the former number now; the present one stays",
                );
                skipped.push(left_alone(one.change, fields.map(turned).collect(), note));
            }
            fine
        });
        if wanted.len() == count {
            break;
        }
    }
    for one in wanted {
        if let Some(owner) = one.username.as_ref().and_then(|name| made.get(holders.get(name)?)) {
            give(members, facts, owner, None);
        }
        give(members, facts, one.member, one.username);
    }
    skipped
}

fn give<'a>(members: &mut Members<'a>, facts: &Facts<'a>, member: &'a Member, username: Option<Username>) {
    let Some(account) = facts.stored.accounts.get(&member.account) else { return };
    let require_change = facts.policy.require_password_change;
    let after = account.with_username(username, facts.stored.tenant, require_change, facts.at);
    members.accounts.insert(account.id, after);
    members.touch(member);
}

/// Whether the account that the run made belongs to nobody but its member here.
fn is_only_here(facts: &Facts<'_>, member: &Member) -> bool {
    let elsewhere = facts.stored.elsewhere(member.account);
    elsewhere.iter().all(|there| there.status == MemberStatus::Left)
        && !facts.stored.accounts.get(&member.account).is_some_and(|account| account.platform_administrator)
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
