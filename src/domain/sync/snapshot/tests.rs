//! A torn read never becomes a snapshot.

use super::*;

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
    read.add_page(1, vec![person("u", 1)], Some(7)).unwrap();
    read.add_page(1, vec![person("u", 1)], None).unwrap();
    read.add_page(2, vec![person("u", 2), person("v", 2)], None).unwrap();
    let snapshot = read.finish().unwrap();
    assert_eq!(snapshot.departments[1].parent, Some(1));
    let places: Vec<_> = snapshot.people[0].memberships.iter().map(|place| place.dept_id).collect();
    assert_eq!(places, [1, 2], "one person, every membership once");
}

#[test]
fn a_torn_read_is_no_snapshot() {
    let mut read = builder();
    read.add_page(1, vec![], None).unwrap();
    assert_eq!(read.finish().unwrap_err(), TornRead::NotListed(1));

    let mut read = builder();
    read.add_children(1, vec![]).unwrap();
    read.add_page(1, vec![], Some(3)).unwrap();
    assert_eq!(read.finish().unwrap_err(), TornRead::NotRead(1));
}

#[test]
fn a_cursor_that_repeats_ends_the_read() {
    let mut read = builder();
    read.add_page(1, vec![], Some(3)).unwrap();
    read.add_page(1, vec![], Some(4)).unwrap();
    assert_eq!(read.add_page(1, vec![], Some(3)), Err(TornRead::CursorRepeats(1)));
    let mut read = SnapshotBuilder::new(None, false);
    let first = read.add_page(1, vec![], Some(0));
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
        read.add_page(id, vec![], None).unwrap();
    }
    assert_eq!(read.finish().unwrap().departments[1].parent, Some(1));
}

#[test]
fn school_contacts_are_left_out_unless_asked_for() {
    let mut read = builder();
    assert!(read.add_children(1, vec![department(-7)]).unwrap().is_empty());
    read.add_page(1, vec![], None).unwrap();
    assert_eq!(read.finish().unwrap().left_out, [-7]);

    let mut read = SnapshotBuilder::new(None, true);
    read.add_root(department(1)).unwrap();
    assert_eq!(read.add_children(1, vec![department(-7)]).unwrap(), [-7]);
}

fn two_departments(backwards: bool) -> Snapshot {
    let mut read = builder();
    read.add_children(1, vec![department(2)]).unwrap();
    read.add_children(2, vec![]).unwrap();
    let mut pages = vec![(1, vec![person("u", 1)]), (2, vec![person("v", 2), person("u", 2)])];
    if backwards {
        pages.reverse();
    }
    for (dept_id, page) in pages {
        read.add_page(dept_id, page, None).unwrap();
    }
    read.finish().unwrap()
}

#[test]
fn two_reads_that_found_the_same_have_one_digest() {
    assert_eq!(two_departments(false).digest(), two_departments(true).digest());
}

#[test]
fn whatever_differs_changes_the_digest() {
    let name = |value: &str| Upstream::Value(value.into());
    let changes: [&dyn Fn(&mut Snapshot); 13] = [
        &|it| it.corp_id = Some("dingcorp".into()),
        &|it| it.coverage = Coverage::People,
        &|it| it.left_out.push(-7),
        &|it| {
            it.departed.insert("w".into());
        },
        &|it| it.departments[1].name.push('x'),
        &|it| it.departments[1].order = None,
        &|it| it.departments[1].position = 1,
        &|it| drop(it.people.pop()),
        &|it| it.people[0].union_id = Some("union".into()),
        &|it| it.people[0].fields.set(ProfileField::Name, Upstream::Blank),
        &|it| it.people[0].fields.set(ProfileField::Name, name("王芳")),
        &|it| it.people[0].fields.set(ProfileField::Mobile, name("王芳")),
        &|it| it.people[0].memberships[0].leader = true,
    ];
    let mut digests = BTreeSet::from([two_departments(false).digest()]);
    for change in changes {
        let mut changed = two_departments(false);
        change(&mut changed);
        digests.insert(changed.digest());
    }
    assert_eq!(digests.len(), 14);
}
