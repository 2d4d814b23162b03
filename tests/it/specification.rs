//! The specification in `docs/` is the one that the binary serves.

/// Write it anew with `menpai openapi > docs/openapi.json`, and look at what changed for callers.
#[test]
fn the_snapshot_of_the_specification_is_current() {
    let stored = include_str!("../../docs/openapi.json");
    assert!(menpai::http::specification() == stored, "docs/openapi.json is not what `menpai openapi` prints");
}
