//! What must hold for any bytes. The fuzz targets look for bytes that break it; `tests/crashers.rs`
//! replays those that once did (`fuzz/crashers/`).

use std::sync::Arc;

use fhirkiln::engine::{Engine, EvaluateOptions, Options, TransformOptions};
use fhirkiln::fhirpath;
use fhirkiln::format::er7;
use fhirkiln::format::json::{self, Style};
use fhirkiln::issue::{Code, Issue, Issues};
use fhirkiln::tree::{Limits, Names, NodeId, Tree};

/// Reading never panics and stays inside the text; it finds errors where `serde_json` does; what has
/// none is written as it was read.
pub(crate) fn json(bytes: &[u8]) {
    let (tree, issues) = parse(bytes);
    check_places(&tree, &issues);
    let has_limit = issues.iter().any(|i| matches!(i.code, Code::LimitDepth | Code::LimitNodes));
    if let Ok(text) = std::str::from_utf8(bytes).map(|text| text.trim_start_matches('\u{feff}'))
        && !has_limit
    {
        let theirs = serde_json::from_str::<serde::de::IgnoredAny>(text);
        let ours = issues.iter().find(|issue| is_syntax_error(issue));
        assert_eq!(theirs.is_ok(), ours.is_none(), "{theirs:?} but {ours:?}");
    }
    if !issues.iter().any(is_syntax_error) {
        let written = json::write(&tree, NodeId::ROOT, Style::Compact);
        let (again, _) = parse(written.as_bytes());
        assert_eq!(json::write(&again, NodeId::ROOT, Style::Compact), written);
    }
}

/// Reading HL7 v2 never panics and stays inside the text; what is written is what was read; escaping loses nothing.
pub(crate) fn er7(bytes: &[u8]) {
    let mut issues = Issues::new(1000);
    let parsed = er7::parse(bytes, &Limits::default(), &mut issues);
    let text = parsed.text.as_str();
    assert_eq!(er7::write(parsed.document()), text);
    for issue in issues.into_sorted() {
        let range = issue.span.start as usize..issue.span.end as usize;
        assert!(text.get(range).is_some(), "{issue:?} is not inside the text");
    }
    let separators = er7::Separators::default();
    assert_eq!(er7::unescape(&er7::escape(text, separators), separators), text);
}

/// Validation never panics, points inside the text, says the same when asked twice, and `is_valid`
/// agrees with it.
pub(crate) fn validate(engine: &Engine, bytes: &[u8]) {
    let options = Options::default();
    let report = engine.validate(bytes, &options);
    check_places(report.tree(), &report.issues);
    assert_eq!(engine.validate(bytes, &options).issues, report.issues);
    assert_eq!(engine.is_valid(bytes, &options), report.outcome(&options, true).is_valid());
}

/// What can be written as XML comes back: the XML is sound, says the same in JSON, and from there is written as
/// the same XML.
pub(crate) fn convert(engine: &Engine, bytes: &[u8]) {
    let Ok(xml) = engine.to_xml(bytes, Style::Pretty) else { return };
    let json = engine.to_json(xml.as_str(), Style::Compact);
    let json = json.unwrap_or_else(|error| panic!("{error}: {xml}"));
    assert_eq!(engine.to_xml(json.as_str(), Style::Pretty), Ok(xml), "{json}");
}

/// Reading a map never panics. One that is read prints as itself, is the same by way of a StructureMap, and runs on
/// a resource to an end; what it makes is sound JSON.
pub(crate) fn map(engine: &Engine, bytes: &[u8]) {
    let Ok(map) = engine.parse_map(&String::from_utf8_lossy(bytes)) else { return };
    let printed = map.to_string();
    let again = engine.parse_map(&printed);
    let again = again.unwrap_or_else(|error| panic!("{error}: {printed}"));
    assert_eq!(again.to_string(), printed);
    let resource = engine.structure_map(&map, Style::Compact);
    let read = engine.parse_map(&resource).unwrap_or_else(|error| panic!("{error}: {resource}"));
    assert_eq!(engine.structure_map(&read, Style::Compact), resource);
    let mapping = engine.compile_map(map);
    let options = TransformOptions { lineage: true, ..TransformOptions::default() };
    let made = engine.transform(&mapping, SOURCE, &options).expect("the source is sound");
    check_places(made.report.tree(), &made.report.issues);
    if let Some(json) = made.json(Style::Compact) {
        let (_, issues) = parse(json.as_bytes());
        assert!(!issues.iter().any(is_syntax_error), "{json}: {issues:?}");
    }
}

/// Reading an expression never panics. One that is read prints as itself, and comes to an end on a resource.
pub(crate) fn fhirpath(engine: &Engine, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(parsed) = fhirpath::parse(&text) else { return };
    let printed = parsed.to_string();
    let again = fhirpath::parse(&printed);
    let again = again.unwrap_or_else(|error| panic!("{error}: {printed}"));
    assert_eq!(again.to_string(), printed);
    if let Ok(expression) = engine.compile(&text) {
        let options = EvaluateOptions::default();
        let truth = engine.is_true(&expression, SOURCE, &options);
        let values = engine.evaluate(&expression, SOURCE, &options);
        assert!(truth.is_err() || values.is_ok(), "{text}: a truth without values");
    }
}

/// What maps and expressions are run on.
const SOURCE: &str = r#"{"resourceType":"Patient","id":"p","active":true,"birthDate":"1974-12-25",
    "name":[{"use":"usual","family":"A","given":["B","C"]}],"_gender":{"id":"g"},"multipleBirthInteger":2}"#;

fn parse(bytes: &[u8]) -> (Tree, Vec<Issue>) {
    let mut issues = Issues::new(1000);
    let tree = json::parse(bytes, &Arc::new(Names::default()), &Limits::default(), &mut issues);
    (tree, issues.into_sorted())
}

/// True for what `serde_json::IgnoredAny` refuses too: it lets names repeat and does not decode text.
fn is_syntax_error(issue: &Issue) -> bool {
    let is_ours = matches!(
        issue.code,
        Code::JsonDuplicateKey | Code::JsonLoneSurrogate | Code::TextByteOrderMark
    );
    !is_ours && issue.severity >= fhirkiln::issue::Severity::Error
}

fn check_places(tree: &Tree, issues: &[Issue]) {
    let text = tree.text();
    for issue in issues {
        let range = issue.span.start as usize..issue.span.end as usize;
        assert!(text.get(range).is_some(), "{issue:?} is not inside the text");
        assert!(!issue.message(false).contains('\n'), "{issue:?} has a message of several lines");
    }
}
