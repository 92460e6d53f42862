//! FHIR packages for suites: archives of `../shared`, of a suite itself, and what npm installed.

use std::path::{Path, PathBuf};

use fhirkiln::engine::EngineBuilder;

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
