//! The FHIRPath suites of FHIR: every case is run, or listed with what it needs; one that gives
//! something else than the suite says is listed with the reason.

mod definitions;
mod suite;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use fhirkiln::fhirpath::value::temporal::{Temporal, TemporalType};
use fhirkiln::fhirpath::{
    Code, Environment, Evaluator, Host, Limits, Model, Value, analyse, compile,
};
use fhirkiln::format::json;
use fhirkiln::issue::Issues;
use fhirkiln::tree::{self, NodeId, Tree};
use fhirkiln::validate::Knowledge;

use crate::reasons::Reasons;
use crate::{setup, snapshot};
use suite::{Case, Expected};

#[test]
fn r4_suite() {
    run_suite("r4");
}

#[test]
fn r5_suite() {
    run_suite("r5");
}

/// Knows the time, as the suites expect, and what the engine knows.
struct SuiteHost<'k>(Knowledge<'k>, &'k Model);

impl Host for SuiteHost<'_> {
    fn now(&self) -> Option<Temporal> {
        Temporal::parse(TemporalType::DateTime, "2026-02-03T10:20:30.456+01:00")
    }

    fn member_of(&self, codes: &[Code<'_>], value_set: &str) -> Option<bool> {
        self.0.member_of(codes, value_set)
    }

    fn subsumes(&self, general: &Code<'_>, special: &Code<'_>) -> Option<bool> {
        self.0.subsumes(general, special)
    }

    fn expand(&self, value_set: &str) -> Option<Vec<(&str, &str)>> {
        self.0.expand(value_set)
    }

    fn translate(&self, concept_map: &str, code: &Code<'_>) -> Option<Vec<(String, String)>> {
        self.0.translate(concept_map, code)
    }

    /// A suite makes few of them.
    fn keep(&self, json: String) -> Option<&Tree> {
        Some(Box::leak(Box::new(read(self.1, json.into_bytes()))))
    }

    fn is_narrative(&self, xhtml: &str) -> Option<bool> {
        self.0.is_narrative(xhtml)
    }
}

fn run_suite(version: &str) {
    let name = format!("fhirpath-{version}");
    let Some(folder) = setup::shared(&name, "fhir-test-cases") else { return };
    let Some(engine) = setup::engine_for(&name, version) else { return };
    let model = Model::new(engine.definitions().clone());
    let cases = suite::read(&folder.join(format!("{version}/fhirpath/tests-fhir-{version}.xml")));
    let host = SuiteHost(Knowledge { terminology: engine.terminology(), profiles: None }, &model);
    let mut inputs = Inputs { folder, model: &model, trees: BTreeMap::new() };
    let mut report = Report::new(&name);
    for case in &cases {
        match inputs.tree(&case.input) {
            None if !case.input.is_empty() => report.leave_out(case),
            tree => report.add(case, &run(&model, &host, tree, case)),
        }
    }
    report.finish(&name, version);
}

/// The inputs, each read once.
struct Inputs<'m> {
    folder: PathBuf,
    model: &'m Model,
    trees: BTreeMap<String, Option<Tree>>,
}

impl Inputs<'_> {
    /// The JSON of that name: the suites name the XML of the same resource. Of the two folders, that of
    /// R5 has the JSON that says the same as the XML of both.
    fn tree(&mut self, input: &str) -> Option<&Tree> {
        let name = input.strip_suffix(".xml").or(input.strip_suffix(".json")).unwrap_or(input);
        let (folder, model) = (&self.folder, self.model);
        let read = || {
            let path = |version: &&str| folder.join(format!("{version}/examples/{name}.json"));
            ["r5", "r4"]
                .iter()
                .map(path)
                .find(|path| path.is_file())
                .map(|path| parse(model, &path))
        };
        self.trees.entry(name.to_owned()).or_insert_with(read).as_ref()
    }
}

fn parse(model: &Model, path: &Path) -> Tree {
    read(model, std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

fn read(model: &Model, bytes: Vec<u8>) -> Tree {
    let mut issues = Issues::new(10);
    json::parse(bytes, model.definitions().names(), &tree::Limits::default(), &mut issues)
}

/// What a case gives: the items as type and text, or the error.
fn run(
    model: &Model,
    host: &SuiteHost<'_>,
    tree: Option<&Tree>,
    case: &Case,
) -> Result<Vec<(String, String)>, String> {
    let error = |error: Box<fhirkiln::fhirpath::Error>| format!("{:?}: {error}", error.kind);
    let compiled = compile(model, &case.expression).map_err(error)?;
    let root = tree.map(|tree| model.resource(tree, NodeId::ROOT));
    let environment = Environment { context: root, resource: root, root, ..Environment::default() };
    // What is an error only before running is looked for where the suite expects one.
    if let (Expected::Error(kind), Some(root)) = (&case.expected, &root)
        && kind == "semantic"
    {
        let name = Value::Node(*root).type_name(model).name.to_owned();
        analyse(model, &compiled, &name).map_err(error)?;
    }
    let evaluator = Evaluator { model, host, environment: &environment, limits: Limits::default() };
    let result = evaluator.evaluate(&compiled).map_err(error)?;
    Ok(result.as_slice().iter().map(|value| describe(model, value)).collect())
}

/// The type and the text of an item as the suites write them.
fn describe(model: &Model, value: &Value<'_>) -> (String, String) {
    let name = value.type_name(model);
    let lower = name.name[..1].to_ascii_lowercase() + &name.name[1..];
    match value {
        Value::Node(node) => {
            let text = node.text().unwrap_or_default();
            let sign = if matches!(name.name, "date" | "dateTime" | "instant") { "@" } else { "" };
            (name.name.to_owned(), format!("{sign}{text}"))
        }
        Value::Temporal(time) if time.kind == TemporalType::Time => (lower, format!("@T{time}")),
        Value::Temporal(temporal) => (lower, format!("@{temporal}")),
        Value::Quantity(quantity) => (name.name.to_owned(), quantity.to_string()),
        Value::Boolean(truth) => (lower, truth.to_string()),
        Value::Integer(number) => (lower, number.to_string()),
        Value::Long(number) => (lower, number.to_string()),
        Value::Decimal(number) => (lower, number.to_string()),
        Value::String(text) => (lower, text.to_string()),
        Value::Type(name) => ("type".to_owned(), name.name.to_owned()),
    }
}

fn is_as_expected(case: &Case, result: &Result<Vec<(String, String)>, String>) -> bool {
    let items = match (&case.expected, result) {
        (Expected::Error(_), result) => return result.is_err(),
        (_, Err(_)) => return false,
        (Expected::Predicate(expected), Ok(items)) => {
            let is_false = items.len() == 1 && items[0] == ("boolean".into(), "false".into());
            return *expected == (!items.is_empty() && !is_false);
        }
        (Expected::Items(_), Ok(items)) => items,
    };
    let Expected::Items(expected) = &case.expected else { return false };
    if items.len() != expected.len() {
        return false;
    }
    let fits = |item: &(String, String), (kind, text): &(Option<String>, String)| {
        // There is one zero: `-0.0` is `0.0`.
        let is_same = item.1 == *text || item.1 == "0.0" && text == "-0.0";
        is_same && kind.as_ref().is_none_or(|kind| *kind == item.0)
    };
    if case.is_ordered {
        return items.iter().zip(expected).all(|(item, expected)| fits(item, expected));
    }
    expected.iter().all(|expected| items.iter().any(|item| fits(item, expected)))
}

/// What came of a suite.
struct Report {
    reasons: Reasons,
    passed: usize,
    groups: BTreeMap<String, Vec<String>>,
    not_run: BTreeMap<String, Vec<String>>,
    unexplained: Vec<String>,
}

impl Report {
    fn new(name: &str) -> Self {
        let reasons = Reasons::read(name);
        let (groups, not_run) = (BTreeMap::new(), BTreeMap::new());
        Self { reasons, passed: 0, groups, not_run, unexplained: Vec::new() }
    }

    fn add(&mut self, case: &Case, result: &Result<Vec<(String, String)>, String>) {
        if is_as_expected(case, result) {
            self.passed += 1;
            return;
        }
        let line = format!("{}/{}", case.group, case.name);
        if let Some(reason) = self.reasons.find(&line) {
            self.groups.entry(reason.to_owned()).or_default().push(line);
            return;
        }
        let expression = case.expression.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = match &case.expected {
            Expected::Error(kind) => format!("an error ({kind})"),
            Expected::Predicate(truth) => truth.to_string(),
            Expected::Items(items) => format!("{items:?}"),
        };
        let mode = &case.mode;
        self.unexplained
            .push(format!("{line} [{mode}]: {expression}\n    {expected} / {result:?}"));
    }

    fn leave_out(&mut self, case: &Case) {
        let line = format!("{}/{}", case.group, case.name);
        self.not_run.entry(case.input.clone()).or_default().push(line);
    }

    #[track_caller]
    fn finish(self, name: &str, pack: &str) {
        assert!(
            self.unexplained.is_empty(),
            "{} passed; {} have no reason:\n{}",
            self.passed,
            self.unexplained.len(),
            self.unexplained.join("\n")
        );
        self.reasons.check_all_used();
        let count = |groups: &BTreeMap<String, Vec<String>>| groups.values().map(Vec::len).sum();
        let (failed, not_run): (usize, usize) = (count(&self.groups), count(&self.not_run));
        let mut text = format!(
            "The FHIRPath suite {name} over the pack {pack}: {} cases, {} as expected, {failed} not, {not_run} without their input\n",
            self.passed + failed + not_run,
            self.passed,
        );
        for (reason, cases) in &self.groups {
            let _ = write!(text, "\n{reason}\n  {}\n", cases.join("\n  "));
        }
        for (input, cases) in &self.not_run {
            let _ = write!(
                text,
                "\nThe input {input} is not among the examples\n  {}\n",
                cases.join("\n  ")
            );
        }
        snapshot::check(name, &text);
    }
}
