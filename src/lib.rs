//! fhirkiln validates FHIR and turns HL7 v2 and C-CDA into valid FHIR, inside the process that
//! holds the data: no server, no network, no clock.
//!
//! The modules are layers: an import runs downwards only, and `tests/architecture.rs` enforces it.
//! Start at [`engine::Engine`].

pub mod convert;
pub mod cursor;
pub mod definitions;
pub mod engine;
pub mod fhirpath;
pub mod format;
pub mod issue;
pub mod mapping;
pub mod representation;
mod sort;
pub mod terminology;
pub mod text;
pub mod tree;
pub mod validate;

#[cfg(target_arch = "wasm32")]
pub mod wasm;
