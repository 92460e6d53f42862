//! HL7 v2 as logical models: from the tables of a dictionary to `StructureDefinition`s and value sets, when a pack is
//! built. The engine then sees a message structure, a segment or a data type of v2 as it sees a type of FHIR.
//!
//! There are two sets of models:
//!
//! - **current** (`ORU_R01`, `PID`, `CX`): one model of all versions, which trees, FHIRPath and maps see. A field has
//!   the data type of the newest version that did not withdraw it, and repeats if it does in any; no field is required.
//! - **of a version** (`2.5.1/PID`): what that version says, for validation. What it has withdrawn has `max` 0. A definition that is the same as in the
//!   version before is left out: [`versions_down`] says where to look.
//!
//! Names of elements: `f3` is the third field of a segment, `c4` the fourth component of a data type, so that `PID-3.4.2`
//! is `PID.f3.c4.c2`. A name must be an identifier of FHIRPath as it stands, which `3`, `PID.3` and `PID-3` are not, and
//! must not depend on the data type, which `CE_1` and `CWE_1` do. A group or a segment has its own name; where a structure
//! has a segment twice on one level, the second is `ROL_2`.

mod dictionary;
mod grouping;
mod models;
mod structure;
#[cfg(test)]
mod tests;

use super::{Definitions, TypeId};

pub use dictionary::{Dictionary, is_part};
pub use grouping::{Fit, Grouper, Step};

/// The beginning of the canonical of each model.
pub const MODELS: &str = super::structure_definition::MODELS;

/// The versions of HL7 v2, oldest first.
pub const VERSIONS: [&str; 11] =
    ["2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8"];

/// The structure of a message whose own is not known: groups that most messages have (`profiles/v2.json`), and every other segment.
pub const ANY_MESSAGE: &str = "V2Message";

/// The element of a structure, and of each group in one, that holds segments that no definition has.
pub const ANY_SEGMENT: &str = "Z";

/// The versions in which the definition that holds in `version` can stand, the first one counting. A version that is
/// not known is taken for the newest that is not newer.
pub fn versions_down(version: &str) -> impl Iterator<Item = &'static str> + use<> {
    let wanted = numbers(version);
    VERSIONS.into_iter().rev().skip_while(move |known| numbers(known) > wanted)
}

/// The type of that name that holds in `version`; the current one where there is none.
pub fn find_in(definitions: &Definitions, version: &str, name: &str) -> Option<TypeId> {
    let mut versions = versions_down(version);
    versions.find_map(|version| definitions.find_type(&format!("{version}/{name}")))
}

/// The structure of a message, by what its `MSH-9` says: message code, trigger event and structure. Where the message
/// does not say its structure, or says one that is not known, that of its code and event counts, and then that of its
/// code alone.
pub fn structure(
    [code, event, structure]: [&str; 3],
    find: impl Fn(&str) -> Option<TypeId>,
) -> Option<TypeId> {
    let by_event = || find(&format!("{code}_{event}"));
    let named = (!structure.is_empty()).then(|| find(structure)).flatten();
    named.or_else(by_event).or_else(|| find(code).filter(|_| !code.is_empty()))
}

/// The type that has the elements of a structure: that of the other where it is only another's name (`ADT_A04` is
/// `ADT_A01`).
pub fn resolve(definitions: &Definitions, id: TypeId) -> TypeId {
    let base = definitions.type_def(id).and_then(|type_def| type_def.base);
    let name = base.map(|base| definitions.names().text(base));
    let named = name.map(|name| name.strip_prefix(MODELS).unwrap_or(name));
    named.and_then(|name| definitions.find_type(name)).unwrap_or(id)
}

/// True if a version is not older than another.
pub fn is_since(version: &str, other: &str) -> bool {
    numbers(version) >= numbers(other)
}

/// `2.5.1` as numbers, to be compared.
fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}
