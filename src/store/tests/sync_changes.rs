//! The history of runs: something rare in much is found page by page, with bounded work for each.

use super::fixture::{TestStore, id, tenant};
use super::isolation::run;
use crate::domain::id::{RunId, TenantId};
use crate::domain::page::Limit;
use crate::domain::sync::change::{Change, ChangeKind, Subject};
use crate::domain::sync::change_filter::ChangeFilter;
use crate::domain::sync::run::{RunStatus, SyncRun};
use crate::store::sync_changes::{EXAMINED, encode_change};

const TENANT: TenantId = TenantId(1000);

fn line(name: &str) -> Change {
    Change {
        kind: ChangeKind::MemberUpdated,
        subject: Subject::Member { id: None, user_id: None, username: None },
        name: name.into(),
        fields: Vec::new(),
        note: None,
    }
}

/// A store with one run whose lines have these names.
fn filled(run_id: RunId, names: impl Iterator<Item = &'static str>) -> TestStore {
    let store = TestStore::new();
    let lines: Vec<_> = names.map(|name| encode_change(&line(name)).unwrap()).collect();
    store
        .write_blocking(|tx| {
            tx.tenants().put(&tenant(TENANT.0, "A1B2C3"))?;
            let own = tx.in_tenant(TENANT);
            own.sync_runs().put(&SyncRun { id: run_id, status: RunStatus::Succeeded, ..run(TENANT, 1) })?;
            own.sync_changes().append_encoded(run_id, &lines)
        })
        .unwrap();
    store
}

/// The names on each page, until there is no next one.
fn pages(store: &TestStore, run_id: Option<RunId>, filter: &ChangeFilter, limit: usize) -> Vec<Vec<String>> {
    let (mut pages, mut cursor) = (Vec::new(), None::<Vec<u8>>);
    loop {
        let page = store
            .read_blocking(|tx| {
                let changes = tx.in_tenant(TENANT).sync_changes();
                let (limit, from) = (Limit::new(Some(limit)), cursor.as_deref());
                match run_id {
                    Some(run_id) => changes.list(run_id, filter, limit, from),
                    None => Ok(changes.over_runs(filter, limit, from)?.map(|(_, change)| change)),
                }
            })
            .unwrap();
        pages.push(page.items.into_iter().map(|change| change.name.into()).collect());
        cursor = page.next;
        if cursor.is_none() {
            return pages;
        }
    }
}

#[test]
fn something_rare_is_found_page_by_page() {
    let run_id = id(1);
    // In the run's order the rare line comes last; over all runs, which begin with the newest, first, and the other last.
    let names = std::iter::once("first rare").chain((0..2 * EXAMINED).map(|_| "usual"));
    let store = filled(run_id, names.chain(["last rare"]));
    let rare = ChangeFilter { name: Some("rare".into()), ..ChangeFilter::default() };
    assert_eq!(pages(&store, Some(run_id), &rare, 50), [vec!["first rare"], vec![], vec!["last rare"]]);
    assert_eq!(pages(&store, None, &rare, 50), [vec!["last rare"], vec![], vec!["first rare"]]);
    let nothing = ChangeFilter { name: Some("nothing".into()), ..ChangeFilter::default() };
    assert_eq!(pages(&store, None, &nothing, 50), [const { Vec::<&str>::new() }; 3], "and an end is an end");
}

#[test]
fn pages_that_are_full_end_before_the_budget() {
    let run_id = id(1);
    let store = filled(run_id, ["a", "rare 1", "b", "rare 2", "c", "rare 3", "d"].into_iter());
    let rare = ChangeFilter { name: Some("rare".into()), ..ChangeFilter::default() };
    assert_eq!(pages(&store, Some(run_id), &rare, 2), [vec!["rare 1", "rare 2"], vec!["rare 3"]]);
    assert_eq!(pages(&store, None, &rare, 3), [["rare 3", "rare 2", "rare 1"]]);
    assert_eq!(pages(&store, Some(run_id), &ChangeFilter::default(), 4).concat().len(), 7);
}
