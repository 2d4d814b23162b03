//! Two tenants busy at once: everything that one of them reads, sends and synchronises holds nothing of the other.

use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::json;

use super::{Neighbours, administrator};
use crate::support::{World, until};

/// How often each tenant's people move and are synchronised while everybody reads.
const ROUNDS: usize = 3;
const READERS: usize = 4;

/// One of the two: its tenant, its enterprise, and its administrator's session.
struct Side {
    tenant: u64,
    corp_id: &'static str,
    token: String,
}

/// Writes the enterprise's id into everything of its that a tenant shows.
fn mark(world: &World, corp_id: &str, round: usize) {
    let dingtalk = world.dingtalk();
    let (people, departments) = dingtalk
        .with_organisation(corp_id, |it| {
            let people: Vec<String> = it.users().map(|user| user.userid.clone()).collect();
            (people, it.departments().map(|one| one.dept_id).collect::<Vec<_>>())
        })
        .unwrap();
    for userid in people {
        let title = Some(format!("{corp_id} {round}"));
        dingtalk.change_user(corp_id, &userid, |user| user.title = title).unwrap();
    }
    for dept_id in departments.into_iter().skip(1) {
        dingtalk
            .change_department(corp_id, dept_id, |one| one.name = format!("{corp_id} {dept_id}"))
            .unwrap();
    }
}

/// Moves and synchronises the enterprise and sends to everybody in it, again and again.
async fn works(world: &World, side: &Side) {
    let path = format!("/api/v1/tenants/{}", side.tenant);
    for round in 1..=ROUNDS {
        mark(world, side.corp_id, round);
        let run = world.sync(side.tenant).await;
        assert_eq!(run["counts"]["membersUpdated"], 41, "{run:#}");
        let text = json!({"type": "text", "text": format!("{} {round}", side.corp_id)});
        let message = json!({"content": text, "audience": {"everyone": true}});
        let sent =
            world.call(Method::POST, &format!("{path}/messages"), Some(&side.token), Some(message)).await;
        assert_eq!((sent.status, &sent.body["accepted"]), (202, &json!(41)), "{sent:?}");
    }
}

/// Reads everything of a tenant until both have done their work; how many rows of its own it saw.
async fn reads(world: &World, side: &Side, other: &str, working: &AtomicUsize) -> usize {
    let mut seen = 0;
    while working.load(Ordering::Acquire) > 0 || seen == 0 {
        for rest in
            ["members?limit=7", "members?q=ding", "departments", "messages", "syncRuns", "changes", "audit"]
        {
            let path = format!("/api/v1/tenants/{}/{rest}", side.tenant);
            let answer = world.call(Method::GET, &path, Some(&side.token), None).await;
            assert_eq!(answer.status, 200, "{path}: {answer:?}");
            let text = answer.body.to_string();
            assert!(!text.contains(other), "{path} holds something of {other}: {text}");
            seen += text.matches(side.corp_id).count();
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tenants_under_load_see_nothing_of_each_other() {
    let neighbours = Neighbours::new().await;
    let Neighbours { world, a, b, .. } = neighbours;
    let mut sides = Vec::new();
    for (tenant, corp_id) in [(a, "dingone"), (b, "dingtwo")] {
        mark(&world, corp_id, 0);
        world.sync(tenant).await;
        world.rest().await;
        sides.push(Side { tenant, corp_id, token: administrator(&world, tenant).await });
    }
    let [one, two] = sides.as_slice() else { panic!("two sides") };
    let working = AtomicUsize::new(2);
    let works = async |side| {
        works(&world, side).await;
        working.fetch_sub(1, Ordering::AcqRel);
    };
    let readers = (0..READERS).map(|_| async {
        let (one_saw, two_saw) =
            tokio::join!(reads(&world, one, "dingtwo", &working), reads(&world, two, "dingone", &working));
        assert!(one_saw > 0 && two_saw > 0, "{one_saw} and {two_saw} rows");
    });
    tokio::join!(works(one), works(two), futures_util::future::join_all(readers));
    let delivered = until("everybody has every message", async || {
        Some(world.dingtalk().messages()).filter(|messages| messages.len() == 2 * ROUNDS * 41)
    });
    for message in delivered.await {
        let sent_by = if message.client_id.starts_with("dingone") { one } else { two };
        assert!(message.msg.to_string().contains(sent_by.corp_id), "{message:?}");
    }
    world.finish().await;
}
