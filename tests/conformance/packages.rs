//! FHIR packages for suites: archives of `../shared`, of a suite itself, and what npm installed.

use std::path::{Path, PathBuf};

use fhirkiln::engine::EngineBuilder;
use fhirkiln::engine::package::{PackageLimits, read_tgz};

use crate::setup;

/// How the files are named that hold what an engine can use.
const DEFINITIONS: [&str; 3] = ["StructureDefinition-", "ValueSet-", "CodeSystem-"];

/// A package that is here.
pub(crate) enum Package {
    Archive(PathBuf),
    Folder(PathBuf),
}

/// Finds a package by how a suite names it: `name#version`, or the path of an archive in its folder.
pub(crate) fn find(suite: &Path, named: &str) -> Option<Package> {
    let path = suite.join(named);
    if path.extension().is_some_and(|ending| ending == "tgz") {
        return path.is_file().then_some(Package::Archive(path));
    }
    let (name, version) = named.split_once('#').unwrap_or((named, ""));
    let archive = suite.join(format!("../../fhir-packages/{name}-{version}.tgz"));
    if archive.is_file() {
        return Some(Package::Archive(archive));
    }
    let folder = setup::root().join("node_modules").join(name);
    let manifest = std::fs::read_to_string(folder.join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).ok()?;
    let is_same = version.is_empty() || manifest["version"] == version;
    is_same.then_some(Package::Folder(folder))
}

/// Adds what a package defines.
pub(crate) fn add(builder: EngineBuilder, package: &Package) -> EngineBuilder {
    match package {
        Package::Archive(path) => builder.package(read(path)),
        Package::Folder(folder) => {
            files(folder, &DEFINITIONS).iter().fold(builder, |builder, path| {
                builder.resource(String::from_utf8_lossy(&read(path)).into_owned())
            })
        }
    }
}

/// The resources of a package whose files' names begin as one of these, as one Bundle.
pub(crate) fn bundle(package: &Package, kinds: &[&str]) -> String {
    let mut found = Vec::new();
    match package {
        Package::Folder(folder) => {
            found.extend(files(folder, kinds).iter().map(|path| read(path)));
        }
        Package::Archive(path) => {
            let keep = |path: &str, bytes: Vec<u8>| {
                let name = path.rsplit('/').next().unwrap_or_default();
                if kinds.iter().any(|kind| name.starts_with(kind)) {
                    found.push(bytes);
                }
            };
            read_tgz(&read(path), PackageLimits::default(), keep).expect("a FHIR package");
        }
    }
    let entries: Vec<String> = found
        .into_iter()
        .filter_map(|bytes| String::from_utf8(bytes).ok().filter(|json| json.contains("\"url\"")))
        .map(|json| format!(r#"{{"resource":{}}}"#, json.trim_start_matches('\u{feff}')))
        .collect();
    format!(r#"{{"resourceType":"Bundle","entry":[{}]}}"#, entries.join(","))
}

/// The JSON files of a folder whose names begin as one of these.
pub(crate) fn files(folder: &Path, kinds: &[&str]) -> Vec<PathBuf> {
    let mut files = setup::files(folder);
    files.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        path.extension().is_some_and(|ending| ending == "json")
            && kinds.iter().any(|kind| name.starts_with(kind))
    });
    files
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
