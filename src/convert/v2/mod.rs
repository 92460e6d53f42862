//! HL7 v2: the map of a message, and an account of its values.

mod bundle;

pub use bundle::{BundleKind, Claim, Claims, Fill, in_kind};

use crate::definitions::v2::MODELS;
use crate::format::er7::Message;
use crate::mapping::Lineage;
use crate::sort::sort_by;
use crate::text::Span;
use crate::tree::{Kind, NodeId, Tree};

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
    let taken = taken(tree, lineage);
    let mut taken = taken.iter().peekable();
    let mut found = Vec::new();
    for (place, part) in message.leaves() {
        while taken.next_if(|span| span.end <= part.span.start).is_some() {}
        let is_taken = taken.peek().is_some_and(|span| span.start <= part.span.start);
        let is_declaration = place.segment == "MSH" && place.field <= 2;
        if !is_taken && !is_declaration {
            found.push(Unmapped { place: place.to_string(), span: part.span });
        }
    }
    found
}

/// Where the values stand that something was made of, in order. One value may be several leaves of the message: where
/// the data type has no parts, what looks like parts is text.
fn taken(tree: &Tree, lineage: &Lineage) -> Vec<Span> {
    let is_taken = |&node: &NodeId| tree.kind(node) == Kind::String && lineage.is_taken(node);
    let mut spans: Vec<Span> = tree.nodes().filter(is_taken).map(|node| tree.span(node)).collect();
    sort_by(&mut spans, |a, b| a.start.cmp(&b.start));
    spans
}
