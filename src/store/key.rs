//! Keys and ranges: the only place that knows how a key is laid out, so that no scan can leave its tenant.
//!
//! Invariant: every part has a fixed width or carries its length in front, numbers are big-endian. A range is always
//! "everything that begins with these parts", which therefore is exactly the rows that belong to them.

use std::ops::Bound;

use smallvec::SmallVec;

use crate::domain::id::TenantId;

/// A key, or the beginning of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(SmallVec<[u8; USUAL_LENGTH]>);

/// What most keys fit into without an allocation of their own; many are held at once when much is written.
const USUAL_LENGTH: usize = 40;

impl Key {
    /// A key without parts: the beginning of every key of a table.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The usual beginning: the tenant.
    pub(crate) fn of(tenant: TenantId) -> Self {
        Self::new().u32(tenant.0)
    }

    /// A key that was read from a table.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        Self(SmallVec::from_slice(bytes))
    }

    /// Adds an id.
    pub(crate) fn id(self, id: &[u8; 16]) -> Self {
        self.bytes(id)
    }

    /// Adds a hash.
    pub(crate) fn hash(self, hash: &[u8; 32]) -> Self {
        self.bytes(hash)
    }

    /// Adds one byte.
    pub(crate) fn u8(self, number: u8) -> Self {
        self.bytes(&[number])
    }

    /// Adds a number.
    pub(crate) fn u32(self, number: u32) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    /// Adds a number.
    pub(crate) fn u64(self, number: u64) -> Self {
        self.bytes(&number.to_be_bytes())
    }

    /// Adds a number that may be negative, so that it sorts by value.
    pub(crate) fn i64(self, number: i64) -> Self {
        self.u64(number.cast_unsigned() ^ (1 << 63))
    }

    /// Adds a text behind its length, so that no text is the beginning of another.
    pub(crate) fn text(self, text: &str) -> Self {
        self.u32(u32::try_from(text.len()).unwrap_or(u32::MAX)).bytes(text.as_bytes())
    }

    /// Adds the end of another key.
    pub(crate) fn rest_of(self, end: &[u8]) -> Self {
        self.bytes(end)
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// The bytes as the table holds them.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Everything that begins with this key.
    pub(crate) fn range(&self) -> KeyRange {
        KeyRange { start: Bound::Included(self.0.to_vec()), end: self.end() }
    }

    /// What of [`Key::range`] comes after the cursor (the rest of a key).
    pub(crate) fn range_after(&self, cursor: &[u8]) -> KeyRange {
        KeyRange { start: Bound::Excluded([self.as_bytes(), cursor].concat()), end: self.end() }
    }

    /// What of [`Key::range`] comes before the cursor (the rest of a key).
    pub(crate) fn range_before(&self, cursor: &[u8]) -> KeyRange {
        KeyRange {
            start: Bound::Included(self.0.to_vec()),
            end: Bound::Excluded([self.as_bytes(), cursor].concat()),
        }
    }

    /// What of [`Key::range`] is not later than the number that follows.
    pub(crate) fn range_to(&self, number: i64) -> KeyRange {
        KeyRange { start: Bound::Included(self.0.to_vec()), end: self.clone().i64(number).end() }
    }

    /// The first key that no longer begins with this one.
    fn end(&self) -> Bound<Vec<u8>> {
        let mut end = self.0.to_vec();
        while let Some(last) = end.pop() {
            if last < u8::MAX {
                end.push(last + 1);
                return Bound::Excluded(end);
            }
        }
        Bound::Unbounded
    }

    /// What follows this beginning in a whole key.
    pub(crate) fn rest<'k>(&self, key: &'k [u8]) -> &'k [u8] {
        key.get(self.0.len()..).unwrap_or_default()
    }
}

/// A part of a table: always the keys that begin with a [`Key`], or what of them lies on one side of a cursor.
#[derive(Debug)]
pub(crate) struct KeyRange {
    start: Bound<Vec<u8>>,
    end: Bound<Vec<u8>>,
}

impl KeyRange {
    /// The bounds as redb takes them.
    pub(crate) fn bounds(&self) -> (Bound<&[u8]>, Bound<&[u8]>) {
        (self.start.as_ref().map(Vec::as_slice), self.end.as_ref().map(Vec::as_slice))
    }
}

/// The id that a key ends with.
pub(crate) fn last_id<I: From<uuid::Uuid>>(key: &[u8]) -> Option<I> {
    key.last_chunk::<16>().map(|bytes| uuid::Uuid::from_bytes(*bytes).into())
}

/// The id that stands `skip` bytes into a key.
pub(crate) fn id_at<I: From<uuid::Uuid>>(key: &[u8], skip: usize) -> Option<I> {
    key.get(skip..)?.first_chunk::<16>().map(|bytes| uuid::Uuid::from_bytes(*bytes).into())
}

/// The bytes of the text at the beginning of a part of a key.
pub(crate) fn text_at(key: &[u8]) -> Option<&[u8]> {
    let (length, rest) = key.split_first_chunk::<4>()?;
    rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

/// The tenant that stands `skip` bytes into a key.
pub(crate) fn tenant_at(key: &[u8], skip: usize) -> Option<TenantId> {
    key.get(skip..)?.first_chunk::<4>().map(|bytes| TenantId(u32::from_be_bytes(*bytes)))
}

#[cfg(test)]
mod tests {
    use std::ops::RangeBounds;

    use proptest::prelude::*;

    use super::*;

    fn holds(range: &KeyRange, key: &Key) -> bool {
        RangeBounds::<&[u8]>::contains(&range.bounds(), &key.as_bytes())
    }

    proptest! {
        #[test]
        fn a_tenants_range_holds_its_keys_and_no_others(own in any::<u32>(), other in any::<u32>(), rest in any::<Vec<u8>>()) {
            let range = Key::of(TenantId(own)).range();
            prop_assert!(holds(&range, &Key::of(TenantId(own)).bytes(&rest)));
            prop_assert_eq!(holds(&range, &Key::of(TenantId(other)).bytes(&rest)), own == other);
        }

        #[test]
        fn no_text_is_the_beginning_of_another(one in ".{0,12}", other in ".{0,12}", id in any::<[u8; 16]>()) {
            let range = Key::of(TenantId(1000)).text(&one).range();
            prop_assert_eq!(holds(&range, &Key::of(TenantId(1000)).text(&other).id(&id)), one == other);
        }

        #[test]
        fn numbers_sort_by_value(one in any::<i64>(), other in any::<i64>()) {
            prop_assert_eq!(Key::new().i64(one).cmp(&Key::new().i64(other)), one.cmp(&other));
        }

        #[test]
        fn a_cursor_never_leaves_the_range(cursor in any::<Vec<u8>>(), rest in any::<Vec<u8>>(), other in any::<u32>()) {
            let own = Key::of(TenantId(7));
            let key = Key::of(TenantId(other)).bytes(&rest);
            prop_assert!(other == 7 || !holds(&own.range_after(&cursor), &key));
            prop_assert!(other == 7 || !holds(&own.range_before(&cursor), &key));
        }
    }

    #[test]
    fn the_last_tenant_has_an_end_too() {
        let range = Key::of(TenantId(u32::MAX)).range();
        assert!(holds(&range, &Key::of(TenantId(u32::MAX)).id(&[255; 16])));
        assert!(!holds(&range, &Key::of(TenantId(0))));
    }
}
