//! What DingTalk would swallow of a message without a word, told before it is sent. [S-0769]
//!
//! Must not know where the day's deliveries come from. Invariant: a warning says how many people it concerns, names some
//! of them, and says what to do; only what this server sent is known, so it is a lower bound.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::id::MemberId;
use crate::domain::messaging::audience::Receiver;
use crate::domain::messaging::pace::PEOPLE_A_MINUTE;
use crate::domain::messaging::way::Way;
use crate::domain::text::Text;
use crate::domain::time::{DAY_MILLIS, Timestamp};

/// How many messages one application may send to one person in a day. [S-0769]
pub const MOST_A_DAY: u32 = 500;
/// How many of the people concerned are named.
const NAMED: usize = 20;
/// The day of DingTalk's rules begins at midnight in China.
const CHINA_OFFSET_MILLIS: i64 = 8 * 3_600_000;

/// What this server sent today, as far as it concerns a new message.
#[derive(Clone, Debug, Default)]
pub struct Today {
    /// How many messages each person got.
    pub messages: BTreeMap<MemberId, u32>,
    /// Who got the same content.
    pub same_content: BTreeSet<MemberId>,
}

/// The kinds of warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningKind {
    /// The same content went to the same person today.
    SameContentToday,
    /// The person got as many messages as DingTalk delivers in a day.
    DailyLimit,
    /// More people than a minute allows; they are spread over the next minutes.
    MinuteLimit,
    /// Nothing will be known of anybody.
    Untracked,
    /// It takes more calls than are left of the month.
    MonthlyCalls,
    /// DingTalk says that the month's calls are used up.
    QuotaExhausted,
}

impl WarningKind {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::SameContentToday => "sameContentToday",
            Self::DailyLimit => "dailyLimit",
            Self::MinuteLimit => "minuteLimit",
            Self::Untracked => "untracked",
            Self::MonthlyCalls => "monthlyCalls",
            Self::QuotaExhausted => "quotaExhausted",
        }
    }
}

/// Something to know before sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is about.
    pub kind: WarningKind,
    /// How many people it concerns.
    pub people: u32,
    /// Some of them by name.
    pub names: Vec<String>,
    /// What happens.
    pub detail: Text,
    /// The way around it.
    pub remedy: Text,
}

/// The beginning of the day of DingTalk's rules.
pub fn day_begins(now: Timestamp) -> Timestamp {
    Timestamp((now.0 + CHINA_OFFSET_MILLIS).div_euclid(DAY_MILLIS) * DAY_MILLIS - CHINA_OFFSET_MILLIS)
}

/// What happens to these people, of all that DingTalk does not tell.
pub fn warnings(receivers: &[Receiver], way: Way, today: &Today) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |kind, concerned: Vec<&Receiver>, detail: Text, remedy: Text| {
        if !concerned.is_empty() {
            let people = u32::try_from(concerned.len()).unwrap_or(u32::MAX);
            let names = concerned.iter().take(NAMED).map(|receiver| receiver.name.to_string()).collect();
            warnings.push(Warning { kind, people, names, detail, remedy });
        }
    };
    let of = |wanted: &dyn Fn(MemberId) -> bool| {
        receivers.iter().filter(|receiver| wanted(receiver.member)).collect::<Vec<_>>()
    };
    warn(
        WarningKind::SameContentToday,
        of(&|member| today.same_content.contains(&member)),
        Text::new(
            "这些人今天已收到相同内容，钉钉会丢弃重复的消息（143106）",
            "these people got the same content today; DingTalk drops the repetition (143106)",
        ),
        Text::new(
            "如确需再发，请在内容中加入时间或编号等不同之处",
            "if it is to arrive again, put something into it that differs, such as the time",
        ),
    );
    warn(
        WarningKind::DailyLimit,
        of(&|member| today.messages.get(&member).is_some_and(|count| *count >= MOST_A_DAY)),
        Text::new(
            format!("这些人今天已收到 {MOST_A_DAY} 条消息，钉钉不再投递（143105）"),
            format!("these people got {MOST_A_DAY} messages today; DingTalk delivers no more (143105)"),
        ),
        Text::new("请明天再发，或合并多条消息", "send it tomorrow, or put several messages into one"),
    );
    let minutes = receivers.len().div_ceil(usize::try_from(PEOPLE_A_MINUTE).unwrap_or(usize::MAX));
    if way == Way::Tracked && minutes > 1 {
        warn(
            WarningKind::MinuteLimit,
            receivers.iter().collect(),
            Text::new(
                format!("钉钉每分钟最多投递 5,000 人，将分 {minutes} 分钟发送，不会丢失"),
                format!(
                    "DingTalk delivers to 5,000 people a minute; this is spread over {minutes} minutes, nothing is lost"
                ),
            ),
            Text::new("无需处理", "nothing needs to be done"),
        );
    }
    if way == Way::Broadcast {
        warn(
            WarningKind::Untracked,
            receivers.iter().collect(),
            Text::new(
                "广播发出后，钉钉不提供任何人的送达与已读结果；超出其限制的部分会被静默丢弃",
                "of a broadcast DingTalk tells nothing about anybody, neither delivery nor reading; what is beyond its limits is dropped without a word",
            ),
            Text::new(
                "如需逐人结果，请选择逐人跟踪（tracked）",
                "to know each person's result, send it tracked",
            ),
        );
    }
    warnings
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn receiver(number: u128) -> Receiver {
        Receiver {
            member: Uuid::from_u128(number).into(),
            user_id: "u".into(),
            name: format!("员工{number}").into(),
        }
    }

    #[test]
    fn whoever_would_get_nothing_is_named() {
        let people: Vec<_> = (0..30).map(receiver).collect();
        let today = Today {
            messages: [(people[3].member, MOST_A_DAY), (people[4].member, MOST_A_DAY - 1)].into(),
            same_content: people.iter().take(25).map(|person| person.member).collect(),
        };
        let told = warnings(&people, Way::Tracked, &today);
        let kinds: Vec<_> =
            told.iter().map(|warning| (warning.kind, warning.people, warning.names.len())).collect();
        assert_eq!(kinds, [(WarningKind::SameContentToday, 25, 20), (WarningKind::DailyLimit, 1, 1)]);
        assert_eq!(told[1].names, ["员工3"]);
    }

    #[test]
    fn many_are_spread_and_a_broadcast_is_not_tracked() {
        let people: Vec<_> = (0..4_901).map(receiver).collect();
        let kinds =
            |way| warnings(&people, way, &Today::default()).iter().map(|one| one.kind).collect::<Vec<_>>();
        assert_eq!(kinds(Way::Tracked), [WarningKind::MinuteLimit]);
        assert_eq!(kinds(Way::Broadcast), [WarningKind::Untracked]);
        assert!(warnings(&people[..4_900], Way::Tracked, &Today::default()).is_empty());
    }

    #[test]
    fn the_day_begins_at_midnight_in_china() {
        // 2026-11-22 00:00 in China is 16:00 of the day before in UTC.
        let midnight = Timestamp(1_795_276_800_000);
        assert_eq!(day_begins(midnight.plus_seconds(3_600)), midnight);
        assert_eq!(day_begins(midnight), midnight);
        assert_eq!(day_begins(midnight.plus_millis(-1)), midnight.plus_millis(-DAY_MILLIS));
    }
}
