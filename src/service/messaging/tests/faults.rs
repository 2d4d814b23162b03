//! What goes wrong on the wire, in the configuration, or by a stop, and that the truth is told of it.

use crate::domain::access::principal::Principal;
use crate::domain::error::ErrorCode;
use crate::domain::job::{Job, Work};
use crate::domain::messaging::delivery::{BatchState, Delivery};
use crate::service::messaging::MessageView;
use crate::simulator::FaultKind;

use super::world::{RECALL, RESULT, SEND, TENANT, World};

/// Whatever goes wrong on the wire once or twice: everybody is reached exactly once, and that is what is said.
#[tokio::test]
async fn after_any_passing_fault_everybody_is_reached_once() {
    for kind in FaultKind::all() {
        let world = World::new(150).await;
        let name = format!("{kind:?}");
        world.simulator.platform().add_fault(crate::simulator::Fault::times(SEND, 2, kind).after(1));
        let id = world.send_all("故障").await.id;
        world.run_for(3_700).await;
        let view = world.view(id).await;
        let failed = view.message.tally.failed + view.message.tally.unknown;
        assert!(view.is_settled(), "{name}");
        if failed == 0 {
            world.assert_everybody_once(id).await;
        } else {
            world.assert_whole(id).await;
            assert!(world.reached().values().all(|times| *times == 1), "{name}");
            assert!(matches!(&view.batches[1].state, BatchState::Failed { .. }), "{name}");
        }
    }
}

#[tokio::test]
async fn a_lost_answer_reaches_nobody_twice() {
    let world = World::new(120).await;
    world.fault(SEND, 1, FaultKind::LoseAnswer);
    let id = world.send_all("丢失").await.id;
    world.run_due().await;
    assert_eq!(world.view(id).await.message.tally.queued, 120, "the rest waits with the lost one");
    world.run_for(10).await;
    let view = world.view(id).await;
    assert_eq!((view.batches[0].lost_answers, view.batches[0].attempts), (1, 2));
    world.assert_everybody_once(id).await;
}

/// What the disk holds when the program is killed after the call and before its end is written.
#[tokio::test]
async fn a_kill_between_the_call_and_its_record_reaches_nobody_twice() {
    let world = World::new(120).await;
    let id = world.send_all("崩溃").await.id;
    let before = (world.view(id).await, world.recipients(id).await);
    let now = world.context.ambient.now();
    world.run_due().await;
    assert_eq!(world.reached().len(), 120);
    let (MessageView { message, mut batches }, recipients) = before;
    batches[0].begin(now);
    let again = Job {
        id: world.context.ambient.id().into(),
        work: Work::Send { tenant: TENANT, message: id },
        due_at: now,
        attempts: 0,
        last_error: None,
    };
    world
        .context
        .store
        .write(move |tx| {
            let tenant = tx.in_tenant(TENANT);
            tenant.messages().put(&message)?;
            tenant.recipients().put_many(id, &recipients)?;
            batches.iter().try_for_each(|batch| tenant.batches().put(id, batch))?;
            tx.jobs().push(&again)
        })
        .await
        .unwrap();
    let world = world.restarted();
    world.run_for(60).await;
    let lost: Vec<_> = world.view(id).await.batches.iter().map(|batch| batch.lost_answers).collect();
    assert_eq!(lost, [1, 0], "the first was begun, the second was not");
    assert_eq!(world.reached().values().sum::<usize>(), 120);
    world.assert_whole(id).await;
    assert_eq!(world.view(id).await.message.tally.sent, 100, "a duplicate proves the first arrival");
}

#[tokio::test]
async fn a_stop_during_the_call_reaches_everybody_once() {
    let world = World::new(3).await;
    let id = world.send_all("停止").await.id;
    world.fault(SEND, 1, FaultKind::Slow { ms: 60_000 });
    let sending = tokio::spawn({
        let messaging = world.messaging.clone();
        async move { messaging.deliver(TENANT, id).await }
    });
    // The fault is spent when the call has arrived.
    while !world.simulator.platform().faults().is_empty() {
        tokio::task::yield_now().await;
    }
    sending.abort();
    assert!(sending.await.unwrap_err().is_cancelled());
    let world = world.restarted();
    assert!(matches!(world.view(id).await.batches[0].state, BatchState::Sending { .. }));
    world.run_for(60).await;
    assert_eq!(world.view(id).await.batches[0].lost_answers, 1);
    world.assert_everybody_once(id).await;
}

#[tokio::test]
async fn answers_that_never_come_are_admitted() {
    let world = World::new(2).await;
    world.fault(SEND, 99, FaultKind::Http { status: 502 });
    let id = world.send_all("无应答").await.id;
    world.run_for(600).await;
    let view = world.view(id).await;
    assert_eq!((view.message.tally.unknown, view.batches[0].lost_answers), (2, 5));
    assert_eq!(world.reached().len(), 0);
    world.assert_whole(id).await;
}

#[tokio::test]
async fn a_wrong_agent_fails_everything_with_one_call() {
    let world = World::new(250).await;
    world.configure(|app| app.agent_id += 1).await;
    let id = world.send_all("错误应用").await.id;
    world.run_for(60).await;
    assert_eq!(world.simulator.platform().count_of(SEND).calls, 1);
    let view = world.view(id).await;
    assert_eq!(view.message.tally.failed, 250);
    let BatchState::Failed { code, detail } = &view.batches[2].state else { panic!("it failed") };
    assert_eq!(&**code, "40056");
    assert!(detail.zh.contains("AgentId"), "{}", detail.zh);
    world.assert_whole(id).await;

    world.configure(|app| app.agent_id -= 1).await;
    assert_eq!(world.messaging.resend(&Principal::Server, TENANT, id).await.unwrap().queued, 250);
    world.run_for(60).await;
    world.assert_everybody_once(id).await;
}

#[tokio::test]
async fn a_switched_off_application_fails_what_is_queued() {
    let world = World::new(2).await;
    let id = world.send_all("停用").await.id;
    world.configure(|app| app.enabled = false).await;
    world.run_for(60).await;
    assert_eq!(world.recipients(id).await[0].delivery, Delivery::Failed("dingtalkDisabled".into()));
    world.assert_whole(id).await;
}

#[tokio::test]
async fn throttling_and_an_expired_token_in_the_middle_delay_only() {
    let world = World::new(450).await;
    let platform = world.simulator.platform();
    let throttled = FaultKind::Errcode { code: 90018, wrapped: true };
    platform.add_fault(crate::simulator::Fault::times(SEND, 2, throttled).after(2));
    let id = world.send_all("限流").await.id;
    world.run_due().await;
    assert_eq!(world.view(id).await.message.tally.sent, 200);
    platform.expire_tokens(None);
    world.run_for(60).await;
    world.assert_everybody_once(id).await;
    assert_eq!(world.view(id).await.batches.iter().map(|batch| batch.lost_answers).sum::<u32>(), 0);
}

#[tokio::test]
async fn results_that_never_come_are_unknown_in_the_end() {
    let world = World::new(2).await;
    world.fault(RESULT, 99, FaultKind::Http { status: 502 });
    let id = world.send_all("结果").await.id;
    world.run_for(23 * 3_600 + 60).await;
    assert_eq!(world.view(id).await.message.tally.sent, 2);
    assert_eq!(world.simulator.platform().count_of(RESULT).calls, 8);
    world.run_for(3_600).await;
    assert_eq!(world.view(id).await.message.tally.unknown, 2);
    world.assert_whole(id).await;
}

#[tokio::test]
async fn a_recall_tells_what_was_recalled_and_what_not() {
    let world = World::new(150).await;
    let id = world.send_all("撤回").await.id;
    world.run_due().await;
    world.fault(RECALL, 1, FaultKind::Errcode { code: 500, wrapped: false });
    let tasks = world.messaging.recall(&Principal::Server, TENANT, id).await.unwrap();
    assert_eq!(tasks.len(), 2);
    assert_eq!(tasks[0].refusal.as_ref().unwrap().code, "500");
    assert!(tasks[1].refusal.is_none());
    let recalled = |world: &World| {
        world.simulator.platform().messages().iter().filter(|message| message.state == "recalled").count()
    };
    assert_eq!(recalled(&world), 50);
    let again = world.messaging.recall_task(&Principal::Server, TENANT, &tasks[0].task_id).await.unwrap();
    assert!(again.refusal.is_none());
    assert_eq!(recalled(&world), 150);
    let view = world.view(id).await;
    assert!(view.batches.iter().all(|batch| matches!(batch.state, BatchState::Recalled { .. })));
    let unknown = world.messaging.recall_task(&Principal::Server, TENANT, "424242").await.unwrap();
    assert!(unknown.refusal.is_some());
    let nothing = world.messaging.recall(&Principal::Server, TENANT, id).await.unwrap_err();
    assert_eq!(nothing.code, ErrorCode::MessageState);
}

#[tokio::test]
async fn the_recall_of_what_is_no_longer_known_here_is_written_down_too() {
    let world = World::new(3).await;
    let id = world.send_all("早已清理").await.id;
    world.run_due().await;
    let task = world.view(id).await.tasks()[0].clone();
    world.context.store.write(move |tx| tx.in_tenant(TENANT).messages().remove(id)).await.unwrap();
    let recalled = world.messaging.recall_task(&Principal::Server, TENANT, &task).await.unwrap();
    assert!(recalled.refusal.is_none());
    let last = world.context.store.read(|tx| tx.audit().last()).await.unwrap().unwrap();
    assert_eq!((last.event.action.as_str(), last.event.subject), ("message.recall", task));
}

#[tokio::test]
async fn what_a_lost_answer_delivered_is_not_called_recalled() {
    let world = World::new(3).await;
    world.fault(SEND, 1, FaultKind::LoseAnswer);
    let id = world.send_all("收不回").await.id;
    world.run_for(10).await;
    let tasks = world.messaging.recall(&Principal::Server, TENANT, id).await.unwrap();
    assert_eq!(tasks[0].refusal.as_ref().unwrap().code, "answerLost");
    assert_eq!(world.reached().len(), 3, "it stays with them");
    assert_eq!(world.view(id).await.message.recalled_at, None);
}

#[tokio::test]
async fn what_is_recalled_before_it_is_sent_is_never_sent() {
    let world = World::new(3).await;
    let id = world.send_all("未发").await.id;
    assert_eq!(world.messaging.recall(&Principal::Server, TENANT, id).await.unwrap(), []);
    world.run_for(60).await;
    assert_eq!(world.simulator.platform().count_of(SEND).calls, 0);
    assert_eq!(world.recipients(id).await[0].delivery, Delivery::Failed("recalled".into()));
    let refusal = world.messaging.resend(&Principal::Server, TENANT, id).await.unwrap_err();
    assert_eq!(refusal.code, ErrorCode::MessageState);
    world.assert_whole(id).await;
}

#[tokio::test]
async fn a_missing_permission_is_named_and_fails_everything_with_one_call() {
    let world = World::new(150).await;
    world.take_permissions();
    let id = world.send_all("无权限").await.id;
    world.run_for(60).await;
    assert_eq!(world.simulator.platform().count_of(SEND).calls, 1);
    let view = world.view(id).await;
    assert_eq!(view.message.tally.failed, 150);
    let BatchState::Failed { code, detail } = &view.batches[1].state else { panic!("it failed") };
    assert_eq!(&**code, "60011");
    assert!(detail.en.contains("permission"), "{}", detail.en);
    world.assert_whole(id).await;
}
