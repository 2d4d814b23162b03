//! Lists: pages that together hold everything once, filters, and the search for members.

use proptest::prelude::*;

use super::fixture::{TestStore, account, department, id, member};
use crate::domain::directory::member::{Member, MemberStatus, Membership};
use crate::domain::directory::profile::ProfileField;
use crate::domain::id::TenantId;
use crate::domain::page::Limit;
use crate::store::{MemberFilter, Store};

const TENANT: TenantId = TenantId(1000);

fn filter(q: &str) -> MemberFilter {
    MemberFilter { q: Some(q.into()), ..MemberFilter::default() }
}

/// All pages of a list, one after the other.
fn pages(store: &Store, filter: &MemberFilter, limit: usize) -> Vec<Member> {
    let mut all = Vec::new();
    let mut cursor: Option<Vec<u8>> = None;
    loop {
        let page = store
            .read_blocking(|tx| {
                tx.in_tenant(TENANT).members().list(filter, Limit::new(Some(limit)), cursor.as_deref())
            })
            .unwrap();
        assert!(page.items.len() <= limit);
        assert!(page.next.is_none() || page.items.len() == limit, "only the last page is short");
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return all;
        }
    }
}

fn named(number: u128, name: &str, mobile: &str) -> Member {
    let mut member = member(1000, number, id(number));
    member.profile.set(ProfileField::Name, Some(name.into()));
    member.profile.set(ProfileField::Mobile, Some(mobile.into()));
    member
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn pages_together_hold_every_match_once_and_in_order(
        people in proptest::collection::btree_map(any::<u128>(), (0..3_u8, 0..4_u128, "[张王]{1,2}"), 0..40),
        limit in 1_usize..12,
        q in proptest::option::of("[zw张]"),
        status in proptest::option::of(0..3_u8),
        department in proptest::option::of(0..4_u128),
    ) {
        let statuses = [MemberStatus::Active, MemberStatus::Disabled, MemberStatus::Left];
        let store = TestStore::new();
        let members: Vec<Member> = people
            .iter()
            .map(|(number, (status, place, name))| {
                let mut member = named(*number, name, "13800000000");
                member.status = statuses[usize::from(*status)];
                member.memberships = vec![Membership { department: id(*place), order: 0, leader: false }];
                member
            })
            .collect();
        store.write_blocking(|tx| members.iter().try_for_each(|member| tx.in_tenant(TENANT).members().put(member))).unwrap();
        let filter = MemberFilter {
            q: q.clone(),
            department: department.map(id),
            subtree: None,
            status: status.map(|status| statuses[usize::from(status)]),
            public: None,
        };
        let expected: Vec<Member> = members
            .into_iter()
            .filter(|member| filter.status.is_none_or(|status| member.status == status))
            .filter(|member| filter.department.is_none_or(|department| {
                member.status != MemberStatus::Left && member.memberships[0].department == department
            }))
            .filter(|member| match q.as_deref() {
                Some("z" | "张") => member.profile.name().contains('张'),
                Some(_) => member.profile.name().contains('王'),
                None => true,
            })
            .collect();
        prop_assert_eq!(pages(&store, &filter, limit), expected);
    }
}

#[test]
fn a_search_finds_what_people_type() {
    let store = TestStore::new();
    let mut person = named(1, "张三丰", "13812345678");
    person.profile.set(ProfileField::Title, Some("Senior 工程师".into()));
    person.profile.set(ProfileField::JobNumber, Some("A-0042".into()));
    person.profile.set(ProfileField::OrgEmail, Some("Sanfeng@Example.com".into()));
    store
        .write_blocking(|tx| {
            tx.accounts().put(&account(1, Some("sanfeng.admin")))?;
            tx.in_tenant(TENANT).members().put(&person)
        })
        .unwrap();
    let hits = [
        "张三",
        "三丰",
        "zhangsan",
        "ZhangSanFeng",
        "zsf",
        "381234",
        "工程",
        "senior",
        "a-0042",
        "sanfeng@exa",
        "user1",
        ".admin",
        "张 工程师",
        " zsf ",
    ];
    for text in hits {
        assert_eq!(pages(&store, &filter(text), 10).len(), 1, "{text}");
    }
    for text in ["李", "zsx", "13812345678a", "张 经理"] {
        assert_eq!(pages(&store, &filter(text), 10).len(), 0, "{text}");
    }
    assert_eq!(pages(&store, &filter("  "), 10).len(), 1, "blanks search for nothing");
}

#[test]
fn a_search_sees_every_commit() {
    let store = TestStore::new();
    store.write_blocking(|tx| tx.in_tenant(TENANT).members().put(&named(1, "张三", "13800000001"))).unwrap();
    assert_eq!(pages(&store, &filter("zhang"), 10).len(), 1);
    // Renamed, added, and the account's name changed, all after the texts were built.
    store
        .write_blocking(|tx| {
            tx.in_tenant(TENANT).members().put(&named(1, "李四", "13800000001"))?;
            tx.in_tenant(TENANT).members().put(&named(2, "张五", "13800000002"))?;
            tx.accounts().put(&account(1, Some("first.name")))
        })
        .unwrap();
    let found = pages(&store, &filter("zhang"), 10);
    assert_eq!(found.iter().map(|member| member.id).collect::<Vec<_>>(), [id(2)]);
    assert_eq!(pages(&store, &filter("lisi"), 10).len(), 1);
    assert_eq!(pages(&store, &filter("first.name"), 10).len(), 1);
    store.write_blocking(|tx| tx.accounts().put(&account(1, Some("second.name")))).unwrap();
    assert_eq!(pages(&store, &filter("first.name"), 10).len(), 0);
    assert_eq!(pages(&store, &filter("second.name"), 10).len(), 1);
}

#[test]
fn a_writer_finds_its_own_uncommitted_members() {
    let store = TestStore::new();
    let found = store
        .write_blocking(|tx| {
            let members = tx.in_tenant(TENANT).members();
            members.put(&named(1, "张三", "13800000001"))?;
            members.list(&filter("zhang"), Limit::new(None), None)
        })
        .unwrap();
    assert_eq!(found.items.len(), 1);
}

#[test]
fn a_leaver_is_in_no_department() {
    let store = TestStore::new();
    let mut person = named(1, "张三", "13800000001");
    person.memberships = vec![Membership { department: id(9), order: -5, leader: true }];
    let look = |store: &Store| {
        store
            .read_blocking(|tx| {
                let tenant = tx.in_tenant(TENANT);
                let leaders = tenant.departments().leaders(id(9))?;
                let count = tenant.departments().direct_members(id(9))?;
                Ok((leaders.len(), count, tenant.members().counts()?.into_values().collect::<Vec<_>>()))
            })
            .unwrap()
    };
    store
        .write_blocking(|tx| {
            tx.accounts().put(&account(1, None))?;
            tx.in_tenant(TENANT).departments().put(&department(1000, 9))?;
            tx.in_tenant(TENANT).members().put(&person)
        })
        .unwrap();
    assert_eq!(look(&store), (1, 1, vec![1, 0, 0]));
    person.status = MemberStatus::Left;
    store.write_blocking(|tx| tx.in_tenant(TENANT).members().put(&person)).unwrap();
    assert_eq!(look(&store), (0, 0, vec![0, 0, 1]));
    person.status = MemberStatus::Disabled;
    store.write_blocking(|tx| tx.in_tenant(TENANT).members().put(&person)).unwrap();
    assert_eq!(look(&store), (1, 1, vec![0, 1, 0]));
    assert_eq!(store.check().unwrap(), vec![]);
}
