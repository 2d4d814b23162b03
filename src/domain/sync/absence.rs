//! People whom a whole read did not show. Reading takes a while: who moves between two departments meanwhile, or stands
//! where one page ends and the next begins, may be shown by neither.
//!
//! Invariant: an absence is doubted only where that can be looked into one by one, and where nothing stops the run anyway.

use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::sync::guard::Guard;
use crate::domain::sync::snapshot::{Coverage, Snapshot};

/// The most people that are asked for one by one.
pub const MOST: usize = 500;

/// Whether somebody is here and DingTalk's, so that an absence there means leaving.
pub fn is_here(member: &Member) -> bool {
    member.binding.is_some() && member.status == MemberStatus::Active
}

/// The userids of those who would leave because the read did not show them: of `absent`, the members whose userid is not
/// in the snapshot, where `here` members are here. Nobody, when there are so many that the run stops for approval, or
/// that asking would take long.
pub fn doubtful(snapshot: &Snapshot, absent: &[Member], here: u64, guard: Guard) -> Vec<Box<str>> {
    if snapshot.coverage != Coverage::Whole || snapshot.people.is_empty() {
        return Vec::new();
    }
    let bindings =
        absent.iter().filter(|member| is_here(member)).filter_map(|member| member.binding.as_ref());
    let same_enterprise = bindings.filter(|one| one.corp_id.is_none() || one.corp_id == snapshot.corp_id);
    let mut absent: Vec<Box<str>> = same_enterprise.map(|one| one.user_id.clone()).collect();
    absent.sort();
    absent.dedup();
    if absent.len() > MOST || guard.exceeded(absent.len() as u64, here) {
        return Vec::new();
    }
    absent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sync::model::*;
    use crate::domain::sync::snapshot::UpstreamPerson;

    const GUARD: Guard = Guard { minimum: 5, percent: 5 };

    fn people(numbers: std::ops::Range<u32>) -> Vec<UpstreamPerson> {
        numbers.map(|number| person(&format!("u{number:02}"), "王芳", None, &[2])).collect()
    }

    fn user_id(member: &Member) -> &str {
        &member.binding.as_ref().unwrap().user_id
    }

    #[test]
    fn a_few_absent_are_doubted_and_many_or_all_are_left_to_the_guard() {
        let stored = landed(people(0..20)).members;
        let doubt = |read: &Snapshot| {
            let absent: Vec<Member> =
                stored.iter().filter(|one| !read.shows(user_id(one))).cloned().collect();
            doubtful(read, &absent, 20, GUARD).len()
        };
        let absent = |shown: Vec<UpstreamPerson>| doubt(&snapshot(shown));
        assert_eq!([absent(people(0..20)), absent(people(3..20)), absent(people(5..20))], [0, 3, 5]);
        assert_eq!([absent(people(6..20)), absent(Vec::new())], [0, 0]);
        let some = Snapshot { coverage: Coverage::People, ..snapshot(people(3..20)) };
        assert_eq!(doubt(&some), 0);
        let other = Snapshot { corp_id: Some("dingother".into()), ..snapshot(people(3..20)) };
        assert_eq!(doubt(&other), 0, "another enterprise does not know them");
    }
}
