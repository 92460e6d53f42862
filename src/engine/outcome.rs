//! Findings as a FHIR `OperationOutcome`, with the extensions that the HL7 validator writes.

use serde::Serialize;

use crate::issue::{Code, Issue, Severity};
use crate::text::{LineIndex, Span};

/// The code system of [`crate::issue::Code`] in `OperationOutcome.issue.details.coding`.
pub const ISSUE_CODES: &str = "https://fhirkiln.dev/CodeSystem/issue";

/// The extensions of an issue.
mod url {
    pub(super) const SOURCE: &str =
        "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-source";
    pub(super) const LINE: &str =
        "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line";
    pub(super) const COLUMN: &str =
        "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col";
    pub(super) const CODE: &str =
        "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id";
}

/// A FHIR `OperationOutcome`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OperationOutcome {
    /// Always `OperationOutcome`.
    pub resource_type: &'static str,
    /// The findings in document order; one `all-ok` where there are none.
    pub issue: Vec<OutcomeIssue>,
}

/// `OperationOutcome.issue`.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomeIssue {
    /// Line and column (from 1; columns in UTF-16 code units) where the input had them, the stable code,
    /// and the source where one was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub extension: Vec<OutcomeExtension>,
    /// `fatal`, `error`, `warning` or `information`.
    pub severity: &'static str,
    /// The FHIR issue type.
    pub code: &'static str,
    /// The stable code and the message.
    pub details: Details,
    /// Where, as a FHIRPath location.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expression: Vec<String>,
}

/// `OperationOutcome.issue.details`.
#[derive(Clone, Debug, Serialize)]
pub struct Details {
    /// The stable code.
    pub coding: [Coding; 1],
    /// The message: one line.
    pub text: String,
}

/// A code of [`ISSUE_CODES`].
#[derive(Clone, Debug, Serialize)]
pub struct Coding {
    /// [`ISSUE_CODES`].
    pub system: &'static str,
    /// Such as `cardinality-min`.
    pub code: &'static str,
}

/// An extension of an issue.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomeExtension {
    /// Which one.
    pub url: &'static str,
    /// The value, under the property name of its type.
    #[serde(flatten)]
    pub value: ExtensionValue,
}

/// The value of an [`OutcomeExtension`].
#[derive(Clone, Debug, Serialize)]
pub enum ExtensionValue {
    /// Line and column.
    #[serde(rename = "valueInteger")]
    Integer(u32),
    /// The stable code.
    #[serde(rename = "valueCode")]
    Code(&'static str),
    /// The source.
    #[serde(rename = "valueString")]
    String(String),
}

/// What decides how findings are written.
#[derive(Clone, Copy, Debug)]
pub struct Rendering<'a> {
    /// The text that the spans refer to; none where the input was not text, so that it has no lines.
    pub text: Option<&'a str>,
    /// Which line of the source the text begins at: 1, except inside NDJSON.
    pub first_line: u32,
    /// Replace instance values by their length.
    pub mask_values: bool,
    /// The name of the input.
    pub source: Option<&'a str>,
}

impl OperationOutcome {
    /// Writes findings, which must be in the order that they are to be listed in.
    pub fn new(issues: &[Issue], rendering: Rendering<'_>) -> Self {
        let last = issues.iter().map(|issue| issue.span.start).max();
        let lines = rendering.text.zip(last).map(|(t, last)| (t, LineIndex::until(t, last)));
        let mut issue: Vec<_> =
            issues.iter().map(|issue| write_issue(issue, lines.as_ref(), rendering)).collect();
        if issue.is_empty() {
            let all_ok = Issue::new(Code::AllOk, Span::default(), String::new(), Vec::new());
            issue.push(write_issue(&all_ok, None, rendering));
        }
        Self { resource_type: "OperationOutcome", issue }
    }

    /// True if nothing is worse than a warning.
    pub fn is_valid(&self) -> bool {
        let bad = [Severity::Error.as_str(), Severity::Fatal.as_str()];
        !self.issue.iter().any(|issue| bad.contains(&issue.severity))
    }
}

fn write_issue(
    issue: &Issue,
    lines: Option<&(&str, LineIndex)>,
    rendering: Rendering<'_>,
) -> OutcomeIssue {
    let mut extension = Vec::with_capacity(1);
    let mut add = |url, value| extension.push(OutcomeExtension { url, value });
    if let Some(source) = rendering.source {
        add(url::SOURCE, ExtensionValue::String(source.to_owned()));
    }
    if let Some((text, index)) = lines {
        let position = index.position(text, issue.span.start);
        add(url::LINE, ExtensionValue::Integer(position.line + rendering.first_line - 1));
        add(url::COLUMN, ExtensionValue::Integer(position.column));
    }
    let code = issue.code.as_str();
    add(url::CODE, ExtensionValue::Code(code));
    OutcomeIssue {
        extension,
        severity: issue.severity.as_str(),
        code: issue.code.issue_type().as_str(),
        details: Details {
            coding: [Coding { system: ISSUE_CODES, code }],
            text: issue.message(rendering.mask_values),
        },
        expression: Some(issue.expression.clone()).filter(|e| !e.is_empty()).into_iter().collect(),
    }
}
