//! Whom a message reaches: people asked for by name, with departments, or all; each once, the others named.
//!
//! Invariant: everybody who was asked for is either a receiver or named with a reason, never silently left out.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::id::MemberId;
use crate::domain::messaging::message::{Unresolved, UnresolvedReason};

/// Somebody or some people that a message is meant for, as found in the directory.
#[derive(Clone, Debug)]
pub enum Asked {
    /// One person, by account name or member id.
    Person {
        /// As it was asked for.
        name: String,
        /// Who that is, when there is somebody.
        member: Option<Box<Member>>,
    },
    /// A department with everything below it.
    Department {
        /// As it was asked for.
        name: String,
        /// Who is in it, when it exists.
        members: Option<Vec<Member>>,
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
}

#[derive(Default)]
struct Resolver {
    receivers: BTreeMap<MemberId, Receiver>,
    user_ids: BTreeSet<Box<str>>,
    named: BTreeSet<MemberId>,
    unresolved: Vec<Unresolved>,
}

/// Finds the receivers. `corp_id` is the enterprise of the tenant's application, when known: a binding to another
/// one leads nowhere.
pub fn resolve(asked: Vec<Asked>, corp_id: Option<&str>) -> Resolution {
    let mut resolver = Resolver::default();
    for asked in asked {
        match asked {
            Asked::Person { name, member: None } => resolver.name(name, UnresolvedReason::Unknown),
            Asked::Person { name, member: Some(member) } => match receiver(&member, corp_id) {
                Ok(receiver) => resolver.receive(receiver),
                Err(reason) => {
                    resolver.named.insert(member.id);
                    resolver.name(name, reason);
                }
            },
            Asked::Department { name, members: None } => resolver.name(name, UnresolvedReason::Unknown),
            Asked::Department { name, members: Some(members) } => {
                if !resolver.receive_all(members, corp_id) {
                    resolver.name(name, UnresolvedReason::Empty);
                }
            }
            Asked::Everyone(members) => {
                resolver.receive_all(members, corp_id);
            }
        }
    }
    Resolution { receivers: resolver.receivers.into_values().collect(), unresolved: resolver.unresolved }
}

impl Resolver {
    fn name(&mut self, asked: String, reason: UnresolvedReason) {
        let unresolved = Unresolved { asked, reason };
        if !self.unresolved.contains(&unresolved) {
            self.unresolved.push(unresolved);
        }
    }

    /// Two members can be one DingTalk user; that user receives a message once.
    fn receive(&mut self, receiver: Receiver) {
        if self.user_ids.insert(receiver.user_id.clone()) {
            self.receivers.insert(receiver.member, receiver);
        }
    }

    /// Takes the active members of a group; the unbound among them are named. Says whether there was anybody.
    fn receive_all(&mut self, members: Vec<Member>, corp_id: Option<&str>) -> bool {
        let mut anybody = false;
        for member in members.into_iter().filter(|member| member.status == MemberStatus::Active) {
            anybody = true;
            match receiver(&member, corp_id) {
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
    if member.status != MemberStatus::Active {
        return Err(UnresolvedReason::NotActive);
    }
    let binding = member.binding.as_ref().ok_or(UnresolvedReason::NotBound)?;
    let elsewhere = binding.corp_id.as_deref().zip(corp_id).is_some_and(|(bound, ours)| bound != ours);
    // DingTalk takes userids joined by commas; one that holds a comma would name two people.
    if elsewhere || binding.user_id.is_empty() || binding.user_id.contains(',') {
        return Err(UnresolvedReason::NotBound);
    }
    Ok(Receiver { member: member.id, user_id: binding.user_id.clone(), name: member.profile.name().into() })
}

#[cfg(test)]
mod tests;
