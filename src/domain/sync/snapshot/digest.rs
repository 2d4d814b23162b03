//! The digest of a snapshot: whether two reads found the same.
//!
//! Invariant: every field of a snapshot goes into it, each behind its kind or its length, so that no two different
//! snapshots are the same text. A new field that is forgotten here does not compile.

use sha2::{Digest as _, Sha256};

use super::{
    Coverage, Snapshot, Upstream, UpstreamDepartment, UpstreamFields, UpstreamMembership, UpstreamPerson,
};
use crate::domain::directory::profile::ProfileField;

impl Snapshot {
    /// SHA-256 over everything that was read. The order is the snapshot's own, which does not depend on the order of
    /// the answers.
    pub fn digest(&self) -> [u8; 32] {
        let Self { corp_id, departments, people, coverage, left_out, departed } = self;
        let mut text = Text::default();
        text.option(corp_id.as_deref());
        text.number(match coverage {
            Coverage::Whole => 0,
            Coverage::People => 1,
        });
        text.list(departments, Text::department);
        text.list(people, Text::person);
        text.list(left_out, |text, dept_id| text.number(*dept_id));
        text.list(departed, |text, user_id| text.bytes(user_id));
        text.finish()
    }
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

    fn list<'a, T: 'a>(
        &mut self,
        items: impl IntoIterator<Item = &'a T, IntoIter: ExactSizeIterator>,
        add: impl Fn(&mut Self, &'a T),
    ) {
        let items = items.into_iter();
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
        self.list(memberships, |text, membership| {
            let UpstreamMembership { dept_id, order, leader } = membership;
            text.number(*dept_id);
            text.number(*order);
            text.gathered.push(u8::from(*leader));
        });
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

    fn finish(mut self) -> [u8; 32] {
        self.hash.update(&self.gathered);
        self.hash.finalize().into()
    }
}
