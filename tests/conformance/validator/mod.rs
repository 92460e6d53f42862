//! The public suite of the HL7 reference validator: for every case the same verdict, and for every
//! error the same element.

mod compare;
mod engines;
mod manifest;
mod reach;

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
        // The suite has what references lead to where it asks for that to be looked at.
        assume_valid_rest_references: run.case["assumeValidRestReferences"] == true
            || run.is_profile && run.case["profile"]["assumeValidRestReferences"] == true
            || !run.case["validateReference"].is_null(),
        language: run.case["language"].as_str().map(str::to_owned),
        allowed_extension_domains: Some(domains.collect()),
        allow_example_urls: run.case["examples"] != false,
        security_checks: run.case["security-checks"] == true,
        for_publication: !run.case["for-publication"].is_null(),
        ..Options::default()
    };
    let mut agreement = Agreement::new(expected, &prepared.engine.validate(input, &options).issues);
    let terminology = prepared.engine.terminology();
    agreement.beyond_reach = agreement
        .missed
        .iter()
        .filter(|(_, message)| reach::is_beyond(message, terminology))
        .count();
    Ok(agreement)
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

/// The modules that an agreement was promised of.
const PROMISED: [&str; 9] = [
    "base",
    "extensions",
    "general",
    "invariants",
    "matchetype",
    "package-versioning",
    "profile",
    "sd",
    "versions",
];

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

impl Row {
    /// Adds a run; with `within_reach`, without what nobody can have here.
    fn add(&mut self, result: &Result<Agreement, String>, within_reach: bool) {
        self.runs += 1;
        let Ok(agreement) = result else { return };
        self.matched += agreement.matched;
        self.extra += agreement.extra.len();
        self.missed += agreement.missed.len();
        if within_reach {
            self.missed -= agreement.beyond_reach;
        }
        if !(within_reach && agreement.verdict_is_beyond_reach()) {
            self.performed += 1;
            self.same_verdict += usize::from(agreement.is_same_verdict());
        }
    }
}

struct Report {
    rows: BTreeMap<String, Row>,
    all: Row,
    all_within_reach: Row,
    promised: Row,
    promised_within_reach: Row,
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
            all: Row::default(),
            all_within_reach: Row::default(),
            promised: Row::default(),
            promised_within_reach: Row::default(),
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
        self.rows.entry(run.module.clone()).or_default().add(result, false);
        self.all.add(result, false);
        self.all_within_reach.add(result, true);
        if PROMISED.contains(&&*run.module) {
            self.promised.add(result, false);
            self.promised_within_reach.add(result, true);
        }
        match result {
            Err(why) => self.not_run.entry(why.clone()).or_default().push(run.name.clone()),
            Ok(agreement) => {
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
             Precision: of the elements with an error here, those with one there.\n\
             Nine of issue 4: base, extensions, general, invariants, matchetype, package-versioning, profile, sd, versions.\n\
             Within reach: without missed errors whose message names a code of a code system that no loaded package has the\n\
             content of (LOINC, SNOMED CT), or a profile that no loaded package has; and, for the verdict, without the runs\n\
             where all missed errors are such and nothing is found here.\n\n",
        );
        line(
            &mut out,
            format_args!(
                "{:20} {:>5} {:>5} {:>14} {:>16} {:>16}",
                "module", "cases", "run", "agree", "recall", "precision"
            ),
        );
        for (module, row) in &self.rows {
            line(&mut out, format_args!("{}", row_text(module, row)));
        }
        let sums = [
            ("all", &self.all),
            ("  within reach", &self.all_within_reach),
            ("nine of issue 4", &self.promised),
            ("  within reach", &self.promised_within_reach),
        ];
        for (name, row) in sums {
            line(&mut out, format_args!("{}", row_text(name, row)));
        }
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
