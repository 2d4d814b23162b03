//! A DingTalk user → a person of the snapshot.
//!
//! Invariant: what DingTalk left out stays absent; no text is longer than any of DingTalk's own limits.

use crate::dingtalk::{Field, User};
use crate::domain::directory::profile::ProfileField;
use crate::domain::sync::snapshot::{Upstream, UpstreamFields, UpstreamMembership, UpstreamPerson};

/// The longest text DingTalk keeps in a field, in characters. [wire reference, C8]
const LONGEST: usize = 2000;

/// A person as a department's list tells it, with the place in that department.
pub(super) fn listed(user: User, dept_id: i64) -> (UpstreamPerson, UpstreamMembership) {
    let order = user.dept_order.unwrap_or(0);
    let place = UpstreamMembership { dept_id, order, leader: user.leader.unwrap_or(false) };
    (person(user, Vec::new()), place)
}

/// A person asked for alone, with all places.
pub(super) fn alone(user: User) -> UpstreamPerson {
    let mut places: Vec<UpstreamMembership> = user
        .dept_id_list
        .iter()
        .flatten()
        .map(|dept_id| UpstreamMembership {
            dept_id: *dept_id,
            order: user.dept_order_list.iter().find(|(id, _)| id == dept_id).map_or(0, |(_, order)| *order),
            leader: user.leader_in_dept.iter().any(|(id, leader)| id == dept_id && *leader),
        })
        .collect();
    places.sort_by_key(|place| place.dept_id);
    places.dedup_by_key(|place| place.dept_id);
    person(user, places)
}

fn person(user: User, memberships: Vec<UpstreamMembership>) -> UpstreamPerson {
    let mut fields = UpstreamFields::default();
    let texts = [
        (ProfileField::Name, user.name),
        (ProfileField::Mobile, user.mobile),
        (ProfileField::Email, user.email),
        (ProfileField::OrgEmail, user.org_email),
        (ProfileField::JobNumber, user.job_number),
        (ProfileField::Title, user.title),
        (ProfileField::Telephone, user.telephone),
        (ProfileField::WorkPlace, user.work_place),
        (ProfileField::Remark, user.remark),
        (ProfileField::Avatar, user.avatar),
        (ProfileField::Extension, canonical_json(user.extension)),
    ];
    for (field, text) in texts {
        fields.set(field, upstream(text));
    }
    fields.set(ProfileField::HiredOn, hired_on(&user.hired_date));
    UpstreamPerson {
        user_id: user.userid.into(),
        union_id: user.unionid.filter(|id| !id.is_empty()).map(Into::into),
        country_code: user.state_code.value().map(|code| code.as_str().into()),
        fields,
        memberships,
    }
}

fn upstream(field: Field<String>) -> Upstream {
    match field {
        Field::Absent => Upstream::Absent,
        Field::Blank => Upstream::Blank,
        Field::Value(text) if text.trim().is_empty() => Upstream::Blank,
        Field::Value(text) => Upstream::Value(bounded(text).into()),
    }
}

/// A text cut to the longest that DingTalk keeps: a hostile answer must not fill the database.
pub(super) fn bounded(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}

/// Custom fields with their keys in order, so that the same fields are the same text.
fn canonical_json(field: Field<String>) -> Field<String> {
    match field {
        Field::Value(text) => Field::Value(match serde_json::from_str::<serde_json::Value>(&text) {
            Ok(value) => value.to_string(),
            Err(_) => text,
        }),
        other => other,
    }
}

/// The date of entry in China, where DingTalk counts its days.
fn hired_on(field: &Field<i64>) -> Upstream {
    match field {
        Field::Absent => Upstream::Absent,
        Field::Blank => Upstream::Blank,
        Field::Value(millis) => match jiff::Timestamp::from_millisecond(*millis) {
            Ok(moment) => {
                let china = jiff::tz::offset(8).to_datetime(moment);
                Upstream::Value(china.date().to_string().into())
            }
            Err(_) => Upstream::Absent,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_blank_and_value_stay_apart() {
        let user = User {
            userid: "u1".into(),
            name: Field::Value("王芳".into()),
            mobile: Field::Absent,
            email: Field::Blank,
            remark: Field::Value("  ".into()),
            hired_date: Field::Value(1_597_593_600_000),
            extension: Field::Value(r#"{"b":1,"a":"x"}"#.into()),
            ..User::default()
        };
        let (person, place) = listed(user, 7);
        assert_eq!(person.fields.get(ProfileField::Mobile), &Upstream::Absent);
        assert_eq!(person.fields.get(ProfileField::Email), &Upstream::Blank);
        assert_eq!(person.fields.get(ProfileField::Remark), &Upstream::Blank);
        assert_eq!(person.fields.get(ProfileField::HiredOn), &Upstream::Value("2020-08-17".into()));
        assert_eq!(person.fields.get(ProfileField::Extension), &Upstream::Value(r#"{"a":"x","b":1}"#.into()));
        assert_eq!((place.dept_id, place.leader), (7, false));
    }

    #[test]
    fn hostile_lengths_are_cut() {
        assert_eq!(bounded("长".repeat(3000)).chars().count(), 2000);
        assert_eq!(hired_on(&Field::Value(i64::MAX)), Upstream::Absent);
    }

    #[test]
    fn a_person_alone_brings_every_place() {
        let user = User {
            userid: "u1".into(),
            dept_id_list: Some(vec![9, 2, 9]),
            leader_in_dept: vec![(9, true)],
            dept_order_list: vec![(2, 176)],
            ..User::default()
        };
        let places = alone(user).memberships;
        assert_eq!(places.len(), 2);
        assert_eq!((places[0].order, places[0].leader), (176, false));
        assert!(places[1].leader);
    }
}
