//! A map as a StructureMap resource, and back: the forms of R4, R4B and R5. Which of them a resource is
//! written in follows from the definitions, not from the name of a version.

mod concept_map;
mod output;
mod read;
mod write;

pub use output::Form;
pub use read::{Misfit, read};
pub use write::write;

/// What a rule of the short form (`src.a -> tgt.a`) calls its source and its target.
const AUTO: &str = "vvv";
