//! The public suite of the HL7 reference validator: for every case the same verdict, and for every
//! error the same element.

mod compare;
mod engines;
mod manifest;

use std::collections::BTreeMap;
use std::fmt::Write;

use fhirkiln::engine::Options;

use crate::reasons::Reasons;
use crate::{setup, snapshot};
use compare::Agreement;
use engines::Engines;
use manifest::Run;

const SUITE: &str = "validator";

#[test]
fn agrees_with_the_reference_validator() {
    let Some(folder) = setup::shared(SUITE, "fhir-test-cases/validator") else { return };
    if setup::engine_for(SUITE, "r4").is_none() {
        return;
    }
    let engines = Engines::new(&folder);
    let runs = manifest::runs(&folder);
    let results = setup::in_parallel(&runs, |run| perform(&engines, run));

    let mut report = Report::default();
    for (run, result) in runs.iter().zip(&results) {
        report.add(run, result);
    }
    if let Ok(path) = std::env::var("FHIRKILN_DRAFT") {
        std::fs::write(path, report.text()).expect("the draft can be written");
        return;
    }
    assert!(report.unexplained.is_empty(), "no reason for:\n{}", report.unexplained.join("\n"));
    report.missed.check_all_used();
    report.extra.check_all_used();
    snapshot::check("validator", &report.text());
}

/// Validates, or says why not.
fn perform(engines: &Engines, run: &Run) -> Result<Agreement, String> {
    let expected = run.expected.as_ref().map_err(|&why| why.to_owned())?;
    if let Some(why) = obstacle(run) {
        return Err(why);
    }
    let input = std::fs::read(&run.path).map_err(|_| "the input is absent from the suite")?;
    let prepared = engines.prepare(run)?;
    let domain = run.case["allowed-extension-domain"].as_str();
    // Examples are allowed unless a case says that they are not.
    let examples = ["http://example.org", "http://acme.com"];
    let examples = examples.into_iter().filter(|_| run.case["examples"] != false);
    let domains = examples.chain(domain).map(str::to_owned);
    let options = Options {
        max_issues: 100_000,
        profiles: prepared.profile.into_iter().collect(),
        allowed_extension_domains: Some(domains.collect()),
        allow_example_urls: run.case["examples"] != false,
        security_checks: run.case["security-checks"] == true,
        for_publication: !run.case["for-publication"].is_null(),
        ..Options::default()
    };
    Ok(Agreement::new(expected, &prepared.engine.validate(input, &options).issues))
}

/// What the engine cannot do yet that the run needs.
fn obstacle(run: &Run) -> Option<String> {
    let ending = run.path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let why = match (run.version.as_str(), ending) {
        _ if run.case.get("use-test").is_some_and(|used| used == false) => {
            "the suite switches it off"
        }
        ("R4" | "R4B" | "R5", "json" | "xml") if run.name.ends_with("#logical") => {
            "needs logical models (issue 4)"
        }
        ("R4" | "R4B" | "R5", "json" | "xml") => return None,
        ("R4" | "R4B" | "R5", other) => {
            return Some(format!("the format `{other}` is not FHIR's JSON or XML"));
        }
        (other, _) => return Some(format!("FHIR {other} is not supported")),
    };
    Some(why.to_owned())
}

/// True while somebody looks for what differs: `FHIRKILN_DRAFT` names a file for the report, which then
/// has whole messages, and nothing is compared.
fn draft() -> bool {
    std::env::var_os("FHIRKILN_DRAFT").is_some()
}

/// Sums for one module.
#[derive(Clone, Default)]
struct Row {
    runs: usize,
    performed: usize,
    same_verdict: usize,
    matched: usize,
    missed: usize,
    extra: usize,
}

struct Report {
    rows: BTreeMap<String, Row>,
    not_run: BTreeMap<String, Vec<String>>,
    differences: BTreeMap<String, String>,
    missed: Reasons,
    extra: Reasons,
    unexplained: Vec<String>,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            not_run: BTreeMap::new(),
            differences: BTreeMap::new(),
            missed: Reasons::read("validator-missed"),
            extra: Reasons::read("validator-extra"),
            unexplained: Vec::new(),
        }
    }
}

impl Report {
    fn add(&mut self, run: &Run, result: &Result<Agreement, String>) {
        let row = self.rows.entry(run.module.clone()).or_default();
        row.runs += 1;
        match result {
            Err(why) => self.not_run.entry(why.clone()).or_default().push(run.name.clone()),
            Ok(agreement) => {
                row.performed += 1;
                row.same_verdict += usize::from(agreement.is_same_verdict());
                row.matched += agreement.matched;
                row.missed += agreement.missed.len();
                row.extra += agreement.extra.len();
                if !agreement.is_complete() {
                    self.add_difference(run, agreement);
                }
            }
        }
    }

    fn add_difference(&mut self, run: &Run, agreement: &Agreement) {
        let verdict = match (agreement.expected_error, agreement.found_error) {
            (true, false) => ": an error there, none here",
            (false, true) => ": no error there, one here",
            _ => "",
        };
        let mut text = String::new();
        for (element, message) in &agreement.missed {
            let reason = self.missed.find(message).map(str::to_owned);
            let reason = if draft() { Some(message.clone()) } else { reason };
            if reason.is_none() {
                self.unexplained.push(format!("missed {}: {element}: {message}", run.name));
            }
            line(&mut text, format_args!("  - {}  {}", shown(element), reason.unwrap_or_default()));
        }
        for (element, message) in &agreement.extra {
            let key = format!("{} {element} {message}", run.name);
            let reason = self.extra.find(&key).map(str::to_owned);
            let code = message.split(':').next().unwrap_or_default();
            let code = if draft() { message } else { code };
            line(
                &mut text,
                format_args!(
                    "  + {}  {code}  {}",
                    shown(element),
                    reason.clone().unwrap_or_default()
                ),
            );
            if reason.is_none() {
                self.unexplained.push(format!("extra {key}"));
            }
        }
        self.differences.insert(format!("{}/{}{verdict}", run.module, run.name), text);
    }

    fn text(&self) -> String {
        let mut out = String::from(
            "The HL7 validator's public cases: does the engine say what the reference validator says?\n\
             Agree: same verdict. Recall: of the elements with an error there, those with one here.\n\
             Precision: of the elements with an error here, those with one there.\n\n",
        );
        line(
            &mut out,
            format_args!(
                "{:20} {:>5} {:>5} {:>14} {:>16} {:>16}",
                "module", "cases", "run", "agree", "recall", "precision"
            ),
        );
        let mut total = Row::default();
        for (module, row) in &self.rows {
            line(&mut out, format_args!("{}", row_text(module, row)));
            total.runs += row.runs;
            total.performed += row.performed;
            total.same_verdict += row.same_verdict;
            total.matched += row.matched;
            total.missed += row.missed;
            total.extra += row.extra;
        }
        line(&mut out, format_args!("{}", row_text("all", &total)));
        out.push_str("\nWhere they differ (`-` an error only there, `+` only here):\n\n");
        for (name, text) in &self.differences {
            line(&mut out, format_args!("{name}\n{}", text.trim_end_matches('\n')));
        }
        out.push_str("\nNot run:\n\n");
        for (why, names) in &self.not_run {
            line(&mut out, format_args!("{why} ({})\n  {}", names.len(), names.join("\n  ")));
        }
        out
    }
}

fn row_text(module: &str, row: &Row) -> String {
    format!(
        "{module:20} {:>5} {:>5} {:>14} {:>16} {:>16}",
        row.runs,
        row.performed,
        share(row.same_verdict, row.performed),
        share(row.matched, row.matched + row.missed),
        share(row.matched, row.matched + row.extra),
    )
}

/// `3/4  75%`; a dash where there is nothing to share.
fn share(part: usize, whole: usize) -> String {
    match (part * 100).checked_div(whole) {
        Some(percent) => format!("{part}/{whole} {percent:>3}%"),
        None => "-".to_owned(),
    }
}

fn shown(element: &str) -> &str {
    if element.is_empty() { "(the whole input)" } else { element }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(out, "{text}");
}
