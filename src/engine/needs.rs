//! What a FHIR package needs besides itself, for those who look for packages: the engine reads no folders.

use serde::Serialize;

use super::{Engine, PackageId};
use crate::definitions::package::{PackageLimits, manifest_of};

/// A package, and those that it depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackageNeeds {
    /// Its own name and version: `hl7.fhir.us.core@6.1.0`.
    pub id: String,
    /// What it depends on and the engine does not know from its packs, as `name@version`.
    pub dependencies: Vec<String>,
}

impl Engine {
    /// What the package needs, by its `package.json`; none where that cannot be read, which
    /// [`super::EngineBuilder::build`] explains.
    pub fn package_needs(&self, tgz: &[u8]) -> Option<PackageNeeds> {
        let manifest = manifest_of(tgz, PackageLimits::default()).ok()?;
        let packs = self.definitions().packs().iter();
        let known: Vec<&PackageId> = packs.flat_map(|pack| &pack.packages).collect();
        let is_known =
            |id: &&PackageId| is_of_fhir(&id.name) || known.iter().any(|it| it.name == id.name);
        let text = |id: &PackageId| format!("{}@{}", id.name, id.version);
        let missing = manifest.dependencies.iter().filter(|id| !is_known(id));
        Some(PackageNeeds { id: text(&manifest.id), dependencies: missing.map(text).collect() })
    }
}

/// True for the definitions of a version of FHIR, which are in its pack: `hl7.fhir.r4.core`.
fn is_of_fhir(name: &str) -> bool {
    let rest = name.strip_prefix("hl7.fhir.r").and_then(|it| it.split_once('.'));
    rest.is_some_and(|(_, part)| ["core", "expansions", "examples"].contains(&part))
}

#[test]
fn the_packages_of_fhir_itself_are_in_packs() {
    let check = |name, expected| assert_eq!(is_of_fhir(name), expected, "{name}");
    check("hl7.fhir.r4.core", true);
    check("hl7.fhir.r4b.expansions", true);
    check("hl7.fhir.us.core", false);
    check("hl7.fhir.uv.extensions.r4", false);
}
