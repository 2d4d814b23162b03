//! The two ways to reach many people: tracked, in calls of up to 100 whose results can be read back person by person;
//! and broadcast, in one call to departments or everyone, of which DingTalk tells nothing afterwards. [S-0769, S-0773]
//!
//! Invariant: every receiver is in exactly one share, whichever way is taken.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::MemberId;
use crate::domain::messaging::audience::Receiver;
use crate::domain::messaging::message::{Audience, BATCH};
use crate::domain::text::Text;

/// The most people that one call reaches. [S-0769]
pub const MOST_PEOPLE: usize = 5_000;
/// The most departments that one call names. [S-0769]
const MOST_DEPARTMENTS: usize = 20;
/// How often a batch's results are asked for at most.
pub const MOST_READINGS: u64 = 8;
/// What part of the month's remaining calls a tracked message may take before a broadcast is the better choice.
const SHARE_OF_REMAINING: u64 = 20;

/// How a message goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Way {
    /// In calls of up to 100 people; each person's result is read back.
    Tracked,
    /// In one call to departments or everyone; nothing is known of anybody afterwards.
    Broadcast,
}

impl Way {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tracked => "tracked",
            Self::Broadcast => "broadcast",
        }
    }
}

/// How the sender wants a message to go out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wish {
    /// As the rule says.
    #[default]
    Auto,
    /// Tracked.
    Tracked,
    /// Broadcast.
    Broadcast,
}

/// Whom one call names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// People, by userid.
    People,
    /// Departments with everything below them, by DingTalk's ids.
    Departments(Vec<i64>),
    /// Everyone who may use the application.
    Everyone,
}

/// A department that a message is meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// DingTalk's id of it, when it has one.
    pub dept_id: Option<i64>,
    /// Its name.
    pub name: String,
    /// Who is in it or below it.
    pub members: BTreeSet<MemberId>,
}

/// What goes out with one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// Whom the call names.
    pub target: Target,
    /// Those of the receivers whom it is the first to reach.
    pub receivers: Vec<Receiver>,
}

/// How a message goes out, call by call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Course {
    /// The way.
    pub way: Way,
    /// The calls.
    pub shares: Vec<Share>,
}

/// The calls that a message takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// To send it.
    pub sending: u64,
    /// To read its results, at least.
    pub reading_least: u64,
    /// To read its results, at most.
    pub reading_most: u64,
}

impl Cost {
    /// What so many calls of a way take.
    pub fn of(way: Way, calls: usize) -> Self {
        let sending = u64::try_from(calls).unwrap_or(u64::MAX);
        match way {
            Way::Tracked => {
                Self { sending, reading_least: sending, reading_most: sending.saturating_mul(MOST_READINGS) }
            }
            Way::Broadcast => Self { sending, reading_least: 0, reading_most: 0 },
        }
    }

    /// The most that can come together.
    pub fn most(self) -> u64 {
        self.sending.saturating_add(self.reading_most)
    }
}

/// The calls of the tracked way.
pub fn tracked(receivers: &[Receiver]) -> Vec<Share> {
    let share = |people: &[Receiver]| Share { target: Target::People, receivers: people.to_vec() };
    receivers.chunks(BATCH).map(share).collect()
}

/// The calls of a broadcast, or why there can be none.
pub fn broadcast(
    audience: &Audience,
    groups: &[Group],
    receivers: &[Receiver],
) -> std::result::Result<Vec<Share>, Text> {
    if !audience.exclude.is_empty() {
        return Err(Text::new(
            "广播不能排除任何人，请改用逐人跟踪或去掉排除名单",
            "a broadcast cannot leave anybody out; send it tracked, or drop the exclusions",
        ));
    }
    if audience.everyone {
        let everyone = Share { target: Target::Everyone, receivers: receivers.to_vec() };
        return if receivers.len() > MOST_PEOPLE { Err(too_many()) } else { Ok(vec![everyone]) };
    }
    if groups.is_empty() || !audience.usernames.is_empty() || !audience.members.is_empty() {
        return Err(Text::new(
            "广播只能发给部门或全体，指定到人时请用逐人跟踪",
            "a broadcast goes to departments or everyone; to single people, send it tracked",
        ));
    }
    let mut left: Vec<&Receiver> = receivers.iter().collect();
    let mut shares = Vec::new();
    let (mut departments, mut people, mut reach) = (Vec::new(), Vec::new(), 0);
    for group in groups {
        let Some(dept_id) = group.dept_id else {
            return Err(Text::new(
                format!("部门 {} 未与钉钉同步，无法广播", group.name),
                format!(
                    "the department {} is not synchronised with DingTalk, so nothing can be broadcast to it",
                    group.name
                ),
            ));
        };
        let (own, others): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|receiver| group.members.contains(&receiver.member));
        left = others;
        if group.members.len() > MOST_PEOPLE {
            return Err(too_many());
        }
        // An earlier call reached some of a call's people; they count for it all the same.
        if departments.len() == MOST_DEPARTMENTS || reach + group.members.len() > MOST_PEOPLE {
            let target = Target::Departments(std::mem::take(&mut departments));
            shares.push(Share { target, receivers: std::mem::take(&mut people) });
            reach = 0;
        }
        reach += group.members.len();
        departments.push(dept_id);
        people.extend(own.into_iter().cloned());
    }
    shares.push(Share { target: Target::Departments(departments), receivers: people });
    Ok(shares)
}

fn too_many() -> Text {
    Text::new(
        format!("一次广播最多 {MOST_PEOPLE} 人，超出部分会被钉钉丢弃；请改用逐人跟踪，或按部门分开广播"),
        format!(
            "a broadcast reaches {MOST_PEOPLE} people at most, DingTalk drops the rest; send it tracked, or department by department"
        ),
    )
}

/// How a message goes out. `remaining`: the calls that are left of the month.
pub fn choose(
    wish: Wish,
    broadcast: std::result::Result<Vec<Share>, Text>,
    receivers: &[Receiver],
    remaining: u64,
) -> Result<Course> {
    let tracked = || Course { way: Way::Tracked, shares: tracked(receivers) };
    let is_dear =
        Cost::of(Way::Tracked, receivers.len().div_ceil(BATCH)).most() > remaining / SHARE_OF_REMAINING;
    match (wish, broadcast) {
        (Wish::Tracked, _) | (Wish::Auto, Err(_)) => Ok(tracked()),
        (Wish::Auto, Ok(_)) if !is_dear => Ok(tracked()),
        (Wish::Auto | Wish::Broadcast, Ok(shares)) => Ok(Course { way: Way::Broadcast, shares }),
        (Wish::Broadcast, Err(obstacle)) => {
            Err(Error::new(ErrorCode::BroadcastImpossible, obstacle.zh, obstacle.en))
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn receivers(count: usize) -> Vec<Receiver> {
        let one = |number: usize| Receiver {
            member: Uuid::from_u128(number as u128).into(),
            user_id: format!("u{number}").into(),
            name: "某人".into(),
        };
        (0..count).map(one).collect()
    }

    fn everyone() -> Audience {
        Audience { everyone: true, ..Audience::default() }
    }

    fn group(dept_id: Option<i64>, people: std::ops::Range<usize>) -> Group {
        let members = people.map(|number| Uuid::from_u128(number as u128).into()).collect();
        Group { dept_id, name: "部".into(), members }
    }

    fn departments() -> Audience {
        Audience { departments: vec![Uuid::from_u128(1).into()], ..Audience::default() }
    }

    #[test]
    fn the_rule_takes_the_dear_way_only_while_there_is_plenty() {
        let people = receivers(1_000);
        let way = |wish, remaining| {
            choose(wish, broadcast(&everyone(), &[], &people), &people, remaining).unwrap().way
        };
        assert_eq!(way(Wish::Auto, 5_000), Way::Tracked, "90 of 5,000 calls");
        assert_eq!(way(Wish::Auto, 1_000), Way::Broadcast);
        assert_eq!(way(Wish::Tracked, 0), Way::Tracked);
        assert_eq!(way(Wish::Broadcast, 5_000), Way::Broadcast);
    }

    #[test]
    fn a_broadcast_that_cannot_be_says_why() {
        let people = receivers(5_001);
        let impossible = choose(Wish::Broadcast, broadcast(&everyone(), &[], &people), &people, 5_000);
        assert_eq!(impossible.unwrap_err().code, ErrorCode::BroadcastImpossible);
        let forced = choose(Wish::Auto, broadcast(&everyone(), &[], &people), &people, 0).unwrap();
        assert_eq!((forced.way, forced.shares.len()), (Way::Tracked, 51));
        let named = Audience { usernames: vec!["a".into()], ..departments() };
        assert!(broadcast(&named, &[group(Some(7), 0..1)], &people).is_err());
        assert!(broadcast(&departments(), &[group(None, 0..1)], &people).is_err());
    }

    #[test]
    fn departments_share_calls_and_each_person_is_in_one() {
        let people = receivers(60);
        let groups: Vec<_> = (0..25).map(|number| group(Some(number), 0..60)).collect();
        let shares = broadcast(&departments(), &groups, &people).unwrap();
        let sizes: Vec<_> = shares.iter().map(|share| share.receivers.len()).collect();
        assert_eq!(sizes, [60, 0], "whoever is in several is counted with the first");
        let large = [group(Some(1), 0..3_000), group(Some(2), 3_000..5_500)];
        let shares = broadcast(&departments(), &large, &receivers(5_500)).unwrap();
        assert_eq!(shares.len(), 2, "no call above 5,000 people");
        let overlapping = [0..4_000, 0..2_000, 4_000..8_000];
        let groups: Vec<_> = (1..).zip(overlapping).map(|(id, people)| group(Some(id), people)).collect();
        let shares = broadcast(&departments(), &groups, &receivers(8_000)).unwrap();
        assert_eq!(shares.len(), 3, "the second and the third have 6,000 people, whoever was reached before");
    }
}
