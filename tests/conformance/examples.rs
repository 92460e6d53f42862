//! The examples of the specification: HL7 publishes them as valid, so an error that we find is either
//! our mistake or theirs. Theirs are listed with the reason.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use fhirkiln::engine::{Engine, Options, Report};
use fhirkiln::format::json::{self, Style};
use fhirkiln::issue::{Issues, Severity};
use fhirkiln::tree::{Kind, Limits, Names, NodeId, Tree};

use crate::reasons::Reasons;
use crate::{setup, snapshot};

const PACKAGE: &str = "hl7.fhir.r4.examples";

#[test]
fn r4_examples_are_valid() {
    let Some(engine) = setup::engine_for("r4_examples", "r4") else { return };
    let Some(folder) = setup::npm_package("r4_examples", PACKAGE) else { return };
    let files = resources(&folder);
    let results = setup::in_parallel(&files, |path| validate(&engine, path));

    let reasons = Reasons::read("r4-examples");
    let mut notes: BTreeMap<String, usize> = BTreeMap::new();
    let (mut errors, mut invalid, mut unexplained) = (String::new(), 0, Vec::new());
    for (path, findings) in files.iter().zip(&results) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        invalid += usize::from(findings.iter().any(|f| f.severity >= Severity::Error));
        for finding in findings {
            if finding.severity < Severity::Error {
                *notes
                    .entry(format!("{} {}", finding.severity.as_str(), finding.code))
                    .or_default() += 1;
                continue;
            }
            let key = format!("{} {name} {}", finding.code, finding.expression);
            match reasons.find(&format!("{key} {}", finding.message)) {
                Some(reason) => writeln!(errors, "{key}\n    {reason}").unwrap_or_default(),
                None => unexplained.push(format!("{key} {}", finding.message)),
            }
        }
    }
    assert!(unexplained.is_empty(), "errors without a reason:\n{}", unexplained.join("\n"));
    reasons.check_all_used();
    let notes: Vec<String> = notes.iter().map(|(note, count)| format!("{note}: {count}")).collect();
    let text = format!(
        "{PACKAGE}: {} resources, {} without errors\n\n{}\n\nThe examples that are wrong:\n\n{errors}",
        files.len(),
        files.len() - invalid,
        notes.join("\n"),
    );
    snapshot::check("r4-examples", &text);
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
fn resources(folder: &Path) -> Vec<PathBuf> {
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
    let options = Options { max_issues: 100_000, ..Options::default() };
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

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
