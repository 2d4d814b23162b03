//! What the binary is made of is allowed to be in it: licences, origins, and no dependency that nobody uses.
//!
//! Works offline from the lock file; see docs/adr/0001-dependency-check.md for why this is a test of ours.

mod licence;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_package_has_a_licence_that_we_accept() {
    let metadata = metadata();
    let mut refused = Vec::new();
    for package in shipped(&metadata) {
        let expression = package.license.as_deref().unwrap_or_default();
        if !licence::is_accepted(expression) {
            refused.push(format!("{} {}: {expression:?}", package.name, package.version));
        }
    }
    assert!(refused.is_empty(), "not on the list in licence.rs:\n{}", refused.join("\n"));
}

#[test]
fn every_package_comes_from_the_registry_with_a_checksum() {
    let lock = fs::read_to_string(Path::new(ROOT).join("Cargo.lock")).unwrap();
    let mut packages = 0;
    for entry in lock.split("[[package]]").skip(1) {
        packages += 1;
        let name = field(entry, "name").expect("a name");
        if name == env!("CARGO_PKG_NAME") {
            continue;
        }
        let source = field(entry, "source").unwrap_or_else(|| panic!("{name} comes from a path"));
        assert!(source.ends_with("/crates.io-index"), "{name} comes from {source}");
        let checksum = field(entry, "checksum").unwrap_or_default();
        assert_eq!(checksum.len(), 64, "{name} has no checksum");
    }
    assert!(packages > 50, "the lock file was not read");
}

#[test]
fn every_direct_dependency_is_used() {
    let metadata = metadata();
    let root = metadata.root_package().expect("our own package");
    let sources = rust_sources(&["src", "tests", "build.rs"]);
    let unused: Vec<_> = root
        .dependencies
        .iter()
        .map(|dependency| dependency.rename.as_ref().unwrap_or(&dependency.name).replace('-', "_"))
        .filter(|name| !names_crate(&sources, name))
        .collect();
    assert!(unused.is_empty(), "in Cargo.toml, but named nowhere: {unused:?}");
}

/// The resolved packages of this machine's kind, without asking the network.
fn metadata() -> Metadata {
    let version = Command::new("rustc").arg("-vV").output().expect("rustc");
    let version = String::from_utf8(version.stdout).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host line");
    let offline = ["--locked", "--offline", "--filter-platform", host].map(str::to_owned);
    let mut command = MetadataCommand::new();
    command.manifest_path(Path::new(ROOT).join("Cargo.toml")).other_options(offline);
    command.exec().expect("cargo metadata")
}

/// What our package needs to run or to be built; what only tests need is not shipped.
fn shipped(metadata: &Metadata) -> Vec<&Package> {
    let graph = metadata.resolve.as_ref().expect("a resolved graph");
    let root = graph.root.clone().expect("a root package");
    let mut seen: BTreeSet<PackageId> = BTreeSet::new();
    let mut waiting = vec![root];
    while let Some(id) = waiting.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        let node = graph.nodes.iter().find(|node| node.id == id).expect("a node");
        let needed = node.deps.iter().filter(|dependency| {
            dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development)
        });
        waiting.extend(needed.map(|dependency| dependency.pkg.clone()));
    }
    assert!(seen.len() > 50, "the graph was not walked");
    metadata.packages.iter().filter(|package| seen.contains(&package.id)).collect()
}

/// The value of `name = "value"` in an entry of the lock file.
fn field<'a>(entry: &'a str, name: &str) -> Option<&'a str> {
    let line = entry.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = \""))?;
    line.strip_suffix('"')
}

/// Whether the crate is named as a path or an import: `name::`, `use name;`, `use name as`.
fn names_crate(sources: &str, name: &str) -> bool {
    sources.match_indices(name).any(|(at, _)| {
        let before = sources[..at].chars().next_back();
        let after = &sources[at + name.len()..];
        let whole = before.is_none_or(|c| !c.is_alphanumeric() && c != '_');
        whole && [";", " as ", "::"].iter().any(|next| after.starts_with(next))
    })
}

fn rust_sources(places: &[&str]) -> String {
    let mut waiting: Vec<_> = places.iter().map(|place| Path::new(ROOT).join(place)).collect();
    let mut text = String::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
    text
}
