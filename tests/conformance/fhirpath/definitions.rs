//! Every expression in the definitions of R4, R4B and R5: constraints and search parameters print and parse
//! back, compile, and name what the definitions have, or the reason why not is here; most constraints have a
//! sentence.

use std::collections::BTreeSet;
use std::path::Path;

use fhirkiln::definitions::{View, resources};
use fhirkiln::fhirpath::{Model, analyse, ast, compile_constraint, parse, sentence};

use crate::{packages, setup};

/// Published constraints that name what their type does not have.
const WRONG: [(&str, &[&str]); 3] = [
    // A `name` that none of these has.
    ("r4", &["cid-0"]),
    // The same; the value of a boolean as if it were an element; an element of another resource.
    ("r4b", &["cid-0", "cnl-0", "ing-1", "inv-1"]),
    ("r5", &["eld-28"]),
];

#[test]
fn r4_expressions() {
    check("r4");
}

#[test]
fn r4b_expressions() {
    check("r4b");
}

#[test]
fn r5_expressions() {
    check("r5");
}

/// How the files are named that hold them.
const KINDS: [&str; 4] =
    ["StructureDefinition-", "SearchParameter-", "profiles-", "search-parameters"];

/// An expression with its key, and the path of the element that it is evaluated on.
type Published = (String, String, String);

fn check(version: &str) {
    let suite = format!("fhirpath-definitions-{version}");
    let package = format!("hl7.fhir.{version}.core");
    let Some(folder) = setup::npm_package(&suite, &package) else { return };
    let Some(engine) = setup::engine_for(&suite, version) else { return };
    let model = Model::new(engine.definitions().clone());
    let files = packages::files(&folder, &KINDS);
    let found = setup::in_parallel(&files, |path| expressions(&model, path));
    let all: BTreeSet<Published> = found.into_iter().flatten().collect();
    assert!(all.len() > 1000, "{} expressions only", all.len());
    let known = WRONG.iter().find(|(of, _)| *of == version).map_or(&[] as &[&str], |it| it.1);
    let mut met = BTreeSet::new();
    let mut wrong = Vec::new();
    for (key, expression, path) in &all {
        let Some(why) = problem(&model, expression, path) else { continue };
        if known.contains(&key.as_str()) {
            met.insert(key.as_str());
        } else {
            wrong.push(format!("{path} {key}: {expression}: {why}"));
        }
    }
    let constraints = distinct_constraints(&all);
    let count = with_sentence(&constraints);
    assert!(count * 5 > constraints.len() * 4, "{count} of {} have a sentence", constraints.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
    assert_eq!(met.len(), known.len(), "{version}: some are right by now: {met:?}");
}

fn expressions(model: &Model, path: &Path) -> Vec<Published> {
    let tree = super::parse(model, path);
    let mut all = Vec::new();
    for definition in resources(&tree) {
        match definition.text("resourceType") {
            // Patterns of design (Event, Request) are of no instance.
            Some("StructureDefinition") if definition.text("kind") != Some("logical") => {
                constraints(definition, &mut all);
            }
            Some("SearchParameter") => search_parameter(definition, &mut all),
            _ => {}
        }
    }
    all
}

fn constraints(definition: View<'_>, all: &mut Vec<Published>) {
    let snapshot = definition.object("snapshot").into_iter();
    for element in snapshot.flat_map(|snapshot| snapshot.objects("element")) {
        let path = element.text("path").unwrap_or_default();
        for constraint in element.objects("constraint") {
            let key = constraint.text("key").unwrap_or_default();
            if let Some(expression) = constraint.text("expression") {
                all.push((key.to_owned(), expression.to_owned(), path.to_owned()));
            }
        }
    }
}

fn search_parameter(definition: View<'_>, all: &mut Vec<Published>) {
    let Some(expression) = definition.text("expression") else { return };
    let id = definition.text("id").unwrap_or_default();
    // One expression serves several types, each with its own part: of any other it gives nothing.
    all.push((id.to_owned(), expression.to_owned(), "Resource".to_owned()));
}

fn problem(model: &Model, expression: &str, path: &str) -> Option<String> {
    let node = match parse(expression) {
        Ok(node) => node,
        Err(error) => return Some(error.to_string()),
    };
    let printed = node.to_string();
    match parse(&printed) {
        Ok(again) if shape(&again) == shape(&node) => {}
        _ => return Some(format!("it prints as {printed}, which is not the same")),
    }
    let analysed =
        compile_constraint(model, &node).and_then(|compiled| analyse(model, &compiled, path));
    analysed.err().map(|error| error.to_string())
}

/// The expression without the places of its parts.
fn shape(node: &ast::Node) -> String {
    let text = format!("{node:?}");
    let parts = text.split("span: Span {");
    parts.map(|part| part.split_once('}').map_or(part, |(_, rest)| rest)).collect()
}

fn distinct_constraints(all: &BTreeSet<Published>) -> BTreeSet<&str> {
    let is_parameter = |path: &str| path == "Resource";
    all.iter().filter(|it| !is_parameter(&it.2)).map(|it| it.1.as_str()).collect()
}

/// How many of these have a sentence, on one line.
fn with_sentence(expressions: &BTreeSet<&str>) -> usize {
    let sentences = expressions.iter().filter_map(|it| sentence(&parse(it).ok()?));
    let is_line = |text: &String| assert!(!text.contains(['\n', '\r']), "{text}");
    sentences.inspect(is_line).count()
}
