//! Who is who: for every person of a snapshot, the member or account that person is here, and the number that
//! person signs in with. In this order: the DingTalk binding (userid, then unionid), then the mobile number.
//!
//! Invariant: a number never hands an account to another person; where it would, the person is parked.

use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::domain::directory::account::Username;
use crate::domain::directory::member::{Binding, Member, MemberStatus};
use crate::domain::directory::profile::ProfileField;
use crate::domain::id::{AccountId, MemberId};
use crate::domain::mobile::Mobile;
use crate::domain::sync::conflict::ConflictKind;
use crate::domain::sync::snapshot::{Snapshot, Upstream, UpstreamPerson};
use crate::domain::sync::stored::Stored;

/// Who a person of the snapshot is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// This member (index into the stored members).
    Member(usize),
    /// The holder of this account, not yet a member of this tenant.
    Account(AccountId),
    /// Somebody new.
    Nobody,
    /// Not to be told without an administrator.
    Parked,
}

/// What becomes of the number a person signs in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// It stays as it is (or there is none).
    Unchanged,
    /// It becomes this.
    Number(Username),
    /// It cannot be decided here.
    Parked(ConflictKind, Option<AccountId>),
}

/// The answer for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Who it is.
    pub who: Who,
    /// The number.
    pub sign_in: SignIn,
}

/// A person's mobile number in canonical form, if there is a usable one.
pub fn number_of(person: &UpstreamPerson) -> Option<Mobile> {
    match person.fields.get(ProfileField::Mobile) {
        Upstream::Value(text) => Mobile::parse(text, person.country_code.as_deref()),
        Upstream::Absent | Upstream::Blank => None,
    }
}

/// Tells who everybody of the snapshot is; one verdict a person, in the snapshot's order.
pub fn identify(snapshot: &Snapshot, stored: &Stored) -> Vec<Verdict> {
    let bound = match_bindings(snapshot, stored);
    let claimed: HashSet<usize> = bound.iter().flatten().copied().collect();
    let numbers = numbers_of(snapshot);
    let mut wanted: HashMap<&Username, usize> = HashMap::with_capacity(numbers.len());
    for number in numbers.iter().flatten() {
        *wanted.entry(number).or_default() += 1;
    }
    let here = stored.members.iter().enumerate().map(|(index, member)| (member.account, index)).collect();
    let registry = Registry { stored, holders: stored.usernames(), here, claimed, wanted };
    let renames = registry.renames(&bound, &numbers);
    let leaving: HashSet<AccountId> = renames
        .values()
        .filter_map(|rename| matches!(rename.outcome, SignIn::Number(_)).then_some(rename.account))
        .collect();
    let verdict = |(index, ((person, bound), number)): (usize, ((_, &Option<usize>), &Option<_>))| match (
        bound, number,
    ) {
        (Some(member), _) => Verdict {
            who: Who::Member(*member),
            sign_in: renames.get(&index).map_or(SignIn::Unchanged, |rename| rename.outcome.clone()),
        },
        (None, None) => Verdict { who: Who::Nobody, sign_in: SignIn::Unchanged },
        (None, Some(number)) => registry.newcomer(snapshot, person, number, &leaving),
    };
    let people = snapshot.people.par_iter().zip(&bound).zip(&numbers).enumerate();
    let mut verdicts: Vec<Verdict> = people.map(verdict).collect();
    let mut adopted = HashSet::new();
    for (verdict, _) in verdicts.iter_mut().zip(&bound).filter(|(_, bound)| bound.is_none()) {
        // Two people must not become one member.
        if let Who::Member(member) = verdict.who
            && !adopted.insert(member)
        {
            *verdict = parked(ConflictKind::NumberTwice, None);
        }
    }
    verdicts
}

/// The usernames that the numbers of a snapshot's people would be, in the snapshot's order.
pub fn numbers_of(snapshot: &Snapshot) -> Vec<Option<Username>> {
    let number = |person| number_of(person).map(|mobile| Username::from_mobile(&mobile));
    snapshot.people.par_iter().map(number).collect()
}

/// The members that people are by their DingTalk binding: userids first, then unionids among those left.
fn match_bindings(snapshot: &Snapshot, stored: &Stored) -> Vec<Option<usize>> {
    let mut by_user: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut by_union: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, member) in stored.members.iter().enumerate() {
        if let Some(binding) = identity_of(member) {
            by_user.entry(&binding.user_id).or_default().push(index);
            if let Some(union_id) = &binding.union_id {
                by_union.entry(union_id).or_default().push(index);
            }
        }
    }
    let mut matched: Vec<Option<usize>> = snapshot
        .people
        .iter()
        .map(|person| {
            let candidates = by_user.get(person.user_id.as_ref())?.iter().copied();
            let binding = binding_of(snapshot.corp_id.as_deref(), person);
            candidates
                .filter(|index| may_be(stored.members.get(*index), &binding))
                .min_by_key(|index| preference(stored, *index))
        })
        .collect();
    let mut taken: HashSet<usize> = matched.iter().flatten().copied().collect();
    for (person, slot) in snapshot.people.iter().zip(&mut matched).filter(|(_, slot)| slot.is_none()) {
        let candidates = person.union_id.as_deref().and_then(|union_id| by_union.get(union_id));
        let free = candidates.into_iter().flatten().copied().filter(|index| !taken.contains(index));
        if let Some(index) = free.min_by_key(|index| preference(stored, *index)) {
            taken.insert(index);
            *slot = Some(index);
        }
    }
    matched
}

/// Who a member is in DingTalk, or was before the connection was removed.
fn identity_of(member: &Member) -> Option<&Binding> {
    member.binding.as_ref().or(member.formerly.as_deref())
}

/// Of several rows that one person could be: those that are DingTalk's first, then those still here, then the oldest.
fn preference(stored: &Stored, index: usize) -> Option<(bool, MemberStatus, MemberId)> {
    stored.members.get(index).map(|member| (member.binding.is_none(), member.status, member.id))
}

/// The binding that a person of the snapshot has.
pub fn binding_of(corp_id: Option<&str>, person: &UpstreamPerson) -> Binding {
    Binding {
        corp_id: corp_id.map(Into::into),
        user_id: person.user_id.clone(),
        union_id: person.union_id.clone(),
    }
}

/// Whether a member with the same userid may be this person. A former identity must prove it.
fn may_be(member: Option<&Member>, binding: &Binding) -> bool {
    member.is_some_and(|member| match (&member.binding, &member.formerly) {
        (Some(known), _) => !known.contradicts(binding),
        (None, Some(known)) => same_person(known, binding),
        (None, None) => false,
    })
}

fn parked(kind: ConflictKind, holder: Option<AccountId>) -> Verdict {
    Verdict { who: Who::Parked, sign_in: SignIn::Parked(kind, holder) }
}

/// A number that an account would change to.
struct Rename<'a> {
    account: AccountId,
    to: &'a Username,
    outcome: SignIn,
}

/// Who holds which number, and how many people of the snapshot want it.
struct Registry<'a> {
    stored: &'a Stored,
    holders: HashMap<&'a Username, AccountId>,
    here: HashMap<AccountId, usize>,
    claimed: HashSet<usize>,
    wanted: HashMap<&'a Username, usize>,
}

impl<'a> Registry<'a> {
    /// The sign-in numbers that change among the people who are known by their binding, by index of the person.
    /// A number is free when nobody holds it or its holder changes away in the same run, so people may swap.
    fn renames(
        &self,
        bound: &[Option<usize>],
        numbers: &'a [Option<Username>],
    ) -> HashMap<usize, Rename<'a>> {
        let mut renames: HashMap<usize, Rename<'a>> = bound
            .iter()
            .zip(numbers)
            .enumerate()
            .filter_map(|(index, (member, number))| {
                let member = self.stored.members.get((*member)?)?;
                self.rename(member, number.as_ref()?).map(|rename| (index, rename))
            })
            .collect();
        loop {
            let leaving: HashSet<AccountId> = renames
                .values()
                .filter_map(|rename| matches!(rename.outcome, SignIn::Number(_)).then_some(rename.account))
                .collect();
            let mut settled = true;
            for rename in renames.values_mut().filter(|rename| matches!(rename.outcome, SignIn::Number(_))) {
                if let Some(holder) = self.holders.get(rename.to).filter(|holder| !leaving.contains(holder)) {
                    rename.outcome = SignIn::Parked(self.kind_of_taken(*holder), Some(*holder));
                    settled = false;
                }
            }
            if settled {
                return renames;
            }
        }
    }

    fn rename(&self, member: &Member, to: &'a Username) -> Option<Rename<'a>> {
        let account = self.stored.accounts.get(&member.account)?;
        let is_name = account.username.as_ref().is_some_and(|name| name.mobile().is_none());
        if account.username.as_ref() == Some(to) || is_name || member.pinned.contains(&ProfileField::Mobile) {
            return None;
        }
        let outcome = if self.wanted.get(to).is_some_and(|count| *count > 1) {
            SignIn::Parked(ConflictKind::NumberTwice, self.holders.get(to).copied())
        } else if account.username.is_some() && self.shared_with_others(member) {
            SignIn::Parked(ConflictKind::NumberShared, Some(account.id))
        } else {
            SignIn::Number(to.clone())
        };
        Some(Rename { account: account.id, to, outcome })
    }

    /// Whether other tenants have this account as somebody whom this enterprise does not speak for.
    fn shared_with_others(&self, member: &Member) -> bool {
        self.stored.elsewhere(member.account).iter().any(|there| {
            there.status != MemberStatus::Left
                && !same_identity(member.binding.as_ref(), there.binding.as_ref())
        })
    }

    /// Why a number that `holder` has cannot be given to somebody else.
    fn kind_of_taken(&self, holder: AccountId) -> ConflictKind {
        // Whom this read shows is here, whom it does not show has left, whether the directory knows it yet or not.
        let here = self.here.get(&holder).and_then(|index| {
            let member = self.stored.members.get(*index)?;
            Some(match (self.claimed.contains(index), &member.binding) {
                (true, _) => MemberStatus::Active,
                (false, Some(_)) => MemberStatus::Left,
                (false, None) => member.status,
            })
        });
        let there = self.stored.elsewhere(holder).iter().map(|there| there.status);
        let mut statuses = here.into_iter().chain(there).peekable();
        if statuses.peek().is_some() && statuses.all(|status| status == MemberStatus::Left) {
            ConflictKind::NumberRecycled
        } else {
            ConflictKind::NumberTaken
        }
    }

    /// Somebody without a binding here: the number decides, if it may.
    fn newcomer(
        &self,
        snapshot: &Snapshot,
        person: &UpstreamPerson,
        number: &Username,
        leaving: &HashSet<AccountId>,
    ) -> Verdict {
        let holder = self.holders.get(number).copied().filter(|holder| !leaving.contains(holder));
        if self.wanted.get(number).is_some_and(|count| *count > 1) {
            return parked(ConflictKind::NumberTwice, holder);
        }
        let Some(holder) = holder else {
            return Verdict { who: Who::Nobody, sign_in: SignIn::Number(number.clone()) };
        };
        let who = match self.here.get(&holder) {
            Some(index) if self.claimed.contains(index) => Err(ConflictKind::NumberTaken),
            Some(index) => match self.stored.members.get(*index) {
                // Somebody whom DingTalk never knew here, or the same person under a new userid.
                Some(member)
                    if !is_another(member, &binding_of(snapshot.corp_id.as_deref(), person))
                        || same_name(person, member.profile.name()) =>
                {
                    Ok(Who::Member(*index))
                }
                _ => Err(ConflictKind::NumberRecycled),
            },
            None => self.known_elsewhere(holder, &binding_of(snapshot.corp_id.as_deref(), person), person),
        };
        match who {
            Ok(who) => Verdict { who, sign_in: SignIn::Unchanged },
            Err(kind) => parked(kind, Some(holder)),
        }
    }

    /// The holder is no member here: is it the same person?
    fn known_elsewhere(
        &self,
        holder: AccountId,
        binding: &Binding,
        person: &UpstreamPerson,
    ) -> Result<Who, ConflictKind> {
        let elsewhere = self.stored.elsewhere(holder);
        let another_in_this_enterprise = elsewhere.iter().any(|there| {
            there.status != MemberStatus::Left
                && there.binding.as_ref().is_some_and(|known| {
                    known.corp_id.is_some()
                        && known.corp_id == binding.corp_id
                        && !same_person(known, binding)
                })
        });
        if another_in_this_enterprise {
            return Err(ConflictKind::NumberTaken);
        }
        let all_left =
            !elsewhere.is_empty() && elsewhere.iter().all(|there| there.status == MemberStatus::Left);
        let recognised = elsewhere.iter().any(|there| {
            same_name(person, &there.name)
                || there.binding.as_ref().is_some_and(|known| same_person(known, binding))
        });
        if all_left && !recognised {
            return Err(ConflictKind::NumberRecycled);
        }
        Ok(Who::Account(holder))
    }
}

/// Whether a member that no person of the read is bound to is, or was in this very enterprise, somebody else.
fn is_another(member: &Member, binding: &Binding) -> bool {
    member.binding.is_some()
        || member.formerly.as_ref().is_some_and(|known| {
            known.corp_id.is_some() && known.corp_id == binding.corp_id && !same_person(known, binding)
        })
}

fn same_identity(one: Option<&Binding>, other: Option<&Binding>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if same_person(one, other))
}

/// Whether two bindings are proof of one person: the same unionid, or the same userid of one known enterprise.
fn same_person(one: &Binding, other: &Binding) -> bool {
    let union = one.union_id.is_some() && one.union_id == other.union_id;
    let user = one.corp_id.is_some() && one.corp_id == other.corp_id && one.user_id == other.user_id;
    (union || user) && !one.contradicts_union(other)
}

impl Binding {
    fn contradicts_union(&self, other: &Self) -> bool {
        matches!((&self.union_id, &other.union_id), (Some(one), Some(other)) if one != other)
    }
}

fn same_name(person: &UpstreamPerson, name: &str) -> bool {
    matches!(person.fields.get(ProfileField::Name), Upstream::Value(text) if text.trim() == name.trim())
}
