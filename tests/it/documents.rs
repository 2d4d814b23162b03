//! The operator's documents name every setting and every error code that the program has, and no other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use menpai::config::{Flags, Key, Purpose, Settings};
use menpai::domain::error::ErrorCode;

fn document(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name)).unwrap()
}

/// What stands in the first cell of a table's rows, in backticks.
fn first_cells(text: &str) -> BTreeSet<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next().map(ToOwned::to_owned)).collect()
}

#[test]
fn every_setting_is_documented_with_its_default() {
    let text = document("CONFIGURATION.md");
    let known: BTreeSet<String> = Key::ALL.iter().map(|key| key.variable().to_owned()).collect();
    let mut documented = first_cells(&text);
    for client in ["MENPAI_SERVER", "MENPAI_API_TOKEN"] {
        assert!(documented.remove(client), "{client}");
    }
    assert_eq!(documented, known);
    let none = std::collections::BTreeMap::new();
    let read = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let defaults = Settings::collect(Purpose::Serve, &Flags::default(), &none, &read).unwrap().to_string();
    for line in defaults.lines().filter(|line| line.ends_with("default")) {
        let mut words = line.split_whitespace();
        let (name, value) = (words.next().unwrap(), words.next().unwrap());
        let row = text.lines().find(|row| row.starts_with(&format!("| `{name}`"))).unwrap();
        assert!(row.contains(&format!("`{value}`")), "{name} has the default {value}: {row}");
    }
}

#[test]
fn every_error_code_is_explained() {
    let known: BTreeSet<String> = ErrorCode::ALL.iter().map(|code| code.as_str().to_owned()).collect();
    let documented = first_cells(&document("TROUBLESHOOT.md"));
    let missing: Vec<_> = known.difference(&documented).collect();
    let unknown: Vec<_> = documented.difference(&known).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "not explained: {missing:?}; not a code: {unknown:?}");
}
