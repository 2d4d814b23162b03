//! Somebody whom DingTalk vouches for and the last read has not seen: whether this person belongs here, and with which
//! places, decided from this one person.
//!
//! Invariant: nobody comes in alone whom a full read would leave out, as far as the departments known here can tell;
//! a department is never made, renamed or moved by it.

use std::collections::BTreeSet;

use crate::domain::sync::choice::Choice;
use crate::domain::sync::snapshot::UpstreamPerson;

/// What of an enterprise belongs here.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The departments that were brought in, by DingTalk's ids.
    pub known: &'a BTreeSet<i64>,
    /// The tenant's choice.
    pub choice: &'a Choice,
    /// Whether departments with negative ids (school contacts) are brought in.
    pub school_contacts: bool,
}

/// What follows for the one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Every place is known: this person alone is all there is to bring in.
    Complete,
    /// Belongs here, but is also in departments that were not brought in yet; a look at those has to follow.
    Partial,
    /// A full read would leave this person out.
    Unwanted,
}

/// Decides about one person.
pub fn arrival(person: &UpstreamPerson, wanted: Wanted<'_>) -> Arrival {
    let Wanted { known, choice, school_contacts } = wanted;
    let taken = |dept_id: i64| (dept_id > 0 || school_contacts) && choice.takes(dept_id);
    let places: Vec<i64> =
        person.memberships.iter().map(|place| place.dept_id).filter(|id| taken(*id)).collect();
    let is_known = |dept_id: &i64| known.contains(dept_id);
    // Only where nothing was chosen and nothing is excluded, an unknown department cannot lie outside of what is wanted.
    let everything = choice.roots.is_empty() && choice.excluded.is_empty();
    match (places.is_empty(), places.iter().all(is_known)) {
        // Somebody authorised singly is in no department at all; a pupil is, though in none that is wanted.
        (true, _) if everything && person.memberships.is_empty() => Arrival::Complete,
        (true, _) => Arrival::Unwanted,
        (false, true) => Arrival::Complete,
        (false, false) if everything => Arrival::Partial,
        (false, false) if places.iter().any(is_known) => Arrival::Complete,
        (false, false) => Arrival::Unwanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sync::snapshot::{UpstreamFields, UpstreamMembership};

    fn decide(places: &[i64], roots: &[i64], excluded: &[i64], school_contacts: bool) -> Arrival {
        let place = |dept_id: &i64| UpstreamMembership { dept_id: *dept_id, order: 0, leader: false };
        let person = UpstreamPerson {
            user_id: "u".into(),
            union_id: None,
            country_code: None,
            fields: UpstreamFields::default(),
            memberships: places.iter().map(place).collect(),
        };
        let choice =
            Choice { roots: roots.iter().copied().collect(), excluded: excluded.iter().copied().collect() };
        arrival(&person, Wanted { known: &[1, 5, 6].into(), choice: &choice, school_contacts })
    }

    #[test]
    fn known_places_are_enough_and_unknown_ones_ask_for_a_look() {
        assert_eq!(decide(&[5], &[], &[], false), Arrival::Complete);
        assert_eq!(decide(&[5, 7], &[], &[], false), Arrival::Partial);
        assert_eq!(decide(&[7], &[], &[], false), Arrival::Partial);
        assert_eq!(decide(&[], &[], &[], false), Arrival::Complete, "authorised singly");
    }

    #[test]
    fn what_was_not_chosen_stays_outside() {
        assert_eq!(decide(&[5], &[5], &[], false), Arrival::Complete);
        assert_eq!(decide(&[7], &[5], &[], false), Arrival::Unwanted, "it cannot be told where 7 lies");
        assert_eq!(decide(&[5, 7], &[5], &[], false), Arrival::Complete);
        assert_eq!(decide(&[6], &[], &[6], false), Arrival::Unwanted);
        assert_eq!(decide(&[7], &[], &[6], false), Arrival::Unwanted, "7 may lie below 6");
        assert_eq!(decide(&[], &[5], &[], false), Arrival::Unwanted);
    }

    #[test]
    fn pupils_come_in_only_where_schools_are_wanted() {
        assert_eq!(decide(&[-7], &[], &[], false), Arrival::Unwanted);
        assert_eq!(decide(&[-7], &[], &[], true), Arrival::Partial);
        assert_eq!(decide(&[-7, 5], &[], &[], false), Arrival::Complete, "a teacher");
    }
}
