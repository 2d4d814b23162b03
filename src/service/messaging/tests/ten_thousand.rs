//! Ten thousand people through a platform that enforces its limits, with everything going wrong that can for some of
//! them; then its record and ours are laid side by side.

use std::collections::BTreeMap;

use crate::domain::access::principal::Principal;
use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::message::Recipient;
use crate::domain::messaging::way::{MOST_READINGS, Way};
use crate::simulator::{Fault, FaultKind};

use super::world::{RESULT, SEND, TENANT, World, message, to};

const PEOPLE: usize = 10_000;

/// What the platform says became of the last notice with this text for each person.
fn record(world: &World, text: &str) -> BTreeMap<String, (String, Option<&'static str>)> {
    let mut record = BTreeMap::new();
    for notice in world.simulator.platform().messages() {
        if notice.msg["text"]["content"] == text {
            record.insert(notice.userid, (notice.state.to_owned(), notice.code));
        }
    }
    record
}

fn agrees(person: &Recipient, said: Option<&(String, Option<&'static str>)>) -> bool {
    match (said, &person.delivery) {
        (None, Delivery::Invalid) => true,
        (Some((state, None)), Delivery::Read) => state == "read",
        (Some((state, None)), Delivery::Unread) => state == "unread",
        (Some((state, None)), Delivery::Failed(code)) => state == "failed" && &**code == "undelivered",
        (Some((state, Some(theirs))), Delivery::Refused(ours)) => state == "forbidden" && &**ours == *theirs,
        _ => false,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_ten_thousand_ends_as_the_platform_has_it() {
    let world = World::paced(PEOPLE).await;
    let platform = world.simulator.platform();
    let user_ids: Vec<String> = world
        .members()
        .await
        .iter()
        .map(|member| member.binding.as_ref().unwrap().user_id.to_string())
        .collect();
    // Before: seven people have the same text already.
    let early: Vec<String> = (0..7).map(|number| format!("user{number}")).collect();
    let early: Vec<&str> = early.iter().map(String::as_str).collect();
    world.messaging.send(&Principal::Server, TENANT, message("全员", to(&early))).await.unwrap();
    world.run_for(70).await;
    let before = platform.count_of(SEND).calls - platform.count_of(SEND).errors;
    let read_before = platform.count_of(RESULT).calls;
    // Protected, out of reach, and gone from DingTalk since the last synchronisation.
    user_ids[1_000..1_003].iter().for_each(|user| platform.forbid(user, Some("1430004")).unwrap());
    user_ids[2_000..2_002].iter().for_each(|user| platform.forbid(user, None).unwrap());
    user_ids[3_000..3_005].iter().for_each(|user| platform.remove_user(world.corp_id(), user).unwrap());
    // On the way: an expired token, throttling, an answer that is lost.
    platform.add_fault(Fault::times(SEND, 1, FaultKind::Errcode { code: 90018, wrapped: true }).after(20));
    let used_before = world.used_this_month();
    let accepted = world.send_all("全员").await;
    assert_eq!((usize::try_from(accepted.accepted).unwrap(), accepted.way), (PEOPLE, Way::Tracked));
    platform.expire_tokens(None);
    world.run_for(600).await;
    platform.mark_read(None, None);
    world.run_for(24 * 3_600).await;

    let view = world.view(accepted.id).await;
    let tally = view.message.tally;
    assert_eq!(tally.queued + tally.sent + tally.unknown, 0, "everybody ends in a state: {tally:?}");
    assert!(view.message.settled_at.is_some());
    let record = record(&world, "全员");
    let people = world.recipients(accepted.id).await;
    assert_eq!(people.len(), PEOPLE);
    for person in &people {
        let said = record.get(&*person.user_id);
        assert!(
            agrees(person, said),
            "{}: {:?}, the platform says {said:?}",
            person.user_id,
            person.delivery
        );
    }
    assert_eq!((tally.refused, tally.failed, tally.invalid), (7 + 3, 2, 5), "{tally:?}");
    assert_eq!(tally.read as usize, PEOPLE - 17);
    let sends = platform.count_of(SEND);
    assert_eq!(sends.calls - sends.errors - before, 100, "one call for each hundred people");
    let polls = platform.count_of(RESULT).calls - read_before;
    assert!(polls <= 100 * MOST_READINGS, "{polls}");
    let counted = world.messaging.usage(&Principal::Server, TENANT).await.unwrap().usage.total();
    assert_eq!(counted, world.used_this_month(), "our meter and the platform's");
    assert_eq!(world.used_this_month() - used_before, 100 + polls);
    world.assert_whole(accepted.id).await;
}
