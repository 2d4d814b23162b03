//! What somebody looks for, and whether a text holds it.

use memchr::memmem::Finder;

/// What somebody typed: words that must all occur.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    words: Vec<String>,
}

impl Query {
    pub(crate) fn new(text: &str) -> Self {
        Self { words: text.to_lowercase().split_whitespace().map(str::to_owned).collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        self.words.iter().all(|word| text.contains(word.as_str()))
    }

    /// Finds the longest word, which occurs the least often as a rule.
    pub(super) fn finder(&self) -> Finder<'_> {
        Finder::new(self.words.iter().max_by_key(|word| word.len()).map_or("", String::as_str))
    }
}
