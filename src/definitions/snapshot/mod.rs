//! From a differential to a snapshot: what a profile says itself, put onto all that its base says
//! (FHIR R5, profiling.html and ElementDefinition).
//!
//! Base and differential are read as trees (an element, the elements below it, its slices), and the
//! differential is put onto a copy of the base from the root down. Where it goes deeper than the base,
//! the elements of the type, of the type's profile or of the element that a `contentReference` names are
//! copied in. The order of the result is that of the base, whatever the order of the differential.
//!
//! ```text
//! differential --tree_of--> Node --generator--> Node --list_of--> snapshot.element
//! base snapshot ---------> Node ---^      ^--- expand, slices, types, merge (property by property)
//! ```

mod expand;
mod fields;
mod generator;
mod group;
mod inherit;
mod merge;
mod message;
mod node;
mod property;
mod slices;
mod types;
mod value;

pub use generator::{Snapshot, generate};
pub use message::{Message, Problem};

use std::sync::Arc;

use crate::tree::Tree;

/// Where the generator finds what a definition builds on.
pub trait Sources {
    /// The StructureDefinition of that canonical (`url` or `url|version`): the root of the tree. One without a snapshot is
    /// given one, for which its own base is asked for.
    fn find(&self, canonical: &str) -> Option<Arc<Tree>>;
}

#[cfg(test)]
mod tests;
