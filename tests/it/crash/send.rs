//! The server dies during a send.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use futures_util::future::join_all;
use menpai::app::now_millis;
use menpai::simulator::{self, Fault, FaultKind, Platform, Settings, Shape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::binary::{Installation, Served};
use crate::support::{World, until};

/// Two calls' worth of people.
const PEOPLE: usize = 120;
const TOKEN: &str = "/gettoken";
const SEND: &str = "/topapi/message/corpconversation/asyncsend_v2";
const RESULT: &str = "/topapi/message/corpconversation/getsendresult";
/// A call that will not be answered while the test lasts.
const FOR_EVER: FaultKind = FaultKind::Slow { ms: 600_000 };

/// When the process is ended.
#[derive(Clone, Debug)]
enum Moment {
    /// As soon as the message was accepted.
    Accepted,
    /// Once so many calls have met the fault.
    Met(Fault),
    /// Once DingTalk has taken so many people's notices over, whatever the server knows of it.
    Taken(usize),
}

impl Moment {
    fn all() -> Vec<Self> {
        vec![
            Self::Accepted,
            Self::Met(Fault::times(TOKEN, 1, FOR_EVER)),
            Self::Met(Fault::times(SEND, 1, FOR_EVER)),
            Self::Met(Fault::times(SEND, 1, FaultKind::LoseAnswer)),
            Self::Met(Fault::times(SEND, 1, FOR_EVER).after(1)),
            Self::Met(Fault::times(SEND, 1, FaultKind::LoseAnswer).after(1)),
            Self::Taken(1),
            Self::Taken(100),
            Self::Taken(PEOPLE),
            Self::Met(Fault::times(RESULT, 1, FOR_EVER)),
        ]
    }

    fn prepare(&self, dingtalk: &Platform) {
        if let Self::Met(fault) = self {
            dingtalk.add_fault(fault.clone());
        }
    }

    async fn come(&self, dingtalk: &Platform) {
        match self {
            Self::Accepted => {}
            Self::Met(_) => until("the call", async || dingtalk.faults().is_empty().then_some(())).await,
            Self::Taken(people) => {
                while dingtalk.messages().len() < *people {
                    tokio::task::yield_now().await;
                }
            }
        }
    }
}

fn shape() -> Shape {
    Shape::plain(PEOPLE, 13)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_arrives_once_and_what_is_told_of_it_is_true() {
    let mut world = World::new(shape()).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    world.rest().await;
    let token = world.token().to_owned();
    let data = world.park().await.to_owned();
    join_all(Moment::all().into_iter().map(|moment| dies(moment, &data, &token, tenant))).await;
    world.simulator.stop().await;
}

/// The process dies at the moment; the next start brings the message to its end.
async fn dies(moment: Moment, data: &Path, token: &str, tenant: u64) {
    let mut settings = Settings::new(Arc::new(now_millis));
    settings.organisation(&shape());
    let simulator = simulator::start("127.0.0.1:0".parse().unwrap(), settings).await.unwrap();
    let dingtalk = simulator.platform();
    let installation = Installation::copy(data, &simulator.base_url(), token);
    let path = format!("/api/v1/tenants/{tenant}/messages");

    moment.prepare(dingtalk);
    let served = installation.serve().await;
    let body = json!({"content": {"type": "text", "text": "只此一次"}, "audience": {"everyone": true}});
    let sent = installation.call(&served, Method::POST, &path, Some(body)).await;
    assert_eq!((sent.status, &sent.body["accepted"]), (202, &json!(PEOPLE)), "{sent:?}");
    let path = format!("{path}/{}", sent.body["id"].as_str().unwrap());
    moment.come(dingtalk).await;
    served.kill().await;
    dingtalk.clear_faults();
    installation.check().await;

    let served = installation.serve().await;
    let message = until("the message's end", async || {
        let message = installation.call(&served, Method::GET, &path, None).await.body;
        let open = ["queued", "sent"].map(|state| message["counts"][state].as_u64().unwrap());
        let heard = message.get("resultsReadAt").is_some() && open[0] == 0 && calls_are_heard(&message);
        (heard || message["status"] == "failed").then_some(message)
    })
    .await;
    let people = recipients(&installation, &served, &path).await;
    served.kill().await;
    installation.check().await;
    is_true(&moment, &message, &people, dingtalk);
    simulator.stop().await;
}

/// Whether DingTalk was asked about every call it took; nobody of a call whose answer was never lost is left open.
fn calls_are_heard(message: &Value) -> bool {
    let calls = message["calls"].as_array().unwrap();
    let open = message["counts"]["sent"].as_u64().unwrap();
    let lost = calls.iter().any(|call| call["lostAnswers"] != 0);
    calls.iter().all(|call| call["state"] == "sent") && (open == 0 || lost)
}

async fn recipients(installation: &Installation, served: &Served, path: &str) -> Vec<Value> {
    let path = format!("{path}/recipients?limit=500");
    let people = installation.call(served, Method::GET, &path, None).await.body;
    people["items"].as_array().unwrap().clone()
}

/// What is told of each recipient agrees with what DingTalk holds, and nobody has the message twice.
fn is_true(moment: &Moment, message: &Value, people: &[Value], dingtalk: &Platform) {
    let mut arrived: BTreeMap<String, usize> = BTreeMap::new();
    for notice in dingtalk.messages().into_iter().filter(|notice| notice.state == "unread") {
        *arrived.entry(notice.userid).or_default() += 1;
    }
    assert!(arrived.values().all(|times| *times == 1), "{moment:?}: somebody has it twice");
    assert_eq!(people.len(), PEOPLE);
    for person in people {
        let has_it = arrived.contains_key(person["dingtalkUserId"].as_str().unwrap());
        match person["state"].as_str().unwrap() {
            "unread" | "sent" => assert!(has_it, "{moment:?}: {person} has nothing\n{message:#}"),
            // Not repeated shortly before midnight in China, lest it count for the next day.
            "unknown" => assert!(near_midnight(), "{moment:?}: {person}\n{message:#}"),
            other => panic!("{moment:?}: {other}\n{message:#}"),
        }
    }
}

fn near_midnight() -> bool {
    let day = 86_400_000;
    let until_midnight = day - (now_millis() + 8 * 3_600_000).rem_euclid(day);
    until_midnight < 300_000 || until_midnight > day - 300_000
}
