//! The guides of `profiles/packs.json`, their packs and the examples in their packages.

use std::io::Read;
use std::path::Path;

use fhirkiln::engine::Engine;
use flate2::read::GzDecoder;
use serde_json::Value;

use crate::packages::{self, Package};
use crate::setup;

/// A pack that builds on others.
pub(super) struct Guide {
    pub(super) name: String,
    pub(super) package: String,
    pub(super) version: String,
    bases: Vec<String>,
}

/// A resource of the folder `example`.
pub(super) struct Example {
    pub(super) name: String,
    pub(super) resource: Value,
}

/// The guides, in the order of the list.
pub(super) fn guides() -> Vec<Guide> {
    let path = setup::root().join("profiles/packs.json");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("packs.json: {error}"));
    let list: Value =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("packs.json: {error}"));
    let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
    let guide = |pack: &Value| {
        let package = &pack["packages"][0];
        Some(Guide {
            name: text(&pack["name"]),
            package: text(&package["name"]),
            version: text(&package["version"]),
            bases: pack["on"].as_array()?.iter().map(text).collect(),
        })
    };
    list["packs"].as_array().into_iter().flatten().filter_map(guide).collect()
}

impl Guide {
    /// The engine that knows the guide, and the examples; or what is missing.
    pub(super) fn open(&self) -> Result<(Engine, Vec<Example>), String> {
        let mut builder = Engine::builder();
        for name in self.bases.iter().chain([&self.name]) {
            let bytes = std::fs::read(setup::root().join(format!("packs/{name}.pack")));
            builder = builder.pack(bytes.map_err(|_| format!("packs/{name}.pack is not built"))?);
        }
        let engine = builder.build().map_err(|error| error.to_string())?;
        let suite = setup::shared_folder("fhir-test-cases/validator");
        let named = format!("{}#{}", self.package, self.version);
        let package = packages::find(&suite, &named).ok_or(format!("{named} is not here"))?;
        Ok((engine, examples(&package)))
    }
}

fn examples(package: &Package) -> Vec<Example> {
    let mut found = Vec::new();
    let mut add = |path: &Path, bytes: Vec<u8>| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let is_json = path.extension().is_some_and(|ending| ending == "json");
        let resource: Option<Value> = serde_json::from_slice(&bytes).ok();
        let resource = resource.filter(|it| is_json && it["resourceType"].is_string());
        found.extend(resource.map(|resource| Example { name, resource }));
    };
    match package {
        Package::Folder(folder) => {
            for path in setup::files(&folder.join("example")) {
                add(&path, std::fs::read(&path).unwrap_or_default());
            }
        }
        Package::Archive(path) => {
            let file = std::fs::File::open(path).unwrap_or_else(|error| panic!("{error}"));
            let mut archive = tar::Archive::new(GzDecoder::new(file));
            for entry in archive.entries().unwrap_or_else(|error| panic!("{error}")) {
                let mut entry = entry.unwrap_or_else(|error| panic!("{error}"));
                let path = entry.path().unwrap_or_else(|error| panic!("{error}")).into_owned();
                if path.starts_with("package/example") {
                    let mut bytes = Vec::new();
                    entry.read_to_end(&mut bytes).unwrap_or_else(|error| panic!("{error}"));
                    add(&path, bytes);
                }
            }
        }
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}
