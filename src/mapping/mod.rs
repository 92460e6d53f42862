//! The FHIR Mapping Language (<http://hl7.org/fhir/R5/mapping-language.html>): maps that people can read, which
//! make one tree from another.
//!
//! ```text
//! text -> lexer -> parser -> ast (and back: print)
//! StructureMap <-> ast: structure_map
//! ```

pub mod ast;
mod lexer;
mod parser;
mod print;
pub mod structure_map;
#[cfg(test)]
mod tests;

pub use ast::Map;
pub use parser::parse;

use crate::text::Span;

/// Why a text is not a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where, in bytes of the text.
    pub span: Span,
    /// What was expected and what was found.
    pub message: String,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SyntaxError {}
