//! From what is not FHIR to FHIR: which map is for a source, and what of the source no map took.

pub mod v2;
