//! `fhirkiln pack`: builds the packs of `profiles/packs.json`, and says what is in one.

mod list;
mod source;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};
use fhirkiln::engine::{BuiltPack, Coverage, Engine, Pack, PackBuilder, PackInfo, PackageId};
use walkdir::WalkDir;

use crate::exit::{Failure, Outcome};
use source::Source;

/// Build packs of definitions, or look into one
#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the packs that a list names, from FHIR packages on this machine
    Build(Build),
    /// Say what a pack is made of
    Info {
        /// A `.pack` file
        file: PathBuf,
        /// Types of the pack to describe, such as `Patient`
        #[arg(value_name = "TYPE")]
        types: Vec<String>,
    },
}

#[derive(Args, Debug)]
struct Build {
    /// Build only this pack; may be repeated
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// The list of packs
    #[arg(long, value_name = "FILE", default_value = "profiles/packs.json")]
    list: PathBuf,
    /// Where packs are written
    #[arg(long, value_name = "FOLDER", default_value = "packs")]
    out: PathBuf,
    /// Where npm installed the packages
    #[arg(long, value_name = "FOLDER", default_value = "node_modules")]
    node_modules: PathBuf,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Outcome, Failure> {
    match &arguments.command {
        Command::Build(build) => build_all(build)?,
        Command::Info { file, types } => {
            let bytes = fs::read(file).map_err(|why| at(file, &why))?;
            if types.is_empty() { print_info(file, bytes)? } else { describe(file, bytes, types)? }
        }
    }
    Ok(Outcome::Clean)
}

/// The packs that have been made, by name.
type Made = HashMap<String, BuiltPack>;

fn build_all(build: &Build) -> Result<(), Failure> {
    let packs = list::read(&build.list)?;
    if let Some(name) = build.only.iter().find(|name| !packs.iter().any(|pack| pack.name == **name))
    {
        return Err(Failure::Usage(format!("`{}` names no pack `{name}`", build.list.display())));
    }
    fs::create_dir_all(&build.out).map_err(|why| at(&build.out, &why))?;
    let is_wanted = |pack: &list::Pack| build.only.is_empty() || build.only.contains(&pack.name);
    let mut needed: HashSet<&str> = HashSet::new();
    for pack in packs.iter().rev() {
        if is_wanted(pack) || needed.contains(&*pack.name) {
            needed.insert(&pack.name);
            needed.extend(pack.below().map(String::as_str));
        }
    }
    let (mut made, mut absent) = (Made::new(), Vec::new());
    for pack in packs.iter().filter(|pack| needed.contains(&*pack.name)) {
        match find_sources(pack, build) {
            Ok(sources) => {
                let compiled = build_pack(pack, &sources, build, &made)?;
                if is_wanted(pack) {
                    write_pack(pack, &compiled, build)?;
                }
                made.insert(pack.name.clone(), compiled);
            }
            Err(_) if pack.optional => absent.push(pack),
            Err(why) => return Err(why),
        }
    }
    absent.into_iter().try_for_each(|pack| leave_out(pack, build))
}

/// Says that a pack is not built. One of an earlier build would not go with the others.
fn leave_out(pack: &list::Pack, build: &Build) -> Result<(), Failure> {
    let packages = pack.packages.iter().map(|it| format!("{}-{}.tgz", it.name, it.version));
    let packages: Vec<String> = packages.collect();
    anstream::println!(
        "{} is not built: {} is in no folder of FHIR_PACKAGE_PATH, nor in ~/.fhir/packages",
        pack.name,
        packages.join(", "),
    );
    let file = build.out.join(format!("{}.pack", pack.name));
    if file.is_file() { fs::remove_file(&file).map_err(|why| at(&file, &why)) } else { Ok(()) }
}

type Sources<'p> = Vec<(&'p list::Package, Source)>;

fn find_sources<'p>(pack: &'p list::Pack, build: &Build) -> Result<Sources<'p>, Failure> {
    let found = pack.packages.iter();
    found.map(|package| Ok((package, Source::find(package, &build.node_modules)?))).collect()
}

fn write_pack(pack: &list::Pack, compiled: &BuiltPack, build: &Build) -> Result<(), Failure> {
    let file = build.out.join(format!("{}.pack", pack.name));
    fs::write(&file, &compiled.bytes).map_err(|why| at(&file, &why))?;
    print_info(&file, compiled.bytes.clone())?;
    for definition in &compiled.unusable {
        anstream::println!("  left out: {definition}");
    }
    print_coverage(&compiled.coverage);
    Ok(())
}

/// The builder of a pack, over those of its bases that could be built.
fn over(pack: &list::Pack, made: &Made) -> Result<PackBuilder, Failure> {
    let id = |package: &list::Package| PackageId {
        name: package.name.clone(),
        version: package.version.clone(),
    };
    let info = PackInfo {
        name: pack.name.clone(),
        fhir_version: pack.fhir_version.clone(),
        packages: pack.packages.iter().map(id).collect(),
        ..PackInfo::default()
    };
    let (bases, absent): (Vec<_>, Vec<_>) = pack.below().partition(|name| made.contains_key(*name));
    for base in absent {
        anstream::println!("{}: without {base}, which is not built", pack.name);
    }
    let bases: Vec<&BuiltPack> = bases.into_iter().filter_map(|name| made.get(name)).collect();
    let builder = PackBuilder::over(info, &bases).map_err(|why| failed(pack, &why))?;
    Ok(if pack.on.is_empty() { builder.alone() } else { builder })
}

fn build_pack(
    pack: &list::Pack,
    sources: &Sources<'_>,
    build: &Build,
    made: &Made,
) -> Result<BuiltPack, Failure> {
    let mut builder = over(pack, made)?;
    let maps = pack.maps.as_ref().map(|folder| read_maps(&build.list.with_file_name(folder)));
    let maps = maps.transpose()?.unwrap_or_default();
    for (package, source) in sources {
        anstream::eprintln!("{} {}: {}", package.name, package.version, source.path().display());
        if let Some(newer) = &package.v2 {
            add_v2(&mut builder, package, source, &build.list.with_file_name(newer))?;
            continue;
        }
        let named = package.of_maps.then(|| named_in(&maps));
        builder = builder.correcting(package.corrections()).without(package.absent()).only(named);
        source.files(package, &mut |path, bytes| {
            builder.add_file(path, bytes).map_err(|why| at(source.path(), &why))
        })?;
    }
    if let Some(own) = &pack.own {
        let path = build.list.with_file_name(own);
        let bytes = fs::read(&path).map_err(|why| at(&path, &why))?;
        builder = builder.only(None);
        builder.add_file(own, bytes).map_err(|why| at(&path, &why))?;
    }
    for (path, text) in &maps {
        builder.add_map(&path.to_string_lossy(), text).map_err(|why| at(path, &why))?;
    }
    builder.build().map_err(|why| failed(pack, &why))
}

fn failed(pack: &list::Pack, why: &dyn std::fmt::Display) -> Failure {
    Failure::CannotRun(format!("pack {}: {why}", pack.name))
}

/// The maps of a folder, in the order of their paths.
fn read_maps(folder: &Path) -> Result<Vec<(PathBuf, String)>, Failure> {
    let mut maps = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let path = entry.map_err(|why| at(folder, &why))?.into_path();
        if path.extension().is_some_and(|extension| extension == "map") {
            let text = fs::read_to_string(&path).map_err(|why| at(&path, &why))?;
            maps.push((path, text));
        }
    }
    Ok(maps)
}

/// What stands between quotes in maps: among it the URLs of the extensions that they make.
fn named_in(maps: &[(PathBuf, String)]) -> BTreeSet<String> {
    maps.iter().flat_map(|(_, text)| text.split('\'')).map(str::to_owned).collect()
}

/// Adds the dictionary of HL7 v2, and what newer versions have.
fn add_v2(
    builder: &mut PackBuilder,
    package: &list::Package,
    source: &Source,
    newer: &Path,
) -> Result<(), Failure> {
    let mut files = Vec::new();
    source.files(package, &mut |path, bytes| {
        let text = String::from_utf8(bytes).map_err(|why| at(source.path(), &why))?;
        files.push((path.to_owned(), text));
        Ok(())
    })?;
    let newer = fs::read_to_string(newer).map_err(|why| at(newer, &why))?;
    builder.add_v2(&files, &newer).map_err(|why| at(source.path(), &why))
}

fn print_info(file: &Path, bytes: impl Into<Arc<[u8]>>) -> Result<(), Failure> {
    let bytes = bytes.into();
    let size = bytes.len();
    let pack = Pack::open(bytes).map_err(|why| at(file, &why))?;
    let info = pack.info();
    anstream::println!(
        "{}: pack {}, FHIR {}, {size} bytes",
        file.display(),
        info.name,
        info.fhir_version
    );
    if !info.bases.is_empty() {
        anstream::println!("  on {}", info.bases.join(", "));
    }
    for package in &info.packages {
        anstream::println!("  from {} {}", package.name, package.version);
    }
    for (name, section) in pack.sections() {
        anstream::println!("  section {name}: {} bytes", section.len());
    }
    Ok(())
}

fn describe(file: &Path, bytes: Vec<u8>, types: &[String]) -> Result<(), Failure> {
    let engine = Engine::builder().pack(bytes).build().map_err(|why| at(file, &why))?;
    for name in types {
        let found = engine.definitions().find_type(name);
        let found = found.ok_or_else(|| at(file, &format!("there is no type `{name}` in it")))?;
        anstream::print!("{}", engine.definitions().describe(found));
    }
    Ok(())
}

/// How many of the value sets that elements require codes from the pack has, and which it has not.
fn print_coverage(coverage: &[(String, Coverage)]) {
    let count = |wanted| coverage.iter().filter(|(_, covered)| *covered == wanted).count();
    anstream::println!(
        "  required value sets: {}; listed {}, by form {}",
        coverage.len(),
        count(Coverage::Listed),
        count(Coverage::ByForm),
    );
    for (canonical, covered) in coverage {
        match covered {
            Coverage::Listed | Coverage::ByForm => {}
            Coverage::Partly(system) => {
                anstream::println!("    {canonical}: in part, {system} is not here");
            }
            Coverage::Missing => anstream::println!("    {canonical}: not here"),
        }
    }
}

fn at(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::CannotRun(format!("`{}`: {why}", path.display()))
}
