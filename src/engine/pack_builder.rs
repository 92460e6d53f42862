//! Makes a pack from the files of FHIR packages.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Engine, Error};
use crate::definitions::correction::{Correction, correct};
use crate::definitions::profile::{self, ProfileElement};
use crate::definitions::v2::Dictionary;
use crate::definitions::{
    self, DefinitionError, Definitions, DefinitionsBuilder, PackInfo, PackWriter, Strength, View,
    resources,
};
use crate::format::json;
use crate::issue::Issues;
use crate::mapping::{self, Map};
use crate::terminology::{self, Coverage, Library};
use crate::tree::{Limits, Names, Tree};

/// Collects what goes into a pack.
#[derive(Debug)]
pub struct PackBuilder {
    info: PackInfo,
    /// What is loaded before the pack, and is not in it.
    base: Engine,
    /// What the packages of its bases say of codes.
    known: Library,
    definitions: DefinitionsBuilder,
    library: Library,
    corrections: Vec<Correction>,
    /// The canonicals of definitions that have been seen and may need a correction.
    seen: BTreeSet<String>,
    left_out: Vec<String>,
    /// The canonicals of the profiles that are taken of the files that follow; none for all.
    wanted: Option<BTreeSet<String>>,
    unusable: Vec<String>,
    names: Arc<Names>,
    maps: Vec<Map>,
}

impl PackBuilder {
    /// A pack without content.
    pub fn new(info: PackInfo) -> Self {
        Self {
            info,
            base: Engine::default(),
            known: Library::default(),
            definitions: DefinitionsBuilder::new(&Definitions::default()),
            library: Library::default(),
            corrections: Vec::new(),
            seen: BTreeSet::new(),
            left_out: Vec::new(),
            wanted: None,
            unusable: Vec::new(),
            names: Arc::default(),
            maps: Vec::new(),
        }
    }

    /// A pack without content that builds on others: it is to have only what they have not, and takes the
    /// codes that it needs from their packages too.
    ///
    /// # Errors
    /// The packs do not go together.
    pub fn over(mut info: PackInfo, bases: &[&BuiltPack]) -> Result<Self, Error> {
        let builder = bases.iter().fold(Engine::builder(), |it, base| it.pack(base.bytes.clone()));
        let base = builder.build()?;
        info.bases = base.definitions().packs().iter().map(|pack| pack.name.clone()).collect();
        let definitions = DefinitionsBuilder::new(base.definitions());
        let mut known = Library::default();
        for base in bases {
            known.extend(&base.library);
        }
        Ok(Self { base, known, definitions, ..Self::new(info) })
    }

    /// Corrects these mistakes in the files that follow.
    #[must_use]
    pub fn correcting(mut self, corrections: Vec<Correction>) -> Self {
        self.corrections.extend(corrections);
        self
    }

    /// Leaves out the definitions with these canonicals, so that a pack is the same from every copy of
    /// its packages.
    #[must_use]
    pub fn without(mut self, canonicals: Vec<String>) -> Self {
        self.left_out.extend(canonicals);
        self
    }

    /// Of the files that follow, takes only the definitions with these canonicals that the packs below do not have;
    /// `None` for all.
    #[must_use]
    pub fn only(mut self, canonicals: Option<BTreeSet<String>>) -> Self {
        self.wanted = canonicals;
        self
    }

    /// The pack can be used without the packs that it is compiled over.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.info.bases.clear();
        self
    }

    /// Adds the resources of one file. A file without any, or with others than definitions, adds nothing.
    ///
    /// # Errors
    /// The file is not JSON, a definition in it makes no sense, or a correction does not fit.
    pub fn add_file(&mut self, path: &str, bytes: Vec<u8>) -> Result<(), Error> {
        let damaged =
            |why: String| Error::new("package-damaged", format!("`{path}` cannot be used: {why}"));
        let mut tree = self.parse(bytes).map_err(damaged)?;
        let corrected = correct(&tree, &self.corrections);
        if let Some(text) = corrected.map_err(|misfit| damaged(misfit.to_string()))? {
            tree = self.parse(text.into_bytes()).map_err(damaged)?;
        }
        for resource in resources(&tree) {
            if resource.text("resourceType") == Some("StructureDefinition") {
                match self.add_definition(resource) {
                    // A guide with a definition that nobody can use is a guide all the same.
                    Err(error) if !self.info.bases.is_empty() => {
                        self.unusable.push(error.to_string());
                    }
                    added => added.map_err(|error| damaged(error.to_string()))?,
                }
            } else {
                self.library.add_resource(resource);
            }
        }
        Ok(())
    }

    /// Adds the models of HL7 v2: the files of the npm package `hl7-dictionary` for which [`is_v2_part`] is true, by
    /// path, and what newer versions have, in the form of `profiles/v2.json`.
    ///
    /// # Errors
    /// A file is not what is expected.
    pub fn add_v2(&mut self, files: &[(String, String)], newer: &str) -> Result<(), Error> {
        let damaged = |why: String| Error::new("package-damaged", why);
        let mut dictionary = Dictionary::default();
        for (path, text) in files {
            let added = dictionary.add_file(path, text);
            added.map_err(|why| damaged(format!("`{path}` cannot be used: {why}")))?;
        }
        dictionary.add_newer(newer).map_err(|why| damaged(format!("newer versions: {why}")))?;
        dictionary
            .resources()
            .into_iter()
            .try_for_each(|json| self.add_file("v2", json.into_bytes()))
    }

    /// Adds a map: text of the FHIR Mapping Language.
    ///
    /// # Errors
    /// It is not a map, or has no canonical.
    pub fn add_map(&mut self, path: &str, text: &str) -> Result<(), Error> {
        let damaged = |why| Error::new("map-syntax", format!("`{path}` cannot be used: {why}"));
        let map = Engine::default().parse_map(text).map_err(|error| damaged(error.message))?;
        if map.url().is_empty() {
            return Err(damaged("the map has no `url`".to_owned()));
        }
        self.maps.push(map);
        Ok(())
    }

    fn add_definition(&mut self, definition: View<'_>) -> Result<(), DefinitionError> {
        let url = definition.text("url").unwrap_or_default();
        if self.corrections.iter().any(|correction| correction.definition == url) {
            self.seen.insert(url.to_owned());
        }
        let is_unwanted = |wanted: &BTreeSet<String>| {
            !wanted.contains(url) || self.base.definitions().profile(url).is_some()
        };
        let is_left_out = self.left_out.iter().any(|canonical| canonical == url);
        if is_left_out || self.wanted.as_ref().is_some_and(is_unwanted) {
            return Ok(());
        }
        self.definitions.add_definition(definition)
    }

    fn parse(&self, bytes: Vec<u8>) -> Result<Tree, String> {
        let mut issues = Issues::new(1);
        let tree = json::parse(bytes, &self.names, &Limits::default(), &mut issues);
        if issues.has_error() { Err("it is not JSON".to_owned()) } else { Ok(tree) }
    }

    /// The pack: all types, and of the terminology what their required bindings need.
    ///
    /// # Errors
    /// A definition that was to be corrected is not there.
    pub fn build(self) -> Result<BuiltPack, Error> {
        let mut corrected = self.corrections.iter().map(|correction| &correction.definition);
        if let Some(missing) = corrected.find(|url| !self.seen.contains(*url)) {
            let message =
                format!("`{missing}` was to be corrected, but is in none of the packages");
            return Err(Error::new("package-damaged", message));
        }
        let definitions = self.definitions.build();
        let required = required_value_sets(&definitions);
        let mut all = self.known;
        all.extend(&self.library);
        let needed = all.require(required.iter().copied());
        let coverage = required.iter().map(|&set| (set.to_owned(), needed.coverage(set)));
        let coverage = coverage.collect();
        let needed = needed.without(self.base.terminology());
        let (names, constraints) = (definitions.names(), definitions.constraints());
        let types = definitions::write_types(definitions.compiled_types(), names, constraints);
        let profiles =
            profile::write_profiles(&definitions.compiled_profiles(), names, constraints);
        let mut pack = PackWriter::new(self.info)
            .section(definitions::SECTION, types)
            .section(profile::SECTION, profiles)
            .section(terminology::SECTION, needed.write());
        if !self.maps.is_empty() {
            pack = pack.section(mapping::SECTION, mapping::write_maps(&self.maps));
        }
        let (library, unusable) = (self.library, self.unusable);
        Ok(BuiltPack { bytes: pack.into_bytes().into(), coverage, unusable, library })
    }
}

/// A pack, and what it lacks.
#[derive(Debug)]
pub struct BuiltPack {
    /// The bytes of the pack.
    pub bytes: Arc<[u8]>,
    /// The value sets that elements require codes from, and how much of each the pack has.
    pub coverage: Vec<(String, Coverage)>,
    /// What is wrong with the definitions that were left out: those of a guide that make no sense.
    pub unusable: Vec<String>,
    /// All that its packages say of codes, for the packs that build on it.
    library: Library,
}

/// The canonicals of the value sets that an element of a type of the pack is bound to with strength
/// `required`, and those that its profiles bind to.
fn required_value_sets(definitions: &Definitions) -> BTreeSet<&str> {
    let elements =
        definitions.compiled_types().flat_map(|it| &it.shapes).flat_map(|it| &it.elements);
    let bindings = elements.filter_map(|element| element.binding);
    let required = bindings.filter(|binding| binding.strength == Strength::Required);
    let names = definitions.names();
    let mut sets: BTreeSet<&str> = required.map(|binding| names.text(binding.value_set)).collect();
    for profile in definitions.compiled_profiles() {
        add_value_sets(&profile.root, &mut sets);
    }
    sets
}

/// The value sets that a profile binds to, with a strength that can make a difference.
fn add_value_sets<'d>(element: &'d ProfileElement, sets: &mut BTreeSet<&'d str>) {
    if let Some(binding) = &element.binding {
        let set = binding.set.iter().filter(|(strength, _)| *strength >= Strength::Extensible);
        sets.extend(set.map(|(_, set)| &**set));
        sets.extend(binding.max_value_set.as_deref());
        sets.extend(binding.additional.iter().map(|entry| &*entry.value_set));
    }
    for inner in element.children.iter().chain(&element.slices) {
        add_value_sets(inner, sets);
    }
}
