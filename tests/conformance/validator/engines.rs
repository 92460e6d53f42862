//! The engine that a run needs: that of its version of FHIR, with the packages and definitions that the
//! case brings along.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use fhirkiln::engine::Engine;
use serde_json::Value;

use super::manifest::Run;
use crate::packages;
use crate::setup;

/// Engines by what they know, each made once.
pub(crate) struct Engines {
    folder: PathBuf,
    made: Mutex<BTreeMap<String, Option<Engine>>>,
}

/// What a run is to be made with.
pub(crate) struct Prepared {
    pub(crate) engine: Engine,
    /// The canonical of the profile that the run is against.
    pub(crate) profile: Option<String>,
}

impl Engines {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), made: Mutex::default() }
    }

    /// The engine for a run, or what is missing for it.
    pub(crate) fn prepare(&self, run: &Run) -> Result<Prepared, String> {
        let mapped = run.case["package-map"].as_object().into_iter().flatten();
        // What the packages of the case depend on comes first.
        let mapped = mapped.filter_map(|(_, path)| path.as_str().map(str::to_owned));
        let packages: Vec<String> = mapped.chain(list(run, "packages")).collect();
        let engine = self.with_packages(&run.version, &packages)?;
        let mut files: Vec<String> = list(run, "supporting").into_iter().collect();
        files.extend(list(run, "supporting5"));
        files.extend(list(run, "profiles"));
        let source = run.is_profile.then(|| run.case["profile"]["source"].as_str()).flatten();
        let mut profile = None;
        if let Some(source) = source {
            let path = self.folder.join(source);
            if path.is_file() {
                files.push(source.to_owned());
            } else {
                // A canonical.
                profile = Some(source.to_owned());
            }
        }
        let mut known = engine;
        for file in &files {
            let Some(json) = self.json(&known, file) else {
                return Err(format!("the definition `{file}` is absent from the suite"));
            };
            if Some(file.as_str()) == source {
                let url = serde_json::from_str::<Value>(&json).ok();
                profile = url.and_then(|it| it["url"].as_str().map(str::to_owned));
            }
            // What cannot be used is left out, as the validator of the suite does.
            if let Ok(more) = known.with().resource(json).build() {
                known = more;
            }
        }
        Ok(Prepared { engine: known, profile })
    }

    fn json(&self, engine: &Engine, file: &str) -> Option<String> {
        let bytes = std::fs::read(self.folder.join(file)).ok()?;
        if bytes.trim_ascii_start().starts_with(b"{") {
            return String::from_utf8(bytes).ok();
        }
        engine.to_json(bytes, fhirkiln::engine::Style::Compact).ok()
    }

    fn with_packages(&self, version: &str, names: &[String]) -> Result<Engine, String> {
        let key = format!("{version} {names:?}");
        let pack = version.to_ascii_lowercase();
        let mut made = self.made.lock().expect("no run panics while it holds this");
        if let Some(engine) = made.get(&key) {
            return engine.clone().ok_or_else(|| format!("packs/{pack}.pack is not built"));
        }
        let mut found = Vec::new();
        for name in names {
            let package = packages::find(&self.folder, name);
            found.push(package.ok_or_else(|| format!("the package {name} is not here"))?);
        }
        let base = made.entry(version.to_owned()).or_insert_with(|| self.base(version, &pack));
        let engine = base.clone().map(|engine| {
            let builder = found.iter().fold(engine.with(), packages::add);
            builder.build().unwrap_or(engine)
        });
        made.insert(key, engine.clone());
        engine.ok_or_else(|| format!("packs/{pack}.pack is not built"))
    }

    /// What the reference validator knows before a case adds to it: the core with its terminology and search
    /// parameters, HL7's terminology, and the package of extensions.
    fn base(&self, version: &str, pack: &str) -> Option<Engine> {
        let kinds = ["CodeSystem-", "ValueSet-", "SearchParameter-"];
        let core = match version {
            "R4" => "hl7.fhir.r4.core#4.0.1",
            "R4B" => "hl7.fhir.r4b.core",
            _ => "hl7.fhir.r5.core",
        };
        let of = if version == "R5" { "r5" } else { "r4" };
        let codes = [core.to_owned(), format!("hl7.terminology.{of}")];
        let codes = codes.iter().filter_map(|name| packages::find(&self.folder, name));
        let builder = setup::engine(pack)?.with();
        let builder = codes
            .fold(builder, |builder, package| builder.resource(packages::bundle(&package, &kinds)));
        let extensions = packages::find(&self.folder, &format!("hl7.fhir.uv.extensions.{of}"));
        let builder = extensions.iter().fold(builder, packages::add);
        Some(builder.build().unwrap_or_else(|error| panic!("{version}: {error}")))
    }
}

/// Names that the case gives, and that its part about a profile gives.
fn list(run: &Run, name: &str) -> BTreeSet<String> {
    let inner = run.is_profile.then(|| &run.case["profile"]);
    let both = [Some(&run.case), inner].into_iter().flatten();
    let entries = both.filter_map(|it| it[name].as_array()).flatten();
    entries.filter_map(|it| it.as_str().map(str::to_owned)).collect()
}
