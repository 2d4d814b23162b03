//! The digest of a read: whether two reads found the same.
//!
//! Invariant: everything that a snapshot is made of goes into it, each piece behind its kind or its length, so that no
//! two different reads are the same text. A new field that is forgotten here does not compile.

use sha2::{Digest as _, Sha256};

use super::{Upstream, UpstreamDepartment, UpstreamFields, UpstreamMembership, UpstreamPerson};
use crate::domain::directory::profile::ProfileField;

/// A SHA-256.
pub(super) type Digest = [u8; 32];

/// The digest of a whole read, from what its pages have already.
pub(super) fn of_read<'r>(
    corp_id: Option<&str>,
    departments: &[UpstreamDepartment],
    pages: impl ExactSizeIterator<Item = &'r Digest>,
    alone: &[UpstreamPerson],
    left_out: &[i64],
) -> Digest {
    let mut text = Text::default();
    text.option(corp_id);
    text.list(departments.iter(), Text::department);
    text.list(pages, |text, digest| text.gathered.extend_from_slice(digest));
    text.list(alone.iter(), Text::person);
    text.list(left_out.iter(), |text, dept_id| text.number(*dept_id));
    text.finish()
}

/// The digest of one page of people.
pub(super) fn of_page(people: &[(UpstreamPerson, UpstreamMembership)]) -> Digest {
    let mut text = Text::default();
    text.list(people.iter(), |text, (person, place)| {
        text.person(person);
        text.place(place);
    });
    text.finish()
}

/// Text on its way into the hash, gathered so that the hash works on long pieces.
#[derive(Default)]
struct Text {
    hash: Sha256,
    gathered: Vec<u8>,
}

/// How much is gathered.
const PIECE: usize = 16 << 10;

impl Text {
    fn number(&mut self, number: i64) {
        self.gathered.extend_from_slice(&number.to_le_bytes());
    }

    fn bytes(&mut self, text: &str) {
        self.gathered.extend_from_slice(&(text.len() as u64).to_le_bytes());
        self.gathered.extend_from_slice(text.as_bytes());
    }

    fn option(&mut self, text: Option<&str>) {
        self.gathered.push(u8::from(text.is_some()));
        text.into_iter().for_each(|text| self.bytes(text));
    }

    fn list<T>(&mut self, items: impl ExactSizeIterator<Item = T>, add: impl Fn(&mut Self, T)) {
        self.gathered.extend_from_slice(&(items.len() as u64).to_le_bytes());
        for item in items {
            add(self, item);
            if self.gathered.len() >= PIECE {
                self.hash.update(&self.gathered);
                self.gathered.clear();
            }
        }
    }

    fn department(&mut self, department: &UpstreamDepartment) {
        let UpstreamDepartment { dept_id, parent, name, order, position } = department;
        self.number(*dept_id);
        for number in [parent, order] {
            self.gathered.push(u8::from(number.is_some()));
            number.iter().for_each(|number| self.number(*number));
        }
        self.bytes(name);
        self.number((*position).into());
    }

    fn person(&mut self, person: &UpstreamPerson) {
        let UpstreamPerson { user_id, union_id, country_code, fields, memberships } = person;
        self.bytes(user_id);
        self.option(union_id.as_deref());
        self.option(country_code.as_deref());
        self.fields(fields);
        self.list(memberships.iter(), Self::place);
    }

    fn place(&mut self, place: &UpstreamMembership) {
        let UpstreamMembership { dept_id, order, leader } = place;
        self.number(*dept_id);
        self.number(*order);
        self.gathered.push(u8::from(*leader));
    }

    fn fields(&mut self, fields: &UpstreamFields) {
        for field in ProfileField::ALL {
            match fields.get(field) {
                Upstream::Absent => self.gathered.push(0),
                Upstream::Blank => self.gathered.push(1),
                Upstream::Value(value) => {
                    self.gathered.push(2);
                    self.bytes(value);
                }
            }
        }
    }

    fn finish(mut self) -> Digest {
        self.hash.update(&self.gathered);
        self.hash.finalize().into()
    }
}
