//! The examples of the specification: HL7 publishes them as valid, so an error that we find is either
//! our mistake or theirs. Theirs are listed with the reason.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fhirkiln::engine::{Engine, Options, Report};
use fhirkiln::format::json::{self, Style};
use fhirkiln::issue::{Issues, Severity};
use fhirkiln::tree::{Kind, Limits, Names, NodeId, Tree};

use crate::reasons::Reasons;
use crate::{setup, snapshot};

pub(crate) const PACKAGE: &str = "hl7.fhir.r4.examples";

#[test]
fn r4_examples_are_valid() {
    examples_are_valid("r4");
}

#[test]
fn r4b_examples_are_valid() {
    examples_are_valid("r4b");
}

#[test]
fn r5_examples_are_valid() {
    examples_are_valid("r5");
}

#[track_caller]
fn examples_are_valid(version: &str) {
    let (suite, package) = (format!("{version}-examples"), format!("hl7.fhir.{version}.examples"));
    let Some(engine) = setup::engine_for(&suite, version) else { return };
    let Some(folder) = setup::npm_package(&suite, &package) else { return };
    let files = resources(&folder);
    let results = setup::in_parallel(&files, |path| validate(&engine, path));

    let reasons = Reasons::read(&suite);
    let mut notes: BTreeMap<String, usize> = BTreeMap::new();
    let mut errors: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for (path, finding) in
        files.iter().zip(&results).flat_map(|(p, all)| all.iter().map(move |f| (p, f)))
    {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let Finding { severity, code, expression, message } = finding;
        let key = format!("{code} {name} {expression}");
        match reasons.find(&format!("{key} {message}")) {
            _ if *severity < Severity::Error => {
                *notes.entry(format!("{} {code}", severity.as_str())).or_default() += 1;
            }
            Some(reason) => errors.entry(reason).or_default().push(key),
            None => unexplained.push(format!("{key} {message}")),
        }
    }
    assert!(unexplained.is_empty(), "errors without a reason:\n{}", unexplained.join("\n"));
    reasons.check_all_used();
    let is_valid = |all: &&Vec<Finding>| all.iter().all(|f| f.severity < Severity::Error);
    let valid = results.iter().filter(is_valid).count();
    let tally = format!("{package}: {} resources, {valid} without errors", files.len());
    snapshot::check(&suite, &write(&tally, &notes, &errors));
}

fn write(
    tally: &str,
    notes: &BTreeMap<String, usize>,
    errors: &BTreeMap<&str, Vec<String>>,
) -> String {
    let notes: Vec<String> = notes.iter().map(|(note, count)| format!("{note}: {count}")).collect();
    let group =
        |(reason, keys): (&&str, &Vec<String>)| format!("{reason}\n  {}\n", keys.join("\n  "));
    let groups: Vec<String> = errors.iter().map(group).collect();
    format!(
        "{tally}\n\n{}\n\nThe examples that are wrong, and why:\n\n{}",
        notes.join("\n"),
        groups.join("\n"),
    )
}

#[test]
fn r4_examples_survive_a_round_trip() {
    let Some(folder) = setup::npm_package("r4_round_trip", PACKAGE) else { return };
    let changed: Vec<String> = setup::in_parallel(&resources(&folder), |path| round_trip(path))
        .into_iter()
        .flatten()
        .collect();
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

/// The resources of a FHIR package that npm serves: JSON files, but for the package's own.
pub(crate) fn resources(folder: &Path) -> Vec<PathBuf> {
    let own = ["package.json", ".index.json"];
    let mut files = setup::files(folder);
    files.retain(|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        !own.contains(&name) && path.extension().is_some_and(|extension| extension == "json")
    });
    files
}

/// A finding without its place in the text.
struct Finding {
    severity: Severity,
    code: &'static str,
    expression: String,
    message: String,
}

fn validate(engine: &Engine, path: &Path) -> Vec<Finding> {
    let options =
        Options { max_issues: 100_000, assume_valid_rest_references: true, ..Options::default() };
    let Report { issues, .. } = engine.validate(read(path), &options);
    let finding = |issue: &fhirkiln::issue::Issue| Finding {
        severity: issue.severity,
        code: issue.code.as_str(),
        expression: issue.expression.clone(),
        message: issue.message(false),
    };
    issues.iter().map(finding).collect()
}

/// What is lost when the file is read, written and read again, in both styles.
fn round_trip(path: &Path) -> Option<String> {
    let first = parse(read(path));
    for style in [Style::Compact, Style::Pretty] {
        let written = json::write(&first, NodeId::ROOT, style);
        let second = parse(written.clone().into_bytes());
        if let Some(place) = first_difference(&first, &second) {
            return Some(format!("{} ({style:?}): {place}", path.display()));
        }
        if json::write(&second, NodeId::ROOT, style) != written {
            return Some(format!("{} ({style:?}): written differently again", path.display()));
        }
    }
    None
}

fn parse(bytes: Vec<u8>) -> Tree {
    let mut issues = Issues::new(10);
    let tree = json::parse(bytes, &Arc::new(Names::default()), &Limits::default(), &mut issues);
    assert!(!issues.has_error(), "{:?}", issues.into_sorted());
    tree
}

/// The JSON Pointer of the first node whose kind, name or value (of a number: as written) differs.
fn first_difference(a: &Tree, b: &Tree) -> Option<String> {
    let content = |tree: &Tree, node| {
        let value = match tree.kind(node) {
            Kind::Object | Kind::Array => tree.children(node).count().to_string(),
            _ => tree.value(node).to_owned(),
        };
        (tree.kind(node), tree.name_text(node).to_owned(), value)
    };
    let (mut left, mut right) = (NodeId::ROOT, NodeId::ROOT);
    for _ in 0..a.len().max(b.len()) {
        if left.index() >= a.len()
            || right.index() >= b.len()
            || content(a, left) != content(b, right)
        {
            return Some(fhirkiln::tree::pointer(a, left));
        }
        (left, right) = (next(a, left), next(b, right));
    }
    None
}

/// The node that follows in document order: the first child, or what comes after.
fn next(tree: &Tree, node: NodeId) -> NodeId {
    tree.children(node).next().unwrap_or_else(|| tree.after(node))
}

pub(crate) fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
