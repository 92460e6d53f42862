//! Why an expression cannot be compiled or evaluated.

use super::SyntaxError;
use crate::text::Span;

/// What kind of mistake an [`Error`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is not FHIRPath.
    Syntax,
    /// A name means nothing: an unknown function or type, or a wrong number of arguments.
    Semantic,
    /// A value is not what an operation needs: of another type, or more than one.
    Execution,
    /// A bound of [`super::Limits`] was met.
    Limit,
    /// The [`super::Host`] does not know: nothing is wrong, and nothing is decided.
    Unavailable,
}

/// Why an expression has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Which kind of mistake.
    pub kind: ErrorKind,
    /// Where, in bytes of the expression.
    pub span: Span,
    /// One sentence, without instance values.
    pub message: String,
}

/// The answer of a part of an evaluation. Errors are rare and answers are not: boxed, they do not make each answer
/// larger.
pub type Result<T> = std::result::Result<T, Box<Error>>;

impl Error {
    pub(super) fn new(kind: ErrorKind, span: Span, message: impl Into<String>) -> Box<Self> {
        Box::new(Self { kind, span, message: message.into() })
    }

    pub(super) fn execution(span: Span, message: impl Into<String>) -> Box<Self> {
        Self::new(ErrorKind::Execution, span, message)
    }

    pub(super) fn semantic(span: Span, message: impl Into<String>) -> Box<Self> {
        Self::new(ErrorKind::Semantic, span, message)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl From<SyntaxError> for Box<Error> {
    fn from(error: SyntaxError) -> Self {
        Error::new(ErrorKind::Syntax, error.span, error.message)
    }
}
