//! The native API's routes as the specification writes them: their parameters' names, and what an address takes.
//!
//! Must not know what an operation does. Invariant: made from the operations themselves.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use poem::http::HeaderValue;
use poem_openapi::registry::MetaApi;

/// The routes of the native API by their shape.
pub(super) struct Routes(BTreeMap<String, Written>);

/// A route as it is written.
pub(super) struct Written {
    /// With its parameters' names, such as `/api/v1/tenants/:tenantId`.
    pub(super) template: Arc<str>,
    /// Its methods, as `Allow` has them, which must stand in every refusal of a method.
    pub(super) methods: HeaderValue,
}

impl Routes {
    /// Those of these operations, which live under `prefix`.
    pub(super) fn of(apis: &[MetaApi], prefix: &str) -> Self {
        let mut names = BTreeMap::<String, String>::new();
        for path in apis.iter().flat_map(|api| &api.paths) {
            let known = names.entry(format!("{prefix}{}", path.path)).or_default();
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
        let written = |(path, methods): (String, String)| {
            let template = each_part(&path, |part| match parameter(part) {
                Some(name) => format!(":{name}").into(),
                None => part.into(),
            });
            let methods = HeaderValue::from_str(&methods).ok()?;
            Some((shape(&path), Written { template: template.into(), methods }))
        };
        Self(names.into_iter().filter_map(written).collect())
    }

    /// The route that the router knows under this name.
    pub(super) fn at(&self, route: &str) -> Option<&Written> {
        self.0.get(&shape(route))
    }
}

/// A path without its parameters' names, for the specification and the router name them differently.
fn shape(path: &str) -> String {
    each_part(path, |part| parameter(part).map_or(part, |_| ":").into())
}

fn each_part<'p>(path: &'p str, written: impl Fn(&'p str) -> Cow<'p, str>) -> String {
    let mut whole = String::with_capacity(path.len());
    for (place, part) in path.split('/').enumerate() {
        if place > 0 {
            whole.push('/');
        }
        whole.push_str(&written(part));
    }
    whole
}

/// The name of a parameter as the router (`:id`) or the specification (`{id}`) writes it.
fn parameter(part: &str) -> Option<&str> {
    part.strip_prefix(':').or_else(|| part.strip_prefix('{')?.strip_suffix('}'))
}
