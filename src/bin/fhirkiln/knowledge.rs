//! What the engine is to know: packs, packages and resources, from files.

use std::collections::{BTreeSet, HashSet};
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use fhirkiln::engine::{Engine, Pack};

use crate::exit::Failure;
use crate::inputs;
use crate::packages;
use crate::source::reason;

/// The arguments that say so, the same for every command.
#[derive(Args, Debug)]
pub(crate) struct Knowledge {
    /// Definitions to go by: the name of a pack or its file; repeatable
    #[arg(long, value_name = "NAME|FILE", default_value = "r4", help_heading = "Definitions")]
    pack: Vec<String>,

    /// FHIR package with more, a .tgz or NAME@VERSION; repeatable
    #[arg(long, value_name = "FILE", help_heading = "Definitions")]
    package: Vec<String>,

    /// Conformance resource, a Bundle of them, or a map, with more definitions, or a folder or glob of such
    /// files; repeatable
    #[arg(long, value_name = "FILE|FOLDER", help_heading = "Definitions")]
    resource: Vec<String>,
}

/// The engine that the arguments ask for.
pub(crate) fn engine(arguments: &Knowledge) -> Result<Engine, Failure> {
    engine_of(arguments, arguments.pack.iter().map(String::as_str))
}

/// The same, which knows the pack `also` besides.
pub(crate) fn engine_with(arguments: &Knowledge, also: &str) -> Result<Engine, Failure> {
    let given = arguments.pack.iter().map(String::as_str);
    engine_of(arguments, given.filter(|&pack| pack != also).chain([also]))
}

fn engine_of<'a>(
    arguments: &Knowledge,
    packs: impl Iterator<Item = &'a str>,
) -> Result<Engine, Failure> {
    let engine = load(packs)?;
    let mut builder = engine.with();
    let mut packages = Vec::new();
    for (package, bytes) in packages::read(&arguments.package, &engine)? {
        builder = builder.package(bytes);
        packages.push(package);
    }
    let mut resources = Vec::new();
    for argument in &arguments.resource {
        for input in inputs::find_definitions(argument)?.list {
            builder = builder.resource(text(input.path())?);
            resources.push(input.path().display().to_string());
        }
    }
    builder
        .build()
        .map_err(|error| Failure::CannotRun(named(&error.message, &packages, &resources)))
}

/// A refusal with the name of what is refused in place of its number.
fn named(message: &str, packages: &[String], resources: &[String]) -> String {
    let name = |kind: &str, names: &[String]| {
        let (number, why) = message.strip_prefix(kind)?.split_once(": ")?;
        let at = number.parse::<usize>().ok()?.checked_sub(1)?;
        Some(format!("Cannot use `{}`: {why}", names.get(at)?))
    };
    let named = name("package ", packages).or_else(|| name("resource ", resources));
    named.unwrap_or_else(|| message.to_owned())
}

/// The engine of these packs and of those that they build on.
fn load<'a>(packs: impl Iterator<Item = &'a str>) -> Result<Engine, Failure> {
    let mut engine = Engine::default();
    let mut open: Vec<PathBuf> = packs.map(find_pack).collect::<Result<_, _>>()?;
    open.reverse();
    let mut seen = HashSet::new();
    while let Some(path) = open.pop() {
        let cannot_use = |error: &dyn Display| {
            Failure::CannotRun(format!("Cannot use `{}`: {error}", path.display()))
        };
        let bytes: Arc<[u8]> = read(&path)?.into();
        let pack = Pack::open(bytes.clone()).map_err(|error| cannot_use(&error))?;
        let loaded = engine.definitions().packs();
        let is_loaded = |name: &str| loaded.iter().any(|pack| pack.name == name);
        if is_loaded(&pack.info().name) {
            continue;
        }
        let missing = pack.info().bases.iter().filter(|base| !is_loaded(base));
        let missing: Vec<PathBuf> = missing.map(|it| find_pack(it)).collect::<Result<_, _>>()?;
        if !missing.is_empty() && seen.insert(path.clone()) {
            open.push(path);
            open.extend(missing.into_iter().rev());
            continue;
        }
        engine = engine.with().pack(bytes).build().map_err(|error| cannot_use(&error))?;
    }
    Ok(engine)
}

/// A file that is text.
pub(crate) fn text(path: &Path) -> Result<String, Failure> {
    let not_utf8 =
        |_| Failure::CannotRun(format!("Cannot read `{}`: it is not UTF-8", path.display()));
    String::from_utf8(read(path)?).map_err(not_utf8)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| {
        Failure::CannotRun(format!("Cannot read `{}`: {}", path.display(), reason(&error)))
    })
}

/// A pack's file: given, or found by its name.
fn find_pack(pack: &str) -> Result<PathBuf, Failure> {
    let is_path =
        pack.contains(['/', '\\']) || Path::new(pack).extension().is_some_and(|e| e == "pack");
    if is_path {
        return Ok(pack.into());
    }
    let file = format!("{pack}.pack");
    let near = near(pack);
    if !near.is_empty() && !near.iter().any(|it| it == pack) {
        let near = near.join("`, `");
        return Err(Failure::CannotRun(format!(
            "There is no pack `{pack}` here: there are `{near}`"
        )));
    }
    folders().into_iter().map(|folder| folder.join(&file)).find(|path| path.is_file()).ok_or_else(
        || {
            Failure::CannotRun(format!(
                "There is no pack `{pack}` here: set FHIRKILN_PACKS to a folder with `{file}`, or build it in \
                 the repository of fhirkiln with `cargo run --release --features cli -- pack build --only {pack}`"
            ))
        },
    )
}

/// The packs here whose names begin like that, sorted.
fn near(beginning: &str) -> Vec<String> {
    let files = folders().into_iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
    let names = files.filter_map(|file| file.ok()?.file_name().into_string().ok());
    let packs = names.filter_map(|name| Some(name.strip_suffix(".pack")?.to_owned()));
    let near: BTreeSet<String> = packs.filter(|name| name.starts_with(beginning)).collect();
    near.into_iter().collect()
}

/// Where packs are looked for: `FHIRKILN_PACKS`, then `packs` beside the executable and in the folders
/// above it, of which one is the repository where it was built there.
fn folders() -> Vec<PathBuf> {
    let given = std::env::var_os("FHIRKILN_PACKS").filter(|it| !it.is_empty()).map(PathBuf::from);
    let executable = std::env::current_exe().and_then(|path| path.canonicalize());
    let above = executable.iter().flat_map(|path| path.ancestors().skip(1));
    given.into_iter().chain(above.map(|folder| folder.join("packs"))).collect()
}
