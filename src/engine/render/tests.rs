//! Whole runs in each format, over inputs with syntax errors and one issue with an expression.

use super::{Format, Origin, Renderer, Report, Run};
use crate::engine::Engine;
use crate::issue::{Arg, Code, Issue, Issues};
use crate::text::Span;

/// A report of `input`: its syntax errors, and a `value-date` wherever it has `1974-02-30`; of `?`, one
/// warning that something is not checked.
fn report(input: &str) -> Report {
    let mut issues = Issues::new(100);
    let document = Engine::default().open(input.into(), &mut issues);
    for (start, found) in input.match_indices("1974-02-30") {
        let span = Span::new(start as u32 - 1, (start + found.len() + 1) as u32);
        let args = vec![Arg::Value(found.into())];
        issues.push(Issue::new(Code::ValueDate, span, "Patient.birthDate".into(), args));
    }
    if input == "?" {
        let issue = Issue::new(Code::ProfileNotChecked, Span::default(), String::new(), vec![]);
        return Report { document, issues: vec![issue] };
    }
    Report { document, issues: issues.into_sorted() }
}

fn render(renderer: Renderer, inputs: &[&str]) -> String {
    let mut run = Run::new(renderer);
    let mut out = run.begin();
    for (index, input) in inputs.iter().enumerate() {
        let origin = Origin { source: "p.ndjson", first_line: index as u32 + 9 };
        out.push_str(&run.add(renderer.part(origin, &report(input))));
    }
    out + &run.end()
}

#[track_caller]
fn check(renderer: Renderer, inputs: &[&str], expected: &str) {
    assert_eq!(render(renderer, inputs), expected);
}

const BAD: &str = r#"{"birthDate":"1974-02-30"}"#;

#[test]
fn writes_text() {
    let expected = "\
p.ndjson:9:14: error: `1974-02-30` is not a date: write YYYY, YYYY-MM or YYYY-MM-DD [value-date]
 9 │ {\"birthDate\":\"1974-02-30\"}
   │              ^^^^^^^^^^^^ Patient.birthDate

p.ndjson: fatal: There is no JSON here [json-empty]

✗ 2 of 3 resources are not valid: 2 errors
";
    check(Renderer::default(), &[BAD, "", "{}"], expected);
}

#[test]
fn writes_the_location_below_where_it_does_not_fit_beside() {
    let expected = "\
p.ndjson:9:14: error: `1974-02-30` is not a date: write YYYY, YYYY-MM or YYYY-MM-DD [value-date]
 9 │ …thDate\":\"1974-02-30\"}
   │          ^^^^^^^^^^^^
   │ Patient.birthDate

✗ The resource is not valid: 1 error
";
    check(Renderer { width: 27, ..Renderer::default() }, &[BAD], expected);
}

#[test]
fn masks_values_everywhere() {
    let expected = "\
p.ndjson:9:14: error: (10 characters) is not a date: write YYYY, YYYY-MM or YYYY-MM-DD [value-date]
   │ Patient.birthDate

✗ The resource is not valid: 1 error
";
    check(Renderer { mask_values: true, ..Renderer::default() }, &[BAD], expected);
    for format in [Format::Json, Format::Ndjson, Format::Sarif] {
        let renderer = Renderer { format, mask_values: true, ..Renderer::default() };
        assert!(!render(renderer, &[BAD]).contains("1974-02-30"), "{format:?}");
    }
}

#[test]
fn colours_text() {
    let text = render(Renderer { color: true, ..Renderer::default() }, &[BAD]);
    assert!(text.starts_with("\x1b[1mp.ndjson:9:14:\x1b[0m \x1b[1;31merror\x1b[0m"), "{text:?}");
}

#[test]
fn summarises() {
    let quiet = Renderer { quiet: true, ..Renderer::default() };
    check(quiet, &[BAD], "✗ The resource is not valid: 1 error\n");
    check(quiet, &[BAD, "{}"], "✗ 1 of 2 resources is not valid: 1 error\n");
    check(quiet, &["{}"], "✓ The resource is valid\n");
    check(quiet, &["{}", "\u{feff}{}"], "✓ All 2 resources are valid: 1 warning\n");
    check(quiet, &["{}", "?"], "✓ All 2 resources are valid: 1 not checked\n");
    check(quiet, &[], "No resource was validated\n");
    let mut run = Run::new(quiet);
    run.note_unread("Cannot read `x`".into());
    assert_eq!(run.end(), "No resource was validated\n✗ 1 input could not be read\n");
}

/// The `issue-line` and `issue-source` of an outcome's first issue, and its code.
fn gist(outcome: &serde_json::Value) -> String {
    let issue = &outcome["issue"][0];
    let extension = |name: &str| {
        let all = issue["extension"].as_array().into_iter().flatten();
        let mut found = all.filter(|e| e["url"].as_str().is_some_and(|url| url.ends_with(name)));
        found.next().map_or(serde_json::Value::Null, |e| {
            e.get("valueInteger").or(e.get("valueString")).cloned().unwrap_or_default()
        })
    };
    let code = &issue["details"]["coding"][0]["code"];
    format!("{}:{} {code}", extension("issue-source"), extension("issue-line"))
}

#[test]
fn writes_one_outcome() {
    let single = Renderer { format: Format::Json, single: true, ..Renderer::default() };
    let text = render(single, &[BAD]);
    assert!(text.ends_with("}\n"));
    let outcome = serde_json::from_str(&text).unwrap_or_default();
    assert_eq!(gist(&outcome), r#""p.ndjson":9 "value-date""#);
    check(single, &[], "");
}

#[test]
fn writes_a_bundle_of_outcomes() {
    let json = Renderer { format: Format::Json, ..Renderer::default() };
    let bundle: serde_json::Value =
        serde_json::from_str(&render(json, &["{}", BAD])).unwrap_or_default();
    assert_eq!(bundle["resourceType"], "Bundle");
    assert_eq!(gist(&bundle["entry"][0]["resource"]), r#""p.ndjson":null "all-ok""#);
    assert_eq!(gist(&bundle["entry"][1]["resource"]), r#""p.ndjson":10 "value-date""#);
    check(json, &[], "{\n  \"resourceType\": \"Bundle\",\n  \"type\": \"collection\"\n}\n");
}

#[test]
fn writes_an_outcome_on_each_line() {
    let ndjson = Renderer { format: Format::Ndjson, ..Renderer::default() };
    let text = render(ndjson, &[BAD, "{}"]);
    let outcomes: Vec<String> =
        text.lines().map(|l| gist(&serde_json::from_str(l).unwrap_or_default())).collect();
    assert_eq!(outcomes, [r#""p.ndjson":9 "value-date""#, r#""p.ndjson":null "all-ok""#]);
}

#[test]
fn writes_sarif() {
    let sarif = Renderer { format: Format::Sarif, ..Renderer::default() };
    let log: serde_json::Value =
        serde_json::from_str(&render(sarif, &["{}", BAD, "{}", BAD])).unwrap_or_default();
    let run = &log["runs"][0];
    let result = &run["results"][1];
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap_or(0) as usize];
    assert_eq!([&result["ruleId"], &result["level"]], ["value-date", "error"]);
    assert_eq!(rule["id"], "value-date");
    let location = &result["locations"][0];
    assert_eq!(location["logicalLocations"][0]["fullyQualifiedName"], "Patient.birthDate");
    let region = &location["physicalLocation"]["region"];
    let place = ["startLine", "startColumn", "endLine", "endColumn"].map(|name| &region[name]);
    assert_eq!(place, [12, 14, 12, 26]);
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(run["results"].as_array().map(Vec::len), Some(2));
}
