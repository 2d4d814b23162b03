//! Broadcasts, exclusions, cancelling, and a month whose calls are used up.

use uuid::Uuid;

use crate::domain::access::principal::Principal;
use crate::domain::error::ErrorCode;
use crate::domain::messaging::delivery::Delivery;
use crate::domain::messaging::message::{Audience, Exclusion, Message, MessageStatus};
use crate::domain::messaging::quota::{Level, Month};
use crate::domain::messaging::tally::Tally;
use crate::domain::messaging::way::{Way, Wish};
use crate::service::messaging::{Cancelled, MessageSettingsPatch, NewMessage};
use crate::simulator::FaultKind;

use super::world::{RESULT, SEND, TENANT, World, message, to};

fn everyone() -> Audience {
    Audience { everyone: true, ..Audience::default() }
}

fn wished(text: &str, audience: Audience, delivery: Wish) -> NewMessage {
    NewMessage { delivery, ..message(text, audience) }
}

#[tokio::test]
async fn a_broadcast_is_one_call_and_nobody_is_called_reached() {
    let world = World::new(250).await;
    for (text, audience) in [
        ("全员", everyone()),
        ("部门", Audience { departments: vec![world.department()], ..Audience::default() }),
    ] {
        let before = world.simulator.platform().count_of(SEND).calls;
        let request = wished(text, audience, Wish::Broadcast);
        let accepted = world.messaging.send(&Principal::Server, TENANT, request).await.unwrap();
        assert_eq!((accepted.accepted, accepted.way), (250, Way::Broadcast));
        world.run_for(48 * 3_600).await;
        let view = world.view(accepted.id).await;
        assert_eq!((view.message.tally.untracked, view.message.status()), (250, MessageStatus::Sent));
        assert!(view.message.settled_at.is_some());
        assert_eq!(world.simulator.platform().count_of(SEND).calls, before + 1);
        world.assert_whole(accepted.id).await;
    }
    assert_eq!(world.simulator.platform().count_of(RESULT).calls, 0, "there is nothing to ask for");
    assert_eq!(world.reached().values().sum::<usize>(), 500);
}

#[tokio::test]
async fn a_broadcast_that_cannot_be_is_refused_with_the_reason() {
    let world = World::new(3).await;
    let members = world.members().await;
    let exclude = Exclusion { members: vec![members[0].id], ..Exclusion::default() };
    let cases = [
        to(&["user0"]),
        Audience {
            usernames: vec!["user0".into()],
            departments: vec![world.department()],
            ..Audience::default()
        },
        Audience { exclude, ..everyone() },
    ];
    for audience in cases {
        let request = wished("广播", audience.clone(), Wish::Broadcast);
        let refusal = world.messaging.send(&Principal::Server, TENANT, request).await.unwrap_err();
        assert_eq!(refusal.code, ErrorCode::BroadcastImpossible);
        let tracked = wished("广播", audience, Wish::Auto);
        let accepted = world.messaging.send(&Principal::Server, TENANT, tracked).await.unwrap();
        assert_eq!(accepted.way, Way::Tracked);
    }
}

#[tokio::test]
async fn the_excluded_get_nothing_and_an_unknown_exclusion_stops_everything() {
    let world = World::new(5).await;
    let members = world.members().await;
    let exclude =
        Exclusion { usernames: vec!["user0".into()], members: vec![members[1].id], ..Exclusion::default() };
    let audience = Audience { exclude, ..everyone() };
    let request = message("除外", audience);
    let preview = world.messaging.preview(&Principal::Server, TENANT, request.clone()).await.unwrap();
    let accepted = world.messaging.send(&Principal::Server, TENANT, request).await.unwrap();
    assert_eq!((preview.recipients, preview.excluded), (accepted.accepted, 5 - accepted.accepted));
    world.run_for(10).await;
    assert_eq!(world.reached().len(), usize::try_from(accepted.accepted).unwrap());
    let unknown = Exclusion { usernames: vec!["ghost".into()], ..Exclusion::default() };
    let request = message("除外", Audience { exclude: unknown, ..everyone() });
    let refusal = world.messaging.send(&Principal::Server, TENANT, request).await.unwrap_err();
    assert!(refusal.code == ErrorCode::InvalidRequest && refusal.detail.en.contains("ghost"), "{refusal}");
    let nobody = Exclusion { departments: vec![world.department()], ..Exclusion::default() };
    let request = message("除外", Audience { exclude: nobody, ..everyone() });
    let refusal = world.messaging.send(&Principal::Server, TENANT, request).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::NoRecipients);
}

#[tokio::test]
async fn a_preview_costs_nothing_and_tells_who_would_get_nothing() {
    let world = World::new(120).await;
    let first = message("同一内容", to(&["user0", "user1"]));
    world.messaging.send(&Principal::Server, TENANT, first).await.unwrap();
    world.run_for(3).await;
    let calls = world.simulator.platform().total_calls();
    let preview =
        world.messaging.preview(&Principal::Server, TENANT, message("同一内容", everyone())).await.unwrap();
    assert_eq!(world.simulator.platform().total_calls(), calls);
    assert_eq!((preview.recipients, preview.way), (120, Way::Tracked));
    assert_eq!((preview.tracked.sending, preview.tracked.reading_most), (2, 16));
    assert_eq!(preview.broadcast.as_ref().unwrap().sending, 1);
    assert_eq!(preview.warnings.len(), 1);
    assert_eq!((preview.warnings[0].kind.name(), preview.warnings[0].people), ("sameContentToday", 2));
    assert_eq!(preview.usage.total(), 2, "one sending and one reading were counted");
    let other =
        world.messaging.preview(&Principal::Server, TENANT, message("别的", everyone())).await.unwrap();
    assert!(other.warnings.is_empty());
}

#[tokio::test]
async fn what_is_cancelled_is_not_sent_and_what_was_sent_is_told() {
    let world = World::new(250).await;
    let throttled = FaultKind::Errcode { code: 90018, wrapped: true };
    world.simulator.platform().add_fault(crate::simulator::Fault::times(SEND, 1, throttled).after(1));
    let id = world.send_all("取消").await.id;
    world.run_due().await;
    let outcome = world.messaging.cancel_queued(&Principal::Server, TENANT, id).await.unwrap();
    assert_eq!(outcome, Cancelled { cancelled: 150, under_way: 0, sent: 100 });
    world.run_for(3_600).await;
    assert_eq!(world.reached().len(), 100);
    let view = world.view(id).await;
    assert_eq!((view.message.tally.failed, view.message.status()), (150, MessageStatus::Sent));
    world.assert_whole(id).await;
    let again = world.messaging.cancel_queued(&Principal::Server, TENANT, id).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::MessageState);
    let resend = world.messaging.resend(&Principal::Server, TENANT, id).await.unwrap_err();
    assert_eq!(resend.code, ErrorCode::MessageState, "what was cancelled is not sent by the way");

    let whole = world.send_all("全部取消").await.id;
    world.messaging.cancel_queued(&Principal::Server, TENANT, whole).await.unwrap();
    world.run_for(60).await;
    assert_eq!(world.view(whole).await.message.status(), MessageStatus::Cancelled);
    assert_eq!(world.recipients(whole).await[0].delivery, Delivery::Failed("cancelled".into()));
}

#[tokio::test]
async fn a_month_that_is_used_up_holds_messages_until_it_ends() {
    let world = World::new(250).await;
    world.fault(SEND, 1, FaultKind::Errcode { code: 90020, wrapped: true });
    let first = world.send_all("本月").await.id;
    world.run_for(3 * 3_600).await;
    let second = world.send_all("也是本月").await.id;
    world.run_for(3 * 3_600).await;
    let end = Month::of(world.context.ambient.now()).end();
    for id in [first, second] {
        let message = world.view(id).await.message;
        assert_eq!((message.status(), message.held_until), (MessageStatus::Held, Some(end)));
        assert_eq!(message.tally.queued, 250);
    }
    assert_eq!(world.simulator.platform().count_of(SEND).calls, 1, "told once, not asked again");
    let usage = world.messaging.usage(&Principal::Server, TENANT).await.unwrap();
    assert_eq!((usage.level, usage.usage.exhausted_until()), (Level::Exhausted, Some(end)));
    let left = end.millis_since(world.context.ambient.now()) / 1000;
    world.run_for(left + 600).await;
    for id in [first, second] {
        let message = world.view(id).await.message;
        assert_eq!((message.tally.unread, message.held_until), (250, None), "{:?}", message.status());
        world.assert_whole(id).await;
    }
}

#[tokio::test]
async fn an_administrator_sends_on_in_a_month_that_was_used_up() {
    let world = World::new(150).await;
    world.fault(SEND, 1, FaultKind::Errcode { code: 90020, wrapped: true });
    let id = world.send_all("买了更多").await.id;
    world.run_for(600).await;
    assert_eq!(world.view(id).await.message.status(), MessageStatus::Held);
    let usage = world.messaging.resume(&Principal::Server, TENANT).await.unwrap();
    assert_eq!(usage.level, Level::Normal);
    world.run_for(60).await;
    world.assert_everybody_once(id).await;
}

#[tokio::test]
async fn what_counts_is_counted_and_little_is_spent_at_the_end_of_a_month() {
    let world = World::new(250).await;
    world.simulator.platform().set_limits(true);
    world.send_all("计数").await;
    world.run_for(5).await;
    let usage = world.messaging.usage(&Principal::Server, TENANT).await.unwrap().usage;
    assert_eq!((usage.calls[SEND], usage.calls[RESULT], usage.total()), (3, 3, 6));
    assert_eq!(usage.total(), world.used_this_month(), "the platform counts alike");
    world.simulator.platform().set_limits(false);
    let patch = MessageSettingsPatch { monthly_calls: Some(100), kept_days: None };
    world.messaging.change_settings(&Principal::Server, TENANT, patch).await.unwrap();
    for number in 0..94 {
        let request = message(&number.to_string(), to(&["user0"]));
        world.messaging.send(&Principal::Server, TENANT, request).await.unwrap();
        world.run_due().await;
    }
    let level = world.messaging.usage(&Principal::Server, TENANT).await.unwrap().level;
    assert_eq!(level, Level::UsedUp);
    let calls = world.simulator.platform().count_of(RESULT).calls;
    let last = world.messaging.send(&Principal::Server, TENANT, message("末", to(&["user1"]))).await.unwrap();
    world.run_for(22 * 3_600).await;
    assert_eq!(
        world.simulator.platform().count_of(RESULT).calls,
        calls,
        "nothing is asked before the last time"
    );
    assert_eq!(world.view(last.id).await.message.tally.sent, 1);
    world.run_for(2 * 3_600).await;
    assert_eq!(world.view(last.id).await.message.tally.unread, 1, "asked a last time");
}

#[tokio::test]
async fn old_messages_are_forgotten_with_everything_of_them() {
    let world = World::new(3).await;
    let id = world.send_all("旧").await.id;
    world.run_for(48 * 3_600).await;
    let patch = MessageSettingsPatch { monthly_calls: None, kept_days: Some(30) };
    world.messaging.change_settings(&Principal::Server, TENANT, patch).await.unwrap();
    world.run_for(27 * 86_400).await;
    let recent = world.send_all("新").await.id;
    assert_eq!(world.messaging.prune_messages().await.unwrap(), 0);
    world.run_for(2 * 86_400).await;
    assert_eq!(world.messaging.prune_messages().await.unwrap(), 1);
    assert_eq!(
        world.messaging.get(&Principal::Server, TENANT, id).await.unwrap_err().code,
        ErrorCode::NotFound
    );
    assert!(world.recipients(id).await.is_empty());
    world.assert_whole(recent).await;
}

#[tokio::test]
async fn messages_that_cannot_be_forgotten_do_not_stand_before_those_that_can() {
    let world = World::new(3).await;
    let id = world.send_all("旧").await.id;
    world.run_for(48 * 3_600).await;
    let over = world.view(id).await.message;
    world
        .context
        .store
        .write(move |tx| {
            // More than are looked at together, all of them older.
            for number in 1..=250 {
                let tally = Tally::all_queued(1);
                let stuck = Message { id: Uuid::from_u128(number).into(), tally, ..over.clone() };
                tx.in_tenant(TENANT).messages().put(&stuck)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    world.run_for(400 * 86_400).await;
    assert_eq!(world.messaging.prune_messages().await.unwrap(), 1);
    let gone = world.messaging.get(&Principal::Server, TENANT, id).await.unwrap_err();
    assert_eq!(gone.code, ErrorCode::NotFound);
}
