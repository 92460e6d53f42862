//! What expressions may ask that terminology, the rules for narratives and profiles can answer: one place, for
//! the invariants that the validator runs and for the expressions of a user.

use std::rc::Rc;

use super::xhtml;
use crate::fhirpath::{Code, FhirNode, Host, Looked};
use crate::issue::Severity;
use crate::terminology::{Display, Lookup, Membership, Terminology, Translation};
use crate::tree::Tree;
use crate::validate::{Shared, Validator};

/// A [`Host`] that knows codes, narratives, and perhaps profiles, and no more. Hosts that know more ask it for these.
#[derive(Clone, Copy, Debug)]
pub struct Knowledge<'k> {
    /// What is known of codes.
    pub terminology: &'k Terminology,
    /// What profiles are asked of, and what is known of the tree that all values are in; none where that may be
    /// any tree.
    pub profiles: Option<(&'k Validator, &'k Rc<Shared>)>,
}

impl Host for Knowledge<'_> {
    fn member_of(&self, codes: &[Code<'_>], value_set: &str) -> Option<bool> {
        let mut is_open = false;
        for code in codes {
            match self.terminology.validate_code(value_set, code.system, code.code) {
                Membership::In => return Some(true),
                Membership::Out => {}
                Membership::Unknown(_) => is_open = true,
            }
        }
        (!is_open).then_some(false)
    }

    fn subsumes(&self, general: &Code<'_>, special: &Code<'_>) -> Option<bool> {
        let systems = (general.system?, special.system?);
        if systems.0 != systems.1 {
            return Some(false);
        }
        self.terminology.subsumes(systems.0, general.code, special.code)
    }

    fn expand(&self, value_set: &str) -> Option<Vec<(&str, &str)>> {
        self.terminology.expand(value_set)
    }

    fn has_code(&self, system: &str, code: &str) -> Option<bool> {
        self.terminology.has_code(system, code)
    }

    fn lookup(&self, code: &Code<'_>) -> Option<Looked> {
        let concept = match self.terminology.lookup(code.system?, None, code.code) {
            Lookup::Found(concept) => concept,
            Lookup::Absent => return Some(Looked::Absent),
            Lookup::Unknown => return None,
        };
        let displays = concept.displays()?.iter();
        let (designations, own): (Vec<_>, Vec<_>) = displays.partition(|it| it.is_designation);
        let named = |it: &Display| (it.language.as_deref().map(str::to_owned), it.text.to_string());
        Some(Looked::Found {
            version: concept.version.map(str::to_owned),
            display: own.first().map(|it| it.text.to_string()),
            designations: designations.into_iter().map(named).collect(),
            properties: concept.properties(),
        })
    }

    fn translate(&self, concept_map: &str, code: &Code<'_>) -> Option<Vec<(String, String)>> {
        let mut open = Some(concept_map.to_owned());
        // One map may leave the rest to another; a circle ends.
        for _ in 0..8 {
            let (found, other) =
                self.terminology.concept_map(&open?)?.translate(code.system, code.code);
            if !found.is_empty() || other.is_none() {
                let pair = |it: &Translation<'_>| (it.system.to_owned(), it.code.to_owned());
                return Some(found.iter().map(pair).collect());
            }
            open = other.map(str::to_owned);
        }
        None
    }

    /// Nothing outside of the input is here: what depends on it is open.
    fn resolve(&self, _reference: &str) -> Option<&Tree> {
        if let Some((_, shared)) = self.profiles {
            shared.missed.set(true);
        }
        None
    }

    fn conforms_to(&self, node: &FhirNode<'_>, profile: &str) -> Option<bool> {
        let (validator, shared) = self.profiles?;
        validator.conforms(node, profile, shared)
    }

    fn is_in_slice(&self, node: &FhirNode<'_>, profile: &str, slice: &str) -> Option<bool> {
        let (validator, shared) = self.profiles?;
        validator.is_in_slice(node, (profile, slice), shared)
    }

    fn is_narrative(&self, xhtml: &str) -> Option<bool> {
        let problems = xhtml::check(xhtml);
        Some(problems.iter().all(|problem| problem.code.severity() < Severity::Error))
    }
}
