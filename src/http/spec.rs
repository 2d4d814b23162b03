//! The one specification of the native API: what is served at `/api/v1/openapi.json`, shown at `/api/docs` and printed
//! by `menpai openapi`.
//!
//! Invariant: all three are made from the operations themselves, so they cannot say anything else.

mod exact;

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::http::header::CONTENT_SECURITY_POLICY;
use poem::web::Html;
use poem::{Endpoint, IntoResponse, Response, endpoint::make_sync};
use poem_openapi::registry::{MetaApi, Registry};
use poem_openapi::{LicenseObject, OpenApi, OpenApiService};
use sha2::{Digest, Sha256};

use super::api::Operations;
use super::permissions::permission;

/// Where the native API lives.
pub(super) const PREFIX: &str = "/api/v1";

const DESCRIPTION: &str = "\
The native API of Menpai (门牌).\n\n\
Authenticate with the header `X-Access-Token`: a session's token (`POST /sessions`) or an API token. Lists are \
`{items, nextCursor}`, asked for with `limit` (1 to 500, 50 when not said) and `cursor`. Errors are \
`application/problem+json` with a stable `code`; sentences are in the language of `Accept-Language`, `zh` or `en`.";

/// The service with all its operations.
pub(super) fn service<T: OpenApi>(operations: T) -> OpenApiService<T, ()> {
    OpenApiService::new(operations, "Menpai", env!("CARGO_PKG_VERSION"))
        .description(DESCRIPTION)
        .license(LicenseObject::new("Apache-2.0"))
        .server(PREFIX)
}

/// The specification as JSON, for files: the same text on every machine.
pub fn specification() -> String {
    let mut text = document();
    text.push('\n');
    text
}

/// The specification as it is served, made when it is first asked for.
pub(super) fn endpoint() -> impl Endpoint<Output = Response> {
    let text = OnceLock::new();
    make_sync(move |_| {
        let text = text.get_or_init(document).clone();
        Response::builder().content_type("application/json; charset=utf-8").body(text)
    })
}

/// What the framework writes, with the permission of each operation, which the framework has no place for.
fn document() -> String {
    let mut text = exact::written(&service(Described::<Operations>(PhantomData)).spec());
    for api in Operations::meta() {
        for path in api.paths {
            for operation in path.operations {
                let Some(name) = operation.operation_id else { continue };
                let written = format!("\"operationId\": \"{name}\"");
                let permission = permission(name, &braced(&path.path));
                text = text.replacen(
                    &written,
                    &format!("{written},\n        \"x-permission\": \"{permission}\""),
                    1,
                );
            }
        }
    }
    text
}

/// A path with its parameters as the specification writes them: `{id}` for `:id`.
fn braced(path: &str) -> String {
    let part = |part: &str| match part.strip_prefix(':') {
        Some(name) => format!("{{{name}}}"),
        None => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Operations without the services behind them: enough to describe them, not to serve.
struct Described<T>(PhantomData<T>);

impl<T: OpenApi> OpenApi for Described<T> {
    fn meta() -> Vec<MetaApi> {
        exact::operations(T::meta())
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
        exact::schemas(registry, &T::meta());
    }

    fn add_routes(self, _routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {}
}

/// The page that shows the specification: one file that loads nothing from anywhere.
pub(super) fn docs() -> impl Endpoint<Output = Response> {
    let page = service(Described::<Operations>(PhantomData)).swagger_ui_html();
    let policy = policy(&page);
    make_sync(move |_| {
        Html(page.clone()).with_header(CONTENT_SECURITY_POLICY, policy.as_str()).into_response()
    })
}

/// Allows exactly the scripts that stand in the page, and calls to this server.
fn policy(page: &str) -> String {
    let hash = |script: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)));
    let scripts = scripts(page).into_iter().map(hash).collect::<Vec<_>>().join(" ");
    format!(
        "default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src 'self' data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// The inline scripts of a page; what looks like a tag inside a script is part of it.
fn scripts(mut page: &str) -> Vec<&str> {
    let mut found = Vec::new();
    while let Some((_, rest)) = page.split_once("<script") {
        let body = rest.split_once('>').and_then(|(_, rest)| rest.split_once("</script>"));
        let Some((script, rest)) = body else { break };
        found.push(script);
        page = rest;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_its_own_name() {
        let specification: serde_json::Value = serde_json::from_str(&specification()).unwrap();
        let mut names = std::collections::BTreeSet::new();
        for (path, operations) in specification["paths"].as_object().unwrap() {
            assert!(
                !path.contains(':'),
                "{path}: a parameter in a prefix is not carried; put it into the path"
            );
            for (method, operation) in operations.as_object().unwrap() {
                assert!(operation["x-permission"].is_string(), "{method} {path} declares no permission");
                let name = operation["operationId"].as_str();
                let name = name.unwrap_or_else(|| panic!("{method} {path} has no operationId"));
                assert!(names.insert(name.to_owned()), "{name} names two operations");
            }
        }
        assert!(names.contains("createSession"));
    }

    #[test]
    fn a_script_ends_where_the_browser_ends_it() {
        let page = "<p><script charset=\"UTF-8\">a('<script b')</script>text<script>c</script></p>";
        assert_eq!(scripts(page), ["a('<script b')", "c"]);
    }
}
