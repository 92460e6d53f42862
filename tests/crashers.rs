//! Inputs that broke what must hold for any input, found by `fuzz/`, and some that were written to: kept for ever.

#[path = "../fuzz/checks.rs"]
mod checks;

use std::path::{Path, PathBuf};

use fhirkiln::engine::Engine;

#[test]
fn json_crashers_stay_fixed() {
    for path in crashers("json") {
        checks::json(&read(&path));
    }
}

#[test]
fn er7_crashers_stay_fixed() {
    for path in crashers("er7") {
        checks::er7(&read(&path));
    }
}

#[test]
fn validate_crashers_stay_fixed() {
    let engine = engine();
    for path in ["validate", "json", "er7", "xml"].into_iter().flat_map(crashers) {
        let bytes = read(&path);
        checks::validate(&engine, &bytes);
        checks::convert(&engine, &bytes);
    }
}

#[test]
fn mapping_crashers_stay_fixed() {
    let engine = engine();
    for path in crashers("mapping") {
        checks::map(&engine, &read(&path));
    }
}

#[test]
fn fhirpath_crashers_stay_fixed() {
    let engine = engine();
    for path in crashers("fhirpath") {
        checks::fhirpath(&engine, &read(&path));
    }
}

/// Where the pack is not built, an engine that knows no types still reads and walks.
fn engine() -> Engine {
    let pack = std::fs::read(root().join("packs/r4.pack"));
    pack.map_or_else(
        |_| Engine::default(),
        |pack| Engine::builder().pack(pack).build().expect("the pack is what was just built"),
    )
}

/// The inputs of one target. Their names are printed, so that a failure says which it was.
fn crashers(target: &str) -> Vec<PathBuf> {
    let folder = root().join("fuzz/crashers").join(target);
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    paths
}

fn read(path: &Path) -> Vec<u8> {
    println!("{}", path.display());
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
