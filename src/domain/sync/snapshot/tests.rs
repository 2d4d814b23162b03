//! A torn read never becomes a snapshot.

use std::collections::BTreeMap;

use super::*;

type Listed = Vec<(UpstreamPerson, UpstreamMembership)>;

fn department(id: i64) -> UpstreamDepartment {
    UpstreamDepartment {
        dept_id: id, parent: None, name: format!("部门{id}"), order: Some(id), position: 0
    }
}

fn person(user_id: &str, dept_id: i64) -> (UpstreamPerson, UpstreamMembership) {
    let person = UpstreamPerson {
        user_id: user_id.into(),
        union_id: None,
        country_code: None,
        fields: UpstreamFields::default(),
        memberships: Vec::new(),
    };
    (person, UpstreamMembership { dept_id, order: 0, leader: false })
}

fn builder() -> SnapshotBuilder {
    let mut builder = SnapshotBuilder::new(None, false);
    builder.add_root(department(1)).unwrap();
    builder
}

#[test]
fn a_whole_read_becomes_a_snapshot_and_people_are_merged() {
    let mut read = builder();
    assert_eq!(read.add_children(1, vec![department(2)]).unwrap(), [2]);
    read.add_children(2, vec![]).unwrap();
    read.add_page(1, ReadPage::new(vec![person("u", 1)]), Some(7)).unwrap();
    read.add_page(1, ReadPage::new(vec![person("u", 1)]), None).unwrap();
    read.add_page(2, ReadPage::new(vec![person("u", 2), person("v", 2)]), None).unwrap();
    let snapshot = read.finish().unwrap().into_snapshot();
    assert_eq!(snapshot.departments[1].parent, Some(1));
    let places: Vec<_> = snapshot.people[0].memberships.iter().map(|place| place.dept_id).collect();
    assert_eq!(places, [1, 2], "one person, every membership once");
}

#[test]
fn a_torn_read_is_no_snapshot() {
    let mut read = builder();
    read.add_page(1, ReadPage::new(vec![]), None).unwrap();
    assert_eq!(read.finish().unwrap_err(), TornRead::NotListed(1));

    let mut read = builder();
    read.add_children(1, vec![]).unwrap();
    read.add_page(1, ReadPage::new(vec![]), Some(3)).unwrap();
    assert_eq!(read.finish().unwrap_err(), TornRead::NotRead(1));
}

#[test]
fn a_cursor_that_repeats_ends_the_read() {
    let mut read = builder();
    read.add_page(1, ReadPage::new(vec![]), Some(3)).unwrap();
    read.add_page(1, ReadPage::new(vec![]), Some(4)).unwrap();
    assert_eq!(read.add_page(1, ReadPage::new(vec![]), Some(3)), Err(TornRead::CursorRepeats(1)));
    let mut read = SnapshotBuilder::new(None, false);
    let first = read.add_page(1, ReadPage::new(vec![]), Some(0));
    assert_eq!(first, Err(TornRead::CursorRepeats(1)), "with 0 the first page was asked for");
}

#[test]
fn a_department_is_never_its_own_ancestor() {
    assert_eq!(builder().add_children(1, vec![department(1)]), Err(TornRead::Cycle(1)));

    let mut read = builder();
    read.add_children(1, vec![department(2)]).unwrap();
    assert_eq!(read.add_children(2, vec![department(1)]), Err(TornRead::Cycle(1)));

    let mut read = builder();
    read.add_children(1, vec![department(2)]).unwrap();
    read.add_children(2, vec![department(3)]).unwrap();
    assert_eq!(read.add_children(3, vec![department(2)]), Err(TornRead::Cycle(2)));
}

#[test]
fn a_department_under_two_parents_was_moved_during_the_read() {
    let mut read = builder();
    read.add_children(1, vec![department(2), department(3)]).unwrap();
    read.add_children(2, vec![department(4)]).unwrap();
    assert_eq!(read.add_children(3, vec![department(4)]), Err(TornRead::TwoParents(4)));
}

#[test]
fn overlapping_roots_become_one_tree() {
    let mut read = builder();
    assert!(read.add_root(department(5)).unwrap());
    assert_eq!(read.add_children(1, vec![department(5)]).unwrap(), Vec::<i64>::new());
    read.add_children(5, vec![]).unwrap();
    for id in [1, 5] {
        read.add_page(id, ReadPage::new(vec![]), None).unwrap();
    }
    assert_eq!(read.finish().unwrap().into_snapshot().departments[1].parent, Some(1));
}

#[test]
fn school_contacts_are_left_out_unless_asked_for() {
    let mut read = builder();
    assert!(read.add_children(1, vec![department(-7)]).unwrap().is_empty());
    read.add_page(1, ReadPage::new(vec![]), None).unwrap();
    assert_eq!(read.finish().unwrap().into_snapshot().left_out, [-7]);

    let mut read = SnapshotBuilder::new(None, true);
    read.add_root(department(1)).unwrap();
    assert_eq!(read.add_children(1, vec![department(-7)]).unwrap(), [-7]);
}

fn two_departments(backwards: bool) -> SnapshotBuilder {
    let mut read = builder();
    read.add_children(1, vec![department(2)]).unwrap();
    read.add_children(2, vec![]).unwrap();
    let mut pages = vec![(1, vec![person("u", 1)]), (2, vec![person("v", 2), person("u", 2)])];
    if backwards {
        pages.reverse();
    }
    for (dept_id, page) in pages {
        read.add_page(dept_id, ReadPage::new(page), None).unwrap();
    }
    read
}

#[test]
fn two_reads_that_found_the_same_have_one_digest_and_make_one_snapshot() {
    let (one, other) = (two_departments(false).finish().unwrap(), two_departments(true).finish().unwrap());
    assert_eq!(one.digest(), other.digest());
    assert_eq!(one.into_snapshot(), other.into_snapshot());
}

#[test]
fn what_one_department_tells_of_a_person_completes_what_another_tells() {
    let told = |dept_id, name: Upstream, title: Upstream| {
        let (mut one, place) = person("u", dept_id);
        one.fields.set(ProfileField::Name, name);
        one.fields.set(ProfileField::Title, title);
        (one, place)
    };
    let value = |text: &str| Upstream::Value(text.into());
    let pages = [
        (1, vec![told(1, value("王芳"), Upstream::Absent)]),
        (2, vec![told(2, value("another"), value("经理"))]),
    ];
    let merged = |order: [usize; 2]| {
        let mut read = builder();
        read.add_children(1, vec![department(2)]).unwrap();
        read.add_children(2, vec![]).unwrap();
        for page in order {
            read.add_page(pages[page].0, ReadPage::new(pages[page].1.clone()), None).unwrap();
        }
        read.finish().unwrap().into_snapshot()
    };
    let snapshot = merged([0, 1]);
    assert_eq!(snapshot, merged([1, 0]), "whichever answer came first");
    let [one] = snapshot.people.as_slice() else { panic!("{snapshot:#?}") };
    assert_eq!(one.fields.get(ProfileField::Name), &value("王芳"), "the department with the smaller id");
    assert_eq!(one.fields.get(ProfileField::Title), &value("经理"));
}

#[test]
fn a_foreign_number_keeps_its_country_whichever_page_told_it() {
    let mut read = builder();
    read.add_children(1, vec![department(2)]).unwrap();
    read.add_children(2, vec![]).unwrap();
    let (bare, whole) = (person("u", 1), {
        let (mut one, place) = person("u", 2);
        one.fields.set(ProfileField::Mobile, Upstream::Value("5551234567".into()));
        one.country_code = Some("1".into());
        (one, place)
    });
    read.add_page(1, ReadPage::new(vec![bare]), None).unwrap();
    read.add_page(2, ReadPage::new(vec![whole]), None).unwrap();
    let snapshot = read.finish().unwrap().into_snapshot();
    assert_eq!(snapshot.people[0].country_code.as_deref(), Some("1"));
}

#[test]
fn somebody_authorised_singly_keeps_the_places_that_were_read() {
    let mut read = builder();
    read.add_children(1, vec![]).unwrap();
    read.add_page(1, ReadPage::new(vec![person("u", 1)]), None).unwrap();
    let (mut alone, place) = person("a", 1);
    alone.memberships = vec![place, UpstreamMembership { dept_id: 9, order: 0, leader: false }];
    read.add_person(alone);
    assert!(read.has_person("a") && read.has_person("u") && !read.has_person("x"));
    assert_eq!(read.found(), (1, 2));
    let snapshot = read.finish().unwrap().into_snapshot();
    let places: Vec<_> = snapshot.people[0].memberships.iter().map(|place| place.dept_id).collect();
    assert_eq!((&*snapshot.people[0].user_id, places), ("a", vec![1]));
}

#[test]
fn people_stand_in_the_order_of_their_whole_userids() {
    let ids = ["", "a", "a\0", "a very long userid 2", "a very long userid 1", "门", "b", "0"];
    let mut read = builder();
    read.add_children(1, vec![]).unwrap();
    read.add_page(1, ReadPage::new(ids.iter().map(|id| person(id, 1)).collect()), None).unwrap();
    let snapshot = read.finish().unwrap().into_snapshot();
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    assert_eq!(snapshot.people.iter().map(|one| &*one.user_id).collect::<Vec<_>>(), sorted);
}

#[test]
fn whatever_differs_changes_the_digest() {
    let name = |value: &str| Upstream::Value(value.into());
    let people: [&dyn Fn(&mut Listed); 9] = [
        &|_| {},
        &|it| drop(it.pop()),
        &|it| it.reverse(),
        &|it| it[0].0.union_id = Some("union".into()),
        &|it| it[0].0.country_code = Some("1".into()),
        &|it| it[0].0.fields.set(ProfileField::Name, Upstream::Blank),
        &|it| it[0].0.fields.set(ProfileField::Name, name("王芳")),
        &|it| it[0].0.fields.set(ProfileField::Mobile, name("王芳")),
        &|it| it[0].1.leader = true,
    ];
    let departments: [&dyn Fn(&mut UpstreamDepartment); 3] =
        [&|it| it.name.push('x'), &|it| it.order = None, &|it| it.position = 1];
    let mut digests = BTreeSet::new();
    let mut read = |corp_id: Option<&str>, child: UpstreamDepartment, left_out: bool, page: ReadPage| {
        let mut read = SnapshotBuilder::new(corp_id.map(Into::into), false);
        read.add_root(department(1)).unwrap();
        read.add_children(1, vec![child]).unwrap();
        read.add_children(2, if left_out { vec![department(-7)] } else { vec![] }).unwrap();
        read.add_page(1, page, None).unwrap();
        read.add_page(2, ReadPage::new(vec![]), None).unwrap();
        digests.insert(read.finish().unwrap().digest());
    };
    let page = |change: &dyn Fn(&mut Listed)| {
        let mut page = vec![person("u", 1), person("v", 1)];
        change(&mut page);
        ReadPage::new(page)
    };
    for change in people {
        read(None, department(2), false, page(change));
    }
    for change in departments {
        let mut child = department(2);
        change(&mut child);
        read(None, child, false, page(&|_| {}));
    }
    read(Some("dingcorp"), department(2), false, page(&|_| {}));
    read(None, department(2), true, page(&|_| {}));
    assert_eq!(digests.len(), people.len() + departments.len() + 2);
}

#[test]
fn of_many_people_each_stands_once_in_order_with_all_places() {
    // Alike in their first bytes, or not at all; most of them in several departments.
    let ids = |number: u32| match number % 2 {
        0 => format!("{}", number.wrapping_mul(2_654_435_761)),
        _ => format!("everybody begins like this {}", number % 5000),
    };
    let mut read = builder();
    read.add_children(1, (2..=90).map(department).collect()).unwrap();
    let mut expected: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for dept_id in 1..=90 {
        if dept_id > 1 {
            read.add_children(dept_id, vec![]).unwrap();
        }
        let numbers = (0..100).map(|line| u32::try_from(dept_id).unwrap() * 70 + line);
        let page: Vec<_> = numbers.map(|number| person(&ids(number), dept_id)).collect();
        for (one, _) in &page {
            let places = expected.entry(one.user_id.to_string()).or_default();
            if places.last() != Some(&dept_id) {
                places.push(dept_id);
            }
        }
        read.add_page(dept_id, ReadPage::new(page), None).unwrap();
    }
    let people = read.finish().unwrap().into_snapshot().people;
    let place_ids = |one: &UpstreamPerson| one.memberships.iter().map(|place| place.dept_id).collect();
    let found = people.iter().map(|one| (one.user_id.to_string(), place_ids(one))).collect::<Vec<_>>();
    assert!(found.len() > 5_000, "{}", found.len());
    assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
}
