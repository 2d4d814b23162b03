//! The layers hold: who imports whom is read from the sources and compared with docs/ARCHITECTURE.md, which is the
//! only place where the table is written down. Also keeps files small and introduced.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use source::Source;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// Files of `src/` grow to this many lines at most; those of tests may be longer.
const LONGEST: usize = 500;

/// One row of the table in docs/ARCHITECTURE.md.
struct Layer {
    /// The modules it may import; `None` stands for "everything".
    imports: Option<BTreeSet<String>>,
    never_names: Vec<String>,
}

#[test]
fn imports_run_as_the_architecture_says() {
    let layers = documented_layers();
    let mut broken = Vec::new();
    let mut seen = BTreeSet::new();
    for path in sources() {
        let source = Source::parse(&read(&path), module_path(&path));
        let Some(module) = source.module.first() else { continue };
        if module == "main" {
            continue;
        }
        seen.insert(module.clone());
        let Some(layer) = layers.get(module) else {
            broken.push(format!("{}: the table has no row for `{module}`", show(&path)));
            continue;
        };
        for import in source.top_level_imports() {
            let allowed = layer.imports.as_ref().is_none_or(|allowed| allowed.contains(&import));
            if import != *module && !allowed {
                broken.push(format!("{}: `{module}` must not import `{import}`", show(&path)));
            }
        }
        for name in layer.never_names.iter().filter(|name| source.names(name)) {
            broken.push(format!("{}: `{module}` must never name `{name}`", show(&path)));
        }
    }
    assert!(broken.is_empty(), "docs/ARCHITECTURE.md, Layers:\n{}", broken.join("\n"));
    assert!(seen.contains("domain"), "no sources were read");
}

#[test]
fn one_layer_knows_the_database_and_three_places_the_http_client() {
    for (krate, owners) in
        [("redb", ["store"].as_slice()), ("reqwest", &["dingtalk", "webhook", "cli::client"])]
    {
        for path in sources() {
            let source = Source::parse(&read(&path), module_path(&path));
            let module = source.module.join("::");
            let owned = owners.iter().any(|owner| {
                module.strip_prefix(owner).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
            });
            assert!(owned || !source.names(krate), "{} names {krate}", show(&path));
        }
    }
}

#[test]
fn files_are_small_and_introduced() {
    let mut sizes = Vec::new();
    for path in sources() {
        let text = read(&path);
        let words = text.lines().next().unwrap_or_default().strip_prefix("//!").map(|line| line.trim().len());
        assert!(
            words.is_some_and(|length| length > 10),
            "{} does not begin with what it is for",
            show(&path)
        );
        if !source::is_test_file(&path) {
            sizes.push((text.lines().count(), path));
        }
    }
    sizes.sort();
    println!("the ten largest files:");
    for (lines, path) in sizes.iter().rev().take(10) {
        println!("{lines:>6} {}", show(path));
    }
    let long: Vec<_> = sizes.iter().filter(|(lines, _)| *lines > LONGEST).collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines, split them: {long:?}");
}

/// The rows under `## Layers`.
fn documented_layers() -> BTreeMap<String, Layer> {
    let text = read(&Path::new(ROOT).join("docs/ARCHITECTURE.md"));
    let section = text.split("\n## Layers").nth(1).expect("a section called Layers");
    let section = section.split("\n## ").next().unwrap();
    let mut layers = BTreeMap::new();
    for row in section.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [module, imports, never] = cells.as_slice() else { panic!("three columns expected: {row}") };
        let imports = (imports.trim() != "everything").then(|| quoted(imports).into_iter().collect());
        let name = quoted(module).remove(0);
        layers.insert(name, Layer { imports, never_names: quoted(never) });
    }
    assert!(layers.len() >= 8, "the table was not found");
    layers
}

/// The words in backticks, up to a semicolon: what follows one is prose.
fn quoted(cell: &str) -> Vec<String> {
    let checked = cell.split(';').next().unwrap_or_default();
    checked.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Every Rust file under `src/`, in order.
fn sources() -> Vec<PathBuf> {
    let mut folders = vec![Path::new(ROOT).join("src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// `src/domain/sync/mod.rs` is the module `domain::sync`; `src/lib.rs` is the root.
fn module_path(path: &Path) -> Vec<String> {
    let relative = path.strip_prefix(Path::new(ROOT).join("src")).unwrap().with_extension("");
    let mut names: Vec<String> =
        relative.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if names.last().is_some_and(|last| last == "mod" || last == "lib") {
        names.pop();
    }
    names
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", show(path)))
}

fn show(path: &Path) -> String {
    path.strip_prefix(ROOT).unwrap_or(path).display().to_string()
}
