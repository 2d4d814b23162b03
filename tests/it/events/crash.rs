//! What was confirmed to DingTalk survives the end of the process.

use menpai::service::sync::events::EventPace;
use menpai::simulator::{EventState, EventTransport};
use serde_json::json;

use super::{QUICK, Stage, until};

const TOKEN: &str = "SimToken2030";
const KEY: &str = "abcdefghijABCDEFGHIJ0123456789klmnopqrstuvw";

/// HTTP push, because a stream that comes back looks at everything anyway and would hide a loss.
#[tokio::test(flavor = "multi_thread")]
async fn between_confirming_and_looking_nothing_is_lost() {
    let mut stage = Stage::new(20, EventTransport::None).await;
    stage.world.event_pace = EventPace { delay_ms: 3_600_000, ..QUICK };
    stage.world.restart().await;
    stage.subscribe(json!({ "transport": "push", "pushToken": TOKEN, "pushKey": KEY })).await;
    stage.push_to_the_server(TOKEN, KEY);
    let (platform, corp) = (stage.world.dingtalk().clone(), stage.corp_id().to_owned());
    // One that the crash broke off would ask for a look at everything.
    let read = "/call_back/get_call_back_failed_result";
    until("the reading of what was missed", async || {
        platform.count_of(read).calls == 1 && !stage.is_reading_missed().await
    })
    .await;
    let ids = stage.userids();
    platform.change_user(&corp, &ids[0], |user| user.name = "崩溃之前".into()).unwrap();
    platform.remove_user(&corp, &ids[1]).unwrap();
    until("confirmation", async || {
        platform.events().iter().all(|event| event.state == EventState::Acknowledged)
    })
    .await;
    assert_eq!(stage.status().await["waiting"], 2);
    assert_ne!(stage.member(&ids[0]).await["name"], "崩溃之前", "nobody has looked yet");

    stage.world.crash().await;
    assert_eq!(stage.status().await["waiting"], 2);
    stage.world.advance_millis(3_600_000);
    stage.world.sign_in().await;
    until("the change", async || stage.member(&ids[0]).await["name"] == "崩溃之前").await;
    stage.world.advance_millis(3_600_000);
    stage.world.sign_in().await;
    stage.assert_followed().await;
    assert_eq!(stage.member(&ids[1]).await["status"], "left");
    stage.finish().await;
}
