//! Generates the client from the specification that `MENPAI_OPENAPI` names.

use std::path::PathBuf;
use std::{env, fs};

use progenitor::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::Value;

/// The generator's ways are not all ways of the specification: it types an error only where it is called plain JSON,
/// and knows no form with a file. Nothing else is changed.
fn prepared(mut specification: Value) -> Value {
    let paths = specification["paths"].as_object_mut().expect("paths");
    for operations in paths.values_mut().map(|path| path.as_object_mut().expect("operations")) {
        operations
            .retain(|_, operation| operation["requestBody"]["content"]["multipart/form-data"].is_null());
        for operation in operations.values_mut() {
            for response in operation["responses"].as_object_mut().expect("responses").values_mut() {
                let content = response.get_mut("content").and_then(Value::as_object_mut);
                if let Some(content) = content
                    && let Some(problem) = content.remove("application/problem+json")
                {
                    content.insert("application/json".to_owned(), problem);
                }
            }
        }
    }
    paths.retain(|_, operations| operations.as_object().is_some_and(|operations| !operations.is_empty()));
    specification
}

fn main() {
    let path = env::var("MENPAI_OPENAPI").expect("MENPAI_OPENAPI names the specification");
    println!("cargo::rerun-if-env-changed=MENPAI_OPENAPI");
    println!("cargo::rerun-if-changed={path}");
    let specification: Value = serde_json::from_slice(&fs::read(path).expect("readable")).expect("JSON");
    let specification = serde_json::from_value(prepared(specification)).expect("OpenAPI 3.0");
    let mut settings = GenerationSettings::default();
    settings.with_interface(InterfaceStyle::Builder);
    let tokens = Generator::new(&settings).generate_tokens(&specification).expect("a client");
    let code = prettyplease::unparse(&syn::parse2(tokens).expect("Rust"));
    let out = PathBuf::from(env::var("OUT_DIR").expect("OUT_DIR")).join("client.rs");
    fs::write(out, code).expect("written");
}
