//! Inputs that become something else: what is written for one, and what is said about it on standard error.

use serde::Serialize;

use super::Origin;
use crate::issue::{Issue, Severity};
use crate::text::LineIndex;

/// What came of one input.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Written {
    /// For standard output: whole lines.
    pub text: String,
    /// For standard error, a line each.
    pub notes: Vec<String>,
    /// Why nothing came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// There is an error among the findings.
    pub has_error: bool,
}

impl Written {
    /// Nothing, for a reason.
    pub(super) fn refused(why: String) -> Self {
        Self { failure: Some(why), ..Self::default() }
    }

    /// Puts what came of the next input after this.
    pub(super) fn append(&mut self, next: Self) {
        self.text += &next.text;
        self.notes.extend(next.notes);
        self.failure = self.failure.take().or(next.failure);
        self.has_error |= next.has_error;
    }
}

/// What is below a warning is not worth a line.
pub(super) fn is_told(issue: &Issue) -> bool {
    issue.severity >= Severity::Warning
}

pub(super) fn is_error(issue: &Issue) -> bool {
    issue.severity >= Severity::Error
}

/// A finding on one line.
pub(super) fn note(place: &str, issue: &Issue, mask_values: bool) -> String {
    let (severity, code) = (issue.severity.as_str(), issue.code.as_str());
    let message = issue.message(mask_values);
    let about = if issue.expression.is_empty() { "" } else { ": " };
    format!("{place}: {severity}: {}{about}{message} [{code}]", issue.expression)
}

/// The places of a text, as `source:line:column`.
pub(super) struct Places<'a> {
    origin: Origin<'a>,
    text: &'a str,
    lines: LineIndex,
}

impl<'a> Places<'a> {
    pub(super) fn new(origin: Origin<'a>, text: &'a str) -> Self {
        Self { origin, text, lines: LineIndex::new(text) }
    }

    pub(super) fn at(&self, offset: u32) -> String {
        let position = self.lines.position(self.text, offset);
        let line = self.origin.first_line.saturating_add(position.line - 1);
        format!("{}:{line}:{}", self.origin.source, position.column)
    }

    /// The findings that are told, each on a line.
    pub(super) fn notes(&self, issues: &[Issue], mask_values: bool) -> Vec<String> {
        let told = issues.iter().filter(|issue| is_told(issue));
        told.map(|issue| note(&self.at(issue.span.start), issue, mask_values)).collect()
    }
}
