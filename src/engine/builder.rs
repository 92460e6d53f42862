//! Makes an [`Engine`] from packs, packages and resources.

use std::sync::Arc;

use super::{Engine, Error};
use crate::definitions::package::{PackageLimits, read_tgz};
use crate::definitions::{DefinitionsBuilder, Pack, View, resources};
use crate::format::json;
use crate::issue::Issues;
use crate::terminology::{Library, Terminology};
use crate::tree::{Limits, Names, Tree};
use crate::validate::Validator;

/// Collects what an [`Engine`] is to know.
#[derive(Debug, Default)]
pub struct EngineBuilder {
    base: Engine,
    packs: Vec<Arc<[u8]>>,
    packages: Vec<Vec<u8>>,
    resources: Vec<String>,
}

impl EngineBuilder {
    /// Starts from what `base` knows.
    pub(super) fn new(base: Engine) -> Self {
        Self { base, ..Self::default() }
    }

    /// Adds a pack: the bytes of an `r4.pack` or another.
    #[must_use]
    pub fn pack(mut self, bytes: impl Into<Arc<[u8]>>) -> Self {
        self.packs.push(bytes.into());
        self
    }

    /// Adds a FHIR package: the bytes of its `.tgz`. A definition in it that cannot be used (one without
    /// a snapshot) is left out; the same one given as [`Self::resource`] is an error.
    #[must_use]
    pub fn package(mut self, tgz: impl Into<Vec<u8>>) -> Self {
        self.packages.push(tgz.into());
        self
    }

    /// Adds one conformance resource (StructureDefinition, ValueSet, CodeSystem) or a Bundle of them, as JSON.
    #[must_use]
    pub fn resource(mut self, json: impl Into<String>) -> Self {
        self.resources.push(json.into());
        self
    }

    /// Makes the engine. What is added later replaces what has the same name: packs first, then
    /// packages, then resources, each in the order in which they were added.
    ///
    /// # Errors
    /// A pack, package or resource that cannot be read: see [`Error::code`].
    pub fn build(self) -> Result<Engine, Error> {
        let mut parts = Parts {
            definitions: DefinitionsBuilder::new(self.base.definitions()),
            terminology: self.base.terminology().clone(),
            library: Library::default(),
            names: Arc::default(),
        };
        for bytes in self.packs {
            parts.add_pack(bytes)?;
        }
        for tgz in &self.packages {
            parts.add_package(tgz)?;
        }
        for json in self.resources {
            parts.add_resource(json)?;
        }
        let Parts { definitions, mut terminology, library, .. } = parts;
        terminology.add(library);
        let validator = Arc::new(Validator::new(definitions.build(), terminology));
        Ok(Engine { validator, ..self.base })
    }
}

/// What an engine is made of, while it grows.
struct Parts {
    definitions: DefinitionsBuilder,
    terminology: Terminology,
    /// The value sets and code systems of packages and resources.
    library: Library,
    /// For the trees of what is added: their names are of no use later.
    names: Arc<Names>,
}

impl Parts {
    fn add_pack(&mut self, bytes: Arc<[u8]>) -> Result<(), Error> {
        let added = Pack::open(bytes).and_then(|pack| {
            self.definitions.add_pack(&pack)?;
            self.terminology.add_pack(&pack)
        });
        added.map_err(|error| Error { code: error.code(), message: error.to_string() })
    }

    fn add_package(&mut self, tgz: &[u8]) -> Result<(), Error> {
        let files = |_: &str, bytes: Vec<u8>| {
            let tree = self.parse(bytes).0;
            for resource in resources(&tree) {
                let _left_out_if_unusable = self.add(resource);
            }
        };
        let manifest = read_tgz(tgz, PackageLimits::default(), files);
        manifest
            .map(drop)
            .map_err(|error| Error { code: "package-damaged", message: error.to_string() })
    }

    fn add_resource(&mut self, json: String) -> Result<(), Error> {
        let damaged = |message: String| Error { code: "resource-damaged", message };
        let (tree, has_error) = self.parse(json.into_bytes());
        let found = resources(&tree);
        if has_error || found.is_empty() {
            return Err(damaged("a given resource is not FHIR in JSON".to_owned()));
        }
        found.into_iter().try_for_each(|resource| self.add(resource).map_err(damaged))
    }

    /// Adds what the engine can use of a resource: others, such as examples, mean nothing to it.
    fn add(&mut self, resource: View<'_>) -> Result<(), String> {
        match resource.text("resourceType") {
            Some("StructureDefinition") => {
                self.definitions.add_definition(resource).map_err(|error| error.to_string())
            }
            Some("ValueSet" | "CodeSystem") if resource.text("url").is_none() => {
                Err("a ValueSet or CodeSystem has no `url`".to_owned())
            }
            _ => {
                self.library.add_resource(resource);
                Ok(())
            }
        }
    }

    fn parse(&self, bytes: Vec<u8>) -> (Tree, bool) {
        let mut issues = Issues::new(1);
        let tree = json::parse(bytes, &self.names, &Limits::default(), &mut issues);
        (tree, issues.has_error())
    }
}
