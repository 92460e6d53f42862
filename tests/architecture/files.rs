//! Which files the rules are about.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::source::Source;

/// The parsed sources of a folder, without the files of modules that are for tests only.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    let all: Vec<Source> = files(&root().join(folder), &["rs"])
        .iter()
        .map(|path| Source::parse(&relative(path), &read(path)))
        .collect();
    let tests: BTreeSet<Vec<String>> = all.iter().flat_map(|s| s.test_modules.clone()).collect();
    all.into_iter()
        .filter(|source| !tests.iter().any(|test| source.module.starts_with(test)))
        .collect()
}

/// Path and text of the scripts of a folder.
pub(crate) fn scripts(folder: &str) -> Vec<(String, String)> {
    let found = files(&root().join(folder), &["ts", "mjs", "js", "cjs"]);
    found.iter().map(|path| (relative(path), read(path))).collect()
}

/// Files under a folder with one of these endings, sorted; what is installed, built or the input of a test is
/// left out.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    const LEFT_OUT: &[&str] = &[
        ".cache",
        "artifacts",
        "corpus",
        "dist",
        "fixtures",
        "generated",
        "node_modules",
        "pkg",
        "target",
    ];
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() && !LEFT_OUT.contains(&name) {
            found.extend(files(&path, endings));
        } else if path.extension().and_then(|e| e.to_str()).is_some_and(|e| endings.contains(&e)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
