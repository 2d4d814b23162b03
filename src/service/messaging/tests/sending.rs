//! What is accepted, who is reached, and what is told of each when nothing goes wrong on the wire.

use crate::domain::access::principal::Principal;
use crate::domain::directory::member::MemberStatus;
use crate::domain::error::ErrorCode;
use crate::domain::id::TenantId;
use crate::domain::messaging::audience::Asked;
use crate::domain::messaging::content::Content;
use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::message::{Audience, UnresolvedReason};
use crate::service::messaging::NewMessage;
use crate::service::messaging::audience::look_up;

use super::world::{RESULT, SEND, TENANT, World, message, to};

#[tokio::test]
async fn two_hundred_and_fifty_people_are_reached_with_three_calls() {
    let world = World::new(250).await;
    let accepted = world.send_all("开会").await;
    assert_eq!((accepted.accepted, accepted.tasks.len()), (250, 0));
    world.run_due().await;
    assert_eq!(world.simulator.platform().count_of(SEND).calls, 3);
    let view = world.view(accepted.id).await;
    assert!(view.is_settled());
    assert_eq!((view.tasks().len(), view.message.tally.sent), (3, 250));
    world.run_for(2).await;
    world.assert_everybody_once(accepted.id).await;
    assert_eq!(world.view(accepted.id).await.message.tally.unread, 250);
}

#[tokio::test]
async fn reading_is_noticed_and_costs_few_calls() {
    let world = World::new(3).await;
    let id = world.send_all("通知").await.id;
    world.run_for(60).await;
    assert_eq!(world.simulator.platform().count_of(RESULT).calls, 1, "all are delivered: no hurry");
    world.simulator.platform().mark_read(None, None);
    world.run_for(48 * 3_600).await;
    assert_eq!(world.view(id).await.message.tally.read, 3);
    assert_eq!(world.simulator.platform().count_of(RESULT).calls, 2, "all have read it: nothing to ask");
    world.assert_everybody_once(id).await;
    assert!(!world.run_due().await);
    assert_eq!(world.context.store.read(|tx| tx.jobs().next_due()).await.unwrap(), None);
}

#[tokio::test]
async fn whoever_cannot_receive_is_named() {
    let world = World::new(4).await;
    let members = world.members().await;
    world.change_member(members[1].id, |member| member.binding = None).await;
    world.change_member(members[2].id, |member| member.status = MemberStatus::Left).await;
    let request = message("你好", to(&["user0", "user1", "user2", "ghost", "老王"]));
    let accepted = world.messaging.send(&Principal::Server, TENANT, request).await.unwrap();
    assert_eq!(accepted.accepted, 1);
    let named: Vec<_> = accepted.unresolved.iter().map(|one| (one.asked.as_str(), one.reason)).collect();
    assert_eq!(
        named,
        [
            ("user1", UnresolvedReason::NotBound),
            ("user2", UnresolvedReason::Left),
            ("ghost", UnresolvedReason::Unknown),
            ("老王", UnresolvedReason::Unknown),
        ]
    );
    let nobody = message("你好", to(&["ghost", "user2"]));
    let refusal = world.messaging.send(&Principal::Server, TENANT, nobody).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::NoRecipients);
    assert!(refusal.detail.zh.contains("ghost") && refusal.detail.en.contains("user2"));
    let departments = vec![world.department(), uuid::Uuid::from_u128(404).into()];
    let audience = Audience { departments, ..to(&["user0"]) };
    let accepted = world.messaging.send(&Principal::Server, TENANT, message("部门", audience)).await.unwrap();
    assert_eq!(
        (accepted.accepted, accepted.unresolved.len()),
        (2, 2),
        "once each; unbound and unknown named"
    );
}

#[tokio::test]
async fn what_breaks_a_limit_is_not_accepted() {
    let world = World::new(1).await;
    let send = |content: &str, audience| {
        let request = message(content, audience);
        async { world.messaging.send(&Principal::Server, TENANT, request).await.map_err(|error| error.code) }
    };
    assert_eq!(send(" ", to(&["user0"])).await, Err(ErrorCode::MessageInvalid));
    assert_eq!(send(&"长".repeat(700), to(&["user0"])).await, Err(ErrorCode::MessageInvalid));
    assert_eq!(send("你好", Audience::default()).await, Err(ErrorCode::InvalidRequest));
    world.configure(|app| app.enabled = false).await;
    assert_eq!(send("你好", to(&["user0"])).await, Err(ErrorCode::DingTalkDisabled));
    let elsewhere = message("你好", to(&["user0"]));
    let refusal = world.messaging.send(&Principal::Server, TenantId(1001), elsewhere).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::NotFound);
    assert_eq!(world.simulator.platform().total_calls(), 0);
}

#[tokio::test]
async fn an_idempotency_key_makes_repeating_harmless_for_a_day() {
    let world = World::new(2).await;
    let request = |text: &str| NewMessage {
        idempotency_key: Some("order-7".into()),
        content: Content::Text(text.into()),
        ..message("", to(&["user0"]))
    };
    let send = |text| world.messaging.send(&Principal::Server, TENANT, request(text));
    let first = send("发货").await.unwrap();
    world.run_due().await;
    let again = send("发货").await.unwrap();
    assert_eq!((again.id, again.accepted, again.tasks.len()), (first.id, 1, 1));
    assert_eq!(send("另一条").await.unwrap_err().code, ErrorCode::IdempotencyKeyReused);
    let (one, other) = tokio::join!(send("发货"), send("发货"));
    assert_eq!(one.unwrap().id, other.unwrap().id);
    world.run_for(24 * 3_600).await;
    assert_ne!(send("发货").await.unwrap().id, first.id);
    assert_eq!(world.reached().len(), 1);
}

#[tokio::test]
async fn the_platform_s_refusals_are_told_person_by_person() {
    let world = World::new(5).await;
    let members = world.members().await;
    let platform = world.simulator.platform();
    let user_id = |index: usize| members[index].binding.as_ref().unwrap().user_id.to_string();
    platform.forbid(&user_id(1), Some("143105")).unwrap();
    platform.forbid(&user_id(2), None).unwrap();
    world
        .change_member(members[3].id, |member| member.binding.as_mut().unwrap().user_id = "gone".into())
        .await;
    let id = world.send_all("五人").await.id;
    world.run_for(2).await;
    let people = world.recipients(id).await;
    let told: Vec<_> = people.iter().map(|person| &person.delivery).collect();
    assert_eq!(
        told,
        [
            &Delivery::Unread,
            &Delivery::Refused("143105".into()),
            &Delivery::Failed("undelivered".into()),
            &Delivery::Invalid,
            &Delivery::Unread,
        ]
    );
    world.assert_whole(id).await;

    platform.allow(&user_id(2));
    let resent = world.messaging.resend(&Principal::Server, TENANT, id).await.unwrap();
    assert_eq!((resent.queued, resent.left), (1, 2), "the daily cap holds until tomorrow");
    world.run_for(3).await;
    assert_eq!(world.recipients(id).await[2].delivery, Delivery::Unread);
    world.assert_whole(id).await;
    let refusal = world.messaging.resend(&Principal::Server, TENANT, id).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::MessageState);
}

#[tokio::test]
async fn the_same_content_twice_is_refused_and_told() {
    let world = World::new(2).await;
    world.send_all("重复").await;
    world.run_for(2).await;
    let second = world.send_all("重复").await.id;
    world.run_for(2).await;
    assert_eq!(world.view(second).await.message.tally.refused, 2);
    assert_eq!(world.recipients(second).await[0].delivery, Delivery::Refused("143106".into()));
}

#[tokio::test]
async fn more_people_than_a_minute_allows_are_spread() {
    let world = World::new(5_100).await;
    let id = world.send_all("全员").await.id;
    world.run_due().await;
    assert_eq!(world.view(id).await.message.tally.queued, 200);
    world.run_for(90).await;
    world.assert_everybody_once(id).await;
}

#[tokio::test]
async fn the_five_hundred_and_first_message_of_a_day_is_foreseen_and_told() {
    let world = World::new(2).await;
    for number in 0..500 {
        let request = message(&format!("第 {number} 条"), to(&["user0"]));
        world.messaging.send(&Principal::Server, TENANT, request).await.unwrap();
        world.run_due().await;
    }
    let everyone = Audience { everyone: true, ..Audience::default() };
    let one_more = message("再一条", everyone);
    let preview = world.messaging.preview(&Principal::Server, TENANT, one_more.clone()).await.unwrap();
    let foreseen: Vec<_> = preview.warnings.iter().map(|one| (one.kind.name(), one.people)).collect();
    assert_eq!(foreseen, [("dailyLimit", 1)]);
    let id = world.messaging.send(&Principal::Server, TENANT, one_more).await.unwrap().id;
    world.run_for(3).await;
    let people = world.recipients(id).await;
    let mut told: Vec<_> = people.iter().map(|person| person.delivery.name()).collect();
    told.sort_unstable();
    assert_eq!(told, ["refused", "unread"]);
    assert!(people.iter().any(|person| person.delivery == Delivery::Refused("143105".into())));
}

#[tokio::test]
async fn a_department_that_is_named_again_and_again_is_looked_up_once() {
    let world = World::new(3).await;
    let audience = Audience { departments: vec![world.department(); 1_000], ..Audience::default() };
    let asked = world.context.store.read(move |tx| look_up(tx, TENANT, &audience, false)).await.unwrap();
    let [Asked::Department { members: Some(members), .. }] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(members.len(), 3);
}
