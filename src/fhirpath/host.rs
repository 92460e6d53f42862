//! What an evaluation may ask of its surroundings: the time, other resources, terminology, profiles.

use super::value::temporal::Temporal;
use super::value::{Collection, FhirNode, Value};
use crate::tree::Tree;

/// The surroundings of an evaluation. Every question has the answer `None`: not known here. An
/// expression that needs the answer then ends in an error of kind `Unavailable`, so that the caller
/// can say that it was not checked; only `resolve` leaves out what is not known, as FHIR has it.
pub trait Host {
    /// The present: a DateTime with milliseconds and an offset. The same during one evaluation.
    fn now(&self) -> Option<Temporal> {
        None
    }

    /// Takes note of values (`trace('name')`).
    fn trace(&self, _name: &str, _values: &[Value<'_>]) {}

    /// The resource that a reference leads to, where it is not in the input itself.
    fn resolve(&self, _reference: &str) -> Option<&Tree> {
        None
    }

    /// True if one of the codes is in the value set with that canonical.
    fn member_of(&self, _codes: &[Code<'_>], _value_set: &str) -> Option<bool> {
        None
    }

    /// True if the first code is the second, or one that it stands above.
    fn subsumes(&self, _general: &Code<'_>, _special: &Code<'_>) -> Option<bool> {
        None
    }

    /// The codes of the value set with that canonical, with their systems.
    fn expand(&self, _value_set: &str) -> Option<Vec<(&str, &str)>> {
        None
    }

    /// True if the code system of that URL has the code.
    fn has_code(&self, _system: &str, _code: &str) -> Option<bool> {
        None
    }

    /// What the code system of a code says of it; none where that, or the names of its codes, are not here.
    fn lookup(&self, _code: &Code<'_>) -> Option<Looked> {
        None
    }

    /// What a code becomes by the concept map with that canonical, best first: systems and codes.
    fn translate(&self, _concept_map: &str, _code: &Code<'_>) -> Option<Vec<(String, String)>> {
        None
    }

    /// Reads a resource that was made during the evaluation, and keeps it as long as itself.
    fn keep(&self, _json: String) -> Option<&Tree> {
        None
    }

    /// What a function of the caller gives for its input and arguments, or why it gives nothing; none where
    /// the caller has no such function.
    fn call(
        &self,
        _name: &str,
        _input: &[Value<'_>],
        _arguments: &[Collection<'_>],
    ) -> Option<Result<Vec<Value<'static>>, String>> {
        None
    }

    /// True if the value meets the profile with that canonical.
    fn conforms_to(&self, _node: &FhirNode<'_>, _profile: &str) -> Option<bool> {
        None
    }

    /// True if the value is in the slice of that name of the profile with that canonical.
    fn is_in_slice(&self, _node: &FhirNode<'_>, _profile: &str, _slice: &str) -> Option<bool> {
        None
    }

    /// True if the XHTML keeps the rules for narratives.
    fn is_narrative(&self, _xhtml: &str) -> Option<bool> {
        None
    }
}

/// A code, with its system where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code<'c> {
    /// `Coding.system`.
    pub system: Option<&'c str>,
    /// `Coding.code`.
    pub code: &'c str,
}

/// What a code system says of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// It has no such code.
    Absent,
    /// It has it.
    Found {
        /// The version of the code system.
        version: Option<String>,
        /// What the code is called.
        display: Option<String>,
        /// Other names, with their languages.
        designations: Vec<(Option<String>, String)>,
        /// Properties by name, their values as text.
        properties: Vec<(String, String)>,
    },
}

/// A host that knows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoHost;

impl Host for NoHost {}
