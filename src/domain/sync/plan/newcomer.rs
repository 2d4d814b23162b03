//! Somebody new here: the rows that are made. They depend on nobody else, so many are made on all cores.

use std::collections::BTreeSet;

use super::Facts;
use crate::domain::directory::account::{Account, Password, Username};
use crate::domain::directory::member::{Member, MemberRole, MemberStatus};
use crate::domain::id::{AccountId, MemberId};
use crate::domain::sync::change::ChangeKind;
use crate::domain::sync::identity::binding_of;
use crate::domain::sync::merge::{new_profile, places};
use crate::domain::sync::snapshot::UpstreamPerson;
use crate::domain::sync::step::{AccountStep, MemberStep};

/// Somebody who becomes a member.
pub(super) struct Newcomer<'p> {
    pub(super) person: &'p mut UpstreamPerson,
    pub(super) account: Holder,
    pub(super) member: MemberId,
}

/// Whose account it is.
pub(super) enum Holder {
    /// Somebody known elsewhere.
    Known(AccountId),
    /// Nobody yet: the id and number of the account that is made.
    New(AccountId, Option<Username>),
}

impl Newcomer<'_> {
    /// What is made for this person.
    pub(super) fn step(self, facts: &Facts<'_>) -> MemberStep {
        let (kind, id, account) = match self.account {
            Holder::Known(id) => {
                let known = facts.stored.accounts.get(&id);
                let username = known.and_then(|account| account.username.clone());
                (ChangeKind::MemberJoined, id, AccountStep::Unchanged(username))
            }
            Holder::New(id, number) => {
                let after = new_account(facts, id, number);
                (ChangeKind::MemberCreated, id, AccountStep::Write { before: None, after })
            }
        };
        let after = new_member(facts, self.person, self.member, id);
        MemberStep { kind, before: None, after, account }
    }
}

fn new_account(facts: &Facts<'_>, id: AccountId, username: Option<Username>) -> Account {
    let signs_in = username.is_some();
    let tenant = facts.stored.tenant;
    Account {
        id,
        username,
        password: if signs_in { Password::PendingDefault { tenant } } else { Password::None },
        password_change_required: signs_in && facts.policy.require_password_change,
        platform_administrator: false,
        enabled: true,
        created_at: facts.at,
        updated_at: facts.at,
    }
}

fn new_member(facts: &Facts<'_>, person: &mut UpstreamPerson, id: MemberId, account: AccountId) -> Member {
    Member {
        id,
        tenant: facts.stored.tenant,
        account,
        binding: Some(binding_of(facts.corp_id, person)),
        formerly: None,
        profile: new_profile(person),
        pinned: BTreeSet::new(),
        memberships: places(&person.memberships, facts.ids),
        status: MemberStatus::Active,
        role: MemberRole::Member,
        created_at: facts.at,
        updated_at: facts.at,
    }
}
