//! FHIR packages that arguments name: files, or `name@version` in the folders of `FHIR_PACKAGE_PATH` and in the
//! user's FHIR package cache; with each of them the packages that it depends on, as far as they are here.

use std::collections::{HashSet, VecDeque};
use std::env;
use std::path::{Path, PathBuf};

use fhirkiln::engine::package::holds_definitions;
use fhirkiln::engine::{Engine, PackageNeeds};
use walkdir::WalkDir;

use crate::exit::Failure;
use crate::source::reason;

/// A package, as it is called, and its archive.
type Archive = (String, Vec<u8>);

/// The packages that `given` names and those that they depend on, each after the ones that
/// it depends on. `engine` knows what needs no package any more. What is not here is said on stderr.
pub(crate) fn read(given: &[String], engine: &Engine) -> Result<Vec<Archive>, Failure> {
    let open_given = |it: &String| Ok((it.clone(), open_given(it)?));
    let mut archives: Vec<Archive> = given.iter().map(open_given).collect::<Result<_, _>>()?;
    let needs: Vec<PackageNeeds> =
        archives.iter().filter_map(|(_, it)| engine.package_needs(it)).collect();
    let mut seen: HashSet<String> = needs.iter().map(|it| name_of(&it.id).to_owned()).collect();
    let mut open: VecDeque<PackageNeeds> = needs.into();
    while let Some(dependent) = open.pop_front() {
        for id in &dependent.dependencies {
            if !seen.insert(name_of(id).to_owned()) {
                continue;
            }
            let Some(path) = find(id) else {
                let dependent = &dependent.id;
                anstream::eprintln!(
                    "note: {id}, which {dependent} depends on, is not here: what needs it is not checked"
                );
                continue;
            };
            let archive = open_at(&path)?;
            open.extend(engine.package_needs(&archive));
            archives.push((id.clone(), archive));
        }
    }
    // What was found last is what the others build on; what was given later replaces what was before.
    let needed = archives.split_off(given.len());
    Ok(needed.into_iter().rev().chain(archives).collect())
}

/// The name in `name@version`.
fn name_of(id: &str) -> &str {
    id.rsplit_once('@').map_or(id, |(name, _)| name)
}

/// A file, or `name@version`.
fn open_given(given: &str) -> Result<Vec<u8>, Failure> {
    let path = Path::new(given);
    if path.exists() || !given.contains('@') {
        return open_at(path);
    }
    let path = find(given).ok_or_else(|| {
        Failure::CannotRun(format!(
            "There is no package `{given}` in the folders of FHIR_PACKAGE_PATH, nor in ~/.fhir/packages"
        ))
    })?;
    open_at(&path)
}

/// Where `name@version` is: an archive, or the folder of an unpacked package.
pub(crate) fn find(id: &str) -> Option<PathBuf> {
    let (name, version) = id.rsplit_once('@')?;
    let folders = env::var_os("FHIR_PACKAGE_PATH");
    let folders = folders.iter().flat_map(env::split_paths);
    let mut archives = folders.map(|folder| folder.join(format!("{name}-{version}.tgz")));
    let cached = || {
        let folder = env::home_dir()?.join(format!(".fhir/packages/{name}#{version}/package"));
        folder.join("package.json").is_file().then_some(folder)
    };
    archives.find(|archive| archive.is_file()).or_else(cached)
}

/// The bytes of an archive, or those that an unpacked package would have.
fn open_at(path: &Path) -> Result<Vec<u8>, Failure> {
    let archive = if path.is_dir() { pack_folder(path) } else { std::fs::read(path) };
    archive.map_err(|error| {
        Failure::CannotRun(format!("Cannot read `{}`: {}", path.display(), reason(&error)))
    })
}

/// An unpacked package as an archive.
fn pack_folder(folder: &Path) -> std::io::Result<Vec<u8>> {
    let mut archive = tar::Builder::new(Vec::new());
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        let Ok(path) = entry.path().strip_prefix(folder) else { continue };
        let name = path.to_string_lossy().replace('\\', "/");
        if entry.file_type().is_file() && (name == "package.json" || holds_definitions(&name)) {
            archive.append_path_with_name(entry.path(), Path::new("package").join(name))?;
        }
    }
    archive.into_inner()
}
