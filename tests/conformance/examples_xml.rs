//! The examples of the specification in the other format: written as XML and as JSON again they are what
//! they were, and validation finds the same in both.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use fhirkiln::engine::{Engine, Options, Style};
use fhirkiln::format::json;
use fhirkiln::issue::Issues;
use fhirkiln::tree::{Kind, Limits, Names, NodeId, Tree};

use crate::examples::{PACKAGE, read, resources};
use crate::setup;

#[test]
fn r4_examples_are_the_same_in_xml() {
    let Some(engine) = setup::engine_for("r4_examples_xml", "r4") else { return };
    let Some(folder) = setup::npm_package("r4_examples_xml", PACKAGE) else { return };
    let files = resources(&folder);
    let results = setup::in_parallel(&files, |path| difference(&engine, path));
    let named = |(path, difference): (&PathBuf, Option<String>)| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        difference.map(|difference| format!("{name} {difference}"))
    };
    let different: Vec<String> = files.iter().zip(results).filter_map(named).collect();
    assert!(different.is_empty(), "{} differ:\n{}", different.len(), different.join("\n"));
    assert!(files.len() > 5000, "there are only {} examples", files.len());
}

/// What differs between the file and the file by way of XML.
fn difference(engine: &Engine, path: &Path) -> Option<String> {
    let before = read(path);
    let xml = match engine.to_xml(before.clone(), Style::Pretty) {
        Ok(xml) => xml,
        Err(error) => return Some(error.message),
    };
    let after = match engine.to_json(xml.clone(), Style::Compact) {
        Ok(json) => json,
        Err(error) => return Some(format!("as XML: {}", error.message)),
    };
    let (left, right) = (parse(before.clone()), parse(after.into_bytes()));
    let (a, b) = (sorted(&left, NodeId::ROOT), sorted(&right, NodeId::ROOT));
    if a != b {
        let same = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
        let around =
            |text: &str| text.chars().skip(same.saturating_sub(30)).take(60).collect::<String>();
        return Some(format!("`{}` became `{}`", around(&a), around(&b)));
    }
    let (json, xml) = (findings(engine, before), findings(engine, xml.into_bytes()));
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|finding| !those.contains(finding)).take(3).cloned().collect()
    };
    (json != xml)
        .then(|| format!("found in JSON: {:?}, in XML: {:?}", only(&json, &xml), only(&xml, &json)))
}

/// What is found, without its place, sorted: the order of elements is another in XML.
fn findings(engine: &Engine, input: Vec<u8>) -> Vec<String> {
    let options =
        Options { max_issues: 100_000, assume_valid_rest_references: true, ..Options::default() };
    let report = engine.validate(input, &options);
    let mut found: Vec<String> = report
        .issues
        .iter()
        .map(|issue| {
            format!("{} {} {}", issue.code.as_str(), issue.expression, issue.message(false))
        })
        .collect();
    found.sort();
    found
}

fn parse(bytes: Vec<u8>) -> Tree {
    let names = Arc::new(Names::default());
    json::parse(bytes, &names, &Limits::default(), &mut Issues::new(10))
}

/// As text, with the properties of objects by name, and numbers as they are written.
fn sorted(tree: &Tree, node: NodeId) -> String {
    let inner = |node| sorted(tree, node);
    match tree.kind(node) {
        Kind::Object => {
            let member = |child| format!("{}:{}", tree.name_text(child), inner(child));
            let mut members: Vec<String> = tree.children(node).map(member).collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
        Kind::Array => {
            format!("[{}]", tree.children(node).map(inner).collect::<Vec<_>>().join(","))
        }
        Kind::String => format!("{:?}", tree.value(node)),
        _ => tree.value(node).to_owned(),
    }
}
