//! `Allow`, which must stand in every refusal of a method: what the address takes instead.
//!
//! Must not know what an operation does. Invariant: made from the operations themselves.

use std::collections::BTreeMap;

use poem::http::HeaderValue;
use poem_openapi::registry::MetaApi;

/// The methods of the native API by route, as `Allow` has them.
pub(super) struct Methods(BTreeMap<String, HeaderValue>);

impl Methods {
    /// Those of these operations, which live under `prefix`.
    pub(super) fn of(apis: &[MetaApi], prefix: &str) -> Self {
        let mut names = BTreeMap::<String, String>::new();
        for path in apis.iter().flat_map(|api| &api.paths) {
            let known = names.entry(shape(&format!("{prefix}{}", path.path))).or_default();
            for operation in &path.operations {
                let name = match operation.method.as_str() {
                    // The router answers it by itself.
                    "GET" => "GET, HEAD",
                    other => other,
                };
                let comma = if known.is_empty() { "" } else { ", " };
                *known += &format!("{comma}{name}");
            }
        }
        let value = |(route, names): (String, String)| Some((route, HeaderValue::from_str(&names).ok()?));
        Self(names.into_iter().filter_map(value).collect())
    }

    /// What a route of the native API takes.
    pub(super) fn at(&self, route: &str) -> Option<&HeaderValue> {
        self.0.get(&shape(route))
    }
}

/// A path without its parameters' names, for the specification and the router name them differently.
fn shape(path: &str) -> String {
    let part = |part| if str::starts_with(part, [':', '{']) { ":" } else { part };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
