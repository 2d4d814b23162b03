//! How a person's upstream data changes a member: field by field, respecting what was edited here.
//!
//! Invariant: an absent key changes nothing; a pinned field changes nothing; a name is never blanked.

use std::collections::HashMap;

use crate::domain::directory::member::{Binding, Member, MemberStatus, Membership};
use crate::domain::directory::profile::{Profile, ProfileField};
use crate::domain::id::DepartmentId;
use crate::domain::sync::identity::number_of;
use crate::domain::sync::snapshot::{Upstream, UpstreamMembership, UpstreamPerson};

/// The ids here of DingTalk's departments.
pub type DepartmentIds = HashMap<i64, DepartmentId>;

/// The profile of somebody new.
pub fn new_profile(person: &mut UpstreamPerson) -> Profile {
    let mobile = number_of(person);
    let mut profile = Profile::default();
    for field in ProfileField::ALL {
        if let Upstream::Value(value) = person.fields.take(field) {
            profile.set(field, Some(value));
        }
    }
    if let Some(mobile) = mobile {
        profile.set(ProfileField::Mobile, Some(mobile.as_str().into()));
    }
    if profile.name().is_empty() {
        profile.set(ProfileField::Name, Some(person.user_id.clone()));
    }
    profile
}

/// The member after the person's data; `None` when nothing changes. A member who had left comes back.
pub fn merged(
    member: &Member,
    person: &UpstreamPerson,
    corp_id: Option<&str>,
    ids: &DepartmentIds,
) -> Option<Member> {
    let fields = changed_fields(member, person);
    let memberships = places(&person.memberships, ids);
    let binding = changed_binding(member.binding.as_ref(), person, corp_id);
    let status = (member.status == MemberStatus::Left).then_some(MemberStatus::Active);
    if fields.is_empty() && memberships == member.memberships && binding.is_none() && status.is_none() {
        return None;
    }
    let mut after = member.clone();
    for (field, value) in fields {
        after.profile.set(field, value);
    }
    after.memberships = memberships;
    after.binding = binding.or(after.binding);
    after.formerly = None;
    after.status = status.unwrap_or(after.status);
    Some(after)
}

fn changed_fields(member: &Member, person: &UpstreamPerson) -> Vec<(ProfileField, Option<Box<str>>)> {
    let mut changes = Vec::new();
    for field in ProfileField::ALL {
        if member.pinned.contains(&field) {
            continue;
        }
        let value: Option<Box<str>> = match person.fields.get(field) {
            Upstream::Absent => continue,
            Upstream::Blank if field == ProfileField::Name => continue,
            Upstream::Blank => None,
            Upstream::Value(_) if field == ProfileField::Mobile => match number_of(person) {
                Some(mobile) if member.profile.get(field) == Some(mobile.as_str()) => continue,
                Some(mobile) => Some(mobile.as_str().into()),
                None => raw(person, field),
            },
            Upstream::Value(text) if member.profile.get(field) == Some(text.as_ref()) => continue,
            Upstream::Value(_) => raw(person, field),
        };
        if member.profile.get(field) != value.as_deref() {
            changes.push((field, value));
        }
    }
    changes
}

fn raw(person: &UpstreamPerson, field: ProfileField) -> Option<Box<str>> {
    match person.fields.get(field) {
        Upstream::Value(text) => Some(text.clone()),
        Upstream::Absent | Upstream::Blank => None,
    }
}

fn changed_binding(
    known: Option<&Binding>,
    person: &UpstreamPerson,
    corp_id: Option<&str>,
) -> Option<Binding> {
    let after = Binding {
        corp_id: corp_id.map(Into::into).or_else(|| known.and_then(|known| known.corp_id.clone())),
        user_id: person.user_id.clone(),
        union_id: person.union_id.clone().or_else(|| known.and_then(|known| known.union_id.clone())),
    };
    (known != Some(&after)).then_some(after)
}

/// Memberships with the departments' ids here, sorted; departments that are not known here are dropped.
pub fn places(upstream: &[UpstreamMembership], ids: &DepartmentIds) -> Vec<Membership> {
    let mut places: Vec<Membership> = upstream
        .iter()
        .filter_map(|place| {
            let department = *ids.get(&place.dept_id)?;
            Some(Membership { department, order: place.order, leader: place.leader })
        })
        .collect();
    places.sort();
    places
}
