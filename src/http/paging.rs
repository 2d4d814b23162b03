//! Lists on the wire: `{items, nextCursor}`, asked for with `limit` and `cursor`.
//!
//! Invariant: a cursor is opaque to clients; only its text form is decided here, its meaning in the store.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poem_openapi::Object;
use poem_openapi::types::{ParseFromJSON, ToJSON};
use serde::Serialize;

use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::page;

/// One page of a list.
#[derive(Debug, Object, Serialize)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T: ParseFromJSON + ToJSON + Send + Sync> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Hand this back as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl<T: ParseFromJSON + ToJSON + Send + Sync> Page<T> {
    /// A page of the business, each item changed to its wire form.
    pub(super) fn of<U>(page: page::Page<U>, change: impl FnMut(U) -> T) -> Self {
        let next_cursor = page.next.map(|key| URL_SAFE_NO_PAD.encode(key));
        Self { items: page.items.into_iter().map(change).collect(), next_cursor }
    }
}

/// How many items were asked for.
pub(super) fn limit(asked: Option<u32>) -> page::Limit {
    page::Limit::new(asked.map(|number| usize::try_from(number).unwrap_or(usize::MAX)))
}

/// Where the page starts. Fails with `InvalidCursor`.
pub(super) fn cursor(text: Option<&str>) -> Result<Option<Vec<u8>>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    URL_SAFE_NO_PAD.decode(text).map(Some).map_err(|_| {
        Error::new(
            ErrorCode::InvalidCursor,
            "cursor 无效，请使用上一页返回的 nextCursor，或从头读取",
            "this cursor is not one that the list gave out; hand back nextCursor, or start from the beginning",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_was_given() {
        let page = page::Page { items: vec![1_u8], next: Some(vec![0, 255, 62, 63]) };
        let page = Page::of(page, |item| item);
        assert_eq!(cursor(page.next_cursor.as_deref()).unwrap(), Some(vec![0, 255, 62, 63]));
        assert_eq!(cursor(Some("")).unwrap(), None);
        for bad in ["???", "a", "AA==", "门"] {
            assert_eq!(cursor(Some(bad)).unwrap_err().code, ErrorCode::InvalidCursor, "{bad}");
        }
    }
}
