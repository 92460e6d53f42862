//! What the engine is to know: packs, packages and resources, from files.

use std::path::{Path, PathBuf};

use fhirkiln::engine::Engine;

use super::Arguments;
use super::source::reason;
use crate::exit::Failure;

/// The engine that the arguments ask for.
pub(super) fn engine(arguments: &Arguments) -> Result<Engine, Failure> {
    let mut builder = Engine::builder();
    for pack in &arguments.pack {
        builder = builder.pack(read(&find_pack(pack)?)?);
    }
    for package in &arguments.package {
        builder = builder.package(read(package)?);
    }
    for path in &arguments.resource {
        let text = String::from_utf8(read(path)?).map_err(|_| {
            Failure::CannotRun(format!("Cannot read `{}`: it is not UTF-8", path.display()))
        })?;
        builder = builder.resource(text);
    }
    builder.build().map_err(|error| Failure::CannotRun(error.message))
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| {
        Failure::CannotRun(format!("Cannot read `{}`: {}", path.display(), reason(&error)))
    })
}

/// A pack's file: given, or found by its name.
fn find_pack(pack: &str) -> Result<PathBuf, Failure> {
    let is_path = pack.contains(['/', '\\']) || Path::new(pack).extension().is_some();
    if is_path {
        return Ok(pack.into());
    }
    let file = format!("{pack}.pack");
    folders().into_iter().map(|folder| folder.join(&file)).find(|path| path.is_file()).ok_or_else(
        || {
            Failure::CannotRun(format!(
                "There is no pack `{pack}`: build it with `fhirkiln pack build --only {pack}`, or say \
                 in which folder it is by the environment variable FHIRKILN_PACKS"
            ))
        },
    )
}

/// Where packs are looked for: `FHIRKILN_PACKS`, then `packs` beside the executable and in the folders
/// above it, of which one is the repository where it was built there.
fn folders() -> Vec<PathBuf> {
    let given = std::env::var_os("FHIRKILN_PACKS").map(PathBuf::from);
    let executable = std::env::current_exe().and_then(|path| path.canonicalize());
    let above = executable.iter().flat_map(|path| path.ancestors().skip(1));
    given.into_iter().chain(above.map(|folder| folder.join("packs"))).collect()
}
