//! What is said about an input: a closed table of codes, the arguments of one finding, and the
//! bounded list they are collected in. Messages are built at output, not where a finding is made.

mod codes;
mod collector;
mod message;
mod suggest;

pub use codes::{Code, IssueType};
pub use collector::Issues;
pub use suggest::nearest;

use crate::text::Span;

/// How bad a finding is (`OperationOutcome.issue.severity`), worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// For information; the input may well be right.
    Information,
    /// Probably wrong, or not checked.
    Warning,
    /// Breaks a rule.
    Error,
    /// The input, or the rest of it, could not be read at all.
    Fatal,
}

impl Severity {
    /// The FHIR code: `fatal`, `error`, `warning` or `information`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }
}

/// One argument of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// Taken from the instance. INVARIANT: instance data reaches a message in this variant only,
    /// so that masking it masks everything.
    Value(String),
    /// Taken from a definition or a specification: a path, a type, a URL, a code.
    Term(String),
    /// Several of them; written `a, b or c`.
    Terms(Vec<String>),
    /// Words of ours that go in as they are.
    Words(&'static str),
    /// A clause that we made from a definition; written as it is.
    Clause(String),
    /// A count, a length, an index.
    Number(u64),
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Which rule found it.
    pub code: Code,
    /// How bad it is: the code's own severity unless a definition or an option says otherwise.
    pub severity: Severity,
    /// Where the input has it, in bytes.
    pub span: Span,
    /// Which element, as a FHIRPath location (`Patient.name[0].given[1]`); empty for the whole input.
    pub expression: String,
    /// The arguments of the message, in the order of its placeholders.
    pub args: Vec<Arg>,
}

impl Issue {
    /// A finding with the severity of its code.
    pub fn new(code: Code, span: Span, expression: String, args: Vec<Arg>) -> Self {
        Self { code, severity: code.severity(), span, expression, args }
    }

    /// The sentence for people: one line. With `mask`, instance values are replaced by their length.
    pub fn message(&self, mask: bool) -> String {
        message::write(self.code.template(), &self.args, mask)
    }
}
