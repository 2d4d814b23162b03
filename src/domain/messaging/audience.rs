//! Whom a message reaches: people asked for by name, with departments, or all; each once, the others named.
//!
//! Invariant: everybody who was asked for is either a receiver or named with a reason, never silently left out.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::id::MemberId;
use crate::domain::messaging::message::{Unresolved, UnresolvedReason};
use crate::domain::messaging::way::Group;

/// Somebody or some people that a message is meant for, as found in the directory.
#[derive(Clone, Debug)]
pub enum Asked {
    /// One person, by account name or member id.
    Person {
        /// As it was asked for.
        name: String,
        /// Who that is, when there is somebody.
        member: Option<Box<Member>>,
        /// Whether the name is that of somebody in another tenant, as far as the sender may know.
        elsewhere: bool,
    },
    /// A department with everything below it.
    Department {
        /// As it was asked for.
        name: String,
        /// DingTalk's id of it.
        dept_id: Option<i64>,
        /// Who is in it, when it exists; shared with the departments above and below.
        members: Option<Vec<Arc<Member>>>,
    },
    /// Everybody.
    Everyone(Vec<Member>),
}

/// A person to send to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    /// The member.
    pub member: MemberId,
    /// The userid in DingTalk.
    pub user_id: Box<str>,
    /// The member's name.
    pub name: Box<str>,
}

/// Who receives a message and who cannot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// The receivers by member id, each person once.
    pub receivers: Vec<Receiver>,
    /// The others, in the order in which they were asked for.
    pub unresolved: Vec<Unresolved>,
    /// The departments that were asked for.
    pub groups: Vec<Group>,
    /// How many would have received it but for the exclusion.
    pub excluded: u32,
}

#[derive(Default)]
struct Resolver {
    receivers: BTreeMap<MemberId, Receiver>,
    user_ids: BTreeSet<Box<str>>,
    named: BTreeSet<MemberId>,
    unresolved: Vec<Unresolved>,
    /// What of `unresolved` was asked for by name, so that each is told once.
    told: BTreeSet<(String, UnresolvedReason)>,
    groups: Vec<Group>,
    exclude: BTreeSet<MemberId>,
    excluded: BTreeSet<MemberId>,
}

/// Finds the receivers. `corp_id` is the enterprise of the tenant's application, when known: a binding to another
/// one leads nowhere. Whoever is in `exclude` receives nothing and is named nowhere.
pub fn resolve(asked: Vec<Asked>, corp_id: Option<&str>, exclude: BTreeSet<MemberId>) -> Resolution {
    let mut resolver = Resolver { exclude, ..Resolver::default() };
    for asked in asked {
        match asked {
            Asked::Person { name, member: None, elsewhere: true } => {
                resolver.name(name, UnresolvedReason::OtherTenant);
            }
            Asked::Person { name, member: None, .. } => resolver.name(name, UnresolvedReason::Unknown),
            Asked::Person { member: Some(member), .. } if resolver.is_excluded(&member) => {}
            Asked::Person { name, member: Some(member), .. } => match receiver(&member, corp_id) {
                Ok(receiver) => resolver.receive(receiver),
                Err(reason) => {
                    resolver.named.insert(member.id);
                    resolver.name(name, reason);
                }
            },
            Asked::Department { name, members: None, .. } => resolver.name(name, UnresolvedReason::Unknown),
            Asked::Department { name, dept_id, members: Some(members) } => {
                let group = members.iter().filter(|member| receiver(member, corp_id).is_ok());
                let members_of = group.map(|member| member.id).collect();
                resolver.groups.push(Group { dept_id, name: name.clone(), members: members_of });
                if !resolver.receive_all(members, corp_id) {
                    resolver.name(name, UnresolvedReason::Empty);
                }
            }
            Asked::Everyone(members) => {
                resolver.receive_all(members, corp_id);
            }
        }
    }
    Resolution {
        receivers: resolver.receivers.into_values().collect(),
        unresolved: resolver.unresolved,
        groups: resolver.groups,
        excluded: u32::try_from(resolver.excluded.len()).unwrap_or(u32::MAX),
    }
}

impl Resolver {
    fn name(&mut self, asked: String, reason: UnresolvedReason) {
        if self.told.insert((asked.clone(), reason)) {
            self.unresolved.push(Unresolved { asked, reason });
        }
    }

    /// Whether the member is not to receive it; counts those.
    fn is_excluded(&mut self, member: &Member) -> bool {
        let excluded = self.exclude.contains(&member.id);
        if excluded && member.status == MemberStatus::Active {
            self.excluded.insert(member.id);
        }
        excluded
    }

    /// Two members can be one DingTalk user; that user receives a message once.
    fn receive(&mut self, receiver: Receiver) {
        if self.user_ids.insert(receiver.user_id.clone()) {
            self.receivers.insert(receiver.member, receiver);
        }
    }

    /// Takes the active members of a group; the unbound among them are named. Says whether there was anybody.
    fn receive_all(
        &mut self,
        members: impl IntoIterator<Item: Borrow<Member>>,
        corp_id: Option<&str>,
    ) -> bool {
        let mut anybody = false;
        for member in members {
            let member: &Member = member.borrow();
            if member.status != MemberStatus::Active {
                continue;
            }
            anybody = true;
            if self.is_excluded(member) {
                continue;
            }
            match receiver(member, corp_id) {
                Ok(receiver) => self.receive(receiver),
                Err(reason) if self.named.insert(member.id) => {
                    let asked = match member.profile.name() {
                        "" => member.id.to_string(),
                        name => name.to_owned(),
                    };
                    self.unresolved.push(Unresolved { asked, reason });
                }
                Err(_) => {}
            }
        }
        anybody
    }
}

fn receiver(member: &Member, corp_id: Option<&str>) -> Result<Receiver, UnresolvedReason> {
    match member.status {
        MemberStatus::Active => {}
        MemberStatus::Disabled => return Err(UnresolvedReason::Disabled),
        MemberStatus::Left => return Err(UnresolvedReason::Left),
    }
    let binding = member.binding.as_ref().ok_or(UnresolvedReason::NotBound)?;
    let elsewhere = binding.corp_id.as_deref().zip(corp_id).is_some_and(|(bound, ours)| bound != ours);
    // DingTalk takes userids joined by commas; one that holds a comma would name two people.
    if elsewhere {
        return Err(UnresolvedReason::OtherEnterprise);
    }
    if binding.user_id.is_empty() || binding.user_id.contains(',') {
        return Err(UnresolvedReason::NotBound);
    }
    Ok(Receiver { member: member.id, user_id: binding.user_id.clone(), name: member.profile.name().into() })
}

#[cfg(test)]
mod tests;
