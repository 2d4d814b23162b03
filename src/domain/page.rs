//! Paging: every list is bounded and continues from the last key seen.

/// How many items a list may return at once: 1 to 500, 50 when not said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(usize);

impl Limit {
    /// The most that one page holds.
    pub const MAX: usize = 500;

    /// A limit within bounds; `None` gives the default, an impossible number gives the nearest possible one.
    pub fn new(asked: Option<usize>) -> Self {
        Self(asked.unwrap_or(50).clamp(1, Self::MAX))
    }

    /// The number of items.
    pub fn get(self) -> usize {
        self.0
    }
}

/// One page of a list, with the key to continue after it.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Where the next page starts (opaque outside the store); `None` on the last page.
    pub next: Option<Vec<u8>>,
}

impl<T> Page<T> {
    /// The same page with every item changed.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}
