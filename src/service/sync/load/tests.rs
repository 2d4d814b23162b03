//! What a part of the directory gives is what all of it gives.

use tempfile::TempDir;
use uuid::Uuid;

use super::*;
use crate::domain::directory::account::{Account, Password};
use crate::domain::directory::member::{Binding, MemberRole};
use crate::domain::directory::profile::{Profile, ProfileField};
use crate::domain::sync::guard::Guard;
use crate::domain::sync::identity::number_of;
use crate::domain::sync::plan::{Policy, plan};
use crate::domain::sync::snapshot::{Upstream, UpstreamFields, UpstreamPerson};
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreOptions};

const TENANT: TenantId = TenantId(1000);
const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// Ten people with a number each; the last two have left.
fn directory() -> (TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), &StoreOptions::default(), NOW).unwrap();
    let write = store.write_blocking(|tx| {
        for number in 0..10_u8 {
            let account = Account {
                id: Uuid::from_u128(100 + u128::from(number)).into(),
                username: Username::parse(&mobile(number)),
                password: Password::None,
                password_change_required: false,
                platform_administrator: false,
                enabled: true,
                created_at: NOW,
                updated_at: NOW,
            };
            let mut profile = Profile::default();
            profile.set(ProfileField::Name, Some(name(number)));
            profile.set(ProfileField::Mobile, Some(mobile(number).into()));
            tx.accounts().put(&account)?;
            tx.in_tenant(TENANT).members().put(&Member {
                id: Uuid::from_u128(u128::from(number)).into(),
                tenant: TENANT,
                account: account.id,
                binding: Some(Binding {
                    corp_id: Some("dingcorp".into()),
                    user_id: user_id(number),
                    union_id: Some(format!("union{number}").into()),
                }),
                formerly: None,
                profile,
                pinned: [].into(),
                memberships: Vec::new(),
                status: if number < 8 { MemberStatus::Active } else { MemberStatus::Left },
                role: MemberRole::Member,
                created_at: NOW,
                updated_at: NOW,
            })?;
        }
        Ok(())
    });
    write.unwrap();
    (directory, store)
}

fn mobile(number: u8) -> String {
    format!("138000000{number:02}")
}

fn name(number: u8) -> Box<str> {
    format!("成员{number}").into()
}

fn user_id(number: u8) -> Box<str> {
    format!("u{number}").into()
}

fn person(number: u8, mobile: &str) -> UpstreamPerson {
    let mut fields = UpstreamFields::default();
    fields.set(ProfileField::Name, Upstream::Value(name(number)));
    fields.set(ProfileField::Mobile, Upstream::Value(mobile.into()));
    let union_id = Some(format!("union{number}").into());
    UpstreamPerson { user_id: user_id(number), union_id, country_code: None, fields, memberships: Vec::new() }
}

fn some(people: Vec<UpstreamPerson>, departed: &[u8]) -> Snapshot {
    let departed = departed.iter().map(|number| user_id(*number)).collect();
    Snapshot::of_some(Some("dingcorp".into()), Vec::new(), people, departed)
}

#[test]
fn a_part_of_the_directory_plans_what_all_of_it_plans() {
    let (_directory, store) = directory();
    let stranger = UpstreamPerson { union_id: Some("union3".into()), ..person(77, "13800009999") };
    let cases = [
        (some(vec![person(0, &mobile(0))], &[]), 1),
        (some(vec![person(0, "13800007777")], &[]), 1),
        (some(vec![person(0, &mobile(1)), person(1, &mobile(0))], &[]), 2),
        (some(vec![person(0, &mobile(5))], &[]), 2),
        (some(vec![person(0, &mobile(9))], &[]), 2),
        (some(vec![person(8, &mobile(8))], &[]), 1),
        (some(vec![], &[4, 5, 6, 60]), 3),
        (some(vec![stranger], &[]), 10),
    ];
    let policy = Policy { require_password_change: true };
    let guard = Guard { minimum: 0, percent: 30 };
    store
        .read_blocking(|tx| {
            for (snapshot, rows) in &cases {
                let part = load(tx, TENANT, snapshot)?;
                assert_eq!(part.members.len(), *rows, "{snapshot:#?}");
                let numbers = snapshot.people.iter().filter_map(number_of);
                let whole = load_with(tx, TENANT, numbers.map(|mobile| Username::from_mobile(&mobile)))?;
                let [part, whole] = [part, whole]
                    .map(|stored| plan(snapshot.clone(), &stored, policy, NOW, &mut || Uuid::nil()));
                assert_eq!(part.digest(), whole.digest(), "{snapshot:#?}");
                assert_eq!(part.guard(guard), whole.guard(guard), "{snapshot:#?}");
            }
            Ok(())
        })
        .unwrap();
}
