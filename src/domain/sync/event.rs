//! What DingTalk's events ask to be looked at, as it is kept until somebody has looked.
//!
//! Events are hints: what is read afterwards counts, not what they say. Invariants: a hint that was noted stays until
//! the reading it caused is done, also when more come meanwhile; the hints of a tenant are bounded, beyond the
//! bound they are one: look at everything.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::id::TenantId;
use crate::domain::time::Timestamp;

/// People that are looked at one by one; more of them mean everything.
pub const MOST_PEOPLE: usize = 1000;
/// Departments that are looked at one by one.
pub const MOST_DEPARTMENTS: usize = 100;

/// How DingTalk tells a tenant what changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EventTransport {
    /// Not at all.
    #[default]
    Off,
    /// Over a connection that this server opens.
    Stream,
    /// By calling an address of this server.
    Push,
}

impl EventTransport {
    /// Every transport.
    pub const ALL: [Self; 3] = [Self::Off, Self::Stream, Self::Push];

    /// The transport's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Stream => "stream",
            Self::Push => "push",
        }
    }
}

/// A tenant's choice of transport, with what HTTP push is secured by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventSubscription {
    /// Whose.
    pub tenant: TenantId,
    /// The transport.
    pub transport: EventTransport,
    /// The sealed signing token (签名 token) of HTTP push.
    pub sealed_token: Option<Vec<u8>>,
    /// The sealed encoding key (加密 aes_key) of HTTP push.
    pub sealed_key: Option<Vec<u8>>,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Whether DingTalk's list of missed events is being read, which empties it. Still set when a reading begins, the one
    /// before came to no end, and what it was given may be lost.
    pub reading_missed: bool,
}

/// An event that came, so that its repetitions are known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenEvent {
    /// Whose.
    pub tenant: TenantId,
    /// DingTalk's id of the event.
    pub event_id: Box<str>,
    /// When it came.
    pub at: Timestamp,
}

/// What an event asks to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// These userids.
    People(Vec<Box<str>>, Expected),
    /// These departments.
    Departments(Vec<i64>, Expected),
    /// Not told or not known what.
    Everything,
}

/// What an event says is to be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Expected {
    /// Somebody or something new.
    Arrival,
    /// Something else than before.
    Change,
    /// Nobody or nothing.
    Departure,
    /// Whatever it is.
    Anything,
}

/// One thing to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// Its number: a later hint about the same thing has a higher one.
    pub number: u64,
    /// When it was noted.
    pub at: Timestamp,
    /// What is to be found.
    pub expected: Expected,
    /// Whether it was looked at before, too early as it seemed.
    pub again: bool,
}

/// Everything of one tenant that is to be looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hints {
    /// Whose.
    pub tenant: TenantId,
    /// The number of the next hint.
    pub next: u64,
    /// Set when everything is to be looked at.
    pub everything: Option<Hint>,
    /// People by userid.
    pub people: BTreeMap<Box<str>, Hint>,
    /// Departments by DingTalk's id.
    pub departments: BTreeMap<i64, Hint>,
}

/// The hints whose time has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ripe {
    /// Whether everything is to be looked at.
    pub everything: bool,
    /// People by userid.
    pub people: BTreeMap<Box<str>, Hint>,
    /// Departments by DingTalk's id.
    pub departments: BTreeMap<i64, Hint>,
    /// The highest number of any hint at that moment.
    upto: u64,
}

impl Hints {
    /// Nothing to be looked at.
    pub fn new(tenant: TenantId) -> Self {
        Self { tenant, next: 1, everything: None, people: BTreeMap::new(), departments: BTreeMap::new() }
    }

    /// Whether there is nothing to be looked at.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many things are to be looked at.
    pub fn len(&self) -> usize {
        usize::from(self.everything.is_some()) + self.people.len() + self.departments.len()
    }

    /// Notes what an event is about.
    pub fn note(&mut self, about: About, at: Timestamp) {
        match about {
            About::People(ids, expected) => {
                for id in ids {
                    let hint = self.hint(at, expected);
                    self.people.insert(id, hint);
                }
            }
            About::Departments(ids, expected) => {
                for id in ids {
                    let hint = self.hint(at, expected);
                    self.departments.insert(id, hint);
                }
            }
            About::Everything => self.note_everything(at),
        }
        if self.people.len() > MOST_PEOPLE || self.departments.len() > MOST_DEPARTMENTS {
            self.people.clear();
            self.departments.clear();
            self.note_everything(at);
        }
    }

    fn note_everything(&mut self, at: Timestamp) {
        let hint = self.hint(at, Expected::Anything);
        // The first moment counts: however many events come, looking is not put off for ever.
        let at = self.everything.map_or(at, |earlier| earlier.at);
        self.everything = Some(Hint { at, ..hint });
    }

    fn hint(&mut self, at: Timestamp, expected: Expected) -> Hint {
        let number = self.next;
        self.next = self.next.saturating_add(1);
        Hint { number, at, expected, again: false }
    }

    /// Asks for another look at people who were not as their events said. Who has a newer hint is left alone.
    pub fn look_again(&mut self, people: &[Box<str>], at: Timestamp) {
        for id in people {
            if !self.people.contains_key(id) {
                let hint = Hint { again: true, ..self.hint(at, Expected::Anything) };
                self.people.insert(id.clone(), hint);
            }
        }
    }

    /// What was noted at least `delay_ms` ago.
    pub fn ripe(&self, now: Timestamp, delay_ms: i64) -> Ripe {
        let is_ripe = |hint: &Hint| now.millis_since(hint.at) >= delay_ms;
        Ripe {
            everything: self.everything.as_ref().is_some_and(is_ripe),
            people: self
                .people
                .iter()
                .filter(|(_, hint)| is_ripe(hint))
                .map(|(id, hint)| (id.clone(), *hint))
                .collect(),
            departments: self
                .departments
                .iter()
                .filter(|(_, hint)| is_ripe(hint))
                .map(|(id, hint)| (*id, *hint))
                .collect(),
            upto: self.next.saturating_sub(1),
        }
    }

    /// When the next hint's time comes.
    pub fn due(&self, delay_ms: i64) -> Option<Timestamp> {
        let all = self.people.values().chain(self.departments.values()).chain(&self.everything);
        all.map(|hint| hint.at).min().map(|at| at.plus_millis(delay_ms))
    }

    /// Forgets what was looked at; what was noted since stays.
    pub fn settle(&mut self, ripe: &Ripe) {
        if ripe.everything {
            let newer = |hint: &Hint| hint.number > ripe.upto;
            self.everything = self.everything.filter(newer);
            self.people.retain(|_, hint| newer(hint));
            self.departments.retain(|_, hint| newer(hint));
            return;
        }
        let seen = |known: Option<&Hint>, hint: &Hint| known.is_some_and(|known| known.number == hint.number);
        self.people.retain(|id, hint| !seen(ripe.people.get(id), hint));
        self.departments.retain(|id, hint| !seen(ripe.departments.get(id), hint));
    }
}

impl Ripe {
    /// Whether no hint's time has come.
    pub fn is_empty(&self) -> bool {
        !self.everything && self.people.is_empty() && self.departments.is_empty()
    }

    /// The same hints, to be settled by looking at everything.
    #[must_use]
    pub fn as_everything(self) -> Self {
        Self { everything: true, ..self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const T: Timestamp = Timestamp(1_000_000);

    fn people(ids: &[&str]) -> About {
        About::People(ids.iter().map(|id| (*id).into()).collect(), Expected::Change)
    }

    #[test]
    fn a_hint_ripens_and_goes_when_it_was_looked_at() {
        let mut hints = Hints::new(TenantId(1000));
        hints.note(people(&["u1", "u2"]), T);
        hints.note(About::Departments(vec![7], Expected::Arrival), T.plus_millis(500));
        assert_eq!((hints.len(), hints.due(2000)), (3, Some(T.plus_millis(2000))));
        assert!(hints.ripe(T.plus_millis(1999), 2000).is_empty());
        let ripe = hints.ripe(T.plus_millis(2000), 2000);
        assert_eq!((ripe.people.len(), ripe.departments.len()), (2, 0));
        hints.note(people(&["u2"]), T.plus_millis(2001));
        hints.settle(&ripe);
        assert_eq!(hints.people.keys().map(AsRef::as_ref).collect::<Vec<_>>(), ["u2"], "it was named again");
        assert_eq!(hints.departments.len(), 1);
    }

    #[test]
    fn looking_at_everything_settles_what_was_noted_before() {
        let mut hints = Hints::new(TenantId(1000));
        hints.note(people(&["u1"]), T);
        hints.note(About::Everything, T);
        let ripe = hints.ripe(T, 0);
        hints.note(people(&["u2"]), T);
        hints.settle(&ripe);
        assert_eq!((hints.everything, hints.people.len(), hints.people.contains_key("u2")), (None, 1, true));
        let ripe = hints.ripe(T, 0).as_everything();
        hints.note(About::Everything, T);
        hints.settle(&ripe);
        assert_eq!(hints.len(), 1, "everything was asked for again meanwhile");
    }

    #[test]
    fn the_second_look_does_not_push_a_newer_hint_away() {
        let mut hints = Hints::new(TenantId(1000));
        hints.note(people(&["u1"]), T);
        let before = hints.clone();
        hints.look_again(&["u1".into()], T.plus_millis(9));
        assert_eq!(hints, before);
        hints.look_again(&["u2".into()], T);
        assert!(hints.people["u2"].again);
    }

    proptest! {
        /// However many events come and whenever somebody looks, nothing is lost and nothing grows beyond the bound.
        #[test]
        fn hints_are_bounded_and_never_lost(steps in proptest::collection::vec((0_u16..2000, 0_u8..4), 1..400)) {
            let mut hints = Hints::new(TenantId(1000));
            let mut last = None;
            for (person, step) in steps {
                let id: Box<str> = format!("u{person}").into();
                match step {
                    0 => {
                        let ripe = hints.ripe(T, 0);
                        hints.note(About::People(vec![id.clone()], Expected::Change), T);
                        hints.settle(&ripe);
                        last = Some(id);
                    }
                    1 => {
                        let many = (0..person).map(|n| format!("m{n}").into()).collect();
                        hints.note(About::People(many, Expected::Change), T);
                    }
                    _ => {
                        hints.note(About::People(vec![id.clone()], Expected::Change), T);
                        last = Some(id);
                    }
                }
                prop_assert!(hints.people.len() <= MOST_PEOPLE);
                if let Some(last) = &last {
                    prop_assert!(hints.everything.is_some() || hints.people.contains_key(last));
                }
            }
            let ripe = hints.ripe(T, 0);
            hints.settle(&ripe);
            prop_assert!(hints.is_empty() && hints.due(0).is_none());
        }
    }
}
