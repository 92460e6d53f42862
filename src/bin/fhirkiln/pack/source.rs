//! Where the packages of a pack are found on this machine: `FHIR_PACKAGE_PATH`, `node_modules`, the
//! user's FHIR package cache. Nothing is downloaded here: `npm ci` does that.

use std::fs;
use std::path::{Path, PathBuf};

use fhirkiln::engine::is_v2_part;
use fhirkiln::engine::package::{PackageLimits, holds_definitions, parse_manifest, read_tgz};
use sha2::{Digest, Sha256};

use super::list::Package;
use crate::exit::Failure;
use crate::packages;

/// What is done with each file: its path inside the package, its bytes.
type Visit<'v> = &'v mut dyn FnMut(&str, Vec<u8>) -> Result<(), Failure>;

/// A copy of a package.
#[derive(Debug)]
pub(super) enum Source {
    /// A `.tgz` file.
    Archive(PathBuf),
    /// An unpacked package: the folder of `package.json`.
    Folder(PathBuf),
}

impl Source {
    /// The first copy of the package, of the version asked for, in the order of the module's description.
    pub(super) fn find(package: &Package, node_modules: &Path) -> Result<Self, Failure> {
        let (name, version) = (&package.name, &package.version);
        let found = packages::find(&format!("{name}@{version}"));
        if let Some(archive) = found.clone().filter(|path| path.is_file()) {
            return Ok(Self::Archive(archive));
        }
        let npm = package.npm.as_ref().map_or((name, version), |npm| (&npm.name, &npm.version));
        let installed = node_modules.join(npm.0);
        if version_of(&installed).as_ref() == Some(npm.1) {
            return Ok(Self::Folder(installed));
        }
        found.map(Self::Folder).ok_or_else(|| {
            Failure::CannotRun(format!(
                "package {name} {version} is not here: looked for {name}-{version}.tgz in FHIR_PACKAGE_PATH, \
                 for {} {} in {}, and for {name}#{version} in ~/.fhir/packages. `npm ci` installs it.",
                npm.0,
                npm.1,
                node_modules.display(),
            ))
        })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Archive(path) | Self::Folder(path) => path,
        }
    }

    /// Hands over every file that can hold definitions, sorted by path.
    pub(super) fn files(&self, package: &Package, file: Visit<'_>) -> Result<(), Failure> {
        match self {
            Self::Archive(path) => archive_files(path, package, file),
            Self::Folder(folder) => {
                let mut paths = Vec::new();
                let is_wanted = if package.v2.is_some() { is_v2_part } else { holds_definitions };
                collect(folder, folder, is_wanted, &mut paths)
                    .map_err(|why| unreadable(folder, &why))?;
                paths.sort();
                for path in paths.iter().filter(|path| !package.skip.contains(path)) {
                    let whole = folder.join(path);
                    file(path, fs::read(&whole).map_err(|why| unreadable(&whole, &why))?)?;
                }
                Ok(())
            }
        }
    }
}

fn archive_files(path: &Path, package: &Package, file: Visit<'_>) -> Result<(), Failure> {
    let tgz = fs::read(path).map_err(|why| unreadable(path, &why))?;
    let found =
        Sha256::digest(&tgz).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    if let Some(expected) = package.sha256.as_ref().filter(|expected| **expected != found) {
        let message = format!("its SHA-256 is {found}, not {expected}");
        return Err(unreadable(path, &message));
    }
    let mut files = Vec::new();
    let keep = |path: &str, bytes: Vec<u8>| files.push((path.to_owned(), bytes));
    read_tgz(&tgz, PackageLimits::default(), keep).map_err(|why| unreadable(path, &why))?;
    files.sort();
    files.retain(|(path, _)| !package.skip.contains(path));
    files.into_iter().try_for_each(|(path, bytes)| file(&path, bytes))
}

fn version_of(folder: &Path) -> Option<String> {
    let manifest = fs::read(folder.join("package.json")).ok()?;
    parse_manifest(manifest).ok().map(|manifest| manifest.id.version)
}

/// The paths of the files below `folder` that can hold definitions, relative to `root`.
fn collect(
    root: &Path,
    folder: &Path,
    is_wanted: fn(&str) -> bool,
    paths: &mut Vec<String>,
) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(relative) = path.strip_prefix(root).ok().and_then(Path::to_str) else { continue };
        if path.is_dir() {
            collect(root, &path, is_wanted, paths)?;
        } else if is_wanted(&relative.replace('\\', "/")) {
            paths.push(relative.replace('\\', "/"));
        }
    }
    Ok(())
}

fn unreadable(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::CannotRun(format!("`{}`: {why}", path.display()))
}
