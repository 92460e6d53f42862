//! Is a code in a value set? Value sets are kept as their definitions, code systems as sorted codes;
//! a code is tried against the definition, and what is not here is told apart from what is wrong.
//!
//! ```text
//! ValueSet, CodeSystem (trees) -> compile -> Library -> section of a pack -> Library, lazily
//!                                            Library, Library, ... -> Terminology -> Membership
//! ```

mod code_system;
mod codes;
mod compile;
mod concept_map;
mod expand;
mod filter;
mod form;
mod library;
mod lookup;
mod membership;
mod section;
mod suggest;
mod value_set;

pub use code_system::{CodeSystem, Display, Property};
pub use codes::{Case, Codes};
pub use compile::Coverage;
pub use concept_map::{ConceptMap, MapGroup, Mapped, Relationship, Translation, Unmapped};
pub use library::Library;
pub use lookup::{Concept, Lookup};
pub use membership::Membership;
pub use value_set::{Expansion, Filter, Include, Operator, Select, SystemRef, ValueSet};

use std::sync::Arc;

use crate::definitions::pack::{Pack, PackError};
use membership::Check;

/// The name of the section of a pack.
pub const SECTION: &str = "terminology";

/// The value sets and code systems of an engine. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct Terminology {
    /// What was added first is first; what was added later comes before it.
    libraries: Vec<Arc<Library>>,
}

impl Terminology {
    /// Adds what a pack knows. What is added later replaces what is here under the same canonical.
    ///
    /// # Errors
    /// The section is damaged in a way that its checksum did not show.
    pub fn add_pack(&mut self, pack: &Pack) -> Result<(), PackError> {
        if let Some(section) = pack.section(SECTION) {
            self.add(Library::read(section.clone())?);
        }
        Ok(())
    }

    /// Adds value sets and code systems. What is added later replaces what is here under the same
    /// canonical; a part of a code system (`content` is `fragment`) adds to it.
    pub fn add(&mut self, library: Library) {
        if !library.is_empty() {
            self.libraries.push(Arc::new(library));
        }
    }

    /// Whether `code` is in the value set with the canonical `value_set` (`url` or `url|version`).
    /// Without `system` (a `code` element), any system of the value set that has the code will do.
    pub fn validate_code(&self, value_set: &str, system: Option<&str>, code: &str) -> Membership {
        Check::ask(self, value_set, system, code)
    }

    /// Whether `special` is `general`, or stands below it, in the code system of that URL. None where the
    /// system is not here, or not all of it and one of the codes is missing; a code that a whole system
    /// does not have subsumes nothing and is subsumed by nothing.
    pub fn subsumes(&self, system: &str, general: &str, special: &str) -> Option<bool> {
        for found in self.code_systems(system, None) {
            match (found.find(general), found.find(special)) {
                (Some(general), Some(special)) => return Some(found.is_a(special, general)),
                _ if found.is_complete => return Some(false),
                _ => {}
            }
        }
        None
    }

    /// Whether the code system of that URL has a code; none where the system is not here, or not all of it.
    pub fn has_code(&self, system: &str, code: &str) -> Option<bool> {
        for found in self.code_systems(system, None) {
            match found.find(code) {
                Some(_) => return Some(true),
                None if found.is_complete => return Some(false),
                None => {}
            }
        }
        None
    }

    /// The value set of that canonical: with a version, that one; without, the one added last.
    pub fn value_set(&self, canonical: &str) -> Option<&ValueSet> {
        let (url, version) = split_canonical(canonical);
        self.libraries.iter().rev().find_map(|library| library.value_set(url, version))
    }

    /// The concept map of that canonical: with a version, that one; without, the one added last.
    pub fn concept_map(&self, canonical: &str) -> Option<&ConceptMap> {
        let (url, version) = split_canonical(canonical);
        self.libraries.iter().rev().find_map(|library| library.concept_map(url, version))
    }

    /// The code systems of that URL and version, those added last first.
    pub(crate) fn code_systems(
        &self,
        url: &str,
        version: Option<&str>,
    ) -> impl Iterator<Item = &CodeSystem> {
        self.libraries.iter().rev().filter_map(move |library| library.code_system(url, version))
    }
}

/// `url|version` as URL and version.
fn split_canonical(canonical: &str) -> (&str, Option<&str>) {
    match canonical.rsplit_once('|') {
        Some((url, version)) => (url, Some(version)),
        None => (canonical, None),
    }
}

#[cfg(test)]
mod tests;
