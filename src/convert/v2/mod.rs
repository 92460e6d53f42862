//! HL7 v2: the map of a message, and an account of its values.

mod bundle;

pub use bundle::{BundleKind, Claims, in_kind};

use crate::definitions::v2::MODELS;
use crate::format::er7::Message;
use crate::mapping::Lineage;
use crate::sort::sort_by;
use crate::text::Span;
use crate::tree::{Kind, Tree};

/// A value of a message of which nothing was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmapped {
    /// Where it stands, as people write it: `PID-5.1`.
    pub place: String,
    /// Where it stands in the text.
    pub span: Span,
}

/// The concept map of the systems of identifiers, by who assigns them.
pub const ASSIGNING_AUTHORITY: &str = "https://fhirkiln.dev/v2/ConceptMap/AssigningAuthority";

/// The canonical of the map for messages of a structure.
pub fn map_of(structure: &str) -> String {
    format!("{MODELS}StructureMap/messages/{structure}")
}

/// The values of `message` that no rule took, in order. `tree` is the message in the shape of its model, and `lineage`
/// that of its conversion. The declaration of separators is no value.
pub fn unmapped(message: Message<'_>, tree: &Tree, lineage: &Lineage) -> Vec<Unmapped> {
    let mut left = Vec::new();
    collect(tree, lineage, &mut left);
    sort_by(&mut left, Ord::cmp);
    let mut left = left.into_iter().peekable();
    let mut found = Vec::new();
    for (place, part) in message.leaves() {
        while left.next_if(|&start| start < part.span.start).is_some() {}
        let is_declaration = place.segment == "MSH" && place.field <= 2;
        if left.next_if_eq(&part.span.start).is_some() && !is_declaration {
            found.push(Unmapped { place: place.to_string(), span: part.span });
        }
    }
    found
}

/// Where the values begin that nothing was made of.
fn collect(tree: &Tree, lineage: &Lineage, left: &mut Vec<u32>) {
    for node in tree.nodes() {
        let span = tree.span(node);
        let is_value =
            matches!(tree.kind(node), Kind::String | Kind::Null) && span.start < span.end;
        if is_value && !lineage.is_taken(node) {
            left.push(span.start);
        }
    }
}
