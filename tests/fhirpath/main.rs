//! FHIRPath: the language on plain JSON, and every section of the specification over the definitions of R4.

mod language;
mod profiles;
mod specification;
