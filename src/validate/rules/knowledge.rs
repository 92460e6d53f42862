//! What expressions may ask that terminology and the rules for narratives can answer: one place, for the
//! invariants that the validator runs and for the expressions of a user.

use super::xhtml;
use crate::fhirpath::{Code, Host};
use crate::issue::Severity;
use crate::terminology::{Membership, Terminology};

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

    fn is_narrative(&self, xhtml: &str) -> Option<bool> {
        let problems = xhtml::check(xhtml);
        Some(problems.iter().all(|problem| problem.code.severity() < Severity::Error))
    }
}
