//! The texts of one tenant's members, behind one another in one piece of memory, so that looking through all of them is
//! one pass of a vectorised search.
//!
//! Must not know what a text says. Invariant: one text a member at most, told in the order of the members' ids; a newer
//! text hides the older one from the moment it is put here.

use std::collections::BTreeMap;
use std::iter;
use std::ops::Bound;
use std::sync::Arc;

use super::query::Query;
use crate::domain::id::MemberId;

/// Stands behind every text; no word that is looked for holds it.
const END: char = '\n';
/// How many newer texts may lie beside the piece before it is written anew.
const NEWER: usize = 1_000;

/// The texts of one tenant's members. A clone shares the piece.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    piece: Arc<Piece>,
    /// What was said since the piece was written; `None` of members who are gone.
    newer: BTreeMap<MemberId, Option<Box<str>>>,
}

#[derive(Clone, Debug, Default)]
struct Piece {
    bytes: String,
    /// Whose text ends where, in order.
    places: Vec<(MemberId, usize)>,
}

impl Texts {
    /// Adds the text of a member whose id comes behind all others; anybody else's goes beside the piece.
    pub(super) fn push(&mut self, id: MemberId, text: &str) {
        if self.newer.is_empty() && self.piece.places.last().is_none_or(|(last, _)| *last < id) {
            Arc::make_mut(&mut self.piece).push(id, text);
        } else {
            self.newer.insert(id, Some(text.into()));
        }
    }

    /// Gives back the memory that growing took beyond what is used.
    pub(super) fn shrink(&mut self) {
        let piece = Arc::make_mut(&mut self.piece);
        piece.bytes.shrink_to_fit();
        piece.places.shrink_to_fit();
    }

    /// Replaces a member's text, or takes it away.
    pub(super) fn replace(&mut self, id: MemberId, text: Option<Box<str>>) {
        self.newer.insert(id, text);
        if self.newer.len() > NEWER {
            self.rewrite();
        }
    }

    /// The members behind this one whose text the query finds, in order, looked for one by one as they are asked for.
    pub(crate) fn matches<'a>(
        &'a self,
        query: &'a Query,
        after: Option<MemberId>,
    ) -> impl Iterator<Item = MemberId> + 'a {
        let older = self.piece.matches(query, after).filter(|id| !self.newer.contains_key(id));
        let behind = (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        let newer = self.newer.range(behind);
        let newer = newer.filter(|(_, text)| text.as_deref().is_some_and(|text| query.matches(text)));
        merged(older, newer.map(|(id, _)| *id))
    }

    fn rewrite(&mut self) {
        let newer = std::mem::take(&mut self.newer);
        let mut piece = Piece::default();
        let older = self.piece.texts().filter(|(id, _)| !newer.contains_key(id));
        let newer = newer.iter().filter_map(|(id, text)| Some((*id, text.as_deref()?)));
        for (id, text) in merged(older, newer) {
            piece.push(id, text);
        }
        self.piece = Arc::new(piece);
        self.shrink();
    }
}

impl Piece {
    fn push(&mut self, id: MemberId, text: &str) {
        self.bytes.push_str(text);
        self.bytes.push(END);
        self.places.push((id, self.bytes.len()));
    }

    fn start(&self, index: usize) -> usize {
        let before = index.checked_sub(1).and_then(|before| self.places.get(before));
        before.map_or(0, |(_, end)| *end)
    }

    fn text(&self, index: usize) -> Option<(MemberId, &str)> {
        let (id, end) = self.places.get(index)?;
        Some((*id, self.bytes.get(self.start(index)..*end)?.trim_end_matches(END)))
    }

    fn texts(&self) -> impl Iterator<Item = (MemberId, &str)> {
        (0..self.places.len()).filter_map(|index| self.text(index))
    }

    fn matches<'a>(
        &'a self,
        query: &'a Query,
        after: Option<MemberId>,
    ) -> impl Iterator<Item = MemberId> + 'a {
        let finder = query.finder();
        let first = after.map_or(0, |after| self.places.partition_point(|(id, _)| *id <= after));
        let mut from = self.start(first);
        iter::from_fn(move || {
            loop {
                let hit = from + finder.find(self.bytes.as_bytes().get(from..)?)?;
                let index = self.places.partition_point(|(_, end)| *end <= hit);
                let (id, text) = self.text(index)?;
                (_, from) = *self.places.get(index)?;
                if query.matches(text) {
                    return Some(id);
                }
            }
        })
    }
}

/// Two ascending sequences as one.
fn merged<T: Ord>(one: impl Iterator<Item = T>, other: impl Iterator<Item = T>) -> impl Iterator<Item = T> {
    let (mut one, mut other) = (one.peekable(), other.peekable());
    iter::from_fn(move || match (one.peek(), other.peek()) {
        (Some(left), Some(right)) if right < left => other.next(),
        (Some(_), _) => one.next(),
        (None, _) => other.next(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn id(number: u8) -> MemberId {
        Uuid::from_u128(number.into()).into()
    }

    fn found(texts: &Texts, query: &str, after: Option<u8>) -> Vec<MemberId> {
        texts.matches(&Query::new(query), after.map(id)).collect()
    }

    proptest! {
        #[test]
        fn it_finds_what_one_look_at_each_text_finds(
            first in proptest::collection::btree_map(any::<u8>(), "[ab张]{0,3}(\n[ab张]{0,3})?", 0..30),
            later in proptest::collection::vec((any::<u8>(), proptest::option::of("[ab张]{0,3}")), 0..30),
            rewritten_after in 0..30_usize,
            query in "[ab张]{1,2}( [ab张])?",
            after in proptest::option::of(any::<u8>()),
        ) {
            let mut texts = Texts::default();
            let mut plain: BTreeMap<u8, String> = first.clone();
            first.iter().for_each(|(number, text)| texts.push(id(*number), text));
            for (turn, (number, text)) in later.into_iter().enumerate() {
                match &text {
                    Some(text) => plain.insert(number, text.clone()),
                    None => plain.remove(&number),
                };
                texts.replace(id(number), text.map(Into::into));
                if turn == rewritten_after {
                    texts.rewrite();
                    prop_assert!(texts.newer.is_empty());
                }
            }
            let query_words = Query::new(&query);
            let expected: Vec<MemberId> = plain
                .into_iter()
                .filter(|(number, text)| query_words.matches(text) && after.is_none_or(|after| *number > after))
                .map(|(number, _)| id(number))
                .collect();
            prop_assert_eq!(found(&texts, &query, after), expected);
        }
    }

    #[test]
    fn a_word_does_not_reach_into_the_next_text() {
        let mut texts = Texts::default();
        texts.push(id(1), "ab");
        texts.push(id(2), "ba");
        assert_eq!(found(&texts, "abba", None), []);
        assert_eq!(found(&texts, "ba", None), [id(2)]);
    }

    #[test]
    fn what_came_out_of_order_is_found_in_order() {
        let mut texts = Texts::default();
        for number in [5, 3, 4, 9] {
            texts.push(id(number), "a");
        }
        assert_eq!(found(&texts, "a", None), [3, 4, 5, 9].map(id));
    }

    #[test]
    fn many_newer_texts_are_written_into_one_piece() {
        let mut texts = Texts::default();
        for number in 0..=NEWER {
            texts.replace(Uuid::from_u128(number as u128).into(), Some("a".into()));
        }
        assert!(texts.newer.is_empty());
        assert_eq!(found(&texts, "a", None).len(), NEWER + 1);
    }
}
