//! FHIRPath N1 (<http://hl7.org/fhirpath/N1/>) with the later functions that FHIR uses.
//!
//! ```text
//! text -> lexer -> parser -> ast (and back: print)
//! ```

pub mod ast;
mod lexer;
mod parser;
mod print;
#[cfg(test)]
mod tests;
pub mod value;

pub use parser::parse;

use crate::text::Span;

/// Why a text is not a FHIRPath expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where, in bytes of the expression.
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
