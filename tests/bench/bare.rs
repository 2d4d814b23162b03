//! The bare fetch: the same pages with the same client library, and nothing done with them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use menpai::app::now_millis;
use menpai::dingtalk::{Ambient, Application, Client, Credentials, Endpoints, Pace};
use menpai::domain::secret::Secret;

use crate::child::SimulatorProcess;

/// Calls of one kind on their way at once, as the appliance does it.
const SIDE_BY_SIDE: usize = 12;

/// What a walk met.
#[derive(Default)]
pub(crate) struct Walk {
    pub(crate) departments: usize,
    pub(crate) pages: usize,
}

enum Answer {
    Children(Vec<i64>),
    Page(i64, Option<i64>),
}

/// Walks the enterprise once.
pub(crate) async fn fetch(simulator: &SimulatorProcess) -> (Duration, Walk) {
    let base = simulator.base.clone();
    let endpoints = Endpoints { oapi: base.clone(), api: base.clone(), login: base };
    let ambient = Ambient { now_ms: Arc::new(now_millis), jitter: Arc::new(|| 0) };
    let client = Client::new(endpoints, Pace { per_api_per_second: 0, per_address: 0 }, ambient).unwrap();
    let application = client.application(Credentials {
        client_id: simulator.application["clientId"].clone(),
        client_secret: Secret::new(simulator.application["clientSecret"].clone()),
    });
    let began = Instant::now();
    let walk = walk(&application).await;
    (began.elapsed(), walk)
}

async fn walk(application: &Application) -> Walk {
    let mut walk = Walk::default();
    let scope = application.contact_scope().await.unwrap();
    let mut to_list: VecDeque<i64> = scope.departments.iter().copied().collect();
    let mut to_read: VecDeque<(i64, Option<i64>)> = to_list.iter().map(|id| (*id, None)).collect();
    let mut calls: FuturesUnordered<BoxFuture<'_, Answer>> = FuturesUnordered::new();
    let (mut listing, mut reading) = (0, 0);
    loop {
        while listing < SIDE_BY_SIDE
            && let Some(id) = to_list.pop_front()
        {
            listing += 1;
            calls.push(Box::pin(async move {
                let children = application.sub_departments(id).await.unwrap();
                Answer::Children(children.into_iter().map(|child| child.dept_id).collect())
            }));
        }
        while reading < SIDE_BY_SIDE
            && let Some((id, cursor)) = to_read.pop_front()
        {
            reading += 1;
            calls.push(Box::pin(async move {
                let page = application.department_users(id, cursor).await.unwrap();
                Answer::Page(id, page.next_cursor)
            }));
        }
        match calls.next().await {
            None => return walk,
            Some(Answer::Children(children)) => {
                listing -= 1;
                walk.departments += 1;
                to_read.extend(children.iter().map(|id| (*id, None)));
                to_list.extend(children);
            }
            Some(Answer::Page(id, next)) => {
                reading -= 1;
                walk.pages += 1;
                if next.is_some() {
                    to_read.push_front((id, next));
                }
            }
        }
    }
}
