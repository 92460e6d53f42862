//! Text to tree and back, one folder per format.

pub mod json;
pub mod xml;
