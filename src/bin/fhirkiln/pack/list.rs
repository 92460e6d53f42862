//! `profiles/packs.json`: which packages make which pack.

use std::fs;
use std::path::Path;

use fhirkiln::engine::Correction;
use serde::Deserialize;

use crate::exit::Failure;

/// The whole list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    packs: Vec<Pack>,
}

/// One pack.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Pack {
    pub(super) name: String,
    pub(super) fhir_version: String,
    /// Packs before it in the list that it builds on, those included that these build on.
    #[serde(default)]
    pub(super) on: Vec<String>,
    /// Packs before it in the list that its extensions are compiled over, which it does not need to be used.
    #[serde(default)]
    pub(super) beside: Vec<String>,
    /// True if npm does not have its packages: without them it is not built, and that is no error.
    #[serde(default)]
    pub(super) optional: bool,
    pub(super) packages: Vec<Package>,
    /// A file of definitions that no package has, beside the list.
    pub(super) own: Option<String>,
    /// A folder of maps (`.map`), beside the list.
    pub(super) maps: Option<String>,
}

/// A package that a pack is made of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Package {
    pub(super) name: String,
    pub(super) version: String,
    /// Of the `.tgz` as HL7 publishes it; what npm installs is pinned by `package-lock.json`, and a package
    /// that only npm is asked for has none.
    pub(super) sha256: Option<String>,
    /// For the dictionary of HL7 v2: the file beside the list that has what newer versions have.
    pub(super) v2: Option<String>,
    /// True if only the extensions are taken that the maps of the pack name.
    #[serde(default)]
    pub(super) of_maps: bool,
    /// Under which name npm has it, where that is another.
    pub(super) npm: Option<NpmName>,
    /// Files that hold nothing the pack needs.
    #[serde(default)]
    pub(super) skip: Vec<String>,
    #[serde(default)]
    corrections: Vec<CorrectionEntry>,
    absent: Option<Absent>,
}

/// A package as npm knows it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NpmName {
    pub(super) name: String,
    pub(super) version: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CorrectionEntry {
    definition: String,
    pointer: String,
    from: String,
    to: String,
    #[serde(rename = "reason")]
    _reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Absent {
    definitions: Vec<String>,
    #[serde(rename = "reason")]
    _reason: String,
}

impl Pack {
    /// The packs that it is compiled over.
    pub(super) fn below(&self) -> impl Iterator<Item = &String> {
        self.on.iter().chain(&self.beside)
    }
}

impl Package {
    pub(super) fn corrections(&self) -> Vec<Correction> {
        let entries = self.corrections.iter();
        let correction = |entry: &CorrectionEntry| Correction {
            definition: entry.definition.clone(),
            pointer: entry.pointer.clone(),
            from: entry.from.clone(),
            to: entry.to.clone(),
        };
        entries.map(correction).collect()
    }

    pub(super) fn absent(&self) -> Vec<String> {
        self.absent.as_ref().map(|absent| absent.definitions.clone()).unwrap_or_default()
    }
}

/// Reads the list.
pub(super) fn read(path: &Path) -> Result<Vec<Pack>, Failure> {
    let text = fs::read_to_string(path);
    let text = text.map_err(|why| Failure::CannotRun(format!("`{}`: {why}", path.display())))?;
    let list: Result<List, _> = serde_json::from_str(&text);
    let list = list.map_err(|why| Failure::CannotRun(format!("`{}`: {why}", path.display())))?;
    Ok(list.packs)
}
