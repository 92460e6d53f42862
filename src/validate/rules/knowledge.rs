//! What expressions may ask that terminology and the rules for narratives can answer: one place, for the
//! invariants that the validator runs and for the expressions of a user.

use super::xhtml;
use crate::fhirpath::{Code, Host};
use crate::issue::Severity;
use crate::terminology::{Membership, Terminology, Translation};

/// A [`Host`] that knows codes and narratives, and no more. Hosts that know more ask it for these.
#[derive(Clone, Copy, Debug)]
pub struct Knowledge<'k> {
    /// What is known of codes.
    pub terminology: &'k Terminology,
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

    fn is_narrative(&self, xhtml: &str) -> Option<bool> {
        let problems = xhtml::check(xhtml);
        Some(problems.iter().all(|problem| problem.code.severity() < Severity::Error))
    }
}
