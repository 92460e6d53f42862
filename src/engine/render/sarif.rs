//! Findings as SARIF 2.1.0 (Static Analysis Results Interchange Format, OASIS standard of 2020).
//!
//! No excerpt of the input goes into it: a SARIF file is made to be uploaded.

use serde::Serialize;
use serde_json::json;

use super::{Origin, Renderer, Report, Tally};
use crate::issue::{Code, Issue, Severity};
use crate::text::LineIndex;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Where the page of each issue code is: `docs/issues/<code>.md`.
const PAGES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/issues/");

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Location<'a>; 1],
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

/// Lines and columns from 1, columns in UTF-16 code units, the end column after the last one.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation<'a> {
    fully_qualified_name: &'a str,
    kind: &'static str,
}

/// The text before the results: the tool and its rules.
pub(super) fn begin() -> String {
    let driver = json!({
        "name": "fhirkiln",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": env!("CARGO_PKG_REPOSITORY"),
        "rules": Code::ALL.iter().map(|&code| rule(code)).collect::<Vec<_>>(),
    });
    format!(
        "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\n\
         \"tool\":{{\"driver\":{driver}}},\n\
         \"columnKind\":\"utf16CodeUnits\",\n\
         \"results\":[\n"
    )
}

/// The text after the results: how the run ended.
pub(super) fn end(tally: &Tally) -> String {
    let notifications: Vec<_> = tally
        .unread
        .iter()
        .map(|what| json!({ "level": "error", "message": { "text": what } }))
        .collect();
    let invocation = json!({
        "executionSuccessful": notifications.is_empty(),
        "toolExecutionNotifications": notifications,
    });
    format!("\n],\n\"invocations\":[{invocation}]\n}}]}}\n")
}

/// The results of one input, a line each, with a comma between them.
pub(super) fn results(renderer: &Renderer, origin: Origin<'_>, report: &Report) -> String {
    if report.issues.is_empty() {
        return String::new();
    }
    let text = report.tree().text();
    let lines = LineIndex::new(text);
    let uri = uri(origin.source);
    let results = report.issues.iter().map(|issue| {
        let physical_location = PhysicalLocation {
            artifact_location: ArtifactLocation { uri: uri.clone() },
            region: region(issue, text, &lines, origin.first_line),
        };
        let logical_locations =
            Some(issue.expression.as_str()).filter(|expression| !expression.is_empty()).map(
                |expression| LogicalLocation { fully_qualified_name: expression, kind: "element" },
            );
        let result = SarifResult {
            rule_id: issue.code.as_str(),
            rule_index: issue.code as usize,
            level: level(issue.severity),
            message: Text { text: issue.message(renderer.mask_values) },
            locations: [Location {
                physical_location,
                logical_locations: logical_locations.into_iter().collect(),
            }],
        };
        // Writing plain structs to memory cannot fail.
        serde_json::to_string(&result).unwrap_or_default()
    });
    results.collect::<Vec<_>>().join(",\n")
}

fn rule(code: Code) -> serde_json::Value {
    json!({
        "id": code.as_str(),
        "name": format!("{code:?}"),
        "shortDescription": { "text": code.summary() },
        "helpUri": format!("{PAGES}{}.md", code.as_str()),
        "defaultConfiguration": { "level": level(code.severity()) },
        "properties": { "tags": ["fhir", code.issue_type().as_str()] },
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Fatal | Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information => "note",
    }
}

fn region(issue: &Issue, text: &str, lines: &LineIndex, first_line: u32) -> Region {
    let start = lines.position(text, issue.span.start);
    let end = lines.position(text, issue.span.end.max(issue.span.start));
    Region {
        start_line: start.line + first_line - 1,
        start_column: start.column,
        end_line: end.line + first_line - 1,
        end_column: end.column,
    }
}

/// The path as a URI reference (RFC 3986): relative where the path is, `file:` where it is absolute.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let is_drive = path.get(1..3) == Some(":/");
    let mut uri = match () {
        () if is_drive => "file:///".to_owned(),
        () if path.starts_with('/') => "file://".to_owned(),
        () => String::new(),
    };
    for byte in path.trim_start_matches("./").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b':' if is_drive => uri.push(':'),
            _ => uri.extend(['%', hex(byte >> 4), hex(byte & 15)]),
        }
    }
    uri
}

fn hex(digit: u8) -> char {
    char::from_digit(digit.into(), 16).unwrap_or_default().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(uri(path), expected);
    }

    #[test]
    fn writes_a_path_as_a_uri() {
        check("./a b/é.json", "a%20b/%C3%A9.json");
        check("/tmp/x.json", "file:///tmp/x.json");
        check("C:\\data\\x.json", "file:///C:/data/x.json");
        check("<stdin>", "%3Cstdin%3E");
        check("a:b.json", "a%3Ab.json");
    }

    #[test]
    fn has_a_rule_for_every_code_at_its_index() {
        for (index, &code) in Code::ALL.iter().enumerate() {
            assert_eq!(code as usize, index);
            assert!(
                !code.summary().contains(['{', '[']) || code.summary().contains("[x]"),
                "{code:?}"
            );
        }
    }
}
