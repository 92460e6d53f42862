//! What is said about an input: a closed table of codes, the arguments of one finding, and the
//! bounded list they are collected in. Messages are built at output, not where a finding is made.

mod codes;
mod collector;
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
        let mut out = String::new();
        let mut rest = self.code.template();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((index, tail)) = after.split_once('}') else { break };
            out.push_str(before);
            if let Some(arg) = index.parse().ok().and_then(|i: usize| self.args.get(i)) {
                write_arg(&mut out, arg, mask);
            }
            rest = tail;
        }
        out.push_str(rest);
        out
    }
}

/// Characters of an instance value that a message shows before it is cut.
const SHOWN: usize = 80;

fn write_arg(out: &mut String, arg: &Arg, mask: bool) {
    match arg {
        Arg::Value(value) if mask => {
            out.push_str(&format!("({} characters)", value.chars().count()));
        }
        Arg::Value(value) => write_quoted(out, value, SHOWN),
        Arg::Term(term) => write_quoted(out, term, usize::MAX),
        Arg::Terms(terms) => write_terms(out, terms),
        Arg::Number(number) => out.push_str(&number.to_string()),
    }
}

/// Writes `text` in backticks and on one line, cut after so many characters.
fn write_quoted(out: &mut String, text: &str, shown: usize) {
    out.push('`');
    for (count, c) in text.chars().enumerate() {
        if count == shown {
            out.push('…');
            break;
        }
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('`');
}

fn write_terms(out: &mut String, terms: &[String]) {
    for (index, term) in terms.iter().enumerate() {
        let separator = match index {
            0 => "",
            _ if index + 1 == terms.len() => " or ",
            _ => ", ",
        };
        out.push_str(separator);
        write_quoted(out, term, usize::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(code: Code, args: Vec<Arg>, mask: bool, expected: &str) {
        let issue = Issue::new(code, Span::default(), String::new(), args);
        assert_eq!(issue.message(mask), expected);
    }

    #[test]
    fn masks_instance_values_only() {
        let args = || vec![Arg::Value("Ann\u{7}".into()), Arg::Term("date".into())];
        check(
            Code::ValueDate,
            args(),
            false,
            "`Ann\\u{7}` is not a date: write YYYY, YYYY-MM or YYYY-MM-DD",
        );
        check(
            Code::ValueDate,
            args(),
            true,
            "(4 characters) is not a date: write YYYY, YYYY-MM or YYYY-MM-DD",
        );
    }

    #[test]
    fn joins_terms_as_a_sentence() {
        let mut out = String::new();
        write_terms(&mut out, &["a".into(), "b".into(), "c".into()]);
        assert_eq!(out, "`a`, `b` or `c`");
    }

    #[test]
    fn cuts_a_long_value() {
        let mut out = String::new();
        write_quoted(&mut out, &"x".repeat(500), SHOWN);
        assert_eq!(out.chars().count(), SHOWN + 3);
    }
}
